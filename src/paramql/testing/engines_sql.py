"""SQL databases as engines: each in three styles, with columns, a JSON document, or child rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any as Anything
from typing import cast

from paramql.backends import compile, target
from paramql.backends.places import JsonPath, Place, Rows
from paramql.backends.sql.target import SqlTarget
from paramql.declare import Expression, Field, ListOf
from paramql.schema import Schema
from paramql.testing.databases import Database, opened
from paramql.testing.documents import as_stored
from paramql.testing.engine import key_of

STYLES = ("columns", "document", "rows")
TABLE, DOCUMENT = "records", "document"


class SqlEngine:
    """A table of a database, which is opened when records are first loaded. `style` says where the fields live."""

    def __init__(self, database: str, style: str = "columns") -> None:
        self.name = f"{database}, {style}"
        self._database, self._style = database, style
        self._held: tuple[object, object] = (None, None)
        self._cleared = -1

    def load(self, schema: Schema, documents: Iterable[Mapping[str, Anything]]) -> None:
        """Make the tables and fill them, unless they hold just these documents."""
        if self._held[0] is schema and self._held[1] is documents:
            return
        self._held = schema, documents
        self._schema, self._documents, self._key = schema, list(documents), key_of(schema)
        places = _PLACES[self._style](schema)
        self._target = sql_target(opened(self._database).name, schema, table=TABLE, columns=places)
        self._fill()

    def select(self, where: Expression) -> set[Anything]:
        """The keys, by a SELECT. The tables are filled again where another engine has used the database meanwhile."""
        database = opened(self._database)
        if database.cleared != self._cleared:
            self._fill()
        condition = compile(where, self._target)
        text = f"SELECT {database.quoted(self._key.name)} FROM {TABLE} WHERE {condition.text}"  # noqa: S608 - quoted
        return {key for (key,) in database.rows(text, condition.params)}

    def _fill(self) -> None:
        database = opened(self._database)
        database.clear()
        self._cleared = database.cleared
        with database.together():
            for statement in self._target.create():
                database.run(statement)
            for document in self._documents:
                self._insert(database, self._schema, document)

    def _insert(self, database: Database, schema: Schema, document: Mapping[str, Anything]) -> None:
        record = schema.load(document)
        row = self._target.row(record)
        if DOCUMENT in row:
            row[DOCUMENT] = as_stored(schema, document)
        for table, rows in {TABLE: [row], **self._target.children(record)}.items():
            if rows:
                database.insert(table, *rows)


def sql_target(name: str, schema: Schema, **options: Anything) -> SqlTarget:
    """A target of the SQL backend of a database's name."""
    return cast(SqlTarget, target(name, schema, **options))


def in_columns(schema: Schema) -> dict[str, Place]:
    """Every field in a column of its name."""
    return {}


def in_document(schema: Schema) -> dict[str, Place]:
    """Every field but the key at its path in one JSON column."""
    return {field.name: JsonPath(DOCUMENT, *field.path) for field in schema.fields if field != schema.key}


def in_rows(schema: Schema) -> dict[str, Place]:
    """Every list as the rows of a child table; lists inside them are in columns there."""
    lists: list[Field] = [field for field in schema.fields if isinstance(field.type, ListOf)]
    return {field.name: Rows(f"{TABLE}_{field.name}", {"of_record": key_of(schema).name}) for field in lists}


_PLACES: Mapping[str, Callable[[Schema], dict[str, Place]]] = {
    "columns": in_columns,
    "document": in_document,
    "rows": in_rows,
}
