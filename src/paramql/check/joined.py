"""Expressions of `and`, `or` and `not` put together from clauses that are known: the short way through a new skeleton.

It reads what is written without blanks, quotes, lists of records and `exists`; of all else it says nothing, and Lark
reads it. A property holds both to the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from paramql.ast import And, Compare, Not, Or
from paramql.check.heads import clause_head
from paramql.declarations import Declarations
from paramql.declare import Asked, Expression
from paramql.plan import Group, Head, Kind, Part
from paramql.simplify import simplify
from paramql.syntax import derived

_WORDS = re.compile(f"{derived.AND}|{derived.OR}|{derived.NOT}|{derived.CLOSE}|{derived.COMMA}")
_LIST_PREFIX = re.compile(derived.LIST_PREFIX)
_LONGEST = 64
_MANY = frozenset({"and(", "or("})


class Known(NamedTuple):
    """A clause that has been met: how its literal is read, what it asks, and what its complement asks."""

    head: Head
    part: Part
    complement: Part
    is_list: bool


class Open(NamedTuple):
    """A group whose bracket is open.

    word: as written. negated: whether an odd number of `not` stands around what is in it; kind: what joins it then.
    asked, parts: what has been read of it.
    """

    word: str
    negated: bool
    kind: Kind | None
    asked: list[Asked]
    parts: list[Part]


class Clauses:
    """The clauses that a schema has met in expressions, spelled as declared, by what stands before their literals."""

    def __init__(self, schema: Declarations) -> None:
        self._schema = schema
        self._known: dict[str, Known] = {}

    def find(self, spelled: str) -> Known:
        """The clause that begins so. Raises ValueError for one that is not read this way."""
        return self._known.get(spelled) or self._met(spelled)

    def _met(self, spelled: str) -> Known:
        name, _, prefixes = spelled.removesuffix("(").partition(":")
        if bool(_LIST_PREFIX.fullmatch(prefixes)) != spelled.endswith("("):
            raise ValueError  # a list without its brackets
        head = clause_head(self._schema, self._schema.scope, name, prefixes)
        if head is None or head.part is None or not _is_one(head.part.where):
            raise ValueError
        complement = Part(Not(head.part.asked), simplify(Not(head.part.where)))
        known = Known(head, head.part, complement, spelled.endswith("("))
        if name == head.name:
            self._known[spelled] = known
        return known


def _is_one(where: Expression) -> bool:
    """Whether it is one comparison, perhaps negated."""
    return isinstance(where.operand if isinstance(where, Not) else where, Compare)


def joined(skeleton: Sequence[str], clauses: Clauses, depth: int) -> tuple[Part, tuple[Head, ...]]:
    """What expressions of a skeleton ask, and the heads of their literals. Raises ValueError for all others."""
    found = [clauses.find(spelled) for spelled in skeleton[1::2]]
    group, outer = Open("", False, None, [], []), list[Open]()
    is_due, in_list = True, False  # whether an expression must follow, and the bracket of a list is open
    for at, between in enumerate(skeleton[0::2]):
        for word in _words(_unlisted(between) if in_list else between):
            if word == ",":
                _check(not is_due and group.word in _MANY)
                is_due = True
            elif word == ")":
                _check(not is_due and bool(outer))
                closed, group = group, outer.pop()
                _close(closed, group)
            else:
                _check(is_due and len(outer) < depth)
                outer.append(group)
                group = _opened(word, group.negated)
        if at < len(found):
            _check(is_due)
            clause, is_due = found[at], False
            in_list = clause.is_list
            group.asked.append(clause.part.asked)
            group.parts.append(clause.complement if group.negated else clause.part)
    _check(not (is_due or outer))
    return group.parts[0].asking(group.asked[0]), tuple([clause.head for clause in found])


def _check(can_stand: bool) -> None:
    if not can_stand:
        raise ValueError


def _unlisted(between: str) -> str:
    """What follows a list, whose bracket is closed first."""
    if not between.startswith(")"):
        raise ValueError
    return between[1:]


@lru_cache(maxsize=512)
def _words(between: str) -> tuple[str, ...]:
    """The words between two clauses. Raises ValueError for what is none, or is not written in the shortest way."""
    words = tuple(_WORDS.findall(between))
    if len(between) > _LONGEST or "".join(words) != between or " " in between:
        raise ValueError
    return words


def _opened(word: str, negated: bool) -> Open:
    if word == "not(":
        return Open(word, not negated, None, [], [])
    return Open(word, negated, And if (word == "and(") != negated else Or, [], [])


def _close(group: Open, outer: Open) -> None:
    """Put a group that is complete into the one around it."""
    asked, part = _whole(group)
    outer.asked.append(asked)
    if isinstance(part, Group) and part.kind is outer.kind:
        outer.parts.extend(part.parts)
    else:
        outer.parts.append(part)


def _whole(group: Open) -> tuple[Asked, Part]:
    if group.kind is None:
        return Not(group.asked[0]), group.parts[0]
    asked = And(tuple(group.asked)) if group.word == "and(" else Or(tuple(group.asked))
    return asked, group.parts[0] if len(group.parts) == 1 else Group(asked, group.kind, group.parts)
