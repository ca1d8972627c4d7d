"""The patterns derived from the grammar agree with Lark's own parser of it, on whatever text, and take linear time."""

from __future__ import annotations

import re
import sys
import time
from collections.abc import Callable
from itertools import product
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paramql.source import Piece
from paramql.syntax import Misspelt, Part, derived, parse_list, parse_value
from paramql.syntax.lark_trees import list_by_lark, value_by_lark
from strategies import texts

NAME = Part("name", Piece("name", 0, "name"), 0, 4)
PATTERNS = {name: re.compile(getattr(derived, name)) for name in ("VALUE", "LIST", "ITEM", "OPEN", "COMMA")}

_LISTS = st.lists(st.sampled_from([*',()"\\ ', *texts.OPERANDS, '"a"', '\\"', "é", "\n"]), max_size=10).map("".join)
_SHORT = [*',()"\\ a:']


@given(texts.anything | _LISTS)
def test_a_value_is_read_as_lark_reads_it(text: str) -> None:
    piece = Piece(text, 5, text)
    assert _value(parse_value, piece) == _value(value_by_lark, piece)


@given(texts.anything | _LISTS)
def test_a_list_is_read_as_lark_reads_it(text: str) -> None:
    assert _list(parse_list, text) == _list(list_by_lark, text)


def test_short_texts_are_all_read_as_lark_reads_them() -> None:
    """Every text of up to four characters that mean something to the grammar, and some longer ones."""
    for length in range(6):
        for characters in product(_SHORT, repeat=length) if length < 5 else _sample(length):
            text = "".join(characters)
            assert _list(parse_list, text) == _list(list_by_lark, text), text
            assert _value(parse_value, Piece(text, 0, text)) == _value(value_by_lark, Piece(text, 0, text)), text


def _sample(length: int) -> list[tuple[str, ...]]:
    rng = Random(length)
    return [tuple(rng.choices(_SHORT, k=length + rng.randint(0, 4))) for _ in range(3000)]


def test_the_patterns_are_those_of_the_grammar() -> None:
    root = Path(__file__).parents[2]
    sys.path.insert(0, str(root / "tools"))
    try:
        from derive import source  # type: ignore[import-not-found]
    finally:
        sys.path.remove(str(root / "tools"))
    assert source() == (root / "src/paramql/syntax/derived.py").read_text(encoding="utf-8")


_WORST = [
    "a",
    " ",
    ",",
    "(",
    ")",
    '"',
    "\\",
    '\\"',
    '"\\',
    " ,",
    ", ",
    '" ',
    ' "',
    "a:",
    ":",
    "a: ",
    "()",
    '"",',
    '"a"',
]


@pytest.mark.parametrize("pattern", PATTERNS)
@pytest.mark.parametrize("tail", ["", '"', ")", "(", "\\", "\0"])
def test_a_pattern_takes_linear_time(pattern: str, tail: str) -> None:
    """Exponential ones took seconds for 34 characters; these take milliseconds for 20,000."""
    for unit in _WORST:
        for head in ("", '"', "("):
            text = head + unit * (20_000 // len(unit)) + tail
            started = time.process_time()
            PATTERNS[pattern].fullmatch(text)
            assert time.process_time() - started < 0.5, (head, unit, tail)


def _value(read: Callable[[Part, Piece], object], piece: Piece) -> object:
    return read(NAME, piece)


def _list(read: Callable[[Part], object], text: str) -> object:
    """The items, or what was wrong and where; the operand stands after three other characters."""
    piece = Piece("in:" + text, 7, "in:" + text)
    try:
        return read(Part(text, piece, 3, 3 + len(text)))
    except Misspelt as error:
        return error.args
