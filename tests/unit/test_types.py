"""Literals to values and back, by type; what documents and Python may hand over; the grids that values lie on."""

from __future__ import annotations

import datetime as dt
import decimal
import enum
import math
import time
import uuid
from collections.abc import Callable
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

import paramql as pq
from asking import NOON
from paramql.ast import FineDateTime, Op, Scalar
from paramql.types import (
    Boolean,
    Choice,
    Clock,
    Date,
    DateTime,
    Decimal,
    Float,
    Folded,
    Integer,
    LiteralError,
    Misfit,
    Text,
    Type,
    Uuid,
    canonical,
)

CLOCK = Clock(NOON)
OSLO = ZoneInfo("Europe/Oslo")
NEW_YORK = ZoneInfo("America/New_York")
D = decimal.Decimal


def utc(*parts: int) -> dt.datetime:
    return dt.datetime(*parts, tzinfo=dt.UTC)  # type: ignore[arg-type,misc]


def error_of(type_: Type, text: str, clock: Clock = CLOCK) -> LiteralError:
    with pytest.raises(LiteralError) as caught:
        type_.parse(type_.repair(text), clock)
    return caught.value


def is_misfit(load: Callable[[object], object], value: object) -> bool:
    try:
        load(value)
    except Misfit:
        return True
    return False


# --- every type

_VALUES: list[tuple[Type, st.SearchStrategy[Any]]] = [
    (Text(), st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))),
    (Choice("open", "gt:x", "a, b"), st.sampled_from(["open", "gt:x", "a, b"])),
    (Uuid(), st.uuids().map(str)),
    (Boolean(), st.booleans()),
    (Integer(), st.integers(-(2**63), 2**63 - 1)),
    (Decimal(4), st.decimals(-(10**13), 10**13, places=4).map(Decimal(4).load)),
    (Float(), st.floats(allow_nan=False, allow_infinity=False).map(lambda number: number + 0.0)),
    (DateTime(), st.datetimes(timezones=st.just(dt.UTC))),
    (Date(), st.dates()),
]


@pytest.mark.parametrize(("type_", "values"), _VALUES, ids=lambda one: getattr(one, "word", ""))
def test_a_value_is_written_as_a_literal_that_reads_as_it(type_: Type, values: st.SearchStrategy[Any]) -> None:
    @given(values)
    def reads_back(value: Any) -> None:
        again = type_.parse(canonical(value), CLOCK)
        assert again == value == type_.load(value) == type_.admit(value)
        assert type(again) is type(value)
        assert canonical(again) == canonical(value)
        assert type_.repair(canonical(value)) == canonical(value)

    reads_back()


@pytest.mark.parametrize(("type_", "values"), _VALUES, ids=lambda one: getattr(one, "word", ""))
def test_values_of_python_that_are_of_another_type_are_misfits(type_: Type, values: object) -> None:
    strange: list[object] = [None, [], {}, object(), b"x", 1j, math.nan, math.inf, "?" * 40, 10**400]
    kinds: list[tuple[object, set[str]]] = [
        (True, {"boolean"}),
        (5, {"integer", "decimal", "float"}),
        (0.5, {"decimal", "float"}),
        (D("0.5"), {"decimal"}),
        ("5", {"text", "decimal"}),
        (NOON, {"datetime"}),
        (NOON.date(), {"date"}),
        (uuid.UUID(int=5), {"uuid"}),
    ]
    for value in strange:
        assert is_misfit(type_.load, value) == (not (type_.word == "text" and isinstance(value, str))), value
        assert is_misfit(type_.admit, value) == is_misfit(type_.load, value), value
    for value, words in kinds:
        assert is_misfit(type_.load, value) == (type_.word not in words), value


