"""Rows in a frame of Polars: in columns and structs, in every storage, with null elements in the lists."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any as Anything

import paramql as pq
from paramql.backends.polars import PolarsTarget
from strategies.rows import Row

DRAWN = {"datetime": ["utc", "utc_ms", "naive"], "decimal": ["decimal", "scaled"]}


class Frame:
    """A frame that holds the rows of a schema, each type in one storage."""

    name = "polars"

    def __init__(self, schema: pq.Schema, rows: Sequence[Row], rng: Random, storages: dict[str, str]) -> None:
        assert schema.key is not None
        self.target = target_of(schema, {field.name: _place(field, rng, storages) for field in schema.fields})
        self._rng = rng
        self._keys = [row.cells[schema.key.name] for row in rows]
        records = [with_nulls(row.record(schema.fields), rng) for row in rows]
        self._frame = self.target.frame(records).with_row_index("number")

    def select(self, where: pq.Expression) -> set[Anything]:
        """The unique keys of the rows that the filter selects, asked at once or lazily."""
        asked = pq.compile(where, self.target)
        found = self._frame.lazy().filter(asked).collect() if self._is_lazy() else self._frame.filter(asked)
        return {self._keys[number] for number in found["number"].to_list()}

    def _is_lazy(self) -> bool:
        return self._rng.random() < 0.5

    def close(self) -> None:
        """Nothing to do."""


def target_of(schema: pq.Schema, columns: dict[str, Anything] | None = None) -> PolarsTarget:
    """A target, known to be one of Polars."""
    target = pq.target("polars", schema, columns=columns or {})
    assert isinstance(target, PolarsTarget)
    return target


def with_nulls(value: Anything, rng: Random) -> Anything:
    """The record with null elements in its lists, which are no elements."""
    if isinstance(value, dict):
        return {key: with_nulls(member, rng) for key, member in value.items()}
    if not isinstance(value, list):
        return value
    elements = [with_nulls(element, rng) for element in value]
    return [*elements, None] if rng.random() < 0.4 else elements


def _place(field: pq.Field, rng: Random, storages: dict[str, str]) -> pq.Column | pq.JsonPath | pq.Rows:
    """A column of its own, or a field of a struct that others share."""
    of = field.type.of if isinstance(field.type, pq.ListOf) else field.type
    path = field.path if rng.random() < 0.6 else ("shared struct", f"{field.name} é")
    if isinstance(of, pq.Record):
        return pq.Rows("~".join(path), {}, {field.name: _place(field, rng, storages) for field in of.fields})
    storage = storages.get(of.word)
    return pq.JsonPath(*path, storage=storage) if rng.random() < 0.5 else pq.Column(field.name, storage=storage)
