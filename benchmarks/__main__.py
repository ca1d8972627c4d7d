"""Measure everything, write the tables, the page and the chart, and say which goals are reached.

python -m benchmarks             # all of it; makes environments for the peers
python -m benchmarks --quick     # fewer rounds, smaller data, only the peers that are ready; writes to build/
python -m benchmarks --report    # write the report of the last run again

After every step what has been found so far is saved in build/, so that a run that is broken off leaves its figures:
`--report build/bench-so-far.json`.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks import chart, data_growth, evaluation, growth, imports, parts, queries, report, spellings
from benchmarks.compared import compared
from benchmarks.queries import Sizes
from benchmarks.results import ROOT, Results, begin, load

SO_FAR = ROOT / "build" / "bench-so-far.json"


class Plan(NamedTuple):
    """How much is measured."""

    command: str
    queries: Sizes
    peers: Sizes
    parts: Sizes
    evaluation: int
    many: int
    imports: int
    growth: int
    data: tuple[int, ...]
    account: float


FULL = Plan(
    command="make bench",
    queries=Sizes(rounds=51, each=100, warm=100),
    peers=Sizes(rounds=51, each=100, warm=100),
    parts=Sizes(rounds=51, each=100, warm=100),
    evaluation=101,
    many=336_776,
    imports=21,
    growth=21,
    data=(1_000, 10_000, 100_000, 1_000_000),
    account=4.0,
)
QUICK = Plan(
    command="make bench-quick",
    queries=Sizes(rounds=25, each=200, warm=60),
    peers=Sizes(rounds=15, each=40, warm=40),
    parts=Sizes(rounds=11, each=60, warm=60),
    evaluation=41,
    many=50_000,
    imports=7,
    growth=7,
    data=(1_000, 10_000, 100_000),
    account=0.4,
)


def measured(plan: Plan, *, only_ready: bool) -> Results:
    """Every part, one after the other."""
    results = begin(plan.command, plan.queries.rounds * plan.queries.each)
    started = time.perf_counter()
    for title, measure in _steps(plan, results, only_ready):
        print(f"{time.perf_counter() - started:5.0f} s  {title}", file=sys.stderr, flush=True)
        measure()
        results.seconds = time.perf_counter() - started
        results.save(SO_FAR)
    return results


def _steps(plan: Plan, results: Results, only_ready: bool) -> Iterator[tuple[str, Callable[[], None]]]:
    def of_queries() -> None:
        found, results.shares = queries.measured(plan.queries)
        results.figures += found

    def of_spellings() -> None:
        found, told = spellings.measured(plan.parts)
        results.figures += found
        results.shares += told

    def of_imports() -> None:
        results.figures += imports.measured(plan.imports)
        results.loaded = imports.loaded()

    def of_parts() -> None:
        results.figures += parts.measured(plan.parts)
        results.accounts = parts.accounts(plan.account)

    yield "queries: six parameters, ten terms, mistakes", of_queries
    yield "other ways to ask", of_spellings
    yield "parts", of_parts
    yield "evaluation", lambda: results.figures.extend(evaluation.measured(plan.many, plan.evaluation))
    yield "imports", of_imports
    yield "growth of the query", lambda: results.growth.extend(growth.measured(plan.growth))
    yield "growth of the data", lambda: results.growth.extend(data_growth.measured(plan.data, plan.growth))
    yield "peers", lambda: results.peers.extend(compared(plan.peers, only_ready=only_ready))


def write(results: Results, folder: Path, page: Path) -> None:
    """The figures, the tables and the chart."""
    results.save(folder / "results.json")
    page.parent.mkdir(parents=True, exist_ok=True)
    report.keep(report.part_of_results(results), folder / "RESULTS.md")
    page.write_text(report.page(results), encoding="utf-8")
    chart.draw(results, page.with_suffix(".svg"))


def main() -> None:
    """Measure, or read what was measured; write, and print the goals."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--report", nargs="?", type=Path, const=None, default=False, metavar="FILE")
    asked = parser.parse_args()
    folder, page = ROOT / "benchmarks", ROOT / "docs" / "benchmarks.md"
    if asked.quick:
        folder = ROOT / "build" / "bench-quick"
        page = folder / "benchmarks.md"
    if asked.report is not False:
        results = load(asked.report or folder / "results.json")
    else:
        results = measured(QUICK if asked.quick else FULL, only_ready=asked.quick)
    write(results, folder, page)
    print("\n".join([*report.peers(results), "", *report.to_lark(results), "", *report.goals(results)]))
    print(f"\n{results.seconds:.0f} s; all tables: {folder / 'RESULTS.md'}, chart: {page.with_suffix('.svg')}")


if __name__ == "__main__":
    main()
