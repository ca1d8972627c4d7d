"""Generated predicates beside what one would write by hand: ratios, in one process.

Every round runs each case once, in a new order, with the garbage collector off; a case's ratio is the median over the
rounds of its time by that of the case it is compared with in the same round. `python benchmarks/predicate.py [rounds]`.
"""

from __future__ import annotations

import datetime as dt
import gc
import platform
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Any

from paramql.backends import python
from paramql.backends.python.members import ACCESS
from paramql.backends.python.plans import plan_of
from paramql.backends.python.predicate import Growing, generated
from paramql.backends.python.shape import shape_of
from paramql.backends.python.tree import build
from paramql.builders import all_of, eq, gt, lt
from paramql.declare import Field
from paramql.types import Boolean, DateTime, Integer, Text

COUNT = 1_000
REPEAT = 30
FIRST = dt.datetime(2018, 1, 1, tzinfo=dt.UTC)
D1, D2 = dt.datetime(2019, 5, 1, tzinfo=dt.UTC), dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
TASK, DONE = Field("process.current_task", Text()), Field("process.is_complete", Boolean())
CHANGED, SIZE = Field("last_changed", DateTime()), Field("size", Integer())
WHERE = all_of(eq(TASK, "Task_2"), gt(CHANGED, D1), lt(CHANGED, D2), eq(DONE, True))
Case = Callable[[], Any]


@dataclass(slots=True)
class Process:
    """The inner object of an instance."""

    current_task: str | None
    is_complete: bool | None


@dataclass(slots=True)
class Instance:
    """A record as an object."""

    app_id: str
    process: Process | None
    last_changed: dt.datetime | None
    size: int


def by_hand(r: Any) -> bool:
    """What one writes who knows of None, and that every key is there."""
    return (
        (p := r["process"]) is not None
        and p["current_task"] == "Task_2"
        and (d := r["last_changed"]) is not None
        and D1 < d < D2
        and p["is_complete"] is True
    )


def by_hand_sparse(r: Any) -> bool:
    """The same where keys may be missing."""
    return (
        (p := r.get("process")) is not None
        and p.get("current_task") == "Task_2"
        and (d := r.get("last_changed")) is not None
        and D1 < d < D2
        and p.get("is_complete") is True
    )


def by_hand_object(r: Any) -> bool:
    """The same for objects."""
    return (
        (p := r.process) is not None
        and p.current_task == "Task_2"
        and (d := r.last_changed) is not None
        and D1 < d < D2
        and p.is_complete is True
    )


def dictionaries(rng: Random) -> list[dict[str, Any]]:
    """Records, one in fifty of whose processes and instants are None."""
    return [
        {
            "app_id": "org/app",
            "process": {"current_task": f"Task_{rng.randrange(4)}", "is_complete": rng.random() < 0.7}
            if rng.random() > 0.02
            else None,
            "last_changed": FIRST + dt.timedelta(rng.randrange(1100)) if rng.random() > 0.02 else None,
            "size": number % 100,
        }
        for number in range(COUNT)
    ]


def without(records: list[dict[str, Any]], key: str, chance: float, rng: Random) -> list[dict[str, Any]]:
    """The records, some of which lack a key."""
    return [
        {name: value for name, value in record.items() if name != key or rng.random() >= chance} for record in records
    ]


def hot(where: Any, access: Any = "mapping") -> Any:
    """The predicate of a shape that has been used before."""
    target = python.make_target(None, access=access)  # type: ignore[arg-type]
    python.compile(where, target)
    return python.compile(where, target)


def on_each(keep: Callable[[Any], bool], records: list[Any]) -> list[Any]:
    """One record at a time."""
    return list(filter(keep, records))


