"""The one rewriting before every backend: flat, negation at the leaves, operands on the field's grid.

What comes out is one of a few forms only, and means the same on every record. No ranges are merged and no
contradictions looked for: that is the database's work, and the text of SQL depends on this shape alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, assert_never

from paramql.ast import FALSE, TRUE, And, Any, Compare, Exists, Expr, F, Not, Op, Or
from paramql.declare import Expression, Field, ListOf
from paramql.types import Folded, Type


def simplify(where: Expression) -> Expression:
    """An equal expression in which

    - `And` and `Or` are flat, have two operands or more, and hold no constants (`TRUE`, `FALSE` stand alone);
    - `Not` stands before `Compare`, `Exists` or `Any` only;
    - `Exists` asks about scalars that may lack a value; of a list it has become `Any(list, TRUE)`;
    - no operand is finer than the field.

    Calling it again changes nothing.

    >>> from paramql.types import Integer
    >>> size = Field("size", Integer())
    >>> big = Compare(size, Op.GT, 3)
    >>> simplify(Not(And((Not(Exists(size)), big)))) == Or((Exists(size), Not(big)))
    True
    """
    return _simple(where, negated=False)


def _simple(where: Expression, *, negated: bool) -> Expression:
    match where:
        case And(operands):
            parts = [_simple(operand, negated=negated) for operand in operands]
            return any_of(*parts) if negated else all_of(*parts)
        case Or(operands):
            parts = [_simple(operand, negated=negated) for operand in operands]
            return all_of(*parts) if negated else any_of(*parts)
        case Not(operand):
            return _simple(operand, negated=not negated)
        case Compare():
            return _signed(_folded(where), negated=negated)
        case Any(field, inner):
            inside = _simple(inner, negated=False)
            return _signed(FALSE if inside == FALSE else Any(field, inside), negated=negated)
        case Exists(field):
            return _signed(_existing(field), negated=negated)
        case _:
            assert_never(where)


def all_of(*operands: Expr[F]) -> Expr[F]:
    """True where all operands are; flat, without constants; a sole operand comes back as it is.

    >>> all_of(Exists("org"), TRUE)
    Exists(field='org')
    """
    flat = [inner for operand in operands for inner in (operand.operands if isinstance(operand, And) else (operand,))]
    if any(isinstance(one, Or) and not one.operands for one in flat):
        return FALSE
    return flat[0] if len(flat) == 1 else And(tuple(flat))


def any_of(*operands: Expr[F]) -> Expr[F]:
    """True where some operand is; flat, without constants; a sole operand comes back as it is.

    >>> any_of(Exists("org"), FALSE)
    Exists(field='org')
    """
    flat = [inner for operand in operands for inner in (operand.operands if isinstance(operand, Or) else (operand,))]
    if any(isinstance(one, And) and not one.operands for one in flat):
        return TRUE
    return flat[0] if len(flat) == 1 else Or(tuple(flat))


def _signed(where: Expression, *, negated: bool) -> Expression:
    if not negated:
        return where
    if isinstance(where, And | Or):
        return FALSE if where == TRUE else TRUE
    return Not(where)


def _existing(field: Field) -> Expression:
    if isinstance(field.type, ListOf):
        return Any(field, TRUE)
    return TRUE if field.required else Exists(field)


def _folded(compare: Compare[Field]) -> Expression:
    field, value, type_ = compare.field, compare.value, compare.field.type
    assert not isinstance(type_, ListOf)
    if type(type_).fold is Type.fold and value != ():  # any value is on the grid
        return compare
    if isinstance(value, tuple):
        return _listed(field, (type_.fold(Op.EQ, item) for item in value))
    folded = type_.fold(compare.op, value)
    return Compare(field, folded.op, folded.value) if folded else FALSE


def _listed(field: Field, items: Iterable[Folded | Literal[False]]) -> Expression:
    kept = tuple(item.value for item in items if item)
    return Compare(field, Op.IN, kept) if kept else FALSE
