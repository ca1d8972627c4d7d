"""SQLAlchemy as an engine, on each database: tables, classes and a JSON document are asked, and must agree.

Importing this module imports SQLAlchemy.
"""

from __future__ import annotations

import functools
import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import count
from typing import Any as Anything
from typing import TypeAlias, cast

import sqlalchemy as sa
from sqlalchemy.dialects import mysql, postgresql
from sqlalchemy.orm import foreign, registry, relationship

from paramql.backends import compile, target
from paramql.backends.places import JsonPath, Rows
from paramql.backends.sql.rows import at, document, elements, members
from paramql.backends.sqlalchemy import Related, SqlAlchemyTarget
from paramql.backends.sqlite import DIALECT
from paramql.declare import Expression, Field, ListOf, Record
from paramql.schema import Schema
from paramql.testing.databases import missing, opened
from paramql.testing.documents import as_stored
from paramql.testing.engine import key_of
from paramql.types import Decimal, Type

Kinds: TypeAlias = Mapping[str, Callable[[Anything], Anything]]
_NAME, _TABLE = "paramql_sqlalchemy", "records"
_NUMBER, _PARENT, _DOCUMENT = "number_", "parent_", "document_"

# --- databases


def sqlalchemy_engines() -> Iterator[SqlAlchemyEngine]:
    """An engine for each of the databases that can be had here."""
    for name in _ENGINES:
        if not missing(name) and (name != "duckdb" or find_spec("duckdb_engine")):
            yield SqlAlchemyEngine(name)


@functools.cache
def connected(name: str) -> sa.Connection:
    """A connection to a database or schema that no other tests use, in autocommit mode where there is one."""
    connection = _ENGINES[name]().connect()
    return connection if name == "duckdb" else connection.execution_options(isolation_level="AUTOCOMMIT")


def _postgresql() -> sa.Engine:
    import psycopg

    def connect() -> Anything:
        connection = psycopg.connect(opened("postgresql").connection.info.dsn, autocommit=True)
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
    engine = sa.create_engine("duckdb://")
    engine.dialect.supports_native_decimal = True  # or decimals are written as floats
    return engine


_ENGINES: Mapping[str, Callable[[], sa.Engine]] = {
    "sqlite": lambda: sa.create_engine("sqlite://"),
    "postgresql": _postgresql,
    "mariadb": _mariadb,
    "duckdb": _duckdb,
}

# --- types

_KINDS: Kinds = {
    "text": lambda _: sa.Text(),
    "choice": lambda type_: sa.Enum(*type_.words, name=f"words_{abs(hash(type_.words))}"),
    "uuid": lambda _: sa.Uuid(),
    "integer": lambda _: sa.BigInteger(),
    "decimal": lambda type_: sa.Numeric(type_.digits, type_.scale),
    "float": lambda _: sa.Double(),
    "boolean": lambda _: sa.Boolean(),
    "datetime": lambda _: sa.DateTime(timezone=True),
    "date": lambda _: sa.Date(),
    "list": lambda _: sa.JSON(),
    "document": lambda _: sa.JSON(),
}
# In child rows, where columns are read as they are.
_INNER: Kinds = {"choice": lambda _: sa.Text()}
_OWN: Mapping[str, Kinds] = {
    "sqlite": {
        "decimal": lambda type_: sa.Numeric(type_.digits, type_.scale) if type_.digits <= 15 else sa.BigInteger()
    },
    "postgresql": {"list": sa.ARRAY, "document": lambda _: postgresql.JSONB()},
    "mariadb": {"choice": lambda _: sa.Text(), "datetime": lambda _: mysql.DATETIME(fsp=6)},
    "duckdb": {"list": sa.ARRAY, "choice": lambda _: sa.Text()},
}


def bound(type_: Type, kind: Anything, value: Anything) -> Anything:
    """A value as SQLAlchemy's types take it."""
    if isinstance(kind, sa.Uuid):
        return uuid.UUID(value)
    if isinstance(kind, sa.DateTime) and not kind.timezone:
        return value.replace(tzinfo=None)
    if isinstance(type_, Decimal) and isinstance(kind, sa.Integer):
        return int(value.scaleb(type_.scale))
    return value


