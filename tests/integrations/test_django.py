"""Django: views of either kind page through a queryset; a middleware answers what is wrong with a query."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Iterator
from typing import Any, assert_type

import pytest
from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.db import connections
from django.http import HttpRequest, JsonResponse
from django.test import AsyncClient, Client, RequestFactory, override_settings
from django.urls import path

import paramql as pq
from applications import expected
from django_shop import DATABASE, ROWS, Order, filled
from paramql.integrations.django import Access, apaginate, link_header, paginate, parse
from shop_schema import SCHEMA

TABLE = pq.target("django", SCHEMA, model=Order)
SENT = SCHEMA.bind(pq.eq("status", "sent"))


def in_a_thread(request: HttpRequest) -> JsonResponse:
    query = parse(request, SCHEMA)
    assert_type(query, pq.Query)
    result: pq.Result[Order] = paginate(ROWS.all(), query, TABLE)
    return JsonResponse([order.id for order in result.items], safe=False, headers=link_header(query, result))


async def in_a_coroutine(request: HttpRequest) -> JsonResponse:
    query = parse(request, SCHEMA, Access(scope=SENT))
    result: pq.Result[Order] = await apaginate(ROWS.filter(total__gte=500), query, TABLE)
    await sync_to_async(_close)()
    return JsonResponse([order.id for order in result.items], safe=False, headers=link_header(query, result))


def _close() -> None:
    connections[DATABASE].close()


def refused(request: HttpRequest) -> JsonResponse:
    raise pq.CapabilityError("nowhere can compare 'customer'")


def broken(request: HttpRequest) -> JsonResponse:
    raise LookupError("a fault of the view's")


VIEWS = (in_a_thread, in_a_coroutine, refused, broken)
SERVED = {
    "ROOT_URLCONF": tuple(path(view.__name__, view) for view in VIEWS),
    "MIDDLEWARE": ["paramql.integrations.django.ProblemMiddleware"],
    "ALLOWED_HOSTS": ["testserver"],
}


@pytest.fixture(autouse=True, scope="module")
def _served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    with override_settings(**SERVED), filled(tmp_path_factory.mktemp("django")):
        yield


def ask(address: str) -> Any:
    return Client().get(address)


def test_a_view_in_a_thread_pages_to_the_end() -> None:
    found, following = [], "?total=gte:100&order=total&size=90"
    while following:
        answer = ask(f"/in_a_thread{following}")
        found += answer.json()
        following = answer.get("Link", "").partition("<")[2].partition(">")[0]
    assert found == expected("total=gte:100&order=total")


def test_a_view_in_a_coroutine_pages_within_the_scope_and_the_queryset() -> None:
    answer: Any = asyncio.run(AsyncClient().get("/in_a_coroutine?customer=Bo&size=9"))
    assert answer.json() == expected("customer=Bo&status=sent&total=gte:500")[:9]
    assert answer["Link"].endswith('>; rel="next"')


@pytest.mark.parametrize("address", ["/in_a_thread", "/in_a_coroutine"])
def test_a_wrong_query_is_answered_with_every_problem(address: str) -> None:
    query = "statu=sent&total=gtee:1"
    for answer in (ask(f"{address}?{query}"), asyncio.run(AsyncClient().get(f"{address}?{query}"))):
        assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
        with pytest.raises(pq.QueryError) as caught:
            SCHEMA.parse(query)
        assert answer.json() == caught.value.to_problem()


def test_what_a_database_cannot_answer_is_the_clients_to_mend_and_nothing_else_is() -> None:
    answer = ask("/refused")
    assert (answer.status_code, answer.json()["detail"]) == (400, "nowhere can compare 'customer'")
    with pytest.raises(LookupError):
        ask("/broken")


@pytest.mark.parametrize("sent", ["customer=Åse", "customer=%C3%85se"])
def test_text_is_the_same_by_either_gateway(sent: str) -> None:
    by_wsgi = RequestFactory().get("/", QUERY_STRING=sent.encode().decode("latin-1"))
    scope = {"type": "http", "method": "GET", "path": "/", "headers": [], "query_string": sent.encode()}
    by_asgi = ASGIRequest(scope, io.BytesIO())
    assert parse(by_wsgi, SCHEMA).text == parse(by_asgi, SCHEMA).text == sent
    assert parse(by_wsgi, SCHEMA).where == SCHEMA.parse("customer=Åse").where


def test_bytes_that_are_no_text_are_a_problem() -> None:
    with pytest.raises(pq.QueryError) as caught:
        parse(RequestFactory().get("/", QUERY_STRING="customer=\xff"), SCHEMA)
    assert [one.code for one in caught.value.problems] == ["invalid-encoding"]


def test_no_query_string_asks_for_everything() -> None:
    assert parse(HttpRequest(), SCHEMA).where == pq.all_of()


# --- querysets


def pages(rows: Any, text: str) -> list[int]:
    """The ids of all pages of a queryset."""
    found: list[int] = []
    while text:
        result: Any = paginate(rows, query := SCHEMA.parse(text), TABLE)
        found += [row["id"] if isinstance(row, dict) else row.id for row in result.items]
        text = pq.link(query, result.next_token) if result.next_token else ""
    return found


@pytest.mark.parametrize(
    "rows",
    [
        Order.objects.db_manager(DATABASE),
        ROWS.reverse(),
        ROWS.order_by("total").reverse(),
        ROWS.order_by("-total"),
        ROWS.reverse().reverse(),
        ROWS.values("id", "total"),
        ROWS.values_list("id", "total", named=True),
        ROWS.only("id"),
    ],
    ids="manager reversed order_reversed ordered twice dicts named some".split(),
)
@pytest.mark.parametrize("order", ["total", "desc:total"])
def test_the_order_is_the_querys_whatever_the_queryset_had(rows: Any, order: str) -> None:
    assert pages(rows, f"order={order}&size=40") == expected(f"order={order}")


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        (ROWS.all()[:5], "sliced or made by union"),
        (ROWS.all()[5:], "sliced or made by union"),
        (ROWS.filter(id=1).union(ROWS.filter(id=2)), "sliced or made by union"),
        (ROWS.values_list("id", flat=True), "have names"),
        (ROWS.values_list("id", "total"), "have names"),
    ],
    ids=["begun", "cut", "union", "flat", "tuples"],
)
def test_querysets_that_cannot_be_paged_are_refused_however_many_rows_there_are(rows: Any, why: str) -> None:
    for text in ("id=1", "size=1"):
        with pytest.raises(TypeError, match=why):
            paginate(rows, SCHEMA.parse(text), TABLE)
