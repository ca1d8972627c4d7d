"""SQLite, in a file that is read while it is written (WAL), or in memory."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy.exc import TimeoutError as NoneFree
from sqlalchemy.pool import QueuePool

from paramql.server.stores import Full, Row, TimedOut, Unavailable
from paramql.server.stores.driver import Session, Values, inserting, upserting

_MEMORY = ":memory:"
# Of SQLite's machine, between two looks at the clock: a call of a function is one, however long its text. A scan of
# 100,000 rows takes 16.3 ms by 100 steps, 15.7 by 250 and 15.2 by 10,000.
_STEPS = 100
_UPSERT = upserting("ON CONFLICT ({}) DO UPDATE SET", "excluded.{}")


class Sqlite:
    """Connections to a file. timeout: seconds that a statement of a reader may take (None: any).

    It is stopped between two steps: one call of a function on a long text comes to its end before.
    wait: seconds that one waits for another to have written, and no longer than `timeout`.
    """

    hole = "?"

    def __init__(self, path: str = _MEMORY, timeout: float | None = None, most: int = 40, wait: float = 30) -> None:
        self._path, self._timeout = path, timeout
        self._wait = wait if timeout is None else min(wait, timeout)
        size = 1 if path == _MEMORY else most
        self._pool = QueuePool(self._connected, pool_size=size, max_overflow=0, timeout=timeout or 30, use_lifo=True)

    def _connected(self) -> Any:
        connection = sqlite3.connect(
            self._path,
            isolation_level=None,
            check_same_thread=False,
            timeout=self._wait,
            cached_statements=0,  # a large filter's takes megabytes, to be made anew a fraction of a millisecond
        )
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = NORMAL")
        connection.row_factory = _row
        return connection

    @contextmanager
    def _session(self, begin: str, timeout: float | None) -> Iterator[Session]:
        with _translated():
            pooled = self._pool.connect()
        connection: Any = pooled.dbapi_connection
        try:
            connection.set_progress_handler(_until(timeout), _STEPS)
            with _translated():
                connection.execute(begin)
                yield _Session(connection)
                connection.execute("COMMIT")
        finally:
            connection.set_progress_handler(None, 0)
            if connection.in_transaction:
                connection.rollback()
            pooled.close()

    def reading(self) -> Any:
        """A transaction that sees one state."""
        return self._session("BEGIN", self._timeout)

    looking = reading

    def writing(self) -> Any:
        """A transaction that is kept if nothing is raised in it."""
        return self._session("BEGIN IMMEDIATE", None)

    making = writing

    def replace(self, table: str, columns: Sequence[str], key: Sequence[str]) -> str:
        """What puts a row in the place of the one with its key."""
        return inserting(table, columns, self.hole) + _UPSERT(", ".join(key), columns)

    def has(self, session: Session, table: str) -> bool:
        """Whether there is a table."""
        return bool(session.rows("SELECT 1 FROM sqlite_schema WHERE name = ?", [table]))

    def close(self) -> None:
        """Let all connections go."""
        self._pool.dispose()


class _Session:
    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def rows(self, text: str, params: Any = ()) -> list[Row]:
        return self.connection.execute(text, tuple(params)).fetchall()

    def run(self, text: str, params: Any = ()) -> None:
        self.connection.execute(text, tuple(params))

    def many(self, text: str, values: Values) -> None:
        self.connection.executemany(text, values)


def _row(cursor: sqlite3.Cursor, row: tuple[Any, ...]) -> Row:
    return dict(zip((column[0] for column in cursor.description), row, strict=True))


def _until(timeout: float | None) -> Any:
    """A look at the clock, which stops a statement once the time is over."""
    if timeout is None:
        return None
    end = time.monotonic() + timeout
    return lambda: time.monotonic() > end


_AWAY = ("BUSY", "CANTOPEN", "IOERR", "LOCKED", "PROTOCOL")
_ERRORS = {"INTERRUPT": TimedOut, "FULL": Full, **dict.fromkeys(_AWAY, Unavailable)}


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except NoneFree as error:
        raise Unavailable from error
    except sqlite3.OperationalError as error:
        name: str = getattr(error, "sqlite_errorname", "")  # such as SQLITE_IOERR_WRITE
        found = _ERRORS.get(name.removeprefix("SQLITE_").partition("_")[0])
        raise error if found is None else found from error
