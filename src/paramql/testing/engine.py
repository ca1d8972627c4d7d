"""Engines: what holds records and selects some of them, the same way for every backend."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any as Anything
from typing import Protocol, TypeAlias

from paramql.backends import compile
from paramql.backends.sql.rows import at
from paramql.declare import Expression, Field
from paramql.schema import Schema

Document: TypeAlias = Mapping[str, Anything]


class Engine(Protocol):
    """What a test needs of an engine."""

    @property
    def name(self) -> str:
        """How reports call the engine."""
        ...

    def load(self, schema: Schema, documents: Iterable[Document]) -> None:
        """Hold these records and no others: JSON documents, or typed records; `schema.load` reads both.

        What stores JSON keeps values that do not fit, in their place: they must count as no value.
        """

    def select(self, where: Expression) -> set[Anything]:
        """The values of the schema's unique field in the records of which the expression is true.

        Raises `CapabilityError` where the backend refuses.
        """
        ...


class PythonEngine:
    """Predicates over typed records: each record asked alone, and all in one loop."""

    name = "python"

    def load(self, schema: Schema, documents: Iterable[Document]) -> None:
        """Keep the records."""
        self._key = key_of(schema)
        self._records = [schema.load(document) for document in documents]

    def select(self, where: Expression) -> set[Anything]:
        """The keys. Asked three times, since a shape seen again is answered by other means; all must agree."""
        first, again = (self._keys(compile(where, "python").filter(self._records)) for _ in range(2))
        keep = compile(where, "python")
        alone = self._keys(record for record in self._records if keep(record))
        assert first == again == alone, f"{where}: {first}, then {again}, one by one {alone}"
        return first

    def _keys(self, records: Iterable[Document]) -> set[Anything]:
        return {at(self._key, record) for record in records}


def key_of(schema: Schema) -> Field:
    """The unique field. Raises ValueError where the schema has none, since `select` answers with its values."""
    if schema.key is None:
        raise ValueError("a schema under test needs a unique field: Field('id', ..., unique=True)")
    return schema.key
