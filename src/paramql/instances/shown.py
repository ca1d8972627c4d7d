"""An instance as it is shown: the text that was loaded, without its nulls and without what the caller may not see."""

from __future__ import annotations

import json
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
    document = _without_nulls(json.loads(text))
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


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_nulls(member) for name, member in value.items() if member is not None}
    if isinstance(value, list):
        return [_without_nulls(item) for item in value]
    return value


def _written(document: Any) -> str:
    """As JSON; with escapes where it holds half a pair of surrogates, which has no UTF-8."""
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(document, separators=(",", ":"))
    return text