@pytest.mark.parametrize("type_", [Integer(), Decimal(2), Float(), DateTime(), Date()], ids=lambda type_: type_.word)
@pytest.mark.parametrize(
    "text", ["", " ", " 5", "5 ", "٥", "５", "1_000", "+5", "0x10", "nan", "NaN", "inf", "-inf", "5\n", "--5", "5."]
)
def test_no_type_accepts_what_python_would_guess(type_: Type, text: str) -> None:
    error = error_of(type_, text)
    assert error.code == "invalid-value"
    assert error.hint == type_.accepts


def test_a_type_by_itself_reads_nothing() -> None:
    with pytest.raises(NotImplementedError):
        Type().parse("", CLOCK)
    with pytest.raises(NotImplementedError):
        Type().load("")


# --- text, choices, UUIDs, booleans


@pytest.mark.parametrize("text", ["a \n", "\u00c5", "A\u030a", "\u212b", "\ufb01", "fi", "\u01c5", "\u0130", "i\u0307"])
def test_text_is_never_changed(text: str) -> None:
    """Not to a form of Unicode's, not in a plain parameter nor in an expression, whatever way it is read."""
    assert Text().parse(text, CLOCK) == Text().load(text) == text
    schema = pq.Schema(pq.Field("name", pq.Text()))
    for query in (f"name={quote(text)}", f"filter=name:{quote(text)}", f'filter=or(name:"{quote(text)}",name:a)'):
        for _ in range(3):
            assert ascii(text) in ascii(schema.parse(query).where)


@pytest.mark.parametrize("value", ["a\0b", "\ud800", "x\udfff"])
def test_text_that_most_stores_refuse_is_no_text(value: str) -> None:
    assert is_misfit(Text().load, value)


def test_order_is_asked_of_text_where_it_is_declared() -> None:
    assert Op.GT not in Text().ops
    assert {Op.GT, Op.GTE, Op.LT, Op.LTE} < Text(ordered=True).ops


@pytest.mark.parametrize("words", [(), ("",), ("a", ""), ("a", "a")])
def test_a_choice_without_proper_words_is_refused(words: tuple[Any, ...]) -> None:
    with pytest.raises(ValueError, match="at least one word"):
        Choice(*words)


class Word(str, enum.Enum):  # noqa: UP042 - as many programs have it
    """Its members are text, which Python shows as `Word.NEW`."""

    NEW = "new"


class Number(int, enum.Enum):
    """Its members are numbers, shown as `Number.ONE`."""

    ONE = 1


def test_a_member_of_an_enumeration_is_the_value_that_it_has() -> None:
    for type_ in (Text(), Choice("new")):
        assert type(type_.load(Word.NEW)) is str
    assert pq.encode(pq.all_of(pq.eq("a", Word.NEW), pq.in_("b", [Number.ONE]))) == "a=eq:new&b=in:(1)"
    assert f"{canonical(Word.NEW)} {canonical(Number.ONE)}" == "new 1"


def test_a_choice_is_spelled_exactly() -> None:
    error = error_of(Choice("open", "closed"), "Open")
    assert (error.code, error.hint) == ("invalid-value", "one of open, closed")


def test_a_long_choice_shows_its_first_words() -> None:
    assert Choice(*(f"w{number}" for number in range(20))).accepts.endswith("w10, w11, …")


@pytest.mark.parametrize("text", ["{123e4567-e89b-12d3-a456-426614174000}", "123e4567e89b12d3a456426614174000", "x"])
def test_a_uuid_has_one_form(text: str) -> None:
    assert error_of(Uuid(), text).message.endswith("is not a UUID")
    assert is_misfit(Uuid().load, text)


def test_a_uuid_is_lower_case() -> None:
    wanted = "123e4567-e89b-12d3-a456-426614174000"
    assert (
        Uuid().parse(wanted.upper(), CLOCK) == Uuid().load(wanted.upper()) == Uuid().load(uuid.UUID(wanted)) == wanted
    )


@pytest.mark.parametrize(("text", "value"), [("true", True), ("TRUE", True), ("False", False)])
def test_a_boolean_is_true_or_false_in_any_case(text: str, value: bool) -> None:
    assert Boolean().parse(text, CLOCK) is value


