"""The mutants that mutmut has made, and what is known of each; it stands where mutmut has it (`mutmut show NAME`)."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
MUTANTS = ROOT / "mutants"
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mutmut"]
SURVIVED, KILLED, NO_TESTS, TIME, TYPES = 0, 1, 33, 36, 37  # as mutmut numbers them
STATS = MUTANTS / "mutmut-stats.json"


class Module:
    """The mutants of a module by name, the state of each: None where it is to be asked."""

    def __init__(self, meta: Path) -> None:
        self._meta, self.source = meta, meta.with_suffix("")
        self._known: dict[str, Any] = json.loads(meta.read_text(encoding="utf-8"))
        self.states: dict[str, int | None] = self._known["exit_code_by_key"]

    @property
    def lines(self) -> dict[str, tuple[int, int]]:
        """The first and the last line of each function in the file that has the mutants."""
        spans: dict[str, tuple[int, int]] = json.loads(self.source.with_suffix(".py.spans").read_text("utf-8"))["spans"]
        return spans

    def tell(self, name: str, state: int) -> None:
        """Keep what was found."""
        self.states[name] = state
        self._meta.write_text(json.dumps(self._known, indent=4), encoding="utf-8")


def original(mutant: str) -> str:
    """The function that a mutant is of, as mutmut calls it."""
    return mutant.rpartition("__mutmut_")[0]


def make() -> None:
    """Let mutmut make them and note which test reaches which function, unless it has; then it finds nothing to run."""
    if not STATS.exists():
        command = [str(Path(sys.executable).with_name("mutmut")), "run", "paramql.nothing"]
        subprocess.run(command, cwd=ROOT, check=False)  # noqa: S603 - ours
    if not STATS.exists():
        sys.exit("mutmut has made no mutants: see what it said above")


def modules() -> list[Module]:
    """Those that have mutants."""
    return [Module(meta) for meta in sorted(MUTANTS.joinpath("src").rglob("*.meta"))]


def mutants(found: list[Module], *states: int | None) -> Iterator[tuple[Module, str]]:
    """Those of a state."""
    for module in found:
        yield from ((module, name) for name, state in module.states.items() if state in states)
