"""The instances service as its page documents it: parameters, callers, statuses, and what is shown of an instance."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import jwt
import pytest

import paramql as pq
from asked_instances import (
    ANOTHER,
    DIGDIR,
    OTHER,
    PARTY,
    PERSON,
    SECRET,
    SKD,
    USER,
    address,
    client,
    documents,
    filled,
    ids,
    of,
)
from paramql.instances import SCHEMA, keys, load
from paramql.instances.callers import ORG, SCOPES
from paramql.instances.callers import PARTY as PARTY_CLAIM
from paramql.instances.callers import USER as USER_CLAIM
from paramql.instances.demo import QUERIES
from paramql.instances.loading import instance as instance_of
from paramql.instances.policy import HEADER, Policy, seen
from served import Client

DOCUMENTS = documents(250)
MINE = f"instanceOwner.partyId={PARTY}"


@pytest.fixture(name="service", scope="module")
def _service() -> Iterator[Client]:
    with client(filled("sqlite://", DOCUMENTS)) as service:
        yield service


@pytest.mark.parametrize("query", QUERIES)
def test_the_documented_requests_are_answered_in_pages(service: Client, query: str) -> None:
    asked = query if query.startswith(("org=", "appId=")) else f"org=digdir&{query}"
    found = ids(service, f"{asked}&size=7", DIGDIR)
    assert len(found) == len(set(found))
    assert found == ids(service, asked, DIGDIR)
    changed = {one["id"]: load(one)["lastChanged"] for one in DOCUMENTS}
    assert found == sorted(found, key=lambda id_: (changed[id_], id_), reverse=True)


def test_a_page_has_links_and_totals(service: Client) -> None:
    body = service.get(address("appId=digdir/kontaktskjema&size=2"), DIGDIR).json()
    assert list(body) == ["totalHits", "count", "self", "next", "instances"]
    assert body["self"] == "http://service.example/storage/api/v1/instances?appId=digdir/kontaktskjema&size=2"
    assert body["next"].startswith(f"{body['self']}&continuationToken=")


# --- who may ask

REFUSED: dict[str, tuple[str | None, str, int]] = {
    "no token": (None, "org=digdir", 401),
    "no token at all": ("x", "org=digdir", 401),
    "expired": (keys.owner_token(SECRET, "digdir", seconds=-60), "org=digdir", 401),
    "signed by another": (keys.owner_token(SECRET[::-1], "digdir"), "org=digdir", 401),
    "another scope": (keys.owner_token(SECRET, "digdir", ["altinn:instances.write"]), "org=digdir", 403),
    "nearly the scope": (keys.owner_token(SECRET, "digdir", [f"{SCOPES[0]}XYZ"]), "org=digdir", 403),
    "a scope in part": (keys.owner_token(SECRET, "digdir", ["altinn:serviceowner/instances"]), "org=digdir", 403),
    "no scope": (keys.owner_token(SECRET, "digdir", []), "org=digdir", 403),
    "another's instances": (DIGDIR, "org=skd", 403),
    "another's among others": (DIGDIR, "org=in:digdir,skd", 403),
    "another's application": (DIGDIR, "appId=skd/mva-melding", 403),
    "another's in a filter": (DIGDIR, "filter=and(created:gt:2018,org:skd)", 403),
    "own and another's": (DIGDIR, "org=digdir&appId=skd/mva-melding", 403),
    "neither org nor appId": (DIGDIR, "created=gt:2019", 400),
    "no party": (USER, "created=gt:2019", 400),
    "org of a user": (USER, "org=digdir", 400),
    "unknown parameter": (DIGDIR, "org=digdir&party=1", 400),
    "derived field": (DIGDIR, "org=digdir&derived.guidTail=x", 400),
}


@pytest.mark.parametrize(("token", "query", "status"), REFUSED.values(), ids=REFUSED)
def test_who_is_refused(service: Client, token: str | None, query: str, status: int) -> None:
    answer = service.get(address(query), token)
    assert (answer.status_code, answer.json()["status"]) == (status, status)
    assert answer.headers["content-type"] == "application/problem+json"
    assert ("www-authenticate" in answer.headers) == (status in {401, 403})


def minted(**claims: Any) -> str:
    usual = {"iss": keys.ISSUER, "aud": keys.AUDIENCE, "exp": int(time.time()) + 60}
    return jwt.encode(usual | claims, SECRET, "HS256")


CLAIMS: list[tuple[dict[str, Any], int]] = [
    ({}, 403),
    ({PARTY_CLAIM: str(PARTY)}, 200),
    ({USER_CLAIM: 7}, 200),
    ({USER_CLAIM: "x", PARTY_CLAIM: True}, 403),
    ({USER_CLAIM: "9" * 40}, 403),
    ({ORG: ["digdir"], "scope": SCOPES[0]}, 403),
    ({ORG: "digdir", "scope": list(SCOPES)}, 403),
    ({ORG: "digdir", "scope": f"other {SCOPES[1]}"}, 200),
    ({ORG: "", PARTY_CLAIM: PARTY}, 200),
    ({ORG: "a\0", "scope": SCOPES[0]}, 403),
    ({ORG: "\ud800", "scope": SCOPES[0]}, 403),
    ({PARTY_CLAIM: 2**70}, 403),
    ({USER_CLAIM: -1}, 403),
    ({PARTY_CLAIM: 10**18 - 1}, 200),
    ({USER_CLAIM: None, PARTY_CLAIM: PARTY}, 200),
    ({USER_CLAIM: [7], PARTY_CLAIM: PARTY}, 403),
    ({USER_CLAIM: "x", PARTY_CLAIM: PARTY}, 403),
    ({USER_CLAIM: 7, PARTY_CLAIM: 2**70}, 403),
]


@pytest.mark.parametrize(("claims", "status"), CLAIMS)
def test_what_a_token_claims(service: Client, claims: dict[str, Any], status: int) -> None:
    query = "org=digdir" if claims.get(ORG) else MINE
    assert service.get(address(query), minted(**claims)).status_code == status


def test_an_owner_sees_all_of_its_own_and_nothing_else(service: Client) -> None:
    own = {one["id"] for one in of(DOCUMENTS, "digdir")}
    assert set(ids(service, "org=digdir", DIGDIR)) == own
    assert set(ids(service, "org=ne:skd", DIGDIR)) == own
    assert set(ids(service, "filter=or(org:skd,org:digdir)", DIGDIR)) == own
    assert ids(service, "filter=not(org:digdir)", DIGDIR) == []
    deleted = {one["id"] for one in of(DOCUMENTS, "digdir") if one["status"].get("isHardDeleted")}
    assert deleted
    assert set(ids(service, "org=digdir&status.isHardDeleted=false", DIGDIR)) == own - deleted


def test_a_user_sees_what_is_its_own_and_not_deleted(service: Client) -> None:
    own = [one for one in DOCUMENTS if one["instanceOwner"]["partyId"] == str(PARTY)]
    there = {one["id"] for one in own if not one["status"].get("isHardDeleted")}
    assert len(there) < len(own)
    assert set(ids(service, MINE, USER)) == there
    assert ids(service, f"{MINE}&status.isHardDeleted=true", USER) == []
    assert ids(service, f"instanceOwner.partyId={OTHER}", USER) == []
    assert set(ids(service, f"instanceOwner.partyId=in:{PARTY},{OTHER}", USER)) == there
    assert ids(service, MINE, ANOTHER) == ids(service, MINE, minted(**{USER_CLAIM: 7})) == []


def test_a_party_that_is_not_yours_looks_like_one_that_there_is_not(service: Client) -> None:
    bodies = [service.get(address(f"instanceOwner.partyId={party}"), USER).json() for party in (OTHER, 1)]
    assert bodies[0] | {"self": ""} == bodies[1] | {"self": ""}


def test_the_host_decides_who_reads_for_whom() -> None:
    policy = Policy(orgs=lambda owner: [owner.org, "skd"], parties=lambda _: {PARTY, OTHER})
    with client(filled("sqlite://", DOCUMENTS), policy) as service:
        both = {one["id"] for org in ("digdir", "skd") for one in of(DOCUMENTS, org)}
        assert set(ids(service, "org=in:digdir,skd", DIGDIR)) == both
        assert set(ids(service, "org=skd", SKD)) < both
        assert service.get(address("org=nav"), DIGDIR).status_code == 403
        assert ids(service, f"instanceOwner.partyId={OTHER}", USER)


def test_a_token_for_the_next_page_is_its_callers_own(service: Client) -> None:
    following = service.get(address("org=digdir&size=1"), DIGDIR).json()["next"]
    assert service.get(following, keys.owner_token(SECRET, "digdir", seconds=60)).status_code == 200
    taken = service.get(following.replace("org=digdir", "org=skd"), SKD)
    assert taken.json()["problems"][0]["code"] == "invalid-token"


# --- the header


def test_the_header_names_the_party(service: Client) -> None:
    headers = {HEADER: PERSON}
    assert ids(service, "", USER, headers=headers) == ids(service, MINE, USER)
    by_owner = ids(service, "org=digdir&size=2", DIGDIR, headers={HEADER.lower(): PERSON.upper()})
    assert by_owner == ids(service, f"org=digdir&{MINE}", DIGDIR)
    following = service.get(address("org=digdir&size=1"), DIGDIR, headers).json()["next"]
    assert service.get(following, DIGDIR).status_code == 400


@pytest.mark.parametrize("number", ["Person:99999999999", "Organisation:310000000"])
def test_a_number_without_a_party_has_no_instances(service: Client, number: str) -> None:
    assert ids(service, "", USER, headers={HEADER: number}) == []


@pytest.mark.parametrize("value", ["Person:1", "person", "Organisation:01017012345", "Person:0101701234٥"])
def test_a_header_that_is_none_is_a_mistake_beside_the_others(service: Client, value: str) -> None:
    answer = service.get(address("size=0"), USER, {HEADER.encode(): value.encode()})  # type: ignore[dict-item]
    assert [one["code"] for one in answer.json()["problems"]] == ["invalid-value", "out-of-range"]
    assert value not in answer.text


def test_header_and_party_together_are_a_conflict(service: Client) -> None:
    for token, query in ((USER, MINE), (DIGDIR, f"org=digdir&{MINE}")):
        [problem] = service.get(address(query), token, {HEADER: PERSON}).json()["problems"]
        assert problem["code"] == "conflict"
        assert query[problem["span"]["start"] : problem["span"]["end"]] == "instanceOwner.partyId"


def test_all_that_a_caller_has_not_sent_or_sent_twice_is_told_at_once(service: Client) -> None:
    answer = service.get(address(MINE), DIGDIR, {HEADER: PERSON})
    assert [one["code"] for one in answer.json()["problems"]] == ["conflict", "conflict"]
    assert answer.json()["detail"].endswith("an application owner has to send org or appId")


def test_a_statement_that_takes_too_long_is_a_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    store: Any = filled("sqlite://", DOCUMENTS[:20])
    monkeypatch.setattr("paramql.server.stores.sqlite._STEPS", 1)
    monkeypatch.setattr(store.driver, "_timeout", 0.0)
    with client(store) as service:
        answer = service.get(address(MINE), USER)
    assert (answer.status_code, answer.headers["content-type"]) == (504, "application/problem+json")


# --- what is shown


def instance(service: Client, id_: str, token: str, more: str = "") -> dict[str, Any]:
    asked = f"id={id_}&" + ("org=digdir" if token == DIGDIR else MINE)
    [found] = service.get(address(asked + more), token).json()["instances"]
    assert isinstance(found, dict)
    return found


def without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_nulls(member) for name, member in value.items() if member is not None}
    return [without_nulls(item) for item in value] if isinstance(value, list) else value


def test_instances_are_shown_as_they_were_loaded_but_for_nulls(service: Client) -> None:
    for one in of(DOCUMENTS, "digdir")[:50]:
        assert instance(service, one["id"], DIGDIR) == without_nulls(one)


def test_data_elements_are_left_out_where_asked(service: Client) -> None:
    one = next(one for one in of(DOCUMENTS, "digdir") if one["data"])
    assert instance(service, one["id"], DIGDIR, "&includeDataElements=false")["data"] == []
    assert instance(service, one["id"], DIGDIR, "&includeDataElements=true")["data"] == without_nulls(one["data"])


def deletion(one: dict[str, Any]) -> bool:
    return any(element.get("deleteStatus") for element in one["data"])


def test_a_user_meets_no_deleted_data_element_in_any_way(service: Client) -> None:
    own = [one for one in DOCUMENTS if one["instanceOwner"]["partyId"] == str(PARTY) and deletion(one)]
    one = next(one for one in own if not one["status"].get("isHardDeleted") and one["org"] == "digdir")
    [deleted, *_] = [element for element in one["data"] if element.get("deleteStatus")]
    assert deleted["id"] in str(instance(service, one["id"], DIGDIR))
    assert deleted["id"] not in str(instance(service, one["id"], USER))
    for query in (f"data.id={deleted['id']}", f"filter=any(data,id:{deleted['id']})"):
        assert ids(service, f"org=digdir&{query}", DIGDIR) == [one["id"]]
        assert ids(service, f"{MINE}&{query}", USER) == []
        assert one["id"] in ids(service, f"{MINE}&filter=not({query.removeprefix('filter=').replace('=', ':')})", USER)
    for query in ("data.deleteStatus.isHardDeleted=true", "filter=not(all(data,deleteStatus.isHardDeleted:false))"):
        assert ids(service, f"{MINE}&{query}", USER) == []


def test_only_deleted_elements_are_no_elements_to_a_user() -> None:
    [one] = documents(1)
    gone = {"id": "0190163d-8694-739b-aea5-966c26f8ad91", "deleteStatus": {"isHardDeleted": True}}
    with client(filled("sqlite://", [one | {"data": [gone], "status": {}}])) as service:
        for query, of_owner, of_user in (("exists:true", 1, 0), ("exists:false", 0, 1)):
            assert len(ids(service, f"org={one['org']}&data={query}", keys.owner_token(SECRET, one["org"]))) == of_owner
            assert len(ids(service, f"{MINE}&data={query}", USER)) == of_user


def test_what_a_user_may_know_of_a_list_as_a_whole() -> None:
    exists = SCHEMA.bind(pq.exists("data"))
    assert seen(exists) == seen(SCHEMA.bind(pq.any_("data", pq.all_of()))) != exists
    assert Policy().party("person", "01017012345") is None


NUMBERS = '{"n":1e400,"m":1.00000000000000000001,"k":12345678901234567890,"f":[true,false,null,-0.0]}'


def test_no_digit_is_lost_and_no_depth_is_too_much_where_a_document_is_written_anew() -> None:
    text = json.dumps(documents(1)[0] | {"x": None, "status": {}})
    deep = '{"a":[' * 49 + "1" + "]}" * 49
    stored, _ = instance_of(f'{text[:-1]}, "numbers": {NUMBERS}, "deep": {deep}}}'.encode())
    store = filled("sqlite://", [])
    store.put([(stored, load(json.loads(stored)))])
    with client(store) as service:
        found = service.get(address(MINE), USER).text
    assert f'"numbers":{NUMBERS},"deep":{deep}' in found
    assert '"x":' not in found


ODD = {
    "escaped": (
        '{"d\\u0061ta":[{"id":"secret","deleteStatus":{"isHard\\u0044eleted":true}},{"id":"open"},7,{"deleteStatus":1}]'
    ),
    "half a pair": '{"presentationTexts":{"title":"\\ud83d","other":null},"data":[]',
}


@pytest.mark.parametrize("start", ODD.values(), ids=ODD)
def test_documents_written_in_an_odd_way(start: str) -> None:
    whole = documents(1)[0] | {"status": {}}
    rest = {name: member for name, member in whole.items() if name not in {"data", "presentationTexts"}}
    text = start + "," + json.dumps(rest)[1:]
    store = filled("sqlite://", [])
    store.put([(text, load(json.loads(text)))])
    with client(store) as service:
        [shown] = service.get(address(MINE), USER).json()["instances"]
    assert "secret" not in json.dumps(shown)
    assert shown["data"] == ([{"id": "open"}, 7, {"deleteStatus": 1}] if "secret" in text else [])


def test_where_a_name_stands_twice_the_last_one_counts_as_for_filters() -> None:
    whole = json.dumps(documents(1)[0] | {"status": {}, "data": [{"id": "a"}, {"id": "b"}]})
    twice = '{"isHardDeleted": true, "isHardDeleted": null}', '{"isHardDeleted": null, "isHardDeleted": true}'
    for id_, status in zip("ab", twice, strict=True):
        whole = whole.replace(f'{{"id": "{id_}"}}', f'{{"id": "{id_}", "deleteStatus": {status}}}')
    store = filled("sqlite://", [])
    store.put([(whole, load(json.loads(whole)))])
    with client(store) as service:
        [shown] = service.get(address(MINE), USER).json()["instances"]
        assert shown["data"] == [{"id": "a", "deleteStatus": {}}]
        assert ids(service, f"{MINE}&data.deleteStatus.isHardDeleted=true", USER) == []
