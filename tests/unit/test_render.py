"""Canonical text of queries, and text for expressions that were made in Python."""

from __future__ import annotations

import datetime as dt
import decimal
import re
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

import paramql as pq
from asking import NOON
from paramql.ast import FALSE, TRUE, Draft, FineDateTime, Scalar
from paramql.simplify import simplify

D = decimal.Decimal
NOTES = pq.Field("notes", pq.ListOf(pq.Record(pq.Field("text", pq.Text()))))
SCHEMA = pq.Schema(
    pq.Field("id", pq.Text(ordered=True), unique=True, sortable=True),
    pq.Field("n", pq.Integer(), sortable=True),
    pq.Field("price", pq.Decimal(2)),
    pq.Field("ratio", pq.Float()),
    pq.Field("on", pq.Boolean()),
    pq.Field("at", pq.DateTime()),
    pq.Field("day", pq.Date()),
    pq.Field("key", pq.Uuid()),
    pq.Field("kind", pq.Choice("open", "gt:x", "a,b")),
    pq.Field("tags", pq.ListOf(pq.Text())),
    pq.Field("lines", pq.ListOf(pq.Record(pq.Field("sku", pq.Text()), pq.Field("n", pq.Integer()), NOTES))),
    pq.Parameter("asOf", pq.DateTime(), None),
    pq.Parameter("label", pq.Text(), None),
    order=["desc:n", "asc:id"],
)

FINE = FineDateTime(dt.datetime(2019, 5, 1, tzinfo=dt.UTC), "7")


@pytest.mark.parametrize(
    ("draft", "text"),
    [
        (pq.eq("id", "digdir"), "id=eq:digdir"),
        (pq.eq("id", ""), "id=eq:"),
        (pq.eq("id", "a&b=c+d %é'"), "id=eq:a%26b=c%2Bd%20%25%C3%A9%27"),
        (pq.eq("id", 'a,(b)"c'), "id=eq:a,(b)%22c"),
        (pq.eq("id", "not:x"), "id=eq:not:x"),
        (pq.gt("n", -5), "n=gt:-5"),
        (pq.eq("price", D("1E+3")), "price=eq:1000"),
        (pq.eq("price", D("2.50")), "price=eq:2.50"),
        (pq.eq("ratio", 1e300), "ratio=eq:1e300"),
        (pq.eq("ratio", 1e-7), "ratio=eq:1e-07"),
        (pq.eq("on", True), "on=eq:true"),
        (pq.gt("at", dt.datetime(2024, 7, 1, 12, tzinfo=ZoneInfo("Europe/Oslo"))), "at=gt:2024-07-01T10:00:00Z"),
        (pq.gt("at", FINE), "at=gt:2019-05-01T00:00:00.0000007Z"),
        (pq.lte("day", dt.date(5, 1, 2)), "day=lte:0005-01-02"),
        (pq.eq("kind", "gt:x"), "kind=eq:gt:x"),
        (pq.in_("kind", ["gt:x", "a,b", "open"]), "kind=in:(%22a,b%22,gt:x,open)"),
        (pq.in_("n", [10, 9, 10]), "n=in:(9,10)"),
        (pq.in_("at", [FINE, FINE.at]), "at=in:(2019-05-01T00:00:00Z,2019-05-01T00:00:00.0000007Z)"),
        (pq.nin("id", ["", " a", "\\"]), "id=nin:(%22%22,%22%20a%22,%5C)"),
        (pq.ne("n", 5), "n=ne:5"),
        (pq.not_(pq.gt("n", 5)), "n=not:gt:5"),
        (pq.not_(pq.not_(pq.gt("n", 5))), "n=gt:5"),
        (pq.exists("n"), "n=exists:true"),
        (pq.not_(pq.exists("n")), "n=exists:false"),
        (pq.all_of(pq.eq("n", 2), pq.eq("id", "x"), pq.eq("n", 1)), "id=eq:x&n=eq:1&n=eq:2"),
        (pq.any_of(pq.eq("n", 2), pq.eq("n", 1), pq.eq("n", 2)), "filter=or(n:eq:1,n:eq:2)"),
        (pq.any_of(pq.eq("n", 2), TRUE), None),
        (pq.any_(pq.Field("tags", pq.ListOf(pq.Text())).name, pq.eq("", "x")), "tags=eq:x"),
        (pq.not_(pq.any_("tags", pq.contains("", "x"))), "tags=not:contains:x"),
        (pq.any_("tags", TRUE), "tags=exists:true"),
        (pq.any_("tags", pq.exists("")), "tags=exists:true"),
        (pq.any_("lines", pq.eq("sku", "x")), "filter=any(lines,sku:eq:x)"),
        (pq.all_("lines", pq.eq("sku", "x")), "filter=all(lines,sku:eq:x)"),
        (pq.not_(pq.any_("lines", pq.eq("sku", "x"))), "filter=all(lines,sku:ne:x)"),
        (pq.not_(pq.all_of(pq.eq("n", 1), pq.eq("n", 2))), "filter=not(and(n:eq:1,n:eq:2))"),
        (pq.any_("lines", pq.any_("notes", pq.eq("text", "x"))), "filter=any(lines,any(notes,text:eq:x))"),
    ],
)
def test_an_expression_has_a_text_that_asks_for_it(draft: Draft, text: str | None) -> None:
    if text is None:
        with pytest.raises(ValueError, match="a constant has no text"):
            pq.encode(draft)
        return
    assert pq.encode(draft) == text
    query = SCHEMA.parse(text)
    assert same(query.where, simplify(SCHEMA.bind(draft)))
    assert pq.render(query) == pq.encode(query.asked) == text.replace("2.50", "2.5")


