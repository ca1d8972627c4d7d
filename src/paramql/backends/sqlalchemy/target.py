"""Where a schema's fields live in a host's tables or classes; conditions, order and positions there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any as Anything
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement
from sqlalchemy.engine import Dialect as SaDialect

from paramql.ast import Scalar, Value
from paramql.backends.places import SchemaLike, Target
from paramql.backends.sql.shape import Fields, Unsimplified, known, shape_of
from paramql.backends.sqlalchemy.aiming import Aimed
from paramql.backends.sqlalchemy.condition import Asked, Condition, Form
from paramql.backends.sqlalchemy.order import OrderKey, Sorting, SortValue, position
from paramql.backends.sqlalchemy.places import Level, Registry, Spot, Spots, home_of, numbered, spots
from paramql.backends.sqlalchemy.prepared import Prepared, S
from paramql.backends.sqlalchemy.relations import Source
from paramql.bounded import Bounded
from paramql.declarations import SortKey
from paramql.declare import Expression, Field
from paramql.simplify import simplify

_MOST_FORMS, _HEAVIEST = 1000, 2**18  # characters of shapes


@dataclass(frozen=True, eq=False)
class SqlAlchemyTarget(Target):
    """A target in a host's tables or classes, on any dialect of SQLAlchemy's that paramql knows."""

    spots: Spots
    columns: Sequence[ColumnElement[Anything]]
    sources: Sequence[Source]
    _known: Fields
    _forms: Bounded[str, Form] = field(default_factory=lambda: Bounded(_MOST_FORMS, _HEAVIEST))
    _values: dict[str, SortValue] = field(default_factory=dict)
    _aimed: WeakKeyDictionary[SaDialect, Aimed] = field(default_factory=WeakKeyDictionary)

    def condition(self, where: Expression) -> Condition:
        """What selects the rows of which the expression is true."""
        return Condition(self.asked(where))

    def asked(self, where: Expression) -> Asked:
        """What the expression asks here: its shape and its literals."""
        literals: list[Value] = []
        try:
            shape = shape_of(where, self._known, literals)
        except Unsimplified:
            where, literals = simplify(where), []
            shape = shape_of(where, self._known, literals)
        return Asked(self._form(shape, where, len(literals)), where, tuple(literals))

    def prepare(self, statement: S) -> Prepared[S]:
        """A statement to be executed with many filters, built once for each shape of these.

        >>> import paramql as pq
        >>> from sqlalchemy import Column, Integer, MetaData, Table, select
        >>> schema, table = pq.Schema(pq.Field("n", pq.Integer())), Table("t", MetaData(), Column("n", Integer))
        >>> target = pq.target("sqlalchemy", schema, table=table)
        >>> numbers = target.prepare(select(table))
        >>> one, other = (numbers(schema.parse(text).where) for text in ("n=gt:1", "n=gt:2"))
        >>> one[0] is other[0]
        True
        """
        return Prepared(statement, self.asked)

    def order_by(self, order: Sequence[SortKey]) -> list[OrderKey]:
        """What `select(...).order_by(*keys)` takes."""
        return [OrderKey(self._value(key.field), key) for key in order]

    def position(self, row: Anything, order: Sequence[SortKey]) -> tuple[Scalar | None, ...]:
        """The sort values of a row: an instance of the mapped class, or a row with it or with its columns."""
        return tuple(position(key.field, self._spot(key.field), row) for key in order)

    def aimed(self, dialect: SaDialect) -> Aimed:
        """The target on a dialect. Raises `CapabilityError` where paramql does not know it."""
        if dialect not in self._aimed:
            self._aimed[dialect] = Aimed(self.spots, dialect)
        return self._aimed[dialect]

    def numbers(self, fields: Iterable[Field]) -> list[int]:
        """The numbers of the columns that fields are found by, each once."""
        return list(dict.fromkeys(number for field in fields for number in numbered(self.spots[field.name])))

    def _form(self, shape: str, where: Expression, literals: int) -> Form:
        """The form of a shape, the same one for every filter of it, unless that was long ago."""
        if (form := self._forms.get(shape)) is None:
            form = Form(self, where, literals)
            self._forms.keep(shape, form, len(shape))
        return form

    def _value(self, field: Field) -> SortValue:
        if field.name not in self._values:
            (number,) = numbered(self._spot(field))
            self._values[field.name] = SortValue(Sorting(self, field, number))
        return self._values[field.name]

    def _spot(self, field: Field) -> Spot:
        spot = self.spots[field.name]
        assert isinstance(spot, Spot)  # lists are not sortable
        return spot


def make_target(
    schema: SchemaLike, *, table: Anything = None, columns: Mapping[str, Anything] | None = None
) -> SqlAlchemyTarget:
    """A target. Options: `table`, a Table, an alias or a mapped class; `columns`, where fields live, by their names.

    A field lives in the column or attribute of its name, unless `columns` has for it: another name, a column, an
    attribute or an expression of SQLAlchemy's, a relationship or `Related` for a list in rows, or `pq.Column`,
    `pq.JsonPath`, `pq.Rows`, whose names are those of columns and attributes.

    Raises ValueError, saying what to change.
    """
    registry = Registry()
    found = spots(schema.fields, columns or {}, Level(home_of(table), registry))
    name = getattr(table, "name", None) or getattr(table, "__tablename__", None)
    return SqlAlchemyTarget(
        "sqlalchemy", schema, name, {}, found, registry.columns, registry.sources, known(schema.fields)
    )
