"""Fields that get in each other's way: in one column, or in columns that the rows of a page have under one name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from paramql.backends.places import Column, Place, Rows
from paramql.declare import Field


def check_alone(table: str | None, places: Mapping[str, Place]) -> None:
    """Raise ValueError where two fields live in one column: whoever wrote one would overwrite the other."""
    known: dict[tuple[str | None, str], str] = {}
    for name, place in places.items():
        if isinstance(place, Rows):
            check_alone(place.table, complete(place))
        elif isinstance(place, Column):
            other = known.setdefault((place.table or table, place.name), name)
            if other != name:
                raise ValueError(f"{other!r} and {name!r} live in one column, {place.name!r}: give each one of its own")


def complete(rows: Rows) -> Mapping[str, Place]:
    """The columns of checked rows."""
    return {name: place for name, place in rows.columns.items() if not isinstance(place, str)}


def check_read(fields: Iterable[Field], table: str | None, places: Mapping[str, Place]) -> None:
    """Raise ValueError where two sort values are of columns of one name in different tables: a row has one of them."""
    known: dict[str, tuple[str | None, str]] = {}
    for field in fields:
        place = places[field.name]
        if isinstance(place, Rows) or not (field.sortable or field.unique):
            continue
        column, home = place.name if isinstance(place, Column) else place.column, place.table or table
        other_home, other = known.setdefault(column, (home, field.name))
        if other_home != home:
            raise ValueError(
                f"{other!r} and {field.name!r} are sorted by columns of one name in two tables, {column!r}, of which a "
                "row has one: leave sortable=True out of one, or join a view that has its column under another name"
            )
