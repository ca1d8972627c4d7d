"""A condition as a client builds it: a draft with operators, checked by a schema where there is one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NoReturn

from paramql.ast import Draft, Not
from paramql.problems import QueryError
from paramql.rendering import encode
from paramql.schema import Schema
from paramql.simplify import all_of, any_of

_JOIN = "join conditions by & | ~, each comparison in brackets: (where.a == 1) & ~(where.b > 2)"


class Undecided:
    """What is neither true nor false: `and`, `or`, `not` and `1 < name < 5` would drop a part of what is meant."""

    __slots__ = ()

    def __bool__(self) -> NoReturn:
        raise TypeError(f"{self!r} is no condition; {_JOIN}")


@dataclass(frozen=True, slots=True)
class Where(Undecided):
    """A condition. `a & b` is true where both are, `a | b` where one is, `~a` exactly where `a` is not.

    `&` binds more tightly than `==`, so each comparison stands in brackets. draft: the expression, as `pq.encode`
    takes it. schema: what has checked it. As text it is the query string that asks for it.

    >>> from paramql.client import fields
    >>> where = fields()
    >>> str((where.org == "digdir") & ~(where.total > 100))
    'org=eq:digdir&total=not:gt:100'
    """

    draft: Draft
    schema: Schema | None = field(default=None, compare=False, repr=False)

    def __and__(self, other: Where) -> Where:
        return Where(all_of(self.draft, draft_of(other)), self.schema or other.schema)

    def __or__(self, other: Where) -> Where:
        return Where(any_of(self.draft, draft_of(other)), self.schema or other.schema)

    def __invert__(self) -> Where:
        return Where(Not(self.draft), self.schema)

    def __bool__(self) -> NoReturn:
        raise TypeError(f"a condition is true or false of a record only; {_JOIN}")

    def __str__(self) -> str:
        return text_of(self.draft, self.schema)


def draft_of(where: object) -> Draft:
    """The draft of a condition. Raises TypeError for what is none."""
    if not isinstance(where, Where):
        raise TypeError(f"{where!r} is no condition; {_JOIN}")
    return where.draft


def text_of(draft: Draft, schema: Schema | None) -> str:
    """The query string of a draft. Raises ValueError for what no filter can say."""
    return encode(draft, schema.controls["filter"] if schema else "filter")


def check(text: str, schema: Schema | None) -> None:
    """Raises `QueryError` for what the schema refuses of a part; what goes together only the whole can show."""
    try:
        if schema is not None:
            schema.parse(text)
    except QueryError as error:
        if grave := [problem for problem in error.problems if problem.code != "conflict"]:
            raise QueryError(error.text, grave) from None
