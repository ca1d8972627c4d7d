"""Polars: expressions for `DataFrame.filter` and `LazyFrame.filter`, over columns of the types that the target says.

Columns may be narrower integers, categories or enumerations; instants must have the unit and zone of their storage.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from paramql.backends.places import SchemaLike, Target
from paramql.backends.polars.emit import Scope, condition
from paramql.backends.polars.target import PolarsTarget
from paramql.backends.polars.target import make_target as make_polars_target
from paramql.declare import Expression
from paramql.simplify import simplify

__all__ = ["PolarsTarget", "compile", "make_target"]


def compile(where: Expression, target: Target | None) -> pl.Expr:
    """A boolean expression, never null.

    >>> from paramql.ast import Compare, Not, Op
    >>> from paramql.declare import Field
    >>> from paramql.types import Integer
    >>> frame = pl.DataFrame({"size": [5, None, 7]})
    >>> frame.filter(compile(Not(Compare(Field("size", Integer()), Op.GT, 6)), None))["size"].to_list()
    [5, None]
    """
    if target is not None and not isinstance(target, PolarsTarget):
        raise ValueError(f"the target was made for {target.backend}, not for polars")
    return condition(simplify(where), Scope(target.spots if target else None))


def make_target(schema: SchemaLike, **options: Any) -> PolarsTarget:
    """A target. Options: `table` (what the host calls the frame), `columns` (places by field name)."""
    return make_polars_target(schema, **options)
