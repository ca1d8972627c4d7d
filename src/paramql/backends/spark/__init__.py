"""Spark SQL: conditions with named parameters, over columns of native types, structs, maps and arrays, or other tables.

    target = pq.target("spark", schema, table="orders")
    sql = pq.compile(query.where, target)
    spark.sql(f"SELECT * FROM orders WHERE {sql.text}", args=sql.params)
    frame.filter(target.column(query.where))

Columns may be narrower than their storage; those of text must have the collation UTF8_BINARY, which is the default.
Instants are told as text with their zone, so neither the zone of the session nor that of the process takes part. ANSI
mode may be on or off: no operand overflows, and nothing that is stored is cast. Names that differ in case alone need
`spark.sql.caseSensitive`.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from paramql.backends.asked import Fields, fields_of
from paramql.backends.places import SchemaLike, Target
from paramql.backends.spark.dialect import DIALECT
from paramql.backends.spark.target import SparkTarget
from paramql.backends.spark.target import make_target as make_spark_target
from paramql.backends.sql.target import compile_sql
from paramql.backends.sql.text import Sql
from paramql.declare import Expression, Field

__all__ = ["DIALECT", "SparkTarget", "compile", "make_target"]


def compile(where: Expression, target: Target | None) -> Sql:
    """The condition for a WHERE clause (without that word) and its parameters.

    Without a target: a column, and structs in it, as a field's name says.

    >>> from paramql.ast import Compare, Op
    >>> from paramql.declare import Field
    >>> from paramql.types import Integer
    >>> compile(Compare(Field("box.size", Integer()), Op.GT, 5), None)
    Sql(text='`box`.`size` > CAST(:p1 AS BIGINT)', params={'p1': 5})
    """
    return compile_sql(DIALECT, where, target or _by_names(tuple(dict.fromkeys(fields_of(where)))))


@lru_cache(maxsize=100)
def _by_names(fields: tuple[Field, ...]) -> SparkTarget:
    return make_spark_target(Fields(fields))


def make_target(schema: SchemaLike, **options: Any) -> SparkTarget:
    """A target. Options: `table`, `columns` (places by field name)."""
    return make_spark_target(schema, **options)
