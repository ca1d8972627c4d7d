"""Where a schema's fields live, as a host of SQLAlchemy says it: columns, attributes, relationships.

Columns of the host's own table are known by tokens, in whose place goes whatever SQLAlchemy writes for the column in a
statement; those of a child table by their names.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any as Anything
from typing import Protocol, TypeAlias

from sqlalchemy import ColumnElement, FromClause, Table, inspect
from sqlalchemy import column as named_column
from sqlalchemy.orm import ColumnProperty, Mapper, RelationshipProperty
from sqlalchemy.types import TypeEngine

from paramql.backends.places import Column, JsonPath, Rows
from paramql.backends.sql.scope import SCALAR_COLUMN
from paramql.backends.sqlalchemy.engines import ENGINES
from paramql.backends.sqlalchemy.relations import Source, relation
from paramql.backends.sqlalchemy.storing import refuse_misfit
from paramql.declare import Field, ListOf, Record

MARK = "\x01"


@dataclass(frozen=True, slots=True)
class Related:
    """The elements of a list as the rows that a relationship leads to: `Related(Order.lines, {"sku": Line.code})`.

    columns: where the element's fields live, by their names relative to it (`""` for a scalar): attributes of the
    related class, or their names. What is left out lives in the attribute of its name, a scalar in `value`.
    """

    relationship: Anything
    columns: Mapping[str, Anything] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, eq=False, slots=True)
class Followed:
    """A value of another row: as an expression, and as the path of attributes that leads there from an instance."""

    expression: ColumnElement[Anything]
    mapper: Mapper[Anything]
    path: tuple[str, ...]


@dataclass(frozen=True, eq=False, slots=True)
class Spot:
    """A column, by token or name, and as the host has it; with `keys`, a value in the JSON that it holds."""

    column: str
    given: Anything
    type: TypeEngine[Anything]
    keys: tuple[str, ...] | None
    storage: str | None


@dataclass(frozen=True, slots=True)
class Child:
    """The rows of a child table (a token), linked to columns of the parent; where the element's fields live."""

    source: str
    link: Mapping[str, str]
    spots: Spots


Spots: TypeAlias = Mapping[str, "Spot | Child"]


def is_token(column: str) -> bool:
    """Whether a column is known by a token."""
    return column.startswith(MARK)


def numbered(spot: Spot | Child) -> list[int]:
    """The numbers of the columns of the host's own table that a spot is found by."""
    tokens = spot.link.values() if isinstance(spot, Child) else [spot.column]
    return [int(token[len(MARK) + 1 :]) for token in tokens if is_token(token)]


class Registry:
    """What tokens stand for: columns of the host's statement, and what child rows are read from."""

    def __init__(self) -> None:
        self.columns: list[ColumnElement[Anything]] = []
        self.sources: list[Source] = []

    def column(self, column: ColumnElement[Anything]) -> str:
        """The token of a column, the same for the same one."""
        number = next((number for number, known in enumerate(self.columns) if known is column), len(self.columns))
        self.columns[number:] = self.columns[number:] or [column]
        return f"{MARK}c{number}"

    def source(self, source: Source) -> str:
        """The token of a child table."""
        self.sources.append(source)
        return f"{MARK}s{len(self.sources) - 1}"


def spots(fields: Iterable[Field], given: Mapping[str, Anything], level: Level, within: str = "") -> Spots:
    """Where each field lives: where it is given, or in the column or attribute of its name. Raises ValueError."""
    names = {field.name: field for field in fields}
    if unknown := given.keys() - names.keys():
        where = f"the columns of {within!r} name" if within else "columns names"
        raise ValueError(f"{where} no fields: {', '.join(sorted(unknown))}; there are {', '.join(names)}")
    return {name: level.spot(field, given.get(name, name or SCALAR_COLUMN)) for name, field in names.items()}


# --- where names are looked up


class Home(Protocol):
    """A table, an alias, a mapped class: what has columns by name."""

    def find(self, name: str) -> Anything:
        """The column or attribute of a name. Raises ValueError."""

    def table(self, name: str) -> Table:
        """Another table of the same metadata. Raises ValueError."""
        ...


class Nowhere:
    """No table: columns that are known by name only."""

    def find(self, name: str) -> Anything:
        """A column that SQLAlchemy knows nothing of."""
        return named_column(name)

    def table(self, name: str) -> Table:
        """None."""
        raise ValueError(f"without table= there is no metadata to find {name!r} in")


class InTable:
    """A table, an alias of one, a subquery."""

    def __init__(self, table: FromClause) -> None:
        self._table = table

    def find(self, name: str) -> Anything:
        """The column of a key."""
        if name in self._table.c:
            return self._table.c[name]
        raise ValueError(f"{self._table.description} has no column {name!r}; it has {', '.join(self._table.c.keys())}")

    def table(self, name: str) -> Table:
        """A table of the metadata."""
        return _beside(getattr(self._table, "element", self._table), name)


