"""Expressions made in Python. With names they are drafts, which a schema binds; with fields they are checked.

scope = schema.bind(any_of(eq("org", "digdir"), not_(exists("archived"))))
"""

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
    """True exactly where `where` is false.

    >>> import paramql as pq
    >>> pq.encode(pq.not_(pq.gt("total", 3)))
    'total=not:gt:3'
    """
    return Not(where)


def eq(field: N, value: Scalar) -> Expr[N]:
    """The field's value is `value`.

    >>> import paramql as pq
    >>> pq.encode(pq.eq("org", "digdir"))
    'org=eq:digdir'
    """
    return Compare(field, Op.EQ, value)


def ne(field: N, value: Scalar) -> Expr[N]:
    """Not `eq`: so true, too, where there is no value.

    >>> import paramql as pq
    >>> pq.encode(pq.ne("org", "digdir"))
    'org=ne:digdir'
    """
    return Not(Compare(field, Op.EQ, value))


def gt(field: N, value: Scalar) -> Expr[N]:
    """The field's value is greater.

    >>> import paramql as pq
    >>> pq.encode(pq.gt("total", 3))
    'total=gt:3'
    """
    return Compare(field, Op.GT, value)


def gte(field: N, value: Scalar) -> Expr[N]:
    """The field's value is greater or equal.

    >>> import paramql as pq
    >>> pq.encode(pq.gte("total", 3))
    'total=gte:3'
    """
    return Compare(field, Op.GTE, value)


def lt(field: N, value: Scalar) -> Expr[N]:
    """The field's value is less.

    >>> import paramql as pq
    >>> pq.encode(pq.lt("total", 3))
    'total=lt:3'
    """
    return Compare(field, Op.LT, value)


def lte(field: N, value: Scalar) -> Expr[N]:
    """The field's value is less or equal.

    >>> import paramql as pq
    >>> pq.encode(pq.lte("total", 3))
    'total=lte:3'
    """
    return Compare(field, Op.LTE, value)


def in_(field: N, values: Iterable[Scalar]) -> Expr[N]:
    """The field's value is one of `values`. Raises TypeError for a text, which would be its letters.

    >>> import paramql as pq
    >>> pq.encode(pq.in_("total", [1, 2]))
    'total=in:(1,2)'
    """
    if isinstance(values, str):
        raise TypeError(f"in_ and nin take a list of values: [{values!r}]")
    return Compare(field, Op.IN, tuple(values))


def nin(field: N, values: Iterable[Scalar]) -> Expr[N]:
    """Not `in_`: so true, too, where there is no value.

    >>> import paramql as pq
    >>> pq.encode(pq.nin("total", [1, 2]))
    'total=nin:(1,2)'
    """
    return Not(in_(field, values))


def contains(field: N, value: str) -> Expr[N]:
    """The text has `value` in it.

    >>> import paramql as pq
    >>> pq.encode(pq.contains("name", "ann"))
    'name=contains:ann'
    """
    return Compare(field, Op.CONTAINS, value)


def startswith(field: N, value: str) -> Expr[N]:
    """The text begins with `value`.

    >>> import paramql as pq
    >>> pq.encode(pq.startswith("name", "ann"))
    'name=startswith:ann'
    """
    return Compare(field, Op.STARTSWITH, value)


def endswith(field: N, value: str) -> Expr[N]:
    """The text ends with `value`.

    >>> import paramql as pq
    >>> pq.encode(pq.endswith("name", "ann"))
    'name=endswith:ann'
    """
    return Compare(field, Op.ENDSWITH, value)


def ieq(field: N, value: str) -> Expr[N]:
    """The text is `value`, in any case, in every script.

    >>> import paramql as pq
    >>> pq.encode(pq.ieq("name", "ann"))
    'name=ieq:ann'
    """
    return Compare(field, Op.IEQ, value)


def icontains(field: N, value: str) -> Expr[N]:
    """The text has `value` in it, in any case.

    >>> import paramql as pq
    >>> pq.encode(pq.icontains("name", "ann"))
    'name=icontains:ann'
    """
    return Compare(field, Op.ICONTAINS, value)


def istartswith(field: N, value: str) -> Expr[N]:
    """The text begins with `value`, in any case.

    >>> import paramql as pq
    >>> pq.encode(pq.istartswith("name", "ann"))
    'name=istartswith:ann'
    """
    return Compare(field, Op.ISTARTSWITH, value)


def iendswith(field: N, value: str) -> Expr[N]:
    """The text ends with `value`, in any case.

    >>> import paramql as pq
    >>> pq.encode(pq.iendswith("name", "ann"))
    'name=iendswith:ann'
    """
    return Compare(field, Op.IENDSWITH, value)


def exists(field: N) -> Expr[N]:
    """The field has a value; a list has an element.

    >>> import paramql as pq
    >>> pq.encode(pq.exists("name"))
    'name=exists:true'
    """
    return Exists(field)


def any_(field: N, where: Expr[N]) -> Expr[N]:
    """Some element of the list satisfies `where`, whose names are relative to the element.

    >>> import paramql as pq
    >>> pq.encode(pq.any_("lines", pq.gt("quantity", 3)))
    'filter=any(lines,quantity:gt:3)'
    """
    return Any(field, where)


def all_(field: N, where: Expr[N]) -> Expr[N]:
    """Every element of the list satisfies `where`; true of an empty list.

    >>> import paramql as pq
    >>> pq.encode(pq.all_("lines", pq.gt("quantity", 3)))
    'filter=all(lines,quantity:gt:3)'
    """
    return Not(Any(field, Not(where)))
