"""How many examples the property tests generate (the variable HYPOTHESIS_PROFILE), and what is told at the end.

What needs no coverage is marked `no_cover`: coverage would take as long as the test, and other tests reach the lines.
"""

from __future__ import annotations

import gc
import os
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from pytest import Item, TerminalReporter  # noqa: PT013 - for the types alone

import paramql as pq
from grid import Tally

WORKERS = 2  # as the Makefile has it; a third gained nothing on two cores
SLOW_IS_FINE = [HealthCheck.too_slow, HealthCheck.data_too_large]

# The same examples in every run, so that a failure is the fault of a change and not of chance.
settings.register_profile(
    "test", max_examples=120, derandomize=True, deadline=None, database=None, suppress_health_check=SLOW_IS_FINE
)
# New examples in every run, and many: `make soak`.
settings.register_profile("soak", max_examples=10_000, deadline=None, suppress_health_check=SLOW_IS_FINE)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "test"))


def pytest_collection_finish() -> None:
    """Look for garbage more rarely, and not among what all tests share: it takes an eighth of the time otherwise."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


# --- coverage


def pytest_collection_modifyitems(items: list[Item]) -> None:
    """The longest tests stand where each of a few workers begins; what is left then they share."""
    long = [item for item in items if "test_differential" in item.nodeid]
    rest = [item for item in items if "test_differential" not in item.nodeid]
    share = len(items) // WORKERS
    for number, item in enumerate(long):
        rest.insert(number % WORKERS * share + number // WORKERS, item)
    items[:] = rest


def pytest_runtest_setup(item: Item) -> None:
    """Before the first test that coverage does not look at."""
    if item.get_closest_marker("no_cover"):
        make_once()


@cache
def make_once() -> None:
    """Have what a process makes once and keeps, or coverage would never see it made: parser, classes of letters."""
    pq.Schema(pq.Field("t", pq.Text())).parse("filter=or(t:ieq:a,t:b)")
    pq.compile(pq.Schema(pq.Field("t", pq.Text())).parse("t=ieq:a").where, "sqlite")


# --- what the generated tests met, after the results


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """The grid of the differential run and who caught which sabotage, as the tests have told them."""
    told = [
        pair
        for reports in terminalreporter.stats.values()
        for report in reports
        for pair in getattr(report, "user_properties", ())
        if getattr(report, "when", None) == "call"
    ]
    _write_grid(terminalreporter, [data for name, data in told if name == "grid"])
    _write_missing(terminalreporter, next((data for name, data in told if name == "missing"), []))
    _write_caught(terminalreporter, [data for name, data in told if name == "caught"])


def _write_grid(terminal: TerminalReporter, runs: list[dict[str, Any]]) -> None:
    if not runs:
        return
    tally = Tally()
    for data in runs:
        tally.add(data)
    terminal.section("filters that select some rows and leave others, by what they ask")
    terminal.write("\n".join(tally.lines()) + "\n")
    if path := os.environ.get("PARAMQL_GRID"):
        Path(path).write_text("\n".join(tally.lines(whole=True)) + "\n", encoding="utf-8")


def _write_missing(terminal: TerminalReporter, reasons: list[str]) -> None:
    for reason in reasons:
        terminal.write(f"not asked: {reason}\n")


def _write_caught(terminal: TerminalReporter, rows: list[list[str]]) -> None:
    if not rows:
        return
    terminal.section(f"{len(rows)} sabotages, and what caught them")
    for sabotage, catcher in sorted(rows):
        terminal.write(f"{sabotage:56} {catcher}\n")
