"""Where fields live: what is checked when a target is made, and records as rows of its tables."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from decimal import Decimal as Number
from typing import Any as Anything
from typing import cast

import pytest

import paramql as pq
from paramql.ast import TRUE, And, Any, Compare, Exists, Not, Op
from paramql.backends.python import make_target as make_python_target
from paramql.backends.sqlite import compile as to_sqlite
from paramql.simplify import simplify
from paramql.testing.engines_sql import sql_target
from paramql.types import Type

SKU = pq.Field("sku", pq.Text(), required=True)
LOTS = pq.Field("lots", pq.ListOf(pq.Integer()))
LINES = pq.Field("lines", pq.ListOf(pq.Record(SKU, pq.Field("size.of", pq.Decimal(2)), LOTS)))
ORDERS = pq.Schema(
    pq.Field("id", pq.Integer(), unique=True),
    pq.Field("customer.name", pq.Text()),
    pq.Field("placed", pq.DateTime()),
    pq.Field("paid", pq.Boolean()),
    pq.Field("tags", pq.ListOf(pq.Text())),
    LINES,
)
NAME, PLACED = (ORDERS.field(name) for name in ("customer.name", "placed"))
NOON = dt.datetime(2019, 5, 1, 12, tzinfo=dt.UTC)
RECORD: dict[str, Anything] = {
    "id": 1,
    "customer": {"name": "Å"},
    "placed": NOON,
    "paid": True,
    "tags": ["a", None],
    "lines": [{"sku": "x", "size": {"of": Number("2.5")}, "lots": [7, 8]}, None, {"sku": "y"}],
}


def made(**options: Anything) -> Anything:
    return sql_target("sqlite", ORDERS, **options)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"columns": {"customer": "c"}}, "columns names no fields: 'customer'; there are 'customer.name', 'id'"),
        ({"columns": {"placed": pq.Column("p", storage="epoch")}}, "'placed' cannot be stored as 'epoch' there; there"),
        ({"columns": {"placed": pq.JsonPath("d", "p", storage="epoch_s")}}, "there are 'text'"),
        ({"columns": {"tags": pq.JsonPath("d", "p", storage="text")}}, "'tags' cannot be stored as 'text'"),
        ({"columns": {"id": pq.Rows("t", {"a": "id"})}, "table": "o"}, "'id' is no list; it lives in a Column or"),
        ({"columns": {"tags": pq.Rows("t", {})}, "table": "o"}, "the Rows of 'tags' need a link: {'order_id': 'id'}"),
        ({"columns": {"tags": pq.Rows("t", {"a": "id"}, {"x": "y"})}, "table": "o"}, "the columns of 'tags' name no"),
        (
            {"columns": {"lines": pq.Rows("t", {"a": "id"}, {"sku": pq.Column("s", table="u")})}, "table": "o"},
            "'lines.sku' lives in the table of its Rows; leave table= out",
        ),
        ({"columns": {"id": ""}}, "'' cannot be the name of a table or column"),
        ({"columns": {"id": pq.JsonPath("a\0b", "c")}}, "cannot be the name"),
        ({"columns": {"tags": pq.Rows("t", {"a": ""})}, "table": "o"}, "cannot be the name"),
        ({"columns": {"tags": pq.Rows("t", {"a\0b": "id"})}, "table": "o"}, "cannot be the name"),
        (
            {"columns": {"lines": pq.Rows("t", {"a": "id"}, {"lots": pq.Rows("", {"b": "a"})})}, "table": "o"},
            "'' cannot be the name of a table or column",
        ),
        (
            {"columns": {"lines": pq.Rows("t", {"a": "id"}, {"lots": pq.Rows("u", {"": "a"})})}, "table": "o"},
            "'' cannot be the name of a table or column",
        ),
        ({"columns": {"tags": pq.Rows("t", {"a": "id"}, {"": ""})}, "table": "o"}, "cannot be the name"),
        ({"table": "a\0b"}, "cannot be the name"),
        ({"table": ""}, "'' cannot be the name of a table or column"),
        ({"columns": {"id": pq.Column("id", table="")}}, "'' cannot be the name of a table or column"),
        ({"columns": {"tags": pq.Rows("", {"a": "id"})}, "table": "o"}, "'' cannot be the name of a table or column"),
        ({"paramstyle": "dollar"}, "sqlite takes no parameter style 'dollar'; it takes qmark, named, numeric_dollar"),
        ({"columns": {"paid": "id"}}, "'id' and 'paid' live in one column, 'id': give each one of its own"),
        ({"columns": {"paid": pq.Column("id", table="o")}, "table": "o"}, "'id' and 'paid' live in one column"),
        (
            {"columns": {"lines": pq.Rows("t", {"a": "id"}, {"lots": "sku"})}, "table": "o"},
            "'sku' and 'lots' live in one column, 'sku'",
        ),
        ({"columns": {"id": pq.JsonPath("d", 'a."b"')}}, "SQLite has no path to the key"),
    ],
)
def test_a_wrong_target_fails_when_it_is_made(options: dict[str, Anything], message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        made(**options)


@pytest.mark.parametrize("name", ["sqlite", "postgresql", "mariadb", "duckdb", "mongodb"])
def test_what_is_no_place_is_refused(name: str) -> None:
    for wrong in (5, ("d", "p"), pq.Column):
        with pytest.raises(TypeError, match="'placed' lives in a Column, a JsonPath or Rows, or in the column that a"):
            pq.target(name, ORDERS, table="o", columns={"placed": wrong})
    link, inside = {} if name == "mongodb" else {"a": "id"}, cast(Anything, {"sku": 5})
    with pytest.raises(TypeError, match=r"'lines\.sku' lives in a Column"):
        pq.target(name, ORDERS, table="o", columns={"lines": pq.Rows("l", link, inside)})


@pytest.mark.parametrize("name", ["postgresql", "mariadb", "duckdb"])
def test_engines_refuse_keys_that_they_have_no_path_to(name: str) -> None:
    with pytest.raises(ValueError, match=r"U\+0000"):
        sql_target(name, ORDERS, columns={"id": pq.JsonPath("d", "a\0b")})


@pytest.mark.parametrize(
    ("name", "style"),
    [("sqlite", "format"), ("sqlite", "pyformat"), ("mariadb", "numeric_dollar"), ("duckdb", "named")],
)
def test_a_style_that_no_driver_of_the_engine_takes_is_refused(name: str, style: str) -> None:
    with pytest.raises(ValueError, match=f"{name} takes no parameter style '{style}'; it takes .*qmark"):
        sql_target(name, ORDERS, paramstyle=style)


SORTED = pq.Schema(
    pq.Field("country", pq.Text()),
    pq.Field("id", pq.Integer(), unique=True),
    pq.Field("name", pq.Text(), sortable=True),
    pq.Field("customer.name", pq.Text(), sortable=True),
    pq.Field("tags", pq.ListOf(pq.Text())),
)


_ONE_OF_A_NAME = (
    "are sorted by columns of one name in two tables, '[a-z]+', of which a row has one: "
    "leave sortable=True out of one, or join a view that has its column under another name"
)


@pytest.mark.parametrize(
    ("columns", "fields"),
    [
        ({"customer.name": pq.Column("name", table="customers")}, "'name' and 'customer.name'"),
        ({"customer.name": pq.JsonPath("name", "n", table="customers")}, "'name' and 'customer.name'"),
        ({"name": pq.Column("id", table="customers")}, "'id' and 'name'"),
    ],
)
def test_rows_have_one_column_of_a_name_to_read_a_sort_value_from(columns: dict[str, Anything], fields: str) -> None:
    for table in ("orders", None):
        with pytest.raises(ValueError, match=f"^{fields} {_ONE_OF_A_NAME}$"):
            sql_target("sqlite", SORTED, table=table, columns=columns)


def test_columns_of_one_name_may_be_filtered_by_and_paths_share_theirs() -> None:
    columns = {
        "name": pq.JsonPath("doc", "name"),
        "customer.name": pq.JsonPath("doc", "customer", table="orders"),
        "country": pq.Column("id", table="customers"),
        "tags": pq.Rows("id", {"of": "id"}),
    }
    assert sql_target("sqlite", SORTED, table="orders", columns=columns).order_by(SORTED.parse("").order).params == ()


def test_records_cannot_stand_in_a_native_list() -> None:
    with pytest.raises(ValueError, match="'lines' cannot be stored as 'array' there; there are 'jsonb'"):
        sql_target("postgresql", ORDERS, columns={"lines": pq.Column("l", storage="array")})


def test_what_has_no_place_lives_in_a_column_of_its_name() -> None:
    target = made(table="orders", columns={"paid": "is_paid"})
    assert target.places["customer.name"] == pq.Column("customer.name")
    assert target.places["paid"] == pq.Column("is_paid")


def test_a_filter_of_another_schema_is_an_error() -> None:
    other = pq.Field("other", pq.Integer())
    with pytest.raises(ValueError, match="no such field 'other'; it was made from another schema"):
        pq.compile(Compare(other, Op.EQ, 1), made())


@pytest.mark.parametrize("backend", ["sqlite", "postgresql", "mariadb", "duckdb", "mongodb", "polars"])
@pytest.mark.parametrize("text", ["n=5", "name=a&n=5", "filter=or(name:a,n:5)", "tags=a&n=gt:5"])
def test_a_field_of_the_same_name_is_another_field(backend: str, text: str) -> None:
    fields = pq.Field("name", pq.Text()), pq.Field("tags", pq.ListOf(pq.Text()))
    asked = pq.Schema(*fields, pq.Field("n", pq.Decimal(0))).parse(text)
    target = pq.target(backend, pq.Schema(*fields, pq.Field("n", pq.Decimal(2))), table="things")
    with pytest.raises(ValueError, match="no such field 'n'; it was made from another schema"):
        pq.compile(asked.where, target)


def test_a_target_serves_its_own_backend() -> None:
    where = Compare(ORDERS["id"], Op.EQ, 1)
    for target in (sql_target("postgresql", ORDERS), make_python_target(ORDERS)):
        with pytest.raises(ValueError, match="not for sqlite"):
            to_sqlite(where, target)


def test_rows_are_told_from_a_table_of_the_same_name_as_an_alias() -> None:
    links = {"of": "id"}
    target = made(
        table="T1",
        columns={"tags": pq.Rows("t2", links), "lines": pq.Rows("t3", links, {"lots": pq.Rows("t4", links)})},
    )
    inner = Any(LOTS, Compare(LOTS.element, Op.EQ, 1))
    text = pq.compile(Any(LINES, inner), target).text
    assert "`t3` AS t5" in text
    assert "`t4` AS t6 WHERE t6.`of` = t5.`id`" in text


def test_columns_of_joined_tables_are_named_with_theirs() -> None:
    target = made(table="orders", columns={"customer.name": pq.Column("name", table="customers")})
    where = And((Compare(ORDERS["customer.name"], Op.EQ, "a"), Compare(ORDERS["id"], Op.EQ, 1)))
    assert pq.compile(where, target).text == "`customers`.`name` = ? AND `orders`.`id` = ?"
    assert "name" not in target.row(RECORD)


# --- rows


def test_a_record_is_a_row_of_stored_values() -> None:
    row = made(table="orders").row(RECORD)
    lines = json.loads(row.pop("lines"))
    assert row == {
        "id": 1,
        "customer.name": "Å",
        "placed": "2019-05-01T12:00:00.000000Z",
        "paid": 1,
        "tags": '["a"]',
    }
    assert lines == [{"sku": "x", "size": {"of": 250}, "lots": [7, 8]}, {"sku": "y"}]


def test_a_document_holds_what_its_paths_lead_to() -> None:
    columns = {name: pq.JsonPath("d", "in", *name.split(".")) for name in ("customer.name", "paid", "tags")}
    target = made(table="orders", columns=columns)
    row = target.row(RECORD)
    assert json.loads(row["d"]) == {"in": {"customer": {"name": "Å"}, "paid": True, "tags": ["a"]}}
    assert target.row({"id": 1})["d"] is None


def test_a_json_column_may_be_the_value_itself() -> None:
    target = made(table="orders", columns={"tags": pq.JsonPath("tags")})
    assert target.row(RECORD)["tags"] == '["a"]'
    assert pq.compile(Any(ORDERS["tags"], And(())), target).text.startswith("EXISTS (SELECT 1 FROM json_each(CASE")


def test_children_carry_the_columns_that_link_them() -> None:
    lots = pq.Rows("lots", {"order_id": "order_id", "sku": "sku"}, {"": "lot"})
    columns = {
        "lines": pq.Rows("lines", {"order_id": "id"}, {"lots": lots}),
        "tags": pq.Rows("tags", {"order_id": "id"}),
    }
    target = made(table="orders", columns=columns)
    assert target.children(RECORD) == {
        "tags": [{"value": "a", "order_id": 1}],
        "lines": [
            {"sku": "x", "size.of": 250, "order_id": 1},
            {"sku": "y", "size.of": None, "order_id": 1},
        ],
        "lots": [{"lot": 7, "order_id": 1, "sku": "x"}, {"lot": 8, "order_id": 1, "sku": "x"}],
    }
    assert target.children({"id": 2}) == {"tags": [], "lines": []}
    assert [statement for statement in target.create() if "orders" not in statement] == [
        "CREATE TABLE `tags` (`order_id` INTEGER, `value` TEXT COLLATE BINARY NOT NULL)",
        "CREATE INDEX `tags_order_id` ON `tags` (`order_id`)",
        "CREATE TABLE `lines` (`order_id` INTEGER, `sku` TEXT COLLATE BINARY NOT NULL, `size.of` INTEGER)",
        "CREATE INDEX `lines_order_id` ON `lines` (`order_id`)",
        "CREATE TABLE `lots` (`order_id` INTEGER, `sku` TEXT COLLATE BINARY, `lot` INTEGER NOT NULL)",
        "CREATE INDEX `lots_order_id_sku` ON `lots` (`order_id`, `sku`)",
    ]


def test_a_link_needs_a_column_that_a_field_is_stored_in() -> None:
    """To read it does not: only what writes rows has to know the value."""
    target = made(table="orders", columns={"tags": pq.Rows("tags", {"order": "rowid"})})
    for write in (lambda: target.children(RECORD), target.create):
        with pytest.raises(ValueError, match="linked to the column 'rowid', which no field is stored in"):
            write()


@pytest.mark.parametrize(
    ("ask", "message"),
    [
        (lambda: made().create(), "the target has no table to create: name it with table="),
        (
            lambda: made().select(TRUE, ORDERS.parse("").order, 1),
            "the target has no table to select from: name it with table=",
        ),
        (
            lambda: made(columns={"tags": pq.Rows("t", {"a": "id"})}),
            "Rows are tied to the table of the target: name it with table=",
        ),
    ],
)
def test_what_needs_a_table_says_how_to_name_it(ask: Callable[[], object], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{message}$"):
        ask()


class Colour(Type):
    """A type that no database knows."""

    word = "colour"


def test_a_type_that_sql_does_not_know_is_refused_by_name() -> None:
    schema = pq.Schema(pq.Field("paint", Colour()))
    where = Exists(schema["paint"])
    for place in (pq.Column("paint"), pq.JsonPath("doc", "paint")):
        with pytest.raises(pq.CapabilityError, match=r"^SQL cannot store 'paint': it knows no colour$"):
            pq.compile(where, sql_target("sqlite", schema, columns={"paint": place}))


def test_each_engine_declares_its_own_types() -> None:
    columns = {"customer.name": pq.JsonPath("doc", "name"), "lines": pq.Rows("lines", {"of": "id"})}
    declared = {
        name: sql_target(name, ORDERS, table="o", columns=columns).create()[0]
        for name in ("sqlite", "postgresql", "mariadb", "duckdb")
    }
    assert declared == {
        "sqlite": "CREATE TABLE `o` (`id` INTEGER NOT NULL PRIMARY KEY, `doc` TEXT CHECK (`doc` IS NULL OR "
        "json_valid(`doc`)), `placed` TEXT COLLATE BINARY, `paid` INTEGER, `tags` TEXT)",
        "postgresql": 'CREATE TABLE "o" ("id" bigint NOT NULL PRIMARY KEY, "doc" jsonb, "placed" timestamptz, '
        '"paid" boolean, "tags" text[] COLLATE "C")',
        "mariadb": "CREATE TABLE `o` (`id` BIGINT NOT NULL PRIMARY KEY, `doc` JSON, `placed` DATETIME(6), "
        "`paid` BOOLEAN, `tags` JSON)",
        "duckdb": 'CREATE TABLE "o" ("id" BIGINT NOT NULL PRIMARY KEY, "doc" JSON, "placed" TIMESTAMPTZ, '
        '"paid" BOOLEAN, "tags" VARCHAR[])',
    }


def test_a_list_of_the_engine_s_own_has_elements_of_their_full_type() -> None:
    schema = pq.Schema(pq.Field("sums", pq.ListOf(pq.Decimal(2, digits=9)), required=True))
    for name, kind in {"postgresql": "numeric(9, 2)[]", "duckdb": "DECIMAL(9, 2)[]"}.items():
        assert sql_target(name, schema, table="t").create() == [f'CREATE TABLE "t" ("sums" {kind} NOT NULL)']


def test_a_link_is_declared_as_the_column_that_it_leads_to_is_stored() -> None:
    schema = pq.Schema(pq.Field("ref", pq.Uuid(), unique=True), pq.Field("tags", pq.ListOf(pq.Text())))
    places = {"ref": pq.Column("ref", storage="text"), "tags": pq.Rows("tags", {"of": "ref"})}
    parent, child, _ = sql_target("postgresql", schema, table="t", columns=places).create()
    assert parent == 'CREATE TABLE "t" ("ref" text COLLATE "C" NOT NULL PRIMARY KEY)'
    assert child == 'CREATE TABLE "tags" ("of" text COLLATE "C", "value" text COLLATE "C" NOT NULL)'


def test_a_list_of_the_engine_s_own_may_live_in_a_joined_table() -> None:
    where = Any(ORDERS["tags"], Compare(ORDERS.field("tags").element, Op.EQ, "a"))
    found = {
        name: pq.compile(where, sql_target(name, ORDERS, table="o", columns={"tags": pq.Column("tags", table="more")}))
        for name in ("postgresql", "duckdb")
    }
    assert {name: sql.text for name, sql in found.items()} == {
        "postgresql": 'EXISTS (SELECT 1 FROM unnest("more"."tags") AS t1(value) '
        'WHERE t1."value" IS NOT NULL AND t1."value" = %s)',
        "duckdb": 'coalesce(len(list_filter("more"."tags", lambda t1: '
        '"t1" IS NOT NULL AND "t1" = CAST(? AS VARCHAR))), 0) > 0',
    }


def test_lists_are_written_in_the_engine_s_own_form_or_as_json() -> None:
    record = {"id": 1, "tags": ["a", None, "b"]}
    assert sql_target("postgresql", ORDERS, table="o").row(record)["tags"] == ["a", "b"]
    assert (
        sql_target("postgresql", ORDERS, columns={"tags": pq.Column("tags", storage="jsonb")}).row(record)["tags"]
        == '["a","b"]'
    )
    assert sql_target("duckdb", ORDERS).row({"id": 1})["tags"] is None


def test_text_that_is_a_key_can_stand_in_an_index() -> None:
    schema = pq.Schema(pq.Field("id", pq.Text(), unique=True), pq.Field("tags", pq.ListOf(pq.Text())))
    target = sql_target("mariadb", schema, table="t", columns={"tags": pq.Rows("tags", {"of": "id"})})
    assert "`id` VARCHAR(255)" in target.create()[0]
    assert "`of` VARCHAR(255)" in target.create()[1]
    assert "`value` LONGTEXT" in target.create()[1]


@pytest.mark.parametrize(
    ("name", "field", "place"),
    [
        *((name, "price", pq.JsonPath("doc", "price", storage="text")) for name in ("sqlite", "postgresql", "duckdb")),
        ("mariadb", "price", pq.JsonPath("doc", "price", storage="text")),
        ("mariadb", "ticket", pq.Column("ticket", storage="native")),
    ],
)
def test_what_is_stored_without_an_order_cannot_be_sorted_by(name: str, field: str, place: pq.Column) -> None:
    """Nor can the first page be: its order would be another one than that of the type."""
    sortable = [pq.Field("price", pq.Decimal(2), sortable=True), pq.Field("ticket", pq.Uuid(), sortable=True)]
    schema = pq.Schema(pq.Field("id", pq.Integer(), unique=True), *sortable)
    target = sql_target(name, schema, table="t", columns={field: place})
    with pytest.raises(pq.CapabilityError, match=f"{name} cannot sort by '{field}': .* has no order there"):
        pq.page(schema.parse(f"order={field}"), target)
    assert pq.page(schema.parse(""), target).order_by.text


def test_mariadb_sorts_text_as_far_as_a_token_can_hold_it() -> None:
    word = pq.Field("word", pq.Text(), sortable=True)
    schema = pq.Schema(pq.Field("id", pq.Integer(), unique=True), word, tokens=pq.Tokens({"a": b"k" * 32}))
    query = schema.parse("order=word&size=1")
    text = sql_target("mariadb", schema).order_by(query.order).text
    pieces = [(int(start), int(length)) for start, length in re.findall(r", ([0-9]+), ([0-9]+)\) ASC", text)]
    assert pieces == [(1 + number * 255, 255) for number in range(12)]
    with pytest.raises(ValueError, match="too long for a continuation token"):
        pq.paginate([{"id": number, "word": "x" * 255 * 12} for number in range(2)], query)


# --- shapes met before


def test_conditions_of_a_shape_met_before_have_its_text_and_their_own_operands() -> None:
    target = made()
    for where in (Not(And((Compare(NAME, Op.EQ, "a"), Compare(PLACED, Op.GT, NOON)))), Compare(NAME, Op.EQ, "a")):
        for _ in range(2):
            assert pq.compile(where, target) == pq.compile(simplify(where), made())
    one, other = (pq.compile(Compare(NAME, Op.EQ, text), target) for text in ("a", "b"))
    assert one.text == other.text
    assert (one.params, other.params) == (("a",), ("b",))


def test_a_list_of_nothing_by_hand_has_no_text_of_another_list() -> None:
    target = made()
    for values in (("a", "b"), (), ("a",), ()):
        where = And((Compare(NAME, Op.IN, values), Compare(PLACED, Op.GT, NOON)))
        for asked in (where, Not(where)):
            assert pq.compile(asked, target) == pq.compile(simplify(asked), made())


def test_no_more_shapes_are_kept_than_are_of_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("paramql.backends.sql.plans._MOST", 3)
    target = made()
    for number in range(1, 9):
        where = And((Compare(NAME, Op.EQ, "a"),) * (number + 1))
        assert pq.compile(where, target).text == " AND ".join(["`customer.name` = ?"] * (number + 1))
        assert len(target._plans._pieces) <= 3
