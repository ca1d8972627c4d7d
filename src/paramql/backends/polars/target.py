"""Where a schema's fields live in a frame, checked when made; frames made of typed records, and their order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypedDict

import polars as pl

from paramql.ast import Scalar
from paramql.backends.nested import Given, places, put, reached
from paramql.backends.places import SchemaLike, Target
from paramql.backends.polars.emit import Scope
from paramql.backends.polars.layout import LAYOUT, PolarsSpot, Spots
from paramql.declarations import SortKey
from paramql.declare import ListOf


class Sorting(TypedDict):
    """What `DataFrame.sort` takes."""

    by: list[pl.Expr]
    descending: list[bool]
    nulls_last: bool


@dataclass(frozen=True, eq=False)
class PolarsTarget(Target):
    """A target in a frame. `frame` is for hosts that have records, `dtypes` for those that read files."""

    spots: Spots

    @property
    def dtypes(self) -> dict[str, pl.DataType]:
        """The data types of the columns."""
        return _dtypes(self.spots.values())

    def frame(self, records: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
        """A frame of typed records (as `Schema.load` makes them); what has no value is null, in lists too."""
        rows = [_row(self.spots.values(), record) for record in records]
        columns = self.dtypes.items()
        return pl.DataFrame([pl.Series(name, [row.get(name) for row in rows], dtype) for name, dtype in columns])

    def order_by(self, order: Sequence[SortKey]) -> Sorting:
        """The arguments of `DataFrame.sort` and `LazyFrame.sort`."""
        scope = Scope(self.spots)
        by = [scope.find(key.field)[1] for key in order]
        return {"by": by, "descending": [key.descending for key in order], "nulls_last": True}

    def position(self, row: Any, order: Sequence[SortKey]) -> tuple[Scalar | None, ...]:
        """The sort values of a row as `DataFrame.to_dicts` gives it."""
        return tuple(_value(self.spots[key.field.name], row) for key in order)


def make_target(schema: SchemaLike, *, table: str | None = None, columns: Given | None = None) -> PolarsTarget:
    """A target whose every field has a place: the one given, or a column, and structs in it, as its name says.

    table: what the host calls the frame. columns: places by field name: a column's name, `Column(name, storage=...)`,
    `JsonPath(column, key, ...)` for a field of structs; for a list of records with places of their own
    `Rows(column, {}, columns)`. The storage of a list of scalars is that of its elements. Raises ValueError, saying
    what to change.
    """
    spots = LAYOUT.spots(schema.fields, columns or {})
    return PolarsTarget("polars", schema, table, places(spots), spots)


def _dtypes(spots: Iterable[PolarsSpot]) -> dict[str, pl.DataType]:
    tree: dict[str, Any] = {}
    for spot in spots:
        put(tree, spot.keys, _dtype(spot))
    return {name: _struct(node) for name, node in tree.items()}


def _dtype(spot: PolarsSpot) -> pl.DataType:
    of = pl.Struct(_dtypes(spot.members.values())) if spot.members else spot.scalars.dtype(spot.type)
    return pl.List(of) if isinstance(spot.field.type, ListOf) else of


def _struct(node: Any) -> pl.DataType:
    if not isinstance(node, dict):
        return node  # type: ignore[no-any-return]
    return pl.Struct({name: _struct(inner) for name, inner in node.items()})


def _row(spots: Iterable[PolarsSpot], record: Mapping[str, Any]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for spot in spots:
        if (value := reached(record, spot.field.path)) is not None:
            put(row, spot.keys, _stored(spot, value))
    return row


def _stored(spot: PolarsSpot, value: Any) -> Any:
    if not isinstance(spot.field.type, ListOf):
        return spot.scalars.encode(spot.type, value)
    return [None if element is None else _element(spot, element) for element in value]


def _element(spot: PolarsSpot, element: Any) -> Any:
    if spot.members:
        return _row(spot.members.values(), element)
    return spot.scalars.encode(spot.type, element)


def _value(spot: PolarsSpot, row: Any) -> Scalar | None:
    if not isinstance(row, Mapping) or spot.keys[0] not in row:
        raise TypeError(f"the page needs the column {spot.keys[0]!r} of its rows by name: give it DataFrame.to_dicts()")
    value = reached(row, spot.keys)
    return None if value is None else spot.scalars.load(spot.field, value)
