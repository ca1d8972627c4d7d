"""The builder for clients: text that says what was meant, and mistakes that are said at once."""

from __future__ import annotations

import datetime as dt
import decimal
from collections.abc import Callable
from typing import Any

import pytest

import paramql as pq
from paramql.client import Fields, Integer, Key, Names, Records, Where, fields, request

SCHEMA = pq.Schema(
    pq.Field("id", pq.Integer(), unique=True),
    pq.Field("org", pq.Text()),
    pq.Field("placed.at", pq.DateTime(), sortable=True),
    pq.Field("placed.on", pq.Date()),
    pq.Field("price", pq.Decimal(2)),
    pq.Field("state", pq.Choice("new", "sent"), operators=["eq"]),
    pq.Field("tags", pq.ListOf(pq.Text())),
    pq.Field("lines", pq.ListOf(pq.Record(pq.Field("sku", pq.Text()), pq.Field("size", pq.Integer())))),
    pq.Parameter("late", pq.Boolean(), lambda late: pq.exists("placed.at") if late else pq.not_(pq.exists("org"))),
    pq.Parameter("verbose", pq.Boolean(), None),
    controls={"size": "limit"},
    rules=[lambda query: [] if "org" in query.names else [pq.Problem("conflict", "send org")]],
)
ANOTHER = pq.Schema(pq.Field("org", pq.Text()))
NAN = float("nan")
at, any_name = fields(SCHEMA), fields()

SAID: list[tuple[Callable[[Any], Where], str]] = [
    (lambda f: f.org == "a b&c", "org=eq:a%20b%26c"),
    (lambda f: f.org != "x", "org=ne:x"),
    (lambda f: (f.id > 1) & (f.id < 9), "id=gt:1&id=lt:9"),
    (lambda f: (f.id >= 1) | (f.id <= 9), "filter=or(id:gte:1,id:lte:9)"),
    (lambda f: ~((f.id == 1) & (f.org == "x")), "filter=not(and(id:eq:1,org:eq:x))"),
    (lambda f: f.id.in_({2, 1}), "id=in:(1,2)"),
    (lambda f: f.id.not_in(iter([2, 1])), "id=nin:(1,2)"),
    (lambda f: f.org.contains("x") & f.org.startswith("x") & f.org.endswith("x"), "org=contains:x&org=endswith:x&org"),
    (lambda f: f.org.icontains("x") & f.org.istartswith("x") & f.org.iendswith("x"), "org=icontains:x&org=iendswith:"),
    (lambda f: f.org.ieq("x"), "org=ieq:x"),
    (lambda f: f.placed.at.exists(), "placed.at=exists:true"),
    (lambda f: f["placed.at"] >= "today-7d", "placed.at=gte:today-7d"),
    (lambda f: f.placed["at"] < dt.datetime(2024, 5, 1, 12, tzinfo=dt.UTC), "placed.at=lt:2024-05-01T12:00:00Z"),
    (lambda f: f.placed.on == dt.date(2024, 5, 1), "placed.on=eq:2024-05-01"),
    (lambda f: f.price > decimal.Decimal("9.50"), "price=gt:9.5"),
    (lambda f: f.state == "new", "state=eq:new"),
    (lambda f: f.tags == "red", "tags=eq:red"),
    (
        lambda f: f.lines.any(lambda line: (line.sku == "s") & (line["size"] > 3)),
        "filter=any(lines,and(size:gt:3,sku:e",
    ),
    (lambda f: f.lines.all(lambda line: line.size > 3), "filter=all(lines,size:gt:3)"),
    (lambda f: f.late == True, "late=eq:true"),  # noqa: E712 - as clients write it
    (lambda f: f.verbose == False, "verbose=eq:false"),  # noqa: E712
]


@pytest.mark.parametrize(("build", "text"), SAID, ids=[text for _, text in SAID])
def test_what_is_built_is_said_with_a_schema_and_without(build: Callable[[Any], Where], text: str) -> None:
    if "price" not in text:  # a name alone does not know that it is a decimal's
        assert str(build(any_name)).startswith(text)
    assert str(build(at)).startswith(text)


def test_a_request_has_an_order_a_size_and_a_page() -> None:
    asked = request(at.org == "x", at.id > 1, order=at.placed.at.desc(), size=20, token="t.1/ø")
    assert (
        str(asked)
        == asked.query_string
        == "id=gt:1&org=eq:x&order=desc:placed.at&limit=20&continuationToken=t.1%2F%C3%B8"
    )
    query = SCHEMA.parse(str(asked.after("")))
    assert (query.page.size, [str(key) for key in query.order]) == (20, ["desc:placed.at", "desc:id"])
    assert str(request(order=[any_name.a.asc(), any_name["b"].desc()], size=5)) == "order=asc:a,desc:b&size=5"
    assert str(request()) == ""
    assert request(any_name.a == 1) == request(any_name.a == 1)


