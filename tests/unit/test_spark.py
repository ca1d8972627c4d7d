"""Spark: the text and the parameters of conditions, the rows and columns of tables; what asks Spark is elsewhere."""

from __future__ import annotations

import datetime as dt
import sys
from decimal import Decimal as Number
from types import SimpleNamespace
from typing import Any as Anything

import pytest

import paramql as pq
from paramql.ast import FALSE, And, Any, Compare, Exists, Not, Op
from paramql.backends import duckdb
from paramql.backends.spark import make_target
from paramql.backends.spark.literals import inlined, literal
from paramql.backends.sql.text import HOLE, Piece
from paramql.declare import Expression
from paramql.testing import engines_spark

NOON = dt.datetime(2019, 5, 1, 12, tzinfo=dt.UTC)
ID = pq.Field("id", pq.Integer(), unique=True, sortable=True)
NAME = pq.Field("customer.name", pq.Text(ordered=True), sortable=True)
PLACED = pq.Field("placed", pq.DateTime(), sortable=True)
CLOSED = pq.Field("closed", pq.DateTime(), sortable=True)
PRICE = pq.Field("price", pq.Decimal(2, digits=12), sortable=True)
DAY = pq.Field("day", pq.Date(), sortable=True)
PAID = pq.Field("paid", pq.Boolean())
TAGS = pq.Field("tags", pq.ListOf(pq.Text()))
SKU, CODE = pq.Field("sku", pq.Text()), pq.Field("made.in", pq.Text())
MARKS = pq.Field("marks", pq.ListOf(pq.Integer()))
LINES = pq.Field("lines", pq.ListOf(pq.Record(SKU, CODE, MARKS)))
SCHEMA = pq.Schema(ID, NAME, PLACED, CLOSED, PRICE, DAY, PAID, TAGS, LINES, tokens=pq.Tokens({"a": b"k" * 32}))
COLUMNS: dict[str, Anything] = {"closed": pq.Column("closed", storage="timestamp_ntz")}
TARGET = make_target(SCHEMA, table="orders", columns=COLUMNS)
IN_ROWS = make_target(
    SCHEMA,
    table="orders",
    columns={
        "tags": pq.Rows("tags", {"of": "id"}),
        "lines": pq.Rows("lines", {"of": "id"}, {"sku": "code", "marks": pq.Rows("marks", {"line": "code"})}),
    },
)
RECORD = SCHEMA.load(
    {
        "id": 1,
        "customer": {"name": "Åse"},
        "placed": "2019-05-01T12:00:00Z",
        "closed": "2019-05-01T12:00:00Z",
        "price": "2.5",
        "day": "0001-01-01",
        "paid": True,
        "tags": ["red", None],
        "lines": [{"sku": "x", "made": {"in": "Oslo"}, "marks": [1]}, {}],
    }
)


@pytest.mark.parametrize(
    ("where", "text", "params"),
    [
        (Compare(NAME, Op.EQ, "a"), "`orders`.`customer`.`name` = CAST(:p1 AS STRING)", ["a"]),
        (
            Not(Compare(NAME, Op.GT, "a")),
            "(`orders`.`customer`.`name` <= CAST(:p1 AS STRING) OR `orders`.`customer`.`name` IS NULL)",
            ["a"],
        ),
        (
            Compare(PLACED, Op.LT, NOON),
            "`orders`.`placed` < CAST(CAST(:p1 AS STRING) AS TIMESTAMP)",
            ["2019-05-01T12:00:00.000000Z"],
        ),
        (
            Compare(CLOSED, Op.LT, NOON),
            "`orders`.`closed` < CAST(CAST(:p1 AS STRING) AS TIMESTAMP_NTZ)",
            ["2019-05-01T12:00:00.000000"],
        ),
        (
            Compare(PRICE, Op.EQ, Number("2.5")),
            "`orders`.`price` = CAST(CAST(:p1 AS STRING) AS DECIMAL(38, 2))",
            ["2.5"],
        ),
        (Compare(DAY, Op.EQ, dt.date(1, 1, 1)), "`orders`.`day` = CAST(CAST(:p1 AS STRING) AS DATE)", ["0001-01-01"]),
        (Compare(PAID, Op.EQ, True), "`orders`.`paid` = CAST(:p1 AS BOOLEAN)", [True]),
        (
            Compare(ID, Op.IN, (1, 2)),
            "array_contains(CAST(CAST(:p1 AS ARRAY<STRING>) AS ARRAY<BIGINT>), `orders`.`id`)",
            [["1", "2"]],
        ),
        (Compare(NAME, Op.ICONTAINS, "s%"), "`orders`.`customer`.`name` RLIKE CAST(:p1 AS STRING)", ["[Ssſ]\\%"]),
        (
            Compare(NAME, Op.STARTSWITH, "å"),
            "`orders`.`customer`.`name` >= CAST(:p1 AS STRING) AND `orders`.`customer`.`name` < CAST(:p2 AS STRING)",
            ["å", "æ"],
        ),
        (
            Any(TAGS, Compare(TAGS.element, Op.EQ, "a")),
            "coalesce(exists(`orders`.`tags`, t1 -> `t1` IS NOT NULL AND `t1` = CAST(:p1 AS STRING)), false)",
            ["a"],
        ),
        (
            Not(Any(LINES, Exists(CODE))),
            "NOT coalesce(exists(`orders`.`lines`, t1 -> t1 IS NOT NULL AND t1.`made`.`in` IS NOT NULL), false)",
            [],
        ),
        (FALSE, "1=0", []),
    ],
    ids=str,
)
def test_a_condition_has_named_parameters(where: Expression, text: str, params: list[object]) -> None:
    sql = pq.compile(where, TARGET)
    assert sql.text == text
    assert sql.params == {f"p{number}": as_told(value) for number, value in enumerate(params, 1)}


