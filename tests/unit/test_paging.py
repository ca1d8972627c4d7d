"""What a page cannot be made of is said, and what to do instead."""

from __future__ import annotations

import datetime as dt
import operator
import sqlite3
import uuid
from collections.abc import Callable, Iterator
from decimal import Decimal as Number
from types import SimpleNamespace
from typing import Any as Anything

import pytest
from bson import Decimal128

import paramql as pq
from paramql.ast import TRUE
from paramql.position import after
from paramql.simplify import simplify
from paramql.types import Type

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
    with pytest.raises(ValueError, match="the target has no such field 'other'; it was made from another schema"):
        pq.target("sqlite", SCHEMA, table="t").order_by(order)


def test_pages_need_a_unique_key_or_records_that_tie_could_be_lost_between_them() -> None:
    query = pq.Schema(pq.Field("name", pq.Text())).parse("")
    target = pq.target("sqlite", query.schema, table="t")
    sentence = r"^paging needs a unique field in the schema: Field\('id', ..., unique=True\)$"
    with pytest.raises(ValueError, match=sentence):
        pq.page(query, target)
    with pytest.raises(ValueError, match=sentence):
        pq.paginate([{"name": "a"}], query)


FINE = pq.Schema(
    pq.Field("id", pq.Integer(), unique=True),
    pq.Field("at", pq.DateTime("s"), sortable=True),
    pq.Field("price", pq.Decimal(2), sortable=True),
)
HALF = dt.datetime(2019, 5, 1, 12, 0, 0, 500_000, dt.UTC)
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
TICKET = "123e4567-e89b-12d3-a456-426614174000"


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


WIDER = pq.Schema(
    pq.Field("id", pq.Integer(), unique=True),
    pq.Field("price", pq.Decimal(2, digits=4), sortable=True),
    tokens=pq.Tokens({"k": b"k" * 32}),
)


@pytest.mark.parametrize(
    ("name", "columns", "price"),
    [
        ("sqlite", {}, 10_000),
        ("sqlite", {"price": pq.JsonPath("price", "p")}, '{"p": -10000}'),
        ("postgresql", {}, Number(100)),
        ("mariadb", {"price": pq.JsonPath("price", "p")}, '{"p": 9223372036854775807}'),
        ("mariadb", {"price": pq.JsonPath("price", "p")}, '{"p": -9223372036854775808}'),
        ("mongodb", {}, Decimal128("1E+30")),
        ("polars", {}, Number(100)),
    ],
)
def test_no_page_ends_at_a_number_with_more_digits_than_its_type(name: str, columns: Anything, price: Anything) -> None:
    """The engines sort it as a value: as none, it would end a descending walk, and lose all that comes after it."""
    target, order = pq.target(name, WIDER, columns=columns), WIDER.parse("order=desc:price").order[:1]
    with pytest.raises(
        ValueError, match=r"'price' is stored with more digits than Decimal\(scale=2, digits=4\) has it"
    ):
        target.position({"price": price}, order)


def test_no_page_of_records_ends_at_a_number_with_more_digits_than_its_type() -> None:
    records = [{"id": number, "price": Number(price)} for number, price in enumerate([1, 1234, 2])]
    with pytest.raises(
        ValueError, match=r"'price' is stored with more digits than Decimal\(scale=2, digits=4\) has it"
    ):
        pq.paginate(records, WIDER.parse("order=desc:price&size=1"))


@pytest.mark.parametrize("value", ["9223372036854775808", "-9223372036854775809", '"100.00"', "1e300", "true"])
def test_a_page_ends_at_no_value_where_json_has_none_of_the_type(value: str) -> None:
    target = pq.target("sqlite", WIDER, columns={"price": pq.JsonPath("price", "p")})
    assert target.position({"price": f'{{"p": {value}}}'}, WIDER.parse("order=price").order[:1]) == (None,)


def test_no_page_ends_at_an_integer_that_no_float_is() -> None:
    """JSON and documents may have one under a float, and compare it as it is."""
    schema = pq.Schema(pq.Field("id", pq.Integer(), unique=True), pq.Field("ratio", pq.Float(), sortable=True))
    target, order = pq.target("sqlite", schema), schema.parse("order=ratio").order
    assert target.position({"ratio": 2**53, "id": 1}, order) == (2.0**53, 1)
    with pytest.raises(
        ValueError, match=r"'ratio' is stored finer than Float\(\) has it, as 9007199254740993: no page"
    ):
        target.position({"ratio": 2**53 + 1, "id": 1}, order)