@pytest.mark.parametrize("text", ["1", "0", "yes", "t", "", "truE ", "ｔｒｕｅ"])
def test_a_boolean_is_no_other_word(text: str) -> None:
    assert error_of(Boolean(), text).code == "invalid-value"


# --- numbers


@pytest.mark.parametrize("text", ["007", "1.0", "1e3", "-", "٣", "0b1"])
def test_an_integer_is_written_in_one_way(text: str) -> None:
    assert error_of(Integer(), text).message.endswith("is not an integer")


@pytest.mark.parametrize("text", [str(2**63), str(-(2**63) - 1), "9" * 1000])
def test_an_integer_has_64_bits(text: str) -> None:
    error = error_of(Integer(), text)
    assert (error.code, error.hint) == ("out-of-range", "from -9223372036854775808 to 9223372036854775807")
    assert is_misfit(Integer().load, int(text))


def test_minus_zero_is_zero() -> None:
    assert canonical(Integer().parse("-0", CLOCK)) == "0"
    assert canonical(Decimal(2).parse("-0.00", CLOCK)) == canonical(Decimal(2).load(D("-0"))) == "0"
    assert canonical(Float().parse("-0.0", CLOCK)) == canonical(Float().load(-0.0)) == "0.0"


@pytest.mark.parametrize(
    "options", [{"scale": 3, "digits": 2}, {"scale": -1}, {"scale": 0, "digits": 0}, {"scale": 19}]
)
def test_a_decimal_has_from_1_to_18_digits(options: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="Decimal takes"):
        Decimal(**options)


def test_a_decimal_keeps_every_digit_that_was_asked() -> None:
    written = "2." + "123456789" * 100
    assert canonical(Decimal(2).parse(written, CLOCK)) == written


def test_a_decimal_too_large_for_its_digits_is_out_of_range() -> None:
    error = error_of(Decimal(2, digits=5), "1000")
    assert (error.code, error.hint) == ("out-of-range", "at most 3 digits before the point")
    assert Decimal(2, digits=5).parse("999.999", CLOCK) == D("999.999")
    assert Decimal(2, digits=2).parse("-0.5", CLOCK) == D("-0.5")
    assert is_misfit(Decimal(2, digits=5).admit, 1000)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (5, D(5)),
        (2.5, D("2.5")),
        (0.1, D("0.1")),
        ("2.50", D("2.5")),
        (D("1E+3"), D(1000)),
        (D("0E-99999"), D(0)),
        (-7, D(-7)),
    ],
)
def test_a_decimal_is_loaded_from_numbers_and_from_text(value: object, expected: decimal.Decimal) -> None:
    assert Decimal(2).load(value) == expected


@pytest.mark.parametrize(
    "value", ["1e3", "x", "1" * 64, D("NaN"), D("sNaN"), D("Infinity"), D("1E-999999"), 10**80, ""]
)
def test_a_decimal_is_loaded_from_nothing_else(value: object) -> None:
    assert is_misfit(Decimal(2).load, value)
    assert is_misfit(Decimal(2).admit, value)


def test_a_decimal_finer_than_its_scale_may_be_asked_but_not_kept() -> None:
    assert is_misfit(Decimal(2).load, D("2.505"))
    assert Decimal(2).admit(D("2.505")) == D("2.505")


def test_a_decimal_of_documents_does_not_mind_the_context_of_the_host() -> None:
    with decimal.localcontext() as context:
        context.prec = 3
        context.traps[decimal.Inexact] = True
        assert Decimal(4).load("12345.6789") == D("12345.6789")
        assert Decimal(2).fold(Op.GT, D("12345.6789")) == Folded(Op.GT, D("12345.67"))


@pytest.mark.parametrize("text", [".5", "1.", "1e", "0x1p3", "Infinity", "1,5", "01"])
def test_a_float_is_a_json_number(text: str) -> None:
    assert error_of(Float(), text).code == "invalid-value"


