"""Where a schema's fields live in documents, checked when made; and documents made of typed records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from paramql.ast import Scalar
from paramql.backends.mongodb.order import Stage, order_by, position
from paramql.backends.mongodb.spot import LAYOUT, MongoSpot, Spots, path_of
from paramql.backends.nested import Given, places, put, reached
from paramql.backends.places import SchemaLike, Target
from paramql.declarations import SortKey
from paramql.declare import ListOf

Document: TypeAlias = dict[str, Any]


@dataclass(frozen=True, eq=False)
class MongoTarget(Target):
    """A target in a collection. `document` is for hosts that write documents too, `path` for their indexes."""

    spots: Spots

    def document(self, record: Mapping[str, Any]) -> Document:
        """The document to store for a typed record (as `Schema.load` makes it); what has no value is left out."""
        return _document(self.spots.values(), record)

    def path(self, name: str) -> str:
        """Where a field lives, as indexes and projections spell it. Raises KeyError."""
        return path_of(self.spots[name])

    def order_by(self, order: Sequence[SortKey]) -> list[Stage]:
        """The stages of a pipeline that sort: between `$match` and `$limit`."""
        return order_by(self.spots, order)

    def position(self, row: Any, order: Sequence[SortKey]) -> tuple[Scalar | None, ...]:
        """The sort values of a document as PyMongo gives it."""
        return position(self.spots, row, order)


def make_target(schema: SchemaLike, *, table: str | None = None, columns: Given | None = None) -> MongoTarget:
    """A target whose every field has a place: the one given, or nested keys as its name says.

    table: the name of the collection. columns: places by field name: a dotted path, `Column(path, storage=...)`,
    `JsonPath(key, key, ...)`; for a list of records with places of their own `Rows(path, {}, columns)`. The storage of
    a list of scalars is that of its elements. Raises ValueError, saying what to change.
    """
    spots = LAYOUT.spots(schema.fields, columns or {})
    return MongoTarget("mongodb", schema, table, places(spots), spots)


def _document(spots: Iterable[MongoSpot], record: Mapping[str, Any]) -> Document:
    document: Document = {}
    for spot in spots:
        if (value := reached(record, spot.field.path)) is not None:
            put(document, spot.keys, _stored(spot, value))
    return document


def _stored(spot: MongoSpot, value: Any) -> Any:
    if not isinstance(spot.field.type, ListOf):
        return spot.scalars.encode(value)
    elements = [element for element in value if element is not None]
    if spot.members:
        return [_document(spot.members.values(), element) for element in elements]
    return [spot.scalars.encode(element) for element in elements]
