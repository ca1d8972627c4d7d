"""Patterns that ignore case: a class of equal characters for each one, so that no engine's own folding is used."""

from __future__ import annotations

import re
from typing import Protocol

# All but letters, digits and the underscore, which some dialects of regular expressions refuse to see escaped.
_MEANING = re.compile(r"[^0-9A-Za-z_\x80-\U0010ffff]")


class Pattern(Protocol):
    """Makes a pattern from classes; `before` and `after` say whether anything may stand there."""

    def __call__(self, classes: list[str], *, before: bool, after: bool) -> str:
        """The pattern."""


def glob(classes: list[str], *, before: bool, after: bool) -> str:
    """For SQLite. A character that means something there stands in a class of its own.

    >>> glob(["Aa", "*"], before=False, after=True)
    '[Aa][*]*'
    """
    body = "".join(f"[{equals}]" if len(equals) > 1 or equals in "*?[" else equals for equals in classes)
    return ("*" if before else "") + body + ("*" if after else "")


def regex(end: str) -> Pattern:
    """For regular expressions; `end` is what matches at the very end only (`$` may do so before a newline too)."""

    def pattern(classes: list[str], *, before: bool, after: bool) -> str:
        body = "".join(f"[{equals}]" if len(equals) > 1 else _MEANING.sub(r"\\\g<0>", equals) for equals in classes)
        return ("" if before else r"\A") + body + ("" if after else end)

    return pattern
