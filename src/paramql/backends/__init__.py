"""What turns a checked expression into something that a store understands, by name.

A backend is a module (or any object) with two functions: `compile(where, target)` and `make_target(schema, **options)`.
Those of the library stand in `BACKENDS` and are imported when first named; others plug in through the entry-point
group `paramql.backends`. None knows of another.
"""

from __future__ import annotations

import importlib
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeAlias, cast, overload

if TYPE_CHECKING:
    from paramql.backends.places import SchemaLike, Target
    from paramql.backends.python import Predicate
    from paramql.backends.sql.target import SqlTarget
    from paramql.backends.sql.text import Sql
    from paramql.declare import Expression

__all__ = ["BACKENDS", "GROUP", "Backend", "CapabilityError", "compile", "load", "target"]

GROUP = "paramql.backends"
BACKENDS = {
    "python": "paramql.backends.python",
    "sqlite": "paramql.backends.sqlite",
    "postgresql": "paramql.backends.postgresql",
    "mariadb": "paramql.backends.mariadb",
    "duckdb": "paramql.backends.duckdb",
    "mongodb": "paramql.backends.mongodb",
    "polars": "paramql.backends.polars",
    "sqlalchemy": "paramql.backends.sqlalchemy",
}
SqlName: TypeAlias = Literal["sqlite", "postgresql", "mariadb", "duckdb"]


class CapabilityError(TypeError):
    """A filter that a backend cannot answer exactly, refused when compiled; it names the node and the field."""


class Backend(Protocol):
    """What a backend has."""

    def compile(self, where: Expression, target: Target | None) -> Any:
        """What selects the records of which `where` is true. Without a target: a column or key per field name."""

    def make_target(self, schema: SchemaLike, **options: Any) -> Target:
        """Where the fields of a schema live, checked. Raises ValueError, saying what to change."""


def load(name: str) -> Backend:
    """The backend of a name. Raises ValueError where there is none."""
    if name in BACKENDS:
        return cast(Backend, importlib.import_module(BACKENDS[name]))
    for found in entry_points(group=GROUP, name=name):
        return cast(Backend, found.load())
    others = sorted({*BACKENDS, *entry_points(group=GROUP).names})
    raise ValueError(f"there is no backend {name!r}; there are {', '.join(others)}")


@overload
def compile(where: Expression, target: SqlName | SqlTarget) -> Sql: ...
@overload
def compile(where: Expression, target: Literal["python"]) -> Predicate: ...
@overload
def compile(where: Expression, target: str | Target) -> Any: ...
def compile(where: Expression, target: str | Target) -> Any:
    """What a target (or, by its name alone, a backend) selects the records of which `where` is true with.

    Raises `CapabilityError` where the backend cannot answer exactly.

    >>> from paramql.ast import Compare, Op
    >>> from paramql.declare import Field
    >>> from paramql.types import Integer
    >>> compile(Compare(Field("size", Integer()), Op.GT, 5), "sqlite")
    Sql(text='`size` > ?', params=(5,))
    """
    if isinstance(target, str):
        return load(target).compile(where, None)
    return load(target.backend).compile(where, target)


@overload
def target(name: SqlName, schema: SchemaLike, **where_things_live: Any) -> SqlTarget: ...
@overload
def target(name: str, schema: SchemaLike, **where_things_live: Any) -> Target: ...
def target(name: str, schema: SchemaLike, **where_things_live: Any) -> Target:
    """Where a schema's fields live in a store, checked once; the options are the backend's.

    Raises ValueError, saying what to change.
    """
    return load(name).make_target(schema, **where_things_live)
