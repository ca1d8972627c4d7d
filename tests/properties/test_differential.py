"""Python's predicates, SQLite and whatever else can be started select what the law says.

The variable PARAMQL_TRIPLES asks for more triples than `make test` runs (each a schema, rows and a filter), then with
new seeds in every run; PARAMQL_GRID names a file that the grid is written to as Markdown.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable

import pytest

from differential import run
from grid import Tally, legal

FAMILIES = {
    "text": ("text", "ordered text"),
    "numbers": ("integer", "decimal", "float"),
    "moments": ("datetime", "date"),
    "words": ("boolean", "uuid", "choice"),
}
ASKED = os.environ.get("PARAMQL_TRIPLES")
TRIPLES = int(ASKED or 2_400) // len(FAMILIES)
SEED = f"{time.time_ns()}" if ASKED else "test"


@pytest.mark.parametrize("family", FAMILIES)
def test_every_engine_selects_what_the_law_says(family: str, record_property: Callable[[str, object], None]) -> None:
    tally = Tally()
    run(f"{SEED}/{family}", FAMILIES[family], TRIPLES, tally)
    record_property("grid", tally.data)
    assert tally.figures["triples"] >= TRIPLES
    assert tally.figures["telling"] >= tally.figures["triples"] / 2
    assert not tally.thin(legal(FAMILIES[family]))
