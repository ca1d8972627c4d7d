"""What the grammar yields: clauses and branches as written, each part knowing where it stood."""

from __future__ import annotations

import re
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
_ESCAPE = re.compile(r"\\(.)")


def item(written: str, piece: Piece, at: int) -> Item:
    """An operand as the grammar found it: blanks round it dropped, quotes and escapes undone."""
    text = written.strip(" ")
    start = at + len(written) - len(written.lstrip(" ")) if text else at
    quoted = text.startswith('"')
    value = _ESCAPE.sub(r"\1", text[1:-1]) if quoted else text
    return Item(Part(value, piece, start, start + len(text)), quoted)


def plain_clause(name: Part, piece: Piece, prefixes: str, rest: str) -> Clause:
    """A parameter whose value is `prefixes` and then `rest`, verbatim."""
    colon = len(prefixes)
    return Clause(name, Part(prefixes, piece, 0, colon), Item(Part(rest, piece, colon, len(piece.text)), quoted=False))


class Misspelt(ValueError):
    """Text that the grammar does not accept: the code (`syntax` or `too-deep`), what was expected, where, a hint."""

    def __init__(self, code: str, message: str, start: int, end: int, hint: str | None = None) -> None:
        self.code = code
        self.message = message
        self.start = start
        self.end = end
        self.hint = hint
