"""The closed set of nodes that a filter is made of.

A node is generic over what stands for a field: `str` while it is only named (`Draft`), a declared `Field` once it is
checked (`paramql.declare.Expression`). Backends take checked expressions only, and the type checker holds them to it.

Two truth values: every expression is true or false of every record, and `Not` is the exact complement.
`And(())` is true, `Or(())` is false. `ne`, `nin` and `all` are made of `Not`.
"""

from __future__ import annotations

import datetime as dt
import decimal
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, Never, NoReturn, TypeAlias, TypeVar

F = TypeVar("F", covariant=True)


class Op(StrEnum):
    """What a comparison asks of a value; never true where there is no value."""

    EQ = "eq"
    GT = "gt"
    GTE = "gte"
    LT = "lt"
    LTE = "lte"
    IN = "in"
    CONTAINS = "contains"
    STARTSWITH = "startswith"
    ENDSWITH = "endswith"
    IEQ = "ieq"
    ICONTAINS = "icontains"
    ISTARTSWITH = "istartswith"
    IENDSWITH = "iendswith"


@dataclass(frozen=True, slots=True)
class FineDateTime:
    """An instant finer than microseconds: `at`, and the digits beyond (`"7"` for .1234567). Never reaches a backend."""

    at: dt.datetime
    beyond: str


Scalar: TypeAlias = str | int | float | decimal.Decimal | bool | dt.datetime | dt.date | FineDateTime
Value: TypeAlias = Scalar | tuple[Scalar, ...]


class _Node:
    """A node is true or false of a record, not by itself: `scope and where` would be `where` alone."""

    __slots__ = ()

    def __bool__(self) -> NoReturn:
        raise TypeError("an expression is neither true nor false by itself: join two by pq.all_of(a, b), not by `and`")


@dataclass(frozen=True, slots=True)
class And(_Node, Generic[F]):
    """True where all operands are; `And(())` is true."""

    operands: tuple[Expr[F], ...]


@dataclass(frozen=True, slots=True)
class Or(_Node, Generic[F]):
    """True where some operand is; `Or(())` is false."""

    operands: tuple[Expr[F], ...]


@dataclass(frozen=True, slots=True)
class Not(_Node, Generic[F]):
    """True exactly where the operand is false."""

    operand: Expr[F]


@dataclass(frozen=True, slots=True)
class Compare(_Node, Generic[F]):
    """The field has a value that stands in relation `op` to `value` (a tuple for `Op.IN`)."""

    field: F
    op: Op
    value: Value


@dataclass(frozen=True, slots=True)
class Any(_Node, Generic[F]):
    """Some element of the list satisfies `where`, whose fields are relative to the element. A null is no element."""

    field: F
    where: Expr[F]


@dataclass(frozen=True, slots=True)
class Exists(_Node, Generic[F]):
    """The field has a value; a list: at least one element."""

    field: F


Expr: TypeAlias = And[F] | Or[F] | Not[F] | Compare[F] | Any[F] | Exists[F]
Draft: TypeAlias = Expr[str]

TRUE: And[Never] = And(())
FALSE: Or[Never] = Or(())
