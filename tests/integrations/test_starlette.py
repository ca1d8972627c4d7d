"""Starlette: the host says what a request may see; whatever is wrong with a query, its client is told."""

from __future__ import annotations

import datetime as dt
from typing import assert_type
from zoneinfo import ZoneInfo

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

import paramql as pq
from paramql.integrations.starlette import EXCEPTION_HANDLERS, Access, link_header, next_link, parse
from served import Client
from shop import orders
from shop_schema import SCHEMA

ROWS = list(orders())
MINE = SCHEMA.bind(pq.eq("customer", "Bo"))
NOON = dt.datetime(2026, 1, 15, 12, tzinfo=dt.UTC)


def request_of(query: bytes) -> Request:
    return Request({"type": "http", "query_string": query})


def ids_of(query: pq.Query) -> list[int]:
    return [row["id"] for row in pq.compile(query.where, "python").filter(ROWS)]


async def in_a_coroutine(request: Request) -> JSONResponse:
    """The orders of the customer whom a header names."""
    customer = request.headers["x-customer"]
    access = Access(audience=customer, scope=SCHEMA.bind(pq.eq("customer", customer)))
    query = parse(request, SCHEMA, access)
    assert_type(query, pq.Query)
    result = pq.paginate(ROWS, query)
    return JSONResponse([row["id"] for row in result.items], headers=link_header(query, result))


def in_a_thread(request: Request) -> JSONResponse:
    """What no engine answers exactly: text sorted, where there is no order of it."""
    query = parse(request, SCHEMA)
    raise pq.CapabilityError(f"nowhere can compare {next(iter(query.names))!r}")


APP = Starlette(
    routes=[Route("/mine", in_a_coroutine), Route("/refused", in_a_thread)], exception_handlers=EXCEPTION_HANDLERS
)


def test_a_scope_is_asked_besides_whatever_is_asked() -> None:
    for text in (b"", b"customer=%C3%85se", b"filter=or(customer:Bo,id:gt:0)", b"filter=not(customer:Bo)"):
        asked = set(ids_of(parse(request_of(text), SCHEMA)))
        mine = set(ids_of(parse(request_of(text), SCHEMA, Access(scope=MINE))))
        assert mine == asked & {row["id"] for row in ROWS if row["customer"] == "Bo"}


def test_names_that_a_caller_may_not_use_are_unknown() -> None:
    assert parse(request_of(b"status=sent"), SCHEMA, Access(only=["status"])).names.keys() == {"status"}
    problems = []
    for text in (b"customer=x", b"custome_=x"):
        with pytest.raises(pq.QueryError) as caught:
            parse(request_of(text), SCHEMA, Access(only=["status"]))
        problems += [(one.code, one.hint) for one in caught.value.problems]
    assert len(problems) == 2
    assert problems[0] == problems[1]


def test_relative_times_are_read_at_the_instant_and_in_the_zone_of_the_access() -> None:
    def first(access: Access) -> object:
        (instant,) = pq.compile(parse(request_of(b"placed=gte:today"), SCHEMA, access).where, "sqlite").params
        return instant

    assert first(Access(now=NOON)) == "2026-01-15T00:00:00.000000Z"
    assert first(Access(now=NOON, zone=ZoneInfo("Asia/Tokyo"))) == "2026-01-14T15:00:00.000000Z"


def test_unknown_names_are_told_of_but_no_problem_where_the_host_says_so() -> None:
    query = parse(request_of(b"statu=sent&id=7"), SCHEMA, Access(lenient=True))
    assert ids_of(query) == [7]
    assert [one.code for one in query.notices] == ["ignored-parameter"]


@pytest.mark.parametrize("query", ["customer=Åse", "customer=%C3%85se", "customer=icontains:%C3%A5se"])
def test_text_is_the_same_as_bytes_and_percent_encoded(query: str) -> None:
    assert ids_of(parse(request_of(query.encode()), SCHEMA)) == [row["id"] for row in ROWS if row["customer"] == "Åse"]


@pytest.mark.parametrize("query", [b"customer=\xff&statu=sent", b"customer=%FF&total=x", b"\x00", b"a" * 10_000])
def test_bytes_of_any_kind_are_answered_by_problems(query: bytes) -> None:
    with pytest.raises(pq.QueryError):
        parse(request_of(query), SCHEMA)


def test_a_link_leads_its_own_audience_to_the_end() -> None:
    with Client(APP) as client:
        bo, other = {"X-Customer": "Bo"}, {"X-Customer": "Bob"}
        found, address = [], "/mine?total=gte:0&size=25"
        while address:
            answer = client.get(address, headers=bo)
            found += answer.json()
            address = f"/mine{answer.links['next']['url']}" if "next" in answer.links else ""
            if address:
                assert client.get(address, headers=other).json()["problems"][0]["code"] == "invalid-token"
        query = parse(request_of(b"total=gte:0&size=300"), SCHEMA, Access(scope=MINE))
        assert found == [row["id"] for row in pq.paginate(ROWS, query).items]
        assert len(found) > 50


def test_what_a_backend_cannot_answer_is_the_clients_to_mend() -> None:
    with Client(APP) as client:
        answer = client.get("/refused?customer=x")
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    assert answer.json() == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "nowhere can compare 'customer'",
        "problems": [],
    }


def test_the_last_page_has_no_link() -> None:
    query = SCHEMA.parse("size=3")
    result = pq.paginate(ROWS[:3], query)
    assert (next_link(query, result), link_header(query, result)) == (None, {})
