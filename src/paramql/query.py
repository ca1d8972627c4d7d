"""A checked query: what was asked, what it means, and how it is to be paged."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeAlias
from typing import Any as Anything

from paramql.ast import Scalar
from paramql.declarations import Declarations, SortKey
from paramql.declare import Asked, Expression
from paramql.problems import Problem
from paramql.source import Span

Position: TypeAlias = tuple[Scalar | None, ...]


class Token(NamedTuple):
    """A continuation token as it was sent, and where it stood."""

    text: str
    span: Span


class PageRequest(NamedTuple):
    """How many records a page has, the token of the page before (None: the first page), and where that one ended."""

    size: int
    token: Token | None = None
    after: Position | None = None


class Rest(Protocol):
    """What a query's members are made of that nobody has looked at yet."""

    def member(self, query: Query, name: str) -> Anything:
        """The value of the member of that name."""
        ...


@dataclass(frozen=True, slots=True)
class Query:
    """A query string that a schema has accepted.

    text: as the client wrote it. asked: the clauses by public name. where: what they mean, simplified, for backends.
    order: the keys to sort by, the schema's unique key last. values: options by name. names: the parameters and
    fields used, and where each first stands. notices: what was repaired, doubted or dropped. now: the instant that
    relative times are read at, the same on every page; asked_at: the instant of this request (where no time is
    relative, both are at the latest when they are first looked at). audience: whom tokens are for. default_order: the
    keys that this caller sorts by who asks for none.

    >>> import paramql as pq
    >>> schema = pq.Schema(pq.Field("org", pq.Text(), unique=True))
    >>> query = schema.parse("org=digdir&size=20")
    >>> query.page.size, [str(key) for key in query.order], dict(query.names)
    (20, ['asc:org'], {'org': Span(start=0, end=3)})
    """

    text: str
    asked: Asked
    where: Expression
    order: tuple[SortKey, ...]
    page: PageRequest
    values: Mapping[str, Scalar]
    names: Mapping[str, Span]
    notices: tuple[Problem, ...]
    now: dt.datetime
    asked_at: dt.datetime
    audience: str | None
    schema: Declarations = field(repr=False)
    default_order: tuple[SortKey, ...] = field(repr=False)
    rest: Rest | None = field(init=False, repr=False, compare=False)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Anything:
            """A member that nobody has looked at yet."""
            if name not in _SETTERS:
                raise AttributeError(f"a query has no {name!r}")
            value = None if name == "rest" else self.rest.member(self, name)
            _SETTERS[name](self, value)
            return value

    def with_page(self, **changed: Anything) -> Query:
        """The same query, its page request changed."""
        return replace(self, page=self.page._replace(**changed))


_SETTERS = {name: getattr(Query, name).__set__ for name in Query.__slots__}
_set_text, _set_where, _set_rest = (_SETTERS[name] for name in ("text", "where", "rest"))


def deferred(text: str, where: Expression, rest: Rest) -> Query:
    """A query whose other members are made of the rest, when they are looked at."""
    query = object.__new__(Query)
    _set_text(query, text)
    _set_where(query, where)
    _set_rest(query, rest)
    return query
