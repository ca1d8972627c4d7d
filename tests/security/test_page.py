"""The page on security names a test for each risk, and each test that it names is one."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
PAGE = (TESTS.parent / "docs" / "security.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", PAGE, re.MULTILINE)
RISKS = 31


def test_every_risk_has_a_line() -> None:
    assert [int(number) for number, *_ in ROWS] == [*range(1, RISKS + 1)]


@pytest.mark.parametrize(("risk", "tests"), [(risk, tests) for _, risk, _, tests in ROWS])
def test_every_risk_has_tests_that_there_are(risk: str, tests: str) -> None:
    named = re.findall(r"`([^`]+)::([^`]+)`", tests)
    assert named, risk
    assert [(file, name) for file, name in named if name not in functions(file)] == []


@cache
def functions(file: str) -> frozenset[str]:
    """The functions of a file of tests, those of its classes too."""
    tree = ast.parse((TESTS / file).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
