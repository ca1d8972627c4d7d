"""Whole statements of a page: its rows, and how many match."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from paramql.backends.places import Rows
from paramql.backends.sql.order import ordering
from paramql.backends.sql.text import HOLE, Piece, Sql, finish
from paramql.declarations import SortKey
from paramql.declare import Expression

if TYPE_CHECKING:
    from paramql.backends.sql.target import SqlTarget


def select(target: SqlTarget, where: Piece, order: Sequence[SortKey], limit: int, columns: str, hint: str) -> Sql:
    """The rows of a page. `columns` and `hint`, which stands after the table, are the host's own text."""
    keys = ordering(target, order)
    table = f"{_table(target)} {hint}".rstrip()
    text = f"SELECT {columns} FROM {table} WHERE {where.text} ORDER BY {keys.text} LIMIT {HOLE}"
    return finish(Piece(text, (*where.params, *keys.params, limit)), target.paramstyle)


def merged(
    target: SqlTarget, wheres: Sequence[Piece], order: Sequence[SortKey], limit: int, columns: str, hint: str
) -> Sql:
    """The rows of a page, read part by part: a condition for each, of which a row meets one at most.

    Where an index has every part in the order, engines that merge take the next row from whichever part has it; those
    that collect the parts first read a page of each.
    """
    table, keys = _table(target), ordering(target, order)
    rows, is_ordered = f"SELECT {columns} FROM {f'{table} {hint}'.rstrip()} WHERE", target.dialect.orders_parts
    parts = [_part(f"{rows} {where.text}", where, keys if is_ordered else None, limit) for where in wheres]
    text = f"SELECT * FROM ({' UNION ALL '.join(part.text for part in parts)}) AS {table}"
    params = tuple(param for part in parts for param in part.params)
    return finish(Piece(f"{text} ORDER BY {keys.text} LIMIT {HOLE}", (*params, *keys.params, limit)), target.paramstyle)


def _part(text: str, where: Piece, keys: Piece | None, limit: int) -> Piece:
    if keys is None:
        return Piece(text, where.params)
    return Piece(f"({text} ORDER BY {keys.text} LIMIT {HOLE})", (*where.params, *keys.params, limit))


def count(target: SqlTarget, where: Expression, cap: int | None) -> Sql:
    """How many rows match; with a cap, counting stops one beyond it."""
    condition = target.condition(where)
    rows = f"FROM {_table(target)} WHERE {condition.text}"
    if cap is None:
        return finish(Piece(f"SELECT count(*) {rows}", condition.params), target.paramstyle)
    text = f"SELECT count(*) FROM (SELECT 1 {rows} LIMIT {HOLE}) AS capped"
    return finish(Piece(text, (*condition.params, cap + 1)), target.paramstyle)


def _table(target: SqlTarget) -> str:
    if target.table is None:
        raise ValueError("the target has no table to select from: name it with table=")
    for name, place in target.places.items():
        if not isinstance(place, Rows) and place.table not in (None, target.table):
            raise ValueError(
                f"{name!r} lives in the table {place.table!r}, which no statement made here joins: use where, order_by "
                "and limit in one of your own"
            )
    return target.dialect.quoted(target.table)
