"""What the grammar yields: clauses and branches as written, each part knowing where it stood."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from paramql.source import Piece, Span


class Part(NamedTuple):
    """Some text of a piece: what it says, and which decoded characters said it."""

    text: str
    piece: Piece
    start: int
    end: int

    @property
    def span(self) -> Span:
        """Its characters in the raw text."""
        return self.piece.span(self.start, self.end)

    @property
    def written(self) -> str:
        """The characters themselves, quotes and all."""
        return self.piece.text[self.start : self.end]


class Item(NamedTuple):
    """An operand, or an item of a list; quotes undone."""

    part: Part
    quoted: bool


@dataclass(frozen=True, slots=True)
class Clause:
    """`name=prefixes operand`, or the same with a colon in an expression; `items` when the grammar saw a list."""

    name: Part
    prefixes: Part
    operand: Item
    items: tuple[Item, ...] | None = None


@dataclass(frozen=True, slots=True)
class Branch:
    """`and or not any all` and what stands in its brackets; `any` and `all` have a path."""

    word: str
    operands: tuple[Parsed, ...]
    path: Part | None = None


Parsed: TypeAlias = Clause | Branch


class Misspelt(ValueError):
    """Text that the grammar does not accept: the code (`syntax` or `too-deep`), what was expected, and where."""

    def __init__(self, code: str, message: str, start: int, end: int) -> None:
        super().__init__(code, message, start, end)
        self.code = code
        self.message = message
        self.start = start
        self.end = end
