"""Tables and mapped classes of SQLAlchemy's for the records of any schema, and rows for them."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any as Anything
from typing import TypeAlias, cast

import sqlalchemy as sa
from sqlalchemy.dialects import mysql, postgresql
from sqlalchemy.orm import foreign, registry, relationship

from paramql.backends.places import Rows
from paramql.backends.sql.rows import at, document, elements, members
from paramql.backends.sqlalchemy import Related
from paramql.backends.sqlite import DIALECT
from paramql.declare import Field, ListOf, Record
from paramql.types import Decimal, Type

Kinds: TypeAlias = Mapping[str, Callable[[Anything], Anything]]
DOCUMENT = "document_"
_TABLE, _NUMBER, _PARENT = "records", "number_", "parent_"

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
        return {
            one.name: Related(self.attribute(one), self.below[one.name].in_classes)
            if one.name in self.below
            else self.attribute(one)
            for one in self.fields
        }

    @property
    def all(self) -> Iterator[Shelf]:
        """This shelf and those below."""
        yield self
        for shelf in self.below.values():
            yield from shelf.all

    def attribute(self, one: Field) -> Anything:
        """The attribute of a field."""
        return getattr(self.mapped, f"a{self.fields.index(one)}")

    def put(self, record: Anything, numbers: Iterator[int], parent: int | None = None) -> dict[str, Anything]:
        """The row of a record, which is kept, after those of its lists' elements."""
        number = next(numbers)
        for name, shelf in self.below.items():
            for element in elements(self._field(name), record):
                shelf.put(element, numbers, number)
        row = {column(one): self._value(one, record) for one in self.fields if not _is_of_records(one)}
        self.rows.append({_NUMBER: number, **({} if parent is None else {_PARENT: parent}), **row})
        return self.rows[-1]

    def _value(self, one: Field, record: Anything) -> Anything:
        kind = self.table.c[column(one)].type
        if not isinstance(one.type, ListOf):
            value = at(one, record)
            return None if value is None else bound(one.type, kind, value)
        if not isinstance(kind, sa.ARRAY):
            return document(DIALECT, one, None, record)
        return [bound(cast(Type, one.type.of), kind.item_type, element) for element in elements(one, record)]

    def _field(self, name: str) -> Field:
        return next(one for one in self.fields if one.name == name)


def shelves(fields: tuple[Field, ...], metadata: sa.MetaData, database: str) -> Shelf:
    """The shelf of records, its table and those below in the metadata; types are such as the database has."""
    return _Building(metadata, database).shelf(fields)


class _Building:
    def __init__(self, metadata: sa.MetaData, database: str) -> None:
        self._metadata, self._mapping, self._names = metadata, registry(), count()
        self._kinds = {**_KINDS, **_OWN[database]}

    def shelf(self, fields: tuple[Field, ...], parent: str | None = None) -> Shelf:
        name = f"{_TABLE}{next(self._names) or ''}"
        below = {one.name: self.shelf(members(one), name) for one in fields if isinstance(one.type, ListOf)}
        table = sa.Table(name, self._metadata, *self._columns(fields, parent))
        return Shelf(fields, table, self._mapped(fields, table, below), below)

    def _columns(self, fields: tuple[Field, ...], parent: str | None) -> Iterator[sa.Column[Anything]]:
        kinds = {**self._kinds, **({} if parent is None else _INNER)}
        yield sa.Column(_NUMBER, sa.BigInteger(), primary_key=True, autoincrement=False)
        yield sa.Column(DOCUMENT, kinds["document"](None)) if parent is None else sa.Column(_PARENT, sa.BigInteger())
        for one in fields:
            if not isinstance(one.type, ListOf):
                yield sa.Column(column(one), kinds[one.type.word](one.type))
            elif not isinstance(one.type.of, Record):
                of = {**kinds, **_INNER}[one.type.of.word](one.type.of)
                yield sa.Column(column(one), kinds["list"](of))

    def _mapped(self, fields: tuple[Field, ...], table: sa.Table, below: Mapping[str, Shelf]) -> Anything:
        attributes = {f"a{number}": self._attribute(one, table, below) for number, one in enumerate(fields)}
        mapped = type(table.name, (), {})
        self._mapping.map_imperatively(mapped, table, properties=attributes)
        return mapped

    def _attribute(self, one: Field, table: sa.Table, below: Mapping[str, Shelf]) -> Anything:
        if one.name not in below:
            return table.c[column(one)]
        child = below[one.name]
        return relationship(
            child.mapped, primaryjoin=table.c[_NUMBER] == foreign(child.table.c[_PARENT]), viewonly=True, uselist=True
        )


def column(one: Field) -> str:
    """The name of a field's column."""
    return sa.sql.quoted_name(one.name or "value", quote=True)  # not every dialect knows all of its reserved words


def _is_of_records(one: Field) -> bool:
    return isinstance(one.type, ListOf) and isinstance(one.type.of, Record)
