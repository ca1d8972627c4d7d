"""What `scale.py` asks, and its figures as a page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from paramql.instances.parts import MOST

GOAL = 5.0


class Case(NamedTuple):
    """A query, and what kind of parameter it shows."""

    kind: str
    query: str


_QUERIES = {
    "equality": """org=digdir
        org=in:nav,brg
        org=not:digdir
        appId=digdir/kontaktskjema
        appId=in:digdir/kontaktskjema,nav/sykmelding
        process.currentTask=Task_1
        appId=digdir/kontaktskjema&process.currentTask=Task_1
        instanceOwner.partyId=50000310
        instanceOwner.partyId=in:50000310,50000311
        lastChanged=2020-01-05T03:00:00Z
        process.ended=exists:false
        dueBefore=2019-05-01T00:00:00Z
        visibleAfter=exists:false
        dataValues.A2ArchRef=AR00001234
        dataValues.A2ArchRef=exists:true
        A3Ref=c1e582e2e662
        id=50000310/eb1167b3-67a9-c378-7c65-c1e582e2e662
        mainVersionInclude=1
        mainVersionInclude=in:2,3
        mainVersionExclude=1
        mainVersionExclude=3""",
    "range of the order": """lastChanged=gte:2019-05-01&lastChanged=lt:2019-06-01
        lastChanged=lt:2020
        lastChanged=gt:2019-05-01
        org=digdir&lastChanged=lt:2020
        appId=digdir/be-om-api-tilgang&process.currentTask=Task_2&lastChanged=gt:2019-05-01
        instanceOwner.partyId=50000310&lastChanged=gt:2019-05-01""",
    "range of another date": """process.ended=gte:2019-05-01T12:00Z&process.ended=lt:2019-05-01T18:00Z
        process.ended=gte:2019-05-01&process.ended=lt:2019-06-01
        process.ended=gt:2020-03-10
        created=gte:2019-05-01T12:00Z&created=lt:2019-05-01T18:00Z
        created=gte:2019-05-01&created=lt:2019-06-01
        created=gt:2019-05-01
        dueBefore=gt:2019-02&dueBefore=lt:2019-03-01
        dueBefore=gt:2019-02
        visibleAfter=gte:2019-05-01&visibleAfter=lt:2019-05-02
        created=gte:2019-05-01T20:00Z&created=lt:2019-05-03T01:00Z
        created=gte:2019&created=lt:2020
        created=gte:2018-06-01&created=lt:2020-06-01
        created=lt:2019-05-01
        org=digdir&created=gte:2019-05-01&created=lt:2019-06-01
        appId=digdir/kontaktskjema&created=gte:2019-05-01&created=lt:2019-06-01
        org=digdir&process.ended=gt:2020-03-10
        instanceOwner.partyId=50000310&dueBefore=gt:2019-02&dueBefore=lt:2019-06-01""",
    "flag": """process.isComplete=true
        process.isComplete=false
        status.isArchived=true
        status.isArchived=false
        status.isSoftDeleted=true
        status.isSoftDeleted=false
        status.isHardDeleted=true
        status.isHardDeleted=false
        confirmed=true
        confirmed=false
        status.isSoftDeleted=false&status.isHardDeleted=false
        instanceOwner.partyId=50000310&status.isHardDeleted=false
        org=digdir&status.isArchived=true&status.isHardDeleted=false""",
    "confirmations": """excludeConfirmedBy=digdir
        excludeConfirmedBy=digdir&excludeConfirmedBy=nav
        org=digdir&excludeConfirmedBy=digdir
        org=digdir&excludeConfirmedBy=digdir&status.isHardDeleted=false""",
    "not in an index": """searchString=nordmann
        filter=any(data,dataType:vedlegg)
        filter=any(data,and(dataType:vedlegg,size:gt:1000000))
        filter=or(any(data,and(dataType:vedlegg,size:gt:1000000)),and(status.isArchived:true,not(org:in:(skd,nav))))""",
}
_NOTES = {
    "equality": """\
