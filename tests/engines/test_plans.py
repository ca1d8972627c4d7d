"""Instances are searched in indexes, and a page costs as much wherever it stands: plans, and rows looked at."""

from __future__ import annotations

import datetime as dt
from functools import cache
from typing import Any as Anything

import pytest

import paramql as pq
from paramql.instances import generate, load
from paramql.testing.databases import missing, opened
from plans import NOW, SCHEMA, Access, Store

COUNT = 10_000
TIED = 1_000
# What a migration makes, or whoever writes the same reference everywhere.
MIGRATED = 5_000
NIGHT = dt.datetime(2020, 1, 1, 3, tzinfo=dt.UTC)
SAME = {"created": NIGHT, "dataValues": {"A2ArchRef": "AR1"}}


@cache
def records() -> list[dict[str, Anything]]:
    """Instances, of which many were changed at one instant, by a job at night."""
    found = [load(document) for document in generate(COUNT, seed=11)]
    return [
        record | ({"lastChanged": NIGHT} if number < TIED else {}) | (SAME if number % (COUNT // MIGRATED) == 0 else {})
        for number, record in enumerate(found)
    ]


@pytest.fixture(scope="module", params=["sqlite", "postgresql", "mariadb"], name="store")
def _store(request: pytest.FixtureRequest) -> Store:
    if reason := missing(request.param):
        pytest.skip(reason)
    store = Store(opened(request.param))
    store.database.clear()
    store.create()
    store.add(records())
    store.index()
    if request.param == "postgresql":
        # As it does of a million instances: so few as these it would rather read whole.
        for way in ("seqscan", "bitmapscan", "hashjoin", "mergejoin"):
            store.database.rows(f"SET enable_{way} = off")
    return store


# What is asked, and the index that is searched and gives the order of the page too.
ORDERED = {
    "org=digdir": "org_lastChanged_id",
    "appId=digdir/kontaktskjema": "appId_lastChanged_id",
    "appId=digdir/kontaktskjema&process.currentTask=Task_1": "appId_currentTask_lastChanged_id",
    "process.currentTask=Task_1": "currentTask_lastChanged_id",
    "process.isComplete=false": "ended_lastChanged_id",
    "process.ended=exists:false": "ended_lastChanged_id",
    "lastChanged=lt:2020": "lastChanged_id",
    "lastChanged=gte:2019-05-01&lastChanged=lt:2019-06-01": "lastChanged_id",
    "lastChanged=not:gte:2020": "lastChanged_id",
    "org=digdir&lastChanged=lt:2020": "org_lastChanged_id",
    "status.isArchived=true": "isArchived_lastChanged_id",
    "status.isArchived=false": "isArchived_lastChanged_id",
    "confirmed=true": "confirmed_lastChanged_id",
    "status.isSoftDeleted=true": "isSoftDeleted_lastChanged_id",
    "status.isHardDeleted=true": "isHardDeleted_lastChanged_id",
    "mainVersionInclude=1": "mainVersion_lastChanged_id",
}
# What is asked of several values or of a range, and an index that is searched for each value or span, and merged.
PARTED = {
    "org=in:nav,brg": "org_lastChanged_id",
    "appId=in:digdir/kontaktskjema,nav/sykmelding": "appId_lastChanged_id",
    "instanceOwner.partyId=in:50000310,50000311,50000312": "partyId_lastChanged_id",
    "process.currentTask=in:Task_1,Task_2": "currentTask_lastChanged_id",
    "process.ended=gte:2019-05-01&process.ended=lt:2019-06-01": "endedMonth_lastChanged_id",
    "created=gte:2019&created=lt:2020": "createdYear_lastChanged_id",
    "created=gte:2019-05-04&created=lt:2019-05-08": "createdDay_lastChanged_id",
    "created=lt:2019-05-01": "createdMonth_lastChanged_id",
    "dueBefore=gt:2019-02&dueBefore=lt:2019-04-01": "dueBeforeMonth_lastChanged_id",
    "visibleAfter=gte:2019-05-01&visibleAfter=lt:2019-07-01": "visibleAfterMonth_lastChanged_id",
}
# Lists, and what may be asked beside them.
LISTS: dict[str, list[Anything]] = {
    "org": ["digdir", "nav"],
    "appId": ["digdir/kontaktskjema", "nav/sykmelding"],
    "process.currentTask": ["Task_1", "Task_2"],
    "instanceOwner.partyId": [50_000_310, 50_000_311],
}
BESIDE = """org=digdir
    appId=digdir/kontaktskjema
    process.currentTask=Task_1
    mainVersionInclude=3
    mainVersionExclude=2
    status.isArchived=false
    excludeConfirmedBy=nav
    process.isComplete=false
    dueBefore=exists:false
    dueBefore=gt:2019-02&dueBefore=lt:2019-04-01
    created=2020-01-01T03:00:00Z
    dataValues.A2ArchRef=in:AR1,AR2
    dueBefore=gte:2015-02-02&dueBefore=lt:2034-11-29&created=2020-01-01T03:00:00Z&filter=id:contains:nobody
    filter=id:contains:nobody""".split("\n")
BESIDE = [query.strip() for query in BESIDE]
# What is asked, and the index that is searched; the few rows that are found are sorted.
FOUND = {
    "instanceOwner.partyId=50000310": "partyId_lastChanged_id",
    "process.ended=gte:2019-05-01T03:00Z&process.ended=lt:2019-05-01T12:00Z": "ended_lastChanged_id",
    "created=gte:2019-05-01T03:00Z&created=lt:2019-05-01T12:00Z": "created",
    "dueBefore=gte:2019-04-30T20:00Z&dueBefore=lt:2019-05-01T07:00Z": "dueBefore_lastChanged_id",
    "visibleAfter=gte:2019-05-01T03:00Z&visibleAfter=lt:2019-05-01T12:00Z": "visibleAfter_lastChanged_id",
    "dataValues.A2ArchRef=AR00001234": "a2ArchRef_lastChanged_id",
    "A3Ref=c1e582e2e662": "guidTail",
}
# What most instances are: the order's index is read.
RIDING = """excludeConfirmedBy=digdir
    excludeConfirmedBy=digdir&excludeConfirmedBy=nav
    org=digdir&excludeConfirmedBy=digdir&status.isHardDeleted=false
    status.isSoftDeleted=false
    status.isHardDeleted=false
    process.isComplete=true
    org=not:nav
    process.currentTask=not:Task_1
    A3Ref=not:c1e582e2e662""".split("\n")
RIDING = [query.strip() for query in RIDING]


# PostgreSQL has indexes of these rows alone.
PARTIAL = ("isarchived", "confirmed", "issoftdeleted", "isharddeleted", "mainversion", "null")


def searched(access: Access, index: str) -> bool:
    """Whether rows are found in an index. PostgreSQL writes names in small letters."""
    return (
        access.how == "search" and str(access.by).lower().removesuffix("_is_not_null") == f"instances_{index}".lower()
    )


@pytest.mark.parametrize("query", ORDERED)
def test_an_index_is_searched_that_has_the_order_of_the_page(store: Store, query: str) -> None:
    page = store.measured(query)
    [access] = page.accesses
    assert searched(access, ORDERED[query]) or str(access.by).endswith(PARTIAL), page
    assert page.ratio <= 2.1, page
    assert store.measured(store.after(query, store.count(query) // 2)).ratio <= 5


@pytest.mark.parametrize("query", PARTED)
def test_values_and_spans_are_searched_each_by_itself(store: Store, query: str) -> None:
    page = store.measured(query)
    assert len(page.accesses) > 1
    assert {access.how for access in page.accesses} == {"search"}, page
    assert any(searched(access, PARTED[query]) for access in page.accesses), page
    # MariaDB reads a page of each before it merges them.
    assert page.ratio <= (1.1 * len(page.accesses) if store.database.name == "mariadb" else 5), page


@pytest.mark.parametrize("value", BESIDE)
@pytest.mark.parametrize("name", LISTS)
def test_no_list_has_the_same_rows_looked_at_for_each_of_its_values(store: Store, name: str, value: str) -> None:
    """A stranger can ask of many values that no instance has: each then looks at all that the rest selects."""
    listed = ",".join(map(str, (*LISTS[name], *range(250))))
    page = store.measured(f"{value}&{name}=in:{listed}")
    assert page.examined <= COUNT, page


CLAUSES = [
    "or({})".format(",".join(f"any(data,size:gt:{number})" for number in range(60))),
    "and({})".format(",".join(f"or(process.ended:gt:{year},dueBefore:lt:{year})" for year in range(2000, 2030))),
    "and({})".format(",".join(f"not(id:startswith:a{number})" for number in range(60))),
    "and({})".format(",".join(["data:exists:true"] * 60)),
    "and({})".format(",".join(["any(data,tags:exists:true)"] * 60)),
]


@pytest.mark.parametrize("clauses", CLAUSES)
@pytest.mark.parametrize(
    "listed", [f"instanceOwner.partyId=in:{','.join(map(str, range(250)))}", "dueBefore=lt:2034-11-29"]
)
def test_what_is_asked_beside_a_list_is_not_written_for_each_of_its_values(
    store: Store, listed: str, clauses: str
) -> None:
    """SQLite prepares such a statement for seconds, which nothing stops; PostgreSQL plans it in gigabytes."""
    alone = store.statement(f"org=digdir&filter={clauses}")
    beside = store.statement(f"org=digdir&{listed}&filter={clauses}")
    assert len(beside.params) < len(alone.params) + 2_500
    assert len(beside.text) < len(alone.text) + 200_000


@pytest.mark.parametrize("query", FOUND)
def test_an_index_is_searched_for_what_is_few(store: Store, query: str) -> None:
    page = store.measured(query)
    assert searched(page.accesses[0], FOUND[query]), page
    assert {access.how for access in page.accesses} == {"search"}, page
    assert page.examined <= store.count(query) * len(page.accesses), page


@pytest.mark.parametrize("query", RIDING)
def test_what_most_are_is_read_off_the_order_s_index(store: Store, query: str) -> None:
    page = store.measured(query)
    assert "scan" not in [access.how for access in page.accesses], page
    assert not page.is_sorted
    assert page.ratio <= 5, page


@pytest.mark.parametrize("query", [*ORDERED, *RIDING])
def test_the_last_page_looks_at_as_few_rows_as_the_first(store: Store, query: str) -> None:
    page = store.measured(store.after(query, store.count(query) - 100))
    assert page.returned == 100
    assert page.ratio <= 5, page


@pytest.mark.parametrize("query", ["", "org=digdir", "status.isHardDeleted=false", "lastChanged=lt:2021"])
def test_a_page_that_starts_among_many_ties_skips_those_before_it(store: Store, query: str) -> None:
    newer = store.count("&".join(filter(None, [query, f"lastChanged=gt:{NIGHT.isoformat()[:-6]}Z"])))
    page = store.measured(store.after(query, newer + 200))
    assert page.examined <= page.returned + 5, page


@pytest.mark.parametrize(
    "query",
    [
        "org=digdir",
        "excludeConfirmedBy=digdir&size=400",
        "order=asc:lastChanged&org=skd",
        "order=asc:lastChanged&org=in:skd,nav",
        "org=digdir&created=gt:2021-03-01",
        "visibleAfter=gte:2019-05-01T22:00Z&visibleAfter=lt:2019-06-01T02:00Z&status.isArchived=true",
    ],
)
def test_pages_hold_the_same_as_those_of_a_list(store: Store, query: str) -> None:
    for skipped in range(1, store.count(query), 3001):
        text = store.after(query, skipped)
        expected = [record["id"] for record in pq.paginate(records(), SCHEMA.parse(text, now=NOW)).items]
        assert store.ids(text)[: len(expected)] == expected
