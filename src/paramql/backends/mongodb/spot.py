"""Where one field lives in a document, and the paths that lead there."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from paramql.backends.mongodb.storage import STORAGES, Storage
from paramql.backends.nested import Layout, Spot
from paramql.backends.places import Column, JsonPath, Place

MongoSpot: TypeAlias = Spot[Storage]
Spots: TypeAlias = Mapping[str, MongoSpot]


def path_of(spot: MongoSpot) -> str:
    """The keys as MongoDB joins them."""
    return ".".join(spot.keys)


def parents_of(spot: MongoSpot) -> list[str]:
    """The paths of the documents that the value is nested in."""
    return [".".join(spot.keys[:end]) for end in range(1, len(spot.keys))]


def _keys(name: str, place: Place) -> tuple[str, ...]:
    match place:
        case JsonPath(column, keys):
            parts = (column, *keys)
        case _:
            parts = tuple((place.name if isinstance(place, Column) else place.table).split("."))
    for key in parts:
        if not key or key.startswith("$") or "." in key or "\0" in key:
            raise ValueError(f"{name!r} cannot live under the key {key!r}: MongoDB gives it another meaning, or none")
    return parts


LAYOUT = Layout("mongodb", STORAGES, _keys)
