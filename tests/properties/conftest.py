"""Generated tests run without coverage, which takes as long as they do: what they reach, written tests reach too."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

import paramql as pq
from paramql.testing import engines

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark those of this folder, as pytest-cov knows them."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.no_cover)


def pytest_runtest_setup() -> None:
    """Before the first of them."""
    make_once()


@cache
def make_once() -> None:
    """Start every engine, and ask it, while coverage looks: its connection is made once."""
    schema = pq.Schema(pq.Field("id", pq.Integer(), unique=True), pq.Field("t", pq.Text()))
    for engine in engines():
        engine.load(schema, [{"id": 1, "t": "a"}])
        assert engine.select(schema.parse("t=ieq:A").where) == {1}
