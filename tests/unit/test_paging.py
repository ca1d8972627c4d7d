"""What a page cannot be made of is said, and what to do instead."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal as Number
from types import SimpleNamespace
from typing import Any as Anything

import pytest
from bson import Decimal128

import paramql as pq

SCHEMA = pq.Schema(
    pq.Field("id", pq.Integer(), unique=True), pq.Field("name", pq.Text()), tokens=pq.Tokens({"a": b"k" * 32})
)
QUERY = SCHEMA.parse("name=a&size=1")


def test_a_page_of_rows_that_lack_a_sort_value_says_which() -> None:
    page = pq.page(QUERY, pq.target("sqlite", SCHEMA, table="t"))
    for row in ({"name": "a"}, SimpleNamespace(name="a"), ("a",)):
        with pytest.raises(TypeError, match="the page needs the column 'id' of its rows by name"):
            page.finish([row, row])


@pytest.mark.parametrize("target", ["sqlite", None, SCHEMA])
def test_pages_are_of_targets(target: Anything) -> None:
    with pytest.raises(
        TypeError, match=r"page takes a target, such as target\('sqlite', schema, table='orders'\), not"
    ):
        pq.page(QUERY, target)


def test_statements_need_a_table() -> None:
    with pytest.raises(ValueError, match="no table to select from: name it with table="):
        pq.page(QUERY, pq.target("sqlite", SCHEMA)).select()
    for make in (pq.Page.select, pq.Page.count):
        with pytest.raises(TypeError, match="python has no statements: use where, order_by and limit"):
            make(pq.page(QUERY, pq.target("python", SCHEMA)))


def test_statements_join_no_tables() -> None:
    page = pq.page(QUERY, pq.target("sqlite", SCHEMA, table="t", columns={"name": pq.Column("name", table="u")}))
    makes: list[Callable[[], pq.Sql]] = [page.select, page.count, lambda: page.select(parts=[QUERY.where])]
    for make in makes:
        with pytest.raises(ValueError, match=r"'name' lives in the table 'u', .*: use where, order_by and limit"):
            make()
    assert (page.where.text, page.order_by.text) == ("`u`.`name` = ?", "`t`.`id` ASC")


def test_statements_are_made_of_the_target_s_own_table_and_of_child_rows() -> None:
    schema = pq.Schema(*SCHEMA.fields, pq.Field("tags", pq.ListOf(pq.Text())))
    places = {"name": pq.Column("name", table="t"), "tags": pq.Rows("tags", {"of": "id"})}
    counted = pq.page(schema.parse("name=a"), pq.target("sqlite", schema, table="t", columns=places)).count()
    assert counted.text == "SELECT count(*) FROM `t` WHERE `t`.`name` = ?"


def test_a_backend_without_an_order_has_no_pages() -> None:
    target = pq.Target("mine", SCHEMA, None, {})
    for ask in (lambda: target.order_by(QUERY.order), lambda: target.position({}, QUERY.order)):
        with pytest.raises(NotImplementedError, match="the mine backend has no order"):
            ask()


def test_a_target_cannot_sort_by_a_field_of_another_schema() -> None:
    order = pq.Schema(pq.Field("other", pq.Integer(), unique=True)).parse("").order
    with pytest.raises(ValueError, match="the target has no field 'other'; it was made from another schema"):
        pq.target("sqlite", SCHEMA, table="t").order_by(order)


def test_pages_need_a_unique_key_or_records_that_tie_could_be_lost_between_them() -> None:
    query = pq.Schema(pq.Field("name", pq.Text())).parse("")
    target = pq.target("sqlite", query.schema, table="t")
    with pytest.raises(ValueError, match="paging needs a unique field in the schema"):
        pq.page(query, target)
    with pytest.raises(ValueError, match="paging needs a unique field in the schema"):
        pq.paginate([{"name": "a"}], query)


FINE = pq.Schema(
    pq.Field("id", pq.Integer(), unique=True),
    pq.Field("at", pq.DateTime("s"), sortable=True),
    pq.Field("price", pq.Decimal(2), sortable=True),
)
HALF = dt.datetime(2019, 5, 1, 12, 0, 0, 500_000, dt.UTC)


@pytest.mark.parametrize(
    ("name", "columns", "row"),
    [
        ("postgresql", {}, {"at": HALF, "price": Number("1.005")}),
        ("duckdb", {"at": pq.JsonPath("doc", "at")}, {"doc": {"at": HALF.isoformat()}, "price": Number("1.005")}),
        ("sqlite", {"at": pq.Column("at", storage="epoch_us")}, {"at": 500_000, "price": None}),
        ("mongodb", {}, {"at": HALF, "price": Decimal128("1.005")}),
        ("polars", {}, {"at": HALF, "price": Number("1.005")}),
        ("sqlalchemy", {}, {"at": HALF.replace(tzinfo=None), "price": Number("1.005")}),
    ],
)
def test_no_page_ends_at_a_value_finer_than_its_type(name: str, columns: Anything, row: Anything) -> None:
    """Rounded, it would be another place in the order than the one that the store has it in."""
    target, (at, price) = pq.target(name, FINE, columns=columns), FINE.parse("order=at,price").order[:2]
    with pytest.raises(ValueError, match=r"'at' is stored finer than DateTime\(precision='s'\) has it, as .*: no page"):
        target.position(row, [at])
    if row["price"] is None:
        assert target.position(row, [price]) == (None,)
    else:
        with pytest.raises(ValueError, match=r"'price' is stored finer than Decimal\(scale=2, digits=18\) has it, as "):
            target.position(row, [price])


def test_no_page_ends_at_an_integer_that_no_float_is() -> None:
    """JSON and documents may have one under a float, and compare it as it is."""
    schema = pq.Schema(pq.Field("id", pq.Integer(), unique=True), pq.Field("ratio", pq.Float(), sortable=True))
    target, order = pq.target("sqlite", schema), schema.parse("order=ratio").order
    assert target.position({"ratio": 2**53, "id": 1}, order) == (2.0**53, 1)
    with pytest.raises(
        ValueError, match=r"'ratio' is stored finer than Float\(\) has it, as 9007199254740993: no page"
    ):
        target.position({"ratio": 2**53 + 1, "id": 1}, order)
