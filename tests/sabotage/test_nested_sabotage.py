"""The tests of MongoDB and Polars test: each sabotage of those backends makes them fail, the written examples aside."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from paramql.testing import engines_mongodb, engines_polars
from sabotage.nested import MONGODB, POLARS, VARIABLE

ENGINES = Path(__file__).parents[1] / "engines"
EXAMPLES = "not reads_as_one_writes and not binary and not guarded"


@pytest.mark.slow
@pytest.mark.parametrize("name", [sabotage.name for sabotage in MONGODB])
def test_a_wrong_filter_of_mongodb_is_caught(name: str) -> None:
    if reason := engines_mongodb.missing():
        pytest.skip(reason)
    assert is_caught(name, "test_mongodb.py")


@pytest.mark.slow
@pytest.mark.parametrize("name", [sabotage.name for sabotage in POLARS])
def test_a_wrong_expression_of_polars_is_caught(name: str) -> None:
    if reason := engines_polars.missing():
        pytest.skip(reason)
    assert is_caught(name, "test_polars.py")


def is_caught(name: str, tests: str) -> bool:
    """Whether a test fails, not whether the tests cannot run."""
    options = ["-q", "-x", "-p", "sabotage.nested", "-p", "no:cacheprovider", "-p", "no:xdist", "-k", EXAMPLES]
    command = [sys.executable, "-m", "pytest", *options, str(ENGINES / tests)]
    path = os.pathsep.join([str(ENGINES.parent), os.environ.get("PYTHONPATH", "")])
    environment = os.environ | {VARIABLE: name, "PYTHONPATH": path}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return " failed" in done.stdout
