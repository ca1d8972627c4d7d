"""Instants and dates: RFC 3339, its reduced forms, and times relative to now."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias, TypeVar, cast

from paramql.ast import FineDateTime, Op, Scalar
from paramql.source import shown
from paramql.types.base import LISTED, ORDER, Clock, Folded, LiteralError, Misfit, Type, fold_to

Precision: TypeAlias = Literal["us", "ms", "s"]
GRID: dict[str, int] = {"us": 1, "ms": 1_000, "s": 1_000_000}

_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_INSTANT = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.([0-9]+))?)?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})?"
)
_IN_UTC = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]+)?Z")
_USUAL = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](?:\.[0-9]{1,6})?Z)?")
_RELATIVE = re.compile(r"(now|today)((?:[+-][0-9]+(?:mo|s|m|h|d|w|y))*)")
_STEP = re.compile(r"([+-][0-9]+)(mo|s|m|h|d|w|y)")
_LOST_OFFSET_PLUS = re.compile(r"(?<=[0-9]) (?=[0-9]{2}:[0-9]{2}\Z)")
_LOST_STEP_PLUS = re.compile(r"(?<=[a-z]) (?=[0-9])")
_LOST_T = re.compile(r"(?<=[0-9]{2}) (?=[0-9]{2}:)")
_MISSING_T = "a T stands between date and time: 2019-05-01T12:30:00Z"
_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_EXACT_UNITS = {"s": "seconds", "m": "minutes", "h": "hours"}
Day = TypeVar("Day", bound=dt.date)
Read = TypeVar("Read")
_CALENDAR_UNITS = {"d": "days", "w": "weeks", "mo": "months", "y": "years"}


@dataclass(frozen=True)
class DateTime(Type):
    """An instant, canonical as an aware UTC datetime; stored values lie on a grid of `precision` (us, ms or s).

    Literals are those of RFC 3339, section 5.6, the same without seconds or offset, dates, months, years, and times
    relative to now.

    >>> DateTime().load("2019-05-01T12:30:00+02:00")
    datetime.datetime(2019, 5, 1, 10, 30, tzinfo=datetime.timezone.utc)
    """

    precision: Precision = "us"
    relations: ClassVar[frozenset[Op]] = LISTED | ORDER
    word: ClassVar[str] = "datetime"
    accepts: ClassVar[str] = "such as 2019-05-01T12:30:00Z, 2019-05-01, 2019-05 or today-7d"

    def __post_init__(self) -> None:
        if self.precision not in list(GRID):
            raise ValueError("DateTime takes precision='us', 'ms' or 's'")

    def parse(self, text: str, clock: Clock) -> dt.datetime | FineDateTime:
        """The instant. What has no offset is in the clock's zone; a (reduced) date is its first instant.

        Raises `LiteralError`: `out-of-range` outside years 1 to 9999 of UTC, `invalid-value` otherwise.
        """
        return _usual(text, clock.zone) or _within_years(text, lambda: self._parse(text, clock))

    def _parse(self, text: str, clock: Clock) -> dt.datetime | FineDateTime:
        if match := _INSTANT.fullmatch(text):
            return _instant(match, clock)
        if match := _DATE.fullmatch(text):
            return to_utc(dt.datetime.combine(_first_day(match), dt.time()), clock.zone)
        if match := _RELATIVE.fullmatch(text):
            return _relative(match, clock)
        without_t = _INSTANT.fullmatch(_LOST_T.sub("T", text, 1))
        raise self.refuse(f"'{shown(text)}' is not a date-time", _MISSING_T if without_t else None)

    def repair(self, text: str) -> str:
        """`2019-05-01T10:00:00 02:00` was an offset of `+02:00`; `now 1d` was `now+1d`."""
        return _LOST_OFFSET_PLUS.sub("+", text) if text[10:11] in ("T", "t") else _repair_relative(text)

    def load(self, value: object) -> dt.datetime:
        """An aware datetime, or RFC 3339 text (UTC where it names no offset), cut to the precision."""
        if isinstance(value, str) and _IN_UTC.fullmatch(value):
            return floor_to(_of_text(value), self.precision)
        loaded = self.admit(value)
        return floor_to(loaded.at if isinstance(loaded, FineDateTime) else loaded, self.precision)

    def admit(self, value: object) -> dt.datetime | FineDateTime:
        """The same, not cut."""
        try:
            return _loaded(value)
        except (OverflowError, ValueError):
            raise Misfit("not an RFC 3339 date-time") from None

    def fold(self, op: Op, value: Scalar) -> Folded | Literal[False]:
        """`gt:….1234567` is `gt ….123456` at microseconds; `eq` of it is false."""
        return fold_instant(op, cast("dt.datetime | FineDateTime", value), self.precision)


@dataclass(frozen=True)
class Date(Type):
    """A calendar date; a reduced date is its first day, `now` is today in the clock's zone.

    >>> Date().load("2019-05-01")
    datetime.date(2019, 5, 1)
    """

    relations: ClassVar[frozenset[Op]] = LISTED | ORDER
    word: ClassVar[str] = "date"
    accepts: ClassVar[str] = "such as 2019-05-01, 2019-05 or today-7d"

    def parse(self, text: str, clock: Clock) -> dt.date:
        """The date. Raises `LiteralError`."""
        return _within_years(text, lambda: self._parse(text, clock))

    def _parse(self, text: str, clock: Clock) -> dt.date:
        if match := _DATE.fullmatch(text):
            return _first_day(match)
        if match := _RELATIVE.fullmatch(text):
            return self._relative(match, clock)
        raise self.refuse(f"'{shown(text)}' is not a date")

    def _relative(self, match: re.Match[str], clock: Clock) -> dt.date:
        day = clock.now.astimezone(clock.zone).date()
        for count, unit in _STEP.findall(match[2]):
            if unit in _EXACT_UNITS:
                raise self.refuse(f"'{unit}' is finer than a day", "units of a date are d, w, mo and y")
            day = _calendar(day, _bounded(count), unit)
        return day

    def repair(self, text: str) -> str:
        """`today 1d` was `today+1d`."""
        return _repair_relative(text)

    def load(self, value: object) -> dt.date:
        """A date, or its text `2019-05-01`."""
        if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
            return value
        if isinstance(value, str) and len(value) == 10 and (match := _DATE.fullmatch(value)):
            try:
                return _first_day(match)
            except LiteralError:
                pass
        raise Misfit("not a date")


def fold_instant(op: Op, value: dt.datetime | FineDateTime, precision: str) -> Folded | Literal[False]:
    """The comparison on a grid of `precision` that is true of the same stored instants."""
    if precision == "us" and not isinstance(value, FineDateTime):
        return Folded(op, value)
    at, beyond = (value.at, value.beyond) if isinstance(value, FineDateTime) else (value, "")
    floor = floor_to(at, precision)
    return fold_to(op, floor, floor == at and not beyond)


def floor_to(instant: dt.datetime, precision: str) -> dt.datetime:
    """The latest instant of the grid that is not later."""
    beyond = instant.microsecond % GRID[precision]
    return instant.replace(microsecond=instant.microsecond - beyond) if beyond else instant


def to_utc(local: dt.datetime, zone: dt.tzinfo) -> dt.datetime:
    """A wall time as an instant: one in a gap moves forward by the gap, one that occurs twice is the first."""
    if zone is dt.UTC:
        return local.replace(tzinfo=dt.UTC)
    from dateutil.tz import resolve_imaginary

    return resolve_imaginary(local.replace(tzinfo=zone, fold=0)).astimezone(dt.UTC)


def _usual(text: str, zone: dt.tzinfo) -> dt.datetime | None:
    """What clients mostly send, at the speed of the standard library; None for all that needs a closer look."""
    if not _USUAL.fullmatch(text):
        return None
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC) if zone is dt.UTC else None


def _of_text(text: str) -> dt.datetime:
    """What documents mostly hold, at the speed of the standard library, which cuts digits beyond microseconds."""
    try:
        return dt.datetime.fromisoformat(text)
    except ValueError:
        raise Misfit("not an RFC 3339 date-time") from None


def _loaded(value: object) -> dt.datetime | FineDateTime:
    if isinstance(value, FineDateTime):
        return value
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC) if value.tzinfo else value.replace(tzinfo=dt.UTC)
    match = _INSTANT.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise Misfit
    return _instant(match, Clock(_EPOCH))


def _instant(match: re.Match[str], clock: Clock) -> dt.datetime | FineDateTime:
    year, month, day, hour, minute, second, fraction, offset = match.groups()
    digits = (fraction or "").rstrip("0")
    wall = dt.datetime.combine(
        _day(year, month, day), _time(int(hour), int(minute), int(second or 0), int(digits[:6].ljust(6, "0")))
    )
    instant = to_utc(wall, clock.zone) if offset is None else wall.replace(tzinfo=_offset(offset)).astimezone(dt.UTC)
    return FineDateTime(instant, digits[6:]) if digits[6:] else instant


def _first_day(match: re.Match[str]) -> dt.date:
    return _day(match[1], match[2] or "01", match[3] or "01")


def _day(year: str, month: str, day: str) -> dt.date:
    if year == "0000":
        raise LiteralError("invalid-value", "there is no year 0000", "years run from 0001 to 9999")
    if not 1 <= int(month) <= 12:
        raise LiteralError("invalid-value", f"there is no month {month}", "months run from 01 to 12")
    last = calendar.monthrange(int(year), int(month))[1]
    if not 1 <= int(day) <= last:
        hint = f"the days of {year}-{month} run from 01 to {last}"
        raise LiteralError("invalid-value", f"there is no day {year}-{month}-{day}", hint)
    return dt.date(int(year), int(month), int(day))


def _time(hour: int, minute: int, second: int, microsecond: int) -> dt.time:
    if second == 60:
        raise LiteralError("invalid-value", "a leap second cannot be asked for", "seconds run from 00 to 59")
    if hour > 23 or minute > 59 or second > 59:
        raise LiteralError(
            "invalid-value", f"there is no time {hour:02}:{minute:02}:{second:02}", "from 00:00:00 to 23:59:59"
        )
    return dt.time(hour, minute, second, microsecond)


def _offset(text: str) -> dt.tzinfo:
    if text in "Zz":
        return dt.UTC
    hours, minutes = int(text[1:3]), int(text[4:])
    if hours > 23 or minutes > 59:
        raise LiteralError("invalid-value", f"there is no offset {text}", "offsets run from -23:59 to +23:59")
    offset = dt.timedelta(hours=hours, minutes=minutes)
    return dt.timezone(-offset if text[0] == "-" else offset)


def _relative(match: re.Match[str], clock: Clock) -> dt.datetime:
    instant = clock.now.astimezone(dt.UTC)
    if match[1] == "today":
        instant = to_utc(dt.datetime.combine(instant.astimezone(clock.zone).date(), dt.time()), clock.zone)
    for count, unit in _STEP.findall(match[2]):
        instant = _step(instant, _bounded(count), unit, clock.zone)
    return instant


def _step(instant: dt.datetime, count: int, unit: str, zone: dt.tzinfo) -> dt.datetime:
    if unit in _EXACT_UNITS:
        return instant + dt.timedelta(**{_EXACT_UNITS[unit]: count})
    wall = instant.astimezone(zone).replace(tzinfo=None)
    return to_utc(_calendar(wall, count, unit), zone)


def _calendar(day: Day, count: int, unit: str) -> Day:
    from dateutil.relativedelta import relativedelta

    return day + relativedelta(**{_CALENDAR_UNITS[unit]: count})  # type: ignore[arg-type]


def _bounded(count: str) -> int:
    """A signed count of at most twelve digits: more of any unit, seconds too, lead out of the calendar."""
    if len(count.lstrip("+-0")) > 12:
        raise OverflowError
    return int(count)


def _repair_relative(text: str) -> str:
    return _LOST_STEP_PLUS.sub("+", text) if text.startswith(("now", "today")) else text


def _within_years(text: str, read: Callable[[], Read]) -> Read:
    try:
        return read()
    except LiteralError:
        raise
    except (OverflowError, ValueError):
        raise LiteralError(
            "out-of-range", f"'{shown(text)}' is outside the calendar", "years 0001 to 9999, in UTC"
        ) from None
