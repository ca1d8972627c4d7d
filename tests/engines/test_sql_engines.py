"""What the engines themselves decide: plans, sessions, parameter styles, collations, depth and length."""

from __future__ import annotations

import datetime as dt
import itertools
import json
from collections.abc import Callable, Iterator
from decimal import Decimal as Number
from typing import Any as Anything

import pytest

import paramql as pq
from law import holds
from paramql.ast import And, Any, Compare, Exists, Not, Op, Or
from paramql.backends.sql.target import SqlTarget
from paramql.declare import Expression
from paramql.testing.databases import Database, missing, opened
from paramql.testing.engines_sql import sql_target

ID = pq.Field("id", pq.Integer(), unique=True)
NAME = pq.Field("name", pq.Text(ordered=True))
PLACED = pq.Field("placed", pq.DateTime())
PRICE = pq.Field("price", pq.Decimal(2))
WEIGHT = pq.Field("weight", pq.Float())
DAY = pq.Field("day", pq.Date())
TICKET = pq.Field("ticket", pq.Uuid())
PAID = pq.Field("paid", pq.Boolean())
TAGS = pq.Field("tags", pq.ListOf(pq.Text()))
SCHEMA = pq.Schema(ID, NAME, PLACED, PRICE, WEIGHT, DAY, TICKET, PAID, TAGS)
NOON = dt.datetime(2019, 5, 1, 12, tzinfo=dt.UTC)
TICKETS = [f"00000000-0000-4000-8000-{number:012x}" for number in range(3)]
RECORDS: list[dict[str, Anything]] = [
    {"id": 1, "name": "a", "placed": NOON, "price": Number("2.5"), "weight": 0.1, "day": NOON.date(), "tags": ["a"]},
    {
        "id": 2,
        "name": "A",
        "placed": NOON + dt.timedelta(microseconds=1),
        "price": Number("-2.5"),
        "ticket": TICKETS[1],
    },
    {"id": 3, "name": "a ", "paid": True, "ticket": TICKETS[2], "tags": ["b", "a "]},
    {"id": 4, "paid": False},
]
ATOMS: list[Expression] = [
    Compare(NAME, Op.EQ, "a"),
    Compare(NAME, Op.IN, ("a", "Å")),
    Compare(NAME, Op.GT, "A"),
    Compare(NAME, Op.STARTSWITH, "a"),
    Compare(NAME, Op.ENDSWITH, " "),
    Compare(NAME, Op.CONTAINS, "a"),
    Compare(NAME, Op.IEQ, "a"),
    Compare(PLACED, Op.GT, NOON),
    Compare(PLACED, Op.EQ, NOON),
    Compare(PLACED, Op.IN, (NOON, NOON.replace(year=2020))),
    Compare(PRICE, Op.LTE, Number("2.5")),
    Compare(PRICE, Op.IN, (Number("2.5"), Number("0.01"))),
    Compare(WEIGHT, Op.EQ, 0.1),
    Compare(WEIGHT, Op.IN, (0.1, 0.25)),
    Compare(DAY, Op.GTE, NOON.date()),
    Compare(DAY, Op.IN, (NOON.date(),)),
    Compare(TICKET, Op.GT, TICKETS[1]),
    Compare(TICKET, Op.IN, (TICKETS[1], TICKETS[0])),
    Compare(PAID, Op.EQ, True),
    Any(TAGS, Compare(TAGS.element, Op.EQ, "a")),
    Any(TAGS, Compare(TAGS.element, Op.IN, ("a ", "c"))),
    Exists(TICKET),
]


def held(database: Database, **options: Anything) -> SqlTarget:
    """The records in a table of the options' target."""
    target = sql_target(database.name, SCHEMA, table="t", **options)
    database.clear()
    for statement in target.create():
        database.run(statement)
    fill(database, target, RECORDS)
    return target


def fill(database: Database, target: SqlTarget, records: list[dict[str, Anything]]) -> None:
    for record in records:
        database.insert("t", target.row(record))


def selected(database: Database, target: SqlTarget, where: Expression) -> set[int]:
    sql = pq.compile(where, target)
    return {key for (key,) in database.rows(f"SELECT id FROM t WHERE {sql.text}", sql.params)}


def all_right(database: Database, target: SqlTarget) -> None:
    for atom in ATOMS:
        for where in (atom, Not(atom)):
            expected = {record["id"] for record in RECORDS if holds(where, record)}
            assert selected(database, target, where) == expected, pq.compile(where, target)


