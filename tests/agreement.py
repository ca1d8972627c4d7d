"""The page of the documentation that says how the engines agree, as data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from paramql.testing.agreement import GROUPS

PAGE = (Path(__file__).parents[1] / "docs" / "agreement.md").read_text(encoding="utf-8")


def rows() -> Iterator[list[str]]:
    """The rows of the matrix: engine, version, the sum, a count for each group."""
    lines = PAGE.partition("| engine |")[2].partition("\n\n")[0].splitlines()
    return ([cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:])


def cells() -> dict[tuple[str, str], str]:
    """The counts, by engine and group."""
    return {(name, group): cell for name, _, _, *counts in rows() for group, cell in zip(GROUPS, counts, strict=True)}
