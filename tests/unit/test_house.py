"""The house rules that no linter knows: sizes, first lines, and links that agree with what they point to."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "paramql"
SOURCES = sorted(PACKAGE.rglob("*.py"))
MAX_FILE, MAX_FUNCTION = 400, 40

# Where the package links to, file by file: (folder in the package, folder at the top, pattern).
LINKED = [("grammar", "grammar", "*.lark"), ("testing/cases", "tests/conformance", "*.json")]


def functions(tree: ast.Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the last one, the docstring not counted."""
    last = function.end_lineno or function.lineno
    first, docstring = function.body[0], ast.get_docstring(function)
    in_docstring = (first.end_lineno or first.lineno) - first.lineno + 1 if docstring else 0
    return last - function.lineno + 1 - in_docstring


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_says_what_it_is_and_fits_the_head(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "its first line must say what the module is"
    assert text.count("\n") <= MAX_FILE, f"longer than {MAX_FILE} lines: perhaps two concepts"
    long = {function.name: length(function) for function in functions(tree) if length(function) > MAX_FUNCTION}
    assert not long, f"functions longer than {MAX_FUNCTION} lines"


def test_length_leaves_the_docstring_out() -> None:
    tree = ast.parse('def f():\n    """One.\n\n    Two.\n    """\n    return 1\n')
    assert [length(function) for function in functions(tree)] == [2]


@pytest.mark.parametrize(("inside", "outside", "pattern"), LINKED, ids=str)
def test_the_package_links_to_every_file_that_it_ships(inside: str, outside: str, pattern: str) -> None:
    """A checkout that cannot make symbolic links holds one-line texts instead; then this says so."""
    sources = {path.name: path.read_bytes() for path in (ROOT / outside).glob(pattern)}
    links = {path.name: path.read_bytes() for path in (PACKAGE / inside).glob(pattern)}
    assert sources, f"{outside} is empty"
    assert links.keys() == sources.keys(), f"src/paramql/{inside} needs one link for each file of {outside}"
    differing = [name for name in sources if links[name] != sources[name]]
    assert not differing, "not links to, or not the same text as, the files of the same name"


def test_the_changelog_knows_the_version() -> None:
    """The version stands in pyproject.toml; the changelog has it, or has a section for what comes next."""
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    version = re.search(r'^version = "(.+)"$', project, re.MULTILINE)
    assert version
    assert f"## [{version[1]}]" in text or "## [Unreleased]" in text


def test_decision_records_are_numbered_without_gaps_and_listed() -> None:
    records = sorted(path.name for path in (ROOT / "docs" / "adr").glob("*.md"))
    assert [name[:4] for name in records] == [f"{number:04}" for number in range(1, len(records) + 1)]
    navigation = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    assert [name for name in records if f"adr/{name}" not in navigation] == []
