"""Records in a table with its child tables: what SQLite, PostgreSQL and MariaDB have in common."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import paramql as pq
from paramql.server.stores import Batch, Found, Mark, Mismatch, Row, counted

Values: TypeAlias = Sequence[tuple[object, ...]]


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How records lie in a database. The text of each stands whole in a column of the table, `document`.

    make: statements that make the tables and indexes. again: those that make what is missing, where `make` was cut off,
    for a database that keeps each statement by itself. tell: statements by which the database counts what it holds.
    select: the statement of a page.
    """

    target: pq.SqlTarget
    make: Sequence[str]
    again: Sequence[str] = ()
    tell: Sequence[str] = ()
    select: Callable[[pq.Page], pq.Sql] = pq.Page.select

    @property
    def version(self) -> str:
        """What tells tables that were made so from others."""
        return hashlib.sha256("\n".join(self.make).encode()).hexdigest()[:16]

    @property
    def begun(self) -> str:
        """What stands for the version while the tables are made, and where whoever made them was cut off."""
        return f"begun {self.version}"


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


_VERSIONS, _MARKS = "paramql_versions", "paramql_loads"
_NAME, _WORD = "VARCHAR(255) NOT NULL PRIMARY KEY", "VARCHAR(64) NOT NULL"
_OF_PROGRAM = (
    f"CREATE TABLE IF NOT EXISTS {_MARKS} (source {_NAME}, seen {_WORD}, at BIGINT NOT NULL, line BIGINT NOT NULL)",
    f"CREATE TABLE IF NOT EXISTS {_VERSIONS} (name {_NAME}, version {_WORD})",
)


