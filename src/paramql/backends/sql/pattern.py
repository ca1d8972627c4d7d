"""Patterns that ignore case: a class of equal characters for each one, so that no engine's own folding is used."""

from __future__ import annotations

import re
from itertools import count, islice
from typing import Protocol

# What GLOB reads as one character: it takes the last two, which Unicode gives to no character, for the first.
BLURRED = "\ufffd\ufffe\uffff"
_BLURRED = frozenset(BLURRED)
_PRIVATE = 0xE000

# All but letters, digits and the underscore, which some dialects of regular expressions refuse to see escaped.
_MEANING = re.compile(r"[^0-9A-Za-z_\x80-\U0010ffff]")


class Pattern(Protocol):
    """Makes a pattern from classes; `before` and `after` say whether anything may stand there."""

    def __call__(self, classes: list[str], *, before: bool, after: bool) -> str:
        """The pattern."""
        ...


def glob(classes: list[str], *, before: bool, after: bool) -> str:
    """For SQLite. A character that means something there stands in a class of its own.

    >>> glob(["Aa", "*"], before=False, after=True)
    '[Aa][*]*'
    """
    body = "".join(f"[{equals}]" if len(equals) > 1 or equals in "*?[" else equals for equals in classes)
    return ("*" if before else "") + body + ("*" if after else "")


def is_blurred(literal: str) -> bool:
    """Whether a text has such a character."""
    return not _BLURRED.isdisjoint(literal)


def told_apart(literal: str) -> tuple[str, tuple[str, ...]]:
    """The literal with other characters for the blurred ones, those three, and one for what they were: it lacks all.

    >>> told_apart("a\ufffe") == ("a\ue001", ("\ue000", "\ue001", "\ue002", "\ue003"))
    True
    """
    standing = tuple(islice((char for char in map(chr, count(_PRIVATE)) if char not in literal), len(BLURRED) + 1))
    return literal.translate(dict(zip(map(ord, BLURRED), standing, strict=False))), standing


def regex(end: str) -> Pattern:
    """For regular expressions; `end` is what matches at the very end only (`$` may do so before a newline too)."""

    def pattern(classes: list[str], *, before: bool, after: bool) -> str:
        body = "".join(f"[{equals}]" if len(equals) > 1 else _MEANING.sub(r"\\\g<0>", equals) for equals in classes)
        return ("" if before else r"\A") + body + ("" if after else end)

    return pattern
