"""What turns a checked expression into something that a store understands, by name.

A backend is a module (or any object) with two functions: `compile(where, target)` and `make_target(schema, **options)`.
Those of the library stand in `BACKENDS` and are imported when first named; others plug in through the entry-point
group `paramql.backends`, under names that the library does not have: its own are never looked for there. None knows of
another.
"""

from __future__ import annotations

import functools
import importlib
from collections.abc import Callable, Sequence
from importlib.metadata import EntryPoint, entry_points
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
    "django": "paramql.backends.django",
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
        ...


def load(name: str) -> Backend:
    """The backend of a name: the library's own, else the one that plugs in, which is kept.

    Raises ValueError where there is none or more than one, ImportError for a plug-in that cannot be used.
    """
    if name in BACKENDS:
        return cast(Backend, importlib.import_module(BACKENDS[name]))
    return _plugged(name)


@functools.cache
def _plugged(name: str) -> Backend:
    found = list(entry_points(group=GROUP, name=name))
    if not found:
        raise ValueError(_unknown(name, sorted({*BACKENDS, *entry_points(group=GROUP).names})))
    if len(found) > 1:
        raise ValueError(
            f"there are {len(found)} backends {name!r}: {', '.join(map(_origin, found))}; uninstall all but one"
        )
    return _usable(found[0])


def _unknown(name: str, others: Sequence[str]) -> str:
    from difflib import get_close_matches

    close = get_close_matches(name, others, n=1)
    hint = f" (did you mean {close[0]!r}?)" if close else ""
    return f"there is no backend {name!r}{hint}; there are {', '.join(others)}"


def _usable(entry: EntryPoint) -> Backend:
    try:
        backend = entry.load()
    except Exception as error:
        raise ImportError(f"the backend {entry.name!r}, {_origin(entry)}, fails to import: {error!r}") from error
    if lacking := [
        function for function in ("compile", "make_target") if not callable(getattr(backend, function, None))
    ]:
        raise ImportError(f"the backend {entry.name!r}, {_origin(entry)}, has no function {' and no '.join(lacking)}")
    return cast(Backend, backend)


def _origin(entry: EntryPoint) -> str:
    """Where a plug-in comes from: `tinydb_backend of paramql-tinydb`."""
    return f"{entry.value} of {entry.dist.name}" if entry.dist else entry.value


@overload
def compile(where: Expression, target: SqlName | SqlTarget) -> Sql: ...
@overload
def compile(where: Expression, target: Literal["python"]) -> Predicate: ...
@overload
def compile(where: Expression, target: str | Target) -> Any: ...
def compile(where: Expression, target: str | Target) -> Any:
    """What a target (or, by its name alone, a backend) selects the records of which `where` is true with.

    Raises `CapabilityError` where the backend cannot answer exactly, TypeError for what is no checked expression.

    >>> from paramql.ast import Compare, Op
    >>> from paramql.declare import Field
    >>> from paramql.types import Integer
    >>> compile(Compare(Field("size", Integer()), Op.GT, 5), "sqlite")
    Sql(text='`size` > ?', params=(5,))
    """
    made = getattr(where, "made", None)
    if made is not None and made[0] is target:
        return made[1]
    try:
        name, place = (target, None) if isinstance(target, str) else (target.backend, target)
        return (_COMPILERS.get(name) or _compiler(name))(where, place)
    except (AssertionError, AttributeError):
        _check_expression(where)
        raise


_COMPILERS: dict[str, Callable[[Expression, Target | None], Any]] = {}


def _compiler(name: str) -> Callable[[Expression, Target | None], Any]:
    """What compiles for a backend; that of the library's own is kept."""
    compiler = load(name).compile
    if name in BACKENDS:
        _COMPILERS[name] = compiler
    return compiler


def _check_expression(where: object) -> None:
    """Raise TypeError, saying what to do, for what no backend takes."""
    from paramql.ast import And, Any, Compare, Exists, Not, Or

    match where:
        case And(operands) | Or(operands):
            for operand in operands:
                _check_expression(operand)
        case Not(inner):
            _check_expression(inner)
        case Compare(str(name)) | Exists(str(name)) | Any(str(name)):
            raise TypeError(f"{name!r} is only a name: schema.bind(expression) makes it a field")
        case Compare() | Exists() | Any():
            pass
        case _:
            raise TypeError(f"compile takes an expression, such as query.where, not {type(where).__name__}")


@overload
def target(name: SqlName, schema: SchemaLike, **where_things_live: Any) -> SqlTarget: ...
@overload
def target(name: str, schema: SchemaLike, **where_things_live: Any) -> Target: ...
def target(name: str, schema: SchemaLike, **where_things_live: Any) -> Target:
    """Where a schema's fields live in a store, checked once; the options are the backend's.

    Raises ValueError, saying what to change.
    """
    return load(name).make_target(schema, **where_things_live)
