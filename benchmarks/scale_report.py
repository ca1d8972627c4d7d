"""What `scale.py` asks, and its figures as a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

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
        visibleAfter=gte:2019-05-01&visibleAfter=lt:2019-05-02
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
    "equality": "Several values are in no one order: they are sorted where few, else the order's index is read.",
    "range of another date": """\
No index has one date's range in the order of another date. Either the range is searched and all that match are sorted
(looked at = matching), or the order's index is read until the page is full. The engine guesses which: PostgreSQL as if
matches were spread evenly over the order, which those of a month are not; SQLite takes a range with two ends for narrow
and one with one end for wide. What a caller must send besides (org, appId, a party) bounds either way.""",
    "flag": "The last pages of a flag that came late (or the first ones of one that ended) lie where few have it.",
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
    for kind in _QUERIES:
        yield ""
        yield f"## {kind[0].upper()}{kind[1:]}"
        yield ""
        if kind in _NOTES:
            yield _NOTES[kind] + "\n"
        yield f"| {' | '.join(_COLUMNS)} |"
        yield "|---|---:|---|---|---:|---:|"
        for case in CASES:
            if case.kind == kind:
                yield from _lines(case.query, found)


_HEAD = """# Pages of {rows:,} instances

Made by `python benchmarks/scale.py`. Do not edit. {versions}; {date}.

Instances as `paramql instances generate` invents them, in the tables and with the indexes of
`paramql.instances.tables` (without the documents), in the order of the service: last changed first, ties by id. Pages
of 100 (101 rows are fetched); the middle page and the last one are reached with continuation tokens. Only counts and
ratios are results.

- *come by*: "search" finds the first row in an index and reads on; "walk" reads an index in the order of the page,
  from its beginning; "scan" reads the table. "sorted": rows are collected and sorted before the page is cut.
- *looked at / returned*: rows of instances, data elements and confirmations that the engine reads, for each row that
  the page returns. SQLite: counted by a function in the condition, the plan being the same without it. PostgreSQL:
  `EXPLAIN ANALYZE`, rows and rows removed. MariaDB: `ANALYZE FORMAT=JSON`, rows before conditions.
- *time*: medians of runs in turns, by that of the first page.
"""


def _summary(found: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    yield f"Pages that look at no more than {GOAL:.0f} rows for each that they return, of all that were measured:"
    yield ""
    yield "| kind | " + " | ".join(found) + " |"
    yield "|---|" + "---:|" * len(found)
    for kind in _QUERIES:
        counts = (_within(one, kind) for one in found.values())
        yield f"| {kind} | " + " | ".join(f"{good} of {all_}" for good, all_ in counts) + " |"


def _within(one: Mapping[str, Any], kind: str) -> tuple[int, int]:
    ratios = [ratio for case in CASES if case.kind == kind for ratio in one["cases"][case.query]["ratios"].values()]
    return sum(ratio <= GOAL for ratio in ratios), len(ratios)


def _lines(query: str, found: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    for number, (engine, one) in enumerate(found.items()):
        case = one["cases"][query]
        name = f"`{query}` | {case['matching']:,}" if number == 0 else " | "
        ratios = ", ".join(_ratio(case["ratios"][page]) for page in _PAGES if page in case["ratios"])
        times = ", ".join(f"{case['times'][page]:.1f}" for page in _PAGES[1:] if page in case["times"])
        yield f"| {name} | {engine} | {_ways(case)} | {ratios} | {times} |"


def _ratio(ratio: float) -> str:
    text = f"{ratio:,.0f}" if ratio >= 100 else f"{ratio:.1f}"
    return text if ratio <= GOAL else f"**{text}**"


def _ways(case: Mapping[str, Any]) -> str:
    """How the first page comes by its instances; and the last one, where that is another way."""
    ways = [_way(case, page) for page in ("first", "last") if page in case["plans"]]
    first, *others = dict.fromkeys(ways)
    return first + "".join(f"; last: {other}" for other in others)


def _way(case: Mapping[str, Any], page: str) -> str:
    own = [access for access in case["plans"][page] if access[0] == "instances"]
    children = [access for access in case["plans"][page] if access[0] != "instances" and access[1] != "search"]
    words = [f"{how} {(by or '').removeprefix('instances_')}".strip() for _, how, by in own]
    words += [f"{how} of {table}" for table, how, _ in children]
    return " + ".join(words) + (", sorted" if case["sorted"][page] else "")