def test_names_may_be_words_of_python_or_of_the_class() -> None:
    assert str(any_name["in"]["any"]["x-y"] == 1) == "in.any.x-y=eq:1"
    assert str(any_name.any.size) == "any.size"
    with pytest.raises(AttributeError, match="__wrapped__"):
        _ = any_name.__wrapped__
    with pytest.raises(TypeError, match="unhashable"):
        hash(any_name.a)


MISTAKES: list[tuple[Callable[[], object], type[Exception], str]] = [
    (lambda: fields("id"), TypeError, "names are checked by a schema, or by none, not by 'id'"),  # type: ignore[call-overload]
    (lambda: at.nope, AttributeError, "the schema has no 'nope'"),
    (lambda: at.placed.att, AttributeError, "the schema has no 'placed.att'; did you mean 'placed.at'?"),
    (lambda: at.lines.any(lambda line: line.skuu == "x"), AttributeError, "'lines.skuu'; did you mean 'lines.sku'?"),
    (lambda: any_name["a b"], ValueError, "'a b' is not a name"),
    (lambda: at.placed == "2024", pq.QueryError, "there is no parameter 'placed'"),
    (lambda: at.id == "12", TypeError, "'id' takes integer: '12' is not a 64-bit integer"),
    (lambda: at.id.in_([1, True]), TypeError, "'id' takes integer: True"),
    (lambda: at.lines.any(lambda line: line.size == "x"), TypeError, "'size' takes integer: 'x'"),
    (lambda: at.placed.at > "noon", pq.QueryError, "'noon' is not a date-time"),
    (lambda: at.state > "new", pq.QueryError, "'state' does not take gt"),
    (lambda: at.state.in_(["new"]), pq.QueryError, "'state' does not take in"),
    (lambda: at.org == None, TypeError, r"'org': None is no value.*ask ~name.exists\(\)"),  # noqa: E711
    (lambda: any_name.org == [1], TypeError, r"'org': \[1\] is no value that a filter can say$"),
    (lambda: any_name.org.in_("abc"), TypeError, r"in_ and not_in take a list of values: \['abc'\]"),
    (lambda: any_name.org.in_([]), ValueError, "a constant has no text"),
    (lambda: any_name.n > NAN, ValueError, "not a finite number"),
    (lambda: any_name.org.contains(""), ValueError, "'' has no text"),
    (lambda: any_name.a == 1 and any_name.b == 2, TypeError, "true or false of a record only; join conditions by &"),
    (lambda: 1 < any_name.a < 5, TypeError, "true or false of a record only"),
    (lambda: (any_name.a == 1) & 5, TypeError, "5 is no condition; join conditions by"),  # type: ignore[operator]
    (lambda: (any_name.a == 1) | any_name.b, TypeError, "is no condition"),  # type: ignore[operator]
    (lambda: any_name.lines.any(lambda line: line.sku), TypeError, "is no condition"),  # type: ignore[arg-type, return-value]
    (lambda: request(any_name.org), TypeError, "is no condition"),  # type: ignore[arg-type]
    (lambda: request(at.id == 1), pq.QueryError, "send org"),
    (lambda: request(at.org == "x", order=at.id.asc()), pq.QueryError, "'id' cannot be sorted by"),
    (lambda: request(at.org == "x", size=0), pq.QueryError, "limit"),
    (lambda: request(at.org == "x", fields(ANOTHER).org == "x"), ValueError, "of several schemas"),
]


@pytest.mark.parametrize(("build", "error", "sentence"), MISTAKES, ids=[sentence for _, _, sentence in MISTAKES])
def test_mistakes_are_said_at_once(build: Callable[[], object], error: type[Exception], sentence: str) -> None:
    with pytest.raises(error, match=sentence):
        build()


def test_a_class_of_names_is_checked_as_any() -> None:
    class Line(Fields):
        size: Integer

    class Order(Fields):
        id: Integer
        lines: Records[Line]

    order = fields(SCHEMA, Order)
    assert isinstance(order, Order)
    assert str(order.lines.any(lambda line: line.size > 3)) == "filter=any(lines,size:gt:3)"
    assert isinstance(fields(), Names)
    assert order.id.desc() == Key("desc:id", SCHEMA)
    with pytest.raises(AttributeError):
        _ = fields(SCHEMA, Order).org_  # type: ignore[attr-defined]
