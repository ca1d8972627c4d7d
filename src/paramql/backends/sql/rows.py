"""Records as the rows of a target, by the same encoders as parameters; and the tables that take them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from paramql.backends.places import Column, JsonPath, Place, Rows
from paramql.backends.sql.dialect import Dialect
from paramql.backends.sql.scope import chosen, default_list
from paramql.backends.sql.storage import dumped
from paramql.declare import Field, ListOf, Record
from paramql.types import Type

if TYPE_CHECKING:
    from paramql.backends.sql.target import SqlTarget

# The longest name of an index that every engine takes.
_NAME = 60

Row: TypeAlias = dict[str, object]
Placed: TypeAlias = list[tuple[Field, Place]]


def row(target: SqlTarget, record: object) -> Row:
    """The columns of the target's own table; those of joined tables and child rows are left out."""
    return _row(target.dialect, own(placed(target.schema.fields, target.places), target.table), record)


def children(target: SqlTarget, record: object) -> dict[str, list[Row]]:
    """The rows of each child table, at any depth."""
    found: dict[str, list[Row]] = {}
    fields = placed(target.schema.fields, target.places)
    _add_children(target.dialect, fields, record, row(target, record), found)
    return found


def create(target: SqlTarget) -> list[str]:
    """Statements for the table and its child tables, which take `row` and `children`."""
    if target.table is None:
        raise ValueError("the target has no table to create: name it with table=")
    fields = own(placed(target.schema.fields, target.places), target.table)
    key = target.schema.key
    return list(_tables(target.dialect, target.table, fields, {}, key.name if key else None))


def placed(fields: Iterable[Field], places: Mapping[str, Place | str]) -> Placed:
    """Each field with its place."""
    return [(field, cast(Place, places[field.name])) for field in fields]


def own(fields: Placed, table: str | None) -> Placed:
    """Without the columns of other tables."""
    return [(field, place) for field, place in fields if isinstance(place, Rows) or place.table in (None, table)]


def members(field: Field) -> tuple[Field, ...]:
    """The fields of a list's element."""
    of = cast(ListOf, field.type).of
    return of.fields if isinstance(of, Record) else (field.element,)


def at(field: Field, record: object) -> Any:
    """The value of a field in a nested record, None where there is none."""
    value = record
    for key in field.path:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def elements(field: Field, record: object) -> list[Any]:
    """The elements of a list; a null is none."""
    return [element for element in at(field, record) or () if element is not None]


# --- rows


def _row(dialect: Dialect, fields: Placed, record: object) -> Row:
    found: Row = {}
    documents: dict[str, object] = {}
    for field, place in fields:
        if isinstance(place, Column):
            found[place.name] = _stored(dialect, field, place.storage, record)
        elif isinstance(place, JsonPath):
            value = document(dialect, field, place.storage, record)
            documents[place.column] = _grown(documents.get(place.column), place.keys, value)
    return found | {column: None if value is None else dumped_object(value) for column, value in documents.items()}


def dumped_object(value: object) -> str:
    """A JSON document as text."""
    return dumped(cast("list[object]", value))


def _stored(dialect: Dialect, field: Field, storage: str | None, record: object) -> object:
    """What a column holds."""
    if not isinstance(field.type, ListOf):
        value = at(field, record)
        return None if value is None else chosen(dialect.columns, field, storage).encode(field.type, value)
    if at(field, record) is None:
        return None
    if (storage or default_list(dialect, field)) == dialect.native:
        element = chosen(dialect.columns, field.element, None)
        return [element.encode(cast(Type, field.type.of), value) for value in elements(field, record)]
    return dumped_object(document(dialect, field, None, record))


def document(dialect: Dialect, field: Field, storage: str | None, record: object) -> Any:
    """What stands for a value in a JSON document; None where there is none."""
    value = at(field, record)
    if value is None:
        return None
    if not isinstance(field.type, ListOf):
        return chosen(dialect.documents, field, storage).document(field.type, value)
    if isinstance(field.type.of, Record):
        return [_object(dialect, field.type.of.fields, element) for element in elements(field, record)]
    return [document(dialect, field.element, None, element) for element in elements(field, record)]


