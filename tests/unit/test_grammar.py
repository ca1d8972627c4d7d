"""The grammar is the one definition of the syntax: without conflicts, shipped as it stands, its fast form derived."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest
from lark import Lark

from paramql.syntax.lark_parser import lark

ROOT = Path(__file__).resolve().parents[2]
GRAMMAR = ROOT / "grammar" / "filter.lark"


@pytest.mark.parametrize("start", ["value", "list", "filter"])
def test_the_grammar_has_no_conflicts_and_no_terminals_that_collide(start: str) -> None:
    """In Lark's strict mode a conflict, or two terminals of one priority that match one text, raise."""
    text = GRAMMAR.read_text(encoding="utf-8")
    Lark(text, start=start, parser="lalr", strict=True, maybe_placeholders=False)


def test_the_parser_is_made_of_that_grammar() -> None:
    assert lark().source_grammar == GRAMMAR.read_text(encoding="utf-8")


def test_the_package_has_the_grammar_by_a_link() -> None:
    link = ROOT / "src/paramql/grammar/filter.lark"
    assert link.resolve() == GRAMMAR


def test_the_derived_patterns_are_what_the_tool_derives(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "tools"))
    sys.modules.pop("derive", None)
    import derive  # type: ignore[import-not-found]

    written = (ROOT / "src/paramql/syntax/derived.py").read_text(encoding="utf-8")
    assert derive.source() == written, "run: python tools/derive.py"


def test_every_example_of_the_grammar_is_one() -> None:
    """What stands in a comment as name=value is read by the rule below it."""
    text = GRAMMAR.read_text(encoding="utf-8")
    values = re.findall(r"^// (\w+)=(\S+)(?: .*)?\n(\w+)", text, re.MULTILINE)
    assert [rule for _, _, rule in values] == ["value", "list", "filter"]
    for _, value, rule in values:
        example = value.removeprefix("in:") if rule == "list" else value
        lark().parse(example, start=rule)  # raises where it is none
