"""Between two pages time goes backwards, or keys change; within one a statement takes too long."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

import paramql as pq
from asked_instances import NOON, SCHEMA, SECRET, STORES, USER, address, client, documents, filled, ids, missing, url
from faults import MINE
from paramql.instances import keys, serving
from paramql.instances.schema import declared
from paramql.instances.service import service
from paramql.instances.stores import opened
from paramql.server import Bearer, SharedKey
from paramql.testing import databases, engines_mongodb
from served import BASE, Client

DOCUMENTS = documents(60)
OLD, NEW = b"o" * 32, b"n" * 32


@contextmanager
def served(at: str, tokens: pq.Tokens, now: dt.datetime = NOON) -> Iterator[Client]:
    """The service with keys of its own, at a time."""
    schema = declared(tokens)
    bearer = Bearer(SharedKey(SECRET), keys.ISSUER, keys.AUDIENCE)
    with Client(service(opened(at, schema), schema, bearer, base=BASE, clock=lambda: now)) as asked:
        yield asked


@pytest.fixture(name="at", params=STORES)
def _at(request: pytest.FixtureRequest) -> str:
    if reason := missing(request.param):
        pytest.skip(reason)
    at = url(request.param, "paramql_faults_time")
    filled(at, DOCUMENTS).close()
    return at


def test_a_clock_that_is_moved_back_changes_no_page(at: str) -> None:
    """What `now` was on the first page it is on all of them; a token of the future is no older than it may be."""
    tokens = pq.Tokens({"1": OLD}, max_age=dt.timedelta(hours=1))
    query = f"{MINE}&created=gte:now-3650d&size=4"
    with served(at, tokens) as asked:
        expected = ids(asked, query, USER)
        first = asked.get(address(query), USER).json()
    assert len(expected) > 8
    with served(at, tokens, NOON - dt.timedelta(days=400)) as asked:
        rest = [one["id"] for page in asked.pages(first["next"], USER) for one in page["instances"]]
        assert asked.get(address("created=now-1d&" + MINE), USER).status_code == 200
    assert [one["id"] for one in first["instances"]] + rest == expected


def test_a_key_that_is_still_listed_leads_on_and_one_that_is_removed_is_any_bad_token(at: str) -> None:
    query = f"{MINE}&size=4"
    with served(at, pq.Tokens({"old": OLD})) as asked:
        expected = ids(asked, query, USER)
        first = asked.get(address(query), USER).json()
    with served(at, pq.Tokens({"new": NEW, "old": OLD})) as asked:
        second = asked.get(first["next"], USER).json()
        assert "continuationToken=new." in second["next"]
    with served(at, pq.Tokens({"new": NEW})) as asked:
        rest = [one["id"] for page in asked.pages(second["next"], USER) for one in page["instances"]]
        removed = asked.get(first["next"], USER)
        bad = asked.get(address(f"{query}&continuationToken=x.y.z"), USER)
    found = [one["id"] for page in (first, second) for one in page["instances"]] + rest
    assert found == expected
    assert removed.status_code == bad.status_code == 400
    [told], [other] = removed.json()["problems"], bad.json()["problems"]
    assert told["code"] == "invalid-token"
    assert told | {"span": None} == other | {"span": None}


def test_the_secret_of_the_service_is_changed_while_a_client_follows_links(
    at: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    query, token = f"{MINE}&size=4", {}
    for name, secret, former in (("before", OLD, None), ("after", NEW, OLD), ("later", NEW, None)):
        monkeypatch.setenv(keys.VARIABLE, secret.decode())
        monkeypatch.delenv(keys.FORMER, raising=False)
        if former:
            monkeypatch.setenv(keys.FORMER, former.decode())
        made = serving.made(serving.Settings(store=at, key=keys.secret() or b"", former=keys.former()), BASE)
        bearer = keys.user_token(secret, 50_000_001)
        with Client(made) as asked:
            token[name] = asked.get(address(query), bearer).json()["next"]
            expected = 200 if name != "later" else 400
            assert asked.get(token["before"], bearer).status_code == expected
            assert asked.get(token[name], bearer).status_code == 200


# --- a statement that takes too long, as one does that waits for what another has locked

LOCKS = {
    "postgresql": ("BEGIN", "LOCK TABLE paramql_faults_slow.instances IN ACCESS EXCLUSIVE MODE", "ROLLBACK"),
    "mariadb": ("LOCK TABLES paramql_faults_slow.instances WRITE", "UNLOCK TABLES"),
}


@pytest.mark.parametrize("kind", LOCKS)
def test_a_statement_that_waits_too_long_is_a_timeout_and_the_next_is_none(kind: str) -> None:
    if reason := missing(kind):
        pytest.skip(reason)
    at = url(kind, "paramql_faults_slow")
    filled(at, DOCUMENTS).close()
    store: Any = opened(at, SCHEMA, 1.0)
    *locking, letting_go = LOCKS[kind]
    with client(store) as asked:
        for statement in locking:
            databases.opened(kind).run(statement)
        answer = asked.get(address(MINE), USER)
        databases.opened(kind).run(letting_go)
        is_timed_out(answer)
        assert asked.get(address(MINE), USER).status_code == 200


@pytest.mark.parametrize("passed", [0, 1], ids=["page", "count"])
def test_mongodb_ends_a_statement_that_takes_too_long_and_not_the_next(passed: int) -> None:
    """By its fail point, to which each takes too long that says how long it may take."""
    if reason := missing("mongodb"):
        pytest.skip(reason)
    with client(filled(url("mongodb", "paramql_faults_slow"), DOCUMENTS)) as asked:
        mode = {"skip": passed, "times": 1}
        engines_mongodb.client().admin.command("configureFailPoint", "maxTimeAlwaysTimeOut", mode=mode)
        is_timed_out(asked.get(address(f"{MINE}&size=5"), USER))
        assert asked.get(address(f"{MINE}&size=5"), USER).status_code == 200


def is_timed_out(answer: Any) -> None:
    """It took too long, and there is no more to say."""
    assert (answer.status_code, answer.headers["content-type"]) == (504, "application/problem+json")
    assert answer.json()["detail"].startswith("the store took too long")
