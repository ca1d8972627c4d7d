"""Where the fields of a record, or of a list's element, are found in a statement."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple, Protocol, cast

from paramql.backends import CapabilityError
from paramql.backends.places import Column, JsonPath, Place, Rows
from paramql.backends.sql.dialect import Dialect, Guard, Node
from paramql.backends.sql.storage import Form, Storage, Storages
from paramql.backends.sql.text import Piece
from paramql.declare import Field, ListOf, Record
from paramql.types import Type

SCALAR_COLUMN = "value"


class Term(NamedTuple):
    """A scalar in a statement: how its bare value is written, how it is stored, what shows that it is of its type."""

    field: Field
    value: str
    storage: Storage
    guards: tuple[Guard, ...] = ()

    @property
    def type(self) -> Type:
        """The type of the value."""
        return cast(Type, self.field.type)

    @property
    def cast(self) -> str:
        """The type that SQL casts operands to."""
        return self.storage.operand(self.type)


EXISTS = "EXISTS (SELECT 1 FROM {source} WHERE {where}{end})"


class Elements(NamedTuple):
    """A list in a statement: where it is, which rows of it are elements, where their fields are; how it is asked."""

    source: str
    conditions: tuple[Piece, ...]
    scope: Scope
    some: str = EXISTS


class Scope(Protocol):
    """What finds fields."""

    def term(self, field: Field) -> Term:
        """A scalar field."""
        ...

    def elements(self, field: Field, alias: str) -> Elements:
        """A list field, whose elements the statement calls `alias`."""
        ...


@dataclass(frozen=True, slots=True)
class TableScope:
    """The columns of a table (or of its alias), by the places of a target; without places, by the fields' names."""

    dialect: Dialect
    table: str | None
    places: Mapping[str, Place] | None

    def term(self, field: Field) -> Term:
        """A scalar in a column or in a JSON document."""
        place = self._place(field)
        assert not isinstance(place, Rows)
        if isinstance(place, JsonPath):
            return json_term(self.dialect, field, self._node(place), place.storage)
        storage = chosen(self.dialect.columns, field, place.storage)
        return Term(field, self._column(place.table, place.name), storage)

    def elements(self, field: Field, alias: str) -> Elements:
        """A list in a JSON document, in a native list, or in rows of another table."""
        place = self._place(field)
        if isinstance(place, Rows):
            return self._rows(field, place, alias)
        if isinstance(place, Column) and (place.storage or default_list(self.dialect, field)) == self.dialect.native:
            return self._native(field, self._column(place.table, place.name), alias)
        self._refuse_capture(field, place)
        return json_elements(self.dialect, field, self._node(place), alias)

    def _place(self, field: Field) -> Place:
        if self.places is None:
            return Column(field.name or SCALAR_COLUMN)
        if place := self.places.get(field.name):
            return place
        raise ValueError(f"the target has no such field {field.name!r}; it was made from another schema")

    def _column(self, table: str | None, name: str) -> str:
        qualifier = self.dialect.quoted(table) if table else self.table
        column = self.dialect.quoted(name)
        return f"{qualifier}.{column}" if qualifier else column

    def _node(self, place: Column | JsonPath) -> Node:
        if isinstance(place, Column):
            return Node(self._column(place.table, place.name))
        return Node(self._column(place.table, place.column), place.keys)

    def _native(self, field: Field, column: str, alias: str) -> Elements:
        """The elements of a list of the engine's own kind: rows of one column, or what the alias stands for."""
        if self.dialect.some:
            element = TableScope(self.dialect, None, {"": Column(alias)})
            return Elements(column, present(field, element), element, self.dialect.some)
        inside = TableScope(self.dialect, alias, None)
        return Elements(f"unnest({column}) AS {alias}({SCALAR_COLUMN})", present(field, inside), inside)

    def _rows(self, field: Field, rows: Rows, alias: str) -> Elements:
        inside = TableScope(self.dialect, alias, cast("Mapping[str, Place]", rows.columns))
        links = tuple(
            Piece(f"{inside._column(None, child)} = {self._column(None, parent)}")
            for child, parent in rows.link.items()
        )
        source = f"{self.dialect.quoted(rows.table)} AS {alias}"
        return Elements(source, links + present(field, inside), inside)

    def _refuse_capture(self, field: Field, place: Column | JsonPath) -> None:
        column = place.name if isinstance(place, Column) else place.column
        if not (place.table or self.table) and column.lower() in self.dialect.reserved:
            raise CapabilityError(
                f"{self.dialect.name} cannot open the list {field.name!r}: "
                f"its column {column!r} needs a table before it; make a target with table="
            )


@dataclass(frozen=True, slots=True)
class NodeScope:
    """The members of a JSON object, or the scalar that an element is."""

    dialect: Dialect
    node: Node

    def term(self, field: Field) -> Term:
        """A scalar at the field's path; the element itself has been guarded where the list was opened."""
        return json_term(self.dialect, field, self.node.down(field.path), None)

    def elements(self, field: Field, alias: str) -> Elements:
        """A list at the field's path."""
        return json_elements(self.dialect, field, self.node.down(field.path), alias)


def json_term(dialect: Dialect, field: Field, node: Node, storage: str | None) -> Term:
    """A scalar in a JSON document, with what shows that it is of its type."""
    kept = chosen(dialect.documents, field, storage)
    value = dialect.json.value(node, kept)
    guard = dialect.json.guard(node, kept)
    guards = () if guard is None else (guard,)
    if kept.form is None:
        return Term(field, value, kept, guards)
    return Term(field, value, kept, (*guards, _formed(kept, kept.form, value, cast(Type, field.type))))


def _formed(storage: Storage, form: Form, value: str, type_: Type) -> Guard:
    operands, kind = form.operands(type_), storage.operand(type_)
    holds, fails = form.relation.holds, form.relation.fails
    return Guard(holds.fill(value, operands, kind), fails.fill(value, operands, kind), form.of_equality)


def json_elements(dialect: Dialect, field: Field, node: Node, alias: str) -> Elements:
    """The elements of a JSON array that are of the declared type."""
    of_records = isinstance(cast(ListOf, field.type).of, Record)
    text, conditions, value = dialect.json.elements(node, alias, of_records=of_records)
    scope = NodeScope(dialect, value)
    return Elements(text, conditions + present(field, scope), scope, dialect.some or EXISTS)


def present(field: Field, scope: Scope) -> tuple[Piece, ...]:
    """What shows that a scalar element is there and of its type; a record is shown to be one by its source."""
    if isinstance(cast(ListOf, field.type).of, Record):
        return ()
    term = scope.term(field.element)
    return tuple(guard.holds for guard in term.guards) or (Piece(f"{term.value} IS NOT NULL"),)


def chosen(storages: Storages, field: Field, name: str | None) -> Storage:
    """The named storage of a field's type, or the default. Raises CapabilityError for a type that SQL does not know."""
    if (of_type := storages.get(cast(Type, field.type).word)) is None:
        raise CapabilityError(f"SQL cannot store {field.name!r}: it knows no {cast(Type, field.type).word}")
    return of_type[name] if name else next(iter(of_type.values()))


def default_list(dialect: Dialect, field: Field) -> str:
    """The storage of a list in a column that names none: the engine's own for scalars, JSON for records."""
    is_json = isinstance(cast(ListOf, field.type).of, Record) and dialect.lists[0] == dialect.native
    return dialect.lists[1] if is_json else dialect.lists[0]
