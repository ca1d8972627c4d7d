"""Tables are made once, whoever starts and whoever is cut off; those of others are left alone."""

from __future__ import annotations

import itertools
import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pymongo.collection import Collection

from asked_instances import SCHEMA, documents, filled, kept, missing, url
from paramql.instances import load
from paramql.instances.stores import layout, opened
from paramql.server import Mismatch, Unavailable
from paramql.server.stores import mariadb, postgresql, sqlite
from paramql.server.stores.mariadb import Mariadb
from paramql.server.stores.mongodb import MongoStore
from paramql.server.stores.postgresql import Postgresql
from paramql.server.stores.sql import SqlStore
from paramql.server.stores.sqlite import Sqlite

DOCUMENTS = documents(8)


def test_tables_that_were_made_otherwise_are_left_alone(kind: str, at: str) -> None:
    store: Any = opened(at, SCHEMA)
    with pytest.raises(Mismatch, match="made by another version"):
        _otherwise(store, at)
    store.close()


class _CutOff(BaseException):
    """A process ends, for all that the store has a say in it."""


@pytest.mark.parametrize("made", [1, 2, 3, 4, 9, 12])
def test_whoever_made_the_tables_was_cut_off_and_the_next_makes_the_rest(
    kind: str, at: str, made: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """MariaDB keeps each statement that makes something, whatever comes after."""
    if kind == "mongodb":
        monkeypatch.setattr(Collection, "create_index", _dying(Collection.create_index, made))
    else:
        session = {"sqlite": sqlite, "postgresql": postgresql, "mariadb": mariadb}[kind]._Session
        monkeypatch.setattr(session, "run", _dying(session.run, made))
    with pytest.raises(_CutOff):
        opened(at, SCHEMA)
    monkeypatch.undo()
    store: Any = filled(at, DOCUMENTS)
    assert len(kept(store)) == len(DOCUMENTS)
    if kind == "mariadb":
        whole: Any = opened(url(kind, "paramql_stores_whole"), SCHEMA)
        assert _indexed(store) == _indexed(whole)
        whole.close()
    store.close()


def test_tables_that_another_version_began_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    if reason := missing("mariadb"):
        pytest.skip(reason)
    at = url("mariadb", "paramql_stores")
    monkeypatch.setattr(mariadb._Session, "run", _dying(mariadb._Session.run, 5))
    with pytest.raises(_CutOff):
        opened(at, SCHEMA)
    monkeypatch.undo()
    other = layout("mariadb", SCHEMA)
    with pytest.raises(Mismatch, match="made by another version"):
        SqlStore(replace(other, make=(*other.make, "more"), again=(*other.again, "more")), Mariadb(at))


def test_whoever_waits_too_long_to_make_tables_makes_none(monkeypatch: pytest.MonkeyPatch) -> None:
    if reason := missing("mariadb"):
        pytest.skip(reason)
    at = url("mariadb", "paramql_stores")
    monkeypatch.setattr(mariadb, "_STATEMENTS_BY", 0)
    driver = Mariadb(at)
    with driver.making() as session:
        with pytest.raises(Unavailable):
            opened(at, SCHEMA)
        assert not driver.has(session, "instances")
    opened(at, SCHEMA).close()
    driver.close()


def _indexed(store: Any) -> set[str]:
    with store.driver.reading() as session:
        named = "SELECT index_name AS name FROM information_schema.statistics WHERE table_schema = database()"
        return {row["name"] for row in session.rows(named)}


def _dying(run: Any, most: int) -> Any:
    """A function that has been called so often when it ends the process."""
    calls = itertools.count(1)

    def dying(self: Any, text: Any, *given: Any, **named: Any) -> Any:
        made = run(self, text, *given, **named)
        is_making = not isinstance(text, str) or text.startswith(("CREATE", "ALTER"))
        if is_making and next(calls) == most:
            raise _CutOff
        return made

    return dying


@pytest.mark.parametrize("kind", ["sqlite", "postgresql", "mariadb"])
def test_a_table_of_another_program_is_left_alone(kind: str) -> None:
    if reason := missing(kind):
        pytest.skip(reason)
    driver: Any = {"sqlite": Sqlite, "postgresql": Postgresql, "mariadb": Mariadb}[kind]
    at = url(kind, "paramql_stores")
    made = driver(at.replace("+psycopg", "").removeprefix("sqlite:///"))
    with made.writing() as session:
        session.run("CREATE TABLE instances (mine INTEGER)")
    for _ in range(2):
        with pytest.raises(Exception, match="already exists") as raised:
            opened(at, SCHEMA)
        assert not isinstance(raised.value, Unavailable)
    with made.reading() as session:
        assert session.rows("SELECT * FROM instances") == []
    made.close()


def test_whoever_finds_its_tables_writes_nothing(tmp_path: Path) -> None:
    """Another is writing, for longer than one waits."""
    at = f"sqlite:///{tmp_path / 'x.db'}"
    store: Any = filled(at, DOCUMENTS)
    with store.driver.writing():
        again: Any = opened(at, SCHEMA, 0.1)
    assert len(kept(again)) == len(DOCUMENTS)
    again.close()
    store.close()


def _otherwise(store: Any, at: str) -> Any:
    if isinstance(store, MongoStore):
        return MongoStore(at, store.target, [["org"]])
    return SqlStore(replace(store.layout, make=(*store.layout.make, "more")), store.driver)


def test_several_that_start_at_once_make_the_tables_once(at: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        stores: list[Any] = list(pool.map(lambda _: opened(at, SCHEMA), range(4)))
    stores[0].put([(json.dumps(each), load(each)) for each in DOCUMENTS])
    assert [len(kept(store)) for store in stores] == [8, 8, 8, 8]
    for store in stores:
        store.close()
