"""Where rows may live in SQLite: columns, JSON documents, child rows, in every storage, under names drawn to hurt.

The rows are written here by hand, not by the library, so that a storage is what the reference says it is.
"""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from decimal import Decimal as Number
from itertools import count
from random import Random
from typing import Any as Anything
from typing import Literal, TypeAlias, cast

import paramql as pq
from paramql.types import Type
from strategies.rows import OMITTED, PARENTS, Cells, Gap, Row, as_json, dumped, put, told_value

Place: TypeAlias = pq.Column | pq.JsonPath | pq.Rows
Style: TypeAlias = Literal["columns", "document", "rows", "mixed", "bare"]
STYLES: tuple[Style, ...] = ("columns", "document", "rows", "mixed", "bare")

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_NAMES = ['we"ird', "back`tick", "per%cent", "what?", ":x", "$1", "se lect", "Å", "semi;--", "dot.ted", "it's", "{0}"]
_KEYS = ["with space", "dot.ted", "it's", "Å", "$", "[0]", "*", "k y", "#", "-", "%s", "?", "\\", 'q"q']
_PARAMSTYLES = ["qmark", "qmark", "named"]
_DECLARED = {"integer": "INTEGER", "decimal": "INTEGER", "boolean": "INTEGER", "float": "REAL"}


def in_column(type_: Type, storage: str | None, value: Anything) -> Anything:
    """A value as a column holds it."""
    match value:
        case dt.datetime() if storage in ("epoch_us", "epoch_s"):
            return _micros(value) // (1 if storage == "epoch_us" else 1_000_000)
        case dt.datetime():
            return value.replace(tzinfo=None).isoformat(timespec="microseconds") + "Z"
        case dt.date():
            return value.isoformat()
        case Number() if storage == "text":
            return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"
        case Number():
            return int(value.scaleb(cast(pq.Decimal, type_).scale))
        case bool():
            return int(value)
        case _:
            return value


def in_document(type_: Type, value: Anything) -> Anything:
    """A value as JSON holds it."""
    return value if isinstance(value, bool) else in_column(type_, None, value)


def _micros(value: dt.datetime) -> int:
    since = value - _EPOCH
    return (since.days * 86400 + since.seconds) * 1_000_000 + since.microseconds


