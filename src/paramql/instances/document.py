"""From an instance document, as JSON has it, to the record that filters read."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import paramql as pq
from paramql.instances.schema import SCHEMA
from paramql.instances.spans import SPANS, spans
from paramql.source import is_supported

Document = Mapping[str, Any]
Record = dict[str, Any]

_ID = re.compile(r"[0-9]{1,18}/[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_APP = re.compile(r"[^/]+/[^/]+")
_PARTY = re.compile(r"[0-9]{1,18}")
_SPANS = frozenset(date.field(unit) for date, unit in SPANS)
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
    if not isinstance(document, dict):
        raise ValueError("not an object")
    try:
        record = schema.load(_shaped(document, schema))
    except ValueError:
        raise ValueError("; ".join(_faults(document))) from None
    if _has_spans(schema):
        record["derived"] |= spans(record)
    return record


def _is_id(value: object) -> bool:
    return isinstance(value, str) and bool(_ID.fullmatch(value))


def _is_text(value: object) -> bool:
    return isinstance(value, str) and value != "" and is_supported(value)


def _is_app(value: object) -> bool:
    return _is_text(value) and bool(_APP.fullmatch(str(value)))


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


def _shaped(document: Document, schema: pq.Schema) -> Document:
    """The document in the shape of the schema."""
    return {name: _SHAPES[name](document) for name in _names(schema)}


@lru_cache(maxsize=64)
def _has_spans(schema: pq.Schema) -> bool:
    return not _SPANS.isdisjoint(field.name for field in schema.fields)


@lru_cache(maxsize=64)
def _names(schema: pq.Schema) -> tuple[str, ...]:
    """The members of a record, outermost."""
    return tuple(dict.fromkeys(field.name.partition(".")[0] for field in schema.fields))


def _owner(document: Document) -> Document:
    party = _members(document, "instanceOwner").get("partyId")
    return {"partyId": int(party) if isinstance(party, str) and _is_party(party) else None}


def _process(document: Document) -> Document:
    process = _members(document, "process")
    return {"currentTask": _members(process, "currentTask").get("elementId"), "ended": process.get("ended")}


def _is_confirmed(document: Document) -> bool:
    confirmations = _objects(document, "completeConfirmations")
    return any(confirmation.get("stakeholderId") == document.get("org") for confirmation in confirmations)


def _derived(document: Document) -> Document:
    return {
        "texts": [*_members(document, "presentationTexts").values()],
        "guidTail": str(document.get("id"))[-12:].lower(),
        "mainVersion": _main_version(_members(document, "dataValues")),
    }


def _data(document: Document) -> list[Document]:
    return [_element(element) for element in _objects(document, "data")]


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
    return inner if isinstance(inner, dict) else {}


def _objects(document: Document, name: str) -> list[Document]:
    inner = document.get(name)
    return [item for item in inner if isinstance(item, dict)] if isinstance(inner, list) else []


def _if(fits: Callable[[object], bool], name: str) -> Callable[[Document], object]:
    def shape(document: Document) -> object:
        value = document.get(name)
        return value if fits(value) else None

    return shape


def _as_is(name: str) -> Callable[[Document], object]:
    return lambda document: document.get(name)


# Each member of a record, from the document.
_SHAPES: dict[str, Callable[[Document], object]] = {
    "id": _if(_is_id, "id"),
    "org": _if(_is_text, "org"),
    "appId": _if(_is_app, "appId"),
    "instanceOwner": _owner,
    "process": _process,
    "lastChanged": _as_is("lastChanged"),
    "created": _as_is("created"),
    "visibleAfter": _as_is("visibleAfter"),
    "dueBefore": _as_is("dueBefore"),
    "status": lambda document: _flags(_members(document, "status"), _FLAGS),
    "confirmed": _is_confirmed,
    "dataValues": _as_is("dataValues"),
    "data": _data,
    "completeConfirmations": lambda document: _objects(document, "completeConfirmations"),
    "derived": _derived,
}
