"""The days of an instance, as numbers: what an index begins with that has a day's instances in the order of pages.

No index has one date's range in the order of another date, but one of days has each day of it in that order.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any, NamedTuple

# The day of a date that lies after the last change, which those of an instance ought not to.
ODD = 0


class Day(NamedTuple):
    """The field of a day, by the last part of its name, and the date that it is of.

    is_past: whether the date is of something that has happened to the instance: its last change comes later, or the
    day is `ODD`. So pages that have come to a last change need look at no later day.
    """

    name: str
    date: tuple[str, ...]
    is_past: bool

    @property
    def field(self) -> str:
        """The name of the day's field."""
        return f"derived.{self.name}"


DAYS = {
    "created": Day("createdDay", ("created",), is_past=True),
    "process.ended": Day("endedDay", ("process", "ended"), is_past=True),
    "dueBefore": Day("dueBeforeDay", ("dueBefore",), is_past=False),
    "visibleAfter": Day("visibleAfterDay", ("visibleAfter",), is_past=False),
}


def days(record: Mapping[str, Any]) -> dict[str, int]:
    """The days of a record by their names; of a date that it lacks, none.

    >>> days({"created": dt.datetime(2024, 5, 1), "lastChanged": dt.datetime(2024, 5, 1)})
    {'createdDay': 739007}
    """
    found = ((day, _at(record, day.date)) for day in DAYS.values())
    return {day.name: _number(day, date, record["lastChanged"]) for day, date in found if date is not None}


def _number(day: Day, date: dt.datetime, changed: dt.datetime) -> int:
    return ODD if day.is_past and date > changed else date.toordinal()


def _at(record: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    value: Any = record
    for key in path:
        value = value.get(key) if value is not None else None
    return value
