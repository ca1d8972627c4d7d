"""Mutants that a type checker refuses: `make check` would, so no test need."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from tools.mutants.made import MUTANTS, TYPES, Module, original

Said: TypeAlias = tuple[int, str]  # the line and what is wrong there

# What is said of how mutmut writes a mutant rather than of what it does.
_OF_THE_FORM = {"ignore-without-code", "unused-ignore", "no-redef", "has-type", "misc", "unreachable", "redundant-expr"}
_ASKED = MUTANTS / "types-asked"


def ask_types(found: Sequence[Module]) -> None:
    """Ask mypy of all, once."""
    if _ASKED.exists():
        return
    said = _said()
    for module in found:
        for name in refused(module, said[str(module.source)]):
            module.tell(name, TYPES)
    _ASKED.touch()


def _said() -> Mapping[str, list[Said]]:
    command = [sys.executable, "-m", "mypy", "--output=json", "src"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=MUTANTS)  # noqa: S603 - ours
    lines: dict[str, list[Said]] = defaultdict(list)
    for one in map(json.loads, filter(None, done.stdout.splitlines())):
        if one["severity"] == "error" and one["code"] not in _OF_THE_FORM:
            lines[str(MUTANTS / one["file"])].append((one["line"], one["message"]))
    return lines


def refused(module: Module, said: Sequence[Said]) -> Iterator[str]:
    """The mutants of which more is said than of the function as it is."""
    spans = module.lines
    of: dict[str, set[str]] = defaultdict(set)
    for line, message in said:
        for function, (first, last) in spans.items():
            if first <= line <= last:
                of[function].add(message)
    for name in module.states:
        function = name.rpartition(".")[2]
        if of[function] - of[f"{original(function)}__mutmut_orig"]:
            yield name
