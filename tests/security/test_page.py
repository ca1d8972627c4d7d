"""The page on security names tests for each risk, and each that it names is one that can fail."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import TypeAlias

import pytest

TESTS = Path(__file__).parents[1]
PAGE = (TESTS.parent / "docs" / "security.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| (\d+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", PAGE, re.MULTILINE)
RISKS = 31
PROMISES = re.findall(r"^\| ([^|]+) \| (`[^|]+::[^|]+`) \|$", PAGE, re.MULTILINE)
SKIPPED = re.compile(r"pytest\.skip\b|(@|pytestmark = .*)pytest\.mark\.skip\b")
Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef
Holder: TypeAlias = ast.Module | ast.ClassDef


def test_every_risk_has_a_line() -> None:
    assert [int(number) for number, *_ in ROWS] == [*range(1, RISKS + 1)]


def test_every_promise_has_a_line() -> None:
    """As many as there are in the list above them."""
    listed = PAGE.partition("## What is promised")[2].partition("\n## ")[0]
    assert len(PROMISES) == listed.count("\n- **") == 8


@pytest.mark.parametrize(("risk", "tests"), [*PROMISES, *((risk, tests) for _, risk, _, tests in ROWS)])
def test_every_promise_and_every_risk_has_tests_that_can_fail(risk: str, tests: str) -> None:
    named = re.findall(r"`([^`]+)::([^`]+)`", tests)
    assert named, risk
    assert [f"{file}::{name}" for file, name in named if not can_fail(file, name)] == []


def can_fail(file: str, name: str) -> bool:
    """Whether there is one such test that pytest collects, runs, and that asserts something."""
    module = parsed(TESTS / file)
    classes = (node for node in module.body if isinstance(node, ast.ClassDef) and node.name.startswith("Test"))
    holders: list[Holder] = [module, *classes]
    tests = [(holder, node) for holder in holders for node in functions(holder) if node.name == name]
    if len(tests) != 1 or not Path(file).name.startswith("test_") or not name.startswith("test_"):
        return False
    ((holder, test),) = tests
    return asserts(test, module) and not any(is_skipped(node) for node in (module, holder, test))


def asserts(function: Function, module: ast.Module) -> bool:
    """Whether it has an assertion, or calls for nothing but its assertions what has one."""
    if any(isinstance(node, ast.Assert) or ast.unparse(node) == "pytest.raises" for node in ast.walk(function)):
        return True
    calls = (
        node.value for node in ast.walk(function) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    )
    helpers = (helper(call.func.id, module) for call in calls if isinstance(call.func, ast.Name))
    return any(asserts(*found) for found in helpers if found and found[0] != function)


def helper(name: str, module: ast.Module) -> tuple[Function, ast.Module] | None:
    """A function of the same file, or of the one among the tests that it is imported from."""
    for node in module.body:
        if isinstance(node, Function) and node.name == name:
            return node, module
        if isinstance(node, ast.ImportFrom) and name in {alias.name for alias in node.names}:
            path = TESTS / f"{node.module}.py"
            return helper(name, parsed(path)) if path.exists() else None
    return None


def is_skipped(node: Holder | Function) -> bool:
    """Whether a mark or a statement skips it without a condition."""
    said = [f"@{ast.unparse(one)}" for one in getattr(node, "decorator_list", ())]
    said += [ast.unparse(one) for one in node.body if isinstance(one, ast.Expr | ast.Assign)]
    return any(SKIPPED.match(text) for text in said)


def functions(holder: Holder) -> list[Function]:
    """Those of a file or a class itself."""
    return [node for node in holder.body if isinstance(node, Function)]


@cache
def parsed(path: Path) -> ast.Module:
    """A file as a tree."""
    return ast.parse(path.read_text(encoding="utf-8"))
