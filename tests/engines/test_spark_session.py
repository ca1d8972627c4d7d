"""Spark itself: generated filters, many in one pass, under every setting that could change an answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any as Anything

import pytest

import paramql as pq
from differential import Triple, drawn, triple
from paramql.ast import And, Any, Compare, Exists, Not, Op, Or
from paramql.backends.spark import DIALECT, SparkTarget, make_target
from paramql.backends.sql.dialect import Dialect
from paramql.backends.sql.pattern import regex
from paramql.backends.sql.text import Sql
from paramql.declare import Expression
from paramql.testing import engines_spark
from paramql.testing.engines_sql import TABLE, in_rows
from strategies import schemas

pytestmark = [pytest.mark.spark, pytest.mark.filterwarnings("ignore")]

_MODES = {
    "spark.sql.ansi.enabled": ("true", "false"),
    "spark.sql.session.timeZone": ("America/New_York", "UTC", "Asia/Kolkata"),
    "spark.sql.parser.escapedStringLiterals": ("false", "true"),
    "spark.sql.codegen.wholeStage": ("false", "true"),
    "spark.sql.optimizer.excludedRules": ("", "org.apache.spark.sql.catalyst.optimizer.ConvertToLocalRelation"),
}
SCHEMAS, FILTERS, IN_ROWS = 40, 25, 3


@pytest.fixture(scope="module", name="spark")
def _spark() -> Anything:
    if reason := engines_spark.missing():
        pytest.skip(reason)
    return engines_spark.session()


@pytest.fixture(name="modes")
def _modes(spark: Anything) -> Iterator[Anything]:
    """Puts the session into a mode; it is as it was thereafter."""

    def draw(rng: Random) -> dict[str, str]:
        drawn = {name: rng.choice(values) for name, values in _MODES.items()}
        for name, value in drawn.items():
            spark.conf.set(name, value)
        return drawn

    before = {name: spark.conf.get(name, None) for name in _MODES}
    yield draw
    for name, value in before.items():
        spark.conf.unset(name) if value is None else spark.conf.set(name, value)


def answers(spark: Anything, target: SparkTarget, key: str, asked: list[Expression]) -> list[set[Anything]]:
    """What each selects, all asked in one pass: NULL counts as false."""
    columns = [target.column(where).alias(f"f{number}") for number, where in enumerate(asked)]
    rows = spark.table(TABLE).select(f"`{key}`", *columns).collect()
    return [{row[0] for row in rows if row[number]} for number in range(1, len(asked) + 1)]


def selected(spark: Anything, target: SparkTarget, key: str, where: Expression) -> set[Anything]:
    """What a statement with parameters selects."""
    return found(spark, key, pq.compile(where, target))


def found(spark: Anything, key: str, sql: Sql) -> set[Anything]:
    """The keys of the rows where a condition holds."""
    return {row[0] for row in spark.sql(f"SELECT `{key}` FROM {TABLE} WHERE {sql.text}", args=sql.params).collect()}


@pytest.mark.parametrize("seed", range(SCHEMAS))
def test_spark_selects_what_the_law_says(spark: Anything, modes: Anything, seed: int) -> None:
    rng = Random(f"spark/{seed}")
    mode, wanted = modes(rng), rng.choices(schemas.everything(), k=FILTERS)
    data = drawn(rng, wanted)
    asked = [triple(data, one, rng) for one in wanted]
    target = make_target(data.schema, table=TABLE, columns=stored(data.schema, rng))
    engines_spark.hold(target, data.records)
    told_apart = answers(spark, target, data.key, [one.where for one in asked] + [one.complement for one in asked])
    for one, kept, left in zip(asked, told_apart, told_apart[FILTERS:], strict=False):
        assert kept == one.expected, told(one, mode, target)
        assert left == data.keys - one.expected, told(one, mode, target)
    for one in rng.sample(asked, IN_ROWS):
        assert selected(spark, target, data.key, one.where) == one.expected, told(one, mode, target)
    rows = make_target(data.schema, table=TABLE, columns=in_rows(data.schema))
    engines_spark.hold(rows, data.records)
    for one in rng.sample(asked, IN_ROWS):
        assert selected(spark, rows, data.key, one.where) == one.expected, told(one, mode, rows)
        assert selected(spark, rows, data.key, one.complement) == data.keys - one.expected, told(one, mode, rows)


def stored(schema: pq.Schema, rng: Random) -> dict[str, Anything]:
    """Some instants in a type without a zone."""
    return {
        field.name: pq.JsonPath(*field.path, storage="timestamp_ntz")
        for field in schema.fields
        if isinstance(field.type, pq.DateTime) and rng.random() < 0.5
    }


def told(one: Triple, mode: dict[str, str], target: SparkTarget) -> str:
    """What is needed to see it again."""
    return f"{one.text!r}, that is {one.where}, under {mode}: {pq.compile(one.where, target)}; {one.data.records}"


# --- what only Spark has

ID = pq.Field("id", pq.Integer(), unique=True)
WEIGHT = pq.Field("weight", pq.Float())
PLACED = pq.Field("placed", pq.DateTime())
TAGS = pq.Field("tags", pq.ListOf(pq.Text()))
SIZE = pq.Field("sizes.width", pq.Integer())
SCHEMA = pq.Schema(ID, WEIGHT, PLACED, TAGS, SIZE)
COLUMNS = {"sizes.width": pq.JsonPath("sizes", "the `width`")}
FIRST, LAST = dt.datetime(1, 1, 1, tzinfo=dt.UTC), dt.datetime(9999, 12, 31, 23, 59, 59, 999999, tzinfo=dt.UTC)
DDL = "`id` INT, `weight` FLOAT, `placed` TIMESTAMP, `tags` ARRAY<STRING>, `sizes` MAP<STRING, SMALLINT>"
HELD: list[tuple[Anything, ...]] = [
    (1, -0.0, FIRST, ["a", None], {"the `width`": 5}),
    (2, 0.5, LAST, [None], {"height": 5}),
    (3, None, None, None, None),
]


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (Compare(WEIGHT, Op.EQ, 0.0), {1}),
        (Compare(WEIGHT, Op.IN, (0.0, 7.0)), {1}),
        (Not(Compare(WEIGHT, Op.LT, 0.0)), {1, 2, 3}),
        (Compare(PLACED, Op.EQ, FIRST), {1}),
        (Compare(PLACED, Op.GTE, LAST), {2}),
        (Not(Compare(PLACED, Op.GT, FIRST)), {1, 3}),
        (Any(TAGS, Compare(TAGS.element, Op.EQ, "a")), {1}),
        (Not(Any(TAGS, Compare(TAGS.element, Op.EQ, "a"))), {2, 3}),
        (Any(TAGS, Not(Compare(TAGS.element, Op.EQ, "a"))), set()),
        (Compare(SIZE, Op.EQ, 5), {1}),
        (Not(Exists(SIZE)), {2, 3}),
        (Compare(SIZE, Op.LT, 2**62), {1}),
        (Compare(ID, Op.IN, tuple(range(2, 258))), {2, 3}),
        (
            Or(tuple(And((Compare(ID, Op.GT, number), Compare(ID, Op.LT, number + 2))) for number in range(250))),
            {1, 2, 3},
        ),
    ],
)
def test_narrow_columns_maps_and_null_elements_are_told_apart(
    spark: Anything, where: Expression, expected: set[int]
) -> None:
    target = make_target(SCHEMA, table=TABLE, columns=COLUMNS)
    spark.createDataFrame(HELD, DDL).createOrReplaceTempView(TABLE)
    assert selected(spark, target, "id", where) == expected
    assert answers(spark, target, "id", [where, Not(where)]) == [expected, {1, 2, 3} - expected]
    frame = spark.createDataFrame(HELD, DDL)
    alone = make_target(SCHEMA, columns=COLUMNS)
    assert {row[0] for row in frame.filter(alone.column(where)).select("id").collect()} == expected


def test_what_the_page_shows_selects_orders(spark: Anything) -> None:
    page = (Path(__file__).parents[2] / "docs" / "backends.md").read_text(encoding="utf-8")
    spark.createDataFrame(HELD, DDL).createOrReplaceTempView("orders")
    shown: list[Anything] = []
    names: dict[str, Anything] = {"pq": pq, "orders": pq.Schema(ID, PLACED), "query": SCHEMA.parse("placed=lt:2000")}
    names["spark"] = type(
        "Spark", (), {"table": spark.table, "sql": lambda *a, **kw: shown.append(spark.sql(*a, **kw))}
    )
    text = page.partition("test_spark_session.py -->\n```python\n")[2].partition("```")[0]
    exec(text.replace("spark.table", "found = spark.table"), names)
    for frame in (shown[0], names["found"]):
        assert [row[0] for row in frame.select("id").collect()] == [1]


def test_tables_are_made_by_statements(spark: Anything) -> None:
    (statement,) = make_target(pq.Schema(ID, TAGS), table="made_here").create()
    spark.sql(f"{statement} USING parquet")
    assert spark.table("made_here").columns == ["id", "tags"]
    spark.sql("DROP TABLE made_here")


# --- what goes wrong where Spark is taken for another engine


def local_instants() -> Dialect:
    """Instants without a zone, which Spark takes for the wall of the session."""
    storages = DIALECT.columns["datetime"]
    by_wall = {**storages, "timestamp": replace(storages["timestamp"], encode=storages["timestamp_ntz"].encode)}
    return replace(DIALECT, columns={**DIALECT.columns, "datetime": by_wall})


PITFALLS: dict[str, tuple[Dialect, Expression]] = {
    "exists is NULL of no array": (
        replace(DIALECT, some="exists({source}, {alias} -> {where})"),
        Not(Any(TAGS, Compare(TAGS.element, Op.EQ, "a"))),
    ),
    "$ is before a newline, too": (
        replace(DIALECT, pattern=regex("$")),
        Any(TAGS, Compare(TAGS.element, Op.IEQ, "A")),
    ),
    "text of a time is at the wall of the session": (local_instants(), Compare(PLACED, Op.EQ, FIRST)),
}


@pytest.mark.parametrize("name", PITFALLS)
def test_a_pitfall_is_one(spark: Anything, name: str) -> None:
    dialect, where = PITFALLS[name]
    target = make_target(SCHEMA, table=TABLE, columns=COLUMNS)
    held = [*HELD, (4, None, None, ["a\n"], None)]
    spark.createDataFrame(held, DDL).createOrReplaceTempView(TABLE)
    wrong = replace(target, dialect=dialect).sql(where)
    assert found(spark, "id", wrong) != selected(spark, target, "id", where)
