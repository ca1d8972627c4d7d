"""Authorisation as a property: whatever is asked, the ids are those that match among those that the policy allows."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import paramql as pq
from asked_instances import (
    ANOTHER,
    DIGDIR,
    NOON,
    OTHER,
    PARTY,
    PERSON,
    SCHEMA,
    SECRET,
    SKD,
    STORES,
    USER,
    address,
    documents,
    missing,
    over_stores,
)
from paramql.ast import And, Or
from paramql.instances import keys, load
from paramql.instances.callers import Owner, User
from paramql.instances.policy import HEADER, Policy
from served import Client
from strategies import filters, schemas, spelling

DOCUMENTS = documents(70, seed=4)
RECORDS = [load(document) for document in DOCUMENTS]
NAV, GUARDIAN = keys.owner_token(SECRET, "nav"), keys.user_token(SECRET, PARTY, 8)


def orgs(owner: Owner) -> set[str]:
    """The host lets one owner read for another."""
    return {owner.org, "brg"} if owner.org == "nav" else {owner.org}


def parties(user: User) -> set[int]:
    """The host lets one user read for two parties."""
    return {PARTY, OTHER} if user.user == 8 else {user.party or 0}


POLICY = Policy(
    orgs=orgs, parties=parties, party=lambda *given: PARTY if given == ("person", PERSON.partition(":")[2]) else None
)


class Caller(NamedTuple):
    """Who asks: what the policy allows, what has to be sent, as wide as it can be, and whether data may be hidden."""

    token: str
    allows: Callable[[Mapping[str, Any]], bool]
    wide: tuple[str, ...]
    is_user: bool = False
    headers: Mapping[str, str] = {}


_OF_OWNER = ("org=ne:nobody", "appId=exists:true", "filter=or(org:skd,org:digdir,org:nav,org:brg)", "appId=contains:/")
_OF_USER = (
    f"instanceOwner.partyId={PARTY}",
    f"instanceOwner.partyId=in:{PARTY},{OTHER},{OTHER + 1}",
    "filter=not(instanceOwner.partyId:5)",
    "instanceOwner.partyId=gt:1&filter=or(data.deleteStatus.isHardDeleted:true,data.size:lt:1000)",
    "instanceOwner.partyId=gt:1&filter=not(all(data,deleteStatus.isHardDeleted:false))",
    "instanceOwner.partyId=exists:true&filter=or(status.isHardDeleted:true,not(status.isHardDeleted:true))",
)


def _is_of(*owners: str) -> Callable[[Mapping[str, Any]], bool]:
    return lambda record: record["org"] in owners


def _is_for(*those: int) -> Callable[[Mapping[str, Any]], bool]:
    return lambda record: record["instanceOwner"]["partyId"] in those and not record["status"]["isHardDeleted"]


CALLERS = (
    Caller(DIGDIR, _is_of("digdir"), ("org=digdir", *_OF_OWNER)),
    Caller(SKD, _is_of("skd"), ("org=skd", *_OF_OWNER)),
    Caller(NAV, _is_of("nav", "brg"), ("org=in:nav,brg", *_OF_OWNER)),
    Caller(USER, _is_for(PARTY), _OF_USER, is_user=True),
    Caller(ANOTHER, _is_for(OTHER), _OF_USER, is_user=True),
    Caller(GUARDIAN, _is_for(PARTY, OTHER), _OF_USER, is_user=True),
    Caller(GUARDIAN, _is_for(PARTY), ("created=gt:2018", "size=1000"), is_user=True, headers={HEADER: PERSON}),
)
WANTED = schemas.everything()
VISIBLE = pq.Schema(*(field for field in SCHEMA.fields if field.filterable), order="desc:lastChanged")


@pytest.fixture(name="stores", scope="module")
def _stores() -> Iterator[dict[str, Client]]:
    with over_stores(DOCUMENTS, policy=POLICY) as stores:
        yield stores


def drawn(rng: random.Random) -> str:
    """A query string with values of a record."""
    draft, _ = filters.draft(VISIBLE, rng.choice(RECORDS), rng.choice(WANTED), rng)
    return spelling.query(draft, rng, ignore_case=True)


def matching(query: str, caller: Caller) -> set[str]:
    """The ids of what matches among what a caller may see, as it may know it: no deleted data, for a user."""
    keep = pq.compile(SCHEMA.parse(query, now=NOON).where, "python")
    return {one["id"] for one in RECORDS if caller.allows(one) and keep(_known(one, caller))}


def _known(record: dict[str, Any], caller: Caller) -> dict[str, Any]:
    there = [one for one in record["data"] if not (caller.is_user and one["deleteStatus"]["isHardDeleted"])]
    return record | {"data": there}


@pytest.mark.parametrize("kind", STORES)
def test_no_query_of_any_caller_shows_more_than_the_policy_allows(stores: dict[str, Client], kind: str) -> None:
    if reason := missing(kind):
        pytest.skip(reason)
    seen = Counter[bool]()

    @settings(max_examples=60)  # each asks for all its pages
    @given(st.sampled_from(CALLERS), st.randoms(use_true_random=False))
    def asked(caller: Caller, rng: random.Random) -> None:
        asked_for = f"{rng.choice(caller.wide)}&{drawn(rng)}"
        query = f"{asked_for}&order={rng.choice(['asc', 'desc'])}:lastChanged&size={rng.choice([4, 1000])}"
        answer = stores[kind].get(address(query), caller.token, caller.headers)
        if answer.status_code != 200:
            assert is_refused(query, caller, answer.status_code), (answer.status_code, query)
            return
        found = [
            one["id"]
            for page in stores[kind].pages(address(query), caller.token, headers=caller.headers)
            for one in page["instances"]
        ]
        assert set(found) == matching(query, caller), query
        assert len(found) == len(set(found)) == answer.json()["totalHits"]
        seen[bool(found)] += 1

    asked()
    assert seen[True] > 10
    assert seen[False] > 10


def is_refused(query: str, caller: Caller, status: int) -> bool:
    """Whether it ought to be: a query that is none, or one that asks for another owner's."""
    try:
        query_ = SCHEMA.parse(query, now=NOON)
    except pq.QueryError:
        return status == 400
    if caller.headers and "instanceOwner.partyId" in query_.names:
        return status == 400
    return status == 403 and not caller.is_user and {"org", "appId"} & query_.names.keys() != set()


