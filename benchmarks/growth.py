"""How the cost of a query grows with the query: clauses, items, levels, mistakes, up to the limits."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

import paramql as pq
from benchmarks import jobs
from benchmarks.fit import Growth, growth
from benchmarks.harness import Case, Run, Times, measure, over
from benchmarks.queries import problems, whole

PART = "growth of the query"
CLAUSES, ITEMS, LEVELS, MISTAKES = "clauses", "items of a list", "levels of nesting", "mistakes, all told"
FLAT = "clauses in one expression"
_EACH = 8
_WARM = (5, 7, 7, 8) * 24  # so many that every name has been met
Write = Callable[[Random, int], str]


def clauses(rng: Random, count: int) -> str:
    """So many parameters, drawn at random, so that the shape is a new one, unless it is small."""
    return "&".join(f"{rng.choice(jobs.MOMENTS)}={rng.choice(('gt', 'lt'))}:{jobs.day(rng)}" for _ in range(count))


def flat(rng: Random, count: int) -> str:
    """So many clauses in one `or`."""
    return "filter=or(" + ",".join(f"{rng.choice(jobs.TEXTS)}:eq:{jobs.task(rng)}" for _ in range(count)) + ")"


def items(rng: Random, count: int) -> str:
    """A list of so many texts."""
    return f"{rng.choice(jobs.TEXTS)}=in:" + ",".join(jobs.task(rng) for _ in range(count))


def levels(rng: Random, count: int) -> str:
    """Two clauses on each of so many levels, `and` and `or` in turns."""
    text = f"{rng.choice(jobs.TEXTS)}:{jobs.task(rng)}"
    for level in range(count):
        word = ("and", "or")[level % 2]
        text = f"{word}({rng.choice(jobs.TEXTS)}:{jobs.task(rng)},{text})"
    return f"filter={text}"


def mistakes(rng: Random, count: int) -> str:
    """So many values that are none."""
    return "&".join(f"{rng.choice(jobs.MOMENTS)}=gt:x{jobs.day(rng)}" for _ in range(count))


_RIGHT: dict[str, tuple[Write, tuple[int, ...]]] = {
    CLAUSES: (clauses, (1, 2, 4, 8, 16, 32, 48, 64)),
    FLAT: (flat, (1, 2, 4, 8, 16, 32, 48, 64)),
    ITEMS: (items, (1, 4, 16, 64, 128, 192, 256)),
    LEVELS: (levels, (1, 2, 3, 4, 5, 6, 7, 8)),
}
_WRONG = (1, 2, 4, 8, 12, 16, 20)


def measured(rounds: int) -> list[Growth]:
    """All sizes of all kinds in turns; every string is a new one."""
    cases = {(kind, size): _right(write, size) for kind, (write, sizes) in _RIGHT.items() for size in sizes}
    cases |= {(MISTAKES, size): _wrong(size) for size in _WRONG}
    times = measure({f"{kind} {size}": case for (kind, size), case in cases.items()}, rounds)
    return [_growth(times, kind, sizes) for kind, (_, sizes) in {**_RIGHT, MISTAKES: (mistakes, _WRONG)}.items()]


def _growth(times: Times, kind: str, sizes: tuple[int, ...]) -> Growth:
    return growth(PART, kind, kind, [(size, times.micros(f"{kind} {size}")) for size in sizes])


def _right(write: Write, size: int) -> Case:
    def work() -> Callable[[str], Any]:
        schema = jobs.schema()
        return whole(schema, pq.target("sqlite", schema))

    return _case(work, write, size)


def _wrong(size: int) -> Case:
    return _case(lambda: problems(jobs.schema()), mistakes, size)


def _case(make: Callable[[], Callable[[str], Any]], write: Write, size: int) -> Case:
    """New shapes, by a schema of the round that strings of another size have warmed."""
    rng = Random(size)

    def prepare(_: int) -> Run:
        warm = [write(rng, other) for other in _WARM if other != size]
        return over(make(), warm, [write(rng, size) for _ in range(_EACH)])

    return Case(prepare, _EACH)
