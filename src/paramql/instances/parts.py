"""A query of instances in parts, each of which an index has in the order of pages: values of a list, or spans of time.

What is asked of many values at once, or of a range of a date, no index has in the order of the last change: matches
would be sorted, or the order's index read past all that match none. Read in parts, a page costs one row for each part
besides its own; a range is some years, and the months and days at its ends.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import NamedTuple, TypeAlias, assert_never

import paramql as pq
from paramql.ast import And, Compare, Exists, Not, Op, Or
from paramql.ast import Any as Some
from paramql.instances.schema import SCHEMA
from paramql.instances.spans import DATES, DAY, FIRST, LAST, ODD, UNITS, YEAR, Date, Unit

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
# How near to its start pages have come of a range without an end, to be read by spans: before, the order's index does.
_NEAR = dt.timedelta(days=60)
# So much of a day is searched by the date itself and sorted, alone or at an end of a longer range; and a span that no
# more is missing of is read as a whole.
_SHORT, _EDGE = dt.timedelta(hours=12), dt.timedelta(hours=3)
_TICK = dt.timedelta(microseconds=1)
_EVER = dt.datetime.min.replace(tzinfo=dt.UTC), dt.datetime.max.replace(tzinfo=dt.UTC)
FIELDS = {field.name: field for field in SCHEMA.fields}
Asked: TypeAlias = Sequence[Compare[pq.Field]]
# What need not be asked any more, and the parts that see to it.
_Way: TypeAlias = tuple[Asked, tuple[pq.Expression, ...]]
# The number of a unit, and from which instant to which of it.
_Span: TypeAlias = tuple[Unit, int, dt.datetime, dt.datetime]


class Parts(NamedTuple):
    """What every match meets, and conditions of which it meets exactly one; none where it is best read as a whole."""

    rest: pq.Expression
    conditions: tuple[pq.Expression, ...] = ()


class _Range(NamedTuple):
    """From an instant to another, both included, of a date whose spans have numbers.

    bounds: what was asked.
    """

    name: str
    low: dt.datetime
    high: dt.datetime
    bounds: Asked

    @property
    def length(self) -> dt.timedelta:
        return self.high - self.low

    @property
    def date(self) -> Date:
        return DATES[self.name]


def parts(target: pq.SqlTarget, query: pq.Query) -> Parts:
    """The parts in which the page of a query is read."""
    asked = [one for one in operands(query.where) if isinstance(one, Compare)]
    for told, conditions in _ways(target, query, asked):
        rest = pq.all_of(*(one for one in operands(query.where) if one not in told))
        if conditions and len(conditions) * _leaves(rest) <= _HEAVIEST:
            return Parts(rest, conditions)
    return Parts(query.where)


def _ways(target: pq.SqlTarget, query: pq.Query, asked: Asked) -> Iterator[_Way]:
    """In what parts it could be read, the best first."""
    listed = _FEW & named(asked, Op.IN)
    if _FEW & named(asked, Op.EQ) or listed - {_PARTY}:
        return
    if not listed:
        yield _times(asked, query)
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


def _values(asked: Asked, most: int | None) -> _Way:
    """A part for each value of a list."""
    lists, equal = {one.field.name: one for one in asked if one.op is Op.IN}, named(asked, Op.EQ)
    for name, narrower in _LISTED.items():
        one = None if narrower & equal else lists.get(name)
        if one is not None and isinstance(one.value, tuple) and len(one.value) <= (most or len(one.value)):
            return [one], tuple(pq.eq(one.field, value) for value in dict.fromkeys(one.value))
    return [], ()


def _times(asked: Asked, query: pq.Query) -> _Way:
    """A part for each span of the shortest range; one more for the instances whose numbers say nothing."""
    is_sole, reached = not _LISTED.keys() & named(asked, Op.EQ), _reached(query)
    found = sorted(_ranges(asked, reached, is_sole=is_sole), key=lambda one: one.length)
    if not found:
        return [], ()
    shortest = found[0]
    if not shortest.date.is_past:
        return shortest.bounds, tuple(_spread(shortest, _EVER[1], is_sole=is_sole))
    odd = pq.all_of(_on(shortest, DAY, ODD), *shortest.bounds)
    return shortest.bounds, (*_spread(shortest, reached or _EVER[1], is_sole=is_sole), odd)


def _ranges(asked: Asked, reached: dt.datetime | None, *, is_sole: bool) -> Iterator[_Range]:
    """What is asked of dates that has an end, or can be given one."""
    for name, date in DATES.items():
        own = [one for one in asked if one.field.name == name]
        lows = [(one, low) for one in own if (low := _bound(one, Op.GTE, Op.GT, _TICK))]
        highs = [(one, high) for one in own if (high := _bound(one, Op.LTE, Op.LT, -_TICK))]
        low, high = max((at for _, at in lows), default=_EVER[0]), min((at for _, at in highs), default=_EVER[1])
        is_near = reached is not None and dt.timedelta() <= reached - low <= _NEAR
        if low <= high and (highs or (lows and (is_near if date.is_past else is_sole))):
            yield _Range(name, low, high, [one for one, _ in (*lows, *highs)])


def _bound(one: Compare[pq.Field], reaching: Op, beyond: Op, step: dt.timedelta) -> dt.datetime | None:
    """The instant that a range begins or ends with. None beyond the calendar, too, where no date is to be found."""
    if one.op not in (reaching, beyond) or not isinstance(one.value, dt.datetime):
        return None
    with suppress(OverflowError):
        return one.value if one.op is reaching else one.value + step
    return None


def _reached(query: pq.Query) -> dt.datetime | None:
    """The last change that no instance on the page comes after."""
    first, after = query.order[0], query.page.after
    value = after[0] if after and first.descending and first.field.name == "lastChanged" else None
    return value if isinstance(value, dt.datetime) else None


def _spread(asked: _Range, reached: dt.datetime, *, is_sole: bool) -> Iterator[pq.Expression]:
    """Spans that begin by then, by their numbers; what is short by the date itself, where nothing else is looked up."""
    if asked.length <= _SHORT and is_sole:
        yield _between(asked, asked.low, asked.high)
        return
    for unit, number, low, high in _cut(asked.low, asked.high):
        if low <= reached:
            is_short = is_sole and high - low < _EDGE
            yield _between(asked, low, high) if is_short else _within(asked, unit, number, low, high)


def _cut(low: dt.datetime, high: dt.datetime, units: Sequence[Unit] = UNITS) -> Iterator[_Span]:
    """The spans of a time; what nearly fills one, or lies in a day or in a year that counts for others, is one."""
    unit, *finer = units
    for number in range(unit.number(low), unit.number(high) + 1):
        start, end = _extent(unit, number)
        first, last = max(low, start), min(high, end)
        missing = (first - start) + (end - last)
        if missing <= _EDGE or not finer or (unit is YEAR and number in (FIRST, LAST)):
            yield unit, number, first, last
        else:
            yield from _cut(first, last, finer)


def _extent(unit: Unit, number: int) -> tuple[dt.datetime, dt.datetime]:
    """From the first instant to the last of those that have a number."""
    if unit is YEAR and number in (FIRST, LAST):
        return (_EVER[0], unit.end(number)) if number == FIRST else (unit.start(number), _EVER[1])
    return unit.start(number), unit.end(number)


def _on(asked: _Range, unit: Unit, number: int) -> pq.Expression:
    return pq.eq(FIELDS[asked.date.field(unit)], number)


def _within(asked: _Range, unit: Unit, number: int, low: dt.datetime, high: dt.datetime) -> pq.Expression:
    """A span by its number, and by the date where it is not asked for as a whole."""
    field, (start, end) = FIELDS[asked.name], _extent(unit, number)
    above, below = [pq.gte(field, low)] if low > start else [], [pq.lte(field, high)] if high < end else []
    return pq.all_of(_on(asked, unit, number), *above, *below)


def _between(asked: _Range, low: dt.datetime, high: dt.datetime) -> pq.Expression:
    field = FIELDS[asked.name]
    within = pq.all_of(pq.gte(field, low), pq.lte(field, high))
    return pq.all_of(within, pq.not_(_on(asked, DAY, ODD))) if asked.date.is_past else within