Several values of a list are searched one by one and merged. `exists:true` has an index of the rows that have a value on
SQLite and PostgreSQL; MariaDB has no partial indexes, and reads the order's.""",
    "range of another date": """\
No B-tree has one date's range in the order of another date: either all that match are read and sorted, or the order's
index is read past all that do not. So an index has the *day* of each date and then the order, and a page of a range is
merged of its days, at a row for each day besides its own; what is shorter than a day is searched by the date itself. A
date of the past lies before the last change, so pages that have come near the start of an open range look at the days
between only (instances for which that is not so have a day of their own, `0`).

What this does not reach:

- **MariaDB collects parts**: of a UNION ALL it reads a page of each part before it merges them, so a month costs up to
  as many rows for each that is returned as it has days; of more than {most} parts it is not asked.
- **Ranges of more than a year, and ranges without a beginning** (`created=lt:`): more parts than SQLite takes in one
  statement (500). The order's index is read past all that changed later. They would need an index of longer spans
  besides that of days, for each of the dates.
- **The end of an open range of `dueBefore` or `visibleAfter`**: they say nothing of the last change, so behind the last
  match the order's index is read to its end.
- **Ranges beside `org` or `appId`**: the days hold all owners' instances, so for each that is returned 1 / share are
  looked at: 3 for an owner with a third of all instances, 10 for an application with a tenth. Indexes of days for each
  owner and application would be 8 more.
- **Ranges beside a party**: all that the party has (some 830) are looked at, however few match.""",
    "flag": """\
The last pages of `org=digdir&status.isArchived=true` lie where few are archived yet; a flag alone has an index.
MariaDB has none of `process.isComplete=true`, which is a date that is there.""",
    "not in an index": "Conditions on texts and on members of lists are checked on each row that the rest selects.",
}
CASES = [Case(kind, query.strip()) for kind, queries in _QUERIES.items() for query in queries.splitlines()]
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


def write(found: Mapping[str, Mapping[str, Any]], rows: int) -> None:
    """Write the page."""
    path = Path(__file__).with_name("SCALE.md")
    path.write_text("\n".join(_page(found, rows)) + "\n", encoding="utf-8")
    print(path)


def _page(found: Mapping[str, Mapping[str, Any]], rows: int) -> Iterator[str]:
    versions = ", ".join(f"{engine} {one['version']}" for engine, one in found.items())
    dates = ", ".join(sorted({one["date"] for one in found.values()}))
    yield _HEAD.format(rows=rows, versions=versions, date=dates)
    yield "## In short"
    yield ""
    yield from _summary(found)
    yield from _deep(found)
    for kind in _QUERIES:
        yield ""
        yield f"## {kind[0].upper()}{kind[1:]}"
        yield ""
        if kind in _NOTES:
            yield _NOTES[kind].replace("{most}", str(MOST["mariadb"])) + "\n"
        yield f"| {' | '.join(_COLUMNS)} |"
        yield "|---|---:|---|---|---:|---:|---:|"
        for case in CASES:
            if case.kind == kind:
                yield from _lines(case.query, found)
    yield from _writing(found)


_HEAD = """# Pages of {rows:,} instances

Made by `python benchmarks/scale.py`. Do not edit. {versions}; {date}.

`python benchmarks/scale.py [--engines sqlite,postgresql,mariadb]` measures, and writes this page.

Instances as `paramql instances generate` invents them, in the tables and with the indexes of
`paramql.instances.tables` (without the documents), in the order of the service: last changed first, ties by id. Pages
of 100 (101 rows are fetched); the middle page and the last one are reached with continuation tokens.

- *come by*: "search" finds the first row in an index and reads on; "walk" reads an index in the order of the page,
  from its beginning; "scan" reads the table. "32 x search": the page is merged of parts, each with a plan of its own.
  "sorted": rows, or those of a part, are collected and sorted before the page is cut.
- *looked at / returned*: rows of instances, data elements and confirmations that the engine reads, for each row that
  the page returns. SQLite: counted by a function in the condition, the plan being the same without it. PostgreSQL:
  `EXPLAIN ANALYZE`, rows and rows removed. MariaDB: `ANALYZE FORMAT=JSON`, rows before conditions.
- *ms*: of the first page, the median of runs on a machine that was busy with other work; rows travel to Python.
  *time*: medians of runs in turns, by that of the first page. "not kept": the run printed its ratios, and was broken
  off before it wrote the rest.
"""


