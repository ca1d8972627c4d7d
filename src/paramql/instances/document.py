"""From an instance document, as JSON has it, to the record that filters read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import paramql as pq
from paramql.instances.schema import SCHEMA

Document = Mapping[str, Any]
Record = dict[str, Any]

_ID = re.compile(r"[0-9]+/[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_APP = re.compile(r"[^/\0]+/[^/\0]+")
_PARTY = re.compile(r"[0-9]{1,18}")
_FLAGS = ("isArchived", "isSoftDeleted", "isHardDeleted")


def load(document: object, schema: pq.Schema = SCHEMA) -> Record:
    """The record of an instance document: typed values, and what parameters stand on.

    - Instants are cut to microseconds; `instanceOwner.partyId` becomes a number.
    - A flag of `status` that is missing is false, as it is for the service; of a data element, `locked` and
      `deleteStatus.isHardDeleted` too, while `isRead` is then true. So `status.isArchived=false` is the complement of
      `status.isArchived=true`.
    - `process.currentTask` is the element id of the task.
    - Derived: `confirmed` (its own org has confirmed it), the presentation texts, the last 12 characters of the id in
      lower case, and the version of the platform that made the instance: 1 or 2 where `dataValues` keeps that
      version's archive reference (`A1ArchRef`, `A2ArchRef`), else 3.

    What is not of its type is no value. Raises ValueError, naming every fault, for a document that is no instance:
    `id`, `org`, `appId`, `instanceOwner.partyId`, `created` and `lastChanged` must be there and right.
    schema: one with fewer of the fields, where not all are asked for; it takes less time.

    >>> load({"id": "1/7", "org": "ttd", "appId": "ttd/a", "created": "2024-05-01T10:00:00Z"})
    Traceback (most recent call last):
    ValueError: id is not a party's number and a guid, joined by '/'; instanceOwner.partyId is missing; ...
    """
    if not isinstance(document, Mapping):
        raise ValueError("not an object")
    try:
        return schema.load(_shaped(document))
    except ValueError:
        raise ValueError("; ".join(_faults(document))) from None


def _is_id(value: object) -> bool:
    return isinstance(value, str) and bool(_ID.fullmatch(value))


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value != ""


def _is_app(value: object) -> bool:
    return isinstance(value, str) and bool(_APP.fullmatch(value))


def _is_party(value: object) -> bool:
    return isinstance(value, str) and bool(_PARTY.fullmatch(value))


def _is_moment(value: object) -> bool:
    try:
        return bool(pq.DateTime().load(value))
    except ValueError:
        return False


# What every instance has: where it stands, what it looks like.
_NEEDED: dict[tuple[str, ...], tuple[Callable[[object], bool], str]] = {
    ("id",): (_is_id, "a party's number and a guid, joined by '/'"),
    ("org",): (_is_text, "a text"),
    ("appId",): (_is_app, "org/app"),
    ("instanceOwner", "partyId"): (_is_party, "a text of digits"),
    ("created",): (_is_moment, "an RFC 3339 date-time"),
    ("lastChanged",): (_is_moment, "an RFC 3339 date-time"),
}


def _faults(document: Document) -> list[str]:
    found = ((path, fits, what, _at(document, path)) for path, (fits, what) in _NEEDED.items())
    return [
        f"{'.'.join(path)} is {'missing' if value is None else f'not {what}'}"
        for path, fits, what, value in found
        if not fits(value)
    ]


def _at(document: Document, path: tuple[str, ...]) -> object:
    *outer, last = path
    for name in outer:
        document = _members(document, name)
    return document.get(last)


def _shaped(document: Document) -> Document:
    """The document in the shape of the schema."""
    identity, org, app = document.get("id"), document.get("org"), document.get("appId")
    party = _members(document, "instanceOwner").get("partyId")
    process, values = _members(document, "process"), _members(document, "dataValues")
    confirmations = _objects(document, "completeConfirmations")
    return {
        "id": identity if _is_id(identity) else None,
        "org": org or None,
        "appId": app if _is_app(app) else None,
        "instanceOwner": {"partyId": int(party) if isinstance(party, str) and _is_party(party) else None},
        "process": {"currentTask": _members(process, "currentTask").get("elementId"), "ended": process.get("ended")},
        "lastChanged": document.get("lastChanged"),
        "created": document.get("created"),
        "visibleAfter": document.get("visibleAfter"),
        "dueBefore": document.get("dueBefore"),
        "status": _flags(_members(document, "status"), _FLAGS),
        "confirmed": any(confirmation.get("stakeholderId") == org for confirmation in confirmations),
        "dataValues": {"A2ArchRef": values.get("A2ArchRef")},
        "data": [_element(element) for element in _objects(document, "data")],
        "completeConfirmations": confirmations,
        "derived": {
            "texts": [*_members(document, "presentationTexts").values()],
            "guidTail": str(identity)[-12:].lower(),
            "mainVersion": _main_version(values),
        },
    }


def _element(element: Document) -> Document:
    return {
        **element,
        **_flags(element, ("locked",)),
        "isRead": element.get("isRead") is not False,
        "deleteStatus": _flags(_members(element, "deleteStatus"), ("isHardDeleted",)),
    }


def _main_version(values: Document) -> int:
    references = (1, "A1ArchRef"), (2, "A2ArchRef")
    return next((version for version, name in references if values.get(name) is not None), 3)


def _flags(members: Document, names: tuple[str, ...]) -> dict[str, bool]:
    return {name: members.get(name) is True for name in names}


def _members(document: Document, name: str) -> Document:
    inner = document.get(name)
    return inner if isinstance(inner, Mapping) else {}


def _objects(document: Document, name: str) -> list[Document]:
    inner = document.get(name)
    return [item for item in inner if isinstance(item, Mapping)] if isinstance(inner, list) else []
