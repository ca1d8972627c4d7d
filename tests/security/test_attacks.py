"""What a stranger tries, where no other test tries it: each attack ends in a problem, or selects what it says."""

from __future__ import annotations

import base64
import json
import sqlite3
import time
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest

import paramql as pq
from asking import problem, refused
from differential import triples
from orders import NOON as ORDERED
from orders import ORDERS, store
from paramql.server import Listing, application
from served import BASE, Client

KEYS = pq.Tokens({"a": b"k" * 32})
SCHEMA = pq.Schema(
    pq.Field("id", pq.Integer(), unique=True, sortable=True),
    pq.Field("name", pq.Text(), sortable=True),
    pq.Field("secret", pq.Text(), sortable=True),
    pq.Field("price", pq.Decimal(2)),
    pq.Field("ratio", pq.Float()),
    tokens=KEYS,
)

# --- names


@pytest.mark.parametrize(
    "order",
    [
        "id desc",
        "id;DROP TABLE t",
        "desc:id--",
        "(SELECT 1)",
        "1",
        "desc:desc:id",
        "DESC:id",
        "id:desc",
        "id,CASE WHEN 1 THEN id END",
        "id NULLS FIRST",
        '"id"',
        "rowid",
        "pg_sleep(5)",
        "$natural",
        "id,,name",
    ],
)
def test_an_order_is_of_declared_names_and_two_directions(order: str) -> None:
    assert {one.code for one in refused(SCHEMA, f"order={order}".replace(";", "%3B"))} <= {
        "not-sortable",
        "invalid-value",
        "empty-value",
        "unknown-operator",
    }


@pytest.mark.parametrize("options", [None, {}, {"table": "things"}], ids=["engine", "target", "table"])
def test_a_column_that_is_not_there_is_an_error_and_no_text(options: dict[str, Any] | None) -> None:
    """SQLite takes a name that it does not know, in quotes and by itself, for a text: `"x" = 'x'` is always true."""
    schema = pq.Schema(pq.Field("id", pq.Integer(), unique=True), pq.Field("gone", pq.Text()))
    with sqlite3.connect(":memory:") as database:
        database.execute("CREATE TABLE things (id INTEGER)")
        database.execute("INSERT INTO things VALUES (1)")
        assert database.execute("SELECT id FROM things WHERE \"gone\" = 'gone'").fetchall() == [(1,)]
        for query in ("gone=gone", "gone=not:x", "gone=exists:false", "gone=contains:o", "gone=in:gone,x"):
            target = "sqlite" if options is None else pq.target("sqlite", schema, **options)
            found: Any = pq.compile(schema.parse(query).where, target)
            with pytest.raises(sqlite3.OperationalError, match="no such column"):
                database.execute(f"SELECT id FROM things WHERE {found.text}", found.params)
    database.close()


@pytest.mark.parametrize("name", ["$where", "name[$ne]", "name.$ne", "name.$gt", "$or", "__proto__", "name['$ne']"])
def test_a_name_that_mongodb_would_read_as_an_operator_is_unknown(name: str) -> None:
    assert problem(SCHEMA, f"{name.replace('[', '%5B').replace(']', '%5D')}=1").code == "unknown-parameter"


OPERATORS = {
    *("$and", "$or", "$nor", "$not", "$eq", "$ne", "$gt", "$gte", "$lt", "$lte", "$in", "$nin"),
    *("$exists", "$type", "$regex", "$elemMatch"),
}


def test_mongodb_is_asked_by_operators_of_a_fixed_set_and_never_by_code() -> None:
    rng, met = Random("operators"), set[str]()
    for _ in range(20):
        for one in triples(rng, 10):
            try:
                met.update(keys(pq.compile(one.where, "mongodb")))
            except pq.CapabilityError:
                continue
    assert {key for key in met if key.startswith("$")} <= OPERATORS
    assert len(met & OPERATORS) > 10


def keys(node: Any) -> Iterator[str]:
    """Every key of a filter, at any depth."""
    if isinstance(node, dict):
        yield from node
    for below in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from keys(below)


# --- values


# What each is: the codes of a refusal, or the values that a store is asked for.
BOMBS: dict[str, list[Any]] = {
    "1e999999999": ["invalid-value"],
    "1e-999999999": ["invalid-value"],
    "9" * 5000: ["too-long"],
    "0." + "0" * 5000 + "1": ["too-long"],
    "-" * 5000: ["too-long"],
    "1_000": ["invalid-value"],
    "٣": ["invalid-value"],
    "１": ["invalid-value"],
    "NaN": ["invalid-value"],
    "inf": ["invalid-value"],
}
FLOATS = BOMBS | {"1e999999999": ["out-of-range"], "1e-999999999": [0.0]}


@pytest.mark.parametrize(("name", "meant"), [("id", BOMBS), ("price", BOMBS), ("ratio", FLOATS)])
def test_a_number_that_would_explode_is_read_before_it_does(name: str, meant: dict[str, list[Any]]) -> None:
    """An integer of 1e999999 takes half a minute; nobody makes it."""
    start = time.process_time()
    assert {bomb: read(f"{name}={bomb}") for bomb in meant} == meant
    assert time.process_time() - start < 1


def read(text: str) -> list[Any]:
    """The codes of a refusal, or the values that a store is asked for."""
    try:
        return [*pq.compile(SCHEMA.parse(text).where, "sqlite").params]
    except pq.QueryError as error:
        return [one.code for one in error.problems]


# --- tokens and what is hidden


def test_a_token_holds_sort_values_and_nothing_else_of_a_record() -> None:
    records = [{"id": number, "name": f"n{number}", "secret": "hush"} for number in range(3)]
    token = pq.paginate(records, SCHEMA.parse("order=name&size=1")).next_token
    assert token is not None
    payload = token.split(".")[1]
    members = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    assert members[-1] == ["n0", "0"]
    assert "hush" not in json.dumps(members)


def test_nobody_sorts_by_what_they_may_not_name() -> None:
    """Or a token, and the order itself, would tell its values."""
    hidden = problem(SCHEMA, "order=secret", only=["id", "name"])
    unknown = problem(SCHEMA, "order=nosuch", only=["id", "name"])
    assert hidden.message.replace("secret", "nosuch") == unknown.message
    assert (hidden.code, hidden.hint) == (unknown.code, unknown.hint)


def test_an_audience_without_a_name_is_still_an_audience() -> None:
    records = [{"id": number} for number in range(3)]
    token = pq.paginate(records, SCHEMA.parse("size=1")).next_token
    assert problem(SCHEMA, f"size=1&continuationToken={token}", audience="").code == "invalid-token"


# --- answers


@pytest.mark.parametrize("text", ["x%0d%0aSet-Cookie:%20a=b", "x%0aLocation:%20/", "%E2%80%AEx", "%3Cscript%3E"])
def test_no_header_of_an_answer_is_the_clients(text: str) -> None:
    listing = Listing(path="/orders", schema=ORDERS, base=BASE, store=store(), clock=lambda: ORDERED)
    with Client(application(listing, title="Orders")) as client:
        for query in (f"name={text}", f"{text}=1", f"order={text}", f"continuationToken={text}"):
            answer = client.get(f"/orders?{query}")
            assert answer.headers["content-type"] in {"application/json", "application/problem+json"}
            assert not {"set-cookie", "location"} & {*answer.headers}
            assert not any("\n" in value or "<" in value for value in answer.headers.values())
            assert "\u202e" not in answer.text