def test_a_float_beyond_a_double_is_out_of_range_and_one_too_small_is_zero() -> None:
    assert error_of(Float(), "1e309").code == "out-of-range"
    assert error_of(Float(), "-" + "9" * 400).code == "out-of-range"
    assert Float().parse("1e-400", CLOCK) == 0.0
    assert Float().parse("1.7976931348623157e308", CLOCK) == 1.7976931348623157e308
    assert Float().parse("5e-324", CLOCK) == 5e-324


def test_a_lost_plus_in_an_exponent_is_put_back() -> None:
    assert Float().repair("1e 10") == "1e+10"
    assert Float().repair("1e  10") == "1e  10"
    assert Float().repair("1 e10") == "1 e10"


@pytest.mark.parametrize("value", [math.nan, math.inf, D("NaN"), D("-Infinity")])
def test_what_is_no_number_has_no_literal(value: Scalar) -> None:
    with pytest.raises(ValueError, match="not a finite number"):
        canonical(value)


# --- instants and dates


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2019-05-01T10:30:00Z", utc(2019, 5, 1, 10, 30)),
        ("2019-05-01t10:30z", utc(2019, 5, 1, 10, 30)),
        ("2019-05-01T10:30:00.5-02:00", utc(2019, 5, 1, 12, 30, 0, 500_000)),
        ("2019-05-01T10:30", utc(2019, 5, 1, 10, 30)),
        ("2019-05-01", utc(2019, 5, 1)),
        ("2019-05", utc(2019, 5, 1)),
        ("2019", utc(2019, 1, 1)),
        ("2019-05-01T00:00:00.1234560000Z", utc(2019, 5, 1, 0, 0, 0, 123_456)),
        ("2019-05-01T00:00:00.1234567Z", FineDateTime(utc(2019, 5, 1, 0, 0, 0, 123_456), "7")),
        ("now", NOON),
        ("today", utc(2024, 3, 31)),
        ("now-90m", utc(2024, 3, 31, 10, 30)),
        ("now+1h-30s", utc(2024, 3, 31, 12, 59, 30)),
        ("today-1mo", utc(2024, 2, 29)),
        ("today-1y+1d", utc(2023, 4, 1)),
        ("today+2w", utc(2024, 4, 14)),
        ("now-9999999999s", utc(1707, 5, 12, 18, 13, 21)),
        ("now-000000000000000001d", utc(2024, 3, 30, 12)),
        ("0001-01-01T00:00Z", utc(1, 1, 1)),
        ("9999-12-31T23:59:59.999999Z", utc(9999, 12, 31, 23, 59, 59, 999_999)),
    ],
)
def test_an_instant_is_read(text: str, expected: dt.datetime | FineDateTime) -> None:
    assert DateTime().parse(text, CLOCK) == expected


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("2019-13-01", "invalid-value", "there is no month 13"),
        ("2019-00", "invalid-value", "there is no month 00"),
        ("2019-02-29", "invalid-value", "there is no day 2019-02-29"),
        ("2019-04-31T10:00Z", "invalid-value", "there is no day 2019-04-31"),
        ("2019-05-00", "invalid-value", "there is no day 2019-05-00"),
        ("0000-01-01", "invalid-value", "there is no year 0000"),
        ("2019-05-01T24:00Z", "invalid-value", "there is no time 24:00:00"),
        ("2019-05-01T10:60Z", "invalid-value", "there is no time 10:60:00"),
        ("2019-05-01T10:00:61Z", "invalid-value", "there is no time 10:00:61"),
        ("2016-12-31T23:59:60Z", "invalid-value", "a leap second cannot be asked for"),
        ("2019-05-01T10:00+24:00", "invalid-value", "there is no offset +24:00"),
        ("2019-05-01T10:00+10:60", "invalid-value", "there is no offset +10:60"),
        ("2019-05-01 10:00", "invalid-value", "'2019-05-01 10:00' is not a date-time"),
        ("20190501", "invalid-value", "'20190501' is not a date-time"),
        ("2019-W18-3", "invalid-value", "'2019-W18-3' is not a date-time"),
        ("may", "invalid-value", "'may' is not a date-time"),
        ("tomorrow", "invalid-value", "'tomorrow' is not a date-time"),
        ("now-1", "invalid-value", "'now-1' is not a date-time"),
        ("now-1M", "invalid-value", "'now-1M' is not a date-time"),
        ("0001-01-01T00:00+00:01", "out-of-range", "'0001-01-01T00:00+00:01' is outside the calendar"),
        ("9999-12-31T23:59-00:01", "out-of-range", "'9999-12-31T23:59-00:01' is outside the calendar"),
        ("now-9999y", "out-of-range", "'now-9999y' is outside the calendar"),
        ("now+9000y-9000y", "out-of-range", "'now+9000y-9000y' is outside the calendar"),
        ("now-9999999999mo", "out-of-range", "'now-9999999999mo' is outside the calendar"),
        ("now-999999999999s", "out-of-range", "'now-999999999999s' is outside the calendar"),
        ("now-9999999999d", "out-of-range", "'now-9999999999d' is outside the calendar"),
    ],
)
def test_an_instant_that_is_none_says_why(text: str, code: str, says: str) -> None:
    error = error_of(DateTime(), text)
    assert (error.code, error.message) == (code, says)
    assert error.hint


