"""Ignoring case: the classes of characters, held to Unicode's whole range."""

from __future__ import annotations

import sys
from collections import defaultdict
from functools import cache

import pytest

from paramql.folding import CASELESS_FROM, classes, fold

EVERY = [chr(code) for code in range(sys.maxunicode + 1)]


@cache
def folds() -> list[str]:
    """The fold of every character."""
    return [fold(char) for char in EVERY]


@pytest.mark.no_cover
def test_no_character_beyond_the_limit_has_a_case() -> None:
    beyond = EVERY[CASELESS_FROM:]
    assert folds()[CASELESS_FROM:] == beyond
    assert not set(folds()[:CASELESS_FROM]) & set(beyond)


@pytest.mark.no_cover
def test_the_class_of_a_character_is_all_that_share_its_fold() -> None:
    groups: defaultdict[str, set[str]] = defaultdict(set)
    for char, folded in zip(EVERY, folds(), strict=True):
        if folded != char:
            groups[folded] |= {char, folded}
    together = {char: "".join(sorted(group)) for group in groups.values() for char in group}
    found = classes("".join(EVERY))
    assert [char for char, equals in zip(EVERY, found, strict=True) if equals != together.get(char, char)] == []
    assert max(map(len, found)) == 4


@pytest.mark.no_cover
def test_a_fold_is_its_own_fold() -> None:
    assert [folded for folded in {*folds()} if fold(folded) != folded] == []


def test_case_is_a_matter_of_single_characters() -> None:
    assert classes("ß") == ["ßẞ"]
    assert classes("ss") == ["Ssſ", "Ssſ"]
    assert classes("İ") == ["İ"]
    assert classes("") == []
