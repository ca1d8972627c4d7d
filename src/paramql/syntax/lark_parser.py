"""Lark's own parser of the grammar: expressions, whatever the derived patterns do not accept, and what was expected."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import cast

from lark import Lark, Token, Tree, UnexpectedInput, UnexpectedToken

from paramql.source import shown
from paramql.syntax.tree import Misspelt

BRANCHES = {"AND", "OR", "NOT", "ANY", "ALL"}
_WORDS = {
    "AND": "and(",
    "OR": "or(",
    "NOT": "not(",
    "ANY": "any(",
    "ALL": "all(",
    "OPEN": "'(' before a list",
    "CLOSE": "')'",
    "COMMA": "','",
    "COLON": "':'",
    "PATH": "a name",
    "LIST_PREFIX": "an operator",
    "PREFIXES": "an operator",
    "QUOTED": 'a value (in double quotes if it holds , ( ) or ")',
    "TEXT": 'a value (in double quotes if it holds , ( ) or ")',
    "$END": "the end",
}
_GROUPS = [word for name, word in _WORDS.items() if name in BRANCHES]
# Quotes up to a backslash that escapes nothing, where they are closed further on.
_ESCAPING_NOTHING = re.compile(r'"(?:\\["\\]|[^"\\])*+(?=\\.(?:\\.|[^"\\])*+")', re.DOTALL)
_FOUND = {"": "the end", " ": "a blank"}


@cache
def lark() -> Lark:
    """The parser made from `grammar/filter.lark` (LALR(1), contextual lexer)."""
    return Lark.open_from_package(
        "paramql",
        "filter.lark",
        ("grammar",),
        start=["value", "list", "filter"],
        parser="lalr",
        maybe_placeholders=False,
        keep_all_tokens=True,
    )


def tree_of(text: str, start: str, depth: int = 0, quantifiers: int = 0) -> Tree[Token]:
    """The parse tree of `text` from a start symbol. Raises `Misspelt`; nesting is counted while lexing."""
    parser = lark().parse_interactive(text, start=start)
    try:
        for _ in _bounded(parser.iter_parse(), depth, quantifiers):
            pass
        tree: Tree[Token] = parser.feed_eof()  # type: ignore[no-untyped-call]
    except UnexpectedInput as error:
        raise _misspelt(error, text, parser.accepts()) from None  # type: ignore[no-untyped-call]
    return tree


def _bounded(tokens: Iterator[Token], depth: int, quantifiers: int) -> Iterator[Token]:
    open_: list[str] = []
    for token in tokens:
        if token.type in BRANCHES or token.type == "OPEN":
            open_.append(token.type)
            _check_depth(token, open_, depth, quantifiers)
        elif token.type == "CLOSE" and open_:
            open_.pop()
        yield token


def _check_depth(token: Token, open_: list[str], depth: int, quantifiers: int) -> None:
    found = sum(word in BRANCHES for word in open_)
    if found > depth and token.type in BRANCHES:
        raise _too_deep(token, found, depth, "and, or, not, any, all")
    if (found := sum(word in ("ANY", "ALL") for word in open_)) > quantifiers:
        raise _too_deep(token, found, quantifiers, "any, all")


def _too_deep(token: Token, found: int, limit: int, words: str) -> Misspelt:
    start, message = token.start_pos or 0, f"nested {found} levels deep here; at most {limit} of {words}"
    return Misspelt("too-deep", message, start, start + len(token.rstrip(" ")))


def _misspelt(error: UnexpectedInput, text: str, accepted: set[str]) -> Misspelt:
    at_end = isinstance(error, UnexpectedToken) and error.token.type == "$END"
    at = len(text) if at_end else cast("int", error.pos_in_stream)
    found = text[at : at + 1]
    if found == "(" and accepted == {"COLON"}:
        return _no_group(error, at)
    if found == '"' and "QUOTED" in accepted:
        return _badly_quoted(text, at)
    return Misspelt("syntax", _sentence(found, accepted), at, at + len(found))


def _no_group(error: UnexpectedInput, at: int) -> Misspelt:
    """A name before a bracket: the words of groups are few, and lower case."""
    name = str(error.token_history[-1])  # type: ignore[attr-defined]
    group = f"{name.lower()}("
    if group in _GROUPS:
        message = f"'{name}' is no group: groups are lower case"
        return Misspelt("syntax", message, at, at + 1, f"did you mean {group}?")
    return Misspelt("syntax", f"there is no group '{shown(name)}'", at, at + 1, f"there are {' '.join(_GROUPS)}")


def _badly_quoted(text: str, at: int) -> Misspelt:
    """Quotes that the grammar does not accept: with a backslash that escapes nothing, or not closed."""
    if proper := _ESCAPING_NOTHING.match(text, at):
        message = r'within double quotes a backslash stands before " or \ only: \" and \\'
        return Misspelt("syntax", message, proper.end(), proper.end() + 1)
    message = r'a double quote opens here and is not closed (inside, \" and \\ stand for " and \)'
    return Misspelt("syntax", message, at, at + 1)


def _sentence(found: str, accepted: set[str]) -> str:
    sentence = f"expected {_listed(accepted)}, found {_FOUND.get(found) or repr(shown(found))}"
    is_in_value = found in ('"', "(") and not {"OPEN", "PATH", "TEXT"} & accepted
    return f'{sentence}; a value with , ( ) or " in it stands in double quotes' if is_in_value else sentence


def _listed(names: set[str]) -> str:
    words = list(dict.fromkeys(word for name, word in _WORDS.items() if name in names))
    return " or ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))
