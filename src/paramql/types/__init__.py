"""The types of values that a field may have: how a literal reads, and how a value is written again."""

from __future__ import annotations

import datetime as dt
import decimal

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

    >>> canonical(dt.datetime(2019, 5, 1, 12, 30, 0, 500000, dt.UTC))
    '2019-05-01T12:30:00.5Z'
    """
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case int():
            return str(value)
        case float():
            return repr(value).replace("e+", "e")
        case decimal.Decimal():
            return format(value, "f")
        case FineDateTime(at, beyond):
            return f"{at.replace(tzinfo=None, microsecond=0).isoformat()}.{at.microsecond:06}{beyond}Z"
        case dt.datetime():
            fraction = f".{value.microsecond:06}".rstrip("0").rstrip(".")
            return f"{value.replace(tzinfo=None, microsecond=0).isoformat()}{fraction}Z"
        case dt.date():
            return value.isoformat()
