"""PostgreSQL, by psycopg and its pool."""

from __future__ import annotations

import time
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool, PoolTimeout

from paramql.server.stores import SILENCE, Full, Row, TimedOut, Unavailable, patience
from paramql.server.stores.driver import Session, Values, inserting, upserting

_UPSERT = upserting("ON CONFLICT ({}) DO UPDATE SET", "excluded.{}")
_LOCK = 0x70617261  # "para"
# Of a transaction. What a plan is best for differs by value: a flag, an owner, a party. While a filter is compiled to
# machine code no limit of time is looked at, and a large one takes minutes of it and hundreds of megabytes. Of many
# lists no more than three are joined in another order than they are written: of sixty, plans in all orders take 7.6 s
# and 953 MB, these 0.6 s and 151 MB; in none, a filter of two lists takes eight times as long. In another zone than UTC
# there are instants in years that Python has none of.
_SETTINGS = """SELECT set_config('statement_timeout', %s, true),
    set_config('plan_cache_mode', 'force_custom_plan', true), set_config('jit', 'off', true),
    set_config('join_collapse_limit', '4', true), set_config('TimeZone', 'UTC', true)"""
_PREPARED = 4096  # characters of a statement that is kept: of a large filter the server would keep megabytes
_TRIED = 1.0  # seconds that a connection is tried again unasked; whoever asks next tries at once


class Postgresql:
    """Connections to a server. timeout: seconds that a statement of a reader may take (None: any)."""

    hole = "%s"

    def __init__(self, url: str, timeout: float | None = None, most: int = 10) -> None:
        self._timeout = timeout
        self._pool: Any = ConnectionPool(
            url,
            connection_class=_Connection,
            kwargs={"autocommit": True, "row_factory": dict_row},
            configure=self._configured,
            min_size=1,
            max_size=most,
            timeout=timeout or 30,
            reconnect_timeout=_TRIED,
            open=True,
        )

    def _configured(self, connection: _Connection) -> None:
        connection.patience = patience(self._timeout)

    @contextmanager
    def _session(self, begin: str, timeout: float | None) -> Iterator[Session]:
        with _translated(), self._begun(begin) as connection:
            try:
                connection.execute(_SETTINGS, [f"{int((timeout or 0) * 1000)}"])
                yield _Session(connection)
                connection.execute("COMMIT")
            except BaseException:
                connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _begun(self, begin: str) -> Iterator[Any]:
        """A connection that has begun a transaction. Where one has gone while it was idle, others have as well."""
        connection = self._pool.getconn()
        try:
            try:
                connection.execute(begin)
            except _Silent:
                raise
            except psycopg.OperationalError:
                self._pool.putconn(connection)
                self._pool.check()
                connection = self._pool.getconn()
                connection.execute(begin)
            yield connection
        finally:
            self._pool.putconn(connection)

    def reading(self) -> Any:
        """A transaction that sees one state."""
        return self._session("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", self._timeout)

    looking = reading

    def writing(self) -> Any:
        """A transaction that is kept if nothing is raised in it."""
        return self._session("BEGIN", None)

    @contextmanager
    def making(self) -> Iterator[Session]:
        """A transaction that no other process makes tables beside."""
        with self.writing() as session:
            session.run(f"SELECT pg_advisory_xact_lock({_LOCK})")
            yield session

    def replace(self, table: str, columns: Sequence[str], key: Sequence[str]) -> str:
        """What puts a row in the place of the one with its key."""
        return inserting(table, columns, self.hole) + _UPSERT(", ".join(key), columns)

    def has(self, session: Session, table: str) -> bool:
        """Whether there is a table."""
        return session.rows("SELECT to_regclass(%s) AS found", [table])[0]["found"] is not None

    def close(self) -> None:
        """Let all connections go."""
        self._pool.close()


class _Connection(psycopg.Connection[Any]):
    """A connection whose server is waited for no longer than so many seconds."""

    patience = SILENCE

    def wait(self, gen: Generator[Any, Any, Any], *given: Any, **options: Any) -> Any:
        """What a statement's steps come to."""
        try:
            return super().wait(_while_heard(gen, self.patience), *given, **options)
        except _Silent:
            self.close()
            raise


class _Silent(psycopg.OperationalError):
    """A server that has not answered in time."""


def _while_heard(steps: Generator[Any, Any, Any], patience: float) -> Generator[Any, Any, Any]:
    """The steps of a statement, or of many in a row, as long as the server lets go on with them."""
    ready, heard = None, time.monotonic()
    try:
        while time.monotonic() < heard + patience:
            if ready := (yield steps.send(ready)):
                heard = time.monotonic()
    except StopIteration as ended:
        return ended.value
    raise _Silent


class _Session:
    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def rows(self, text: str, params: Any = ()) -> list[Row]:
        prepare = False if len(text) > _PREPARED else None  # None: once it has been asked some times
        rows: list[Row] = self._connection.execute(text, params, prepare=prepare).fetchall()
        return rows

    def run(self, text: str, params: Any = ()) -> None:
        self._connection.execute(text, params)

    def many(self, text: str, values: Values) -> None:
        with self._connection.cursor() as cursor:
            cursor.executemany(text, values)


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except psycopg.errors.QueryCanceled as error:
        raise TimedOut from error
    except psycopg.errors.DiskFull as error:
        raise Full from error
    except (PoolTimeout, psycopg.OperationalError) as error:
        raise Unavailable from error
