"""MariaDB, by PyMySQL and SQLAlchemy's pool."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import pymysql
from pymysql.cursors import DictCursor
from pymysql.err import InterfaceError, InternalError, OperationalError
from sqlalchemy.engine import make_url
from sqlalchemy.exc import TimeoutError as NoneFree
from sqlalchemy.pool import QueuePool

from paramql.server.stores import Full, Row, TimedOut, Unavailable, patience
from paramql.server.stores.sql import Session, Values, inserting, upserting

_UPSERT = upserting("ON DUPLICATE KEY UPDATE", "VALUES({})")
_LOCK = "paramql"
# By number (https://mariadb.com/kb/en/mariadb-error-code-reference/). Files that cannot be written say why in words.
_TIMED_OUT = frozenset({1317, 1969})
_CONNECTING = frozenset({1040, 1041, 1129, 1135, 1158, 1159, 1160, 1161, 1203, 1226, 2002, 2003})
_ENDED = frozenset({1053, 1927, 2006, 2013})
_IN_THE_WAY = frozenset({1037, 1038, 1180, 1205, 1213, 1290, 1412, 1836})  # locks, memory, a server that only reads
_NOT_THERE = _CONNECTING | _ENDED | _IN_THE_WAY
_FULL = frozenset({1021, 1114})
_FILES = frozenset({3, 20, 1026, 1030, 1878})
_NO_SPACE = re.compile(r"\b28\b")  # ENOSPC
_GONE = (OperationalError, InterfaceError, InternalError)
_STATEMENTS_BY = 30


class Mariadb:
    """Connections to a server. timeout: seconds that a statement of a reader may take (None: any)."""

    hole = "%s"

    def __init__(self, url: str, timeout: float | None = None, most: int = 20) -> None:
        self._timeout, self._options = timeout, _options(url)
        self._pool = QueuePool(self._connected, pool_size=most, max_overflow=0, timeout=timeout or 30, use_lifo=True)

    def _connected(self) -> Any:
        wait = patience(self._timeout)
        return pymysql.connect(
            **{"charset": "utf8mb4", **self._options},
            cursorclass=DictCursor,
            autocommit=True,
            read_timeout=wait,
            write_timeout=wait,
        )

    def _checked_out(self, timeout: float | None) -> Any:
        """A connection that answers. Where one has gone while it was idle, others have as well."""
        limit = f"SET SESSION max_statement_time = {timeout or 0}"
        pooled = self._pool.connect()
        try:
            _Session(pooled.dbapi_connection).run(limit)
        except _GONE:
            pooled.invalidate()
            self._pool.dispose()
            self._pool = self._pool.recreate()
            pooled = self._pool.connect()
            _Session(pooled.dbapi_connection).run(limit)
        return pooled

    @contextmanager
    def _session(self, begin: Sequence[str], timeout: float | None) -> Iterator[Session]:
        with _translated():
            pooled = self._checked_out(timeout)
            connection: Any = pooled.dbapi_connection
            try:
                session = _Session(connection)
                for statement in begin:
                    session.run(statement)
                yield session
                connection.commit()
            except _GONE:
                pooled.invalidate()
                raise
            except BaseException:
                connection.rollback()
                raise
            finally:
                pooled.close()

    def reading(self) -> Any:
        """A transaction that sees one state."""
        return self._session(("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",), self._timeout)

    def looking(self) -> Any:
        """No transaction: one state is lost where another makes tables meanwhile."""
        return self._session((), self._timeout)

    def writing(self) -> Any:
        """A transaction that is kept if nothing is raised in it."""
        return self._session(("SET TRANSACTION ISOLATION LEVEL READ COMMITTED", "START TRANSACTION"), None)

    @contextmanager
    def making(self) -> Iterator[Session]:
        """A session that no other process makes tables beside. A table that is made stays, whatever comes after."""
        with self._session((), None) as session:
            [locked] = session.rows(f"SELECT GET_LOCK('{_LOCK}', {_STATEMENTS_BY}) AS mine")
            if not locked["mine"]:
                raise Unavailable
            try:
                yield session
            finally:
                session.rows(f"SELECT RELEASE_LOCK('{_LOCK}')")

    def replace(self, table: str, columns: Sequence[str], key: Sequence[str]) -> str:
        """What puts a row in the place of the one with its key."""
        return inserting(table, columns, self.hole) + _UPSERT(", ".join(key), columns)

    def has(self, session: Session, table: str) -> bool:
        """Whether there is a table."""
        named = "SELECT 1 FROM information_schema.tables WHERE table_schema = database() AND table_name = %s"
        return bool(session.rows(named, [table]))

    def close(self) -> None:
        """Let all connections go."""
        self._pool.dispose()


def _charset(text: str) -> str:
    if text.lower() != "utf8mb4":
        raise ValueError("texts are read and written as utf8mb4")
    return text


def _flag(text: str) -> bool:
    return {"true": True, "1": True, "false": False, "0": False}[text.lower()]


# Parameters of a URL, and how each is read.
_PARAMETERS: Mapping[str, Callable[[str], Any]] = {
    "unix_socket": str,
    "connect_timeout": int,
    "charset": _charset,
    **dict.fromkeys(("ssl_ca", "ssl_cert", "ssl_key"), str),
    **dict.fromkeys(("ssl_disabled", "ssl_verify_cert", "ssl_verify_identity"), _flag),
}


def _options(url: str) -> dict[str, Any]:
    """What PyMySQL takes, of `mariadb://user:password@host:3306/database?unix_socket=/path`."""
    made = make_url(url)
    given = {"user": made.username, "password": made.password, "host": made.host, "database": made.database}
    parameters = {name: _parameter(name, text) for name, text in made.query.items()}
    return {name: value for name, value in given.items() if value} | {"port": made.port or 3306, **parameters}


def _parameter(name: str, text: str | Sequence[str]) -> Any:
    try:
        return _PARAMETERS[name](text if isinstance(text, str) else "")
    except (KeyError, ValueError):
        known = ", ".join(_PARAMETERS)
        raise ValueError(f"{name[:64]!r} is wrong in the URL of a MariaDB database, which takes {known}") from None


class _Session:
    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def rows(self, text: str, params: Any = ()) -> list[Row]:
        with self._connection.cursor() as cursor:
            cursor.execute(text, params)
            return list(cursor.fetchall())

    def run(self, text: str, params: Any = ()) -> None:
        with self._connection.cursor() as cursor:
            cursor.execute(text, params or None)

    def many(self, text: str, values: Values) -> None:
        with self._connection.cursor() as cursor:
            cursor.executemany(text, values)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except NoneFree as error:
        raise Unavailable from error
    except InterfaceError as error:  # of a connection that has been closed
        raise Unavailable from error
    except (OperationalError, InternalError) as error:
        found = _named(*error.args)
        raise error if found is None else found from error


def _named(number: object, words: str = "") -> type[Exception] | None:
    """PyMySQL has no number for answers that are out of order, as they are of a connection that was cut."""
    if number in _TIMED_OUT:
        return TimedOut
    if number in _FULL or (number in _FILES and _NO_SPACE.search(words)):
        return Full
    return Unavailable if number in _NOT_THERE | _FILES or not isinstance(number, int) else None
