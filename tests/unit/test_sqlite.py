"""SQLite: what the conditions select, on a real database, against the law told in `law.py`."""

from __future__ import annotations

import datetime as dt
import sqlite3
from dataclasses import dataclass
from typing import Any as Anything

import pytest

from law import holds
from paramql.ast import And, Any, Compare, Exists, Not, Op, Or
from paramql.backends import compile, target
from paramql.backends.places import JsonPath, Rows
from paramql.backends.sql.target import SqlTarget
from paramql.declare import Expression, Field, ListOf, Record
from paramql.types import Boolean, DateTime, Integer, Text


@dataclass
class Fields:
    """A schema, as far as targets know it."""

    fields: tuple[Field, ...]
    key: Field | None = None


ID = Field("id", Integer(), unique=True)
NAME = Field("customer.name", Text(ordered=True))
PLACED = Field("placed", DateTime())
PAID = Field("paid", Boolean())
TAGS = Field("tags", ListOf(Text()))
SKU, QUANTITY = Field("sku", Text()), Field("quantity", Integer())
LINES = Field("lines", ListOf(Record(SKU, QUANTITY)))
SCHEMA = Fields((ID, NAME, PLACED, PAID, TAGS, LINES), ID)
NOON = dt.datetime(2019, 5, 1, 12, tzinfo=dt.UTC)

RECORDS: list[dict[str, Anything]] = [
    {"id": 1, "customer": {"name": "Åse"}, "placed": NOON, "paid": True, "tags": ["a", None], "lines": [{"sku": "x"}]},
    {"id": 2, "customer": {"name": "åse*"}, "placed": NOON.replace(year=1), "paid": False, "tags": []},
    {"id": 3, "tags": [None], "lines": [{"sku": "x", "quantity": 1}, {"sku": "y", "quantity": 5}]},
    {"id": 4, "customer": {}, "lines": []},
]
TARGETS = {
    "columns": target("sqlite", SCHEMA, table="orders"),
    "json": target(
        "sqlite",
        SCHEMA,
        table="orders",
        columns={field.name: JsonPath("document", *field.path) for field in SCHEMA.fields if field is not ID},
    ),
    "rows": target(
        "sqlite",
        SCHEMA,
        table="orders",
        columns={"tags": Rows("tags", {"order_id": "id"}), "lines": Rows("lines", {"order_id": "id"})},
    ),
}
ATOMS: list[Expression] = [
    Compare(NAME, Op.EQ, "Åse"),
    Compare(NAME, Op.GT, "Z"),
    Compare(NAME, Op.STARTSWITH, "å"),
    Compare(NAME, Op.ENDSWITH, "e"),
    Compare(NAME, Op.CONTAINS, "*"),
    Compare(NAME, Op.ISTARTSWITH, "åS"),
    Compare(NAME, Op.IEQ, "ÅSE*"),
    Compare(NAME, Op.IN, ("Åse", '"')),
    Compare(PLACED, Op.LTE, NOON),
    Compare(PAID, Op.EQ, True),
    Exists(NAME),
    Exists(PAID),
    Any(TAGS, And(())),
    Any(TAGS, Compare(TAGS.element, Op.EQ, "a")),
    Any(LINES, Not(Compare(QUANTITY, Op.GT, 1))),
    Any(LINES, And((Compare(SKU, Op.EQ, "x"), Compare(QUANTITY, Op.LT, 5)))),
]


@pytest.fixture(params=TARGETS, name="placed")
def _placed(request: pytest.FixtureRequest) -> tuple[SqlTarget, sqlite3.Connection]:
    target_ = TARGETS[request.param]
    assert isinstance(target_, SqlTarget)
    database = sqlite3.connect(":memory:")
    for statement in target_.create():
        database.execute(statement)
    for record in RECORDS:
        insert(database, "orders", target_.row(record))
        for table, rows in target_.children(record).items():
            for row in rows:
                insert(database, table, row)
    return target_, database


def insert(database: sqlite3.Connection, table: str, row: dict[str, object]) -> None:
    names, holes = ", ".join(f"`{name}`" for name in row), ", ".join("?" * len(row))
    database.execute(f"INSERT INTO `{table}` ({names}) VALUES ({holes})", tuple(row.values()))


@pytest.mark.parametrize("where", ATOMS, ids=str)
def test_a_condition_and_its_complement_split_the_rows(
    placed: tuple[SqlTarget, sqlite3.Connection], where: Expression
) -> None:
    target_, database = placed
    for expression in (where, Not(where), Or((where, Exists(PAID)))):
        sql = compile(expression, target_)
        found = {row[0] for row in database.execute(f"SELECT id FROM orders WHERE {sql.text}", sql.params)}
        assert found == {record["id"] for record in RECORDS if holds(expression, record)}, sql.text
