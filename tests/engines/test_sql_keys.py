"""Paths in JSON find any key, or are refused when the target is made; names of columns may be any text."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

import paramql as pq
from paramql.testing.databases import Database
from paramql.testing.engines_sql import sql_target

KEYS = [
    *(
        "a b",
        "a.b",
        "it's",
        "Å",
        "$",
        "[0]",
        "*",
        "a*",
        "**",
        "#",
        "#-1",
        "-",
        "-a",
        "a-b",
        "%",
        "%s",
        "?",
        "0",
        ":x",
        "@",
    ),
    *('q"q', '"', "\\", "a\\b", "{", "{0}", "{v}", "{t}", "\n", "\t", " ", "", "last", "null", "'; DROP TABLE t --"),
]
REFUSED = {"duckdb": {"", "*"}, "mariadb": {"-", "-a"}}
NAMES = [
    'we"ird',
    "back`tick",
    "per%cent",
    "%s",
    "what?",
    ":x",
    "$1",
    "a b",
    "Å",
    "semi;--",
    "a.b",
    "it's",
    "{0}",
    "{v}",
]
SCHEMA = pq.Schema(
    pq.Field("id", pq.Integer(), unique=True),
    pq.Field("count", pq.Integer()),
    pq.Field("name", pq.Text()),
    pq.Field("tags", pq.ListOf(pq.Text())),
)
RECORDS = [
    {"id": 1, "count": 5, "name": "a", "tags": ["x"]},
    {"id": 2, "name": "b"},
    {"id": 3, "count": 7, "tags": ["y"]},
]
ASKED = {"count=gt:4": {1, 3}, "count=ne:5": {2, 3}, "name=a": {1}, "tags=x": {1}, "tags=ne:x": {2, 3}}


def answers(database: Database, places: Mapping[str, pq.Column | pq.JsonPath]) -> dict[str, set[object]]:
    target = sql_target(database.name, SCHEMA, table="t", columns=places)
    database.clear()
    for statement in target.create():
        database.run(statement)
    for record in RECORDS:
        database.insert("t", target.row(SCHEMA.load(record)))
    found = {}
    for asked in ASKED:
        condition = pq.compile(SCHEMA.parse(asked).where, target)
        rows = database.rows(f"SELECT {database.quoted('id')} FROM t WHERE {condition.text}", condition.params)
        found[asked] = {key for (key,) in rows}
    return found


@pytest.mark.parametrize("key", KEYS)
def test_a_key_of_any_text_is_found_or_refused(database: Database, key: str) -> None:
    places = {name: pq.JsonPath("document", key, name) for name in ("count", "name", "tags")}
    if key in REFUSED.get(database.name, set()):
        with pytest.raises(ValueError, match="no path"):
            pq.target(database.name, SCHEMA, table="t", columns=places)
    else:
        assert answers(database, places) == ASKED


@pytest.mark.parametrize("name", NAMES)
def test_a_column_may_have_any_name(database: Database, name: str) -> None:
    assert answers(database, {field: pq.Column(f"{name}{field}") for field in ("count", "name", "tags")}) == ASKED


def test_documents_are_written_as_their_keys_are_read(database: Database) -> None:
    target = sql_target(database.name, SCHEMA, table="t", columns={"count": pq.JsonPath("document", 'a"b', "c")})
    assert json.loads(str(target.row({"id": 1, "count": 5})["document"])) == {'a"b': {"c": 5}}
