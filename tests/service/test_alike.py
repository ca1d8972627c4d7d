"""One answer on every store, byte by byte; and no query shows what the policy does not allow."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import pytest

import paramql as pq
from asked_instances import (
    DIGDIR,
    NOON,
    PARTY,
    PERSON,
    SCHEMA,
    SKD,
    STORES,
    USER,
    address,
    client,
    documents,
    filled,
    missing,
    url,
)
from paramql.instances import load
from paramql.instances.policy import HEADER
from served import Client
from strategies import filters, schemas, spelling

DOCUMENTS = documents(70, seed=4)
RECORDS = [load(document) for document in DOCUMENTS]
CALLERS = {"org=digdir": DIGDIR, "org=skd": SKD, f"instanceOwner.partyId={PARTY}": USER}

# Each parameter at least twice; values that the documents have.
_SOME = RECORDS[5]
_ENDED = next(one["process"]["ended"] for one in RECORDS if one["process"].get("ended"))
_TAIL = _SOME["derived"]["guidTail"]
_AR = next(one["dataValues"]["A2ArchRef"] for one in RECORDS if one.get("dataValues", {}).get("A2ArchRef"))
ASKED = f"""
size=7
size=1000
order=asc:lastChanged&size=40
order=lastChanged,desc:lastChanged
appId={_SOME["appId"]}
appId=startswith:digdir/&size=5
appId=endswith:rapport
process.currentTask=Task_1
process.currentTask=in:Task_2,Task_3&size=3
process.currentTask=exists:false&size=11
process.isComplete=true&size=9
process.isComplete=false&size=9
process.isComplete=not:true
process.endEvent=EndEvent_1&size=2
process.ended=gt:2019&size=10
process.ended=lt:2020-01-01T00:00:00.1234567Z
process.ended={_ENDED:%Y-%m-%dT%H:%M:%S.%fZ}
lastChanged=gte:2019-06&lastChanged=lt:2020-06&size=6
created=gt:2019-01-01T12:00:00%2B02:00&size=20
created=lt:today-7y
visibleAfter=gt:2019&size=4
visibleAfter=exists:false&size=30
dueBefore=gt:2019-02&dueBefore=lt:2020-03-01
dueBefore=ne:2019-05-01&size=25
excludeConfirmedBy=digdir&size=8
excludeConfirmedBy=digdir&excludeConfirmedBy=skd
excludeConfirmedBy=in:skd,nav
confirmed=true
confirmed=false&size=10
status.isArchived=true&size=5
status.isArchived=false&size=5
status.isSoftDeleted=true
status.isSoftDeleted=not:true&size=50
status.isHardDeleted=true
status.isHardDeleted=false&size=13
searchString=årsREGNSKAP
searchString=ΑΊΤΗΣΗ
searchString=%25
includeDataElements=false&size=5
includeDataElements=true&size=5
mainVersionInclude=2
mainVersionInclude=3&size=17
mainVersionExclude=3
mainVersionExclude=1&size=17
dataValues.A2ArchRef={_AR}
dataValues.A2ArchRef=exists:true
A3Ref={_TAIL.upper()}
A3Ref=not:{_TAIL}&size=12
data.dataType=model&size=6
data.size=gt:1000000
data.tags=contains:i
data.filename=icontains:ΣΧΈΔΙΟ
filter=any(data,and(dataType:vedlegg,size:gt:1000))
filter=all(data,isRead:true)&size=15
filter=or(status.isArchived:true,not(data.locked:true))&size=15
filter=any(completeConfirmations,stakeholderId:skd)
completeConfirmations.confirmedOn=gt:2020
id={_SOME["id"]}
id=gt:5
lastChanged=gtt:2019&orgg=x
size=0
continuationToken=x
filter=or(
""".split()


class Stores:
    """The service over each store that there is here."""

    def __init__(self) -> None:
        self.clients: dict[str, Client] = {}
        for kind in STORES:
            if not missing(kind):
                self.clients[kind] = client(filled(url(kind), DOCUMENTS))

    def close(self) -> None:
        for one in self.clients.values():
            one.__exit__()


@pytest.fixture(name="stores", scope="module")
def _stores() -> Iterator[dict[str, Client]]:
    stores = Stores()
    yield stores.clients
    stores.close()


def bodies(asking: Client, query: str, token: str, headers: dict[str, str] | None = None) -> list[bytes]:
    """The bodies of a page and the next one."""
    found: list[bytes] = []
    following: str | None = address(query)
    while following and len(found) < 2:
        answer = asking.get(following, token, headers)
        found.append(answer.content)
        following = answer.json().get("next")
    return found


def test_every_store_gives_the_same_bytes(stores: dict[str, Client]) -> None:
    several = nothing = 0
    for number, query in enumerate(ASKED):
        who = list(CALLERS)[number % len(CALLERS)]
        found = {kind: bodies(asking, f"{who}&{query}", CALLERS[who]) for kind, asking in stores.items()}
        expected = found["sqlite"]
        assert [kind for kind, one in found.items() if one != expected] == [], query
        several += len(expected) > 1
        nothing += b'"count": 0' in expected[0]
    assert several > 15
    assert nothing < 15


def test_the_header_is_understood_alike(stores: dict[str, Client]) -> None:
    found = {tuple(bodies(asking, "size=9", USER, {HEADER: PERSON})) for asking in stores.values()}
    assert len(found) == 1


# --- authorisation as a property: the ids are those that match, among those that the policy allows


def allowed(record: dict[str, Any], who: str) -> bool:
    if who == USER:
        return bool(record["instanceOwner"]["partyId"] == PARTY and not record["status"]["isHardDeleted"])
    return bool(record["org"] == {DIGDIR: "digdir", SKD: "skd"}[who])


def seen(record: dict[str, Any], who: str) -> dict[str, Any]:
    """The record as a caller may know it."""
    if who != USER:
        return record
    return record | {"data": [one for one in record["data"] if not one["deleteStatus"]["isHardDeleted"]]}


# What a caller has to send, as wide as it can be.
_WIDE_OF_OWNER = ["org=ne:nobody", "appId=exists:true", "filter=or(org:skd,org:digdir,org:nav)"]
WIDE = {
    DIGDIR: ["org=digdir", *_WIDE_OF_OWNER],
    SKD: ["org=skd", *_WIDE_OF_OWNER],
    USER: [
        f"instanceOwner.partyId={PARTY}",
        "filter=not(instanceOwner.partyId:5)",
        "instanceOwner.partyId=gt:1&filter=or(data.deleteStatus.isHardDeleted:true,data.size:lt:1000)",
        "instanceOwner.partyId=gt:1&filter=not(all(data,deleteStatus.isHardDeleted:false))",
    ],
}
WANTED = schemas.everything()
VISIBLE = pq.Schema(*(field for field in SCHEMA.fields if field.filterable), order="desc:lastChanged")


def drawn(rng: random.Random) -> str:
    """A query string with values of a record."""
    draft, _ = filters.draft(VISIBLE, rng.choice(RECORDS), rng.choice(WANTED), rng)
    return spelling.query(draft, rng, ignore_case=True)


@pytest.mark.parametrize("share", range(4))
def test_no_query_shows_what_a_caller_may_not_see(stores: dict[str, Client], share: int) -> None:
    rng = random.Random(share)
    some = 0
    for number in range(40):
        token = rng.choice([DIGDIR, SKD, USER])
        query = f"{rng.choice(WIDE[token])}&{drawn(rng)}&size=1000"
        expected = expected_of(query, token)
        for kind in stores if number % 8 == 0 else ["sqlite"]:
            answer = stores[kind].get(address(query), token)
            if answer.status_code != 200:
                assert answer.status_code in ({400} if expected is None else {403}), query
                continue
            assert {one["id"] for one in answer.json()["instances"]} == expected, (kind, query)
            some += bool(expected)
    assert some > 10


def expected_of(query: str, token: str) -> set[str] | None:
    """The ids of what matches among what a caller may see; None for a query that is none."""
    try:
        keep = pq.compile(SCHEMA.parse(query, now=NOON).where, "python")
    except pq.QueryError:
        return None
    return {one["id"] for one in RECORDS if allowed(one, token) and keep(seen(one, token))}
