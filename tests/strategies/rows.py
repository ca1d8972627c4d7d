"""Rows: values with ties, and every way in which a value may be missing. One row, told in each form that is stored."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any as Anything
from typing import Literal, TypeAlias

import paramql as pq
from paramql.types import Type
from strategies.values import MISFITS, TEXTS, pool

Kind: TypeAlias = Literal["absent", "null", "misfit", "hollow", "lost", "broken"]
OMITTED = object()
# Python values of these types are near enough to be taken for values, or are the same but for their spelling.
_CONFUSED = {"integer": (int,), "decimal": (int,), "float": (int,), "choice": (str,), "uuid": (str,)}
_KINDS: list[Kind] = ["absent", "null", "misfit", "misfit", "misfit", "hollow", "lost", "broken"]


@dataclass(frozen=True)
class Gap:
    """No value: the key is absent, null, or holds a misfit; or its parent is hollow, lost (null) or broken."""

    kind: Kind
    misfit: Anything = None
    is_clear: bool = False  # in Python, too, the misfit can be no value of the type


Cells: TypeAlias = dict[str, Anything]
Leaf: TypeAlias = Callable[[Type, Anything], Anything]


@dataclass(frozen=True)
class Row:
    """A record's values by field name. The same for all forms: `Gap` for no value, lists for lists."""

    cells: Cells

    def record(self, fields: Iterable[pq.Field]) -> dict[str, Anything]:
        """The typed record, as `Schema.load` makes it: nothing where there is no value."""
        return told(fields, self.cells, lambda _, value: value, lambda _: OMITTED)

    def loose(self, fields: Iterable[pq.Field]) -> dict[str, Anything]:
        """The record as a careless host has it: None, empty parents, values of other types."""
        return told(fields, self.cells, lambda _, value: value, _as_python)

    def document(self, fields: Iterable[pq.Field], leaf: Leaf) -> dict[str, Anything]:
        """The record as JSON, each value written by `leaf`, nulls and misfits in it."""
        return told(fields, self.cells, leaf, as_json)


def told(fields: Iterable[pq.Field], cells: Cells, leaf: Leaf, gap: Callable[[Gap], Anything]) -> dict[str, Anything]:
    """A nested form of the cells."""
    grown: dict[str, Anything] = {}
    parents: list[tuple[str, Gap]] = []
    for field in fields:
        value = told_value(field.type, cells[field.name], leaf, gap)
        if value is not OMITTED:
            put(grown, field.path, value)
        elif isinstance(cells[field.name], Gap) and len(field.path) > 1:
            parents.append((field.path[0], cells[field.name]))
    for name, found in parents:
        if gap(Gap("null")) is not OMITTED and found.kind in PARENTS:
            grown.setdefault(name, PARENTS[found.kind])
    return grown


PARENTS: dict[str, Anything] = {"hollow": {}, "lost": None, "broken": "broken"}


def told_value(type_: Type | pq.ListOf, cell: Anything, leaf: Leaf, gap: Callable[[Gap], Anything]) -> Anything:
    """One cell in the form that `leaf` and `gap` give; `OMITTED` where the key is to be left out."""
    if isinstance(cell, Gap):
        return gap(cell)
    if not isinstance(type_, pq.ListOf):
        return leaf(type_, cell)
    if isinstance(type_.of, pq.Record):
        inner = [gap(one) if isinstance(one, Gap) else told(type_.of.fields, one, leaf, gap) for one in cell]
    else:
        inner = [told_value(type_.of, one, leaf, gap) for one in cell]
    return [one for one in inner if one is not OMITTED]


def _as_python(gap: Gap) -> Anything:
    """Only what no one could take for a value of the type."""
    if gap.kind == "misfit":
        return gap.misfit if gap.is_clear else None
    return None if gap.kind == "null" else OMITTED


def as_json(gap: Gap) -> Anything:
    """What JSON has in place of a value."""
    return {"misfit": gap.misfit, "null": None}.get(gap.kind, OMITTED)


def put(record: dict[str, Anything], path: Sequence[str], value: Anything) -> None:
    """Set a value in nested dictionaries."""
    for key in path[:-1]:
        record = record.setdefault(key, {})
    record[path[-1]] = value


def dumped(document: Anything, rng: Random, *, ascii_keys: bool = True) -> str:
    """JSON text, in one of the ways that writers have. SQLite finds no key that is written with escapes."""
    separators = rng.choice([None, (",", ":"), (" ,\n", " :  ")])
    return json.dumps(document, ensure_ascii=ascii_keys and rng.random() < 0.5, separators=separators)


# --- drawing


def rows(fields: Sequence[pq.Field], rng: Random, count: int) -> list[Row]:
    """Rows of a schema; the unique field counts them."""
    draw = _Drawing(rng)
    drawn = [draw.cells(fields) for _ in range(count)]
    for number, cells in enumerate(drawn, 1):
        for field in fields:
            if field.unique:
                cells[field.name] = number if isinstance(field.type, pq.Integer) else f"{TEXTS[number]}{number}"
    return [Row(cells) for cells in drawn]


class _Drawing:
    """Draws each field's values from few, so that rows tie and lists repeat."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._pools: dict[int, list[Anything]] = {}
        self._gaps: dict[int, float] = {}

    def cells(self, fields: Iterable[pq.Field]) -> Cells:
        return {field.name: self._cell(field) for field in fields}

    def _cell(self, field: pq.Field) -> Anything:
        often = self._gaps.setdefault(id(field), self._rng.choice([0.0, 0.2, 0.2, 0.5]))
        if not field.required and self._rng.random() < often:
            return self._gap(field.type)
        if not isinstance(field.type, pq.ListOf):
            return self._value(id(field), field.type)
        return [self._element(field, field.type.of) for _ in range(self._rng.choice([0, 1, 1, 2, 2, 3]))]

    def _element(self, field: pq.Field, of: Type | pq.Record) -> Anything:
        if self._rng.random() < 0.12:
            return self._element_gap(of)
        return self.cells(of.fields) if isinstance(of, pq.Record) else self._value(id(field), of)

    def _value(self, key: int, type_: Type) -> Anything:
        if key not in self._pools:
            self._pools[key] = pool(type_, self._rng)
        return self._rng.choice(self._pools[key])

    def _gap(self, type_: Type | pq.ListOf) -> Gap:
        kind = self._rng.choice(_KINDS)
        return self._misfit(type_.word) if kind == "misfit" else Gap(kind)

    def _element_gap(self, of: Type | pq.Record) -> Gap:
        word = "record" if isinstance(of, pq.Record) else of.word
        return self._rng.choice([Gap("null"), self._misfit(word)])

    def _misfit(self, word: str) -> Gap:
        misfit = self._rng.choice(MISFITS[word])
        return Gap("misfit", misfit, type(misfit) not in _CONFUSED.get(word, ()))
