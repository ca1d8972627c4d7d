"""What a page cannot be made of is said, and what to do instead."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any as Anything

import pytest

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
    for make in (page.select, page.count, lambda: page.select(parts=[QUERY.where])):
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