# --- tables and classes


@dataclass(eq=False)
class Shelf:
    """A table and the class that is mapped to it, for records or for the elements of a list; those of lists below."""

    fields: tuple[Field, ...]
    table: sa.Table
    mapped: Anything
    below: dict[str, Shelf]
    rows: list[dict[str, Anything]] = field(default_factory=list)

    @property
    def in_tables(self) -> dict[str, Anything]:
        """Where fields live: lists of records in rows, others in columns."""
        return {
            name: Rows(shelf.table.name, {_PARENT: _NUMBER}, shelf.in_tables)
            for name, shelf in self.below.items()
            if _is_of_records(self._field(name))
        }

    @property
    def in_classes(self) -> dict[str, Anything]:
        """Where fields live: in attributes, and all lists in relationships."""
        return {one.name: self._attribute(number, one) for number, one in enumerate(self.fields)}

    def put(self, record: Anything, numbers: Iterator[int], parent: int | None = None) -> dict[str, Anything]:
        """The row of a record, which is kept, after those of its lists' elements."""
        number = next(numbers)
        for name, shelf in self.below.items():
            for element in elements(self._field(name), record):
                shelf.put(element, numbers, number)
        row = {_column(one): self._value(one, record) for one in self.fields if not _is_of_records(one)}
        self.rows.append({_NUMBER: number, **({} if parent is None else {_PARENT: parent}), **row})
        return self.rows[-1]

    def _attribute(self, number: int, one: Field) -> Anything:
        attribute = getattr(self.mapped, f"a{number}")
        return Related(attribute, self.below[one.name].in_classes) if one.name in self.below else attribute

    def _value(self, one: Field, record: Anything) -> Anything:
        kind = self.table.c[_column(one)].type
        if not isinstance(one.type, ListOf):
            value = at(one, record)
            return None if value is None else bound(one.type, kind, value)
        if not isinstance(kind, sa.ARRAY):
            return document(DIALECT, one, None, record)
        return [bound(cast(Type, one.type.of), kind.item_type, element) for element in elements(one, record)]

    def _field(self, name: str) -> Field:
        return next(one for one in self.fields if one.name == name)


class _Building:
    """Makes the shelves of a schema."""

    def __init__(self, database: str) -> None:
        self.metadata, self._mapping, self._names = sa.MetaData(), registry(), count()
        self._kinds = {**_KINDS, **_OWN[database]}

    def shelf(self, fields: tuple[Field, ...], parent: str | None = None) -> Shelf:
        name = f"{_TABLE}{next(self._names) or ''}"
        below = {one.name: self.shelf(members(one), name) for one in fields if isinstance(one.type, ListOf)}
        table = sa.Table(name, self.metadata, *self._columns(fields, parent))
        return Shelf(fields, table, self._mapped(fields, table, below), below)

    def _columns(self, fields: tuple[Field, ...], parent: str | None) -> Iterator[sa.Column[Anything]]:
        kinds = {**self._kinds, **({} if parent is None else _INNER)}
        yield sa.Column(_NUMBER, sa.BigInteger(), primary_key=True, autoincrement=False)
        yield sa.Column(_DOCUMENT, kinds["document"](None)) if parent is None else sa.Column(_PARENT, sa.BigInteger())
        for one in fields:
            if not isinstance(one.type, ListOf):
                yield sa.Column(_column(one), kinds[one.type.word](one.type))
            elif not isinstance(one.type.of, Record):
                of = {**kinds, **_INNER}[one.type.of.word](one.type.of)
                yield sa.Column(_column(one), kinds["list"](of))

    def _mapped(self, fields: tuple[Field, ...], table: sa.Table, below: Mapping[str, Shelf]) -> Anything:
        attributes = {f"a{number}": self._attribute(one, table, below) for number, one in enumerate(fields)}
        mapped = type(table.name, (), {})
        self._mapping.map_imperatively(mapped, table, properties=attributes)
        return mapped

    def _attribute(self, one: Field, table: sa.Table, below: Mapping[str, Shelf]) -> Anything:
        if one.name not in below:
            return table.c[_column(one)]
        child = below[one.name]
        return relationship(
            child.mapped, primaryjoin=table.c[_NUMBER] == foreign(child.table.c[_PARENT]), viewonly=True, uselist=True
        )


