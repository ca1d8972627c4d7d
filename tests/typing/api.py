"""The public API as a program uses it: it must pass under mypy --strict and under pyright; it is run as well."""

from __future__ import annotations

import datetime as dt
import decimal
import uuid
from collections.abc import Mapping
from enum import Enum
from typing import Any, assert_type

import paramql as pq
from paramql.backends.sql.text import Sql
from paramql.client import (
    Boolean,
    Choice,
    Date,
    DateTime,
    Fields,
    Integer,
    OrderedText,
    Records,
    Text,
    Uuid,
    Where,
    fields,
    request,
)

ORDERS = pq.Schema(
    pq.Field("id", pq.Integer(), unique=True, sortable=True),
    pq.Field("customer.name", pq.Text(ordered=True), operators=["eq", "in", "startswith"]),
    pq.Field("customer.key", pq.Uuid()),
    pq.Field("placed", pq.DateTime(precision="ms"), sortable=True, required=True),
    pq.Field("due", pq.Date()),
    pq.Field("total", pq.Decimal(2, digits=12)),
    pq.Field("weight", pq.Float()),
    pq.Field("paid", pq.Boolean()),
    pq.Field("status", pq.Choice("open", "closed")),
    pq.Field("tags", pq.ListOf(pq.Text())),
    pq.Field("lines", pq.ListOf(pq.Record(pq.Field("sku", pq.Text()), pq.Field("quantity", pq.Integer())))),
    pq.Parameter("late", pq.Boolean(), lambda late: pq.lt("due", dt.date(2024, 1, 1)) if late else pq.exists("due")),
    pq.Parameter("verbose", pq.Boolean(), None, notice="not for long"),
    order="desc:placed",
    limits=pq.Limits(clauses=16),
    ignore=["utm_*"],
    controls={"size": "limit"},
    tokens=pq.Tokens({"2024": bytes(32)}, max_age=dt.timedelta(hours=1)),
    rules=[lambda query: [pq.Problem("conflict", "too much")] if len(query.names) > 10 else None],
)


def ask(text: str | bytes) -> pq.Query:
    """All arguments of `parse`."""
    now = dt.datetime(2024, 3, 31, tzinfo=dt.UTC)
    return ORDERS.parse(text, now=now, zone=dt.UTC, lenient=True, audience="me", only={"id", "total", "customer"})


def answers(query: pq.Query) -> None:
    """What a query tells, and what can be done with it."""
    assert_type(query.where, pq.Expression)
    assert_type(query.page.size, int)
    assert_type(pq.render(query), str)
    assert_type(pq.compile(query.where, "sqlite"), Sql)
    assert_type(pq.compile(query.where, "sqlite").text, str)
    keep = pq.compile(query.where, "python")
    assert_type(keep({"id": 1}), bool)
    rows = [{"id": 1}, {"id": 2}]
    assert keep.filter(rows) == rows[:1]
    for notice in query.notices:
        assert_type(notice, pq.Problem)


def builders() -> None:
    """Drafts have names; bound they are expressions; scopes are ANDed to what was asked."""
    draft = pq.all_of(
        pq.eq("customer.name", "Ann"),
        pq.in_("id", [1, 2]),
        pq.any_of(pq.gt("total", decimal.Decimal("9.99")), pq.not_(pq.exists("tags"))),
        pq.any_("lines", pq.all_of(pq.eq("sku", "A1"), pq.gte("quantity", 2))),
        pq.all_("lines", pq.lt("quantity", 100)),
    )
    taken: pq.Draft = draft
    scope = ORDERS.bind(taken)
    assert_type(scope, pq.Expression)
    where = pq.all_of(ORDERS.parse("paid=true").where, scope, pq.ne(ORDERS["status"], "closed"))
    checked: pq.Expression = where
    assert isinstance(pq.encode(draft), str)
    assert isinstance(pq.encode(checked), str)
    assert_type(ORDERS.parse_expression("or(id:1,id:2)"), pq.Expression)


def records(document: Mapping[str, Any]) -> None:
    """Documents are loaded, pages are taken."""
    record = ORDERS.load(document, strict=True)
    assert_type(record, dict[str, Any])
    result = pq.paginate([record], ORDERS.parse("limit=1"))
    assert_type(result.items, list[dict[str, Any]])
    assert_type(result.next_token, str | None)


def errors() -> None:
    """A query that is wrong raises one exception, which is JSON for machines and text for people."""
    try:
        ORDERS.parse("nope=1")
    except pq.QueryError as error:
        assert_type(error.problems, tuple[pq.Problem, ...])
        assert_type(error.to_problem(), dict[str, object])
        first = error.problems[0]
        assert (first.code, first.span.start, first.hint) == ("unknown-parameter", 0, None)


class Line(Fields):
    """Names of an element, as a client declares them."""

    sku: Text
    quantity: Integer


class Customer(Fields):
    """Names that stand below another."""

    name: OrderedText
    key: Uuid


class Status(Enum):
    """Words, as a program has them."""

    OPEN = "open"


class Order(Fields):
    """Names of a record, likewise."""

    id: Integer
    placed: DateTime
    due: Date
    paid: Boolean
    status: Choice
    customer: Customer
    lines: Records[Line]


def clients() -> None:
    """Names with a class know their operators; without one they take any."""
    order = fields(ORDERS, Order)
    assert_type(order, Order)
    assert_type(order.placed >= "today-7d", Where)
    assert_type(order.placed >= dt.date(2024, 5, 1), Where)
    assert_type(order.placed < dt.datetime(2024, 5, 1, tzinfo=dt.UTC), Where)
    assert_type(order.due == dt.date(2024, 5, 1), Where)
    assert_type(order.customer.key == uuid.UUID(int=1), Where)
    assert_type(order.customer.key.in_([uuid.UUID(int=1), str(uuid.UUID(int=2))]), Where)
    assert_type(order.customer.name == "Ann", Where)
    assert_type(order.status == Status.OPEN, Where)
    assert_type(order.status.not_in(["open", Status.OPEN]), Where)
    assert_type(order.id.in_([1, 2]), Where)
    assert_type(order.lines.any(lambda line: (line.sku == "A1") & (line.quantity > 2)), Where)
    where = fields()
    assert_type(where.customer.name.startswith("A"), Where)
    name: Text = where.customer.name
    assert str(request(order.id > 1, order=order.id)) == "id=gt:1&order=asc:id"
    assert str(request(order=[order.placed.desc(), "id"], size=1)) == "order=desc:placed,id&limit=1"
    assert str(request(order="desc:id", schema=ORDERS)) == "order=desc:id"
    assert str(request(order=where.placed)) == "order=asc:placed"
    assert_type(where.customer.key == uuid.UUID(int=1), Where)
    asked = request(name == "Ann", ~(where.paid == True), order=where.placed.desc(), size=20)  # noqa: E712
    assert_type(str(asked), str)
    assert asked.query_string == "customer.name=eq:Ann&paid=ne:true&order=desc:placed&size=20"


def main() -> None:
    """Run it all."""
    answers(ask("id=1&total=exists:false&nope=1"))
    builders()
    records({"id": 1, "placed": "2024-01-01T00:00:00Z", "tags": ["a"]})
    errors()
    clients()