def test_a_blank_in_the_place_of_t_is_told_apart() -> None:
    assert error_of(DateTime(), "2019-05-01 10:00:00Z").hint == "a T stands between date and time: 2019-05-01T12:30:00Z"
    assert error_of(DateTime(), "2019-05-01  10:00").hint == DateTime.accepts


def test_huge_counts_take_no_time() -> None:
    started = time.thread_time()
    for unit in "s m h d w mo y".split():
        for digits in (12, 13, 400, 1000):
            assert error_of(DateTime(), f"now-{'9' * digits}{unit}" + "+1y" * 5).code == "out-of-range"
    assert time.thread_time() - started < 2


@pytest.mark.parametrize(
    ("text", "repaired"),
    [
        ("2019-05-01T10:00:00 02:00", "2019-05-01T10:00:00+02:00"),
        ("2019-05-01t10:00 02:00", "2019-05-01t10:00+02:00"),
        ("now 1d", "now+1d"),
        ("today 1mo 2d", "today+1mo+2d"),
        ("today-1mo 1mo", "today-1mo+1mo"),
        ("2019-05-01 10:00", "2019-05-01 10:00"),
        ("2019 05:00", "2019 05:00"),
        ("now  1d", "now  1d"),
        (" now", " now"),
        ("then 1d", "then 1d"),
    ],
)
def test_a_lost_plus_is_put_back_where_a_blank_can_mean_nothing_else(text: str, repaired: str) -> None:
    assert DateTime().repair(text) == repaired


@pytest.mark.parametrize(
    ("zone", "text", "expected"),
    [
        (OSLO, "2024-07-01T12:00", utc(2024, 7, 1, 10)),
        (OSLO, "2024-07-01", utc(2024, 6, 30, 22)),
        (OSLO, "2024-03-31T02:30", utc(2024, 3, 31, 1, 30)),  # skipped: 03:30 of summer
        (OSLO, "2024-10-27T02:30", utc(2024, 10, 27, 0, 30)),  # twice: the first
        (OSLO, "2024-10-27T02:30Z", utc(2024, 10, 27, 2, 30)),
        (OSLO, "today", utc(2024, 3, 30, 23)),
        (OSLO, "today+1d", utc(2024, 3, 31, 22)),  # a day of 23 hours
        (OSLO, "now-1d", utc(2024, 3, 30, 13)),  # 14:00 on both days
        (OSLO, "now-24h", utc(2024, 3, 30, 12)),
        (NEW_YORK, "today", utc(2024, 3, 31, 4)),
        (ZoneInfo("Pacific/Apia"), "2011-12-30T08:00", utc(2011, 12, 30, 18)),  # a day that was skipped
        (dt.timezone(dt.timedelta(hours=-3)), "2024-01", utc(2024, 1, 1, 3)),
        (dt.UTC, "2024-01", utc(2024, 1, 1)),
    ],
)
def test_times_without_offset_are_in_the_zone_of_the_request(zone: dt.tzinfo, text: str, expected: dt.datetime) -> None:
    assert DateTime().parse(text, Clock(NOON, zone)) == expected


