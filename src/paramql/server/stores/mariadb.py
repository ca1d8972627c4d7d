"""MariaDB, by PyMySQL and SQLAlchemy's pool."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pymysql
from pymysql.cursors import DictCursor
from pymysql.err import InterfaceError, InternalError, OperationalError
from sqlalchemy.pool import QueuePool

from paramql.server.stores import Row, Unavailable, patience
from paramql.server.stores.driver import Session, Values, inserting, upserting
from paramql.server.stores.mariadb_errors import translated
from paramql.server.stores.mariadb_url import options_of

_UPSERT = upserting("ON DUPLICATE KEY UPDATE", "VALUES({})")
_LOCK = "paramql"
_GONE = (OperationalError, InterfaceError, InternalError)
_STATEMENTS_BY = 30


class Mariadb:
    """Connections to a server. timeout: seconds that a statement of a reader may take (None: any)."""

    hole = "%s"

    def __init__(self, url: str, timeout: float | None = None, most: int = 20) -> None:
        self._timeout, self._options = timeout, options_of(url)
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
        with translated():
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
