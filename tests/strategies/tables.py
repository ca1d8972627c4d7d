"""Rows in the tables of any SQL database: columns, documents, child rows, in every storage, names drawn to hurt."""

from __future__ import annotations

import json
from collections.abc import Sequence
from random import Random
from typing import Any as Anything

import paramql as pq
from paramql.backends.places import Column, JsonPath, Place, Rows
from paramql.declare import Expression, Field, ListOf, Record
from paramql.testing.databases import Database
from paramql.testing.engines_sql import sql_target
from paramql.types import Type
from strategies.rows import Row

STYLES = ("columns", "document", "rows", "lists as JSON", "document and rows")
NAMES = ['we"ird', "back`tick", "per%cent", "what?", ":x", "$1", "se lect", "Å", "semi;--", "dot.ted", "it's", "{0}"]
KEYS = ["with space", "dot.ted", "it's", "Å", "$", "[0]", "*", "key", "#", "a-b", "%s", "?", "\\", 'q"q', "{0}", "{v}"]
TABLE = "main t%s"


class Tables:
    """The rows of a schema in a database, in one style, under names drawn to hurt."""

    def __init__(
        self,
        database: Database,
        schema: pq.Schema,
        drawn: Sequence[Row],
        style: str,
        rng: Random,
        *,
        named: str = "",
    ) -> None:
        assert schema.key is not None
        self.database, self.schema, self.key, self.rng, self.style = database, schema, schema.key, rng, style
        self.hint = ""
        self.name = f"{named or database.name}, {style}"
        self.above = (rng.choice(_keys(database.name)),) if rng.random() < 0.5 else ()
        self.dialect = sql_target(database.name, schema).dialect
        self.unfit = {"epoch_s"} if all(map(_is_short, drawn)) else {"epoch_s", "nopad_bin"}
        places = {field.name: self._place(number, field) for number, field in enumerate(schema.fields)}
        self.target = sql_target(database.name, schema, table=TABLE, columns=places)
        database.clear()
        with database.together():
            for statement in self.target.create():
                database.run(statement)
            self._write(drawn)

    def select(self, where: Expression) -> set[Anything]:
        """The keys of the selected rows."""
        condition = pq.compile(where, self.target)
        text = (
            f"SELECT {self.database.quoted('key')} FROM {self.database.quoted(TABLE)}{self.hint} WHERE {condition.text}"
        )
        return {key for (key,) in self.database.rows(text, condition.params)}

    def close(self) -> None:
        """The next rows take the place of these."""

    def index(self) -> int:
        """Have an index on every column, which the engine uses whatever it costs. How many there are."""
        made = 0
        for table in [TABLE, *(place.table for place in self.target.places.values() if isinstance(place, Rows))]:
            names = columns_of(self.database, table)
            for name, part in names.items():
                made += 1
                index = f"i{made}" + ("" if self.database.name == "mariadb" else f"_{self.style[:3]}")
                what = f"{self.database.quoted(name)}{part}"
                self.database.rows(f"CREATE INDEX {index} ON {self.database.quoted(table)} ({what})")
            if self.database.name == "mariadb" and table == TABLE:
                self.hint = f" FORCE INDEX ({', '.join(f'i{number}' for number in range(1, made + 1))})"
        return made

    def _place(self, number: int, field: Field) -> Place:
        name = f"{self.rng.choice(NAMES)}{number}" if self.rng.random() < 0.3 else f"c{number}"
        if field is self.key:
            return Column("key")
        if self.style == "document" or (self.style == "document and rows" and not isinstance(field.type, ListOf)):
            return JsonPath("document", *self.above, *field.path)
        if not isinstance(field.type, ListOf):
            return Column(name, storage=self._storage(field.type))
        if self.style in ("rows", "document and rows"):
            return Rows(name, {"of parent": "key"}, self._columns(field.type))
        return Column(name, storage=self.dialect.lists[-1] if self.style == "lists as JSON" else None)

    def _columns(self, listed: ListOf) -> dict[str, Place | str]:
        """Members in columns of other names, in a document, or left to the default."""
        members = listed.of.fields if isinstance(listed.of, Record) else ()
        drawn: dict[str, Place | str] = {}
        for number, member in enumerate(members):
            if self.rng.random() < 0.5:
                drawn[member.name] = JsonPath("document", *member.path) if self.rng.random() < 0.5 else f"m{number}"
        return drawn

    def _storage(self, type_: Type) -> str | None:
        names = [name for name in self.dialect.columns[type_.word] if name not in self.unfit]
        return None if self.rng.random() < 0.5 else self.rng.choice(names)

    def _write(self, drawn: Sequence[Row]) -> None:
        records = [row.record(self.schema.fields) for row in drawn]
        written = [self.target.row(record) for record in records]
        if "document" in written[0]:
            written = [one | {"document": self._document(row)} for one, row in zip(written, drawn, strict=True)]
        below: dict[str, list[Anything]] = {TABLE: written}
        for record in records:
            for table, children in self.target.children(record).items():
                below.setdefault(table, []).extend(children)
        for table, rows in below.items():
            if rows:
                self.database.insert(table, *rows)

    def _document(self, row: Row) -> str:
        """The row as JSON, nulls and misfits in it."""

        def leaf(type_: Type, value: Anything) -> Anything:
            return next(iter(self.dialect.documents[type_.word].values())).document(type_, value)

        document = row.document(self.schema.fields, leaf)
        return json.dumps({self.above[0]: document} if self.above else document, ensure_ascii=False)


def _is_short(row: Row) -> bool:
    """Whether its texts fit the columns that MariaDB has an index on the whole of."""
    return all(len(cell) <= 255 for cell in row.cells.values() if isinstance(cell, str))


def _keys(database: str) -> list[str]:
    """DuckDB has no path to a key that is an asterisk."""
    return [key for key in KEYS if database != "duckdb" or key != "*"]


def columns_of(database: Database, table: str) -> dict[str, str]:
    """The columns that an index can have, and after each what part of it, where it cannot have the whole."""
    if database.name == "mariadb":
        found = database.rows(_WIDTHS, (table,))
        return {name: "(100)" if width and width > 100 else "" for name, width in found}
    cursor = database.connection.cursor()
    cursor.execute(f"SELECT * FROM {database.quoted(table).replace('%%', '%')} LIMIT 0")
    names = [column[0] for column in cursor.description]
    if database.name == "duckdb":
        scalars = {name for name, kind in database.rows(_KINDS, (table,)) if not kind.endswith("[]")}
        return dict.fromkeys((name for name in names if name in scalars), "")
    return dict.fromkeys(names, "")


_WIDTHS = """SELECT column_name, character_maximum_length FROM information_schema.columns
    WHERE table_schema = database() AND table_name = %s"""
_KINDS = "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = ?"
