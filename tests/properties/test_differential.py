"""Every engine that can be had here selects what the law says, and by the filter's complement the other rows.

`make test` asks every engine some thousands of triples (each a schema, rows and a filter), until the grid of every
engine is filled. `make soak` asks more, with new seeds in every run, and says how far it is. By variables:

- PARAMQL_TRIPLES: how many; `make triples` asks these alone.
- PARAMQL_SEED: the seed of a run that is to be seen again, or that is one of several.
- PARAMQL_TALLIES: a folder that keeps what was counted, and what is counted is added to it: a run that was stopped goes
  on there, and several add up. What it holds counts as asked.
- PARAMQL_GRID: a file that the grids of all engines are written to as Markdown.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

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
SEED = os.environ.get("PARAMQL_SEED") or (f"{time.time_ns()}" if ASKED else "test")
FOLDER = os.environ.get("PARAMQL_TALLIES")


@pytest.mark.parametrize("family", FAMILIES)
def test_every_engine_selects_what_the_law_says(
    family: str, record_property: Callable[[str, object], None], capfd: pytest.CaptureFixture[str]
) -> None:
    tally, goal = kept(family), legal(families(), FAMILIES[family])
    told = progress(family, tally, capfd) if ASKED else ignore
    try:
        run(f"{SEED}/{family}", FAMILIES[family], TRIPLES, tally, goal, told)
    finally:
        keep(family, tally)
        record_property("grid", tally.data)
        record_property("missing", reasons())
    assert tally.figures["triples"] >= TRIPLES
    assert tally.figures["telling"] >= tally.figures["triples"] / 2
    assert not tally.thin(goal)


def ignore(tally: Tally) -> None:
    """Say nothing."""


def kept(family: str) -> Tally:
    """What other runs have counted."""
    tally = Tally()
    if FOLDER and (file := Path(FOLDER, f"{family}.json")).exists():
        tally.add(json.loads(file.read_text(encoding="utf-8")))
    return tally


def keep(family: str, tally: Tally) -> None:
    """Keep what was counted, in a file that is whole at any time."""
    if FOLDER:
        file = Path(FOLDER, f"{family}.json")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.with_suffix(".new").write_text(json.dumps(tally.data), encoding="utf-8")
        file.with_suffix(".new").replace(file)


def progress(family: str, tally: Tally, capfd: pytest.CaptureFixture[str]) -> Callable[[Tally], None]:
    """What keeps the counts and says a line for each thousand triples, on the terminal itself."""
    start, before = time.monotonic(), tally.figures["triples"]
    said = before

    def say(tally: Tally) -> None:
        nonlocal said
        if (done := tally.figures["triples"]) >= said + 1_000:
            said, rate = done, (done - before) / (time.monotonic() - start) * 60
            keep(family, tally)
            with capfd.disabled():
                sys.stderr.write(f"{family}: {done:,} of {TRIPLES:,} triples, {rate:,.0f} a minute, seed {SEED}\n")

    return say
