"""A query of instances in parts, each of which an index has in the order of pages: the values of a list, or days.

What is asked of many values at once, or of a range of a date, no index has in the order of the last change: matches
would be sorted, or the order's index read past all that match none. Read in parts, a page of a month costs one row for
each day besides its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple, TypeAlias

import paramql as pq
from paramql.ast import And, Compare, Op
from paramql.instances.days import DAYS, ODD, Day
from paramql.instances.schema import SCHEMA

# Fields with few instances to a value: there is no need of parts.
_FEW = frozenset({"id", "instanceOwner.partyId", "dataValues.A2ArchRef", "derived.guidTail"})
# Fields with many, each with an index of its values; the first of them that has a list is read by its values.
_LISTED = ("instanceOwner.partyId", "process.currentTask", "appId", "org", "derived.mainVersion")
_LISTED_NAMES = frozenset(_LISTED)
# The most parts: a year of days. MariaDB collects a page of each before it merges them.
MOST = {"sqlite": 370, "postgresql": 370, "mariadb": 40}
# The most days of a range that only the place of the page closes: longer ones the order's index reads as well.
_NEAR = dt.timedelta(days=60)
# So much of a day is searched by the date itself and sorted, alone or at an end of a longer range.
_SHORT, _EDGE = dt.timedelta(hours=12), dt.timedelta(hours=3)
_TICK = dt.timedelta(microseconds=1)
_WHOLE = dt.timedelta(days=1) - _TICK
FIELDS = {field.name: field for field in SCHEMA.fields}
Asked: TypeAlias = Sequence[Compare[pq.Field]]
# What need not be asked any more, and the parts that see to it.
_Way: TypeAlias = tuple[Asked, tuple[pq.Expression, ...]]


class Parts(NamedTuple):
    """What every match meets, and conditions of which it meets exactly one; none where it is best read as a whole."""

    rest: pq.Expression
    conditions: tuple[pq.Expression, ...] = ()


class _Range(NamedTuple):
    """From an instant to another, both included, of a date that has a field for its day.

    bounds: what was asked. is_open: whether the end is where pages have come to, not one that was asked for.
    """

    name: str
    low: dt.datetime
    high: dt.datetime
    bounds: Asked
    is_open: bool

    @property
    def length(self) -> dt.timedelta:
        return self.high - self.low

    @property
    def day(self) -> Day:
        return DAYS[self.name]


def parts(target: pq.SqlTarget, query: pq.Query) -> Parts:
    """The parts in which the page of a query is read."""
    asked = [one for one in operands(query.where) if isinstance(one, Compare)]
    if not _FEW & named(asked, Op.EQ):
        ways = (_values(asked),) if _FEW & named(asked, Op.IN) else (_days(asked, query), _values(asked))
        for told, conditions in ways:
            if 0 < len(conditions) <= MOST[target.backend]:
                return Parts(pq.all_of(*(one for one in operands(query.where) if one not in told)), conditions)
    return Parts(query.where)


def operands(where: pq.Expression) -> tuple[pq.Expression, ...]:
    """What has to hold all together."""
    return where.operands if isinstance(where, And) else (where,)


def named(asked: Iterable[pq.Expression], *ops: Op) -> set[str]:
    """The fields that are compared, in one of these ways or in any."""
    return {one.field.name for one in asked if isinstance(one, Compare) and (not ops or one.op in ops)}


def _values(asked: Asked) -> _Way:
    """A part for each value of a list."""
    lists = {one.field.name: one for one in asked if one.op is Op.IN}
    for name in _LISTED:
        if (one := lists.get(name)) and isinstance(one.value, tuple):
            return [one], tuple(pq.eq(one.field, value) for value in dict.fromkeys(one.value))
    return [], ()


def _days(asked: Asked, query: pq.Query) -> _Way:
    """A part for each day of the shortest range; one more for the instances whose day says nothing."""
    found = sorted(_ranges(asked, _reached(query)), key=lambda one: one.length)
    if not found:
        return [], ()
    shortest, is_sole = found[0], not _LISTED_NAMES & named(asked, Op.EQ)
    odd = [pq.all_of(_on(shortest, ODD), *shortest.bounds)] if shortest.day.is_past else []
    return shortest.bounds, (*_spread(shortest, is_sole=is_sole), *odd)


def _ranges(asked: Asked, reached: dt.datetime | None) -> Iterator[_Range]:
    for name, day in DAYS.items():
        own = [one for one in asked if one.field.name == name]
        lows = [(one, low) for one in own if (low := _bound(one, Op.GTE, Op.GT, _TICK))]
        highs = [(one, high) for one in own if (high := _bound(one, Op.LTE, Op.LT, -_TICK))]
        low, high = max((at for _, at in lows), default=None), min((at for _, at in highs), default=None)
        is_open = bool(low and day.is_past and reached and (reached < high if high else reached - low <= _NEAR))
        end = reached if is_open else high
        if low and end and low <= end:
            yield _Range(name, low, end, [one for one, _ in (*lows, *highs)], is_open)


def _bound(one: Compare[pq.Field], reaching: Op, beyond: Op, step: dt.timedelta) -> dt.datetime | None:
    if one.op not in (reaching, beyond) or not isinstance(one.value, dt.datetime):
        return None
    return one.value if one.op is reaching else one.value + step


def _reached(query: pq.Query) -> dt.datetime | None:
    """The last change that no instance on the page comes after."""
    first, after = query.order[0], query.page.after
    value = after[0] if after and first.descending and first.field.name == "lastChanged" else None
    return value if isinstance(value, dt.datetime) else None


def _spread(asked: _Range, *, is_sole: bool) -> Iterator[pq.Expression]:
    """Whole days by their number, and what is short by the date itself, where nothing else is looked up."""
    first, last = asked.low.toordinal(), asked.high.toordinal()
    if asked.length <= _SHORT and is_sole and not asked.is_open:
        yield _between(asked, asked.low, asked.high)
        return
    for number in range(first, last + 1):
        low, high = max(asked.low, _midnight(number)), min(asked.high, _midnight(number + 1) - _TICK)
        if high - low < _EDGE and is_sole and not (asked.is_open and number == last):
            yield _between(asked, low, high)
        elif high - low < _WHOLE:
            yield pq.all_of(_on(asked, number), *asked.bounds)
        else:
            yield _on(asked, number)


def _midnight(number: int) -> dt.datetime:
    return dt.datetime.combine(dt.date.fromordinal(number), dt.time(), dt.UTC)


def _on(asked: _Range, number: int) -> pq.Expression:
    return pq.eq(FIELDS[asked.day.field], number)


def _between(asked: _Range, low: dt.datetime, high: dt.datetime) -> pq.Expression:
    field = FIELDS[asked.name]
    within = pq.all_of(pq.gte(field, low), pq.lte(field, high))
    return pq.all_of(within, pq.not_(_on(asked, ODD))) if asked.day.is_past else within