def as_told(value: Anything) -> object:
    """Text as its bytes, in lists too."""
    if isinstance(value, list):
        return list(map(as_told, value))
    return value.encode() if isinstance(value, str) else value


def test_without_a_target_a_name_with_dots_is_a_path_of_structs() -> None:
    assert pq.compile(Exists(NAME), "spark").text == "`customer`.`name` IS NOT NULL"


def test_lists_may_live_in_child_tables() -> None:
    where = Any(LINES, And((Compare(SKU, Op.EQ, "x"), Exists(CODE))))
    assert pq.compile(where, IN_ROWS).text == (
        "EXISTS (SELECT 1 FROM `lines` AS t1 WHERE t1.`of` = `orders`.`id` AND t1.`code` = CAST(:p1 AS STRING) "
        "AND t1.`made`.`in` IS NOT NULL)"
    )


def test_a_value_of_a_map_is_at_its_key() -> None:
    target = pq.target("spark", pq.Schema(ID), columns={"id": pq.JsonPath("attributes", "the `id`")})
    assert pq.compile(Exists(PAID), "spark").text == "`paid` IS NOT NULL"
    assert pq.compile(Compare(ID, Op.EQ, 1), target).text == "`attributes`.`the ``id``` = CAST(:p1 AS BIGINT)"


@pytest.mark.parametrize("key", ["", "a\0b"])
def test_a_key_that_cannot_be_a_name_is_refused_when_the_target_is_made(key: str) -> None:
    with pytest.raises(ValueError, match="cannot be the name of a table or column"):
        pq.target("spark", pq.Schema(ID), columns={"id": pq.JsonPath("attributes", key)})


# --- literals


def test_a_literal_holds_nothing_that_a_session_could_read_otherwise() -> None:
    values = ["it's \\ \"", "", 5, -(2**63), True, False, 0.1, ["a", "b"], [1.5]]
    assert list(map(literal, values)) == [
        "X'69742773205c2022'",
        "X''",
        "5",
        "-9223372036854775808",
        "true",
        "false",
        "CAST('0.1' AS DOUBLE)",
        "ARRAY(X'61', X'62')",
        "ARRAY(CAST('1.5' AS DOUBLE))",
    ]


def test_operands_stand_in_the_text_of_a_column() -> None:
    assert inlined(Piece(f"a > {HOLE} AND b < {HOLE}", (1, True))) == "a > 1 AND b < true"
    assert inlined(Piece("1=1")) == "1=1"


def test_a_column_is_an_expression_of_that_text(monkeypatch: pytest.MonkeyPatch) -> None:
    functions = SimpleNamespace(expr=lambda text: ("expr", text))
    for name, module in (
        ("pyspark", SimpleNamespace()),
        ("pyspark.sql", SimpleNamespace()),
        ("pyspark.sql.functions", functions),
    ):
        monkeypatch.setitem(sys.modules, name, module)
    assert TARGET.column(Compare(ID, Op.GT, 5)) == ("expr", "`orders`.`id` > CAST(5 AS BIGINT)")


# --- tables


def test_a_table_has_columns_of_structs_and_arrays() -> None:
    assert TARGET.schemas == {
        "orders": "`id` BIGINT, `customer` STRUCT<`name`: STRING>, `placed` TIMESTAMP, `closed` TIMESTAMP_NTZ, "
        "`price` DECIMAL(12, 2), `day` DATE, `paid` BOOLEAN, `tags` ARRAY<STRING>, "
        "`lines` ARRAY<STRUCT<`sku`: STRING, `made`: STRUCT<`in`: STRING>, `marks`: ARRAY<BIGINT>>>"
    }
    assert make_target(pq.Schema(ID), table="t").create() == ["CREATE TABLE `t` (`id` BIGINT)"]


