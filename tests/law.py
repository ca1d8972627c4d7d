"""The meaning of an expression, told once more and independently: what every backend must agree with.

`holds(where, record)` for typed records (as `Schema.load` makes them), expressions simplified or not.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any as Anything

from paramql.ast import And, Any, Compare, Exists, FineDateTime, Not, Op, Or
from paramql.declare import Expression, Field, ListOf


def holds(where: Expression, record: object) -> bool:
    """Whether the expression is true of the record."""
    match where:
        case And(operands):
            return all(holds(operand, record) for operand in operands)
        case Or(operands):
            return any(holds(operand, record) for operand in operands)
        case Not(operand):
            return not holds(operand, record)
        case Compare(field, op, value):
            found = value_of(field, record)
            return found is not None and _RELATIONS[op](_key(found), _key(value))
        case Any(field, inner):
            return any(holds(inner, element) for element in elements(field, record))
        case Exists(field):
            return (
                bool(elements(field, record)) if isinstance(field.type, ListOf) else value_of(field, record) is not None
            )


def value_of(field: Field, record: Anything) -> Anything:
    """The value at the field's path; None where there is none."""
    for key in field.path:
        record = record.get(key) if isinstance(record, Mapping) else None
    return record


def elements(field: Field, record: object) -> list[object]:
    """The elements of a list, without nulls."""
    return [element for element in value_of(field, record) or [] if element is not None]


def _key(value: Anything) -> Anything:
    """Instants of any fineness as one kind of number; everything else as it is."""
    if isinstance(value, tuple):
        return tuple(map(_key, value))
    if isinstance(value, FineDateTime):
        return _microseconds(value.at) + Fraction(int(value.beyond), 10 ** len(value.beyond))
    return _microseconds(value) if isinstance(value, dt.datetime) else value


def _microseconds(instant: dt.datetime) -> Fraction:
    return Fraction((instant - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)) // dt.timedelta(microseconds=1))


def _fold(text: str) -> str:
    def one(char: str) -> str:
        choices = (char.casefold(), char.lower(), char)
        return next(choice for choice in choices if len(choice) == 1)

    return "".join(map(one, text))


def _ignoring_case(relation: Callable[[str, str], bool]) -> Callable[[str, str], bool]:
    return lambda value, operand: relation(_fold(value), _fold(operand))


_RELATIONS: dict[Op, Callable[[Anything, Anything], bool]] = {
    Op.EQ: lambda value, operand: bool(value == operand),
    Op.GT: lambda value, operand: bool(value > operand),
    Op.GTE: lambda value, operand: bool(value >= operand),
    Op.LT: lambda value, operand: bool(value < operand),
    Op.LTE: lambda value, operand: bool(value <= operand),
    Op.IN: lambda value, operand: value in operand,
    Op.CONTAINS: lambda value, operand: operand in value,
    Op.STARTSWITH: lambda value, operand: bool(value.startswith(operand)),
    Op.ENDSWITH: lambda value, operand: bool(value.endswith(operand)),
    Op.IEQ: _ignoring_case(lambda value, operand: value == operand),
    Op.ICONTAINS: _ignoring_case(lambda value, operand: operand in value),
    Op.ISTARTSWITH: _ignoring_case(lambda value, operand: value.startswith(operand)),
    Op.IENDSWITH: _ignoring_case(lambda value, operand: value.endswith(operand)),
}
