"""Where a page starts, written so that an index finds it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from paramql.ast import Op, Scalar
from paramql.backends.sql.order import sorted_by
from paramql.backends.sql.scope import TableScope
from paramql.backends.sql.text import Piece, join
from paramql.declarations import SortKey
from paramql.declare import Expression
from paramql.position import after
from paramql.simplify import all_of

if TYPE_CHECKING:
    from paramql.backends.sql.target import SqlTarget


class _Side(NamedTuple):
    """A sort value, and the operand that it is compared with."""

    value: str
    operand: Piece


def following(
    target: SqlTarget, where: Expression, order: Sequence[SortKey], position: Sequence[Scalar | None] | None
) -> Piece:
    """A condition, of what comes after a position (None: of all).

    The start stands first: of several upper bounds of a column SQLite searches by the one that it reads first.
    """
    if position is None:
        return target.condition(where)
    if start := _row(target.scope, order, position):
        return join("AND", [start, target.condition(where)])
    return target.condition(all_of(after(order, tuple(position)), where))


def _row(scope: TableScope, order: Sequence[SortKey], position: Sequence[Scalar | None]) -> Piece | None:
    """`(a, b) < (?, ?)`, which skips ties that `a <= ?` would read; None where keys or engine do not allow it."""
    if not scope.dialect.compares_rows or len({key.descending for key in order}) != 1:
        return None
    sides = [_side(scope, key, value) for key, value in zip(order, position, strict=True)]
    found = [side for side in sides if side]
    if len(found) < len(sides):
        return None
    values, operands = (
        ", ".join(texts) for texts in zip(*((one.value, one.operand.text) for one in found), strict=True)
    )
    params = tuple(param for side in found for param in side.operand.params)
    return Piece(f"({values}) {_sign(order[0])} ({operands})", params)


def _side(scope: TableScope, key: SortKey, value: Scalar | None) -> _Side | None:
    """The two sides of a comparison that is one of bare values, on a column that always has one."""
    term, op = scope.term(key.field), Op.LT if key.descending else Op.GT
    relation = term.storage.relations.get(op)
    if value is None or relation is None or not key.field.required or term.storage.fold:
        return None
    left, encoded = sorted_by(scope.dialect, term).text, term.storage.encode(term.type, value)
    whole, start = relation.holds.fill(term.value, (encoded,), term.cast), f"{left} {_sign(key)} "
    if not whole.text.startswith(start):  # as in documents, which are sorted by more than the bare value
        return None
    return _Side(left, Piece(whole.text.removeprefix(start), whole.params))


def _sign(key: SortKey) -> str:
    return "<" if key.descending else ">"
