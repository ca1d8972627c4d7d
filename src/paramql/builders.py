"""Expressions made in Python. With names they are drafts, which a schema binds; with fields they are checked."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from paramql.ast import Any, Compare, Exists, Expr, Not, Op, Scalar
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


N = TypeVar("N")


def not_(where: Expr[N]) -> Expr[N]:
    """True exactly where `where` is false."""
    return Not(where)


def eq(field: N, value: Scalar) -> Expr[N]:
    """The field's value is `value`."""
    return Compare(field, Op.EQ, value)


def ne(field: N, value: Scalar) -> Expr[N]:
    """Not `eq`: so true, too, where there is no value."""
    return Not(Compare(field, Op.EQ, value))


def gt(field: N, value: Scalar) -> Expr[N]:
    """The field's value is greater."""
    return Compare(field, Op.GT, value)


def gte(field: N, value: Scalar) -> Expr[N]:
    """The field's value is greater or equal."""
    return Compare(field, Op.GTE, value)


def lt(field: N, value: Scalar) -> Expr[N]:
    """The field's value is less."""
    return Compare(field, Op.LT, value)


def lte(field: N, value: Scalar) -> Expr[N]:
    """The field's value is less or equal."""
    return Compare(field, Op.LTE, value)


def in_(field: N, values: Iterable[Scalar]) -> Expr[N]:
    """The field's value is one of `values`."""
    return Compare(field, Op.IN, tuple(values))


def nin(field: N, values: Iterable[Scalar]) -> Expr[N]:
    """Not `in_`: so true, too, where there is no value."""
    return Not(Compare(field, Op.IN, tuple(values)))


def contains(field: N, value: str) -> Expr[N]:
    """The text has `value` in it."""
    return Compare(field, Op.CONTAINS, value)


def startswith(field: N, value: str) -> Expr[N]:
    """The text begins with `value`."""
    return Compare(field, Op.STARTSWITH, value)


def endswith(field: N, value: str) -> Expr[N]:
    """The text ends with `value`."""
    return Compare(field, Op.ENDSWITH, value)


def ieq(field: N, value: str) -> Expr[N]:
    """The text is `value`, in any case, in every script."""
    return Compare(field, Op.IEQ, value)


def icontains(field: N, value: str) -> Expr[N]:
    """The text has `value` in it, in any case."""
    return Compare(field, Op.ICONTAINS, value)


def istartswith(field: N, value: str) -> Expr[N]:
    """The text begins with `value`, in any case."""
    return Compare(field, Op.ISTARTSWITH, value)


def iendswith(field: N, value: str) -> Expr[N]:
    """The text ends with `value`, in any case."""
    return Compare(field, Op.IENDSWITH, value)


def exists(field: N) -> Expr[N]:
    """The field has a value; a list has an element."""
    return Exists(field)


def any_(field: N, where: Expr[N]) -> Expr[N]:
    """Some element of the list satisfies `where`, whose names are relative to the element."""
    return Any(field, where)


def all_(field: N, where: Expr[N]) -> Expr[N]:
    """Every element of the list satisfies `where`; true of an empty list."""
    return Not(Any(field, Not(where)))