def _column(one: Field) -> str:
    return sa.sql.quoted_name(one.name or "value", quote=True)  # not every dialect knows all of its reserved words


def _is_of_records(one: Field) -> bool:
    return isinstance(one.type, ListOf) and isinstance(one.type.of, Record)


# --- the engine


class SqlAlchemyEngine:
    """A database through SQLAlchemy. All ways of asking must agree, and a condition's complement select the others."""

    def __init__(self, database: str) -> None:
        self.name = f"sqlalchemy on {database}"
        self._database = database
        self._metadata: sa.MetaData | None = None
        self._held: tuple[object, object] = (None, None)

    def load(self, schema: Schema, documents: Iterable[Mapping[str, Anything]]) -> None:
        """Make the tables and fill them, unless they hold just these documents."""
        if self._held[0] is schema and self._held[1] is documents:
            return
        self._held, connection = (schema, documents), connected(self._database)
        if self._metadata is not None:
            self._metadata.drop_all(connection)
        building, key = _Building(self._database), key_of(schema)
        top = building.shelf(schema.fields)
        self._metadata = building.metadata
        self._metadata.create_all(connection)
        self._fill(connection, building, top, schema, documents)
        self._ask(schema, key, top)

    def select(self, where: Expression) -> set[Anything]:
        """The keys. Asked of tables, of classes and of the documents, and by statements that are built before."""
        answers = [answer for target_ in self._targets for answer in self._answers(where, target_)]
        assert all(answer == answers[0] for answer in answers), f"{where}: {answers}"
        return answers[0]

    def _ask(self, schema: Schema, key: Field, top: Shelf) -> None:
        """Keep the targets, and what selects the keys of each."""
        paths = {one.name: JsonPath(_DOCUMENT, *one.path) for one in schema.fields if one != key}
        number = schema.fields.index(key)
        tables = sa.select(top.table.c[_column(key)])
        classes = sa.select(getattr(top.mapped, f"a{number}"))
        self._targets = [
            _prepared(schema, top.table, top.in_tables, tables),
            _prepared(schema, top.mapped, top.in_classes, classes),
            _prepared(schema, top.table, paths, tables),
        ]

    def _answers(self, where: Expression, asked: _Asked) -> Iterator[set[Anything]]:
        connection, condition = connected(self._database), compile(where, asked.target)
        yield set(connection.scalars(asked.statement.where(condition)))
        yield set(connection.scalars(*asked.prepared(where)))
        everything = set(connection.scalars(asked.statement))
        yield everything - set(connection.scalars(asked.statement.where(~condition)))

    def _fill(
        self,
        connection: sa.Connection,
        building: _Building,
        top: Shelf,
        schema: Schema,
        documents: Iterable[Mapping[str, Anything]],
    ) -> None:
        numbers = count(1)
        for one in documents:
            top.put(schema.load(one), numbers)[_DOCUMENT] = json.loads(as_stored(schema, one))
        for shelf in _all(top):
            if shelf.rows:
                connection.execute(shelf.table.insert(), shelf.rows)


def _all(shelf: Shelf) -> Iterator[Shelf]:
    yield shelf
    for below in shelf.below.values():
        yield from _all(below)


@dataclass(frozen=True)
class _Asked:
    target: SqlAlchemyTarget
    statement: sa.Select[Anything]
    prepared: Anything


def _prepared(
    schema: Schema, table: Anything, columns: Mapping[str, Anything], statement: sa.Select[Anything]
) -> _Asked:
    made = cast(SqlAlchemyTarget, target("sqlalchemy", schema, table=table, columns=columns))
    return _Asked(made, statement, made.prepare(statement))
