"""What a value of each type is in Python, and how it stands to a literal. Whatever else a record holds is no value.

A wrong type is a missing value: a bool is no number, an int no text, a naive datetime no instant, NaN nothing at all.
"""

from __future__ import annotations

import datetime as dt
import decimal
import operator
import re
from collections.abc import Callable
from typing import Any as Anything
from typing import NamedTuple, TypeAlias

from paramql.ast import Op
from paramql.folding import classes
from paramql.types import Boolean, Choice, Date, DateTime, Decimal, Float, Integer, Text, Type, Uuid

_NEAR = "\xff"

Relation: TypeAlias = Callable[[Anything, Anything], bool]


class Kind(NamedTuple):
    """A class of values. `mixes`: Python finds some of them equal to values of other types (1 == True == 1.0)."""

    word: str
    exact: type
    fits: Callable[[object], bool]
    mixes: bool = False
    is_settled_by_class: bool = True


def is_text(value: object) -> bool:
    """Text, a choice, or the lower-case text of a UUID."""
    return isinstance(value, str)


def is_integer(value: object) -> bool:
    """An int; a bool is none."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_decimal(value: object) -> bool:
    """A Decimal or an int, but no NaN."""
    return is_integer(value) or (isinstance(value, decimal.Decimal) and not value.is_nan())


def is_float(value: object) -> bool:
    """A float or an int, but no NaN."""
    return is_integer(value) or (isinstance(value, float) and value == value)  # noqa: PLR0124 - NaN is not itself


def is_boolean(value: object) -> bool:
    """True or False; 1 and 0 are numbers."""
    return value is True or value is False


def is_datetime(value: object) -> bool:
    """A datetime that knows its offset from UTC."""
    return isinstance(value, dt.datetime) and value.utcoffset() is not None


def is_date(value: object) -> bool:
    """A date; a datetime is none."""
    return isinstance(value, dt.date) and not isinstance(value, dt.datetime)


_TEXT = Kind("text", str, is_text)
KINDS: dict[type[Type], Kind] = {
    Text: _TEXT,
    Choice: _TEXT,
    Uuid: _TEXT,
    Integer: Kind("integer", int, is_integer, mixes=True),
    Decimal: Kind("decimal", decimal.Decimal, is_decimal, mixes=True, is_settled_by_class=False),
    Float: Kind("float", float, is_float, mixes=True, is_settled_by_class=False),
    Boolean: Kind("boolean", bool, is_boolean),
    DateTime: Kind("datetime", dt.datetime, is_datetime, is_settled_by_class=False),
    Date: Kind("date", dt.date, is_date),
}
BY_WORD = {kind.word: kind for kind in KINDS.values()}


def kind_of(type_: Type) -> Kind:
    """The kind of a type, or of the one that it extends."""
    return KINDS.get(type(type_)) or next(kind for base, kind in KINDS.items() if isinstance(type_, base))


def _is_matched(value: str, match: Callable[[str], object]) -> bool:
    return match(value) is not None


RELATIONS: dict[Op, Relation] = {
    Op.EQ: operator.eq,
    Op.GT: operator.gt,
    Op.GTE: operator.ge,
    Op.LT: operator.lt,
    Op.LTE: operator.le,
    Op.IN: lambda value, items: value in items,
    Op.CONTAINS: operator.contains,
    Op.STARTSWITH: str.startswith,
    Op.ENDSWITH: str.endswith,
    Op.IEQ: _is_matched,
    Op.ICONTAINS: _is_matched,
    Op.ISTARTSWITH: _is_matched,
    Op.IENDSWITH: _is_matched,
}


def _search(start: str, end: str) -> Callable[[str], object]:
    """What makes a literal the search of a regular expression that ignores case."""

    def search(literal: str) -> object:
        pattern = "".join(map(_class, classes(literal)))
        return re.compile(f"{start}{pattern}{end}").search

    return search


def _class(members: str) -> str:
    """A pattern of one of these characters.

    A class that has some below U+0100 and some above is compiled to a table of all of Unicode: 110 of `[Kk\u212a]` take
    ninety times as long to compile as of `[Aa]`, this takes four times as long (Python 3.11).
    """
    near, far = "".join(one for one in members if one <= _NEAR), [one for one in members if one > _NEAR]
    if not near or not far:
        return f"[{re.escape(members)}]"
    return f"(?:[{re.escape(near)}]|{'|'.join(f'{one}{{1}}' for one in far)})"


# The right-hand side that a relation takes, where that is not the literal.
PREPARE: dict[Op, Callable[[Anything], object]] = {
    Op.IN: frozenset,
    Op.IEQ: _search(r"\A", r"\Z"),
    Op.ICONTAINS: _search("", ""),
    Op.ISTARTSWITH: _search(r"\A", ""),
    Op.IENDSWITH: _search("", r"\Z"),
}
