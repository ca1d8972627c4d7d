"""What a differential run asks: Python's predicates in all their forms, SQLite in every style, and what plugs in."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from random import Random
from types import SimpleNamespace
from typing import Any as Anything
from typing import Protocol

import paramql as pq
from law import path_of, reached
from paramql import testing
from strategies.rows import Row
from strategies.stores import STYLES, Store


class Engine(Protocol):
    """Holds the rows of one schema and answers filters."""

    @property
    def name(self) -> str:
        """Such as `sqlite, columns`."""
        ...

    def select(self, where: pq.Expression) -> set[Anything]:
        """The unique keys of the records that the filter selects. Raises CapabilityError where it cannot answer."""
        ...

    def close(self) -> None:
        """Forget the rows."""


class Python:
    """Predicates over mappings: the first compiled, one compiled again (by then generated), and their filters."""

    name = "python, mappings"

    def __init__(self, schema: pq.Schema, rows: Sequence[Row]) -> None:
        assert schema.key is not None
        path = path_of(schema.key)
        self._target = self._aimed(schema)
        self._keys = [next(reached(row.record(schema.fields), path)) for row in rows]
        self._records = [self._formed(row.loose(schema.fields)) for row in rows]
        self._places = {id(record): key for record, key in zip(self._records, self._keys, strict=True)}

    def _aimed(self, schema: pq.Schema) -> Anything:
        return "python"

    def _formed(self, record: Anything) -> Anything:
        return record

    def select(self, where: pq.Expression) -> set[Anything]:
        """The keys; all four ways of asking must agree."""
        answers = [self._asked(pq.compile(where, self._target)) for _ in range(2)]
        assert answers[0] == answers[1], f"before and after code is generated: {answers}"
        return answers[0]

    def _asked(self, keep: Anything) -> set[Anything]:
        one_by_one = {key for key, record in zip(self._keys, self._records, strict=True) if keep(record) is True}
        at_once = {self._places[id(record)] for record in keep.filter(self._records)}
        assert one_by_one == at_once, f"keep(record) and keep.filter(records) differ: {one_by_one}, {at_once}"
        return at_once

    def close(self) -> None:
        """Nothing to do."""


class Objects(Python):
    """The same over objects with attributes."""

    name = "python, objects"

    def _aimed(self, schema: pq.Schema) -> Anything:
        return pq.target("python", schema, access="attribute")

    def _formed(self, record: Anything) -> Anything:
        if isinstance(record, dict):
            return SimpleNamespace(**{key: self._formed(value) for key, value in record.items()})
        return [self._formed(element) for element in record] if isinstance(record, list) else record


class Plugged:
    """An engine of the test kit, which writes the rows by its own means."""

    def __init__(self, engine: testing.Engine, schema: pq.Schema, rows: Sequence[Row]) -> None:
        self.name = f"{engine.name}, by the kit"
        self.select = engine.select
        engine.load(schema, [row.record(schema.fields) for row in rows])

    def close(self) -> None:
        """The next rows take the place of these."""


@cache
def kit() -> tuple[testing.Engine, ...]:
    """Engines of the test kit that start at once: the styles of SQLite, and Python."""
    return tuple(engine for engine in testing.engines() if engine.name == "python" or "sqlite" in engine.name)


def engines(schema: pq.Schema, rows: Sequence[Row], rng: Random) -> Iterator[Engine]:
    """Each engine that can be started here, with the rows in it; those of the kit on SQLite and Python now and then."""
    yield Python(schema, rows)
    yield Objects(schema, rows)
    for style in STYLES:
        yield Store(schema, rows, style, rng)
    for engine in kit():
        if not engine.name.startswith(("python", "sql")) or rng.random() < 0.1:
            yield Plugged(engine, schema, rows)