class Store:
    """A database in memory that holds the rows of a schema in one style."""

    def __init__(self, schema: pq.Schema, rows: Sequence[Row], style: Style, rng: Random) -> None:
        self.name = f"sqlite, {style}"
        self._rng = rng
        self._rows = rows
        self._style = style
        self._ascii_keys = True
        self._numbers = count(1)
        self._fields = schema.fields
        self._table = self._named("main")
        assert schema.key is not None
        self._key = schema.key
        self.places = self._places(schema.fields, self._key, top=True)
        columns = cast("Mapping[str, Place | str]", self.places)
        target = pq.target("sqlite", schema, table=self._table, columns=columns, paramstyle=rng.choice(_PARAMSTYLES))
        self.target: Anything = "sqlite" if style == "bare" else target
        self._database = sqlite3.connect(":memory:")
        self._write(self._table, schema.fields, self.places, [(row.cells, {}) for row in rows])

    def select(self, where: pq.Expression) -> set[Anything]:
        """The unique keys of the rows that the condition selects."""
        sql = pq.compile(where, self.target)
        key = _quoted(cast(pq.Column, self.places[self._key.name]).name)
        query = f"SELECT {key} FROM {_quoted(self._table)} WHERE {sql.text}"
        return {found for (found,) in self._database.execute(query, sql.params)}

    def close(self) -> None:
        """Forget the rows."""
        self._database.close()

    # --- places

    def _named(self, name: str) -> str:
        number = next(self._numbers)
        return f"{self._rng.choice(_NAMES)}{number}" if self._rng.random() < 0.15 else f"{name}{number}"

    def _places(self, fields: Iterable[pq.Field], key: pq.Field | None, *, top: bool) -> dict[str, Place]:
        document = self._named("doc")
        drawn = {field.name: self._place(field, document, is_key=field is key) for field in fields}
        if not top:
            return drawn
        return self._rng.choice([drawn, dict(reversed(drawn.items()))])

    def _place(self, field: pq.Field, document: str, *, is_key: bool) -> Place:
        if self._style == "bare":
            return pq.Column(field.name or "value")
        listed = isinstance(field.type, pq.ListOf)
        wanted = self._rng.choice(STYLES[:3]) if self._style == "mixed" else self._style
        if listed and wanted == "rows":
            return self._child(field)
        if not is_key and wanted == "document":
            keys = (self._rng.choice(_KEYS), *field.path) if self._rng.random() < 0.1 else field.path
            self._ascii_keys &= all(map(str.isascii, keys))
            return pq.JsonPath(document, *(keys or ("value",)), storage=self._in_json(field))
        return pq.Column(self._named("column"), storage=self._in_column(field))

    def _child(self, field: pq.Field) -> pq.Rows:
        """A child table, linked to the key of its parent's row."""
        inside = self._places(_members(field), None, top=False)
        columns = {name: _short(place, self._rng) for name, place in inside.items()}
        return pq.Rows(self._named("child"), {"parent key": "row key"}, columns)

    def _in_column(self, field: pq.Field) -> str | None:
        if not isinstance(field.type, pq.DateTime):
            return None
        values = [row.cells.get(field.name) for row in self._rows]
        whole = field in self._fields and not any(isinstance(v, dt.datetime) and v.microsecond for v in values)
        return self._rng.choice([None, "text", "epoch_us", "epoch_s" if whole else "epoch_us"])

    def _in_json(self, field: pq.Field) -> str | None:
        return "text" if isinstance(field.type, pq.Decimal) and self._rng.random() < 0.1 else None

    # --- rows

    def _write(
        self,
        table: str,
        fields: Sequence[pq.Field],
        places: Mapping[str, Place],
        rows: Iterable[tuple[Cells, dict[str, Anything]]],
    ) -> None:
        """Create a table and its child tables, and fill them. Every row has a key of its own."""
        columns = {"row key": "INTEGER", "parent key": "INTEGER"} | dict(_declared(fields, places))
        body = ", ".join(f"{_quoted(name)} {kind}" for name, kind in columns.items())
        self._database.execute(f"CREATE TABLE {_quoted(table)} ({body})")
        below: dict[str, list[tuple[Cells, dict[str, Anything]]]] = {field.name: [] for field in fields}
        for cells, links in rows:
            stored = {"row key": next(self._numbers), **links, **self._stored(fields, places, cells)}
            self._insert(table, stored)
            for field in fields:
                if isinstance(places[field.name], pq.Rows):
                    below[field.name] += self._elements(field, cells[field.name], stored["row key"])
        self._index(table, columns)
        for field in fields:
            place = places[field.name]
            if isinstance(place, pq.Rows):
                inside = {name: pq.Column(one) if isinstance(one, str) else one for name, one in place.columns.items()}
                self._write(place.table, _members(field), inside, below[field.name])

    def _insert(self, table: str, row: Mapping[str, Anything]) -> None:
        names = ", ".join(map(_quoted, row))
        marks = ", ".join("?" * len(row))
        self._database.execute(f"INSERT INTO {_quoted(table)} ({names}) VALUES ({marks})", tuple(row.values()))

    def _index(self, table: str, columns: Iterable[str]) -> None:
        """Indexes on every column, or none."""
        if self._rng.random() < 0.5:
            for name in columns:
                index = f"index{next(self._numbers)}"
                self._database.execute(f"CREATE INDEX {index} ON {_quoted(table)} ({_quoted(name)})")

    def _elements(self, field: pq.Field, cell: Anything, key: int) -> Iterator[tuple[Cells, dict[str, Anything]]]:
        """The rows of a list's elements; a null among scalars is a row without a value, or none."""
        links = {"parent key": key}
        for element in [] if isinstance(cell, Gap) else cell:
            if isinstance(cast(pq.ListOf, field.type).of, pq.Record):
                if not isinstance(element, Gap):
                    yield element, links
            elif not isinstance(element, Gap) or self._rng.random() < 0.5:
                yield {"": element}, links

    def _stored(self, fields: Iterable[pq.Field], places: Mapping[str, Place], cells: Cells) -> dict[str, Anything]:
        found: dict[str, Anything] = {}
        documents: dict[str, Anything] = {}
        for field in sorted(fields, key=lambda field: isinstance(cells[field.name], Gap)):
            match places[field.name]:
                case pq.Column(name, _, storage):
                    found[name] = self._column(field.type, storage, cells[field.name])
                case pq.JsonPath(column, keys, _, storage):
                    _put_node(documents.setdefault(column, {}), keys, field, storage, cells[field.name])
                case pq.Rows():
                    pass
        return found | {name: self._document(document) for name, document in documents.items()}

    def _column(self, type_: Type | pq.ListOf, storage: str | None, cell: Anything) -> Anything:
        if isinstance(type_, pq.ListOf):
            value = told_value(type_, cell, in_document, as_json)
            return None if value is OMITTED or (value is None and self._rng.random() < 0.5) else self._dumped(value)
        return None if isinstance(cell, Gap) else in_column(type_, storage, cell)

    def _document(self, document: dict[str, Anything]) -> str | None:
        return self._dumped(document) if document else self._rng.choice([None, "{}", "null", "[]", "5", '"{}"'])

    def _dumped(self, value: Anything) -> str:
        return dumped(value, self._rng, ascii_keys=self._ascii_keys)


def _put_node(
    document: dict[str, Anything], keys: Sequence[str], field: pq.Field, storage: str | None, cell: Anything
) -> None:
    def written(type_: Type, value: Anything) -> Anything:
        return in_column(type_, storage, value) if storage else in_document(type_, value)

    value = told_value(field.type, cell, written, as_json)
    if value is not OMITTED and all(isinstance(node, dict) for node in _nodes(document, keys[:-1])):
        put(document, keys, value)
    elif isinstance(cell, Gap) and len(keys) > 1 and cell.kind in PARENTS:
        document.setdefault(keys[0], copy(PARENTS[cell.kind]))


def _nodes(document: Anything, keys: Sequence[str]) -> Iterator[Anything]:
    """What stands on the way already."""
    for key in keys:
        if key not in document:
            return
        document = document[key]
        yield document
        if not isinstance(document, dict):
            return


def _declared(fields: Iterable[pq.Field], places: Mapping[str, Place]) -> Iterator[tuple[str, str]]:
    for field in fields:
        match places[field.name]:
            case pq.Column(name, _, storage):
                yield name, "INTEGER" if storage in ("epoch_us", "epoch_s") else _DECLARED.get(field.type.word, "TEXT")
            case pq.JsonPath(column):
                yield column, "TEXT"
            case pq.Rows():
                pass


def _members(field: pq.Field) -> tuple[pq.Field, ...]:
    of = cast(pq.ListOf, field.type).of
    return of.fields if isinstance(of, pq.Record) else (field.element,)


def _short(place: Place, rng: Random) -> Place | str:
    """A plain column by its name alone."""
    return place.name if isinstance(place, pq.Column) and place.storage is None and rng.random() < 0.5 else place


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"
