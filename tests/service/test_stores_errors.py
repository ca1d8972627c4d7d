"""What goes wrong with a database is named: one that is not there, is busy, full, or has dropped a connection."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
import pymysql
import pytest
from pymongo.errors import (
    BulkWriteError,
    ConnectionFailure,
    CursorNotFound,
    ExecutionTimeout,
    OperationFailure,
    WTimeoutError,
)
from pymysql.err import InternalError, OperationalError

from asked_instances import SCHEMA, documents, filled, kept, missing, url
from paramql.instances.stores import opened
from paramql.server import Full, TimedOut, Unavailable
from paramql.server.stores.mariadb import Mariadb
from paramql.server.stores.mariadb_errors import translated
from paramql.server.stores.postgresql import Postgresql
from paramql.server.stores.sqlite import Sqlite

DOCUMENTS = documents(8)


@pytest.mark.parametrize(
    "address", ["postgresql://nobody@127.0.0.1:1/x", "mariadb://127.0.0.1:1/x", "mongodb://127.0.0.1:1"]
)
def test_a_database_that_is_not_there_is_unavailable(address: str) -> None:
    with pytest.raises(Unavailable):
        opened(address, SCHEMA, 0.2)


@pytest.mark.parametrize("driver", [Sqlite, Postgresql, Mariadb])
def test_a_pool_without_a_free_connection_is_unavailable(driver: Any) -> None:
    kind = driver.__name__.lower()
    if reason := missing(kind):
        pytest.skip(reason)
    address = url(kind, "paramql_stores").replace("+psycopg", "")
    made = driver(address.removeprefix("sqlite:///"), 0.1, 1)
    with made.reading(), pytest.raises(Unavailable), made.reading():
        raise AssertionError
    made.close()


def test_sqlite_says_so_where_another_writes(tmp_path: Path) -> None:
    one, other = (Sqlite(str(tmp_path / "x.db"), wait=0.05) for _ in range(2))
    with one.writing(), pytest.raises(Unavailable), other.writing():
        raise AssertionError
    with pytest.raises(Exception, match="syntax"), one.writing() as session:
        session.run("no SQL")
    one.close()
    other.close()


def test_a_connection_that_mariadb_has_dropped_is_made_anew() -> None:
    if reason := missing("mariadb"):
        pytest.skip(reason)
    made = Mariadb(url("mariadb", "paramql_stores"))
    with made.reading() as session, made.reading() as second:
        numbers = [one.rows("SELECT CONNECTION_ID() AS id")[0]["id"] for one in (session, second)]
    other = Mariadb(url("mariadb", "paramql_stores"))
    with other.writing() as session:
        for number in numbers:
            session.run(f"KILL {number}")
    with made.reading() as session:
        assert session.rows("SELECT 1 AS one") == [{"one": 1}]
    with pytest.raises(pymysql.err.ProgrammingError), made.reading() as session:
        session.rows("no SQL")
    with pytest.raises(pymysql.err.OperationalError), made.reading() as session:
        session.rows("SELECT no_such_column")
    made.close()
    other.close()


def test_postgresql_keeps_nothing_of_a_failure() -> None:
    if reason := missing("postgresql"):
        pytest.skip(reason)
    made = Postgresql(url("postgresql", "paramql_stores").replace("+psycopg", ""))
    with pytest.raises(psycopg.errors.SyntaxError), made.writing() as session:
        _ = session.run("CREATE TABLE x (x int)"), session.run("no SQL")
    with made.reading() as session:
        assert not made.has(session, "x")
    made.close()


class _Raising:
    """A collection, or a client, that raises whatever is asked of it."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __getattr__(self, name: str) -> Any:
        raise self._error


_WRITES = {"writeErrors": [{"code": 14031, "index": 3}]}
RAISED: list[tuple[Exception, type[Exception]]] = [
    (ExecutionTimeout("slow"), TimedOut),
    (OperationFailure("killed", 11601), TimedOut),
    (ConnectionFailure("gone"), Unavailable),
    (CursorNotFound("of a server that was there before", 43), Unavailable),
    (OperationFailure("no space left", 14031), Full),
    (BulkWriteError(_WRITES), Full),
    (OperationFailure("internal server error", 1), Unavailable),
    (OperationFailure("too many files open", 264), Unavailable),
    (OperationFailure("time limit exceeded", 262), TimedOut),
    (WTimeoutError("waiting for replication", 64), Unavailable),
    (BulkWriteError({"writeErrors": [], "writeConcernErrors": [{"code": 64}]}), Unavailable),
    (OperationFailure("no such operator", 2), OperationFailure),
]


@pytest.mark.parametrize(("raised", "named"), RAISED)
def test_what_mongodb_raises_is_named(raised: Exception, named: type[Exception]) -> None:
    if reason := missing("mongodb"):
        pytest.skip(reason)
    store: Any = filled(url("mongodb", "paramql_stores"), DOCUMENTS[:1])
    store._records = _Raising(raised)
    with pytest.raises(named):
        kept(store)
    store.close()


NUMBERED: list[tuple[Exception, type[Exception]]] = [
    (OperationalError(1969, "max_statement_time exceeded"), TimedOut),
    (OperationalError(1205, "Lock wait timeout exceeded"), Unavailable),
    (OperationalError(1290, "The MariaDB server is running with the --read-only option"), Unavailable),
    (OperationalError(1021, "Disk full"), Full),
    (InternalError(3, 'Error writing file "/tmp/x" (Errcode: 28 "No space left on device")'), Full),
    (InternalError(3, 'Error writing file "/tmp/x" (Errcode: 5 "Input/output error")'), Unavailable),
    (InternalError("Packet sequence number wrong - got 1 expected 2"), Unavailable),
    (OperationalError(1045, "Access denied"), OperationalError),
]


@pytest.mark.parametrize(("raised", "named"), NUMBERED)
def test_what_mariadb_raises_is_named(raised: Exception, named: type[Exception]) -> None:
    with pytest.raises(named), translated():
        raise raised
