"""An expression without its literals, and what all expressions ask that are alike but for these."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from paramql.ast import FALSE, TRUE
from paramql.check.filters import check_tree, read_filter
from paramql.check.heads import NO_CLOCK, PREFIXES, clause_head
from paramql.check.joined import Clauses, joined
from paramql.check.reading import Place, Reading
from paramql.declarations import Declarations, Scope
from paramql.plan import Head, Part, filled, literals_of
from paramql.simplify import simplify
from paramql.source import plain
from paramql.syntax import LIST_PREFIX, PATH, Clause, Parsed
from paramql.syntax import PREFIXES as WORDS

# A clause's beginning, and its operand: all but quoted ones and those of `exists`, which are of the skeleton. The open
# bracket after `in:` is of the beginning, and so are all words that may be operators, whatever follows them.
_CLAUSE = re.compile(
    rf'(?<![A-Za-z0-9_.:-])({PATH}:(?!(?:not:)?exists:)(?>{LIST_PREFIX}\(|{WORDS}|))((?<=\()[^()"]+|[^,()"]+)'
)


class Filter(NamedTuple):
    """What expressions of one skeleton ask, how their literals are read, and how many clauses they have."""

    part: Part
    heads: tuple[Head, ...]
    clauses: int


def bare(text: str, most: int) -> tuple[tuple[str, ...], list[str]]:
    """The skeleton of an expression and its literals.

    Raises ValueError where there are more than so many, or where blanks stand round one of them.
    """
    parts = _CLAUSE.split(text)
    literals = parts[2::3]
    if len(literals) > most:
        raise ValueError
    if " " in text and any(literal[0] == " " or literal[-1] == " " for literal in literals):
        raise ValueError
    del parts[2::3]
    return tuple(parts), literals


def filter_of(text: str, schema: Declarations, clauses: Clauses, skeleton: tuple[str, ...]) -> Filter:
    """What an expression asks, whatever its literals. Raises ValueError where it must be read by itself each time."""
    try:
        return Filter(*joined(skeleton, clauses, schema.limits.depth), len(skeleton) // 2)
    except ValueError:
        if _has_literals(skeleton):
            raise
        return _read(text, schema)


def _has_literals(skeleton: tuple[str, ...]) -> bool:
    """Whether some literals were not told apart: quoted ones, and texts that begin with words before colons."""
    beginnings = (spelled.removesuffix("(").partition(":")[2] for spelled in skeleton[1::2])
    return any('"' in between for between in skeleton[::2]) or not PREFIXES.issuperset(beginnings)


def _read(text: str, schema: Declarations) -> Filter:
    """The same, read by Lark."""
    skeleton, literals = bare(text, schema.limits.clauses)
    reading = Reading(schema, text, NO_CLOCK, None)
    tree = read_filter(plain(text), schema.controls["filter"], reading)
    assert tree is not None  # a problem is one too many
    meant = check_tree(tree, Place(schema.controls["filter"], schema.scope, inside=True), reading)
    assert meant is not None
    clauses = list(_placed(tree, schema.scope))
    asking = [(clause, scope) for clause, scope in clauses if "exists:" not in clause.prefixes.text]
    heads = [clause_head(schema, scope, one.name.text, one.prefixes.text) for one, scope in asking]
    known = tuple(head for head in heads if head and head.part and head.part.expand is None)
    for head, literal in zip(known, literals, strict=True):
        _check(head, literal)
    where, is_apart = simplify(meant.where), [_beginning(clause) for clause, _ in asking] == list(skeleton[1::2])
    if reading.notices or where in (TRUE, FALSE) or not is_apart or len(literals_of(where)) != len(literals):
        raise ValueError
    samples = [value for head in known if head.part for value in literals_of(head.part.asked)]
    return Filter(Part(filled(meant.asked, iter(samples)), filled(where, iter(samples))), known, len(clauses))


def _check(head: Head, literal: str) -> None:
    """Raise ValueError for a literal that is of no common kind: the plan is made of one that is."""
    if head.read:
        head.read(literal)


def _beginning(clause: Clause) -> str:
    return f"{clause.name.text}:{clause.prefixes.text}{'(' if clause.items is not None else ''}"


def _placed(tree: Parsed, scope: Scope) -> Iterator[tuple[Clause, Scope]]:
    """The clauses of a checked tree, each with the names in its reach."""
    if isinstance(tree, Clause):
        yield tree, scope
        return
    if tree.path is not None:
        name = scope.find(tree.path.text)
        assert name is not None
        scope = scope.element(name)
    for operand in tree.operands:
        yield from _placed(operand, scope)
