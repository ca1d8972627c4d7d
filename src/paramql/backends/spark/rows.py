"""Records as rows of Spark's, structs and arrays in them, and the columns of tables that take them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any as Anything
from typing import TypeAlias

from paramql.backends.nested import put
from paramql.backends.places import Column, JsonPath, Place, Rows
from paramql.backends.spark.dialect import DIALECT
from paramql.backends.sql.rows import Placed, at, elements, members, placed
from paramql.backends.sql.scope import chosen
from paramql.declare import Field, ListOf, Record

Row: TypeAlias = dict[str, Anything]
Given: TypeAlias = Mapping[str, "Place | str"]


def in_structs(fields: Iterable[Field], given: Given) -> dict[str, Place | str]:
    """The places that are given, and for names with dots those in structs."""
    found = dict(given)
    for field in fields:
        place = found.get(field.name)
        if isinstance(place, Rows) and isinstance(field.type, ListOf):
            found[field.name] = Rows(place.table, place.link, in_structs(members(field), place.columns))
        elif place is None and len(field.path) > 1:
            found[field.name] = JsonPath(*field.path)
    return found


def row(fields: Placed, record: object) -> Row:
    """The columns of a record; those of child tables are left out."""
    found: Row = {}
    for field, place in fields:
        value = None if isinstance(place, Rows) else at(field, record)
        if value is not None:
            put(found, _keys(place), _stored(field, _storage(place), value))
    return found


def _stored(field: Field, storage: str | None, value: Anything) -> Anything:
    if not isinstance(field.type, ListOf):
        return chosen(DIALECT.columns, field, storage).document(field.type, value)
    items = [item for item in value if item is not None]
    if isinstance(field.type.of, Record):
        return [row(_inside(field), item) for item in items]
    return [_stored(field.element, None, item) for item in items]


def children(fields: Placed, record: object, parent: Row) -> Iterator[tuple[str, Row]]:
    """The rows of child tables, at any depth, each with the name of its table."""
    for field, place in fields:
        if isinstance(place, Rows):
            inside = placed(members(field), place.columns)
            links = {child: _linked(field, parent, column) for child, column in place.link.items()}
            for element in elements(field, record):
                found = row(inside, element) | links
                yield place.table, found
                yield from children(inside, element, found)


def schemas(table: str, fields: Placed, links: Mapping[str, str] | None = None) -> Iterator[tuple[str, str]]:
    """The columns of each table, as DDL declares them."""
    tree: dict[str, Anything] = {}
    for field, place in fields:
        if not isinstance(place, Rows):
            put(tree, _keys(place), _kind(field, _storage(place)))
    tree = {**(links or {}), **tree}
    yield table, ", ".join(f"{DIALECT.quoted(name)} {_struct(kind)}" for name, kind in tree.items())
    for field, place in fields:
        if isinstance(place, Rows):
            kinds = {child: _linked(field, tree, column) for child, column in place.link.items()}
            yield from schemas(place.table, placed(members(field), place.columns), kinds)


def _kind(field: Field, storage: str | None) -> str:
    """The type of a column, or of a member of a struct."""
    if not isinstance(field.type, ListOf):
        return chosen(DIALECT.columns, field, storage).declared(field.type)
    if not isinstance(field.type.of, Record):
        return f"ARRAY<{chosen(DIALECT.columns, field.element, None).declared(field.type.of)}>"
    tree: dict[str, Anything] = {}
    for one, place in _inside(field):
        put(tree, _keys(place), _kind(one, None))
    return f"ARRAY<{_struct(tree)}>"


def _struct(kind: Anything) -> str:
    if not isinstance(kind, dict):
        return str(kind)
    return f"STRUCT<{', '.join(f'{DIALECT.quoted(name)}: {_struct(inner)}' for name, inner in kind.items())}>"


def _inside(field: Field) -> Placed:
    """The members of a struct, where their names say."""
    return [(one, JsonPath(*one.path)) for one in members(field)]


def _keys(place: Place) -> tuple[str, ...]:
    assert not isinstance(place, Rows)
    return (place.name,) if isinstance(place, Column) else (place.column, *place.keys)


def _storage(place: Place) -> str | None:
    """The storage of a scalar; those of a list's elements are the default ones."""
    assert not isinstance(place, Rows)
    return place.storage


def _linked(field: Field, parent: Mapping[str, Anything], column: str) -> Anything:
    if column in parent:
        return parent[column]
    raise ValueError(f"the Rows of {field.name!r} are linked to the column {column!r}, which no field is stored in")