def _summary(found: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    yield f"Pages that look at no more than {GOAL:.0f} rows for each that they return, of all that were measured:"
    yield ""
    yield "| kind | " + " | ".join(found) + " |"
    yield "|---|" + "---:|" * len(found)
    for kind in _QUERIES:
        counts = (_within(one, kind) for one in found.values())
        yield f"| {kind} | " + " | ".join(f"{good} of {all_}" for good, all_ in counts) + " |"


def _writing(found: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    if not any("writing" in one for one in found.values()):
        return
    yield ""
    yield "## What the indexes of days cost"
    yield ""
    yield "Seconds for 20,000 more instances in those tables, with all indexes, and then without those of days."
    yield ""
    yield "| engine | all indexes | without days | ratio |"
    yield "|---|---:|---:|---:|"
    for engine, one in found.items():
        if "writing" not in one:
            continue
        every, fewer = one["writing"]["all"], one["writing"]["without days"]
        yield f"| {engine} | {every:.1f} | {fewer:.1f} | {every / fewer:.2f} |"


def _deep(found: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    yield ""
    yield "How many of the last pages take no more than twice, and than five times, as long as the first ones:"
    yield ""
    yield "| kind | " + " | ".join(found) + " |"
    yield "|---|" + "---:|" * len(found)
    for kind in _QUERIES:
        yield f"| {kind} | " + " | ".join(_not_slower(one, kind) for one in found.values()) + " |"


def _not_slower(one: Mapping[str, Any], kind: str) -> str:
    times = [case.get("times", {}).get("last") for case in _done(one, kind)]
    known = [time for time in times if time is not None]
    if not known:
        return "not kept"
    return f"{sum(time <= 2 for time in known)} and {sum(time <= 5 for time in known)} of {len(known)}"


def _within(one: Mapping[str, Any], kind: str) -> tuple[int, int]:
    ratios = [ratio for case in _done(one, kind) for ratio in case["ratios"].values()]
    return sum(ratio <= GOAL for ratio in ratios), len(ratios)


def _done(one: Mapping[str, Any], kind: str) -> list[Mapping[str, Any]]:
    """What was measured of a kind; a run that was broken off has less."""
    return [one["cases"][case.query] for case in CASES if case.kind == kind and case.query in one["cases"]]


def _lines(query: str, found: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    measured = [(engine, one["cases"][query]) for engine, one in found.items() if query in one["cases"]]
    for number, (engine, case) in enumerate(measured):
        name = f"`{query}` | {case['matching']:,}" if number == 0 else " | "
        ratios = ", ".join(_ratio(case["ratios"][page]) for page in _PAGES if page in case["ratios"])
        yield f"| {name} | {engine} | {_ways(case)} | {ratios} | {_times(case)} |"


def _times(case: Mapping[str, Any]) -> str:
    if "times" not in case:
        return "not kept | not kept"
    others = ", ".join(f"{case['times'][page]:.1f}" for page in _PAGES[1:] if page in case["times"])
    return f"{case['seconds'] * 1000:.1f} | {others}"


def _ratio(ratio: float) -> str:
    text = f"{ratio:,.0f}" if ratio >= 100 else f"{ratio:.1f}"
    return text if ratio <= GOAL else f"**{text}**"


def _ways(case: Mapping[str, Any]) -> str:
    """How the first page comes by its instances; and the last one, where that is another way."""
    if "plans" not in case:
        return "not kept"
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
