"""What a differential run asks: Python's predicates in all their forms, SQLite in every style, all that can be had."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from random import Random
from types import SimpleNamespace
from typing import Any as Anything
from typing import Protocol, cast

import paramql as pq
from law import path_of, reached
from paramql import testing
from paramql.testing.databases import OPEN, opened
from paramql.testing.known import KNOWN, started
from strategies import tables
from strategies.cells import held
from strategies.rows import Row
from strategies.stores import STYLES, Store, Style


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


# --- the engines by family, and those of each that are asked at one time

_KIT = ", by the kit"
_FAMILIES: Mapping[str, Sequence[str]] = {
    "python": ["python"],
    "sqlite": ["sqlite"],
    "postgresql": ["postgresql", "postgresql", "postgresql-icu"],
    "mariadb": ["mariadb"],
    "duckdb": ["duckdb"],
    "mongodb": ["mongodb"],
    "polars": ["polars"],
    "sqlalchemy": [f"sqlalchemy on {name}" for name in ("sqlite", "postgresql", "mariadb", *OPEN)],
    "django": [f"django on {name}" for name in ("sqlite", "sqlite", "postgresql", "postgresql-icu", "mariadb")],
}
AT_ONCE = ("python", "sqlite")  # what needs no server and nothing that is not installed


@cache
def lacking(name: str) -> str | None:
    """Why an engine cannot be had here; None where it can."""
    return KNOWN[name if name in KNOWN else f"{name}, columns"].missing()


@cache
def families() -> tuple[str, ...]:
    """Those of which one engine can be had here."""
    return tuple(family for family, names in _FAMILIES.items() if not all(map(lacking, names)))


def reasons() -> list[str]:
    """Why those engines are not asked that cannot be had here."""
    return [reason for names in _FAMILIES.values() for name in dict.fromkeys(names) if (reason := lacking(name))]


def engines(
    schema: pq.Schema,
    rows: Sequence[Row],
    seed: str,
    of: Sequence[str] | None = None,
    lean: Mapping[str, str] | None = None,
) -> Iterator[Engine]:
    """Engines of these families (None: of all that can be had here), with the rows in them.

    lean: for a family, the column of the grid that its style should fill, more often than not.
    """
    names = _drawn(families() if of is None else of, Random(seed), lean or {})
    return (made(name, schema, rows, seed) for name in names)


def _drawn(of: Sequence[str], rng: Random, lean: Mapping[str, str]) -> Iterator[str]:
    """The names: all forms of Python and SQLite, and those of the test kit now and then; of others one each."""
    for family in of:
        drawn = rng.choice([name for name in _FAMILIES[family] if not lacking(name)])
        match family:
            case "python":
                yield from (Python.name, Objects.name)
            case "sqlite":
                yield from (f"sqlite, {style}" for style in STYLES)
            case "postgresql" | "mariadb" | "duckdb":
                styles = _FILLING.get(lean.get(family, ""), _MOSTLY) if rng.random() < 0.7 else _MOSTLY
                yield f"{drawn}, {rng.choice(styles)}"
            case _:
                yield f"{drawn}{_KIT}" if family in ("sqlalchemy", "django") else drawn
    yield from (f"{name}{_KIT}" for name in _OF_KIT if name.startswith(tuple(of)) and rng.random() < 0.1)


# Of one style, most of the grid is filled: scalars in a document, lists in rows.
_MOSTLY = (*tables.STYLES, "document and rows", "document and rows", "document and rows")
_FILLING = {"JSON path": ("document", "document and rows"), "child rows": ("rows", "document and rows")}
_OF_KIT = ["python", *(name for name in KNOWN if name.startswith("sqlite, "))]


def made(name: str, schema: pq.Schema, rows: Sequence[Row], seed: str) -> Engine:
    """The engine of a name, with the rows in it. What else it draws hangs on its name and the seed alone."""
    rng, (where, _, style) = Random(f"{seed} {name}"), name.partition(", ")
    if name.endswith(_KIT):
        return Plugged(started(name.removesuffix(_KIT)), schema, rows)
    if name in _ALONE:
        return _ALONE[name](schema, rows, rng)
    if where == "sqlite":
        return Store(schema, rows, cast(Style, style), rng)
    return tables.Tables(opened(where), schema, rows, style, rng, named=where)


def _mongodb(schema: pq.Schema, rows: Sequence[Row], rng: Random) -> Engine:
    from strategies import collection

    return collection.Collection(schema, rows, rng, _storages(collection.DRAWN, rows, rng, coarse="date"))


def _polars(schema: pq.Schema, rows: Sequence[Row], rng: Random) -> Engine:
    from strategies import frame

    return frame.Frame(schema, rows, rng, _storages(frame.DRAWN, rows, rng, coarse="utc_ms"))


def _storages(known: Mapping[str, Sequence[str]], rows: Sequence[Row], rng: Random, coarse: str) -> dict[str, str]:
    """A storage for each type; the one that cuts instants to milliseconds only where that changes none."""
    unchanged = all(held(row) == row for row in rows)
    return {
        word: rng.choice([name for name in names if unchanged or (word, name) != ("datetime", coarse)])
        for word, names in known.items()
    }


_ALONE: Mapping[str, Callable[[pq.Schema, Sequence[Row], Random], Engine]] = {
    Python.name: lambda schema, rows, _: Python(schema, rows),
    Objects.name: lambda schema, rows, _: Objects(schema, rows),
    "mongodb": _mongodb,
    "polars": _polars,
}
