"""The types of values that a field may have: how a literal reads, and how a value is written again."""

from __future__ import annotations

import datetime as dt
import decimal
import math
from enum import Enum
from typing import assert_never

from paramql.ast import FineDateTime, Scalar
from paramql.types.base import FOLDED, Clock, Folded, LiteralError, Misfit, Type
from paramql.types.moment import Date, DateTime, fold_instant
from paramql.types.number import Decimal, Float, Integer
from paramql.types.text import Boolean, Choice, Text, Uuid

__all__ = [
    "FOLDED",
    "Boolean",
    "Choice",
    "Clock",
    "Date",
    "DateTime",
    "Decimal",
    "Float",
    "Folded",
    "Integer",
    "LiteralError",
    "Misfit",
    "Text",
    "Type",
    "Uuid",
    "canonical",
    "fold_instant",
]


def canonical(value: Scalar) -> str:
    """The one literal that a value is written as; `parse` of its type reads it back.

    A datetime without offset is taken as UTC, a member of an enumeration as its value. Raises ValueError for NaN and
    infinities.

    >>> canonical(dt.datetime(2019, 5, 1, 12, 30, 0, 500000, dt.UTC))
    '2019-05-01T12:30:00.5Z'
    """
    match value:
        case Enum():
            return canonical(value.value)
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case int():
            return str(value)
        case float() | decimal.Decimal():
            return _number(value)
        case FineDateTime(at, beyond):
            return f"{at.replace(tzinfo=None, microsecond=0).isoformat()}.{at.microsecond:06}{beyond}Z"
        case dt.datetime():
            return _instant(value.astimezone(dt.UTC) if value.tzinfo else value)
        case dt.date():
            return value.isoformat()
        case _:
            assert_never(value)


def _number(value: float | decimal.Decimal) -> str:
    if not math.isfinite(value):
        raise ValueError(f"{value} is not a finite number")
    return format(value, "f") if isinstance(value, decimal.Decimal) else repr(value).replace("e+", "e")


def _instant(utc: dt.datetime) -> str:
    fraction = f".{utc.microsecond:06}".rstrip("0").rstrip(".")
    return f"{utc.replace(tzinfo=None, microsecond=0).isoformat()}{fraction}Z"