def _object(dialect: Dialect, fields: Iterable[Field], record: object) -> object:
    grown: object = {}
    for field in fields:
        grown = _grown(grown, field.path, document(dialect, field, None, record))
    return grown


def _grown(tree: object, keys: tuple[str, ...], value: object) -> object:
    """The document with a value put at its keys; nothing is put where there is none."""
    if value is None:
        return tree
    if not keys:
        return value
    below = dict(tree) if isinstance(tree, Mapping) else {}
    below[keys[0]] = _grown(below.get(keys[0]), keys[1:], value)
    return below


def _add_children(dialect: Dialect, fields: Placed, record: object, parent: Row, found: dict[str, list[Row]]) -> None:
    for field, rows in fields:
        if not isinstance(rows, Rows):
            continue
        inside = placed(members(field), rows.columns)
        links = {child: _linked(field, parent, column) for child, column in rows.link.items()}
        table = found.setdefault(rows.table, [])
        for element in elements(field, record):
            child = _row(dialect, inside, element) | links
            table.append(child)
            _add_children(dialect, inside, element, child, found)


def _linked(field: Field, parent: Row, column: str) -> object:
    if column in parent:
        return parent[column]
    raise ValueError(f"the Rows of {field.name!r} are linked to the column {column!r}, which no field is stored in")


# --- tables


def _tables(dialect: Dialect, table: str, fields: Placed, links: Mapping[str, str], key: str | None) -> Iterator[str]:
    declared = dict(_declared(dialect, fields, key))
    columns = {**{child: kind for child, kind in links.items() if child not in declared}, **declared}
    body = ", ".join(f"{dialect.quoted(name)} {declaration}" for name, declaration in columns.items())
    yield f"CREATE TABLE {dialect.quoted(table)} ({body})"
    if links:
        index = dialect.quoted(f"{table}_{'_'.join(links)}"[:_NAME])
        yield f"CREATE INDEX {index} ON {dialect.quoted(table)} ({', '.join(map(dialect.quoted, links))})"
    for field, rows in fields:
        if isinstance(rows, Rows):
            kinds = {child: _plain(field, fields, links, column, dialect) for child, column in rows.link.items()}
            yield from _tables(dialect, rows.table, placed(members(field), rows.columns), kinds, None)


def _declared(dialect: Dialect, fields: Placed, key: str | None) -> Iterator[tuple[str, str]]:
    for field, place in fields:
        if isinstance(place, Column):
            yield place.name, _declaration(dialect, field, place.storage, field.name == key)
        elif isinstance(place, JsonPath):
            yield place.column, dialect.json_column + _check(dialect, place.column)


def _declaration(dialect: Dialect, field: Field, storage: str | None, is_key: bool) -> str:
    required = " NOT NULL" if field.required else ""
    return _kind(dialect, field, storage, is_key) + required + (" PRIMARY KEY" if is_key else "")


def _check(dialect: Dialect, column: str) -> str:
    return f" CHECK ({dialect.json_check.format(dialect.quoted(column))})" if dialect.json_check else ""


def _kind(dialect: Dialect, field: Field, storage: str | None, is_key: bool) -> str:
    """The type of a column."""
    if not isinstance(field.type, ListOf):
        declared = chosen(dialect.columns, field, storage).declared(field.type)
        return dialect.key_column(declared) if is_key else declared
    if (storage or default_list(dialect, field)) == dialect.native:
        return dialect.array_of(chosen(dialect.columns, field.element, None).declared(cast(Type, field.type.of)))
    return dialect.json_column


def _plain(field: Field, fields: Placed, links: Mapping[str, str], column: str, dialect: Dialect) -> str:
    """The type of a parent's column, for the child's column that is linked to it."""
    for other, place in fields:
        if isinstance(place, Column) and place.name == column:
            return _kind(dialect, other, place.storage, True)
    if column in links:
        return links[column]
    raise ValueError(f"the Rows of {field.name!r} are linked to the column {column!r}, which no field is stored in")
