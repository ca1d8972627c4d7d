"""The builder for clients: text that says what was meant, and mistakes that are said at once."""

from __future__ import annotations

import datetime as dt
import decimal
import enum
import uuid
from collections.abc import Callable, Iterable
from typing import Any

import pytest

import paramql as pq
from paramql.ast import Op
from paramql.client import Fields, Integer, Key, Name, Names, Records, Where, fields, request

SCHEMA = pq.Schema(
    pq.Field("id", pq.Integer(), unique=True),
    pq.Field("org", pq.Text()),
    pq.Field("placed.at", pq.DateTime(), sortable=True),
    pq.Field("placed.on", pq.Date()),
    pq.Field("price", pq.Decimal(2)),
    pq.Field("state", pq.Choice("new", "sent"), operators=["eq"]),
    pq.Field("key", pq.Uuid()),
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
KEY = uuid.UUID("0190163d-8694-739b-aea5-966c26f8ad91")


class State(enum.Enum):
    NEW = "new"


class Word(str, enum.Enum):  # noqa: UP042 - as many programs have it
    NEW = "new"


class Weird(enum.Enum):
    ONE = (1, 2)


class Number(enum.IntEnum):
    ONE = 1


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
    (lambda f: f.placed.at >= dt.date(2024, 5, 1), "placed.at=gte:2024-05-01"),
    (lambda f: f.placed.at.in_([dt.date(2024, 5, 1)]), "placed.at=in:(2024-05-01)"),
    (lambda f: f.key == KEY, f"key=eq:{KEY}"),
    (lambda f: f.key.in_([KEY, KEY]), f"key=in:({KEY})"),
    (lambda f: f.state == State.NEW, "state=eq:new"),
    (lambda f: f.state == Word.NEW, "state=eq:new"),
    (lambda f: f.id != Number.ONE, "id=ne:1"),
    (lambda f: f.org.in_([State.NEW, Word.NEW, "old"]), "org=in:(new,old)"),
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


@pytest.mark.parametrize(
    ("order", "text"),
    [
        (lambda f: f.placed.at, "asc:placed.at"),
        (lambda f: [f.placed.at.desc(), f["size"]], "desc:placed.at,asc:size"),
        (lambda _: "desc:placed.at", "desc:placed.at"),
        (lambda _: "placed.at,desc:size", "placed.at,desc:size"),
        (lambda f: ["placed.at", f["size"].desc()], "placed.at,desc:size"),
    ],
)
def test_an_order_may_be_names_and_text(order: Callable[[Names], Any], text: str) -> None:
    assert str(request(order=order(any_name))) == f"order={text}"
    keys = [pq.Field("placed.at", pq.Date(), sortable=True), pq.Field("size", pq.Integer(), sortable=True)]
    sorted_by = pq.Schema(*keys, controls={"size": "limit"})
    assert str(request(order=order(fields(sorted_by)), schema=sorted_by)) == f"order={text}"


def test_names_may_be_words_of_python_or_of_the_class() -> None:
    assert str(any_name["in"]["any"]["x-y"] == 1) == "in.any.x-y=eq:1"
    assert str(any_name.any.size) == "any.size"
    with pytest.raises(AttributeError, match="__wrapped__"):
        _ = any_name.__wrapped__
    with pytest.raises(TypeError, match="unhashable"):
        hash(any_name.a)


TRUTHS: list[tuple[Callable[[Any], object], str]] = [
    (lambda f: f.late and (f.id > 100), r"<name 'late'> is no condition; join conditions by &"),
    (lambda f: f.late or (f.id > 100), "<name 'late'> is no condition"),
    (lambda f: (f.id > 100) and f.late, "true or false of a record only"),
    (lambda f: f.org and f.late, "<name 'org'> is no condition"),
    (lambda f: f.placed and f.late, "<name 'placed'> is no condition"),
    (lambda f: not f.late, "<name 'late'> is no condition"),
    (lambda f: bool(f["late"]), "<name 'late'> is no condition"),
    (lambda f: 1 if f.late else 2, "<name 'late'> is no condition"),
    (lambda f: 1 < f.id < 5, "true or false of a record only"),
    (lambda f: f.id == 1 == f.late, "true or false of a record only"),
    (lambda f: f.id in [1, 2], "true or false of a record only"),
    (lambda f: "red" in f.tags, "not iterable"),
    (lambda f: "red" in f, "not iterable"),
    (lambda f: list(f.tags), "not iterable"),
    (list, "not iterable"),
    (lambda f: [*f.lines], "not iterable"),
    (lambda f: max(f.id, f.placed.at), "is no value"),
    (lambda f: f.id == f.price, "'id': <name 'price'> is no value"),
    (lambda f: {f.id}, "unhashable"),
    (lambda f: f.late & (f.id > 100), "unsupported operand"),
    (lambda f: (f.id > 100) & f.late, "<name 'late'> is no condition"),
    (lambda f: ~f.late, "bad operand"),
    (lambda f: f and (f.id > 100), "is no condition"),
    (lambda f: f.lines.any(lambda line: line and (line.size > 1)), "is no condition"),
    (lambda f: not f.id.asc(), "Key.* is no condition"),
    (lambda f: bool(request(f.org == "x")), "Request.* is no condition"),
]


@pytest.mark.parametrize("names", [at, any_name, fields(None, Fields)], ids=["schema", "none", "class"])
@pytest.mark.parametrize(("build", "sentence"), TRUTHS, ids=[f"{n}" for n in range(len(TRUTHS))])
def test_what_is_no_condition_is_neither_true_nor_false(
    build: Callable[[Any], object], sentence: str, names: Fields
) -> None:
    """Python would drop a part of what was meant, and more would be asked for."""
    with pytest.raises(TypeError, match=sentence):
        build(names)


def test_names_are_no_collections() -> None:
    assert not issubclass(Name, Iterable)
    assert not issubclass(Fields, Iterable)


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
    (lambda: at.key > KEY, pq.QueryError, "'key' does not take gt"),
    (lambda: at.key == KEY.hex, TypeError, "'key' takes uuid: '0190163d8694739baea5966c26f8ad91' is not a UUID"),
    (lambda: at.state == Op.IN, TypeError, "'state' takes choice: 'in' is not one of new, sent"),
    (
        lambda: at.placed.on > dt.datetime(2024, 5, 1, tzinfo=dt.UTC),
        TypeError,
        "'placed.on' takes date: .* is not a date",
    ),
    (lambda: any_name.a == Weird.ONE, TypeError, r"'a': \(1, 2\) is no value"),
    (lambda: request(order="dsc:x"), ValueError, "'dsc:x' is no order: write 'desc:name', or where.name.desc()"),
    (lambda: request(order=["asc:x", ""]), ValueError, "'' is no order"),
    (lambda: request(order="desc: x"), ValueError, "'desc: x' is no order"),
    (lambda: request(order=5), TypeError, "5 is no order: write 'desc:name', or where.name.desc()"),  # type: ignore[arg-type]
    (lambda: request(order=[any_name.a == 1]), TypeError, "is no order"),  # type: ignore[list-item]
    (lambda: request(order=any_name), TypeError, "is no order"),  # type: ignore[arg-type]
    (lambda: request(at.org == "x", order=at.id), pq.QueryError, "'id' cannot be sorted by"),
    (lambda: request(order="id", schema=SCHEMA), pq.QueryError, "'id' cannot be sorted by"),
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
