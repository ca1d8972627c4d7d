"""Ignoring case, alike everywhere: which characters are equal to a literal's when their case does not count."""

from __future__ import annotations

import functools
from collections import defaultdict

# No character from here on has a case, in any version of Unicode so far; a test goes through all the others.
CASELESS_FROM = 0x1F000
_BLOCK = 256


def fold(char: str) -> str:
    """What a character is equal by: its casefold when that is one character, else its lower case, else itself.

    >>> fold("Σ"), fold("ς"), fold("ẞ"), fold("\N{KELVIN SIGN}")
    ('σ', 'σ', 'ß', 'k')
    """
    folded = char.casefold()
    if len(folded) != 1:
        folded = char.lower()
    return folded if len(folded) == 1 else char


def classes(literal: str) -> list[str]:
    """For each character of the literal, all that are equal to it: at most four, in code point order.

    >>> classes("ok!")
    ['Oo', 'Kk\u212a', '!']
    """
    siblings = _siblings()
    return [siblings.get(folded, folded) for folded in map(fold, literal)]


@functools.cache
def _siblings() -> dict[str, str]:
    """The characters that share a fold, by that fold; those that stand alone are left out."""
    groups: defaultdict[str, set[str]] = defaultdict(set)
    for start in range(0, CASELESS_FROM, _BLOCK):
        block = "".join(map(chr, range(start, start + _BLOCK)))
        if block != block.lower() or block != block.casefold():
            for char in block:
                groups[fold(char)] |= {char, fold(char)}
    return {folded: "".join(sorted(group)) for folded, group in groups.items() if len(group) > 1}