@pytest.mark.parametrize(
    ("name", "type_", "place", "row", "expected"),
    [
        ("sqlite", pq.DateTime(), pq.Column("it", storage="epoch_us"), {"it": None}, None),
        ("sqlite", pq.DateTime(), pq.Column("it", storage="epoch_s"), {"it": 3}, EPOCH + dt.timedelta(seconds=3)),
        ("postgresql", pq.Uuid(), pq.Column("it"), {"it": uuid.UUID(TICKET)}, TICKET),
        ("duckdb", pq.Uuid(), pq.Column("it"), SimpleNamespace(it=uuid.UUID(TICKET)), TICKET),
        ("sqlite", pq.Integer(), pq.Column("it"), SimpleNamespace(it=5), 5),
        ("sqlite", pq.Integer(), pq.JsonPath("doc", "a", "b"), {"doc": '{"a": {"b": 5}}'}, 5),
        *(
            ("sqlite", pq.Integer(), pq.JsonPath("doc", "a", "b"), {"doc": document}, None)
            for document in (None, "5", "[]", '{"a": 5}', '{"a": null}', '{"a": {"b": "5"}}', '{"a": {"b": true}}')
        ),
        ("postgresql", pq.Decimal(2), pq.JsonPath("doc", "a"), {"doc": {"a": -250}}, Number("-2.5")),
        *(
            ("postgresql", pq.Decimal(2), pq.JsonPath("doc", "a"), {"doc": {"a": misfit}}, None)
            for misfit in ("5", "x", 2.5, True, [5], None)
        ),
    ],
)
def test_a_page_ends_at_the_value_that_the_engine_sorts_by(
    name: str, type_: Type, place: Anything, row: Anything, expected: object
) -> None:
    """None where there is none: what is of another type is none to the engine either."""
    schema = pq.Schema(pq.Field("id", pq.Integer(), unique=True), pq.Field("it", type_, sortable=True))
    target = pq.target(name, schema, columns={"it": place})
    assert target.position(row, schema.parse("order=it").order[:1]) == (expected,)


def test_a_position_has_a_value_for_each_key() -> None:
    order = NUMBERED.parse("").order
    for position in ((), (1, 2)):
        with pytest.raises(ValueError, match=r"longer|shorter"):
            TABLE.following(TRUE, order, position)


# --- what mutants have left to be asked: a scope beside a filter, where pages begin and end, what is counted