def same(one: pq.Expression, other: pq.Expression) -> bool:
    """Whether two simple expressions ask the same, in whatever order."""
    return pq.encode(one) == pq.encode(other)


def test_a_checked_expression_has_a_text_too() -> None:
    query = SCHEMA.parse("filter=or(tags:x,lines.sku:ne:y)&lines.notes.text=exists:true&lines=exists:true")
    text = pq.encode(query.where)
    assert text == (
        "filter=any(lines,any(notes,text:exists:true))&filter=or(all(lines,sku:ne:y),tags:eq:x)&lines=exists:true"
    )
    assert same(SCHEMA.parse(text).where, query.where)


def test_the_filter_parameter_may_have_another_name() -> None:
    assert pq.encode(pq.any_of(pq.eq("a", 1), pq.eq("b", 2)), filter="where") == "where=or(a:eq:1,b:eq:2)"


@pytest.mark.parametrize(
    ("draft", "says"),
    [
        (TRUE, "a constant has no text"),
        (FALSE, "a constant has no text"),
        (pq.not_(TRUE), "a constant has no text"),
        (pq.all_of(pq.eq("n", 1), pq.not_(TRUE)), "a constant has no text"),
        (pq.in_("n", []), "a constant has no text"),
        (pq.any_("lines", pq.not_(TRUE)), "a constant has no text"),
        (pq.eq("n=1&org", 5), "'n=1&org' is not a name"),
        (pq.eq("n:eq:1,id", 5), "is not a name"),
        (pq.any_("a)(b", pq.eq("n", 5)), "is not a name"),
        (pq.eq("", "x"), "an element of a list of values has no name"),
        (pq.any_("tags", pq.not_(pq.eq("", "x"))), "an element of a list of values has no name"),
        (pq.any_("tags", pq.all_of(pq.gt("", "x"), pq.lt("", "z"))), "an element of a list of values has no name"),
        (pq.eq("ratio", float("nan")), "not a finite number"),
        (pq.eq("id", "\ud800"), "has no text"),
    ],
)
def test_what_has_no_text_is_a_value_error(draft: Draft, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        pq.encode(draft)


@pytest.mark.parametrize("value", [1, 2.5, D("2.5"), True, "x", dt.date(2019, 5, 1), NOON, FINE])
def test_lists_of_every_type_are_sorted_by_value(value: Scalar) -> None:
    assert pq.encode(pq.in_("a", [value, value])) == pq.encode(pq.in_("a", [value]))


def test_numbers_in_a_list_are_sorted_as_numbers_and_text_by_code_point() -> None:
    assert pq.encode(pq.in_("a", [10, 9, -1])) == "a=in:(-1,9,10)"
    assert pq.encode(pq.in_("a", ["é", "z", "Z", "10", "9"])) == "a=in:(10,9,Z,z,%C3%A9)"
    assert pq.encode(pq.in_("a", [D(10), 9.5, 9])) == "a=in:(9,9.5,10)"


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("", ""),
        ("order=desc:n,id&size=100", ""),
        ("order=desc:n", "order=desc:n"),
        ("order=id", "order=asc:id"),
        ("order=n,id", "order=asc:n"),
        ("order=n,desc:id", "order=asc:n,desc:id"),
        ("order=id,n", "order=asc:id,asc:n"),
        ("size=7&order=n", "order=asc:n&size=7"),
        ("label=a%26b&asOf=2019", "asOf=eq:2019-01-01T00:00:00Z&label=eq:a%26b"),
        ("label=eq:", "label=eq:"),
        ("label=x:y", "label=eq:x:y"),
        ("at=gt:now-1d", "at=gt:2024-03-30T12:00:00Z"),
        (
            "filter=or(tags:in:(a,b),tags:in:(c))&filter=or(tags:in:(a),tags:in:(b,c))",
            "filter=or(tags:in:(a),tags:in:(b,c))&filter=or(tags:in:(a,b),tags:in:(c))",
        ),
        ("filter=and(n:2,n:1)&filter=not(or(n:3))", "n=eq:1&n=eq:2&n=ne:3"),
        ("filter=any(lines,any(notes,text:x))", "filter=any(lines,any(notes,text:eq:x))"),
        ("filter=any(lines.notes,text:x)", "filter=any(lines.notes,text:eq:x)"),
    ],
)
def test_a_query_has_one_canonical_text_that_asks_the_same(text: str, canonical: str) -> None:
    query = SCHEMA.parse(text, now=NOON)
    assert pq.render(query) == canonical
    again = SCHEMA.parse(canonical)
    assert pq.render(again) == canonical
    assert (again.order, again.page, again.values) == (query.order, query.page, query.values)
    assert again.where == query.where or same(again.where, query.where)


