"""What is to be reached, and whether a run has reached it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from benchmarks import evaluation, growth, imports, queries
from benchmarks.harness import Spread
from benchmarks.peer_run import OURS_NEW
from benchmarks.results import Results

STRAIGHT, LINEAR = 0.98, 1.15  # the least R², and the greatest exponent, of what is called linear


class Goal(NamedTuple):
    """A bound on a ratio. `at_least`: the ratio says how many times faster ours is."""

    what: str
    part: str
    case: str
    base: str
    limit: float
    at_least: bool = False

    def holds(self, ratio: float) -> bool:
        """Whether a ratio is within it."""
        return ratio >= self.limit if self.at_least else ratio <= self.limit


class Verdict(NamedTuple):
    """A goal, what was measured, and whether that is enough; None where nothing was."""

    what: str
    goal: str
    found: str
    spread: str
    reached: bool | None


_SIX, _TEN = "six parameters to SQL and parameters / parse_qsl", "ten terms to SQL, Lark LALR / ours"
_KEEP, _FILTER = "generated predicate / lambda", "filter / list(filter(lambda))"
GOALS = (
    Goal(f"{_SIX}, no cache", queries.WHOLE, queries.NEW, queries.QSL, 1.8),
    Goal(f"{_SIX}, known shape", queries.WHOLE, queries.KNOWN, queries.QSL, 0.9),
    Goal(f"{_SIX}, same string", queries.WHOLE, queries.SAME, queries.QSL, 0.03),
    Goal(f"{_SIX}, percent-encoded, known shape", queries.WHOLE, queries.ESCAPED, queries.QSL_ESCAPED, 0.6),
    Goal(f"{_TEN}, new shape", queries.EXPRESSION, queries.LARK_NEW, queries.LARK, 3, at_least=True),
    Goal(f"{_TEN}, known shape", queries.EXPRESSION, queries.LARK_KNOWN, queries.LARK, 12, at_least=True),
    Goal("whole job, no cache: odata-query / ours", "odata-query", "SQL text", OURS_NEW, 20, at_least=True),
    Goal("whole job, no cache: cql2 (Rust) / ours", "cql2 (Rust)", "SQL text", OURS_NEW, 4, at_least=True),
    Goal(
        "whole job, no cache: django-filter / ours", "django-filter", "SQL and parameters", OURS_NEW, 90, at_least=True
    ),
    Goal(
        "whole job, no cache: fastapi-filter / ours",
        "fastapi-filter",
        "SQL and parameters",
        OURS_NEW,
        45,
        at_least=True,
    ),
    *(
        goal
        for data in (evaluation.FLIGHTS, evaluation.NESTED)
        for goal in (
            Goal(f"{_KEEP}, {data}", data, evaluation.KEEP, evaluation.BY_HAND, 1.10),
            Goal(f"{_FILTER}, {data}", data, evaluation.FILTER, evaluation.BY_HAND, 0.80),
        )
    ),
    Goal("mongoquery / our predicate", evaluation.PEERS, "mongoquery", evaluation.KEEP, 35, at_least=True),
    Goal("import paramql / import lark, both over a bare interpreter", imports.PART, imports.OURS, imports.LARK, 0.6),
    Goal(queries.WRONG_NEW, queries.MISTAKES, queries.WRONG_NEW, queries.NEW, 15),
    Goal(queries.WRONG_KNOWN, queries.MISTAKES, queries.WRONG_KNOWN, queries.KNOWN, 15),
)


def verdicts(results: Results) -> Iterator[Verdict]:
    """Every goal of a run."""
    yield from (_verdict(goal, results) for goal in GOALS)
    yield _of_imports(results)
    for grown in results.growth:
        if grown.part == growth.PART:
            yield _of_growth(grown.case, grown.line.r_squared, grown.exponent)


def _verdict(goal: Goal, results: Results) -> Verdict:
    bound = f"{'≥' if goal.at_least else '≤'} {goal.limit:g}"
    figure = results.find(goal.part, goal.case, goal.base)
    if figure is None:
        return Verdict(goal.what, bound, "", "", None)
    ratio = figure.ratio
    return Verdict(goal.what, bound, said(ratio.median), between(ratio), goal.holds(ratio.median))


def _of_imports(results: Results) -> Verdict:
    loaded = [f"{module} by {one.program}" for one in results.loaded for module in one.modules]
    what = "lark, dateutil and what is optional are loaded only when needed"
    return Verdict(what, "none", ", ".join(loaded) or "none", "", not loaded if results.loaded else None)


def _of_growth(case: str, r_squared: float, exponent: float) -> Verdict:
    reached = r_squared >= STRAIGHT and exponent <= LINEAR
    return Verdict(
        f"time by {case}, up to the limit", "linear", f"R² {r_squared:.3f}", f"exponent {exponent:.2f}", reached
    )


def said(ratio: float) -> str:
    """A ratio in three figures, or as few as it has.

    >>> said(0.0214), said(1.567), said(23.46), said(312.7)
    ('0.021', '1.57', '23.5', '313')
    """
    if ratio >= 100:
        return f"{ratio:.0f}"
    return f"{ratio:.1f}" if ratio >= 10 else f"{ratio:.2f}" if ratio >= 0.1 else f"{ratio:.3f}"


def between(ratio: Spread) -> str:
    """The spread of a ratio."""
    return f"{said(ratio.p10)} – {said(ratio.p90)}"