@pytest.mark.parametrize(("zone", "text"), [("Asia/Tokyo", "0001-01-01"), ("America/New_York", "9999-12-31T23:30")])
def test_a_local_time_whose_instant_no_calendar_holds_is_out_of_range(zone: str, text: str) -> None:
    assert error_of(DateTime(), text, Clock(NOON, ZoneInfo(zone))).code == "out-of-range"


def test_the_first_of_two_equal_times_is_the_first_when_now_is_the_second() -> None:
    clock = Clock(utc(2024, 10, 27, 1, 30), OSLO)
    assert DateTime().parse("now", clock) == clock.now
    assert DateTime().parse("now-1d", clock) == utc(2024, 10, 26, 0, 30)


@pytest.mark.parametrize("value", ["2019-05-01T10:30:00.1234567Z", utc(2019, 5, 1, 10, 30, 0, 123_456)])
@pytest.mark.parametrize(("precision", "kept"), [("us", 123_456), ("ms", 123_000), ("s", 0)])
def test_an_instant_is_kept_at_the_precision_of_its_field(value: object, precision: Any, kept: int) -> None:
    assert DateTime(precision).load(value) == utc(2019, 5, 1, 10, 30, 0, kept)


def test_an_instant_of_python_is_in_utc_and_one_without_offset_is_of_utc() -> None:
    assert DateTime().load(dt.datetime(2024, 7, 1, 12, tzinfo=OSLO)) == utc(2024, 7, 1, 10)
    assert DateTime().load(dt.datetime(2024, 7, 1, 12)) == utc(2024, 7, 1, 12)  # noqa: DTZ001
    assert DateTime().load(utc(2024, 7, 1)).tzinfo is dt.UTC


@pytest.mark.parametrize(
    "value",
    [
        "2019-05-01",
        "2019",
        "now",
        "2019-13-01T00:00Z",
        "2019-02-30T00:00:00Z",
        "0000-01-01T00:00:00.5Z",
        dt.datetime(1, 1, 1, tzinfo=dt.timezone(dt.timedelta(hours=1))),
    ],
)
def test_a_document_holds_whole_instants_only(value: object) -> None:
    assert is_misfit(DateTime().load, value)


def test_an_operand_of_python_may_be_finer_than_microseconds() -> None:
    fine = FineDateTime(utc(2019, 5, 1), "7")
    assert DateTime().admit(fine) is fine
    assert DateTime().load(fine) == utc(2019, 5, 1)
    assert is_misfit(Date().admit, fine)
    assert canonical(fine) == "2019-05-01T00:00:00.0000007Z"


def test_an_instant_at_another_offset_is_written_in_utc() -> None:
    assert canonical(dt.datetime(2024, 7, 1, 12, 0, 0, 50, tzinfo=OSLO)) == "2024-07-01T10:00:00.00005Z"
    assert canonical(dt.datetime(5, 7, 1, 12)) == "0005-07-01T12:00:00Z"  # noqa: DTZ001


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2019-05-01", dt.date(2019, 5, 1)),
        ("2019-05", dt.date(2019, 5, 1)),
        ("2019", dt.date(2019, 1, 1)),
        ("now", dt.date(2024, 3, 31)),
        ("today-1mo", dt.date(2024, 2, 29)),
        ("today-1mo+1mo", dt.date(2024, 3, 29)),
        ("today+1y-1w", dt.date(2025, 3, 24)),
    ],
)
def test_a_date_is_read(text: str, expected: dt.date) -> None:
    assert Date().parse(text, CLOCK) == expected


