"""Where a schema's fields live in a database, checked when made; and the compilation of a condition there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import chain
from typing import Any, TypeAlias

from paramql.ast import Scalar
from paramql.backends.places import Column, JsonPath, Place, Rows, SchemaLike, Target, place_of
from paramql.backends.sql import keyset, statement
from paramql.backends.sql import order as sorting
from paramql.backends.sql import rows as writing
from paramql.backends.sql.apart import check_alone, check_read, complete
from paramql.backends.sql.assembled import Assembled
from paramql.backends.sql.dialect import Dialect
from paramql.backends.sql.emit import Emitter
from paramql.backends.sql.plans import Plans, Recorder
from paramql.backends.sql.scope import SCALAR_COLUMN, TableScope
from paramql.backends.sql.shape import Fields, known
from paramql.backends.sql.text import Piece, Sql, finish
from paramql.declarations import SortKey
from paramql.declare import Expression, Field, ListOf, Record
from paramql.plan import PlannedAnd, PlannedOr
from paramql.simplify import all_of, simplify

_PLANNED = PlannedAnd, PlannedOr
Given: TypeAlias = Mapping[str, Place | str]


@dataclass(frozen=True, eq=False)
class SqlTarget(Target):
    """A target in a database. `row`, `children` and `create` are for hosts that write the rows too."""

    dialect: Dialect
    paramstyle: str

    def sql(self, where: Expression) -> Sql:
        """The condition for a WHERE clause."""
        if isinstance(where, _PLANNED) and (made := self._assembled.sql(where)) is not None:
            if isinstance(made.params, tuple):  # a dict may be added to by whoever gets it
                where.made = (self, made)
            return made
        return finish(self._plans.condition(where), self.paramstyle)

    def condition(self, where: Expression) -> Piece:
        """The condition before its parameters are written in a style."""
        return self._plans.condition(where)

    @cached_property
    def scope(self) -> TableScope:
        """Where the fields of a record are found."""
        table = self.dialect.quoted(self.table) if self.table else None
        return TableScope(self.dialect, table, self.places)

    @cached_property
    def _plans(self) -> Plans:
        return Plans(self._fields, self._emitting)

    @cached_property
    def _assembled(self) -> Assembled:
        return Assembled(self.paramstyle, self._fields, self._emitting)

    @cached_property
    def _fields(self) -> Fields:
        return known(self.schema.fields)

    def _emitting(self) -> tuple[Recorder, TableScope]:
        return Recorder(self.dialect, self.tables()), self.scope

    def row(self, record: Mapping[str, Any]) -> dict[str, object]:
        """The columns of the table for a typed record (as `Schema.load` makes it), values as they are stored."""
        return writing.row(self, record)

    def children(self, record: Mapping[str, Any]) -> dict[str, list[dict[str, object]]]:
        """The rows of each child table for a typed record, the linking columns among them.

        Raises ValueError where a link needs a column that no field of the parent is stored in.
        """
        return writing.children(self, record)

    def create(self) -> list[str]:
        """Statements that make the table, its child tables and an index on their links."""
        return writing.create(self)

    def order_by(self, order: Sequence[SortKey]) -> Sql:
        """What stands after ORDER BY."""
        return sorting.order_by(self, order)

    def position(self, row: Any, order: Sequence[SortKey]) -> tuple[Scalar | None, ...]:
        """The sort values of a row whose columns can be read by name."""
        return sorting.position(self, row, order)

    def following(self, where: Expression, order: Sequence[SortKey], position: Sequence[Scalar | None] | None) -> Sql:
        """A condition for a WHERE clause, of what comes after a position in an order (None: of all)."""
        return finish(keyset.following(self, where, order, position), self.paramstyle)

    def select(
        self,
        where: Expression,
        order: Sequence[SortKey],
        limit: int,
        columns: str = "*",
        after: Sequence[Scalar | None] | None = None,
        hint: str = "",
        parts: Sequence[Expression] = (),
    ) -> Sql:
        """The statement of a page. Raises ValueError without a table.

        after: the position where the page before ended. columns, hint: the host's own text; a hint stands after the
        table, such as `FORCE INDEX (...)`. parts: conditions of which every row that matches meets exactly one; each
        is then searched by itself.
        """
        if not parts:
            return statement.select(self, keyset.following(self, where, order, after), order, limit, columns, hint)
        wheres = [keyset.following(self, all_of(part, where), order, after) for part in parts]
        return statement.merged(self, wheres, order, limit, columns, hint)

    def count(self, where: Expression, cap: int | None = None) -> Sql:
        """The statement that counts what matches, up to one beyond `cap`."""
        return statement.count(self, where, cap)

    def tables(self) -> Iterator[str]:
        """The tables that the places stand in."""
        return tables(self.table, self.places)


def make_target(
    dialect: Dialect,
    schema: SchemaLike,
    *,
    table: str | None = None,
    columns: Given | None = None,
    paramstyle: str | None = None,
) -> SqlTarget:
    """A target whose every field has a place: the one given, or a column of the field's name.

    Raises ValueError, saying what to change.
    """
    style = paramstyle or dialect.styles[0]
    if style not in dialect.styles:
        raise ValueError(f"{dialect.name} takes no parameter style {style!r}; it takes {', '.join(dialect.styles)}")
    places = dict(_placed(dialect, schema.fields, columns or {}, ""))
    if table is None and any(isinstance(place, Rows) for place in places.values()):
        raise ValueError("Rows are tied to the table of the target: name it with table=")
    _check_names(dialect, table, places)
    check_alone(table, places)
    check_read(schema.fields, table, places)
    return SqlTarget(dialect.name, schema, table, places, dialect, style)


def compile_sql(dialect: Dialect, where: Expression, target: Target | None) -> Sql:
    """The condition for a WHERE clause, without that word."""
    if target is None:
        return finish(Emitter(dialect).condition(simplify(where), TableScope(dialect, None, None)), dialect.styles[0])
    if not isinstance(target, SqlTarget) or target.dialect is not dialect:
        raise ValueError(f"the target was made for {target.backend}, not for {dialect.name}")
    return target.sql(where)


def tables(table: str | None, places: Mapping[str, Place]) -> Iterator[str]:
    """The tables that places stand in."""
    if table is not None:
        yield table
    for place in places.values():
        if isinstance(place, Rows):
            yield from tables(place.table, complete(place))
        elif place.table is not None:
            yield place.table


def _placed(dialect: Dialect, fields: Iterable[Field], given: Given, within: str) -> Iterator[tuple[str, Place]]:
    names = {field.name: field for field in fields}
    if unknown := given.keys() - names.keys():
        where = f"the columns of {within!r} name" if within else "columns names"
        raise ValueError(f"{where} no fields: {_listed(unknown)}; there are {_listed(names)}")
    for name, field in names.items():
        yield name, _checked(dialect, field, given.get(name, name or SCALAR_COLUMN), within)


def _checked(dialect: Dialect, field: Field, given: Place | str, within: str) -> Place:
    name = f"{within}.{field.name}" if within else field.name
    place = place_of(name, given)
    if within and not isinstance(place, Rows) and place.table:
        raise ValueError(f"{name!r} lives in the table of its Rows; leave table= out")
    if isinstance(place, Rows):
        return _checked_rows(dialect, field, place, name)
    if known := _unknown_storage(dialect, field, place):
        raise ValueError(f"{name!r} cannot be stored as {place.storage!r} there; there are {_listed(known)}")
    if isinstance(place, JsonPath):
        dialect.json.check(place.keys)
    return place


def _checked_rows(dialect: Dialect, field: Field, rows: Rows, name: str) -> Rows:
    if not isinstance(field.type, ListOf):
        raise ValueError(f"{name!r} is no list; it lives in a Column or a JsonPath, not in Rows")
    if not rows.link:
        raise ValueError(f"the Rows of {name!r} need a link: {{'order_id': 'id'}}, child column to parent column")
    fields = field.type.of.fields if isinstance(field.type.of, Record) else (field.element,)
    return Rows(rows.table, dict(rows.link), dict(_placed(dialect, fields, rows.columns, name)))


def _unknown_storage(dialect: Dialect, field: Field, place: Column | JsonPath) -> Iterable[str]:
    """The storages that there are, where the place names another."""
    if isinstance(field.type, ListOf):
        of_records = isinstance(field.type.of, Record)
        known: Iterable[str] = [
            name for name in dialect.lists if name != dialect.native or not (of_records or isinstance(place, JsonPath))
        ]
    else:
        known = (dialect.documents if isinstance(place, JsonPath) else dialect.columns).get(field.type.word, ())
    return [] if place.storage is None or place.storage in known else known


def _check_names(dialect: Dialect, table: str | None, places: Mapping[str, Place]) -> None:
    """Every name can be quoted; one that cannot fails now, not in a request."""
    for name in chain(tables(table, places), _columns(places)):
        dialect.quoted(name)


def _columns(places: Mapping[str, Place]) -> Iterator[str]:
    """The columns that places name, those of links among them."""
    for place in places.values():
        if isinstance(place, Rows):
            yield from chain(place.link.keys(), place.link.values(), _columns(complete(place)))
        else:
            yield place.name if isinstance(place, Column) else place.column


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(map(repr, names)))
