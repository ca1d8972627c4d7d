"""What is said of mutants that survive is said of code that is there, and the page says what was counted."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

from tools.mutants.reasons import KINDS, reasons

PAGE = (Path(__file__).parents[2] / "docs" / "mutants.md").read_text(encoding="utf-8")


def test_each_reason_is_one_and_of_a_function_that_is_there() -> None:
    for survivor, reason in reasons().items():
        assert (reason.kind in KINDS, bool(reason.why)) == (True, True), survivor
        there = import_module(f"paramql.{survivor.module}")
        for name in survivor.function.split("."):
            there = getattr(there, name)


def test_the_page_has_a_reason_for_each_that_survives() -> None:
    rows = [line for line in PAGE.splitlines() if re.match(r"\| `[a-z_.]+`, `\w", line)]
    (count,) = re.findall(r"^## The ([0-9]+) that survive$", PAGE, re.MULTILINE)
    assert len(rows) == int(count)
    assert [row for row in rows if row.endswith("|  |")] == []


def test_the_page_says_first_what_its_table_says_last() -> None:
    (row,) = re.findall(r"^\| all \| (.*) \|$", PAGE, re.MULTILINE)
    mutants, types, _, _, survived, score, alone = row.split(" | ")
    said = " ".join(PAGE.split())
    assert f"of {int(mutants):,} mutants {score} % are noticed" in said
    assert f"tests notice {alone} %" in said
    assert f"{int(types):,} are refused by types, {survived} survive" in said