@pytest.mark.parametrize(
    "expression",
    [
        "not(any(lines,sku:x))",
        "not(any(lines,and(sku:x,sku:y)))",
        "not(all(lines,or(sku:x,not(sku:y))))",
        "not(any(lines,not(any(notes,not(and(text:x,not(or(text:y,text:z))))))))",
        "all(lines,not(all(notes,not(text:x))))",
        "not(not(not(or(n:1,n:2))))",
        "and(or(and(or(n:1,n:2),n:3),n:4),n:5)",
        "or(or(or(n:1),n:2),and(n:3,and(n:4)))",
    ],
)
def test_rendering_never_deepens(expression: str) -> None:
    rendered = pq.render(SCHEMA.parse(f"filter={expression}"))
    assert nesting(rendered) <= nesting(expression)
    assert pq.render(SCHEMA.parse(rendered)) == rendered


def nesting(text: str) -> int:
    """How deep and, or, not, any, all stand in one another; there are no lists in these texts."""
    depth = deepest = 0
    for bracket in re.findall(r"[()]", text):
        depth += 1 if bracket == "(" else -1
        deepest = max(depth, deepest)
    return deepest


def test_a_schema_without_a_key_has_an_order_too() -> None:
    schema = pq.Schema(pq.Field("n", pq.Integer(), sortable=True), order="n")
    assert pq.render(schema.parse("order=desc:n")) == "order=desc:n"
    assert pq.render(schema.parse("order=n")) == ""


@pytest.mark.parametrize(
    "where",
    [pq.contains("t", ""), pq.ieq("t", ""), pq.eq("t", "\0"), pq.eq("t", "\ud800"), pq.in_("t", [1, "2"])],
)
def test_what_no_query_can_say_has_no_text(where: pq.Draft) -> None:
    with pytest.raises(ValueError, match=r"has no text|values of one type"):
        pq.encode(where)


def test_empty_text_can_be_asked_for_by_equality_and_in_lists() -> None:
    assert pq.encode(pq.eq("t", "")) == "t=eq:"
    assert pq.encode(pq.in_("t", [""])) == "t=in:(%22%22)"


def test_an_order_is_said_however_its_name_was_written_and_whoever_gave_it() -> None:
    schema = pq.Schema(pq.Field("id", pq.Integer(), unique=True), pq.Field("name", pq.Text(), sortable=True))
    ordered = schema.parse("%6frder=desc:name")
    assert pq.render(ordered) == "order=desc:name"
    assert pq.render(replace(schema.parse("id=gt:1"), order=ordered.order)) == "id=gt:1&order=desc:name"
