"""Every engine that can be had here selects what the law says, and by the filter's complement the other rows.

`PARAMQL_TRIPLES=100000 pytest -n 2 --no-cov tests/properties/test_differential.py` asks for more triples than
`make test` runs (each a schema, rows and a filter), until the grid of every engine is filled, with new seeds in every
run, and says how far it is. `make test` asks every engine, too, until the grids of Python and SQLite are filled. The
variable PARAMQL_GRID names a file that the grids of all engines are written to as Markdown.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable

import pytest

from differential import run
from grid import Tally, legal
from strategies.engines import families, reasons

FAMILIES = {
    "text": ("text", "ordered text"),
    "numbers": ("integer", "decimal", "float"),
    "moments": ("datetime", "date"),
    "words": ("boolean", "uuid", "choice"),
}
ASKED = os.environ.get("PARAMQL_TRIPLES")
TRIPLES = int(ASKED or 2_000) // len(FAMILIES)
SEED = f"{time.time_ns()}" if ASKED else "test"


@pytest.mark.parametrize("family", FAMILIES)
def test_every_engine_selects_what_the_law_says(
    family: str, record_property: Callable[[str, object], None], capfd: pytest.CaptureFixture[str]
) -> None:
    tally, goal = Tally(), legal(families() if ASKED else ("python", "sqlite"), FAMILIES[family])
    try:
        run(f"{SEED}/{family}", FAMILIES[family], TRIPLES, tally, goal, progress(family, capfd) if ASKED else ignore)
    finally:
        record_property("grid", tally.data)
        record_property("missing", reasons())
    assert tally.figures["triples"] >= TRIPLES
    assert tally.figures["telling"] >= tally.figures["triples"] / 2
    assert not tally.thin(goal)


def ignore(tally: Tally) -> None:
    """Say nothing."""


def progress(family: str, capfd: pytest.CaptureFixture[str]) -> Callable[[Tally], None]:
    """What says a line for each thousand triples, on the terminal itself."""
    start, said = time.monotonic(), 0

    def say(tally: Tally) -> None:
        nonlocal said
        if (done := tally.figures["triples"]) >= said + 1_000:
            said, rate = done, done / (time.monotonic() - start) * 60
            with capfd.disabled():
                sys.stderr.write(f"{family}: {done:,} of {TRIPLES:,} triples, {rate:,.0f} a minute, seed {SEED}\n")

    return say
