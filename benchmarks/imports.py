"""What `import paramql` costs, over a bare interpreter and beside `import lark`; and what is loaded only when needed.

Each program is a process of its own, in turns; the time is the processor time that the kernel counts for it.
"""

from __future__ import annotations

import os
import subprocess
import sys
from random import Random
from typing import NamedTuple

from benchmarks.harness import Figure, Spread, spread

PART = "import"
BARE, OURS, LARK = "bare interpreter", "import paramql", "import lark"
FIRST_SQL = "import, schema, first query to SQL"
_FIRST = """import paramql as pq
schema = pq.Schema(pq.Field("n", pq.Integer()), pq.Field("at", pq.DateTime()))
pq.compile(schema.parse("n=gt:1&at=lt:2019-05-01").where, pq.target("sqlite", schema))"""
_PROGRAMS = {
    BARE: "pass",
    OURS: "import paramql",
    LARK: "import lark",
    "import dateutil.parser": "import dateutil.parser",
    FIRST_SQL: _FIRST,
}
LATER = "lark dateutil sqlalchemy pydantic polars duckdb psycopg pymysql pymongo bson starlette jwt click rich".split()
_LOADED = "\nimport sys\nprint(*sorted({name.partition('.')[0] for name in sys.modules}))"


class Loaded(NamedTuple):
    """Which of the modules that should come later are loaded after a program."""

    program: str
    modules: list[str]


def measured(rounds: int) -> list[Figure]:
    """Each program's time beyond a bare interpreter, by that of `import lark`."""
    seconds: dict[str, list[float]] = {name: [] for name in _PROGRAMS}
    order, rng = list(_PROGRAMS), Random(1)
    for name in order:
        _seconds(name)
    for _ in range(rounds):
        rng.shuffle(order)
        for name in order:
            seconds[name].append(_seconds(name))
    over = {name: [one - bare for one, bare in zip(seconds[name], seconds[BARE], strict=True)] for name in order}
    return [_figure(name, over) for name in _PROGRAMS if name != BARE]


def _figure(name: str, over: dict[str, list[float]]) -> Figure:
    ratio: Spread = spread([one / lark for one, lark in zip(over[name], over[LARK], strict=True)])
    return Figure(PART, name, LARK, ratio, spread(over[name]).median * 1e6)


def _seconds(name: str) -> float:
    child = subprocess.Popen([sys.executable, "-c", _PROGRAMS[name]])
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0, name
    return usage.ru_utime + usage.ru_stime


def loaded() -> list[Loaded]:
    """What is in `sys.modules` after the import alone, and after a query has become SQL."""
    found = []
    for name in (OURS, FIRST_SQL):
        said = subprocess.run(
            [sys.executable, "-c", _PROGRAMS[name] + _LOADED], capture_output=True, text=True, check=True
        )
        modules = set(said.stdout.split())
        found.append(Loaded(name, [module for module in LATER if module in modules]))
    return found
