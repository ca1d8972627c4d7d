"""What the host decides of one request: whom its tokens are for, which names it may use, which records it may see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from paramql.declare import Expression
from paramql.query import Query
from paramql.schema import Schema
from paramql.simplify import all_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """What one request may see, and how it is read.

    audience: whom continuation tokens are for. only: the names that may be used; all others do not exist (None: all).
    scope: a condition that is ANDed to whatever is asked; `schema.bind` makes it. now: the instant of relative times
    (aware; the clock's by default). zone: of times without an offset (UTC by default).

    >>> import paramql as pq
    >>> orders = pq.Schema(pq.Field("id", pq.Integer()), pq.Field("org", pq.Text()))
    >>> mine = Access(scope=orders.bind(pq.eq("org", "digdir")))
    >>> pq.compile(mine.parse(orders, "id=7").where, "sqlite").text
    '`id` = ? AND `org` = ?'
    """

    audience: str | None = None
    only: Iterable[str] | None = None
    scope: Expression | None = None
    now: dt.datetime | None = None
    zone: dt.tzinfo | None = None

    def parse(self, schema: Schema, text: str | bytes) -> Query:
        """The query of a raw query string, as this request may ask it. Raises `QueryError` with every problem."""
        if isinstance(text, bytes) and text.isascii():
            text = text.decode()  # plain text is read faster
        query = schema.parse(text, now=self.now, zone=self.zone, audience=self.audience, only=self.only)
        return query if self.scope is None else replace(query, where=all_of(query.where, self.scope))


EVERYONE = Access()
