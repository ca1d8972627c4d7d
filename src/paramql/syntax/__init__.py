"""Text to clauses and branches. Plain values go by patterns derived from the grammar, all else by Lark itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from paramql.source import Piece
from paramql.syntax import derived
from paramql.syntax.tree import Branch, Clause, Item, Misspelt, Parsed, Part

if TYPE_CHECKING:
    from lark import Token, Tree

__all__ = ["Branch", "Clause", "Item", "Misspelt", "Pair", "Parsed", "Part", "pairs", "parse_filter", "parse_list", "parse_value"]

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
            name, _, value = written.partition("=")
            yield Pair(name, at, value, min(at + len(name) + 1, at + len(written)))
        at += len(written) + 1


def parse_value(name: Part, piece: Piece) -> Clause:
    """A plain parameter: the words before colons, and the rest, verbatim."""
    match = _VALUE.fullmatch(piece.text)
    if match is None:
        return _value_by_lark(name, piece)
    prefixes, rest = match["PREFIXES"] or "", match["REST"] or ""
    return _plain_clause(name, piece, prefixes, rest)


def parse_list(operand: Part) -> tuple[Item, ...]:
    """The items of a list in a plain parameter. Raises `Misspelt`, its places counted in the operand's piece."""
    if _LIST.fullmatch(operand.text) is None:
        return _list_by_lark(operand)
    return tuple(_items(operand))


def parse_filter(piece: Piece, depth: int, quantifiers: int) -> Parsed:
    """The expression of a `filter` parameter. Raises `Misspelt`: `syntax`, or `too-deep` beyond the two limits."""
    from paramql.syntax.lark_parser import tree_of

    tree = tree_of(piece.text, "filter", depth, quantifiers)
    return _parsed(tree.children[-1], piece)  # type: ignore[arg-type]


def _plain_clause(name: Part, piece: Piece, prefixes: str, rest: str) -> Clause:
    colon, end = len(prefixes), len(piece.text)
    return Clause(name, Part(prefixes, piece, 0, colon), Item(Part(rest, piece, colon, end), quoted=False))


def _items(operand: Part) -> Iterator[Item]:
    opened = _OPEN.match(operand.text)
    at = opened.end() if opened else 0
    while True:
        match = _ITEM.match(operand.text, at)
        assert match is not None  # an item may be empty
        yield _item(match[0], operand.piece, operand.start + at)
        comma = _COMMA.match(operand.text, match.end())
        if comma is None:
            return
        at = comma.end()


def _item(written: str, piece: Piece, at: int) -> Item:
    text = written.strip(" ")
    start = at + len(written) - len(written.lstrip(" ")) if text else at
    quoted = text.startswith('"')
    value = re.sub(r"\\(.)", r"\1", text[1:-1]) if quoted else text
    return Item(Part(value, piece, start, start + len(text)), quoted)


# What follows reads Lark's trees.


def _value_by_lark(name: Part, piece: Piece) -> Clause:
    from paramql.syntax.lark_parser import tree_of

    prefixes, rest = (_text_of(part) for part in tree_of(piece.text, "value").children)  # type: ignore[arg-type]
    return _plain_clause(name, piece, prefixes, rest)


def _list_by_lark(operand: Part) -> tuple[Item, ...]:
    from paramql.syntax.lark_parser import tree_of

    try:
        tree = tree_of(operand.text, "list")
    except Misspelt as error:
        raise Misspelt(error.code, error.message, operand.start + error.start, operand.start + error.end) from None
    return _listed(tree, operand.piece, operand.start)


def _parsed(tree: Tree[Token], piece: Piece) -> Parsed:
    tokens = tree.children
    match tree.data:
        case "branch":
            return Branch(_word(tokens[0]), tuple(_parsed(inner, piece) for inner in _trees(tree)))
        case "quantified":
            return Branch(_word(tokens[0]), (_parsed(_trees(tree)[0], piece),), _part(tokens[1], piece))
        case _:
            return _clause(tree, piece)


def _clause(tree: Tree[Token], piece: Piece) -> Clause:
    name, colon, *rest = (child for child in tree.children if isinstance(child, str))
    prefixes = _part(rest[0], piece) if tree.data != "bare_clause" else _empty(piece, colon.end_pos)
    items = _listed(tree, piece, 0) if tree.data == "list_clause" else None
    written = piece.text[prefixes.end : _end_of(tree, prefixes.end)]
    return Clause(_part(name, piece), prefixes, _item(written, piece, prefixes.end), items)


def _empty(piece: Piece, at: int) -> Part:
    return Part("", piece, at, at)


def _end_of(tree: Tree[Token], at: int) -> int:
    return max([at, *(token.end_pos or at for token in tree.scan_values(lambda _: True))])


def _listed(tree: Tree[Token], piece: Piece, offset: int) -> tuple[Item, ...]:
    items = next(tree.find_data("items"))
    return tuple(_item(_text_of(item), piece, offset + at) for item, at in _placed(items, tree))


def _placed(items: Tree[Token], tree: Tree[Token]) -> Iterator[tuple[Tree[Token], int]]:
    opening = [token for token in tree.children if getattr(token, "type", "") == "OPEN"]
    at = opening[0].end_pos if opening else 0
    for child in items.children:
        if getattr(child, "type", "") == "COMMA":
            at = child.end_pos
        else:
            yield child, at


def _trees(tree: Tree[Token]) -> list[Tree[Token]]:
    return [child for child in tree.children if not isinstance(child, str)]


def _text_of(tree: Tree[Token]) -> str:
    return str(tree.children[0]) if tree.children else ""


def _word(token: Token) -> str:
    return token.rstrip(" ")[:-1]


def _part(token: Token, piece: Piece) -> Part:
    return Part(str(token), piece, token.start_pos, token.end_pos)
