"""What a query means, drawn; how it is answered, in each backend's words; whether an index serves it."""

from __future__ import annotations

import sqlite3

import pytest

import paramql as pq
from paramql.explain import explain, statement, tree

SCHEMA = pq.Schema(
    pq.Field("id", pq.Integer(), unique=True),
    pq.Field("name", pq.Text()),
    pq.Field("placed", pq.DateTime()),
    pq.Field("price", pq.Decimal(2)),
    pq.Field("done", pq.Boolean(), required=True),
    pq.Field("tags", pq.ListOf(pq.Text())),
    pq.Field("lines", pq.ListOf(pq.Record(pq.Field("sku", pq.Text()), pq.Field("notes", pq.ListOf(pq.Text()))))),
)


def drawn(query: str) -> list[str]:
    return list(tree(SCHEMA.parse(query).where).lines())


@pytest.mark.parametrize(
    ("query", "lines"),
    [
        ("", ["every record"]),
        ("price=0.001", ["no record"]),
        ("name=Åse", ['name eq "Åse"']),
        ('name=say "hi"\n', ['name eq "say \\"hi\\"\\\\n"']),
        ("name=ne:x", ['not name eq "x"']),
        ("name=exists:false", ["not name exists"]),
        ("placed=gt:2024-05-01", ["placed gt 2024-05-01T00:00:00Z"]),
        ("price=lte:2.50", ["price lte 2.5"]),
        ("done=true", ["done eq true"]),
        ("id=in:3,1,2", ["id in (3, 1, 2)"]),
        ("id=in:1,2,3,4,5,6,7,8,9", ["id in (1, 2, 3, 4, 5, 6, 7, 8, … 9 in all)"]),
        ("tags=urgent", ["any tags", '└─ element eq "urgent"']),
        ("tags=exists:true", ["tags has an element"]),
        ("tags=ne:urgent", ["not any tags", '└─ element eq "urgent"']),
        (
            "filter=or(any(lines,and(sku:a,notes:b)),not(and(name:x,id:1)))",
            [
                "or",
                "├─ any lines",
                "│  └─ and",
                '│     ├─ sku eq "a"',
                "│     └─ any notes",
                '│        └─ element eq "b"',
                '├─ not name eq "x"',
                "└─ not id eq 1",
            ],
        ),
    ],
)
def test_an_expression_is_drawn_as_a_tree(query: str, lines: list[str]) -> None:
    assert drawn(query) == lines


def test_what_is_not_simplified_is_drawn_as_it_is() -> None:
    where = SCHEMA.bind(pq.not_(pq.all_of(pq.eq("id", 1), pq.eq("id", 2))))
    assert list(tree(where).lines()) == ["not and", "├─ id eq 1", "└─ id eq 2"]


@pytest.fixture
def connection() -> sqlite3.Connection:
    return sqlite3.connect(":memory:")


def test_everything_that_there_is_to_say(connection: sqlite3.Connection) -> None:
    target = pq.target("sqlite", SCHEMA, table="order lines")
    for text in target.create():
        connection.execute(text)
    explained = explain(SCHEMA.parse("id=gt:5&placed=gte:2024").where, target, connection)
    assert explained.tree.label == "and"
    assert "def keep(" in explained.source
    assert explained.sql.params == (5, "2024-01-01T00:00:00.000000Z")
    assert statement(explained.sql, target).startswith("SELECT * FROM `order lines` WHERE `order lines`.`id` > ?")
    assert explained.plan.is_served
    assert explained.plan.indexes == ("INTEGER PRIMARY KEY",)


@pytest.mark.parametrize(
    ("query", "indexes", "is_served"),
    [
        ("id=5", ("INTEGER PRIMARY KEY",), True),
        ("name=x", ("by_name",), True),
        ("name=x&placed=gt:2024", ("by_name",), True),
        ("filter=or(id:5,name:x)", ("INTEGER PRIMARY KEY", "by_name"), True),
        ("placed=gt:2024", (), False),
        ("filter=or(placed:2024,name:x)", (), False),
        ("name=ne:x", (), False),
        ("tags=x", (), False),
        ("lines.sku=x", (), False),
        ("lines.sku=x&name=x", ("by_name",), True),
        ("", (), False),
    ],
)
def test_an_index_serves_it_or_not(
    query: str, indexes: tuple[str, ...], is_served: bool, connection: sqlite3.Connection
) -> None:
    target = pq.target("sqlite", SCHEMA, table="orders", columns={"lines": pq.Rows("lines", {"order": "id"})})
    for text in (*target.create(), "CREATE INDEX by_name ON orders (name)"):
        connection.execute(text)
    plan = explain(SCHEMA.parse(query).where, target, connection).plan
    assert (plan.indexes, plan.is_served) == (indexes, is_served), plan.steps


@pytest.mark.parametrize(
    ("query", "inner", "verdict"),
    [
        ("", (), "no index serves it"),
        ("tags=x", (), "no index serves it"),
        (
            "lines.sku=x",
            ("by_order",),
            "no index finds the records: all are scanned, and for each of them by_order is searched",
        ),
        ("lines.sku=x&id=5", ("by_order",), "an index serves it: INTEGER PRIMARY KEY"),
    ],
)
def test_an_index_of_another_table_is_told_apart(
    query: str, inner: tuple[str, ...], verdict: str, connection: sqlite3.Connection
) -> None:
    target = pq.target("sqlite", SCHEMA, table="orders", columns={"lines": pq.Rows("lines", {"order": "id"})})
    for text in (*target.create(), "CREATE INDEX by_order ON lines (`order`, sku)"):
        connection.execute(text)
    plan = explain(SCHEMA.parse(query).where, target, connection).plan
    assert (plan.inner, plan.verdict) == (inner, verdict), plan.steps


def test_the_steps_of_a_plan_stand_below_one_another(connection: sqlite3.Connection) -> None:
    target = pq.target("sqlite", SCHEMA, table="orders", columns={"lines": pq.Rows("lines", {"order": "id"})})
    for text in target.create():
        connection.execute(text)
    steps = explain(SCHEMA.parse("lines.sku=x").where, target, connection).plan.steps
    assert [len(step.children) for step in steps] == [0, 1]


def test_a_name_with_a_backtick_is_quoted(connection: sqlite3.Connection) -> None:
    target = pq.target("sqlite", SCHEMA, table="a`b")
    for text in target.create():
        connection.execute(text)
    assert explain(SCHEMA.parse("id=5").where, target, connection).plan.is_served


def test_a_target_without_a_table_is_called_records(connection: sqlite3.Connection) -> None:
    connection.execute("CREATE TABLE records (id INTEGER PRIMARY KEY)")
    target = pq.target("sqlite", SCHEMA)
    assert explain(SCHEMA.parse("id=5").where, target, connection).plan.is_served