NUMBERED = pq.Schema(
    pq.Field("id", pq.Integer(), unique=True),
    pq.Field("half", pq.Integer(), sortable=True),
    tokens=pq.Tokens({"a": b"k" * 32}),
)
TABLE = pq.target("sqlite", NUMBERED, table="t")
RECORDS = [{"id": number, "half": number // 2 or None} for number in range(20)]
SCOPE = NUMBERED.bind(pq.lt("id", 12))
ASKED = "id=gte:5&order=desc:half&size=3"
PAGES = [[11, 10, 9], [8, 7, 6], [5]]


@pytest.fixture(name="database", scope="module")
def _database() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.row_factory = sqlite3.Row
    for statement in TABLE.create():
        connection.execute(statement)
    connection.executemany("INSERT INTO t VALUES (:id, :half)", RECORDS)
    yield connection
    connection.close()


def walked(shown: Callable[[pq.Query], pq.Result[Anything]]) -> list[list[int]]:
    """The keys of each page, and on each the same total."""
    text, found = ASKED, []
    for _ in range(9):
        query = NUMBERED.parse(text)
        result = shown(query)
        assert (result.total, result.total_is_exact) == (7, True)
        found.append([record["id"] for record in result.items])
        if result.next_token is None:
            return found
        text = pq.link(query, result.next_token)
    raise AssertionError("the pages have no end")


def test_a_scope_and_a_filter_hold_both_on_every_page_of_records() -> None:
    found = walked(lambda query: pq.paginate(RECORDS, query, SCOPE))
    assert found == PAGES
    with pytest.raises(AssertionError):
        walked(lambda query: pq.paginate(RECORDS, query))


def test_a_scope_and_a_filter_hold_both_on_every_page_of_a_table(database: sqlite3.Connection) -> None:
    def by_statement(query: pq.Query) -> pq.Result[Anything]:
        page = pq.page(query, TABLE, SCOPE)
        return page.finish(database.execute(*page.select()).fetchall(), counted(database, page))

    def by_parts(query: pq.Query) -> pq.Result[Anything]:
        page = pq.page(query, TABLE, SCOPE)
        assert page.limit == query.page.size + 1
        text = f"SELECT * FROM t WHERE {page.where.text} ORDER BY {page.order_by.text} LIMIT {page.limit}"
        rows = database.execute(text, [*page.where.params, *page.order_by.params]).fetchall()
        return page.finish(rows, counted(database, page))

    assert walked(by_statement) == walked(by_parts) == PAGES


def counted(database: sqlite3.Connection, page: pq.Page, cap: int | None = None) -> int:
    [number] = database.execute(*page.count(cap)).fetchone()
    return int(number)


def test_a_count_ends_one_beyond_its_cap(database: sqlite3.Connection) -> None:
    page = pq.page(NUMBERED.parse(ASKED), TABLE, SCOPE)
    assert [counted(database, page, cap) for cap in (None, 3, 6, 7, 100)] == [7, 4, 7, 7, 7]
    rows = database.execute(*page.select()).fetchall()
    told = [page.finish(rows, total, 6) for total in (6, 7, None)]
    assert [(one.total, one.total_is_exact) for one in told] == [(6, True), (6, False), (None, True)]
    assert {one.next_token is None for one in told} == {False}
    assert [len(one.items) for one in told] == [3, 3, 3]


def test_parts_of_a_statement_are_parts_of_its_matches(database: sqlite3.Connection) -> None:
    page = pq.page(NUMBERED.parse(ASKED), TABLE, SCOPE)
    parts = [NUMBERED.bind(pq.eq("half", half)) for half in (4, 2)]
    rows = database.execute(*page.select("half, id", parts=parts)).fetchall()
    assert [row["id"] for row in rows] == [9, 8, 5]
    assert " UNION ALL " in page.select("half, id", parts=parts).text


SURE = pq.Schema(
    pq.Field("id", pq.Integer(), unique=True, sortable=True),
    pq.Field("half", pq.Integer(), sortable=True),
    pq.Field("sure", pq.Integer(), sortable=True, required=True),
)


@pytest.mark.parametrize("order", ["id", "half", "desc:half", "sure", "half,desc:sure", "desc:sure,half"])
@pytest.mark.parametrize("half", [3, None])
def test_what_comes_after_a_position_is_simple_already(order: str, half: int | None) -> None:
    """A backend that plugs in is given it as it is."""
    keys = SURE.parse(f"order={order}").order
    place = {"id": 1, "half": half, "sure": 2}
    where = after(keys, tuple(place[key.field.name] for key in keys))
    assert where == simplify(where)


def test_no_page_of_records_ends_at_a_value_finer_than_its_type() -> None:
    at = pq.Field("at", pq.DateTime("ms"), sortable=True)
    schema = pq.Schema(pq.Field("id", pq.Integer(), unique=True), at, tokens=pq.Tokens({"k": b"k" * 32}))
    records = [{"id": number, "at": dt.datetime(2026, 1, 1, 0, 0, number, 123_456, dt.UTC)} for number in range(3)]
    with pytest.raises(
        ValueError, match=r"^'at' is stored finer than DateTime\(precision='ms'\) has it, as .*: no page"
    ):
        pq.paginate(records, schema.parse("order=at&size=1"))


# --- where a page starts: as one comparison of rows, or as several

TIMES = pq.Schema(
    pq.Field("id", pq.Integer(), unique=True),
    pq.Field("at", pq.DateTime(), sortable=True, required=True),
    tokens=pq.Tokens({"k": b"k" * 32}),
)
STORED = {
    "text": pq.Column("at"),
    "epoch_us": pq.Column("at", storage="epoch_us"),
    "epoch_s": pq.Column("at", storage="epoch_s"),
    "document": pq.JsonPath("doc", "at"),
}


@pytest.mark.parametrize("order", ["at", "desc:at"])
@pytest.mark.parametrize("storage", STORED)
def test_a_page_starts_after_an_instant_that_is_finer_than_what_is_stored(storage: str, order: str) -> None:
    """Such as that of a token of another store: its seconds have a fraction, and some stores keep none."""
    seconds = [dt.datetime(2019, 5, 1, 12, 0, second, tzinfo=dt.UTC) for second in range(4)]
    records: list[dict[str, Anything]] = [
        {"id": 2 * second + one, "at": at} for second, at in enumerate(seconds) for one in range(2)
    ]
    target = pq.target("sqlite", TIMES, table="t", columns={"at": STORED[storage]})
    database = sqlite3.connect(":memory:")
    database.row_factory = sqlite3.Row
    for statement in target.create():
        database.execute(statement)
    for record in records:
        row = target.row(record)
        database.execute(f"INSERT INTO t ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})", [*row.values()])
    keys = TIMES.parse(f"order={order}").order
    beyond = operator.gt if order == "at" else operator.lt
    for place in ((seconds[1] + dt.timedelta(milliseconds=500), 2), (seconds[1], 2), (seconds[1], 3)):
        found = [row["id"] for row in database.execute(*target.select(TRUE, keys, 9, after=place))]
        assert sorted(found) == [record["id"] for record in records if beyond((record["at"], record["id"]), place)]
