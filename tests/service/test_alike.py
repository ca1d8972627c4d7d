"""One answer on every store, byte by byte: two hundred requests, and the pages that follow."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

import pytest

from asked_instances import STORES, address, documents, missing, over_stores
from paramql.instances import load
from paramql.instances.policy import HEADER
from served import Client
from service_requests import PARAMETERS, Asked, requests

DOCUMENTS = documents(140, seed=4)
RECORDS = [load(document) for document in DOCUMENTS]

ASKED = requests(RECORDS)
_PAGES = 2


@pytest.fixture(name="stores", scope="module")
def _stores() -> Iterator[dict[str, Client]]:
    with over_stores(DOCUMENTS) as stores:
        yield stores


class Answered(NamedTuple):
    """Status and body of a request, and of the pages that follow."""

    statuses: list[int]
    bodies: list[bytes]


def answered(asking: Client, asked: Asked) -> Answered:
    """Two pages at most, by its link."""
    found = Answered([], [])
    following: str | None = address(asked.query)
    while following and len(found.bodies) < _PAGES:
        answer = asking.get(following, asked.token, asked.headers)
        found.statuses.append(answer.status_code)
        found.bodies.append(answer.content)
        following = answer.json().get("next")
    return found


@pytest.fixture(name="expected", scope="module")
def _expected(stores: dict[str, Client]) -> list[Answered]:
    """By SQLite."""
    return [answered(stores["sqlite"], asked) for asked in ASKED]


@pytest.mark.parametrize("kind", [kind for kind in STORES if kind != "sqlite"])
def test_every_store_gives_the_same_bytes(stores: dict[str, Client], expected: list[Answered], kind: str) -> None:
    """MongoDB is SecantusDB here, unless a variable names another server."""
    if reason := missing(kind):
        pytest.skip(reason)
    differing = [
        asked.query for asked, one in zip(ASKED, expected, strict=True) if answered(stores[kind], asked) != one
    ]
    assert differing == []


def test_the_requests_ask_for_much_and_find_it(expected: list[Answered]) -> None:
    assert len(ASKED) == 200
    found = [one for one in expected if one.statuses[0] == 200 and json.loads(one.bodies[0])["count"]]
    assert len(found) >= 150
    assert sum(len(one.bodies) > 1 for one in found) >= 50
    assert {status for one in expected for status in one.statuses} == {200, 400, 403}


def test_each_parameter_is_asked_for_often(expected: list[Answered]) -> None:
    used = Counter[str]()
    for asked, one in zip(ASKED, expected, strict=True):
        if one.statuses[0] == 200:
            named = {pair.partition("=")[0].lower() for pair in asked.query.split("&")}
            used.update(named | {HEADER for _ in asked.headers} | {"continuationtoken" for _ in one.bodies[1:]})
    assert {name: used[name.lower()] for name in PARAMETERS if used[name.lower()] < 5} == {}
    assert used[HEADER] >= 5
