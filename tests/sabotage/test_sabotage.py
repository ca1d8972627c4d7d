"""The tests test: every sabotage of the library is caught, by a generated triple or by a conformance case."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sabotage.saboteurs import SABOTAGES

VICTIM = Path(__file__).parent / "victim.py"


@pytest.mark.parametrize("name", SABOTAGES)
def test_a_sabotage_is_caught(name: str, record_property: Callable[[str, object], None]) -> None:
    catcher = caught_by(name)
    assert catcher is not None, f"nothing noticed: {name}"
    record_property("caught", [name, catcher])


def test_nothing_is_caught_where_nothing_is_wrong() -> None:
    assert caught_by("nothing") is None


def caught_by(name: str) -> str | None:
    """What found the fault, in a process of its own; None if nothing did."""
    done = subprocess.run([sys.executable, VICTIM, name], capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found is None or isinstance(found, str)
    return found
