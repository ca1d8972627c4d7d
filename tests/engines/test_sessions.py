"""The zone of a session, and of the process, changes nothing of what is selected, nor of pages by instants."""

from __future__ import annotations

import itertools
import re
import time
from collections.abc import Iterator
from itertools import groupby
from typing import Any as Anything

import pytest

import paramql as pq
from pagers import PAGERS, walk
from paramql.testing import Case, cases, run
from paramql.testing.databases import opened
from paramql.testing.known import KNOWN, started

ZONE = "Pacific/Chatham"  # a quarter of an hour off the others; it has a summer time
FEATURES = {
    feature: [case for case in group if "ids" in case.expected]
    for feature, group in groupby(cases(), key=lambda case: case.feature)
    if feature in ("dates", "datetimes", "zones", "precision", "relative", "sorting")
}
# How a session is told its zone, and tells it.
SETS = {
    "postgresql": ("SET TIME ZONE '{}'", "SHOW TIME ZONE"),
    "postgresql-icu": ("SET TIME ZONE '{}'", "SHOW TIME ZONE"),
    "mariadb": ("SET time_zone = '{}'", "SELECT @@session.time_zone"),
    "duckdb": ("SET GLOBAL TimeZone = '{}'", "SELECT current_setting('TimeZone')"),
}
CALLED = {"mariadb": {ZONE: "+12:45", "UTC": "+00:00"}}
SCHEMA = pq.Schema(
    pq.Field("id", pq.Integer(), unique=True, sortable=True),
    pq.Field("at", pq.DateTime(), sortable=True),
    pq.Field("second", pq.DateTime(precision="s"), sortable=True),
    pq.Field("day", pq.Date(), sortable=True),
    tokens=pq.Tokens({"a": b"k" * 32}),
)
# To the last instant whose year has four digits there: psycopg and DuckDB read no later ones in that zone.
INSTANTS = [
    *("0001-01-01T00:00:00Z", "1868-01-01T00:00:00Z", "1969-12-31T23:59:59.999999Z", "1970-01-01T00:00:00Z"),
    *("2019-04-06T13:59:59Z", "2019-04-06T14:00:00Z", "2019-04-06T15:00:00.000001Z", "2019-09-28T14:00:00Z"),
    *("2019-05-01T11:15:00Z", "9999-12-31T10:00:00Z", "9999-12-31T10:14:59.999999Z"),
]
RECORDS = [
    SCHEMA.load({"id": 2 * number + more, "at": at, "second": at[:19] + "Z", "day": at[:10] if more else None})
    for number, at in enumerate(INSTANTS)
    for more in (0, 1)
]
QUERIES = [
    "order=at",
    "order=desc:second,day&at=lt:9999",
    "order=desc:day,at&at=gte:2019-04-06T14:00:00Z",
    "day=2019-05-01",
]


# Django sets the zone of a server's sessions itself, to that of UTC.
NAMES = [name for name in PAGERS if not name.endswith("rows") and not re.match("django on (?!sqlite)", name)]


@pytest.fixture(params=NAMES, scope="module", name="name")
def _name(request: pytest.FixtureRequest) -> Iterator[str]:
    if reason := PAGERS[request.param].missing():
        pytest.skip(reason)
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("TZ", ZONE)
        time.tzset()
        tell(request.param, ZONE)
        yield request.param
        tell(request.param, "UTC")
    time.tzset()


def tell(name: str, zone: str) -> None:
    """Set the zone of the sessions by which an engine is asked, where it has one."""
    database = name.removeprefix("sqlalchemy on ").split(",")[0]
    if database in SETS:
        for rows in asking(name, database):
            rows(SETS[database][0].format(CALLED.get(database, {}).get(zone, zone)))


def asking(name: str, database: str) -> Iterator[Anything]:
    """What sends a statement and returns its rows."""
    if not name.startswith("sqlalchemy"):
        yield opened(database).rows
        return
    from paramql.testing.engines_sqlalchemy import connected

    def rows(statement: str) -> Anything:
        result = connected(database).exec_driver_sql(statement)
        return result.all() if result.returns_rows else []

    yield rows


def test_the_zone_is_that_of_the_session(name: str) -> None:
    """Or the tests below would tell nothing."""
    assert time.localtime().tm_zone in ("+1245", "+1345")
    database = name.removeprefix("sqlalchemy on ").split(",")[0]
    if database in SETS:
        for rows in asking(name, database):
            assert [tuple(row) for row in rows(SETS[database][1])] == [(CALLED.get(database, {}).get(ZONE, ZONE),)]


@pytest.mark.parametrize("feature", FEATURES)
def test_a_case_selects_the_records_that_it_says(name: str, feature: str) -> None:
    if name not in KNOWN:
        pytest.skip(f"the test kit has no {name}")
    wrong = [message for case in FEATURES[feature] if (message := complaint(case, name))]
    assert not wrong, "\n\n".join(wrong)


def complaint(case: Case, name: str) -> str:
    try:
        run(case, started(name))
    except AssertionError as error:
        return str(error)
    except pq.CapabilityError:
        pass  # listed where engines are held to agree
    return ""


def test_pages_are_in_the_order_of_the_instants(name: str) -> None:
    pager = PAGERS[name].make()
    # Python reads what PySpark hands over by the wall of the process, and not within a day of the first and last.
    held = [one for one in RECORDS if 1 < one["at"].year < 9999] if name.startswith("spark") else RECORDS
    pager.load(SCHEMA, held)
    for query in QUERIES:
        expected = [one["id"] for one in pq.paginate(held, SCHEMA.parse(query)).items]
        assert expected
        assert [*itertools.chain(*(shown.keys for shown in walk(pager, SCHEMA, f"{query}&size=3")))] == expected
