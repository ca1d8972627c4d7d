"""Which operators were asked of which types, and where: a count for each cell, as a table."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any as Anything
from typing import NamedTuple

from law import reached
from strategies.filters import Leaf
from strategies.schemas import legal_words
from strategies.values import TYPE_WORDS

COLUMNS = ("plain", "null", "list", "JSON path", "child rows", "negated")
LEAST = 30


# What a field meets besides, by the style of the store that answers.
_PLAIN_MEETS = {"document": "JSON path", "document and rows": "JSON path"}
_LIST_MEETS = {"document": "JSON path", "document and rows": "child rows", "rows": "child rows"}
_WITHOUT_PLACES = ("python", "mongodb", "polars")


class Cell(NamedTuple):
    """An engine's family, an operator word, a type word, a column of the grid."""

    engine: str
    word: str
    type: str
    column: str


class Tally:
    """What a run has met so far. Only filters that select some rows and leave others count in the grid."""

    def __init__(self) -> None:
        self.cells: Counter[Cell] = Counter()
        self.figures: Counter[str] = Counter({"disagreements": 0, "schemas": 0})
        self.triples: Counter[str] = Counter()
        self.answers: Counter[str] = Counter()
        self.refusals: Counter[str] = Counter()

    def count(self, leaves: Iterable[Leaf], records: list[Anything], stores: Iterable[str]) -> None:
        """A triple of which these stores agreed with the law."""
        asked = set(stores)
        self.cells.update({cell for leaf in leaves for cell in _cells(leaf, records, asked)})

    def answered(self, stores: Sequence[str]) -> None:
        """A triple that these stores have answered."""
        self.triples.update(set(map(family, stores)))
        self.answers.update(map(family, stores))

    def refused(self, store: str) -> None:
        """A triple that a store has refused to answer."""
        self.refusals[family(store)] += 1

    def add(self, data: Mapping[str, Anything]) -> None:
        """Another run's counts, as `data` gives them."""
        self.cells.update({Cell(*name.split("|")): number for name, number in data["cells"].items()})
        for name in _COUNTS:
            getattr(self, name).update(data[name])

    @property
    def data(self) -> dict[str, Anything]:
        """The counts as JSON has them."""
        return {
            "cells": {"|".join(cell): number for cell, number in self.cells.items()},
            **{name: dict(getattr(self, name)) for name in _COUNTS},
        }

    def thin(self, cells: Iterable[Cell]) -> list[Cell]:
        """Those of the cells that too few triples fell in, the emptiest first."""
        return sorted((cell for cell in cells if self.cells[cell] < LEAST), key=lambda cell: self.cells[cell])

    def lines(self, *, whole: bool = False) -> Iterator[str]:
        """Figures, those of each engine, and the least of all engines' grids as a Markdown table; whole: theirs too."""
        engines = sorted(self.triples)
        yield ", ".join(f"{number:,} {name}" for name, number in sorted(self.figures.items()))
        yield ""
        yield "| engine     | triples |  answers | refusals | cells filled |"
        yield "|------------|--------:|---------:|---------:|-------------:|"
        yield from map(self._line, engines)
        yield from self._grid("least of all engines", engines)
        for engine in engines if whole else ():
            yield from self._grid(engine, [engine])

    def _line(self, engine: str) -> str:
        cells = legal([engine])
        filled = f"{len(cells) - len(self.thin(cells))} of {len(cells)}"
        counts = f"{self.triples[engine]:>7,} | {self.answers[engine]:>8,} | {self.refusals[engine]:>8,}"
        return f"| {engine:10} | {counts} | {filled:>12} |"

    def _grid(self, title: str, engines: Sequence[str]) -> Iterator[str]:
        known = set(legal(engines))
        yield from ("", f"{title}:", "")
        yield f"| {'operator':10} | {'type':8} | {' | '.join(f'{column:>10}' for column in COLUMNS)} |"
        yield f"|{'-' * 12}|{'-' * 10}|{'|'.join('-' * 11 + ':' for _ in COLUMNS)}|"
        for type_, word in dict.fromkeys((cell.type, cell.word) for cell in legal(engines)):
            cells = [[Cell(engine, word, type_, column) for engine in engines] for column in COLUMNS]
            counts = [min((self.cells[one] for one in some if one in known), default="") for some in cells]
            yield f"| {word:10} | {type_:8} | {' | '.join(f'{count:>10}' for count in counts)} |"


_COUNTS = ("figures", "triples", "answers", "refusals")


def legal(engines: Iterable[str], types: Iterable[str] = TYPE_WORDS) -> list[Cell]:
    """Every cell that a filter can fall in, for engines of these families."""
    pairs = [(word, _plain(type_)) for type_ in types for word in legal_words(type_)]
    return [Cell(engine, *pair, column) for pair in pairs for engine in engines for column in _columns(engine)]


def _columns(engine: str) -> Iterable[str]:
    return [one for one in COLUMNS if engine not in _WITHOUT_PLACES or one not in ("JSON path", "child rows")]


def family(store: str) -> str:
    """The family of an engine: `postgresql` of `postgresql-icu, rows`."""
    return re.split("[^a-z]", store)[0]


def _plain(type_: str) -> str:
    return type_.removeprefix("ordered ")


def _cells(leaf: Leaf, records: list[Anything], stores: set[str]) -> Iterator[Cell]:
    asked, path = leaf
    is_null = any(not any(True for _ in reached(record, path)) for record in records)
    everywhere = [asked.place, *(["null"] if is_null else []), *(["negated"] if asked.negated else [])]
    for store in stores:
        for column in [*everywhere, *_places(store, asked.place)]:
            yield Cell(family(store), asked.word, _plain(asked.type), column)


def _places(store: str, place: str) -> list[str]:
    """Where the store has the field; those of SQLAlchemy and Django answer from tables and documents at once."""
    if family(store) in ("sqlalchemy", "django"):
        return ["JSON path", "child rows"] if place == "list" else ["JSON path"]
    meets = (_LIST_MEETS if place == "list" else _PLAIN_MEETS).get(store.partition(", ")[2])
    return [meets] if meets else []
