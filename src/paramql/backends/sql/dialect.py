"""What one SQL engine differs in from another, as data, and how it reads JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from paramql.backends.sql.pattern import Pattern
from paramql.backends.sql.relation import Relation
from paramql.backends.sql.storage import Storage, Storages
from paramql.backends.sql.text import Piece, identifier


class Node(NamedTuple):
    """A place in a JSON document: an SQL expression for the document, or the alias of an element; the keys below."""

    root: str
    keys: tuple[str, ...] = ()
    is_element: bool = False

    def down(self, keys: tuple[str, ...]) -> Node:
        """The place that the keys lead to from here."""
        return Node(self.root, self.keys + keys, self.is_element)


class Guard(NamedTuple):
    """Where a value is of its type, and where it is there but is not.

    of_equality: whether it says anything of a value that equals an operand.
    """

    holds: Piece
    fails: Piece
    of_equality: bool = True


class Source(NamedTuple):
    """The elements of a list: what stands after FROM, what makes a row of it an element, where its value is."""

    text: str
    conditions: tuple[Piece, ...]
    value: Node


class Json(Protocol):
    """How an engine reads JSON. NULL wherever there is nothing; an error nowhere."""

    def check(self, keys: tuple[str, ...]) -> None:
        """Raise ValueError for keys that a path cannot be written of."""

    def value(self, node: Node, storage: Storage) -> str:
        """The value at a place, as comparisons of its storage take it."""
        ...

    def guard(self, node: Node, storage: Storage) -> Guard | None:
        """Whether the value there has one of the JSON types of the storage; None where the engine sees to that."""
        ...

    def elements(self, node: Node, alias: str, *, of_records: bool) -> Source:
        """The elements of the array at a place; none where there is something else. Records are objects."""
        ...


@dataclass(frozen=True)
class Dialect:
    """An engine.

    quote: what stands round identifiers. styles: of parameters, those that a driver takes, the default first.
    columns, documents: the storages of each type (by its word) in a column and in JSON, the default first.
    lists: the storages of a list in a column, the default first; `native` is the one that the function unnest reads and
    `array_of` declares, the others are JSON. reserved: names of columns that the elements of a list have too.
    json_column: the type of a column of JSON; json_check: what sees to it that it holds JSON, where the type does not.
    key_column: what a column must be declared as to stand in an index. apart: the operators that ignore case, of a text
    with characters that patterns do not tell apart.
    sorting: how a storage, by its name, is sorted, where that is not by the bare value. nulls_first: the directions in
    which the engine puts nulls first; there `nulls_last` is written. compares_rows: whether an index finds where
    `(a, b) < (?, ?)` begins. orders_parts: whether the parts of a UNION ALL need an order and a limit of their own to
    be read no further than a page needs. none_end: what keeps the rows of NOT EXISTS from being collected before any is
    asked for.
    some: whether one element of a list, `alias`, meets a condition, where it is not EXISTS that asks so.
    """

    name: str
    quote: str
    styles: tuple[str, ...]
    columns: Storages
    documents: Storages
    lists: tuple[str, ...]
    json: Json
    pattern: Pattern
    json_column: str
    json_check: str = ""
    reserved: frozenset[str] = frozenset()
    native: str | None = None
    array_of: Callable[[str], str] = str
    key_column: Callable[[str], str] = str
    sorting: Mapping[str, str] = field(default_factory=dict)
    nulls_first: frozenset[str] = frozenset()
    nulls_last: str = "{v} {direction} NULLS LAST"
    compares_rows: bool = False
    orders_parts: bool = True
    none_end: str = ""
    apart: Relation | None = None
    some: str = ""

    def quoted(self, name: str) -> str:
        """The name of a table or column, as statements have it. Raises ValueError for one that cannot be."""
        return identifier(name, self.quote)
