"""Pages that lose nothing: a condition that starts where the page before ended, never an OFFSET.

The page's condition is the query's, the host's scope and the place where the last page ended, ANDed: backends know
nothing of paging. One record more than the page holds is fetched, so the last page has no token.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Generic, TypeVar
from typing import Any as Anything

from paramql.declare import Expression
from paramql.links import link
from paramql.position import after, token_after
from paramql.query import Position, Query
from paramql.simplify import all_of

if TYPE_CHECKING:
    from paramql.backends.places import Target
    from paramql.backends.sql.target import SqlTarget
    from paramql.backends.sql.text import Sql

__all__ = ["Page", "Result", "link", "page", "paginate"]

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Result(Generic[R]):
    """A page as it is shown: its records, the token of the next one (None: this is the last), and the total.

    total: of all that match, where it was counted. total_is_exact: False where counting stopped at a cap.
    """

    items: list[R]
    next_token: str | None
    total: int | None = None
    total_is_exact: bool = True


@dataclass(frozen=True, slots=True)
class Page:
    """What a store is asked for one page.

    matching: the query's condition and the scope. where: that, and the place where the page starts, as the backend of
    the target has it; order_by: the order, likewise. limit: size + 1. target: where the fields live.
    """

    query: Query
    target: Target
    matching: Expression
    where: Anything
    order_by: Anything
    limit: int

    @property
    def counted(self) -> Anything:
        """The condition of the total: without the place where the page starts."""
        from paramql.backends import compile

        return compile(self.matching, self.target)

    def select(self, columns: str = "*", hint: str = "", parts: Sequence[Expression] = ()) -> Sql:
        """The whole statement of the page, where the target is a table.

        columns, hint: the host's own text. A hint stands after the table; MariaDB needs one, `FORCE INDEX (...)`, to
        find where a page starts in an index that begins with another column, rather than to read it from its end.
        parts: conditions of which every match meets exactly one, such as days of a month, where an index has each of
        them in the order of the page, and none has them together. Columns then name those of the order, too.
        """
        query, after = self.query, self.query.page.after
        return self._table.select(self.matching, query.order, self.limit, columns, after, hint, parts)

    def count(self, cap: int | None = None) -> Sql:
        """The statement that counts all that match; with a cap it stops one beyond, which `finish` understands."""
        return self._table.count(self.matching, cap)

    def finish(self, rows: Iterable[R], total: int | None = None, cap: int | None = None) -> Result[R]:
        """The page from the rows that were fetched. Rows are read by the target to make the next token.

        total: of all that match, if it was counted; with a `cap`, a total beyond it reads as the cap, not exact.
        """
        order, target = self.query.order, self.target
        return _result(self.query, list(rows), lambda row: target.position(row, order), total, cap)

    @property
    def _table(self) -> SqlTarget:
        from paramql.backends.sql.target import SqlTarget

        if not isinstance(self.target, SqlTarget):
            raise TypeError(f"{self.target.backend} has no statements: use where, order_by and limit")
        return self.target


def page(query: Query, target: Target, scope: Expression | None = None) -> Page:
    """What to ask a store for the page of a query. scope: a condition of the host's, which no query can escape.

    Raises ValueError where the schema has no unique key: without one, records that tie could be lost between pages;
    TypeError for what is no target.
    """
    from paramql.backends.places import Target

    _check_key(query)
    if not isinstance(target, Target):
        raise TypeError(f"page takes a target, such as target('sqlite', schema, table='orders'), not {target!r}")
    matching = query.where if scope is None else all_of(query.where, scope)
    where = target.following(matching, query.order, query.page.after)
    return Page(query, target, matching, where, target.order_by(query.order), query.page.size + 1)


def paginate(records: Iterable[R], query: Query, scope: Expression | None = None) -> Result[R]:
    """The page of a query over records in memory, with the exact total. Records are typed, as `Schema.load` makes them.

    >>> import paramql as pq
    >>> schema = pq.Schema(pq.Field("id", pq.Integer(), unique=True))
    >>> pq.paginate([{"id": 2}, {"id": 1}, {"id": 3}], schema.parse("id=lt:3&size=2")).items
    [{'id': 1}, {'id': 2}]
    """
    from paramql.backends import compile
    from paramql.backends.python.order import order_by, position

    _check_key(query)
    matching = compile(query.where if scope is None else all_of(query.where, scope), "python").filter(records)
    start = None if query.page.after is None else compile(after(query.order, query.page.after), "python")
    following = matching if start is None else start.filter(matching)
    rows = order_by(query.order)(following)[: query.page.size + 1]
    return _result(query, rows, lambda row: position(row, query.order), len(matching), None)


def _check_key(query: Query) -> None:
    if query.schema.key is None:
        raise ValueError("paging needs a unique field in the schema: Field('id', ..., unique=True)")


def _result(
    query: Query, rows: Sequence[R], position: Callable[[R], Position], total: int | None, cap: int | None
) -> Result[R]:
    items, tokens = list(rows[: query.page.size]), query.schema.tokens
    token = None
    if len(rows) > len(items) and tokens is not None:
        token = token_after(query, position(items[-1]), tokens)
    if total is not None and cap is not None and total > cap:
        return Result(items, token, cap, total_is_exact=False)
    return Result(items, token, total)
