"""The parts of the whole job: parsing with checking, compiling, binding; and where their time goes."""

from __future__ import annotations

import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import FrameType
from typing import Any, NamedTuple

import paramql as pq
from benchmarks import jobs
from benchmarks.harness import Case, Figure, Run, measure, over
from benchmarks.queries import PARTS, QSL, Batches, Sizes, plain, qsl, whole

TARGETS = ("sqlite", "postgresql", "mongodb", "python")
_TICK = 0.001

# Which module's time is whose; the longest prefix counts, and what is called from there belongs to it.
_PART_OF = {
    "paramql.source": "parse",
    "paramql.syntax": "parse",
    "paramql.bind": "bind",
    "paramql.backends": "compile",
    "paramql": "check",
}


class Account(NamedTuple):
    """How the processor time of one kind of string divides into parts."""

    case: str
    shares: dict[str, float]


def measured(sizes: Sizes) -> list[Figure]:
    """Each part, beside `parse_qsl` on the same strings."""
    five = Batches(jobs.five, 21, sizes)
    cases = {
        QSL: plain(qsl, five.new),
        "Schema.parse, new shape": _parsing_new(five, sizes.each),
        "Schema.parse, known shape": _parsing_known(five, sizes.each),
        "Schema.bind, five comparisons": _binding(sizes.each),
        **{f"compile to {name}, new shape": _compiling_new(five, name, sizes.each) for name in TARGETS},
        **{f"compile to {name}, known shape": _compiling_known(five, name, sizes.each) for name in TARGETS},
    }
    times = measure(cases, sizes.rounds)
    return [times.figure(PARTS, case, QSL) for case in cases]


def _parsing_new(batches: Batches, each: int) -> Case:
    return Case(lambda number: over(jobs.schema().parse, batches.warm_new[number], batches.new[number]), each)


def _parsing_known(batches: Batches, each: int) -> Case:
    schema = jobs.schema()
    return Case(lambda number: over(schema.parse, batches.warm_known, batches.known[number]), each)


def _compiling_new(batches: Batches, name: str, each: int) -> Case:
    def prepare(number: int) -> Run:
        schema = jobs.schema()
        target = pq.target(name, schema)
        warm, timed = _wheres(schema, batches.warm_new[number]), _wheres(schema, batches.new[number])
        return over(lambda where: pq.compile(where, target), warm, timed)

    return Case(prepare, each)


def _compiling_known(batches: Batches, name: str, each: int) -> Case:
    schema = jobs.schema()
    target = pq.target(name, schema)
    warm = _wheres(schema, batches.warm_known)

    def prepare(number: int) -> Run:
        return over(lambda where: pq.compile(where, target), warm, _wheres(schema, batches.known[number]))

    return Case(prepare, each)


def _wheres(schema: pq.Schema, texts: Sequence[str]) -> list[Any]:
    return [schema.parse(text).where for text in texts]


def _binding(each: int) -> Case:
    schema = jobs.schema()
    moment = schema.parse(f"{jobs.MOMENTS[0]}=2019-05-01").now
    names = [*jobs.TEXTS[:2], *jobs.MOMENTS[:2], jobs.FLAGS[0]]
    values = ("org/app", "Task_2", moment, moment, True)
    drafts = [pq.all_of(*map(pq.eq, names, values)) for _ in range(each)]
    return Case(lambda _: over(schema.bind, drafts[:3], drafts), each)


def accounts(seconds: float) -> list[Account]:
    """Where the time of the whole job goes, found by looking at the stack every millisecond of processor time."""
    sizes = Sizes(rounds=1, each=4000, warm=100)  # for many times as long as the timer of some kernels ticks
    six, ten = Batches(jobs.six, 22, sizes), Batches(jobs.ten, 23, sizes)
    return [
        Account("six parameters, no cache", _account(six.warm_new[0], six.new[0], seconds)),
        Account("six parameters, known shape", _account(six.warm_known, six.known[0], seconds)),
        Account("ten terms, new shape", _account(ten.warm_new[0], ten.new[0], seconds)),
        Account("ten terms, known shape", _account(ten.warm_known, ten.known[0], seconds)),
    ]


def _account(warm: Sequence[str], texts: Sequence[str], seconds: float) -> dict[str, float]:
    found: Counter[str] = Counter()
    end = time.process_time() + seconds
    while time.process_time() < end:
        schema = jobs.schema()
        run = over(whole(schema, pq.target("sqlite", schema)), warm, texts)
        with _sampled(found):
            run()
    total = sum(found.values())
    return {part: found[part] / total for part in ("parse", "check", "bind", "compile")}


@contextmanager
def _sampled(found: Counter[str]) -> Iterator[None]:
    before = signal.signal(signal.SIGPROF, lambda _, frame: found.update(_whose(frame)))
    signal.setitimer(signal.ITIMER_PROF, _TICK, _TICK)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _whose(frame: FrameType | None) -> list[str]:
    """The part of the innermost function of paramql that is running."""
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        if name.partition(".")[0] == "paramql":
            return [part_of(name)]
        frame = frame.f_back
    return []


def part_of(module: str) -> str:
    """The part that a module's time counts to.

    >>> part_of("paramql.backends.sql.emit"), part_of("paramql.syntax"), part_of("paramql.types.text")
    ('compile', 'parse', 'check')
    """
    known: Callable[[str], bool] = lambda prefix: module == prefix or module.startswith(prefix + ".")  # noqa: E731
    return _PART_OF[max(filter(known, _PART_OF), key=len)]
