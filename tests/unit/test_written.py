"""What is written of filters, orders and mistakes is what it was when somebody last looked at it."""

from __future__ import annotations

import os

import pytest

from written import FOLDER, WRITTEN, queries


@pytest.mark.parametrize("name", WRITTEN)
def test_it_is_written_as_before(name: str) -> None:
    file, found = FOLDER / f"{name}.txt", "".join(f"{line}\n" for line in WRITTEN[name]())
    if os.environ.get("PARAMQL_WRITE"):
        file.write_text(found, encoding="utf-8")
    assert file.read_text(encoding="utf-8").split("\n? ") == found.split("\n? ")


@pytest.mark.parametrize("name", ["queries", "orders", "sources", "mistakes"])
def test_nothing_is_asked_twice(name: str) -> None:
    asked = queries(name)
    assert len(asked) == len(set(asked)) > 10
