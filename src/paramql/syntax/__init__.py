"""Text to clauses and branches. Plain values go by patterns derived from the grammar, all else by Lark itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from paramql.source import Piece
from paramql.syntax import derived
from paramql.syntax.derived import LIST_PREFIX, PATH, PREFIXES
from paramql.syntax.tree import Branch, Clause, Item, Misspelt, Parsed, Part, item, plain_clause

__all__ = [
    "LIST_PREFIX",
    "PATH",
    "PREFIXES",
    "Branch",
    "Clause",
    "Item",
    "Misspelt",
    "Pair",
    "Parsed",
    "Part",
    "pairs",
    "parse_filter",
    "parse_list",
    "parse_value",
    "split_value",
]

_VALUE = re.compile(derived.VALUE)
_LIST = re.compile(derived.LIST)
_ITEM = re.compile(derived.ITEM)
_OPEN = re.compile(derived.OPEN)
_COMMA = re.compile(derived.COMMA)


class Pair(NamedTuple):
    """`name=value` as written, still encoded, and where each begins in the query string."""

    name: str
    name_at: int
    value: str
    value_at: int


def pairs(text: str) -> Iterator[Pair]:
    """The parameters of a query string: split at `&`, then at the first `=`; empty ones are skipped."""
    at = 0
    for written in text.split("&"):
        if written:
            name, equals, value = written.partition("=")
            yield Pair(name, at, value, at + len(name) + len(equals))
        at += len(written) + 1


def parse_value(name: Part, piece: Piece) -> Clause:
    """A plain parameter: the words before colons, and the rest, verbatim."""
    return plain_clause(name, piece, *split_value(piece.text))


def split_value(text: str) -> tuple[str, str]:
    """The words before colons, with the colons, and the rest."""
    if ":" not in text:
        return "", text
    match = _VALUE.fullmatch(text)
    assert match is not None  # the grammar takes any value
    return match["PREFIXES"] or "", match["REST"] or ""


def parse_list(operand: Part) -> tuple[Item, ...]:
    """The items of a list in a plain parameter. Raises `Misspelt`, its places counted in the operand's piece."""
    if _LIST.fullmatch(operand.text):
        return tuple(_items(operand))
    from paramql.syntax.lark_trees import list_by_lark

    return list_by_lark(operand)


def parse_filter(piece: Piece, depth: int, quantifiers: int) -> Parsed:
    """The expression of a `filter` parameter. Raises `Misspelt`: `syntax`, or `too-deep` beyond the two limits."""
    from paramql.syntax.lark_trees import filter_by_lark

    return filter_by_lark(piece, depth, quantifiers)


def _items(operand: Part) -> Iterator[Item]:
    opened = _OPEN.match(operand.text)
    at = opened.end() if opened else 0
    while True:
        match = _ITEM.match(operand.text, at)
        assert match is not None  # an item may be empty
        yield item(match[0], operand.piece, operand.start + at)
        comma = _COMMA.match(operand.text, match.end())
        if comma is None:
            return
        at = comma.end()
