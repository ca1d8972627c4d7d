"""The figures of `scale.py` as a page."""

from __future__ import annotations

import statistics
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from scale_cases import CASES, NOTES, QUERIES, REASONS

GOAL = 5.0
# How many times what the first page takes.
FACTORS = (2.0, 5.0)
_PAGES = ("first", "middle", "last")
_COLUMNS = (
    "query",
    "matching",
    "engine",
    "instances come by",
    "looked at / returned: first, middle, last",
    "ms",
    "time: middle, last / first",
)
Found = Mapping[str, Mapping[str, Any]]


def write(found: Found, rows: int, times: int) -> None:
    """Write the page. Raises ValueError where the engines do not answer alike."""
    _check_alike(found)
    path = Path(__file__).with_name("SCALE.md")
    path.write_text("\n".join(_page(found, rows, times)) + "\n", encoding="utf-8")
    print(path)


def _check_alike(found: Found) -> None:
    for case in CASES:
        answers = [one["cases"][case.query]["ids"] for one in found.values()]
        if any(answer != answers[0] for answer in answers):
            raise ValueError(f"the engines do not return the same instances for {case.query}")


def _page(found: Found, rows: int, times: int) -> Iterator[str]:
    yield _HEAD.format(
        rows=rows * times,
        again=_AGAIN.format(rows=rows, times=times) if times > 1 else "",
        versions=", ".join(f"{engine} {one['version']}" for engine, one in found.items()),
        date=", ".join(sorted({f"{one['date']}, commit {one['commit']}" for one in found.values()})),
        took=", ".join(f"{one['took']:.0f} s on {engine}" for engine, one in found.items()),
    )
    yield from _summary(found)
    yield from _loading(found)
    for kind, queries in QUERIES.items():
        yield from ("", f"## {kind[0].upper()}{kind[1:]}", "")
        yield from [NOTES[kind], ""] if kind in NOTES else []
        yield f"| {' | '.join(_COLUMNS)} |"
        yield "|---|---:|---|---|---:|---:|---:|"
        for query in queries.splitlines():
            yield from _lines(query.strip(), found)


_HEAD = """# Pages of {rows:,} instances

Made by `python benchmarks/scale.py`. Do not edit.
{versions}; {date}.
The measures took {took}; the instances are invented and loaded before, and kept.

Instances as `paramql instances generate` invents them{again}.
They are in the tables and with the indexes of `paramql.instances.tables` (without the documents), in the order of the
service: last changed first, ties by id. Pages of 100 (101 rows are fetched); the middle page and the last one are
reached with continuation tokens. Each engine returned the same instances, in the same order, on every page here.

- *come by*: "search" finds the first row in an index and reads on; "walk" reads an index in the order of the page,
  from its beginning; "scan" reads the table. "32 x search": the page is merged of parts, each with a plan of its own.
  "sorted": rows, or those of a part, are collected and sorted before the page is cut.
- *looked at / returned*: rows of instances, data elements and confirmations that the engine reads, for each row that
  the page returns. SQLite: counted by a function in the condition, the plan being the same without it. PostgreSQL:
  `EXPLAIN ANALYZE`, rows and rows removed. MariaDB: `ANALYZE FORMAT=JSON`, rows before conditions.
- *ms*: of the first page, the least of up to nine runs, as the machine was busy with other work; rows travel to Python.
  *time*: the least of runs in turns, by that of the first page.

## In short
"""


_AGAIN = " ({rows:,} of them, each {times} times under other ids)"


class _Missed(NamedTuple):
    """A page that looks at more rows than the goal says."""

    query: str
    page: str
    engine: str
    ratio: float
    seconds: float


def _summary(found: Found) -> Iterator[str]:
    yield f"Pages that look at no more than {GOAL:.0f} rows for each that they return, of all that were measured:"
    yield from _table(found, _within)
    yield ""
    yield "How many of the last pages take no more than twice, and than five times, as long as the first ones:"
    yield from _table(found, _not_slower)
    yield from _missed(found)
    yield from _slower(found)


def _table(found: Found, cell: Any) -> Iterator[str]:
    yield ""
    yield f"| kind | {' | '.join(found)} |"
    yield "|---|" + "---:|" * len(found)
    for kind in QUERIES:
        yield f"| {kind} | " + " | ".join(cell(one, kind) for one in found.values()) + " |"


def _within(one: Mapping[str, Any], kind: str) -> str:
    ratios = [ratio for case in _of(one, kind) for ratio in case["ratios"].values()]
    return f"{sum(ratio <= GOAL for ratio in ratios)} of {len(ratios)}"


def _not_slower(one: Mapping[str, Any], kind: str) -> str:
    times = [case["times"]["last"] for case in _of(one, kind) if "last" in case["times"]]
    return " and ".join(str(sum(time <= factor for time in times)) for factor in FACTORS) + f" of {len(times)}"


def _of(one: Mapping[str, Any], kind: str) -> list[Mapping[str, Any]]:
    return [one["cases"][case.query] for case in CASES if case.kind == kind]


# --- what misses, and why