@pytest.fixture(name="mariadb")
def _mariadb() -> Database:
    if reason := missing("mariadb"):
        pytest.skip(reason)
    return opened("mariadb")


@pytest.fixture(name="postgresql")
def _postgresql() -> Database:
    if reason := missing("postgresql"):
        pytest.skip(reason)
    return opened("postgresql")


# --- decimals as text in JSON

NUMERIC = {"0", "0.05", "-0.5", "1", "999.99", "-999", "10.1", "20"}
MISFITS = ["", "x", "-", "-0", "01", "1.", ".5", "1.50", "0.0", "1.234", "1000", "1e1", " 1", "1 ", "+1", "--1", "1-1"]
MISFITS += ["1.2.3", "0.5\n", "[1]", "1.0", "\uff11", "1000.1", "-0.0"]
FRACTIONS = {"0", "0.05", "-0.5"}


@pytest.mark.parametrize("database", ["sqlite", "postgresql", "mariadb", "duckdb"])
@pytest.mark.parametrize(
    ("type_", "expected"),
    [
        (pq.Decimal(2, digits=5), NUMERIC),
        (pq.Decimal(2, digits=2), FRACTIONS),
        (pq.Decimal(0, digits=3), {"0", "1", "-999", "20"}),
    ],
)
def test_text_that_is_no_decimal_of_the_type_is_no_value(database: str, type_: pq.Decimal, expected: set[str]) -> None:
    if reason := missing(database):
        pytest.skip(reason)
    price = pq.Field("price", type_)
    schema, held_by = pq.Schema(ID, price), opened(database)
    target = sql_target(database, schema, table="t", columns={"price": pq.JsonPath("doc", "price", storage="text")})
    held_by.clear()
    for statement in target.create():
        held_by.run(statement)
    texts = [*sorted(NUMERIC), *MISFITS]
    for number, text in enumerate(texts):
        held_by.insert("t", {"id": number, "doc": json.dumps({"price": text})})
    for where, answer in ((Exists(price), expected), (Not(Exists(price)), {*texts} - expected)):
        assert {texts[number] for number in selected(held_by, target, where)} == answer


# --- sessions and styles

ZONES = {
    "sqlite": [],
    "postgresql": ["SET TIME ZONE 'America/New_York'", "SET TIME ZONE 'UTC'"],
    "mariadb": ["SET time_zone = '-05:00'", "SET time_zone = '+00:00'"],
    "duckdb": ["SET GLOBAL TimeZone = 'America/New_York'", "SET GLOBAL TimeZone = 'UTC'"],  # each cursor is a session
}
WALLS = {"postgresql": "timestamp", "duckdb": "timestamp"}


def test_the_zone_of_a_session_changes_nothing(database: Database) -> None:
    for statement in ZONES[database.name] or ["SELECT 1"]:
        database.rows(statement)
        all_right(database, held(database))
        storage = WALLS.get(database.name)
        all_right(database, held(database, columns={"placed": pq.Column("placed", storage=storage)}))


STYLES: dict[str, dict[str, Callable[[Anything], Anything]]] = {
    "sqlite": {"named": dict, "numeric_dollar": lambda params: {str(n): value for n, value in enumerate(params, 1)}},
    "postgresql": {"pyformat": dict, "format": tuple},
    "mariadb": {"pyformat": dict, "format": tuple},
    "duckdb": {"numeric_dollar": tuple, "qmark": tuple},
}


def test_every_parameter_style_that_the_driver_takes(database: Database) -> None:
    for style, given in STYLES[database.name].items():
        target = held(database, paramstyle=style)
        where = Or(
            (And((Compare(NAME, Op.EQ, "a"), Compare(PLACED, Op.LTE, NOON))), Compare(TICKET, Op.EQ, TICKETS[1]))
        )
        sql = pq.compile(where, target)
        assert database.rows(f"SELECT id FROM t WHERE {sql.text} ORDER BY id", given(sql.params)) == [(1,), (2,)]


def test_numbered_parameters_reach_postgresql_as_its_protocol_has_them(postgresql: Database) -> None:
    """By PREPARE, which infers the types of parameters as asyncpg lets the server do."""
    target = held(postgresql, paramstyle="numeric_dollar")
    for atom in [atom for atom in ATOMS if not isinstance(atom, Compare) or atom.op is not Op.IN]:
        sql = pq.compile(atom, target)
        postgresql.run(f"PREPARE asked AS SELECT id FROM t WHERE {sql.text}")
        postgresql.run("DEALLOCATE asked")


