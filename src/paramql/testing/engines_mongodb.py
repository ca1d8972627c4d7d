"""MongoDB as an engine: the server that a variable names, or SecantusDB, started in this process."""

from __future__ import annotations

import atexit
import functools
import itertools
import os
import tempfile
from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING
from typing import Any as Anything

from paramql.backends.mongodb import compile, make_target
from paramql.backends.mongodb.spot import MongoSpot
from paramql.backends.nested import reached
from paramql.backends.places import Column, Place, Rows
from paramql.declarations import SortKey
from paramql.declare import Expression, Field, ListOf, Record
from paramql.schema import Schema
from paramql.testing.engine import key_of
from paramql.types import DateTime, Misfit

if TYPE_CHECKING:
    from pymongo import MongoClient

URI = "PARAMQL_MONGODB_URI"
DATABASE = f"paramql_tests_{os.getpid()}"
_numbers = itertools.count()


def missing() -> str | None:
    """Why no server can be had here; None where one can."""
    lacking = [name for name in ("pymongo", "secantus") if not find_spec(name)]
    if not lacking or (URI in os.environ and "pymongo" not in lacking):
        return None
    return f"MongoDB: install {' and '.join(lacking)} (pip install 'paramql[test]'), or name a server in {URI}"


@functools.cache
def client() -> MongoClient[dict[str, Anything]]:
    """A connection to the server that `PARAMQL_MONGODB_URI` names; without it, to one that this process has started."""
    from pymongo import MongoClient

    connected: MongoClient[dict[str, Anything]] = MongoClient(os.environ.get(URI) or _started(), tz_aware=True)
    atexit.register(connected.close)
    atexit.register(connected.drop_database, DATABASE)
    return connected


def _started() -> str:
    """Start SecantusDB. It refuses long patterns, as a server that strangers reach should; the limit is lifted here."""
    import secantus.query  # type: ignore[import-untyped]

    secantus.query._MAX_REGEX_PATTERN_LEN = 100_000  # noqa: SLF001 - there is no setting
    folder = tempfile.TemporaryDirectory(prefix="paramql-")
    server = secantus.SecantusDBServer(storage_path=folder.name)
    server.__enter__()
    atexit.register(folder.cleanup)
    atexit.register(server.__exit__, None, None, None)
    return str(server.uri)


class MongoEngine:
    """A collection of documents. Instants of microseconds are stored as integers, since a BSON date has no such."""

    name = "mongodb"

    def __init__(self) -> None:
        self._held: tuple[object, object] = (None, None)
        self._name = f"records{next(_numbers)}"

    def load(self, schema: Schema, documents: Iterable[Mapping[str, Anything]]) -> None:
        """Fill the collection, unless it holds just these documents; values that do not fit stay in their place."""
        if self._held[0] is schema and self._held[1] is documents:
            return
        self._held = schema, documents
        self._key = SortKey(key_of(schema))
        self._target = make_target(schema, columns=exact_places(schema.fields))
        self._collection = client()[DATABASE][self._name]
        self._collection.drop()
        if many := [as_stored(self._target.spots.values(), document) for document in documents]:
            self._collection.insert_many(many)

    def select(self, where: Expression) -> set[Anything]:
        """The keys, by a find."""
        found = self._collection.find(compile(where, self._target), {self._target.path(self._key.field.name): True})
        return {self._target.position(document, [self._key])[0] for document in found}


def exact_places(fields: Iterable[Field]) -> dict[str, Place]:
    """Places for the fields whose default storage is coarser than their type."""
    return {field.name: place for field in fields if (place := _place(field))}


def _place(field: Field) -> Place | None:
    of = field.type.of if isinstance(field.type, ListOf) else field.type
    if isinstance(of, Record):
        return Rows(field.name, {}, exact_places(of.fields))
    return Column(field.name, storage="epoch_us") if isinstance(of, DateTime) and of.precision == "us" else None


def as_stored(spots: Iterable[MongoSpot], document: Mapping[str, Anything]) -> dict[str, Anything]:
    """A JSON document, or a typed record, with its values as BSON has them, and its misfits as they came."""
    stored: dict[str, Anything] = bson_of(document)
    for spot in spots:
        if (value := reached(document, spot.field.path)) is not None:
            inner = stored
            for key in spot.field.path[:-1]:
                inner = inner[key]
            inner[spot.field.path[-1]] = _stored(spot, value)
    return stored


def _stored(spot: MongoSpot, value: Anything) -> Anything:
    if not isinstance(spot.field.type, ListOf):
        return _scalar(spot, value)
    return [_element(spot, item) for item in value] if isinstance(value, list) else bson_of(value)


def _element(spot: MongoSpot, item: Anything) -> Anything:
    if spot.storage:
        return _scalar(spot, item)
    return as_stored(spot.members.values(), item) if isinstance(item, Mapping) else bson_of(item)


def _scalar(spot: MongoSpot, value: Anything) -> Anything:
    try:
        return spot.scalars.encode(spot.type.load(value))
    except Misfit:
        is_taken = spot.scalars.name == "epoch_us" and isinstance(value, int)
        return str(value) if is_taken else bson_of(value)


def bson_of(value: Anything) -> Anything:
    """A value of JSON as BSON has it: an integer beyond 64 bits is a double there."""
    match value:
        case Mapping():
            return {key: bson_of(member) for key, member in value.items()}
        case list():
            return [bson_of(item) for item in value]
        case int() if not -(2**63) <= value < 2**63:
            return float(value)
        case _:
            return value
