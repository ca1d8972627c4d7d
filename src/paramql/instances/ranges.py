"""A range of a date of instances in spans of time, each of which an index has in the order of pages.

A range is some years, and the months and days at its ends: the number of each stands in a column of its own.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple, TypeAlias

import paramql as pq
from paramql.ast import Compare, Op
from paramql.instances.schema import FIELDS
from paramql.instances.spans import DATES, DAY, FIRST, LAST, ODD, UNITS, YEAR, Date, Unit

Asked: TypeAlias = Sequence[Compare[pq.Field]]
# What need not be asked any more, and the parts that see to it.
Way: TypeAlias = tuple[Asked, tuple[pq.Expression, ...]]
# The number of a unit, and from which instant to which of it.
_Span: TypeAlias = tuple[Unit, int, dt.datetime, dt.datetime]
# How near to its start pages have come of a range without an end, to be read by spans: before, the order's index does.
_NEAR = dt.timedelta(days=60)
# So much of a day is searched by the date itself and sorted, alone or at an end of a longer range; and a span that no
# more is missing of is read as a whole.
_SHORT, _EDGE = dt.timedelta(hours=12), dt.timedelta(hours=3)
_TICK = dt.timedelta(microseconds=1)
_EVER = dt.datetime.min.replace(tzinfo=dt.UTC), dt.datetime.max.replace(tzinfo=dt.UTC)


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


def spans(asked: Asked, query: pq.Query, *, is_sole: bool) -> Way:
    """A part for each span of the shortest range; one more for the instances whose numbers say nothing.

    is_sole: nothing else is asked that an index looks up.
    """
    reached = _reached(query)
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
