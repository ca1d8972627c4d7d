"""From a simplified expression to an expression of Polars that is true or false of every row, never null."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Mapping
from typing import assert_never, cast

import polars as pl

from paramql.ast import And, Any, Compare, Exists, Not, Op, Or, Scalar
from paramql.backends import CapabilityError
from paramql.backends.nested import Spot
from paramql.backends.polars.layout import LAYOUT, PolarsSpot, Spots
from paramql.declare import Expression, Field, ListOf, Record
from paramql.folding import classes
from paramql.types import FOLDED, Folded

# Regular expressions beyond 10 MB, compiled, are refused; a class of four characters takes some hundred bytes.
_LONGEST_FOLDED = 16_384

_RELATIONS: Mapping[Op, Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    Op.EQ: operator.eq,
    Op.GT: operator.gt,
    Op.GTE: operator.ge,
    Op.LT: operator.lt,
    Op.LTE: operator.le,
    Op.IN: lambda value, items: value.is_in(items),
    Op.CONTAINS: lambda value, part: value.str.contains(part, literal=True),
    Op.STARTSWITH: lambda value, part: value.str.starts_with(part),
    Op.ENDSWITH: lambda value, part: value.str.ends_with(part),
    **dict.fromkeys(FOLDED, lambda value, pattern: value.str.contains(pattern)),
}
_FRAMES = {Op.IEQ: (r"\A", r"\z"), Op.ICONTAINS: ("", ""), Op.ISTARTSWITH: (r"\A", ""), Op.IENDSWITH: ("", r"\z")}


class Scope:
    """Where fields are: in the columns of a frame, or in the element of a list."""

    def __init__(self, spots: Spots | None, element: pl.Expr | None = None) -> None:
        self._spots = spots
        self._element = element

    def find(self, field: Field) -> tuple[PolarsSpot, pl.Expr]:
        """The spot of a field, and its value: null where there is none."""
        spot = LAYOUT.found(self._spots, field)
        if self._element is None:
            value, keys = pl.col(spot.keys[0]), spot.keys[1:]
        else:
            value, keys = self._element, spot.keys
        for key in keys:
            value = value.struct.field(key)
        return spot, value

    def inside(self, spot: PolarsSpot) -> Scope:
        """An element of a list."""
        of = cast(ListOf, spot.field.type).of
        if isinstance(of, Record):
            return Scope(spot.members, pl.element())
        element = spot.field.element
        return Scope({element.name: Spot(element, (), spot.storage)}, pl.element())


def condition(where: Expression, scope: Scope) -> pl.Expr:
    """True exactly where the expression is; false elsewhere, but null of elements that are null."""
    match where:
        case And(operands):
            return _joined(operator.and_, [condition(operand, scope) for operand in operands], empty=True)
        case Or(operands):
            return _joined(operator.or_, [condition(operand, scope) for operand in operands], empty=False)
        case Not(operand):
            return ~condition(operand, scope)
        case Compare(field, op, value):
            return _comparison(*scope.find(field), op, value)
        case Any(field, inner):
            return _some(*scope.find(field), inner, scope)
        case Exists(field):
            return scope.find(field)[1].is_not_null()
        case _:
            assert_never(where)


def _joined(join: Callable[[pl.Expr, pl.Expr], pl.Expr], parts: list[pl.Expr], *, empty: bool) -> pl.Expr:
    return functools.reduce(join, parts) if parts else pl.lit(empty)


def _comparison(spot: PolarsSpot, value: pl.Expr, op: Op, operand: object) -> pl.Expr:
    """The comparison, and a value to compare: what reads files can skip parts by both."""
    stored = _stored(spot, op, operand)
    if stored is None:
        return pl.lit(False)
    holds = _RELATIONS[stored[0]](value, stored[1])
    return holds if spot.field.required else holds & value.is_not_null()


def _some(spot: PolarsSpot, value: pl.Expr, inner: Expression, scope: Scope) -> pl.Expr:
    element = pl.element().is_not_null() & condition(inner, scope.inside(spot))
    return value.list.eval(element).list.any() & value.is_not_null()


def _stored(spot: PolarsSpot, op: Op, operand: object) -> tuple[Op, pl.Expr] | None:
    """The operator and its operand, on the grid of what is stored; None where nothing can meet it."""
    storage, dtype = spot.scalars, spot.scalars.dtype(spot.type)
    if op in FOLDED:
        return op, pl.lit(_pattern(spot, op, cast(str, operand)))
    if isinstance(operand, tuple):
        kept = [item for item in operand if storage.fold is None or storage.fold(Op.EQ, item)]
        items = [storage.encode(spot.type, item) for item in kept]
        return (op, pl.lit(items, dtype=pl.List(dtype))) if items else None
    folded = storage.fold(op, cast(Scalar, operand)) if storage.fold else Folded(op, cast(Scalar, operand))
    if not isinstance(folded, Folded):
        return None
    return folded.op, pl.lit(storage.encode(spot.type, folded.value), dtype=dtype)


def _pattern(spot: PolarsSpot, op: Op, text: str) -> str:
    r"""A regular expression of literal characters and classes; `\A` and `\z` are the ends of the text."""
    if len(text) > _LONGEST_FOLDED:
        raise CapabilityError(
            f"polars cannot answer {op} of {spot.field.name!r} with more than {_LONGEST_FOLDED} characters"
        )
    start, end = _FRAMES[op]
    body = "".join(f"[{''.join(map(_escaped, equals))}]" for equals in classes(text))
    return f"{start}{body}{end}"


def _escaped(char: str) -> str:
    return char if char.isalnum() else rf"\x{{{ord(char):x}}}"
