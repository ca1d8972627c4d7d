"""Paths into JSON documents as the SQL of each engine spells them; that they are found there, the engines are asked."""

from __future__ import annotations

from typing import Any

import pytest

import paramql as pq

SCHEMA = pq.Schema(pq.Field("id", pq.Integer(), unique=True), pq.Field("v", pq.Integer()))
KEYS = ("", "a", "a.b", "*", "-", "-a", 'q"q', "a\\b", "it's", "Å", "\n", "[0]", "\0", 'q"[')
REFUSED = {
    "duckdb": ({"", "*", "\0"}, "DuckDB has no paths to the keys '' and '*', nor to keys with U+0000"),
    "mariadb": ({"-", "-a", "\0"}, "MariaDB has no paths to keys that begin with '-', nor to keys with U+0000"),
    "postgresql": ({"\0"}, "PostgreSQL has no keys with U+0000"),
}
SQLITE = "SQLite has no path to the key {!r}: it holds quotes or escapes, and a dot or a bracket"


def places(key: str) -> dict[str, Any]:
    return {"v": pq.JsonPath("doc", key)}


@pytest.mark.parametrize("dialect", REFUSED)
@pytest.mark.parametrize("key", KEYS)
def test_a_key_that_an_engine_has_no_path_to_is_told_when_the_target_is_made(dialect: str, key: str) -> None:
    refused, message = REFUSED[dialect]
    if key not in refused:
        pq.target(dialect, SCHEMA, columns=places(key))
        return
    with pytest.raises(ValueError, match="no ") as raised:
        pq.target(dialect, SCHEMA, columns=places(key))
    assert str(raised.value) == message


@pytest.mark.parametrize("key", ["\0", "a\0b", 'q"[', "a\\.b"])
def test_a_key_that_sqlite_has_no_path_to(key: str) -> None:
    with pytest.raises(ValueError, match="no path") as raised:
        pq.target("sqlite", SCHEMA, columns=places(key))
    assert str(raised.value) == SQLITE.format(key)


@pytest.mark.parametrize(
    ("dialect", "key", "path"),
    [
        ("sqlite", "a.b", """'$."a.b"'"""),
        ("sqlite", "Å", """'$."Å"'"""),
        ("sqlite", 'q"q', r"""'$.q\"q'"""),
        ("sqlite", "it's", """'$."it''s"'"""),
        ("duckdb", "a.b", """'$."a.b"'"""),
        ("duckdb", 'q"q', r"""'$."q\"q"'"""),
        ("duckdb", "a\\b", r"""'$."a\\b"'"""),
        ("mariadb", "a.b", """'$."a.b"'"""),
        ("mariadb", "Å", """'$."Å"'"""),
        ("mariadb", 'q"q', "_utf8mb4 X'242E22715C227122'"),
        ("mariadb", "a\\b", "_utf8mb4 X'242E22615C5C6222'"),
        ("postgresql", "it's", "'it''s'"),
        ("postgresql", "a\\b", "'a\\b'"),
    ],
)
def test_how_a_key_is_spelled(dialect: str, key: str, path: str) -> None:
    """MariaDB reads backslashes as its mode says: what holds one is written as bytes."""
    sql = pq.compile(SCHEMA.parse("v=5").where, pq.target(dialect, SCHEMA, columns=places(key)))
    assert path in sql.text
