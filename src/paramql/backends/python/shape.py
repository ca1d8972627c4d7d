"""What of a filter its generated source may depend on: everything but the literals."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TypeAlias, assert_never

from paramql.ast import And, Any, Compare, Exists, Not, Op, Or, Value
from paramql.backends.python.members import Path
from paramql.backends.python.values import KINDS, PREPARE, kind_of
from paramql.declare import Expression, Field, ListOf, Record
from paramql.types import Boolean, Choice, Date, DateTime, Float, Integer, Text, Type, Uuid

# A node's word (an operator's, or `and or not any exists`), its parts, and of its field: the path, the word of the
# value's or the elements' kind (empty where these are records), whether it is required.
# Plain tuples: shapes are made and hashed for every filter.
Shape: TypeAlias = "tuple[str, tuple[Shape, ...], Path, str, bool]"


_GRIDLESS: dict[type, str] = {type_: KINDS[type_].word for type_ in (Text, Choice, Uuid, Integer, Float, Boolean, Date)}


class Unsimplified(Exception):
    """An expression that `simplify` would change, in a way that matters here."""


def shape_of(where: Expression, literals: list[object]) -> Shape:
    """The shape of a simplified expression; its literals, ready for use, are appended in the order of the leaves.

    Raises `Unsimplified`.
    """
    match where:
        case Compare():
            return _comparison(where, literals)
        case And(operands):
            return _joined("and", operands, literals)
        case Or(operands):
            return _joined("or", operands, literals)
        case Not(inner):
            return _joined("not", (inner,), literals)
        case Any(field, inner):
            return ("any", (shape_of(inner, literals),), field.path, _kind(field), field.required)
        case Exists(field):
            if field.required or isinstance(field.type, ListOf):
                raise Unsimplified
            return ("exists", (), field.path, _kind(field), False)
        case _:
            assert_never(where)


def _joined(word: str, parts: Sequence[Expression], literals: list[object]) -> Shape:
    return (word, tuple([shape_of(part, literals) for part in parts]), (), "", False)


def _comparison(where: Compare[Field], literals: list[object]) -> Shape:
    field, op, value = where.field, where.op, where.value
    kind = _GRIDLESS.get(type(field.type)) or _kind_on_grid(field, op, value)
    prepare = PREPARE.get(op)
    literals.append(value if prepare is None else prepare(value))
    return (op, (), field.path, kind, field.required)


def _kind_on_grid(field: Field, op: Op, value: Value) -> str:
    """The kind of a field whose type has a grid, on which the operand must lie: else `simplify` would change it."""
    type_ = field.type
    assert isinstance(type_, Type)
    if type(type_) is DateTime and type_.precision == "us" and type(value) is dt.datetime:
        return "datetime"
    folds = [(Op.EQ, item) for item in value] if isinstance(value, tuple) else [(op, value)]
    if any(type_.fold(*fold) != fold for fold in folds):
        raise Unsimplified
    return kind_of(type_).word


def _kind(field: Field) -> str:
    of = field.type.of if isinstance(field.type, ListOf) else field.type
    return "" if isinstance(of, Record) else kind_of(of).word