def test_question_marks_reach_mariadb_in_prepared_statements(mariadb: Database) -> None:
    target = held(mariadb, paramstyle="qmark")
    for atom in ATOMS:
        sql = pq.compile(atom, target)
        mariadb.rows("PREPARE asked FROM %s", (f"SELECT id FROM t WHERE {sql.text}",))
        for number, value in enumerate(sql.params):
            mariadb.rows(f"SET @p{number} = %s", (value,))
        names = ", ".join(f"@p{number}" for number in range(len(sql.params)))
        found = {key for (key,) in mariadb.rows(f"EXECUTE asked {'USING ' + names if names else ''}")}
        assert found == {record["id"] for record in RECORDS if holds(atom, record)}, sql


# --- collations and storages


@pytest.mark.parametrize("collation", ["general_ci", "unicode_ci", "bin", "nopad_bin", "uca1400_ai_ci"])
def test_text_is_compared_by_code_point_in_a_column_of_any_collation(mariadb: Database, collation: str) -> None:
    target = held(mariadb)
    mariadb.rows(f"ALTER TABLE t MODIFY name VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_{collation}")
    all_right(mariadb, target)


def test_a_column_that_compares_by_code_point_can_say_so(mariadb: Database) -> None:
    target = held(mariadb, columns={"name": pq.Column("name", storage="nopad_bin")})
    assert pq.compile(ATOMS[0], target).text == "`t`.`name` = %s"
    all_right(mariadb, target)


def test_items_of_any_length_are_found(database: Database) -> None:
    texts = ("x" * 512, "x" * 513, "é" * 1024, "a")
    for columns in ({}, {"name": pq.JsonPath("doc", "name")}):
        target = held(database, columns=columns)
        fill(database, target, [{"id": key, "name": text} for key, text in enumerate(texts[:3], 10)])
        assert selected(database, target, Compare(NAME, Op.IN, texts)) == {1, 10, 11, 12}
        assert selected(database, target, Not(Compare(NAME, Op.IN, texts))) == {2, 3, 4}


def test_a_native_uuid_of_mariadb_has_equality_alone(mariadb: Database) -> None:
    target = held(mariadb, columns={"ticket": pq.Column("ticket", storage="native")})
    for where in (Compare(TICKET, Op.EQ, TICKETS[1]), Compare(TICKET, Op.IN, tuple(TICKETS[:2]))):
        assert selected(mariadb, target, where) == {2}
        assert selected(mariadb, target, Not(where)) == {1, 3, 4}
    with pytest.raises(pq.CapabilityError, match="mariadb cannot answer gt of 'ticket': a uuid stored as native"):
        pq.compile(Compare(TICKET, Op.GT, TICKETS[0]), target)


def test_postgresql_may_keep_uuids_as_text(postgresql: Database) -> None:
    all_right(postgresql, held(postgresql, columns={"ticket": pq.Column("ticket", storage="text")}))


def test_duckdb_may_keep_uuids_as_text() -> None:
    database = opened("duckdb")
    all_right(database, held(database, columns={"ticket": pq.Column("ticket", storage="text")}))


# --- depth and length


def trees() -> Iterator[tuple[pq.Schema, Expression]]:
    """Trees eight deep, three lists in each, with a scope and a keyset on top."""
    number = pq.Field("n", pq.Integer())
    third = pq.Field("l", pq.ListOf(pq.Record(number, pq.Field("m", pq.ListOf(pq.Integer())))))
    second = pq.Field("l", pq.ListOf(pq.Record(number, third)))
    first = pq.Field("l", pq.ListOf(pq.Record(number, second)))
    schema = pq.Schema(ID, number, first)
    leaf: Expression = Not(Compare(number, Op.EQ, 1))
    keyset = Or((Compare(number, Op.LT, 1), And((Compare(number, Op.EQ, 1), Compare(ID, Op.LT, 3)))))
    for words in itertools.islice(
        itertools.permutations(["and", "or", "and", "or", "and", "all", "all", "all"]), 0, None, 997
    ):
        lists = iter([first, second, third])
        where = leaf
        for word in reversed(words):
            where = Not(where) if word == "all" else (And if word == "and" else Or)((leaf, where))
        inside: Expression = leaf
        for field in (third, second, first):
            inside = Not(Any(field, Not(Or((leaf, And((leaf, inside)))))))
        del lists
        yield schema, And((Or((inside, where)), Or((leaf, And((leaf, leaf)))), Compare(number, Op.LTE, 1), keyset))