class InClass:
    """A mapped class, or an alias of one."""

    def __init__(self, entity: Anything) -> None:
        self._entity, self._mapper = entity, inspect(entity).mapper

    def find(self, name: str) -> Anything:
        """The attribute of a name."""
        known = self._mapper.all_orm_descriptors.keys()
        if name in known:
            return getattr(self._entity, name)
        raise ValueError(f"{self._mapper.class_.__name__} has no attribute {name!r}; it has {', '.join(known)}")

    def table(self, name: str) -> Table:
        """A table of the metadata."""
        return _beside(self._mapper.local_table, name)


def home_of(table: Anything) -> Home:
    """Where the names of a table or a mapped class are looked up. Raises ValueError for anything else."""
    if table is None:
        return Nowhere()
    inspected = inspect(table, raiseerr=False)
    if isinstance(inspected, FromClause):
        return InTable(inspected)
    if hasattr(inspected, "mapper"):
        return InClass(table)
    raise ValueError(f"table= takes a Table, an alias or a mapped class, not {table!r}")


def _beside(table: Anything, name: str) -> Table:
    tables = table.metadata.tables if isinstance(table, Table) else {}
    if name not in tables:
        raise ValueError(f"there is no table {name!r} beside {table}; there are {', '.join(tables) or 'none'}")
    found: Table = tables[name]
    return found


# --- the two levels: columns of the host's statement, and those of child rows


class Level:
    """Reads what a host says of a field."""

    def __init__(self, home: Home, registry: Registry) -> None:
        self._home, self._registry = home, registry

    def spot(self, field: Field, given: Anything) -> Spot | Child:
        """Where a field lives."""
        match given:
            case Column(name, table, storage):
                return self._held(field, self._find(table, name), None, storage)
            case JsonPath(column, keys, table, storage):
                return self._held(field, self._find(table, column), keys, storage)
            case Rows(table, link, columns):
                return self._rows(field, self._home.table(table), link, columns)
            case Related(relationship, columns):
                return self._related(field, relationship, columns)
            case Followed(expression):
                return replace(self._held(field, expression, None, None), given=given)
            case str():
                return self.spot(field, self._home.find(given))
            case _ if isinstance(getattr(given, "property", None), RelationshipProperty):
                return self._related(field, given, {})
            case _:
                return self._held(field, given, None, None)

    def name(self, column: Anything) -> str:
        """What the column is known by."""
        return self._registry.column(expression(column))

    def _find(self, table: str | None, name: str) -> Anything:
        return self._home.find(name) if table is None else InTable(self._home.table(table)).find(name)

    def _held(self, field: Field, column: Anything, keys: tuple[str, ...] | None, storage: str | None) -> Spot:
        type_ = expression(column).type
        if storage is None:
            refuse_misfit(field, type_, [engine.fits for engine in ENGINES.values()], in_json=keys is not None)
        return Spot(self.name(column), column, type_, keys, storage)

    def _rows(self, field: Field, table: Table, link: Mapping[str, str], columns: Mapping[str, Anything]) -> Child:
        home = InTable(table)
        inside = Inside(home, self._registry, table)
        parents = {inside.name(home.find(child)): self.name(self._home.find(parent)) for child, parent in link.items()}
        return Child(self._registry.source(table), parents, spots(members(field), columns, inside, field.name))

    def _related(self, field: Field, attribute: Anything, columns: Mapping[str, Anything]) -> Child:
        table, source, link = relation(attribute.property)
        parent = attribute.parent
        parents = {
            child: self.name(getattr(parent.entity, parent.mapper.get_property_by_column(column).key))
            for child, column in link.items()
        }
        inside = Inside(InClass(attribute.property.mapper.class_), self._registry, table)
        return Child(self._registry.source(source), parents, spots(members(field), columns, inside, field.name))


class Inside(Level):
    """Reads what a host says of an element's field, in the rows of a child table."""

    def __init__(self, home: Home, registry: Registry, table: Table) -> None:
        super().__init__(home, registry)
        self._table = table

    def name(self, column: Anything) -> str:
        """The name of a column of the child table. Raises ValueError for anything else."""
        property_ = getattr(column, "property", None)
        plain = property_.columns[0] if isinstance(property_, ColumnProperty) else column
        if getattr(plain, "table", None) is not self._table:
            raise ValueError(f"{column} is no column of {self._table.name}; an element's fields live in its own row")
        name: str = plain.name
        return name


def expression(column: Anything) -> ColumnElement[Anything]:
    """A column, attribute or expression as SQLAlchemy puts it into statements. Raises ValueError for what is none."""
    while hasattr(column, "__clause_element__") and not isinstance(column, ColumnElement):
        column = column.__clause_element__()
    if isinstance(column, ColumnElement):
        return column
    raise ValueError(f"{column!r} is no place: give a column, an attribute, a relationship, JsonPath or Rows")


def members(field: Field) -> tuple[Field, ...]:
    """The fields of a list's element. Raises ValueError for what is no list."""
    if not isinstance(field.type, ListOf):
        raise ValueError(f"{field.name!r} is no list: it lives in a column, not in rows")
    return field.type.of.fields if isinstance(field.type.of, Record) else (field.element,)
