"""Which operators were asked of which types, and where: a count for each cell, as a table."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any as Anything
from typing import NamedTuple

from law import reached
from strategies.filters import Leaf
from strategies.schemas import legal_words
from strategies.values import TYPE_WORDS

COLUMNS = ("plain", "null", "list", "JSON path", "child rows", "negated")
LEAST = 30


class Cell(NamedTuple):
    """An operator word, a type word, a column of the grid."""

    word: str
    type: str
    column: str


class Tally:
    """What a run has met so far. Only filters that select some rows and leave others count in the grid."""

    def __init__(self) -> None:
        self.cells: Counter[Cell] = Counter()
        self.figures: Counter[str] = Counter()

    def count(self, leaves: Iterable[Leaf], records: list[Anything], stores: Iterable[str]) -> None:
        """A triple of which these stores agreed with the law."""
        asked = set(stores)
        for cell in {cell for leaf in leaves for cell in _cells(leaf, records, asked)}:
            self.cells[cell] += 1

    def add(self, data: Mapping[str, Anything]) -> None:
        """Another run's counts, as `data` gives them."""
        self.cells.update({Cell(*name.split("|")): number for name, number in data["cells"].items()})
        self.figures.update(data["figures"])

    @property
    def data(self) -> dict[str, Anything]:
        """The counts as JSON has them."""
        return {"cells": {"|".join(cell): number for cell, number in self.cells.items()}, "figures": dict(self.figures)}

    def thin(self, cells: Iterable[Cell]) -> list[Cell]:
        """Those of the cells that too few triples fell in, the emptiest first."""
        return sorted((cell for cell in cells if self.cells[cell] < LEAST), key=lambda cell: self.cells[cell])

    def lines(self) -> Iterator[str]:
        """The grid as a Markdown table, figures above."""
        yield ", ".join(f"{number:,} {name}" for name, number in sorted(self.figures.items()))
        yield ""
        yield f"| {'operator':10} | {'type':8} | {' | '.join(f'{column:>10}' for column in COLUMNS)} |"
        yield f"|{'-' * 12}|{'-' * 10}|{'|'.join('-' * 11 + ':' for _ in COLUMNS)}|"
        for type_, word in dict.fromkeys((cell.type, cell.word) for cell in legal()):
            counts = [f"{self.cells[Cell(word, type_, column)]:>10}" for column in COLUMNS]
            yield f"| {word:10} | {type_:8} | {' | '.join(counts)} |"


def legal(types: Iterable[str] = TYPE_WORDS) -> list[Cell]:
    """Every cell that a filter can fall in."""
    return [Cell(word, _plain(type_), column) for type_ in types for word in legal_words(type_) for column in COLUMNS]


def _plain(type_: str) -> str:
    return type_.removeprefix("ordered ")


def _cells(leaf: Leaf, records: list[Anything], stores: set[str]) -> Iterator[Cell]:
    asked, path = leaf
    listed = asked.place == "list"
    met = {
        asked.place: True,
        "null": any(not any(True for _ in reached(record, path)) for record in records),
        "JSON path": "sqlite, document" in stores,
        "child rows": listed and "sqlite, rows" in stores,
        "negated": asked.negated,
    }
    return (Cell(asked.word, _plain(asked.type), column) for column, is_met in met.items() if is_met)
