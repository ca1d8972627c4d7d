"""Where a schema's fields live in tables and frames of Spark's; conditions there, and rows for them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from paramql.ast import Scalar
from paramql.backends.places import Column, JsonPath, SchemaLike
from paramql.backends.spark import rows as writing
from paramql.backends.spark.dialect import DIALECT
from paramql.backends.spark.literals import inlined
from paramql.backends.sql.order import decoded
from paramql.backends.sql.rows import Placed, own, placed
from paramql.backends.sql.target import Given, SqlTarget
from paramql.backends.sql.target import make_target as make_sql_target
from paramql.backends.sql.text import Sql, finish
from paramql.declarations import SortKey
from paramql.declare import Expression, Field


@dataclass(frozen=True, eq=False)
class SparkTarget(SqlTarget):
    """A target in a table, a view or a frame. `schemas`, `row` and `children` are for hosts that make frames, too."""

    def sql(self, where: Expression) -> Sql:
        """The condition for a WHERE clause."""
        return finish(self.condition(where), self.paramstyle)

    def column(self, where: Expression) -> Any:
        """A `Column` for `DataFrame.filter`: the same text, its operands as literals in it.

        The columns stand with the name of the target's table before them, as a frame has it that is `spark.table(name)`
        or `frame.alias(name)`; a target without a table is for any frame.
        """
        from pyspark.sql.functions import expr  # pyright: ignore[reportMissingImports]

        return expr(inlined(self.condition(where)))

    @property
    def schemas(self) -> dict[str, str]:
        """The columns of the table and of its child tables, as `createDataFrame` takes them."""
        return dict(writing.schemas(self._own_table, self._placed))

    def row(self, record: Mapping[str, Any]) -> dict[str, object]:
        """The columns of the table for a typed record, as `createDataFrame` takes them."""
        return writing.row(self._placed, record)

    def children(self, record: Mapping[str, Any]) -> dict[str, list[dict[str, object]]]:
        """The rows of each child table for a typed record, the linking columns among them.

        Raises ValueError where a link needs a column that no field of the parent is stored in.
        """
        found: dict[str, list[dict[str, object]]] = {table: [] for table in self.schemas if table != self._own_table}
        for table, child in writing.children(self._placed, record, self.row(record)):
            found[table].append(child)
        return found

    def create(self) -> list[str]:
        """Statements that make the table and its child tables."""
        return [f"CREATE TABLE {self.dialect.quoted(table)} ({columns})" for table, columns in self.schemas.items()]

    def position(self, row: Any, order: Sequence[SortKey]) -> tuple[Scalar | None, ...]:
        """The sort values of a `Row`, or of a mapping."""
        read = row.asDict(recursive=True) if hasattr(row, "asDict") else row
        return tuple(_value(self, read, key.field) for key in order)

    @property
    def _own_table(self) -> str:
        if self.table is None:
            raise ValueError("the target has no table to create: name it with table=")
        return self.table

    @property
    def _placed(self) -> Placed:
        return own(placed(self.schema.fields, self.places), self.table)


def make_target(schema: SchemaLike, *, table: str | None = None, columns: Given | None = None) -> SparkTarget:
    """A target whose every field has a place: the one given, or a column, and structs in it, as its name says.

    `JsonPath(column, key, ...)` is a field of structs, or a value of a map. Raises ValueError, saying what to change.
    """
    given = writing.in_structs(schema.fields, columns or {})
    made = make_sql_target(DIALECT, schema, table=table, columns=given)
    return SparkTarget(made.backend, schema, table, made.places, DIALECT, made.paramstyle)


def _value(target: SparkTarget, row: Any, field: Field) -> Scalar | None:
    place = target.places[field.name]
    assert isinstance(place, Column | JsonPath)  # lists are not sortable
    column, *keys = (place.name,) if isinstance(place, Column) else (place.column, *place.keys)
    if not isinstance(row, Mapping) or column not in row:
        raise TypeError(f"the page needs the column {column!r} of its rows by name: select it")
    stored: Any = row[column]
    for key in keys:
        stored = None if stored is None else stored.get(key)
    if isinstance(stored, dt.datetime):
        stored = _instant(stored, place.storage)
    return None if stored is None else decoded(field, "", stored)


def _instant(stored: dt.datetime, storage: str | None) -> dt.datetime:
    """An instant as Spark hands it to Python: at the wall of the process, or, without a zone, as it is stored."""
    return stored.replace(tzinfo=dt.UTC) if storage == "timestamp_ntz" else stored.astimezone(dt.UTC)
