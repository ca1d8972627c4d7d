"""How literals are read where nothing is wrong with them: the short way, which leaves all that is odd to the long one.

A reader raises ValueError, KeyError or ArithmeticError for whatever it does not read, right or wrong. What it gives
lies on the field's grid, and does not depend on the clock.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import partial

from paramql.ast import FineDateTime, Op, Scalar, Value
from paramql.plan import Read
from paramql.types import Boolean, Choice, Clock, DateTime, Integer, Text, Type

_NEVER = Clock(dt.datetime.max.replace(tzinfo=dt.UTC))
_BOOLEANS = {"true": True, "false": False}
_SAFE_DIGITS = 18
_SPECIAL = frozenset('()"')
_OURS = frozenset({Text, Boolean, Choice, Integer, DateTime})


def reader(type_: Type) -> Read | None:
    """What reads a literal of a type; None: the literal itself is the value."""
    if type(type_) not in _OURS:  # a host's own, which may read otherwise
        return partial(_checked, type_)
    match type_:
        case Text():
            return None
        case Boolean():
            return _BOOLEANS.__getitem__
        case Choice():
            return {word: word for word in type_.words}.__getitem__
        case Integer():
            return _integer
        case DateTime("us"):
            return _instant
        case _:
            return partial(_checked, type_)


def list_reader(type_: Type, most: int, longest: int) -> Read:
    """What reads a list of at most so many items."""
    return partial(_list, reader(type_) or str, most, longest)


def sample(type_: Type, op: Op) -> Value:
    """A value of the type, such as most are: what a tree has in the place of a literal.

    Raises ValueError for a type of the host's own whose grid has other values: the tree would be of another shape.
    """
    value = _SAMPLES[type_.word] if type_.word in _SAMPLES else type_.parse(_LITERALS[type_.word], _NEVER)
    if type_.fold(Op.EQ, value) != (Op.EQ, value):
        raise ValueError
    return (value,) if op is Op.IN else value


_SAMPLES: Mapping[str, Scalar] = {"text": "x", "choice": "x", "boolean": True}
_LITERALS = {
    "integer": "1",
    "decimal": "0",
    "float": "1",
    "datetime": "2019-05-01",
    "date": "2019-05-01",
    "uuid": "123e4567-e89b-12d3-a456-426614174000",
}


def _integer(text: str) -> int:
    if text.isdigit() and text.isascii() and len(text) <= _SAFE_DIGITS and (text[0] != "0" or text == "0"):
        return int(text)
    return _INTEGER.parse(text, _NEVER)


_INTEGER = Integer()


def _instant(text: str) -> dt.datetime:
    """A date or an instant in UTC: `2019-05-01`, `2019-05-01T12:30:00Z`."""
    if len(text) == 10 and text[4] == "-" == text[7]:
        return dt.datetime.fromisoformat(text + _MIDNIGHT)
    found = None if text[0] in _RELATIVE else _DATETIME.parse(text, _NEVER)
    if found is None or isinstance(found, FineDateTime):
        raise ValueError
    return found


_MIDNIGHT = "T00:00:00+00:00"
_RELATIVE = frozenset("nt")  # now, today
_DATETIME = DateTime()


def _checked(type_: Type, text: str) -> Scalar:
    value = None if text[0] in _RELATIVE else type_.parse(text, _NEVER)
    if value is None or type_.fold(Op.EQ, value) != (Op.EQ, value):
        raise ValueError
    return value


def _list(read: Read, most: int, longest: int, text: str) -> Value:
    if text[0] == "(" and text[-1] == ")":
        text = text[1:-1]
    if not _SPECIAL.isdisjoint(text):
        raise ValueError
    items = [item.strip(" ") for item in text.split(",")]
    if "" in items or len(items) > most or max(map(len, items)) > longest:
        raise ValueError
    return tuple(dict.fromkeys(map(read, items)))  # type: ignore[arg-type]
