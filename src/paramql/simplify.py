"""The one rewriting before every backend: flat, negation at the leaves, operands on the field's grid.

What comes out is one of a few forms only (`Simple` below), and means the same on every record. No ranges are merged
and no contradictions looked for: that is the database's work, and the text of SQL depends on this shape alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import assert_never

from paramql.ast import FALSE, TRUE, And, Any, Compare, Exists, Expr, F, Not, Op, Or, Scalar
from paramql.declare import Expression, Field, ListOf
from paramql.types import Folded

Fold = Callable[[Field, Op, Scalar], "Folded | bool"]


def simplify(where: Expression) -> Expression:
    """An equal expression in which

    - `And` and `Or` are flat, have two operands or more, and hold no constants (`TRUE`, `FALSE` stand alone);
    - `Not` stands before `Compare`, `Exists` or `Any` only;
    - `Exists` asks about scalars that may lack a value; of a list it has become `Any(list, TRUE)`;
    - no operand is finer than the field.

    Calling it again changes nothing.
    """
    return refold(where, _on_grid)


def refold(where: Expression, fold: Fold) -> Expression:
    """`simplify` with another grid: for a storage that holds less than the type, such as whole seconds."""
    return _simple(where, fold, negated=False)


def _simple(where: Expression, fold: Fold, negated: bool) -> Expression:
    match where:
        case And(operands):
            parts = [_simple(operand, fold, negated) for operand in operands]
            return any_of(*parts) if negated else all_of(*parts)
        case Or(operands):
            parts = [_simple(operand, fold, negated) for operand in operands]
            return all_of(*parts) if negated else any_of(*parts)
        case Not(operand):
            return _simple(operand, fold, not negated)
        case Compare():
            return _signed(_folded(where, fold), negated)
        case Any(field, inner):
            inside = _simple(inner, fold, negated=False)
            return _signed(FALSE if inside == FALSE else Any(field, inside), negated)
        case Exists(field):
            return _signed(_existing(field), negated)
        case _:
            assert_never(where)


def all_of(*operands: Expr[F]) -> Expr[F]:
    """True where all operands are; flat, without constants; a sole operand comes back as it is.

    >>> all_of() == TRUE
    True
    """
    flat = [inner for operand in operands for inner in (operand.operands if isinstance(operand, And) else (operand,))]
    if FALSE in flat:
        return FALSE
    return flat[0] if len(flat) == 1 else And(tuple(flat))


def any_of(*operands: Expr[F]) -> Expr[F]:
    """True where some operand is; flat, without constants; a sole operand comes back as it is."""
    flat = [inner for operand in operands for inner in (operand.operands if isinstance(operand, Or) else (operand,))]
    if TRUE in flat:
        return TRUE
    return flat[0] if len(flat) == 1 else Or(tuple(flat))


def _signed(where: Expression, negated: bool) -> Expression:
    if not negated:
        return where
    if isinstance(where, And | Or):
        return FALSE if where == TRUE else TRUE
    return Not(where)


def _existing(field: Field) -> Expression:
    if isinstance(field.type, ListOf):
        return Any(field, TRUE)
    return TRUE if field.required else Exists(field)


def _folded(compare: Compare[Field], fold: Fold) -> Expression:
    field, value = compare.field, compare.value
    if isinstance(value, tuple):
        return _listed(field, (fold(field, Op.EQ, item) for item in value))
    match fold(field, compare.op, value):
        case Folded(op, operand):
            return Compare(field, op, operand)
        case _:
            return FALSE


def _listed(field: Field, items: Iterable[Folded | bool]) -> Expression:
    kept = tuple(item.value for item in items if isinstance(item, Folded))
    return Compare(field, Op.IN, kept) if kept else FALSE


def _on_grid(field: Field, op: Op, value: Scalar) -> Folded | bool:
    assert not isinstance(field.type, ListOf)
    return field.type.fold(op, value)
