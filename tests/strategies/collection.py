"""Rows in MongoDB: under keys drawn to hurt, in every storage, with what BSON has that is no value of any type.

The documents are written here by hand, not by the library, so that a storage is what the reference says it is.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from decimal import Decimal as Number
from random import Random
from typing import Any as Anything
from typing import TypeAlias, cast

import bson

import paramql as pq
from paramql.backends.mongodb.target import MongoTarget
from paramql.testing.engines_mongodb import DATABASE, bson_of, client
from paramql.types import Type
from strategies.rows import OMITTED, Cells, Gap, Row, put

Place: TypeAlias = pq.Column | pq.JsonPath | pq.Rows

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_KEYS = ["with space", "it's", "Å", "a$", "[0]", "*", "key", "#", "-", "%s", "?", "\\", 'q"q', "1", "_id"]
DRAWN = {"uuid": ["text", "binary"], "date": ["text", "date"], "datetime": ["date", "epoch_us"]}
_NOTHING = [
    *(bson.MinKey(), bson.MaxKey(), bson.Regex("a"), bson.Timestamp(5, 1), bson.ObjectId("5cc8d6800000000000000000")),
    *(bson.Code("a"), {"0": 1}, [], {}),
]


class Collection:
    """A collection that holds the rows of a schema, each type in one storage."""

    name = "mongodb"

    def __init__(self, schema: pq.Schema, rows: Sequence[Row], rng: Random, storages: dict[str, str]) -> None:
        assert schema.key is not None
        self._rng = rng
        self._storages = storages
        self._key = schema.key
        self.places = {field.name: self._place(field) for field in schema.fields}
        columns = cast("dict[str, Place | str]", self.places)
        self.target = cast(MongoTarget, pq.target("mongodb", schema, columns=columns))
        self._collection = client()[DATABASE]["drawn"]
        self._collection.drop()
        self._keys = {number: row.cells[schema.key.name] for number, row in enumerate(rows)}
        documents = [self._document(schema.fields, self.places, row.cells) for row in rows]
        self._collection.insert_many([{**document, "_id": number} for number, document in enumerate(documents)])

    def select(self, where: pq.Expression) -> set[Anything]:
        """The unique keys of the rows that the filter selects."""
        return {self._keys[one["_id"]] for one in self._collection.find(pq.compile(where, self.target), {"_id": True})}

    def index(self) -> None:
        """Have an index on every field."""
        for name in self.places:
            self._collection.create_index(self.target.path(name))

    def close(self) -> None:
        """Forget the rows."""
        self._collection.drop()

    # --- places

    def _place(self, field: pq.Field) -> Place:
        path = self._path(field)
        of = field.type.of if isinstance(field.type, pq.ListOf) else field.type
        if isinstance(of, pq.Record):
            return pq.Rows(".".join(path), {}, {field.name: self._place(field) for field in of.fields})
        storage = self._storages.get(of.word)
        if self._rng.random() < 0.3:
            return pq.JsonPath(*path, storage=storage)
        return pq.Column(".".join(path), storage=storage)

    def _path(self, field: pq.Field) -> tuple[str, ...]:
        chance = self._rng.random()
        if chance < 0.8:
            return field.path
        return (
            (f"{self._rng.choice(_KEYS)}~", *field.path) if chance < 0.9 else (*field.path[:-1], f"{field.path[-1]} é$")
        )

    # --- documents

    def _document(self, fields: Iterable[pq.Field], places: dict[str, Place], cells: Cells) -> dict[str, Anything]:
        grown: dict[str, Anything] = {}
        for field in sorted(fields, key=lambda field: isinstance(cells[field.name], Gap)):
            cell, keys = cells[field.name], _keys(places[field.name])
            if isinstance(cell, Gap) and cell.kind in ("hollow", "lost", "broken"):
                if len(keys) > 1:
                    grown.setdefault(keys[0], self._parent(cell, keys[1:], field))
            elif (value := self._value(field, places[field.name], cell)) is not OMITTED and _is_free(grown, keys):
                put(grown, keys, value)
        return grown

    def _parent(self, gap: Gap, keys: Sequence[str], field: pq.Field) -> Anything:
        """What stands where an object should; an array of such is none."""
        if gap.kind != "broken":
            return {} if gap.kind == "hollow" else None
        below: dict[str, Anything] = {}
        put(below, keys, self._right(field))
        return self._rng.choice(["broken", [below], [[below]], 5])

    def _value(self, field: pq.Field, place: Place, cell: Anything) -> Anything:
        if isinstance(cell, Gap):
            return self._gap(field, cell)
        if not isinstance(field.type, pq.ListOf):
            return self._scalar(field.type, cell)
        if isinstance(of := field.type.of, Type):
            elements = [
                self._gap(field.element, one) if isinstance(one, Gap) else self._scalar(of, one) for one in cell
            ]
        else:
            places = cast("dict[str, Place]", cast(pq.Rows, place).columns)
            elements = [one if isinstance(one, Gap) else self._document(of.fields, places, one) for one in cell]
            elements = [self._no_record(one) if isinstance(one, Gap) else one for one in elements]
        return [one for one in elements if one is not OMITTED]

    def _gap(self, field: pq.Field, gap: Gap) -> Anything:
        if gap.kind != "misfit":
            return None if gap.kind == "null" else OMITTED
        return self._rng.choice([self._misfit(field, gap), self._rng.choice(_NOTHING), self._wrapped(field)])

    def _misfit(self, field: pq.Field, gap: Gap) -> Anything:
        """As it came, but for what is a value in this storage."""
        value = bson_of(gap.misfit)
        is_moment = not isinstance(field.type, pq.ListOf) and field.type.word == "datetime"
        return str(value) if is_moment and type(value) is int else value

    def _wrapped(self, field: pq.Field) -> Anything:
        """A list where a scalar is declared."""
        return "no list" if isinstance(field.type, pq.ListOf) else [self._right(field)]

    def _no_record(self, gap: Gap) -> Anything:
        return None if gap.kind == "null" else self._rng.choice([bson_of(gap.misfit), [[]], [{}], 5, "x"])

    def _right(self, field: pq.Field) -> Anything:
        values = {"text": "a", "integer": 0, "float": 0.0, "boolean": True, "uuid": str(uuid.UUID(int=0))}
        return values.get(cast(Type, field.type).word, 1)

    def _scalar(self, type_: Type, value: Anything) -> Anything:
        match value, self._storages.get(type_.word):
            case dt.datetime(), "epoch_us":
                since = value - _EPOCH
                return (since.days * 86400 + since.seconds) * 1_000_000 + since.microseconds
            case dt.datetime(), _:
                return value
            case dt.date(), "date":
                return dt.datetime(value.year, value.month, value.day, tzinfo=dt.UTC)
            case dt.date(), _:
                return value.isoformat()
            case Number(), _:
                return self._rng.choice([bson.Decimal128(value), bson.Decimal128(f"{value:f}")])
            case str(), "binary":
                return bson.Binary(uuid.UUID(value).bytes, 4)
            case float(), _:
                is_small = value.is_integer() and abs(value) < 2**53 and str(value) != "-0.0"
                return int(value) if is_small and self._rng.random() < 0.2 else value
            case _:
                return value


def _keys(place: Place) -> tuple[str, ...]:
    match place:
        case pq.JsonPath(column, keys):
            return (column, *keys)
        case pq.Column(name):
            return tuple(name.split("."))
        case pq.Rows(table):
            return tuple(table.split("."))


def _is_free(document: Anything, keys: Sequence[str]) -> bool:
    """Whether the way there is made of objects."""
    for key in keys[:-1]:
        if key not in document:
            return True
        document = document[key]
        if not isinstance(document, dict):
            return False
    return True
