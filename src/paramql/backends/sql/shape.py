"""What of a filter its statement may depend on: everything but the literals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeAlias, assert_never

from paramql.ast import And, Any, Compare, Exists, Not, Op, Or, Value
from paramql.backends.asked import fields_of
from paramql.backends.sql.emit import LAST
from paramql.backends.sql.pattern import is_blurred
from paramql.backends.sql.storage import WIDE
from paramql.declare import Expression, Field, ListOf, Record
from paramql.types import Boolean, Choice, Date, DateTime, Float, Integer, Text, Type, Uuid

_GRIDLESS = frozenset({Text, Choice, Uuid, Boolean, Integer, Float, Date})
_MICROSECONDS = DateTime("us")


class Unsimplified(Exception):
    """An expression that `simplify` would change, in a way that matters here."""


@dataclass(frozen=True, slots=True)
class Known:
    """A field of the target, and those of its elements."""

    field: Field
    members: Fields


Fields: TypeAlias = Mapping[str, Known]


def known(fields: Iterable[Field]) -> Fields:
    """The fields in reach, by name."""
    return {field.name: Known(field, known(_members(field))) for field in fields}


def _members(field: Field) -> tuple[Field, ...]:
    if not isinstance(field.type, ListOf):
        return ()
    return field.type.of.fields if isinstance(field.type.of, Record) else (field.element,)


def shape_of(where: Expression, fields: Fields, literals: list[Value]) -> str:
    """The shape of a simplified expression; its literals are appended in the order of the leaves.

    Raises `Unsimplified`, and ValueError for a field that is none of these.
    """
    match where:
        case Compare(field, op, value):
            _find(field, fields)
            literals.append(_on_grid(field, op, value))
            return op + "(" + field.name + kind_of(value) + ")"
        case And(operands):
            return f"and({','.join([shape_of(operand, fields, literals) for operand in operands])})"
        case Or(operands):
            return f"or({','.join([shape_of(operand, fields, literals) for operand in operands])})"
        case Not(inner):
            if isinstance(inner, And | Or | Not):
                raise Unsimplified
            return f"not({shape_of(inner, fields, literals)})"
        case Any(field, inner):
            return f"any({field.name},{shape_of(inner, _find(field, fields).members, literals)})"
        case Exists(field):
            _find(field, fields)
            if field.required or isinstance(field.type, ListOf):
                raise Unsimplified
            return f"exists({field.name})"
        case _:
            assert_never(where)


def refuse_strangers(where: Expression, fields: Fields) -> None:
    """Raise ValueError for a field that is none of these."""
    for field in fields_of(where):
        _find(field, fields)


def _find(field: Field, fields: Fields) -> Known:
    """What the target knows of a field."""
    found = fields.get(field.name)
    if found is None or (found.field is not field and found.field != field):
        raise ValueError(f"the target has no such field {field.name!r}; it was made from another schema")
    return found


def _on_grid(field: Field, op: Op, value: Value) -> Value:
    type_ = field.type
    assert isinstance(type_, Type)
    if not (type(type_) in _GRIDLESS or (type_ == _MICROSECONDS and isinstance(value, dt.datetime))):
        asked = [(Op.EQ, item) for item in value] if isinstance(value, tuple) else [(op, value)]
        if any(type_.fold(*one) != one for one in asked):
            raise Unsimplified
    return value


def kind_of(value: Value) -> str:
    """What of a literal the text of SQL may depend on: some texts are like no other, some stores keep whole seconds.

    >>> kind_of("a"), kind_of(""), kind_of(5)
    ('', ' empty', '')
    """
    match value:
        case str():
            return "" if value.isascii() and 0 < len(value) <= WIDE else _odd(value)
        case dt.datetime():
            return " fine" if value.microsecond else ""
        case tuple():
            return "|".join(sorted(set(map(kind_of, value)))) if value else " none"
        case _:
            return ""


def _odd(text: str) -> str:
    if not text.rstrip(LAST):
        return " last" if text else " empty"
    return (" wide" if len(text) > WIDE else "") + (" blurred" if is_blurred(text) else "")
