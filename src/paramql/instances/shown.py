"""An instance as it is shown: the text that was loaded, without its nulls and without what the caller may not see."""

from __future__ import annotations

import json
from collections.abc import Callable
from json.encoder import encode_basestring, encode_basestring_ascii
from typing import Any

import paramql as pq
from paramql.instances.callers import User
from paramql.server.stores import Row

_ALL = "includeDataElements"


def shown(row: Row, query: pq.Query, caller: object) -> str:
    """The text of an instance."""
    text: str = row["document"]
    has_all, is_user = query.values.get(_ALL) is not False, isinstance(caller, User)
    if has_all and "null" not in text and not (is_user and _may_hide(text)):
        return text
    document = json.loads(text, parse_float=_Number, parse_int=_Number)
    if not has_all:
        document["data"] = []
    elif is_user and "data" in document:
        document["data"] = [element for element in document["data"] if not _is_deleted(element)]
    return _written(document)


def _may_hide(text: str) -> bool:
    r"""Whether a data element may be deleted: names can be written with escapes, too (`\u0064ata`)."""
    return "isHardDeleted" in text or "\\" in text


def _is_deleted(element: Any) -> bool:
    status = element.get("deleteStatus") if isinstance(element, dict) else None
    return isinstance(status, dict) and status.get("isHardDeleted") is True


class _Number(str):
    """A number as it was written, of which no digit is lost."""

    __slots__ = ()


def _written(document: Any) -> str:
    """As JSON, without nulls; with escapes where it holds half a pair of surrogates, which has no UTF-8."""
    text = _json(document, encode_basestring)
    try:
        text.encode()
    except UnicodeEncodeError:
        return _json(document, encode_basestring_ascii)
    return text


def _json(value: Any, quoted: Callable[[str], str]) -> str:
    match value:
        case dict():
            members = value.items()
            return f"{{{','.join([f'{quoted(k)}:{_json(v, quoted)}' for k, v in members if v is not None])}}}"
        case list():
            return f"[{','.join([_json(item, quoted) for item in value])}]"
        case _Number():
            return value
        case str():
            return quoted(value)
        case _:
            return _CONSTANTS[value]


_CONSTANTS = {None: "null", True: "true", False: "false"}