def evaluation() -> dict[str, tuple[Case, str, float | None]]:
    """Cases, with the case to compare with and the ratio to reach."""
    rng = Random(7)
    rows = dictionaries(rng)
    objects = [
        Instance(r["app_id"], r["process"] and Process(**r["process"]), r["last_changed"], r["size"]) for r in rows
    ]
    keep, of_objects, tree = hot(WHERE), hot(WHERE, "attribute"), build(WHERE, ACCESS["mapping"].member)
    numbers = hot(gt(SIZE, 50))
    size = lambda r: (s := r["size"]) is not None and s > 50  # noqa: E731 - as one writes it
    cases: dict[str, tuple[Case, str, float | None]] = {
        "by hand": (partial(on_each, by_hand, rows), "by hand", None),
        "keep": (partial(on_each, keep, rows), "by hand", 1.10),
        "keep.filter": (partial(keep.filter, rows), "by hand", 0.80),
        "tree of closures": (partial(on_each, tree, rows), "by hand", None),
        "objects, by hand": (partial(on_each, by_hand_object, objects), "objects, by hand", None),
        "objects, keep": (partial(on_each, of_objects, objects), "objects, by hand", 1.15),
        "objects, keep.filter": (partial(of_objects.filter, objects), "objects, by hand", None),
        "one number, by hand": (partial(on_each, size, rows), "one number, by hand", None),
        "one number, keep": (partial(on_each, numbers, rows), "one number, by hand", None),
        "one number, keep.filter": (partial(numbers.filter, rows), "one number, by hand", None),
    }
    for percent in (20, 90):
        sparse, base = without(rows, "last_changed", percent / 100, rng), f"{percent} % lack a key, by hand (.get)"
        cases[base] = (partial(on_each, by_hand_sparse, sparse), base, None)
        other = hot(WHERE)  # a predicate remembers that keys may be missing
        cases[f"{percent} % lack a key, keep"] = (partial(on_each, other, sparse), base, None)
        cases[f"{percent} % lack a key, keep.filter"] = (partial(other.filter, sparse), base, None)
    return cases


def construction() -> dict[str, tuple[Case, str, float | None]]:
    """What a predicate costs before its first record."""
    literals: list[object] = []
    key: Any = ("mapping", shape_of(WHERE, literals))
    plan = plan_of(key)
    hot(WHERE)

    def first_use() -> object:
        found: list[object] = []
        return Growing(WHERE, ("mapping", shape_of(WHERE, found)), found)

    def repeated(case: Case) -> Case:
        return lambda: [case() for _ in range(REPEAT)]

    return {
        "build the tree": (repeated(lambda: build(WHERE, ACCESS["mapping"].member)), "build the tree", None),
        "bind literals to a plan": (
            repeated(lambda: generated(plan, WHERE, "mapping", literals)),
            "build the tree",
            0.3,
        ),
        "compile, first use": (repeated(first_use), "compile, first use", None),
        "compile, shape known": (repeated(lambda: python.compile(WHERE)), "compile, first use", None),
        "generate source (once a shape)": (repeated(lambda: plan_of(key)), "compile, first use", None),
    }


def measured(cases: dict[str, tuple[Case, str, float | None]], rounds: int) -> dict[str, list[float]]:
    """The seconds of each case, round by round."""
    seconds: dict[str, list[float]] = {name: [] for name in cases}
    order, rng = list(cases), Random(1)
    gc.collect()
    gc.disable()
    for _ in range(rounds):
        rng.shuffle(order)
        for name in order:
            start = time.perf_counter()
            cases[name][0]()
            seconds[name].append(time.perf_counter() - start)
    gc.enable()
    return seconds


def table(title: str, cases: dict[str, tuple[Case, str, float | None]], each: int, unit: str, rounds: int) -> bool:
    """Print the ratios; whether every goal is reached."""
    seconds = measured(cases, rounds)
    print(f"\n{title} ({rounds} rounds)\n\n| case | {unit} | ratio (median) | ratio (p10) | goal |")
    print("|---|---:|---:|---:|---:|")
    reached = True
    for name, (_, base, goal) in cases.items():
        ratio = statistics.median(one / other for one, other in zip(seconds[name], seconds[base], strict=True))
        p10 = sorted(seconds[name])[rounds // 10] / sorted(seconds[base])[rounds // 10]
        scale = statistics.median(seconds[name]) / each * (1e9 if unit == "ns a record" else 1e6)
        reached &= goal is None or min(ratio, p10) <= goal
        print(f"| {name} | {scale:.1f} | {ratio:.2f} | {p10:.2f} | {'' if goal is None else f'<= {goal:.2f}'} |")
    return reached


def main() -> int:
    """Print both tables; 1 where a goal is missed."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 301
    print(f"{platform.python_implementation()} {platform.python_version()}, {COUNT:,} records, 4 conditions")
    reached = table(
        "Evaluation, by hand = list(filter(a function, records))", evaluation(), COUNT, "ns a record", rounds
    )
    reached &= table("Construction", construction(), REPEAT, "us", max(rounds // 2, 11))
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main())