def test_the_deepest_trees_are_answered(database: Database) -> None:
    for schema, where in trees():
        for columns in ({}, {"l": pq.Rows("c", {"p": "id"}, {"l": pq.Rows("d", {"p": "n"})})}):
            target = sql_target(database.name, schema, table="t", columns=columns)
            database.clear()
            for statement in target.create():
                database.run(statement)
            assert selected(database, target, where) == set()


def test_long_chains_and_lists_are_answered(database: Database) -> None:
    target = held(database)
    some: list[Expression] = [Compare(NAME, Op.EQ, f"{number}") for number in range(1500)]
    assert selected(database, target, Or((*some, Compare(NAME, Op.EQ, "a")))) == {1}
    assert selected(database, target, And(tuple(map(Not, some[:300])))) == {1, 2, 3, 4}
    assert selected(database, target, Compare(ID, Op.IN, tuple(range(2, 20_000)))) == {2, 3, 4}


# --- plans

INDEXED: list[Expression] = [
    *[Compare(NAME, op, "abc") for op in (Op.EQ, Op.STARTSWITH)],
    Compare(NAME, Op.GT, "ffe"),
    Compare(NAME, Op.IN, ("a", "b")),
    Compare(PLACED, Op.GTE, NOON - dt.timedelta(hours=9)),
    Compare(PLACED, Op.IN, (NOON, NOON - dt.timedelta(hours=9))),
    Compare(PRICE, Op.EQ, Number("2.5")),
    Compare(PRICE, Op.IN, (Number("2.5"), Number("3.5"))),
    Compare(WEIGHT, Op.LT, 1.0),
    Compare(DAY, Op.EQ, NOON.date()),
    Compare(TICKET, Op.EQ, TICKETS[1]),
    Not(Compare(PLACED, Op.LT, NOON - dt.timedelta(hours=9))),
]


def varied(key: int) -> dict[str, Anything]:
    """One record in fifty has no values."""
    if key % 50 == 0:
        return {"id": key}
    placed = NOON - dt.timedelta(hours=key)
    ticket = f"00000000-0000-4000-8000-{key:012x}"
    values = {"placed": placed, "price": Number(key) / 100, "weight": key / 8, "day": placed.date(), "ticket": ticket}
    return {"id": key, "name": f"{key:x}", **values}


def indexed(database: Database, **options: Anything) -> SqlTarget:
    target = held(database, **options)
    database.rows("DELETE FROM t")
    columns = ("name", "placed", "price", "weight", "day", "ticket")
    rows = [target.row(varied(key)) for key in range(5000)]
    names, marks = ", ".join(rows[0]), ", ".join(["%s"] * len(rows[0]))
    database.connection.cursor().executemany(
        f"INSERT INTO t ({names}) VALUES ({marks})", [tuple(row.values()) for row in rows]
    )
    for column in columns:
        database.rows(f"CREATE INDEX by_{column} ON t ({column})")
    return target


def test_an_index_serves_in_postgresql(postgresql: Database) -> None:
    target = indexed(postgresql)
    postgresql.rows("ANALYZE t")
    for where in INDEXED:
        sql = pq.compile(where, target)
        plan = "\n".join(line for (line,) in postgresql.rows(f"EXPLAIN SELECT * FROM t WHERE {sql.text}", sql.params))
        assert "Index" in plan, f"{sql.text}\n{plan}"
        assert "Seq Scan" not in plan, f"{sql.text}\n{plan}"


def test_an_index_serves_in_mariadb(mariadb: Database) -> None:
    target = indexed(mariadb, columns={"name": pq.Column("name", storage="nopad_bin")})
    mariadb.rows("ANALYZE TABLE t")
    for where in INDEXED:
        sql = pq.compile(where, target)
        plan = mariadb.rows(f"EXPLAIN SELECT * FROM t WHERE {sql.text}", sql.params)
        (access,) = {row[3] for row in plan if row[2] == "t"}
        assert access in ("ref", "eq_ref", "range", "const"), f"{sql.text}\n{plan}"


def test_the_bare_comparison_finds_text_of_any_collation_by_an_index(mariadb: Database) -> None:
    target = held(mariadb)
    mariadb.rows("ALTER TABLE t MODIFY name VARCHAR(100) CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci")
    mariadb.rows("CREATE INDEX by_name ON t (name)")
    for key in range(100, 400):
        mariadb.insert("t", target.row(varied(key)))
    sql = pq.compile(Compare(NAME, Op.EQ, "ff"), target)
    (plan,) = mariadb.rows(f"EXPLAIN SELECT * FROM t WHERE {sql.text}", sql.params)
    assert plan[3] == "ref"
