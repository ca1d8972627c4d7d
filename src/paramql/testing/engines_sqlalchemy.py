"""SQLAlchemy as an engine, on each database: tables, classes and a JSON document are asked, and must agree.

Importing this module imports SQLAlchemy.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any as Anything
from typing import cast

import sqlalchemy as sa

from paramql.backends import compile, target
from paramql.backends.places import JsonPath
from paramql.backends.sqlalchemy import SqlAlchemyTarget
from paramql.declare import Expression, Field
from paramql.schema import Schema
from paramql.testing.databases import opened
from paramql.testing.documents import as_stored
from paramql.testing.engine import key_of
from paramql.testing.sqlalchemy_tables import DOCUMENT, Shelf, column, shelves

_NAME = "paramql_sqlalchemy"

# --- databases


@functools.cache
def connected(name: str) -> sa.Connection:
    """A connection to a database or schema that no other tests use, in autocommit mode where there is one."""
    connection = _ENGINES[name]().connect()
    return connection if name == "duckdb" else connection.execution_options(isolation_level="AUTOCOMMIT")


def _postgresql(name: str) -> sa.Engine:
    import psycopg

    def connect() -> Anything:
        connection = psycopg.connect(opened(name).connection.info.dsn, autocommit=True)
        connection.execute(f"CREATE SCHEMA IF NOT EXISTS {_NAME}")
        connection.execute(f"SET search_path = {_NAME}")
        return connection

    return sa.create_engine("postgresql+psycopg://", creator=connect)


def _mariadb() -> sa.Engine:
    import pymysql

    server = opened("mariadb")
    server.rows(f"CREATE DATABASE IF NOT EXISTS {_NAME} CHARACTER SET utf8mb4")
    known = server.connection
    at_ = {"unix_socket": known.unix_socket} if known.unix_socket else {"host": known.host, "port": known.port}

    def connect() -> Anything:
        return pymysql.connect(
            **at_, user=known.user.decode(), password=known.password.decode(), database=_NAME, charset="utf8mb4"
        )

    return sa.create_engine("mariadb+pymysql://", creator=connect)


def _duckdb() -> sa.Engine:
    engine = sa.create_engine("duckdb://", connect_args={"config": {"threads": 1}})
    engine.dialect.supports_native_decimal = True  # or decimals are written as floats
    return engine


_ENGINES: Mapping[str, Callable[[], sa.Engine]] = {
    "sqlite": lambda: sa.create_engine("sqlite://"),
    "postgresql": lambda: _postgresql("postgresql"),
    "postgresql-icu": lambda: _postgresql("postgresql-icu"),
    "mariadb": _mariadb,
    "duckdb": _duckdb,
}

# --- the engine


class SqlAlchemyEngine:
    """A database through SQLAlchemy. All ways of asking must agree, and a condition's complement select the others."""

    def __init__(self, database: str) -> None:
        self.name = f"sqlalchemy on {database}"
        self.database = database
        self._turn = 0
        self._held: tuple[object, object] = (None, None)

    def load(self, schema: Schema, documents: Iterable[Mapping[str, Anything]]) -> None:
        """Make the tables and fill them, unless they hold just these documents."""
        connection, (holder, metadata) = connected(self.database), _HOLDS.get(self.database, (None, sa.MetaData()))
        if holder is self and self._held[0] is schema and self._held[1] is documents:
            return
        metadata.drop_all(connection, checkfirst=holder is None)
        metadata = sa.MetaData()
        _HOLDS[self.database] = None, metadata
        top = shelves(schema.fields, metadata, connection.dialect.name)
        metadata.create_all(connection, checkfirst=False)
        _HOLDS[self.database] = self, metadata
        _fill(connection, top, schema, documents)
        self._table = top.table
        self._asked = list(_targets(schema, key_of(schema), top))
        self._keys = [set(connection.scalars(asked.statement)) for asked in self._asked]
        self._held = schema, documents

    def select(self, where: Expression) -> set[Anything]:
        """The keys: of tables, of classes and of the documents, each asked in one of three ways, in turn."""
        self._turn += 1
        answers = [self._answer(where, number, (self._turn + number) % 3) for number in range(len(self._asked))]
        assert all(answer == answers[0] for answer in answers), f"{where}: {answers}, turn {self._turn % 3}"
        return answers[0]

    @property
    def tables(self) -> list[tuple[SqlAlchemyTarget, sa.Table]]:
        """The targets whose fields live in columns of the table, and in its document; and the table."""
        return [(self._asked[number].target, self._table) for number in (0, 2)]

    def _answer(self, where: Expression, number: int, way: int) -> set[Anything]:
        """By a condition, by a statement that was built before, or as what the complement leaves."""
        connection, asked = connected(self.database), self._asked[number]
        if way == 0:
            return set(connection.scalars(asked.statement.where(compile(where, asked.target))))
        if way == 1:
            return set(connection.scalars(*asked.prepared(where)))
        others = set(connection.scalars(asked.statement.where(~compile(where, asked.target))))
        return self._keys[number] - others


# Whose records the tables of a database hold now (None: those of one that failed to make them), and those tables.
_HOLDS: dict[str, tuple[SqlAlchemyEngine | None, sa.MetaData]] = {}


@dataclass(frozen=True)
class _Asked:
    """A target, a statement that selects all keys there, and the same prepared for filters."""

    target: SqlAlchemyTarget
    statement: sa.Select[Anything]
    prepared: Anything


def _targets(schema: Schema, key: Field, top: Shelf) -> Iterator[_Asked]:
    paths = {one.name: JsonPath(DOCUMENT, *one.path) for one in schema.fields if one != key}
    tables, classes = sa.select(top.table.c[column(key)]), sa.select(top.attribute(key))
    for table, columns, statement in (
        (top.table, top.in_tables, tables),
        (top.mapped, top.in_classes, classes),
        (top.table, paths, tables),
    ):
        made = cast(SqlAlchemyTarget, target("sqlalchemy", schema, table=table, columns=columns))
        yield _Asked(made, statement, made.prepare(statement))


def _fill(connection: sa.Connection, top: Shelf, schema: Schema, documents: Iterable[Mapping[str, Anything]]) -> None:
    numbers = count(1)
    for one in documents:
        top.put(schema.load(one), numbers)[DOCUMENT] = json.loads(as_stored(schema, one))
    for shelf in top.all:
        if shelf.rows:
            connection.execute(shelf.table.insert(), shelf.rows)
