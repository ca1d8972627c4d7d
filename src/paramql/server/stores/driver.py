"""What a database with SQL is to a store: sessions, and what is its own of the language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any, Protocol, TypeAlias

from paramql.backends.sql.dialect import Dialect
from paramql.server.stores import Row

Values: TypeAlias = Sequence[tuple[object, ...]]


class Session(Protocol):
    """A transaction. Holes in statements are those of the target."""

    def rows(self, text: str, params: Any = ()) -> list[Row]:
        """What a statement returns, by name."""
        ...

    def run(self, text: str, params: Any = ()) -> None:
        """A statement that returns nothing."""

    def many(self, text: str, values: Values) -> None:
        """A statement, once for each row of values."""


class Driver(Protocol):
    """A database's connections, and what is its own of SQL."""

    hole: str

    def reading(self) -> AbstractContextManager[Session]:
        """A transaction that sees one state. Raises `TimedOut` and `Unavailable`."""
        ...

    def looking(self) -> AbstractContextManager[Session]:
        """A session that writes nothing, and sees at each statement what there is, or one state."""
        ...

    def writing(self) -> AbstractContextManager[Session]:
        """A transaction that is kept if nothing is raised in it."""
        ...

    def making(self) -> AbstractContextManager[Session]:
        """A transaction that no other process makes tables beside."""
        ...

    def replace(self, table: str, columns: Sequence[str], key: Sequence[str]) -> str:
        """What puts a row in the place of the one with its key, both of them quoted."""
        ...

    def has(self, session: Session, table: str) -> bool:
        """Whether there is a table."""
        ...

    def close(self) -> None:
        """Let all connections go."""


class Writing:
    """Rows put into tables, of names as a dialect quotes them."""

    def __init__(self, driver: Driver, dialect: Dialect) -> None:
        self.driver, self.quoted = driver, dialect.quoted

    def insert(self, session: Session, table: str, rows: Sequence[Row]) -> None:
        """Put rows beside those that are there."""
        if rows:
            self._put(session, inserting(self.quoted(table), self._columns(rows), self.driver.hole), rows)

    def replace(self, session: Session, table: str, rows: Sequence[Row], key: str) -> None:
        """Put rows in the place of those with their keys."""
        if rows:
            self._put(session, self.driver.replace(self.quoted(table), self._columns(rows), [self.quoted(key)]), rows)

    def delete(self, session: Session, table: str, column: str, values: Iterable[object]) -> None:
        """Take away the rows that have one of these values in a column."""
        text = f"DELETE FROM {self.quoted(table)} WHERE {self.quoted(column)} = {self.driver.hole}"
        session.many(text, [(value,) for value in values])

    def _columns(self, rows: Sequence[Row]) -> list[str]:
        return list(map(self.quoted, rows[0]))

    def _put(self, session: Session, text: str, rows: Sequence[Row]) -> None:
        session.many(text, [tuple(row.values()) for row in rows])


def inserting(table: str, columns: Sequence[str], hole: str) -> str:
    """The statement that puts one row, of names that are quoted."""
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join([hole] * len(columns))})"


def upserting(word: str, new: str) -> Callable[[str, Sequence[str]], str]:
    """What follows an insertion where the key is taken: `new` spells the value that was to be inserted."""

    def clause(key: str, columns: Sequence[str]) -> str:
        others = ", ".join(f"{name} = {new.format(name)}" for name in columns)
        return f" {word.format(key)} {others}"

    return clause
