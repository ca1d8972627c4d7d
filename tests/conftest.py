"""How many examples the property tests generate (the variable HYPOTHESIS_PROFILE), and what is told at the end.

What needs no coverage is marked `no_cover` and runs by itself: coverage would take as long as the test does.
"""

from __future__ import annotations

import gc
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from pytest import Item, TerminalReporter  # noqa: PT013 - for the types alone

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


def pytest_configure(config: pytest.Config) -> None:
    """Mutmut names the tests that it wants. One with a backslash in its name pytest does not find: all of its kind."""
    if Path.cwd().name == "mutants":
        config.args[:] = dict.fromkeys(arg.partition("[")[0] if "\\" in arg else arg for arg in config.args)


def pytest_collection_finish() -> None:
    """Look for garbage more rarely, and not among what all tests share: it takes an eighth of the time otherwise."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


# --- coverage

# What asks again, of other engines, of more rows or of generated ones, what written tests have reached already. The
# coverage of the others is that of every line, so nothing hangs on these; a test that is needed for it is none of them.
_ASK_AGAIN = re.compile(
    r"""^tests/ (?:
    browser/ | properties/ | sabotage/ | unit/test_backend_page
    | engines/test_(?:indexes | plans | sessions | tokens | worst)
    | service/test_(?:alike | authorisation | naughty | schemathesis)
    | test_conformance\.py::test_every_engine_selects .*
      \[ (?! mongodb-time | sqlalchemy[ ]on[ ](?:duckdb-lists | sqlite)
        | django[ ]on[ ](?:postgresql-lists | sqlite) )
    )""",
    re.VERBOSE,
)


@pytest.hookimpl(wrapper=True)
def pytest_collection_modifyitems(items: list[Item]) -> Iterator[None]:
    """Mark what is not covered and what asks Spark, before it is chosen by its mark; let the longest begin."""
    for item in items:
        if _ASK_AGAIN.match(item.nodeid):
            item.add_marker(pytest.mark.no_cover)
        if re.search(r"[\[-]spark, ", item.nodeid):
            item.add_marker(pytest.mark.spark)
    yield
    items[:] = longest_first(items)


def longest_first(items: list[Item]) -> list[Item]:
    """The longest tests stand where each of a few workers begins; what is left then they share."""
    long = [item for item in items if "test_differential" in item.nodeid]
    rest = [item for item in items if "test_differential" not in item.nodeid]
    share = len(items) // WORKERS
    for number, item in enumerate(long):
        rest.insert(number % WORKERS * share + number // WORKERS, item)
    return rest


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
