"""The order of rows as elements of SQLAlchemy's, and the sort values of a row that it has returned."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from functools import reduce
from typing import TYPE_CHECKING, cast
from typing import Any as Anything

from sqlalchemy import Integer, bindparam, inspect, null
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import InstanceState, QueryableAttribute
from sqlalchemy.sql import operators
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import BinaryExpression, BindParameter, TypeCoerce, UnaryExpression

from paramql.ast import Scalar
from paramql.backends.sql.order import decoded, directed, down, sorted_by
from paramql.backends.sql.text import Piece
from paramql.backends.sqlalchemy.places import Followed, Spot
from paramql.backends.sqlalchemy.writing import Around, columns_of, row_of, written
from paramql.declarations import SortKey
from paramql.declare import Field

if TYPE_CHECKING:
    from paramql.backends.sqlalchemy.target import SqlAlchemyTarget


_NONE: BindParameter[None] = bindparam("none", None)


class Sorting(operators.custom_op[Anything]):
    """A field of a target as what rows are sorted by."""

    def __init__(self, target: SqlAlchemyTarget, field: Field, number: int) -> None:
        super().__init__("sorted as", precedence=100)
        self.target, self.field, self.number = target, field, number

    def text(self, element: SortValue, compiler: SQLCompiler, **kw: Anything) -> str:
        """The text in a statement; `element` has the column as the statement has it."""
        aimed = self.target.aimed(compiler.dialect)
        piece = sorted_by(aimed.dialect, aimed.scope([self.field]).term(self.field))
        return written(piece, Around({self.number: columns_of(element)[0]}, aimed.reads, (), _NONE), compiler, **kw)

    __eq__ = object.__eq__  # pyright: ignore[reportAssignmentType]
    __hash__ = object.__hash__


class SortValue(BinaryExpression[Anything]):
    """What rows are sorted by: a column as the schema orders it, NULL where there is no value of the type."""

    inherit_cache = True

    def __init__(self, sorting: Sorting) -> None:
        column = sorting.target.columns[sorting.number]
        super().__init__(row_of([column]), null(), sorting, column.type)


class OrderKey(UnaryExpression[Anything]):
    """A key of ORDER BY: no value comes last in either direction."""

    inherit_cache = True

    def __init__(self, value: SortValue, key: SortKey) -> None:
        super().__init__(value, modifier=operators.desc_op if key.descending else operators.asc_op)
        self._target, self._sort_key = cast(Sorting, value.operator).target, key

    def text(self, compiler: SQLCompiler, **kw: Anything) -> str:
        """The text in a statement."""
        value, field = Piece(compiler.process(self.element, **kw)), self._sort_key.field
        aimed = self._target.aimed(compiler.dialect)
        return directed(aimed.dialect, aimed.scope([field]).term(field).storage, value, self._sort_key).text


@compiles(SortValue)
def _value(element: SortValue, compiler: SQLCompiler, **kw: Anything) -> str:
    return cast(Sorting, element.operator).text(element, compiler, **kw)


@compiles(OrderKey)
def _key(element: OrderKey, compiler: SQLCompiler, **kw: Anything) -> str:
    return element.text(compiler, **kw)


# --- positions


def position(field: Field, spot: Spot, row: Anything) -> Scalar | None:
    """The sort value of a row."""
    given = spot.given.clause if isinstance(spot.given, TypeCoerce) else spot.given
    stored = _followed(row, given, field) if isinstance(given, Followed) else _read(row, given, field)
    storage = spot.storage or ("integer" if spot.keys is not None or isinstance(spot.type, Integer) else "")
    if spot.keys is not None:
        stored = down(json.loads(stored) if isinstance(stored, str) else stored, spot.keys)
    if isinstance(stored, dt.datetime) and stored.tzinfo is None:
        stored = stored.replace(tzinfo=dt.UTC)
    return None if stored is None else decoded(field, storage, stored)


def _read(row: Anything, column: Anything, field: Field) -> Anything:
    """A column of a row: of an instance of the mapped class, of a row of columns, of a row that has an instance."""
    found = _columns(row)
    for name in (column, column.key, field.name):
        if name in found:
            return found[name]
    for one in (row, *found.values()):
        if attribute := _attribute(one, column):
            return getattr(one, attribute)
    raise TypeError(f"the page needs {column} of its rows, which {field.name!r} is sorted by: select it")


def _followed(row: Anything, place: Followed, field: Field) -> Anything:
    """A value beyond an instance, or a column of its name; None where a relationship on the way leads to nothing."""
    found = _columns(row)
    if field.name in found:
        return found[field.name]
    for one in (row, *found.values()):
        state = inspect(one, raiseerr=False)
        if isinstance(state, InstanceState) and state.mapper.isa(place.mapper):
            return reduce(lambda value, name: None if value is None else getattr(value, name), place.path, one)
    raise TypeError(f"the page needs {field.name!r} of its rows, which are no instances: select {place.mapper.class_}")


def _columns(row: Anything) -> Mapping[Anything, Anything]:
    """The columns of a row; none of an instance."""
    values = getattr(row, "_mapping", row)
    return values if isinstance(values, Mapping) else {}


def _attribute(value: object, column: Anything) -> str | None:
    """The attribute that an instance of a mapped class has for a column; None of anything else."""
    state = inspect(value, raiseerr=False)
    if not isinstance(state, InstanceState):
        return None
    if isinstance(column, QueryableAttribute):
        return column.key if state.mapper.isa(column.parent.mapper) else None
    return state.mapper.get_property_by_column(column).key if column in state.mapper.columns.values() else None
