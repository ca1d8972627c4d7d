"""Control parameters: order, size and the continuation token."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from paramql.check import wording
from paramql.check.reading import Reading
from paramql.declarations import SortKey
from paramql.declare import Field
from paramql.query import Token
from paramql.source import Piece, Span
from paramql.syntax import Part

_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]*)")
_LONGEST = 19
_DIRECTIONS = ("asc", "desc")


@dataclass(slots=True)
class Controls:
    """What the control parameters have said so far."""

    order: list[SortKey] = field(default_factory=list)
    size: int | None = None
    token: Token | None = None
    seen: set[str] = field(default_factory=set)


def check_control(word: str, name: Piece, value: Piece, controls: Controls, reading: Reading) -> None:
    """Read `order`, `size` or `continuationToken`; all but `order` may stand once."""
    if word != "order" and word in controls.seen:
        reading.report(wording.duplicate_parameter(name.text, name.whole, name.text))
        return
    controls.seen.add(word)
    match word:
        case "order":
            _order(name.text, value, controls, reading)
        case "size":
            controls.size = _size(name.text, value, reading)
        case _:
            controls.token = _token(name.text, value, reading)


def _size(parameter: str, value: Piece, reading: Reading) -> int | None:
    most = reading.schema.max_size
    if not value.text:
        reading.report(wording.empty_value(parameter, value.whole, f"from 1 to {most:,}"))
    elif not _WHOLE.fullmatch(value.text):
        reading.report(wording.page_size(parameter, value.whole, value.text, most))
    elif len(value.text) > _LONGEST or not 1 <= int(value.text) <= most:
        reading.report(wording.page_size_range(parameter, value.whole, value.text, most))
    else:
        return int(value.text)
    return None


def _token(parameter: str, value: Piece, reading: Reading) -> Token | None:
    if value.text:
        return Token(value.text, value.whole)
    reading.report(wording.invalid_token(parameter, value.whole))
    return None


def _order(parameter: str, value: Piece, controls: Controls, reading: Reading) -> None:
    at = 0
    for item in value.text.split(","):
        key = _sort_key(parameter, Part(item, value, at, at + len(item)), reading)
        if key is not None:
            _add_key(parameter, key, Part(item, value, at, at + len(item)), controls, reading)
        at += len(item) + 1


def _sort_key(parameter: str, item: Part, reading: Reading) -> SortKey | None:
    head, colon, rest = item.text.partition(":")
    direction, name = (head, rest) if colon else ("asc", head)
    if not name:
        reading.report(wording.empty_value(parameter, _tail(item, len(name)), "such as desc:name"))
    elif direction not in _DIRECTIONS:
        span = item.piece.span(item.start, item.start + len(head))
        reading.report(wording.unknown_direction(parameter, span, head, _DIRECTIONS))
    elif (target := _sortable(name, reading)) is None:
        span = _tail(item, len(name))
        reading.report(wording.not_sortable(parameter, span, name, _all_sortable(reading)))
    else:
        return SortKey(target, direction == "desc")
    return None


def _add_key(parameter: str, key: SortKey, item: Part, controls: Controls, reading: Reading) -> None:
    if any(key.field == other.field for other in controls.order):
        span = _tail(item, len(key.field.name))
        reading.report(wording.duplicate_parameter(parameter, span, key.field.name))
    controls.order.append(key)


def _sortable(text: str, reading: Reading) -> Field | None:
    name = reading.schema.find(text)
    if name is None or not isinstance(name.target, Field):
        return None
    return name.target if name.target.sortable and reading.may_use(name.text) else None


def _all_sortable(reading: Reading) -> list[str]:
    return [one.name for one in reading.schema.fields if one.sortable and reading.may_use(one.name)]


def _tail(item: Part, length: int) -> Span:
    return item.piece.span(item.end - length, item.end)
