"""The page that stands beside other libraries: what it quotes is what the script asks, and what it says was run is."""

from __future__ import annotations

import re
from importlib import import_module
from pathlib import Path

import pytest

from benchmarks import asked
from benchmarks.behaviour import cut
from paramql.backends import BACKENDS

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "comparison.md").read_text(encoding="utf-8")
QUOTED = PAGE.partition("```text\n")[2].partition("```")[0]
CELLS = [[cell.strip() for cell in line.split("|")[1:-1]] for line in PAGE.splitlines() if line.startswith("| ")]
LIBRARIES = {name: name.replace("_", "-") for name in asked.NAMES}


def test_what_is_quoted_is_what_the_script_asks() -> None:
    """A question that is added, or asked in other words, has to be asked again: `python -m benchmarks.behaviour`."""
    written = [
        line
        for question in asked.ALL
        for line in (f"{question}:", *(f"  {library}: {text}" for library, text in _asked(question)))
    ]
    assert [line for line in QUOTED.splitlines()[1:] if line and not line.startswith("    ")] == written


def _asked(question: str) -> list[tuple[str, str]]:
    texts = {library: import_module(f"benchmarks.asked.{name}").QUESTIONS for name, library in LIBRARIES.items()}
    return [(library, cut(text[question], 40)) for library, text in texts.items() if question in text]


@pytest.mark.parametrize("library", LIBRARIES.values())
def test_what_was_run_says_which_version_and_when(library: str) -> None:
    when, _, versions = QUOTED.splitlines()[0].partition(", Python ")
    version = re.search(rf"{library} ([0-9]+\.[0-9]+)", versions)
    assert version
    assert f"{library} {version[1]}" in PAGE.partition("| | paramql")[0]
    assert f"on {when}" in PAGE


def test_what_is_said_to_have_been_run_is_quoted() -> None:
    head = PAGE.partition("| | paramql")[2].splitlines()[0].split("|")
    run = {name.strip() for row in CELLS for name, cell in zip(head[1:], row[2:], strict=False) if "(run)" in cell}
    assert {one for names in run for one in names.split(", ")} == set(LIBRARIES.values())


def test_every_target_is_named() -> None:
    (named,) = (row[1] for row in CELLS if row[0] == "works with")
    assert sorted(named.lower().split(", ")) == sorted(BACKENDS)
