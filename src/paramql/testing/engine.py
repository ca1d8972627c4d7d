"""Engines: what holds records and selects some of them, the same way for every backend."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib.util import find_spec
from typing import Any as Anything
from typing import Protocol, TypeAlias

from paramql.backends import compile, target
from paramql.backends.places import JsonPath, Place, Rows
from paramql.backends.sql.rows import at
from paramql.backends.sql.target import SqlTarget
from paramql.declare import Expression, Field, ListOf
from paramql.schema import Schema
from paramql.testing.documents import as_stored

Document: TypeAlias = Mapping[str, Anything]
Places: TypeAlias = Callable[[Schema], Mapping[str, Place]]

_TABLE, _DOCUMENT = "records", "document"


class Engine(Protocol):
    """What a test needs of an engine."""

    @property
    def name(self) -> str:
        """How reports call the engine."""
        ...

    def load(self, schema: Schema, documents: Iterable[Document]) -> None:
        """Hold these records and no others: JSON documents, or typed records; `schema.load` reads both.

        What stores JSON keeps values that do not fit, in their place: they must count as no value.
        """

    def select(self, where: Expression) -> set[Anything]:
        """The values of the schema's unique field in the records of which the expression is true.

        Raises `CapabilityError` where the backend refuses.
        """
        ...


def engines() -> Iterator[Engine]:
    """The engines that can be started here."""
    yield PythonEngine()
    yield SqliteEngine("sqlite")
    yield SqliteEngine("sqlite: a JSON document", in_document)
    yield SqliteEngine("sqlite: child rows", in_rows)
    if find_spec("sqlalchemy"):
        from paramql.testing.engines_sqlalchemy import SqlAlchemyEngine

        yield SqlAlchemyEngine("sqlite")


class PythonEngine:
    """Predicates over typed records: each record asked alone, and all in one loop."""

    name = "python"

    def load(self, schema: Schema, documents: Iterable[Document]) -> None:
        """Keep the records."""
        self._key = key_of(schema)
        self._records = [schema.load(document) for document in documents]

    def select(self, where: Expression) -> set[Anything]:
        """The keys. Asked three times, since a shape seen again is answered by other means; all must agree."""
        first, again = (self._keys(compile(where, "python").filter(self._records)) for _ in range(2))
        keep = compile(where, "python")
        alone = self._keys(record for record in self._records if keep(record))
        assert first == again == alone, f"{where}: {first}, then {again}, one by one {alone}"
        return first

    def _keys(self, records: Iterable[Document]) -> set[Anything]:
        return {at(self._key, record) for record in records}


class SqliteEngine:
    """SQLite in memory. `places` says where a schema's fields live; without it, each in a column of its name."""

    def __init__(self, name: str, places: Places | None = None) -> None:
        self.name = name
        self._places = places
        self._connection = sqlite3.connect(":memory:")

    def load(self, schema: Schema, documents: Iterable[Document]) -> None:
        """Make a new database, its tables and rows."""
        self._connection.close()
        self._connection = sqlite3.connect(":memory:")
        self._schema, columns = schema, self._places(schema) if self._places else {}
        self._target: SqlTarget = target("sqlite", schema, table=_TABLE, columns=columns)
        for statement in self._target.create():
            self._connection.execute(statement)
        for document in documents:
            self._insert(document)

    def select(self, where: Expression) -> set[Anything]:
        """The keys, by a SELECT."""
        key, condition = key_of(self._schema).name, compile(where, self._target)
        select = f"SELECT `{key}` FROM `{_TABLE}` WHERE {condition.text}"  # noqa: S608 - names from the schema
        return {value for (value,) in self._connection.execute(select, condition.params)}

    def _insert(self, document: Document) -> None:
        record = self._schema.load(document)
        row = self._target.row(record)
        if _DOCUMENT in row:
            row[_DOCUMENT] = as_stored(self._schema, document)
        for table, rows in {_TABLE: [row], **self._target.children(record)}.items():
            for one in rows:
                names, marks = ", ".join(f"`{name}`" for name in one), ", ".join("?" * len(one))
                insert = f"INSERT INTO `{table}` ({names}) VALUES ({marks})"  # noqa: S608 - names from the schema
                self._connection.execute(insert, tuple(one.values()))


def in_document(schema: Schema) -> dict[str, Place]:
    """Every field but the key at its path in one JSON column."""
    return {field.name: JsonPath(_DOCUMENT, *field.path) for field in schema.fields if field != schema.key}


def in_rows(schema: Schema) -> dict[str, Place]:
    """Every list as the rows of a child table; lists inside them are JSON there."""
    link = {"of_record": key_of(schema).name}
    lists = [field for field in schema.fields if isinstance(field.type, ListOf)]
    return {field.name: Rows(f"{_TABLE}_{field.name}", link) for field in lists}


def key_of(schema: Schema) -> Field:
    """The unique field. Raises ValueError where the schema has none, since `select` answers with its values."""
    if schema.key is None:
        raise ValueError("a schema under test needs a unique field: Field('id', ..., unique=True)")
    return schema.key
