"""The day, month and year of each date of an instance, as numbers: what an index begins with to have a range in order.

No index has one date's range in the order of another date. But one of days has each day in that order, one of months
each month; and a range is some years, the months and days at their ends.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

# The number of a date that lies after the last change, which those of an instance ought not to.
ODD = 0
# Years before and after these count as these, so that a range without an end has few of them.
FIRST, LAST = 2015, 2035
_TICK = dt.timedelta(microseconds=1)


class Unit(NamedTuple):
    """A part of the calendar. number: of the one that an instant lies in. start: where the one of a number begins."""

    word: str
    number: Callable[[dt.datetime], int]
    start: Callable[[int], dt.datetime]

    def end(self, number: int) -> dt.datetime:
        """The last instant of the one of a number."""
        return self.start(number + 1) - _TICK


class Date(NamedTuple):
    """A date of instances that ranges are asked of: where it is, and what its numbers' names begin with.

    is_past: whether it is of something that has happened to the instance: its last change comes later, or the number is
    `ODD`. So pages that have come to a last change need look at nothing later.
    """

    path: tuple[str, ...]
    is_past: bool

    def column(self, unit: Unit) -> str:
        """The name of a number, as a column has it."""
        return f"{self.path[-1]}{unit.word}"

    def field(self, unit: Unit) -> str:
        """The name of its field."""
        return f"derived.{self.column(unit)}"


def _year(at: dt.datetime) -> int:
    return min(max(at.year, FIRST), LAST)


def _month(at: dt.datetime) -> int:
    return at.year * 12 + at.month - 1


def _start_of_month(number: int) -> dt.datetime:
    return dt.datetime(number // 12, number % 12 + 1, 1, tzinfo=dt.UTC)


def _start_of_day(number: int) -> dt.datetime:
    return dt.datetime.combine(dt.date.fromordinal(number), dt.time(), dt.UTC)


YEAR = Unit("Year", _year, lambda number: dt.datetime(number, 1, 1, tzinfo=dt.UTC))
MONTH = Unit("Month", _month, _start_of_month)
DAY = Unit("Day", dt.datetime.toordinal, _start_of_day)
UNITS = (YEAR, MONTH, DAY)
DATES = {
    "created": Date(("created",), is_past=True),
    "process.ended": Date(("process", "ended"), is_past=True),
    "dueBefore": Date(("dueBefore",), is_past=False),
    "visibleAfter": Date(("visibleAfter",), is_past=False),
}
SPANS = tuple((date, unit) for date in DATES.values() for unit in UNITS)


def spans(record: Mapping[str, Any]) -> dict[str, int]:
    """The numbers of a record's dates by their names; of a date that it lacks, none.

    >>> spans({"created": dt.datetime(2024, 5, 1), "lastChanged": dt.datetime(2024, 5, 1)})
    {'createdYear': 2024, 'createdMonth': 24292, 'createdDay': 739007}
    """
    found: dict[str, int] = {}
    for date in DATES.values():
        if (at := _at(record, date.path)) is not None:
            is_odd = date.is_past and at > record["lastChanged"]
            found |= {date.column(unit): ODD if is_odd else unit.number(at) for unit in UNITS}
    return found


def _at(record: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    value: Any = record
    for key in path:
        value = value.get(key) if value is not None else None
    return value
