"""The page of every name is what the script writes of the docstrings."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow  # signatures are written a little differently by each version of Python; the oldest decides
def test_the_reference_is_current() -> None:
    """`.venv/bin/python tools/reference.py > docs/reference.md` makes it so."""
    page = runpy.run_path(str(ROOT / "tools" / "reference.py"))["page"]()
    assert (ROOT / "docs" / "reference.md").read_text(encoding="utf-8") == page
