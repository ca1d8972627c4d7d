"""Programs that must not pass a type checker; each line says the error that proves it, or the checker complains.

Nothing here is run. Under `warn_unused_ignores` an ignore without its error fails the check.
"""

from __future__ import annotations

import paramql as pq
from paramql.client import Boolean, Choice, DateTime, Fields, Integer, Records, Text, Uuid, fields, request

SCHEMA = pq.Schema(pq.Field("id", pq.Integer(), unique=True))
DRAFT: pq.Draft = pq.eq("id", 5)
QUERY = SCHEMA.parse("id=5")


def a_draft_is_not_compiled() -> None:
    """Only what a schema has checked reaches a backend."""
    pq.compile(DRAFT, "sqlite")  # type: ignore[arg-type]
    pq.compile(pq.eq("id", 5), "python")  # type: ignore[arg-type]
    pq.compile(pq.all_of(QUERY.where, pq.eq("id", 5)), "sqlite")  # type: ignore[arg-type]


def a_query_is_not_an_expression() -> None:
    """What was asked by name is not what it means."""
    pq.compile(QUERY, "sqlite")  # type: ignore[call-overload]
    pq.compile(QUERY.asked, "sqlite")  # type: ignore[arg-type]
    pq.compile("id=5", "sqlite")  # type: ignore[call-overload]


def a_draft_is_not_a_scope() -> None:
    """A host's condition is bound before it is ANDed to a query."""
    pq.paginate([], QUERY, pq.eq("id", 5))  # type: ignore[arg-type]


def a_query_is_not_rendered_from_its_expression() -> None:
    """`render` takes queries, `encode` expressions."""
    pq.render(QUERY.where)  # type: ignore[arg-type]
    pq.encode(QUERY)  # type: ignore[arg-type]


def values_are_of_types_that_fields_have() -> None:
    """None is no value, nor is a list; `in_` takes a list."""
    pq.eq("id", None)  # type: ignore[arg-type]
    pq.eq("id", [1, 2])  # type: ignore[arg-type]
    pq.in_("id", 5)  # type: ignore[arg-type]
    pq.contains("name", 5)  # type: ignore[arg-type]


def declarations_are_made_of_types() -> None:
    """Classes, Python's own types and bare records are no types of values."""
    pq.Field("id", pq.Integer)  # type: ignore[arg-type]
    pq.Field("id", int)  # type: ignore[arg-type]
    pq.Field("id", pq.Record(pq.Field("a", pq.Text())))  # type: ignore[arg-type]
    pq.Field("id", pq.Integer(), True)  # type: ignore[call-arg]
    pq.ListOf(pq.ListOf(pq.Text()))  # type: ignore[arg-type]
    pq.DateTime("ns")  # type: ignore[arg-type]
    pq.Schema("id")  # type: ignore[arg-type]
    pq.Parameter("p", pq.Text())  # type: ignore[call-arg]


def nothing_is_changed_after_it_was_checked() -> None:
    """Queries, expressions and declarations are frozen."""
    QUERY.text = "id=6"  # type: ignore[misc]
    QUERY.order[0].descending = True  # type: ignore[misc]
    SCHEMA["id"].filterable = False  # type: ignore[misc]
    QUERY.page.size = 5  # type: ignore[misc]


class Line(Fields):
    """Names of an element."""

    quantity: Integer


class Order(Fields):
    """Names of a record."""

    id: Integer
    name: Text
    placed: DateTime
    paid: Boolean
    status: Choice
    key: Uuid
    lines: Records[Line]


def a_client_asks_of_a_name_what_its_type_has() -> None:
    """Operators and values are those of the declared type; there are no other names."""
    order = fields(SCHEMA, Order)
    _ = order.nope  # type: ignore[attr-defined]
    _ = order.id > "5"  # type: ignore[operator]
    _ = order.id.contains("5")  # type: ignore[attr-defined]
    _ = order.id.in_(["5"])  # type: ignore[list-item]
    _ = order.name > 5  # type: ignore[operator]
    _ = order.placed > 2024  # type: ignore[operator]
    _ = order.name > "A"  # type: ignore[operator]
    _ = order.key > "0190163d-8694-739b-aea5-966c26f8ad91"  # type: ignore[operator]
    _ = order.status > "new"  # type: ignore[operator]
    _ = order.key.contains("0190")  # type: ignore[attr-defined]
    _ = order.paid > False  # type: ignore[operator]
    _ = order.lines == 5  # type: ignore[comparison-overlap]
    order.lines.any(lambda line: line.quantity > "5")  # type: ignore[operator]


def conditions_are_joined_by_their_operators() -> None:
    """What Python's `and` would make, and a comparison that is none, are no conditions."""
    order = fields(SCHEMA, Order)
    _ = (order.id > 1) & 5  # type: ignore[operator]
    request(order.id)  # type: ignore[arg-type]
    request(order.id == "5")  # type: ignore[arg-type]
    request(order.paid == None)  # type: ignore[arg-type]  # noqa: E711
    request(order.id > 1, order=order.id > 1)  # type: ignore[arg-type]
    request(order.id > 1, order=order.paid)  # type: ignore[arg-type]
    request(order.id > 1, order=order.status)  # type: ignore[arg-type]
    request(order.paid and (order.id > 1))  # type: ignore[arg-type, truthy-bool]
    request(not order.paid)  # type: ignore[arg-type, truthy-bool]
    request(1 in order.id)  # type: ignore[operator, arg-type]
