"""The examples in docstrings are run: what a module shows is so."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[2] / "src"
MODULES = sorted(
    ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix(".__init__")
    for path in PACKAGE.rglob("*.py")
    if ">>>" in path.read_text(encoding="utf-8")
)


@pytest.mark.parametrize("name", MODULES)
def test_what_a_docstring_shows_is_so(name: str) -> None:
    module = pytest.importorskip(name, reason="an optional dependency is not installed", exc_type=ModuleNotFoundError)
    complaints: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    for test in doctest.DocTestFinder(exclude_empty=True).find(module):
        runner.run(test, out=complaints.append)
    assert not complaints, "".join(complaints)
    assert runner.tries, "there is an example, but it was not found"