def _missed(found: Found) -> Iterator[str]:
    yield from ("", f"### Pages that look at more than {GOAL:.0f}", "")
    usual = ", ".join(f"{_usual(one) * 1000:.1f} ms on {engine}" for engine, one in found.items())
    yield f"The median of all other pages is {usual}. Those that miss, and why:"
    for kind in QUERIES:
        missed = [one for case in CASES if case.kind == kind for one in _misses(case.query, found)]
        if missed:
            yield from ("", REASONS.get(kind, ""), "", "| query | page | engine | looked at / returned | ms |")
            yield "|---|---|---|---:|---:|"
            for one in missed:
                yield f"| `{one.query}` | {one.page} | {one.engine} | {_number(one.ratio)} | {one.seconds * 1000:.1f} |"


def _misses(query: str, found: Found) -> Iterator[_Missed]:
    for engine, one in found.items():
        case = one["cases"][query]
        for page, ratio in case["ratios"].items():
            if ratio > GOAL:
                yield _Missed(query, page, engine, ratio, case["times"][page] * case["seconds"])


def _usual(one: Mapping[str, Any]) -> float:
    """The median time of the pages that reach the goal."""
    times = [
        case["times"][page] * case["seconds"]
        for case in one["cases"].values()
        for page, ratio in case["ratios"].items()
        if ratio <= GOAL
    ]
    return statistics.median(times)


def _slower(found: Found) -> Iterator[str]:
    slow = [
        (case.query, engine, one["cases"][case.query])
        for case in CASES
        for engine, one in found.items()
        if one["cases"][case.query]["times"].get("last", 0) > FACTORS[0]
    ]
    yield from ("", f"### Last pages that take more than {FACTORS[0]:.0f} times the first", "")
    if not slow:
        yield "None."
        return
    yield "| query | engine | first, ms | last, ms | times | looked at / returned: first, last |"
    yield "|---|---|---:|---:|---:|---:|"
    for query, engine, case in slow:
        first, times = case["seconds"] * 1000, case["times"]["last"]
        ratios = f"{_number(case['ratios']['first'])}, {_number(case['ratios']['last'])}"
        yield f"| `{query}` | {engine} | {first:.1f} | {first * times:.1f} | {times:.1f} | {ratios} |"


# --- what loading costs


def _loading(found: Found) -> Iterator[str]:
    later = next(iter(found.values()))["loading"]["later"]
    yield from ("", "## What the indexes cost", "", _COSTS.format(later=later), "")
    yield "| engine | indexes | GB | built in | written | times |"
    yield "|---|---|---:|---:|---:|---:|"
    for engine, one in found.items():
        loading, count, built = one["loading"], 0, 0.0
        for name, words in (("none", "none"), ("plain", "all but spans"), ("all", "all")):
            step = loading[name]
            count, built = count + step["count"], built + step["seconds"]
            speed = loading["later"] / step["write"]
            ratio = step["write"] / loading["none"]["write"]
            size = step["bytes"] / 1e9
            yield f"| {engine} | {words} ({count}) | {size:.2f} | {built:.0f} | {speed:,.0f} | {ratio:.1f} |"
    speeds = ", ".join(
        f"{one['loading']['rows'] / one['loading']['load']:,.0f} on {engine}" for engine, one in found.items()
    )
    yield from ("", f"Instances loaded into tables without indexes, in a second by the clock: {speeds}.")


_COSTS = """\
The database (instances, their data elements and confirmations) with the primary keys and links alone, then with all
indexes but those of years, months and days, then with all. *built in*: seconds by the clock, of a machine that was busy
with other work. *written*: how many of {later:,} more instances are written there in a second of a processor, all at
once; *times*: their time by that of the first line. Documents, which the service keeps beside, and reading and checking
them come on top of each line alike."""


# --- every query


def _lines(query: str, found: Found) -> Iterator[str]:
    for number, (engine, one) in enumerate(found.items()):
        case = one["cases"][query]
        name = f"`{query}` | {case['matching']:,}" if number == 0 else " | "
        ratios = ", ".join(_ratio(case["ratios"][page]) for page in _PAGES if page in case["ratios"])
        others = ", ".join(f"{case['times'][page]:.1f}" for page in _PAGES[1:] if page in case["times"])
        yield f"| {name} | {engine} | {_ways(case)} | {ratios} | {case['seconds'] * 1000:.1f} | {others} |"


def _number(ratio: float) -> str:
    return f"{ratio:,.0f}" if ratio >= 100 else f"{ratio:.1f}"


def _ratio(ratio: float) -> str:
    return _number(ratio) if ratio <= GOAL else f"**{_number(ratio)}**"


def _ways(case: Mapping[str, Any]) -> str:
    """How the first page comes by its instances; and the last one, where that is another way."""
    ways = [_way(case, page) for page in ("first", "last") if page in case["plans"]]
    first, *others = dict.fromkeys(ways)
    return first + "".join(f"; last: {other}" for other in others)


def _way(case: Mapping[str, Any], page: str) -> str:
    own = Counter((how, _index(by)) for table, how, by in case["plans"][page] if table == "instances")
    children = [access for access in case["plans"][page] if access[0] != "instances" and access[1] != "search"]
    words = [f"{count} x {how} {by}" if count > 1 else f"{how} {by}".strip() for (how, by), count in own.items()]
    words += [f"{how} of {table}" for table, how, _ in children]
    return " + ".join(words) + (", sorted" if case["sorted"][page] else "")


def _index(name: str | None) -> str:
    return (name or "").removeprefix("instances_")