class SqlStore:
    """Records in the tables of a layout, which are made when the database has none yet."""

    def __init__(self, layout: Layout, driver: Driver) -> None:
        self.layout, self.driver = layout, driver
        self.target: pq.SqlTarget = layout.target
        self._name = self.target.table or ""
        try:
            self._make()
        except BaseException:
            driver.close()
            raise

    def find(self, page: pq.Page, count_to: int | None) -> Found:
        """The rows of a page, and how many match, of one state of the database."""
        with self.driver.reading() as session:
            sql = self.layout.select(page)
            rows = session.rows(sql.text, sql.params)
            total = counted(page, rows, count_to)
            if total is None and count_to != 0:
                sql = page.count(count_to)
                [row] = session.rows(sql.text, sql.params)
                [total] = row.values()
        return Found(rows, total)

    def check(self) -> None:
        """Raise `Unavailable` where the database does not answer."""
        with self.driver.reading() as session:
            session.rows("SELECT 1")

    def close(self) -> None:
        """Let all connections go."""
        self.driver.close()

    def put(self, batch: Batch, mark: Mark | None = None) -> None:
        """Put documents, and how far their file has been read: all of it, or nothing. In the order of their keys."""
        rows, children = self._rows(batch)
        with self.driver.writing() as session:
            self._replace(session, self._name, list(rows.values()), [self._key])
            for table, (link, found) in children.items():
                session.many(
                    f"DELETE FROM {self._quoted(table)} WHERE {self._quoted(link)} = {self._hole}", _ones(rows)
                )
                self._insert(session, table, found)
            if mark:
                self._replace(session, _MARKS, [dict(zip(_MARK, mark, strict=True))], ["source"])

    def mark(self, source: str) -> Mark | None:
        """How far the load of a file had come that has not ended."""
        with self.driver.reading() as session:
            names = ", ".join(map(self._quoted, _MARK))
            found = session.rows(f"SELECT {names} FROM {_MARKS} WHERE source = {self._hole}", [source])
        return Mark(*found[0].values()) if found else None

    def finish(self, source: str | None) -> None:
        """A load has ended: the database counts what it holds, and the mark goes."""
        with self.driver.making() as session:
            for statement in self.layout.tell:
                session.run(statement)
        with self.driver.writing() as session:
            session.run(f"DELETE FROM {_MARKS} WHERE source = {self._hole}", [source])

    def document(self, key: object) -> str | None:
        """The text of a record, as it was put."""
        with self.driver.reading() as session:
            where = f"{self._quoted(self._key)} = {self._hole}"
            rows = session.rows(f"SELECT document FROM {self._quoted(self._name)} WHERE {where}", [key])
        return rows[0]["document"] if rows else None

    @property
    def _key(self) -> str:
        key = self.target.schema.key
        place = self.target.places[key.name] if key else None
        assert isinstance(place, pq.Column)
        return place.name

    @property
    def _hole(self) -> str:
        return self.driver.hole

    def _quoted(self, name: str) -> str:
        return self.target.dialect.quoted(name)

    def _make(self) -> None:
        """Whoever finds all made writes nothing: there may be no room, or another may be writing."""
        with self.driver.looking() as session:
            if self._version(session) == self.layout.version:
                return
        with self.driver.making() as session:
            for statement in _OF_PROGRAM:
                session.run(statement)
            found = self._version(session)
            if found is None:
                self._begin(session)
                self._make_by(session, self.layout.make)
            elif found == self.layout.begun and self.layout.again:
                self._make_by(session, self.layout.again)
            elif found != self.layout.version:
                raise Mismatch(f"the tables of {self._name!r} were made by another version: load into a new database")

    def _begin(self, session: Session) -> None:
        """Say that tables are being made, unless there are some of another's, which are none to go on with."""
        if not any(self.driver.has(session, table) for table in [self._name, *(table for table, _ in self._links())]):
            self._is(session, self.layout.begun)

    def _make_by(self, session: Session, statements: Sequence[str]) -> None:
        for statement in statements:
            session.run(statement)
        self._is(session, self.layout.version)

    def _is(self, session: Session, version: str) -> None:
        self._replace(session, _VERSIONS, [{"name": self._name, "version": version}], ["name"])

    def _version(self, session: Session) -> str | None:
        if not self.driver.has(session, _VERSIONS):
            return None
        found = session.rows(f"SELECT version FROM {_VERSIONS} WHERE name = {self._hole}", [self._name])
        return found[0]["version"] if found else None

    def _rows(self, batch: Batch) -> tuple[dict[Any, Row], dict[str, tuple[str, list[Row]]]]:
        """Rows by key, the last of each, in order; and those of the child tables, with the column that links them."""
        rows: dict[Any, Row] = {}
        children: dict[Any, Mapping[str, list[dict[str, object]]]] = {}
        for text, record in batch:
            row = {**self.target.row(record), "document": text}
            rows[row[self._key]], children[row[self._key]] = row, self.target.children(record)
        ordered = {key: rows[key] for key in sorted(rows)}
        return ordered, {
            table: (link, [row for key in ordered for row in children[key].get(table, ())])
            for table, link in self._links()
        }

    def _links(self) -> Iterable[tuple[str, str]]:
        for place in self.target.places.values():
            if isinstance(place, pq.Rows):
                [link] = place.link
                yield place.table, link

    def _replace(self, session: Session, table: str, rows: Sequence[Row], key: Sequence[str]) -> None:
        columns = list(map(self._quoted, rows[0])) if rows else []
        if rows:
            text = self.driver.replace(self._quoted(table), columns, list(map(self._quoted, key)))
            session.many(text, _values(rows))

    def _insert(self, session: Session, table: str, rows: Sequence[Row]) -> None:
        if rows:
            session.many(inserting(self._quoted(table), list(map(self._quoted, rows[0])), self._hole), _values(rows))


_MARK = ("source", "seen", "at", "line")


def inserting(table: str, columns: Sequence[str], hole: str) -> str:
    """The statement that puts one row, of names that are quoted."""
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join([hole] * len(columns))})"


def upserting(word: str, new: str) -> Callable[[str, Sequence[str]], str]:
    """What follows an insertion where the key is taken: `new` spells the value that was to be inserted."""

    def clause(key: str, columns: Sequence[str]) -> str:
        others = ", ".join(f"{name} = {new.format(name)}" for name in columns)
        return f" {word.format(key)} {others}"

    return clause


def _values(rows: Iterable[Row]) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for row in rows]


def _ones(keys: Iterable[object]) -> list[tuple[object]]:
    return [(key,) for key in keys]
