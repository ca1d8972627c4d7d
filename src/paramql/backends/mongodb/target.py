"""Where a schema's fields live in documents, checked when made; and documents made of typed records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from paramql.ast import Scalar
from paramql.backends.mongodb.order import Stage, order_by, position
from paramql.backends.mongodb.spot import Spot, Spots, listed, reached, storage_of
from paramql.backends.places import Column, Place, Rows, SchemaLike, Target
from paramql.declarations import SortKey
from paramql.declare import Field, ListOf, Record

Given: TypeAlias = Mapping[str, Place | str]
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
        return self.spots[name].path

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
    spots, places = _placed(schema.fields, columns or {}, "")
    return MongoTarget("mongodb", schema, table, places, spots)


def _placed(fields: Iterable[Field], given: Given, within: str) -> tuple[Spots, dict[str, Place]]:
    known = {field.name: field for field in fields}
    if unknown := given.keys() - known.keys():
        where = f"the columns of {within!r} name" if within else "columns names"
        raise ValueError(f"{where} no fields: {listed(unknown)}; there are {listed(known)}")
    spots: dict[str, Spot] = {}
    places: dict[str, Place] = {}
    for name, field in known.items():
        place = given.get(name, name)
        spots[name], places[name] = _spot(field, Column(place) if isinstance(place, str) else place, within)
    return spots, places


def _spot(field: Field, place: Place, within: str) -> tuple[Spot, Place]:
    name = f"{within}.{field.name}" if within else field.name
    if isinstance(place, Rows):
        return _array(field, place, name)
    if place.table:
        raise ValueError(f"{name!r}: a document has no tables; leave table= out")
    keys = tuple(place.name.split(".")) if isinstance(place, Column) else (place.column, *place.keys)
    return Spot(field, _checked(name, keys), storage_of(field, place.storage)), place


def _array(field: Field, rows: Rows, name: str) -> tuple[Spot, Place]:
    if not isinstance(field.type, ListOf) or not isinstance(field.type.of, Record):
        raise ValueError(f"{name!r} is no list of records; it lives in a Column or a JsonPath, not in Rows")
    if rows.link:
        raise ValueError(f"the Rows of {name!r} stand in the document itself: leave their link empty")
    members, places = _placed(field.type.of.fields, rows.columns, name)
    spot = Spot(field, _checked(name, tuple(rows.table.split("."))), None, members)
    return spot, Rows(rows.table, {}, places)


def _checked(name: str, keys: tuple[str, ...]) -> tuple[str, ...]:
    for key in keys:
        if not key or key.startswith("$") or "." in key or "\0" in key:
            raise ValueError(f"{name!r} cannot live under the key {key!r}: MongoDB gives it another meaning, or none")
    return keys


def _document(spots: Iterable[Spot], record: Mapping[str, Any]) -> Document:
    document: Document = {}
    for spot in spots:
        if (value := reached(record, spot.field.path)) is not None:
            _put(document, spot.keys, _stored(spot, value))
    return document


def _stored(spot: Spot, value: Any) -> Any:
    if not isinstance(spot.field.type, ListOf):
        return spot.scalars.encode(value)
    elements = [element for element in value if element is not None]
    if isinstance(spot.field.type.of, Record):
        return [_document(spot.inner, element) for element in elements]
    return [spot.scalars.encode(element) for element in elements]


def _put(document: Document, keys: tuple[str, ...], value: Any) -> None:
    for key in keys[:-1]:
        document = document.setdefault(key, {})
    document[keys[-1]] = value
