"""The columns of a frame, and the fields of structs in them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from paramql.backends.nested import Layout, Spot
from paramql.backends.places import Column, JsonPath, Place
from paramql.backends.polars.storage import STORAGES, Storage

PolarsSpot: TypeAlias = Spot[Storage]
Spots: TypeAlias = Mapping[str, PolarsSpot]


def _keys(name: str, place: Place) -> tuple[str, ...]:
    match place:
        case Column(column):
            keys: tuple[str, ...] = (column,)
        case JsonPath(column, below):
            keys = (column, *below)
        case _:
            keys = tuple(place.table.split("."))
    if not all(keys):
        raise ValueError(f"{name!r} needs a column, and fields of structs, that have names")
    return keys


LAYOUT = Layout("polars", STORAGES, _keys)
