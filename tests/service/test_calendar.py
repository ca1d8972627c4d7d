"""The first and the last instant of the calendar, asked for and kept: dates like any others, on every store."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest

import paramql as pq
from asked_instances import DIGDIR, NOON, PARTY, SCHEMA, STORES, USER, client, documents, filled, ids, missing, url
from paramql.instances import load
from paramql.instances.stores import opened
from served import Client

FIRST, LAST = "0001-01-01T00:00:00.000000Z", "9999-12-31T23:59:59.999999Z"
ENDS = ("0001", FIRST.replace("000Z", "001Z"), LAST, "9999-12-31T23:59:59.9999999Z")
DATES = ("created", "lastChanged", "process.ended", "dueBefore", "visibleAfter")
MINE = {DIGDIR: "org=digdir", USER: f"instanceOwner.partyId={PARTY}"}
ASKED = [f"{name}={word}:{end}" for name, word, end in product(DATES, ("gt", "gte", "lt", "lte", "not:gt"), ENDS)]
ASKED += [f"{name}=gt:{low}&{name}=lt:{high}" for name, low, high in product(DATES, ENDS, ENDS)]


def _at_the_ends(count: int) -> Iterator[dict[str, Any]]:
    """Instances of one owner and one party; two of three have dates that are all the first, or the last."""
    for number, document in enumerate(documents(count, parties=1)):
        ends = {2: LAST, 1: FIRST}.get(number % 3)
        dates = dict.fromkeys(("created", "lastChanged", "dueBefore", "visibleAfter"), ends) if ends else {}
        process = document["process"] | ({"ended": ends} if ends else {})
        yield document | {"org": "digdir", "appId": "digdir/kontaktskjema", "process": process} | dates


DOCUMENTS = list(_at_the_ends(18))
RECORDS = [load(document) for document in DOCUMENTS]


def expected(query: str, token: str) -> set[str]:
    """By the records themselves."""
    matches = pq.compile(SCHEMA.parse(query, now=NOON).where, "python")
    seen = [one for one in RECORDS if token == DIGDIR or not one["status"]["isHardDeleted"]]
    return {one["id"] for one in seen if matches(one)}


@pytest.fixture(name="asking", params=STORES, scope="module")
def _asking(request: pytest.FixtureRequest) -> Iterator[Client]:
    if reason := missing(request.param):
        pytest.skip(reason)
    with client(filled(url(request.param, "paramql_calendar"), DOCUMENTS)) as asking:
        yield asking


@pytest.mark.parametrize("token", [DIGDIR, USER], ids=["owner", "user"])
def test_whatever_is_asked_of_the_ends_of_the_calendar_is_answered(asking: Client, token: str) -> None:
    for query in ASKED:
        found = ids(asking, f"{MINE[token]}&{query}&size=7", token)
        assert (len(found), set(found)) == (len(set(found)), expected(query, token)), query


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
def test_a_server_in_another_zone_gives_the_ends_of_the_calendar(zone: str) -> None:
    """There the last instant is of the year 10000, and the first is of a year that Python has no dates of."""
    if reason := missing("postgresql"):
        pytest.skip(reason)
    at = f"{url('postgresql', 'paramql_calendar')}%20-cTimeZone%3D{zone}"
    filled(at, DOCUMENTS).close()
    with client(opened(at, SCHEMA, 20)) as asking:
        found = ids(asking, f"{MINE[DIGDIR]}&size=5", DIGDIR)
        moments = {one["id"]: one["lastChanged"] for one in RECORDS}
        assert len(found) == len(DOCUMENTS)
        assert [moments[one] for one in found] == sorted(moments.values(), reverse=True)
        assert moments[found[0]] == dt.datetime.max.replace(tzinfo=dt.UTC)
