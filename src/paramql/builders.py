"""Expressions made in Python. With names they are drafts, which a schema binds; with fields they are checked."""

from __future__ import annotations

from collections.abc import Iterable

from paramql.ast import Any, Compare, Exists, Expr, F, Not, Op, Scalar
from paramql.simplify import all_of, any_of

__all__ = [
    "all_",
    "all_of",
    "any_",
    "any_of",
    "contains",
    "endswith",
    "eq",
    "exists",
    "gt",
    "gte",
    "icontains",
    "iendswith",
    "ieq",
    "in_",
    "istartswith",
    "lt",
    "lte",
    "ne",
    "nin",
    "not_",
    "startswith",
]


def not_(where: Expr[F]) -> Expr[F]:
    """True exactly where `where` is false."""
    return Not(where)


def eq(field: F, value: Scalar) -> Expr[F]:
    """The field's value is `value`."""
    return Compare(field, Op.EQ, value)


def ne(field: F, value: Scalar) -> Expr[F]:
    """Not `eq`: so true, too, where there is no value."""
    return Not(Compare(field, Op.EQ, value))


def gt(field: F, value: Scalar) -> Expr[F]:
    """The field's value is greater."""
    return Compare(field, Op.GT, value)


def gte(field: F, value: Scalar) -> Expr[F]:
    """The field's value is greater or equal."""
    return Compare(field, Op.GTE, value)


def lt(field: F, value: Scalar) -> Expr[F]:
    """The field's value is less."""
    return Compare(field, Op.LT, value)


def lte(field: F, value: Scalar) -> Expr[F]:
    """The field's value is less or equal."""
    return Compare(field, Op.LTE, value)


def in_(field: F, values: Iterable[Scalar]) -> Expr[F]:
    """The field's value is one of `values`."""
    return Compare(field, Op.IN, tuple(values))


def nin(field: F, values: Iterable[Scalar]) -> Expr[F]:
    """Not `in_`: so true, too, where there is no value."""
    return Not(Compare(field, Op.IN, tuple(values)))


def contains(field: F, value: str) -> Expr[F]:
    """The text has `value` in it."""
    return Compare(field, Op.CONTAINS, value)


def startswith(field: F, value: str) -> Expr[F]:
    """The text begins with `value`."""
    return Compare(field, Op.STARTSWITH, value)


def endswith(field: F, value: str) -> Expr[F]:
    """The text ends with `value`."""
    return Compare(field, Op.ENDSWITH, value)


def ieq(field: F, value: str) -> Expr[F]:
    """The text is `value`, in any case, in every script."""
    return Compare(field, Op.IEQ, value)


def icontains(field: F, value: str) -> Expr[F]:
    """The text has `value` in it, in any case."""
    return Compare(field, Op.ICONTAINS, value)


def istartswith(field: F, value: str) -> Expr[F]:
    """The text begins with `value`, in any case."""
    return Compare(field, Op.ISTARTSWITH, value)


def iendswith(field: F, value: str) -> Expr[F]:
    """The text ends with `value`, in any case."""
    return Compare(field, Op.IENDSWITH, value)


def exists(field: F) -> Expr[F]:
    """The field has a value; a list has an element."""
    return Exists(field)


def any_(field: F, where: Expr[F]) -> Expr[F]:
    """Some element of the list satisfies `where`, whose names are relative to the element."""
    return Any(field, where)


def all_(field: F, where: Expr[F]) -> Expr[F]:
    """Every element of the list satisfies `where`; true of an empty list."""
    return Not(Any(field, Not(where)))
