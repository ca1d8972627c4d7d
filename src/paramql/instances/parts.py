"""A query of instances in parts, each of which an index has in the order of pages: values of a list, or spans of time.

What is asked of many values at once, or of a range of a date, no index has in the order of the last change: matches
would be sorted, or the order's index read past all that match none. Read in parts, a page costs one row for each part
besides its own; a range is some years, and the months and days at its ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple, assert_never

import paramql as pq
from paramql.ast import And, Compare, Exists, Not, Op, Or
from paramql.ast import Any as Some
from paramql.instances.ranges import Asked, Way, spans

_PARTY = "instanceOwner.partyId"
# Fields by whose value engines look instances up, as few have the same: beside one value there is no need of parts, and
# beside a list of any but parties each part would be found by that list.
_FEW = frozenset({"id", _PARTY, "dataValues.A2ArchRef", "derived.guidTail", "created"})
# Fields with many, each with an index of its values; the first of them that has a list is read by its values. Beside a
# value of one of the fields named with it, it is not: that one's index would be read again for each of the list.
_LISTED: Mapping[str, frozenset[str]] = {
    _PARTY: frozenset(),
    "process.currentTask": frozenset({"org"}),
    "appId": frozenset(),
    "org": frozenset({"appId"}),
    "derived.mainVersion": frozenset({"org", "appId", "process.currentTask"}),
}
# The most values of a list on MariaDB, which collects a page of each part before it merges them.
MOST = 40
# The most parts, times what else is asked, which each of them asks anew. Source: of 250 parts with 60 clauses SQLite
# prepares the statement for 8 seconds, which nothing stops, and PostgreSQL plans it in 3 GB; 40 with 25, a moment.
_HEAVIEST = 1_000


class Parts(NamedTuple):
    """What every match meets, and conditions of which it meets exactly one; none where it is best read as a whole."""

    rest: pq.Expression
    conditions: tuple[pq.Expression, ...] = ()


def parts(target: pq.SqlTarget, query: pq.Query) -> Parts:
    """The parts in which the page of a query is read."""
    asked = [one for one in operands(query.where) if isinstance(one, Compare)]
    for told, conditions in _ways(target, query, asked):
        rest = pq.all_of(*(one for one in operands(query.where) if one not in told))
        if conditions and len(conditions) * _leaves(rest) <= _HEAVIEST:
            return Parts(rest, conditions)
    return Parts(query.where)


def _ways(target: pq.SqlTarget, query: pq.Query, asked: Asked) -> Iterator[Way]:
    """In what parts it could be read, the best first."""
    listed = _FEW & named(asked, Op.IN)
    if _FEW & named(asked, Op.EQ) or listed - {_PARTY}:
        return
    if not listed:
        yield spans(asked, query, is_sole=not _LISTED.keys() & named(asked, Op.EQ))
    yield _values(asked, MOST if target.backend == "mariadb" else None)


def _leaves(where: pq.Expression) -> int:
    """How many comparisons, of elements as well, and how many lists are looked into."""
    match where:
        case And(among) | Or(among):
            return sum(map(_leaves, among))
        case Not(inner):
            return _leaves(inner)
        case Some(_, inner):
            return 1 + _leaves(inner)
        case Compare() | Exists():
            return 1
        case _:
            assert_never(where)


def operands(where: pq.Expression) -> tuple[pq.Expression, ...]:
    """What has to hold all together."""
    return where.operands if isinstance(where, And) else (where,)


def named(asked: Iterable[pq.Expression], *ops: Op) -> set[str]:
    """The fields that are compared, in one of these ways or in any."""
    return {one.field.name for one in asked if isinstance(one, Compare) and (not ops or one.op in ops)}


def _values(asked: Asked, most: int | None) -> Way:
    """A part for each value of a list."""
    lists, equal = {one.field.name: one for one in asked if one.op is Op.IN}, named(asked, Op.EQ)
    for name, narrower in _LISTED.items():
        one = None if narrower & equal else lists.get(name)
        if one is not None and isinstance(one.value, tuple) and len(one.value) <= (most or len(one.value)):
            return [one], tuple(pq.eq(one.field, value) for value in dict.fromkeys(one.value))
    return [], ()
