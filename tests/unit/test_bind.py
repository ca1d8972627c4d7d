"""Drafts to checked expressions: names, lists on their paths, values made canonical, mistakes of the host."""

from __future__ import annotations

import datetime as dt
import decimal
import uuid
from collections.abc import Callable
from typing import Any as Anything

import pytest

import paramql as pq
from paramql.ast import And, Any, Compare, Draft, Exists, FineDateTime, Not, Op, Or

INSTANT = dt.datetime(2019, 5, 1, 10, 0, 0, 123_456, dt.UTC)
SKU = pq.Field("sku", pq.Text())
TEXT = pq.Field("text", pq.Text())
NOTES = pq.Field("notes", pq.ListOf(pq.Record(TEXT)))
LINES = pq.Field("lines", pq.ListOf(pq.Record(SKU, NOTES, pq.Field("tags", pq.ListOf(pq.Text())))))
ID = pq.Field("id", pq.Integer(), unique=True)
TAGS = pq.Field("tags", pq.ListOf(pq.Text()))
AT = pq.Field("at", pq.DateTime("ms"))
PRICE = pq.Field("price", pq.Decimal(2))
KEY = pq.Field("key", pq.Uuid())
HIDDEN = pq.Field("hidden", pq.Boolean(), filterable=False, operators=["exists"])
SCHEMA = pq.Schema(ID, TAGS, LINES, AT, PRICE, KEY, HIDDEN, pq.Parameter("late", pq.Boolean(), None), ignore_case=True)


@pytest.mark.parametrize(
    ("draft", "bound"),
    [
        (pq.eq("id", 5), Compare(ID, Op.EQ, 5)),
        (pq.ne("ID", 5), Not(Compare(ID, Op.EQ, 5))),
        (pq.in_("id", [1, 2]), Compare(ID, Op.IN, (1, 2))),
        (pq.in_("id", []), Compare(ID, Op.IN, ())),
        (pq.exists("id"), Exists(ID)),
        (pq.exists("tags"), Exists(TAGS)),
        (pq.eq("tags", "x"), Any(TAGS, Compare(TAGS.element, Op.EQ, "x"))),
        (pq.ne("tags", "x"), Not(Any(TAGS, Compare(TAGS.element, Op.EQ, "x")))),
        (pq.any_("tags", pq.contains("", "x")), Any(TAGS, Compare(TAGS.element, Op.CONTAINS, "x"))),
        (pq.eq("lines.sku", "x"), Any(LINES, Compare(SKU, Op.EQ, "x"))),
        (pq.exists("lines.notes"), Any(LINES, Exists(NOTES))),
        (pq.eq("lines.notes.text", "x"), Any(LINES, Any(NOTES, Compare(TEXT, Op.EQ, "x")))),
        (pq.any_("lines", pq.eq("SKU", "x")), Any(LINES, Compare(SKU, Op.EQ, "x"))),
        (pq.any_("lines.notes", pq.eq("text", "x")), Any(LINES, Any(NOTES, Compare(TEXT, Op.EQ, "x")))),
        (pq.all_("lines", pq.exists("sku")), Not(Any(LINES, Not(Exists(SKU))))),
        (pq.all_of(pq.eq("id", 1), pq.exists("key")), And((Compare(ID, Op.EQ, 1), Exists(KEY)))),
        (pq.any_of(pq.eq("id", 1), pq.exists("key")), Or((Compare(ID, Op.EQ, 1), Exists(KEY)))),
        (pq.eq("hidden", True), Compare(HIDDEN, Op.EQ, True)),
    ],
)
def test_names_become_fields_by_way_of_the_lists_on_their_paths(draft: Draft, bound: pq.Expression) -> None:
    assert SCHEMA.bind(draft) == bound


def test_fields_stay_and_may_be_mixed_with_names() -> None:
    for inner in (pq.eq(SKU, "x"), pq.eq("sku", "x")):
        assert SCHEMA.bind(pq.any_(LINES, inner)) == Any(LINES, Compare(SKU, Op.EQ, "x"))
    assert SCHEMA.bind(pq.eq(TAGS, "x")) == SCHEMA.bind(pq.eq("tags", "x"))
    bound = SCHEMA.bind(pq.eq("lines.notes.text", "x"))
    assert SCHEMA.bind(bound) == bound


@pytest.mark.parametrize(
    ("draft", "value"),
    [
        (pq.gt("at", "2019-05-01T12:00:00.1234567+02:00"), FineDateTime(INSTANT, "7")),
        (pq.gt("at", INSTANT), INSTANT),
        (pq.gt("at", FineDateTime(INSTANT, "7")), FineDateTime(INSTANT, "7")),
        (pq.lt("price", 2.505), decimal.Decimal("2.505")),
        (pq.eq("key", uuid.UUID(int=10)), "00000000-0000-0000-0000-00000000000a"),  # type: ignore[arg-type]
        (pq.eq("key", "00000000-0000-0000-0000-00000000000A"), "00000000-0000-0000-0000-00000000000a"),
        (pq.in_("price", [1, decimal.Decimal("1.50")]), (decimal.Decimal(1), decimal.Decimal("1.5"))),
    ],
)
def test_values_become_canonical_and_may_be_finer_than_the_field(draft: Draft, value: object) -> None:
    bound = SCHEMA.bind(draft)
    assert isinstance(bound, Compare)
    assert bound.value == value


@pytest.mark.parametrize(
    ("draft", "error", "says"),
    [
        (pq.eq("nope", 1), KeyError, "no field 'nope'"),
        (pq.eq("late", True), KeyError, "no field 'late'"),
        (pq.eq("lines.nope", 1), KeyError, "no field 'lines.nope'"),
        (pq.any_("lines", pq.eq("id", 1)), KeyError, "no field 'id'"),
        (pq.exists("nope"), KeyError, "no field 'nope'"),
        (pq.any_("id", pq.eq("", 1)), TypeError, "'id' is not a list"),
        (pq.eq("id", "5"), TypeError, "'5' is not a 64-bit integer"),
        (pq.eq("id", True), TypeError, "True is not a 64-bit integer"),
        (pq.eq("id", FineDateTime(dt.datetime.now(dt.UTC), "7")), TypeError, "is not a 64-bit integer"),
        (pq.eq("price", 10**16), TypeError, "at most 16 digits before the point"),
        (pq.in_("id", [1, "2"]), TypeError, "'2' is not a 64-bit integer"),
        (pq.contains("id", "5"), TypeError, "'id' does not take contains"),
        (pq.gt("key", "x"), TypeError, "'key' does not take gt"),
        (pq.eq("lines", "x"), TypeError, "'lines' does not take eq"),
        (pq.eq("id", (1, 2)), TypeError, "'id': eq takes one value"),  # type: ignore[arg-type]
        (Compare("id", Op.IN, 1), TypeError, "'id': in takes a tuple of values"),
    ],
)
def test_a_mistake_of_the_host_is_no_query_error(draft: Draft, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        SCHEMA.bind(draft)


@pytest.mark.parametrize("make", [pq.in_, pq.nin])
def test_a_text_is_no_list_of_values(make: Callable[[str, Anything], Draft]) -> None:
    with pytest.raises(TypeError, match=r"take a list of values: \['open'\]"):
        make("status", "open")
