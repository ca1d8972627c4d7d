"""Where fields live: a column, a path in a JSON document, the rows of a child table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from paramql.ast import Scalar
from paramql.declarations import SortKey
from paramql.declare import Expression, Field
from paramql.simplify import all_of


@dataclass(frozen=True, slots=True)
class Column:
    """A column, of the target's table or of another that the host's query has joined.

    storage: how values are stored, where that is not the backend's default for the type.
    """

    name: str
    table: str | None = None
    storage: str | None = None


@dataclass(frozen=True, slots=True, init=False)
class JsonPath:
    """A value in a JSON column: `JsonPath("document", "customer", "name")`. No keys: the whole column."""

    column: str
    keys: tuple[str, ...]
    table: str | None
    storage: str | None

    def __init__(self, column: str, *keys: str, table: str | None = None, storage: str | None = None) -> None:
        for name, value in (("column", column), ("keys", keys), ("table", table), ("storage", storage)):
            object.__setattr__(self, name, value)


@dataclass(frozen=True, slots=True)
class Rows:
    """The elements of a list as rows of a child table, which `link` ties to the parent: {child column: parent column}.

    columns: places of the element's fields, by their names relative to it (`""` for a scalar); a string is a column's
    name. What is left out lives in a column of the field's name, a scalar in `value`.
    """

    table: str
    link: Mapping[str, str] = field(hash=False)
    columns: Mapping[str, Place | str] = field(default_factory=dict, hash=False)


Place: TypeAlias = Column | JsonPath | Rows


def place_of(name: str, given: Place | str) -> Place:
    """The place that is given for a field that messages call `name`; a string is a column's name. Raises TypeError."""
    if isinstance(given, str):
        return Column(given)
    if isinstance(given, Place):
        return given
    raise TypeError(
        f"{name!r} lives in a Column, a JsonPath or Rows, or in the column that a string names: not {given!r}"
    )


class SchemaLike(Protocol):
    """The part of a schema that targets need."""

    @property
    def fields(self) -> tuple[Field, ...]:
        """What records have."""
        ...

    @property
    def key(self) -> Field | None:
        """The unique field."""


@dataclass(frozen=True, eq=False)
class Target:
    """Where each field of a schema lives, by public name; made by `paramql.target`, which checks it."""

    backend: str
    schema: SchemaLike
    table: str | None
    places: Mapping[str, Place]

    def order_by(self, order: Sequence[SortKey]) -> Any:
        """What sorts by the keys, as the backend has it; no value comes last in either direction."""
        raise NotImplementedError(f"the {self.backend} backend has no order")

    def following(self, where: Expression, order: Sequence[SortKey], position: Sequence[Scalar | None] | None) -> Any:
        """A condition, as the backend has it, of what comes after a position in an order (None: of all)."""
        from paramql.backends import compile
        from paramql.position import after

        return compile(where if position is None else all_of(after(order, tuple(position)), where), self)

    def position(self, row: Any, order: Sequence[SortKey]) -> tuple[Scalar | None, ...]:
        """The sort values of a row that the store gave, as the schema's types have them."""
        raise NotImplementedError(f"the {self.backend} backend has no order")