def test_today_is_the_date_where_the_request_is() -> None:
    late = Clock(utc(2024, 3, 31, 23), OSLO)
    assert Date().parse("today", late) == Date().parse("now", late) == dt.date(2024, 4, 1)


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("2019-05-01T10:00Z", "invalid-value", "'2019-05-01T10:00Z' is not a date"),
        ("today-1h", "invalid-value", "'h' is finer than a day"),
        ("today-9999y", "out-of-range", "'today-9999y' is outside the calendar"),
        ("2019-06-31", "invalid-value", "there is no day 2019-06-31"),
    ],
)
def test_a_date_that_is_none_says_why(text: str, code: str, says: str) -> None:
    error = error_of(Date(), text)
    assert (error.code, error.message) == (code, says)


def test_a_lost_plus_of_a_date_is_put_back() -> None:
    assert Date().repair("today 1d") == "today+1d"
    assert Date().repair("2019 05") == "2019 05"


@pytest.mark.parametrize("value", ["2019-05", "2019-13-01", "2019-05-32", "x", NOON])
def test_a_document_holds_whole_dates_only(value: object) -> None:
    assert is_misfit(Date().load, value)


def test_a_precision_is_one_of_three() -> None:
    with pytest.raises(ValueError, match="'us', 'ms' or 's'"):
        DateTime("ns")  # type: ignore[arg-type]


# --- grids

_ORDERS: dict[Op, Callable[[Any, Any], bool]] = {
    Op.EQ: lambda value, operand: bool(value == operand),
    Op.GT: lambda value, operand: bool(value > operand),
    Op.GTE: lambda value, operand: bool(value >= operand),
    Op.LT: lambda value, operand: bool(value < operand),
    Op.LTE: lambda value, operand: bool(value <= operand),
}


def selects(folded: Folded | bool, value: Any) -> bool:
    return bool(folded) and isinstance(folded, Folded) and _ORDERS[folded.op](value, folded.value)


@given(st.sampled_from(list(_ORDERS)), st.decimals(-30, 30, places=4), st.integers(-300, 300))
def test_a_folded_decimal_selects_the_same_stored_values(op: Op, operand: decimal.Decimal, stored: int) -> None:
    value = D(stored).scaleb(-1)
    folded = Decimal(1).fold(op, operand)
    assert selects(folded, value) == _ORDERS[op](value, operand)
    assert folded is False or Decimal(1).load(folded.value) == folded.value


@given(
    st.sampled_from(list(_ORDERS)),
    st.integers(0, 30_000_000),
    st.sampled_from(["", "3", "07"]),
    st.sampled_from(["us", "ms", "s"]),
    st.integers(0, 30_000_000),
)
def test_a_folded_instant_selects_the_same_stored_values(
    op: Op, micros: int, beyond: str, precision: Any, stored: int
) -> None:
    type_, at = DateTime(precision), NOON + dt.timedelta(microseconds=micros)
    value = type_.load(NOON + dt.timedelta(microseconds=stored))
    folded = type_.fold(op, FineDateTime(at, beyond) if beyond else at)
    exact = (at, beyond)
    assert selects(folded, value) == _ORDERS[op]((value, ""), exact)
    assert folded is False or type_.load(folded.value) == folded.value


@pytest.mark.parametrize("op", _ORDERS)
def test_the_grid_of_decimals_ends_where_their_digits_do(op: Op) -> None:
    """Just below the lowest number of two digits lies no number of two digits."""
    type_, operand = Decimal(1, digits=2), D("-9.95")
    folded = type_.fold(op, operand)
    for stored in ("-9.9", "-9.8", "0", "9.9"):
        assert selects(folded, D(stored)) == _ORDERS[op](D(stored), operand)
    assert folded is False or type_.load(folded.value) == folded.value


def test_types_without_a_grid_keep_what_was_asked() -> None:
    assert Text().fold(Op.CONTAINS, "x") == Folded(Op.CONTAINS, "x")
    assert Integer().fold(Op.GT, 5) == Folded(Op.GT, 5)