@pytest.mark.parametrize(
    "text",
    [
        "instanceOwner.partyId={}",
        "instanceOwner.partyId=in:{},7",
        "instanceOwner.partyId={mine}&filter=or(instanceOwner.partyId:{},id:contains:x)",
        "instanceOwner.partyId={mine}&filter=not(and(instanceOwner.partyId:{},id:contains:x))",
        "instanceOwner.partyId=in:{mine},{}&filter=or(not(instanceOwner.partyId:in:({},{mine})),id:contains:x)",
    ],
)
@pytest.mark.parametrize("user", [7, 8])
def test_nothing_is_looked_up_of_a_party_that_is_not_this_callers(text: str, user: int) -> None:
    """A search that takes long would tell, by the time of its answer, that there is something to be searched."""
    another, nobody = (
        POLICY.restrict(User(user, PARTY), SCHEMA.parse(text.replace("{mine}", str(PARTY)).replace("{}", party)))
        for party in ("51515", "52525")
    )
    assert another.where == nobody.where
    assert "51515" not in repr(another.where)
    assert (another.where == Or(())) == ("mine" not in text)


@pytest.mark.parametrize(
    ("caller", "first"),
    [(User(7, PARTY), pq.eq("instanceOwner.partyId", PARTY)), (Owner("digdir"), pq.eq("org", "digdir"))],
)
def test_what_a_caller_may_see_is_asked_first_and_by_itself(caller: User | Owner, first: pq.Draft) -> None:
    sent = "instanceOwner.partyId=not:1&org=exists:true&filter=id:contains:x"
    query = POLICY.restrict(caller, SCHEMA.parse(sent))
    assert isinstance(query.where, And)
    assert query.where.operands[0] == SCHEMA.bind(first)
