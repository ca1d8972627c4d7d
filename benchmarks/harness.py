"""Cases timed in turns, in one process, and the ratios between them.

Every round runs each case once, in a new order, with the garbage collector off; a case is warmed just before its sample
is taken. A ratio is the median over the rounds of one case's time by another's in the same round, with p10 and p90.
Time is the processor time of the process, so that other work on the machine disturbs it less.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any, NamedTuple

Run = Callable[[], object]


class Spread(NamedTuple):
    """The median of some numbers, and what nine tenths of them are above and below."""

    median: float
    p10: float
    p90: float


class Figure(NamedTuple):
    """One line of a table: a ratio with its spread, and the time of one operation for the scale."""

    part: str
    case: str
    base: str
    ratio: Spread
    micros: float
    note: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """What is timed. `prepare(round)` warms it and answers what runs `each` operations."""

    prepare: Callable[[int], Run]
    each: int = 1


class Times:
    """The seconds of one operation of each case, round by round."""

    def __init__(self, seconds: Mapping[str, Sequence[float]]) -> None:
        self._seconds = seconds

    def spread(self, case: str, base: str) -> Spread:
        """How many times as long as the base a case takes."""
        pairs = zip(self._seconds[case], self._seconds[base], strict=True)
        return spread([one / other for one, other in pairs])

    def figure(self, part: str, case: str, base: str, note: str = "", *, inverse: bool = False) -> Figure:
        """A case beside a base; `inverse` says how many times as long the base takes, and keeps the case's time."""
        ratio = self.spread(base, case) if inverse else self.spread(case, base)
        return Figure(part, case, base, ratio, self.micros(case), note)

    def micros(self, case: str) -> float:
        """The median time of one operation."""
        return statistics.median(self._seconds[case]) * 1e6

    def __contains__(self, case: object) -> bool:
        return case in self._seconds


def spread(numbers: Sequence[float]) -> Spread:
    """Median, p10 and p90.

    >>> spread([5, 1, 4, 2, 3])
    Spread(median=3, p10=1, p90=5)
    """
    ordered = sorted(numbers)
    last = len(ordered) - 1
    return Spread(statistics.median(ordered), ordered[round(last * 0.1)], ordered[round(last * 0.9)])


def measure(cases: Mapping[str, Case], rounds: int, clock: Callable[[], float] = time.process_time) -> Times:
    """Time every case once a round."""
    seconds: dict[str, list[float]] = {name: [] for name in cases}
    order, rng = list(cases), Random(1)
    gc.collect()
    gc.freeze()
    gc.disable()
    try:
        for number in range(rounds):
            rng.shuffle(order)
            for name in order:
                seconds[name].append(_sample(cases[name], number, clock))
            gc.collect()
    finally:
        gc.enable()
        gc.unfreeze()
    return Times(seconds)


def _sample(case: Case, number: int, clock: Callable[[], float]) -> float:
    run = case.prepare(number)
    start = clock()
    run()
    return (clock() - start) / case.each


def over(work: Callable[[Any], object], warm: Sequence[Any], timed: Sequence[Any]) -> Run:
    """Warm `work`, and answer what does it to each of the inputs."""
    for one in warm:
        work(one)

    def run() -> None:
        for one in timed:
            work(one)

    return run


def warmed(run: Run, each: int) -> Case:
    """A case that is the same in every round, and is run once to warm it."""

    def prepare(_: int) -> Run:
        run()
        return run

    return Case(prepare, each)
