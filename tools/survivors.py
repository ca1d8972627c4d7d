"""Ask the mutants that have survived once more, each in a process of its own, and show those that survive that.

What a module of tests makes when it is imported is made before a mutant is chosen, so mutmut misses what changes it.
Usage: tools/survivors.py [paramql.tokens ...]
"""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MUTMUT = str(Path(sys.executable).with_name("mutmut"))
SETTINGS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["mutmut"]
_KILLED = 1
_PATIENCE = 300  # seconds: what hangs is noticed


def main(wanted: list[str]) -> None:
    """Tell of each."""
    names = [name for name in survived() if name.startswith(tuple(wanted or ["paramql"]))]
    left = [name for name in names if not is_killed(name)]
    for name in left:
        print(name, *changed(name), sep="\n    ")
    print(f"{len(names)} survived among others, {len(left)} survive alone")


def survived() -> Iterator[str]:
    """The names of those that no test has noticed."""
    for line in told("results").splitlines():
        name, _, state = line.strip().rpartition(": ")
        if state in {"survived", "no tests"}:
            yield name


def told(*arguments: str) -> str:
    """What mutmut says."""
    command = [MUTMUT, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout  # noqa: S603 - ours


def is_killed(name: str) -> bool:
    """Whether a test fails."""
    tests = SETTINGS["pytest_add_cli_args_test_selection"]
    command = [sys.executable, "-m", "pytest", "-x", "-q", *SETTINGS["pytest_add_cli_args"], *tests]
    environment = os.environ | {"MUTANT_UNDER_TEST": name, "PYTHONPATH": "src"}
    try:
        done = subprocess.run(  # noqa: S603 - ours
            command, cwd=ROOT / "mutants", env=environment, capture_output=True, timeout=_PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        return True
    return done.returncode == _KILLED


def changed(name: str) -> list[str]:
    """The lines that the mutant has otherwise."""
    lines = told("show", name).splitlines()
    return [line for line in lines if line[:1] in "+-" and line[:3] not in {"+++", "---"}]


if __name__ == "__main__":
    main(sys.argv[1:])
