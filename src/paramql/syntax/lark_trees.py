"""Lark's trees to clauses and branches; also what Lark makes of values and lists, which the fast way must equal."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any as Anything
from typing import TypeAlias

from paramql.source import Piece
from paramql.syntax.lark_parser import tree_of
from paramql.syntax.tree import Branch, Clause, Item, Misspelt, Parsed, Part, item, plain_clause

Node: TypeAlias = Anything  # a Tree or a Token: Lark's own types do not tell them apart in `children`


def filter_by_lark(piece: Piece, depth: int, quantifiers: int) -> Parsed:
    """The expression of a `filter` parameter. Raises `Misspelt`."""
    return _parsed(tree_of(piece.text, "filter", depth, quantifiers).children[-1], piece)


def value_by_lark(name: Part, piece: Piece) -> Clause:
    """A plain parameter."""
    prefixes, rest = (_text_of(part) for part in tree_of(piece.text, "value").children)
    return plain_clause(name, piece, prefixes, rest)


def list_by_lark(operand: Part) -> tuple[Item, ...]:
    """The items of a list in a plain parameter. Raises `Misspelt`, its places counted in the operand's piece."""
    try:
        tree = tree_of(operand.text, "list")
    except Misspelt as error:
        raise Misspelt(error.code, error.message, operand.start + error.start, operand.start + error.end) from None
    return _items(tree, operand.piece, operand.start)


def _parsed(tree: Node, piece: Piece) -> Parsed:
    first, *rest = tree.children
    match tree.data:
        case "branch":
            return Branch(_word(first), tuple(_parsed(inner, piece) for inner in rest if _is_tree(inner)))
        case "quantified":
            path, _, inner, _ = rest
            return Branch(_word(first), (_parsed(inner, piece),), _part(path, piece))
        case _:
            return _clause(tree, piece)


def _clause(tree: Node, piece: Piece) -> Clause:
    name, colon, *rest = (child for child in tree.children if not _is_tree(child))
    is_bare = tree.data == "bare_clause"
    prefixes = Part("", piece, colon.end_pos, colon.end_pos) if is_bare else _part(rest[0], piece)
    items = _items(tree, piece, 0) if tree.data == "list_clause" else None
    written = piece.text[prefixes.end : _end_of(tree)]
    return Clause(_part(name, piece), prefixes, item(written, piece, prefixes.end), items)


def _items(tree: Node, piece: Piece, offset: int) -> tuple[Item, ...]:
    items = next(tree.find_data("items"))
    opening = tree.children[-3].end_pos if len(tree.children) > 1 else 0
    return tuple(item(_text_of(node), piece, offset + at) for node, at in _placed(items, opening))


def _placed(items: Node, at: int) -> Iterator[tuple[Node, int]]:
    for child in items.children:
        if _is_tree(child):
            yield child, at
        else:
            at = child.end_pos


def _is_tree(node: Node) -> bool:
    return not isinstance(node, str)


def _end_of(tree: Node) -> int:
    return max(int(token.end_pos) for token in tree.scan_values(lambda _: True))


def _text_of(tree: Node) -> str:
    return str(tree.children[0]) if tree.children else ""


def _word(token: str) -> str:
    return token.rstrip(" ")[:-1]


def _part(token: Node, piece: Piece) -> Part:
    return Part(str(token), piece, token.start_pos, token.end_pos)