def test_a_row_has_what_the_record_has() -> None:
    assert TARGET.row(RECORD) == {
        "id": 1,
        "customer": {"name": "Åse"},
        "placed": NOON,
        "closed": NOON.replace(tzinfo=None),
        "price": Number("2.5"),
        "day": dt.date(1, 1, 1),
        "paid": True,
        "tags": ["red"],
        "lines": [{"sku": "x", "made": {"in": "Oslo"}, "marks": [1]}, {}],
    }
    assert TARGET.children(RECORD) == {}


def test_child_tables_have_the_columns_that_link_them() -> None:
    assert IN_ROWS.schemas == {
        "orders": "`id` BIGINT, `customer` STRUCT<`name`: STRING>, `placed` TIMESTAMP, `closed` TIMESTAMP, "
        "`price` DECIMAL(12, 2), `day` DATE, `paid` BOOLEAN",
        "tags": "`of` BIGINT, `value` STRING",
        "lines": "`of` BIGINT, `code` STRING, `made` STRUCT<`in`: STRING>",
        "marks": "`line` STRING, `value` BIGINT",
    }
    record = {**RECORD, "lines": RECORD["lines"][:1]}
    assert IN_ROWS.children(record) == {
        "tags": [{"of": 1, "value": "red"}],
        "lines": [{"of": 1, "code": "x", "made": {"in": "Oslo"}}],
        "marks": [{"line": "x", "value": 1}],
    }


def test_a_link_needs_a_column_of_the_parent() -> None:
    target = make_target(SCHEMA, table="orders", columns={"tags": pq.Rows("tags", {"of": "number"})})
    with pytest.raises(ValueError, match="linked to the column 'number', which no field is stored in"):
        target.create()


def test_a_target_without_a_table_has_none_to_make() -> None:
    with pytest.raises(ValueError, match="no table to create"):
        make_target(SCHEMA).create()


# --- pages


class Row:
    """A row as Spark gives it."""

    def __init__(self, **values: object) -> None:
        self._values = values

    def asDict(self, *, recursive: bool) -> dict[str, object]:  # noqa: N802 - as Spark has it
        """The row as a mapping."""
        assert recursive
        return self._values


ORDER = SCHEMA.parse("order=customer.name,desc:placed,closed,price").order


def test_a_page_is_a_statement_in_the_order_asked_for() -> None:
    page = pq.page(SCHEMA.parse("order=customer.name,desc:id&size=2"), TARGET)
    order = "`orders`.`customer`.`name` ASC NULLS LAST, `orders`.`id` DESC"
    assert page.select() == (f"SELECT * FROM `orders` WHERE 1=1 ORDER BY {order} LIMIT :p1", {"p1": 3})


def test_a_row_has_its_place_in_the_order() -> None:
    wall = NOON.replace(tzinfo=None)
    row = Row(
        customer={"name": "Åse"}, placed=NOON.astimezone().replace(tzinfo=None), closed=wall, price=Number("2.50"), id=1
    )
    expected = ("Åse", NOON, NOON, Number("2.5"), 1)
    assert TARGET.position(row, ORDER) == expected
    values = {"customer": None, "placed": None, "closed": wall, "price": None, "id": 1}
    assert TARGET.position(values, ORDER) == (None, None, NOON, None, 1)


def test_a_page_needs_what_it_is_sorted_by() -> None:
    with pytest.raises(TypeError, match="the page needs the column 'customer' of its rows"):
        TARGET.position(Row(id=1), ORDER)
    with pytest.raises(TypeError, match="the page needs the column 'customer'"):
        TARGET.position(object(), ORDER)


# --- the test kit


def test_what_spark_needs_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setattr(engines_spark, "find_spec", lambda _: None)
    assert engines_spark.missing() == "Spark: install it (pip install 'paramql[spark]', or make spark)"
    monkeypatch.setattr(engines_spark, "find_spec", lambda _: True)
    monkeypatch.setattr("shutil.which", lambda _: None)
    assert engines_spark.missing() == "Spark: it needs Java 17 (apt-get install openjdk-17-jre-headless)"
    monkeypatch.setattr("shutil.which", lambda _: "/usr/bin/java")
    assert engines_spark.missing() is None


def test_a_target_serves_its_own_backend_alone() -> None:
    with pytest.raises(ValueError, match="the target was made for spark, not for duckdb"):
        duckdb.compile(Exists(PAID), TARGET)
