"""A list of any records over HTTP: pages, links, every mistake at once, and nothing of what goes wrong inside."""

from __future__ import annotations

import asyncio
import json
import logging
import threading
import traceback
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import httpx
import pytest
from pymongo.errors import OperationFailure
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

import paramql as pq
from orders import DOCUMENTS, NOON, ORDERS, store
from paramql.server import Access, Found, Listing, Refusal, TimedOut, Unavailable, application
from paramql.server.answers import accepts
from paramql.server.logs import Failed, Lines, Watch
from served import BASE, Client

PATH = "/orders"


def listing(**options: Any) -> Listing:
    given: dict[str, Any] = {"path": PATH, "schema": ORDERS, "base": BASE, "clock": lambda: NOON} | options
    given.setdefault("store", store())
    return Listing(**given)


@pytest.fixture(name="client", scope="module")
def _client() -> Iterator[Client]:
    with Client(application(listing(show=lambda row, *_: row["document"]), title="Orders")) as client:
        yield client


def one_page(**options: Any) -> Any:
    with Client(application(listing(**options), title="Orders")) as client:
        return client.get(f"{PATH}?size=2").json()


def test_links_followed_to_the_end_give_each_match_once_in_order(client: Client) -> None:
    pages = list(client.pages(f"{PATH}?name=Åse&size=4"))
    assert [page["count"] for page in pages] == [4, 4, 4, 3]
    assert {page["totalHits"] for page in pages} == {15}
    found = [item["id"] for page in pages for item in page["items"]]
    odd = [one for one in DOCUMENTS if one["name"]]
    assert found == [one["id"] for one in sorted(odd, key=lambda one: (one["placed"], one["id"]), reverse=True)]
    assert pages[0]["self"] == f"{BASE}{PATH}?name=%C3%85se&size=4"
    assert pages[0]["next"] == pages[1]["self"]
    assert pages[-1]["next"] is None


def test_a_page_that_is_the_only_one_needs_no_count(client: Client) -> None:
    body = client.get(PATH).json()
    assert (body["count"], body["totalHits"], body["next"], body["self"]) == (30, 30, None, BASE + PATH)


def test_a_question_mark_at_the_end_stays_in_the_link(client: Client) -> None:
    assert client.get(f"{PATH}?name=what?").json()["self"].endswith("?name=what?")


def test_counting_can_stop_early_or_be_left_out() -> None:
    assert one_page(count_to=7) | {"items": []} == {
        "totalHits": 7,
        "totalHitsIsExact": False,
        "count": 2,
        "self": f"{BASE}{PATH}?size=2",
        "next": one_page()["next"],
        "items": [],
    }
    assert one_page(count_to=50)["totalHits"] == 30
    assert "totalHits" not in one_page(count_to=0)


def test_rows_are_shown_as_they_are_where_nothing_else_is_said() -> None:
    assert one_page(name="orders")["orders"][0]["placed"] == "2024-05-04T00:00:00.000000Z"


def test_every_mistake_is_answered_at_once(client: Client) -> None:
    answer = client.get(f"{PATH}?nam=x&placed=gtt:2024&size=0")
    assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json")
    body = answer.json()
    assert [one["code"] for one in body["problems"]] == ["unknown-parameter", "unknown-operator", "out-of-range"]
    assert (body["title"], body["status"], body["type"]) == ("Bad Request", 400, "about:blank")
    assert body["detail"].startswith("there is no parameter 'nam'; ")


@pytest.mark.parametrize("token", ["x", "a.b.c", ""])
def test_a_token_that_is_none_is_an_error_and_never_the_first_page(client: Client, token: str) -> None:
    answer = client.get(f"{PATH}?continuationToken={token}")
    assert (answer.status_code, answer.json()["problems"][0]["code"]) == (400, "invalid-token")


def test_a_token_leads_on_in_its_own_list_alone() -> None:
    shared = store()
    with Client(application(*(listing(path=path, store=shared) for path in ("/a", "/b")), title="Both")) as client:
        following = client.get("/a?size=2").json()["next"].removeprefix(BASE)
        elsewhere = client.get(following.replace("/a?", "/b?"))
        assert client.get(following).status_code == 200
    assert elsewhere.status_code == 400
    assert [problem["code"] for problem in elsewhere.json()["problems"]] == ["invalid-token"]


def test_a_query_that_is_too_long_is_refused_as_such(client: Client) -> None:
    answer = client.get(f"{PATH}?name={'a' * 9000}")
    assert (answer.status_code, answer.json()["problems"][0]["code"]) == (414, "too-long")
    assert client.get(f"{PATH}?name={'a' * 2000}").status_code == 400


def test_headers_that_are_too_long_are_refused(client: Client) -> None:
    assert client.get(PATH, headers={"X-Long": "a" * 17_000}).status_code == 431


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [("GET", "/nothing", 404), ("GET", f"{PATH}/", 404), ("POST", PATH, 405), ("HEAD", PATH, 200)],
)
def test_other_addresses_and_methods(client: Client, method: str, path: str, status: int) -> None:
    answer = client.get(path, method=method)
    assert answer.status_code == status
    assert status == 200 or answer.json()["status"] == status


@pytest.mark.parametrize("path", [PATH, f"{PATH}?x=1", "/health", "/openapi.json", "/nothing", "/failing", "/own"])
def test_every_answer_is_what_it_says_it_is(path: str) -> None:
    def failing(_: Request) -> Response:
        raise RuntimeError

    own = Response("x", headers={"X-Content-Type-Options": "nosniff"})
    routes = [Route("/failing", failing), Route("/own", lambda _: own)]
    with Client(application(listing(), title="Orders", routes=routes)) as client:
        assert client.get(path).headers.get_list("x-content-type-options") == ["nosniff"]


ACCEPTED = {
    "application/json": True,
    "*/*": True,
    "application/*;q=0.5, text/html": True,
    "text/html": False,
    "": True,
    "application/json;q=0": False,
    "*/*, application/json;q=0": False,
    "*/*;q=0, application/json;charset=utf-8;q=1": True,
    "application/json;q=what": True,
    "application/jsonp": False,
}


@pytest.mark.parametrize(("header", "expected"), ACCEPTED.items())
def test_what_the_accept_header_lets_through(client: Client, header: str, expected: bool) -> None:
    assert accepts(header) is expected
    assert client.get(PATH, headers={"Accept": header}).status_code == (200 if expected else 406)


def test_a_client_that_has_the_page_is_told_so_though_its_token_is_a_new_one() -> None:
    with Client(application(listing(clock=lambda: pq.DateTime().load("2026-05-01T12:00:00Z")), title="Orders")) as it:
        tag = it.get(f"{PATH}?size=2").headers["etag"]
        again = it.get(f"{PATH}?size=2", headers={"If-None-Match": f'"x", {tag}'})
        assert (again.status_code, again.content) == (304, b"")
        assert it.get(f"{PATH}?size=3", headers={"If-None-Match": tag}).status_code == 200


def test_long_answers_are_compressed_for_who_takes_that(client: Client) -> None:
    assert client.get(PATH, headers={"Accept-Encoding": "gzip"}).headers["content-encoding"] == "gzip"


def test_nothing_is_compressed_where_the_host_wants_it_so() -> None:
    with Client(application(listing(), title="Orders", compress=False)) as client:
        answer = client.get(PATH, headers={"Accept-Encoding": "gzip"})
    assert len(answer.content) > 1024
    assert "content-encoding" not in answer.headers


class Failing:
    """A store that raises."""

    def __init__(self, raised: Exception) -> None:
        self.target = pq.target("sqlite", ORDERS, table="orders")
        self.raised = raised

    def find(self, page: pq.Page, count_to: int | None) -> Found:
        raise self.raised

    def check(self) -> None:
        raise self.raised

    def close(self) -> None:
        pass


def _caused(error: Exception, cause: Exception) -> Exception:
    """An error as a store raises it, from its driver's."""
    error.__cause__ = cause
    return error


FAILURES = [
    (TimedOut(), 504, ""),
    (_caused(Unavailable(), ConnectionError("by Kari")), 503, ""),
    (_caused(Unavailable(), ConnectionError(1205, "by Kari")), 503, ""),
    (_caused(Unavailable(), OperationFailure("by Kari", 64)), 503, ""),
    (RuntimeError("SELECT the secret of Kari"), 500, ""),
    (pq.CapabilityError("cannot answer contains of 'name'"), 400, "cannot answer contains of 'name'"),
]


CAUSES = {"ConnectionError('by Kari')": "ConnectionError", "ConnectionError(1205, 'by Kari')": "ConnectionError 1205"}
CAUSES |= {"OperationFailure('by Kari')": "OperationFailure 64"}


@pytest.mark.parametrize(("raised", "status", "detail"), FAILURES)
def test_what_goes_wrong_in_a_store(raised: Exception, status: int, detail: str, caplog: Any) -> None:
    caplog.set_level(logging.INFO, "paramql.server")
    with Client(application(listing(store=Failing(raised)), title="Orders")) as client:
        answer = client.get(f"{PATH}?name=Kari")
        assert client.get("/health").status_code == status
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")
    assert "Kari" not in answer.text
    assert answer.json()["detail"] == detail or not detail
    lines = [Lines().format(record) for record in caplog.records if record.name == "paramql.server"]
    assert not [line for line in lines if "Kari" in line]
    assert "Kari" not in caplog.text, "as a host's own logging has it"
    assert any(f'"status": {status}' in line and answer.headers["x-request-id"] in line for line in lines)
    told = {line.get("cause") for line in map(json.loads, lines) if "status" in line}
    assert told == {CAUSES[repr(raised.__cause__)] if status == 503 else {504: "TimedOut"}.get(status)}


def test_more_than_so_many_at_once_are_told_to_come_again() -> None:
    """One whose client has left is still being answered."""
    asked, going_on = threading.Event(), threading.Event()

    class Slow(Failing):
        def find(self, page: pq.Page, count_to: int | None) -> Found:
            asked.set()
            going_on.wait(10)
            return super().find(page, count_to)

    app = application(listing(store=Slow(TimedOut())), title="Orders", most_at_once=1)
    with Client(app) as first, Client(app) as other, ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(first.get, PATH)
        asked.wait(10)
        refused = other.get(PATH)
        assert other.get("/openapi.json").status_code == 200
        assert other.get("/health").status_code == 504, "what the store says"
        going_on.set()
        assert (refused.status_code, refused.headers["retry-after"]) == (503, "1")
        assert refused.json()["detail"] == "too much is asked at once; try again"
        assert waiting.result().status_code == 504
        assert other.get(PATH).status_code == 504


def test_health_waits_for_no_thread_of_a_list() -> None:
    """There are forty threads for lists, and these take more."""
    going_on = threading.Event()

    class Busy(Failing):
        def find(self, page: pq.Page, count_to: int | None) -> Found:
            going_on.wait(10)
            return super().find(page, count_to)

        def check(self) -> None:
            pass

    async def ask(app: Any) -> None:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x") as client:
            lists = [asyncio.create_task(client.get(PATH)) for _ in range(60)]
            await asyncio.sleep(0.2)
            assert (await asyncio.wait_for(client.get("/health"), 5)).status_code == 200
            assert not any(one.done() for one in lists)
            going_on.set()
            assert {one.status_code for one in await asyncio.gather(*lists)} == {504}

    try:
        asyncio.run(ask(application(listing(store=Busy(TimedOut())), title="Orders")))
    finally:
        going_on.set()


def test_an_answer_that_breaks_off_is_left_to_the_server(caplog: Any) -> None:
    sent: list[Any] = []

    async def breaking(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise RuntimeError("Kari")

    async def keep(message: Any) -> None:
        sent.append(message)

    watch: Any = Watch(breaking)
    with pytest.raises(Failed) as raised:
        asyncio.run(watch({"type": "http", "method": "GET", "path": "/", "headers": []}, None, keep))
    assert [message["type"] for message in sent] == ["http.response.start"]
    assert "Kari" not in "".join(Lines().format(record) for record in caplog.records)
    assert "Kari" not in "".join(traceback.format_exception(raised.value)), "which the server logs in its own way"
    assert "RuntimeError" in caplog.text


def test_health_is_the_stores(client: Client) -> None:
    assert client.get("/health").json() == {"status": "ok"}


def test_a_caller_sees_what_access_says() -> None:
    def access(request: Request) -> Access:
        if (caller := request.headers.get("caller")) is None:
            raise Refusal(401, "who are you?", {"WWW-Authenticate": "Caller"})
        mine = ORDERS.bind(pq.lt("id", 10))
        wrong = (pq.Problem("conflict", "say it once"),) if caller == "twice" else ()
        only = frozenset({"id", "placed"})
        return Access(caller, caller, only, lambda query: replace(query, where=pq.all_of(query.where, mine)), wrong)

    with Client(application(listing(access=access, show=lambda *given: json.dumps(given[2])), title="Orders")) as it:
        refused = it.get(PATH)
        assert (refused.status_code, refused.headers["www-authenticate"]) == (401, "Caller")
        page = it.get(f"{PATH}?id=gt:4&size=3", headers={"caller": "me"}).json()
        assert (page["totalHits"], page["items"]) == (5, ["me", "me", "me"])
        assert it.get(page["next"], headers={"caller": "me"}).status_code == 200
        assert it.get(page["next"], headers={"caller": "you"}).json()["problems"][0]["code"] == "invalid-token"
        assert it.get(f"{PATH}?name=x", headers={"caller": "me"}).status_code == 400
        both = it.get(f"{PATH}?name=x", headers={"caller": "twice"}).json()["problems"]
        assert [one["code"] for one in both] == ["conflict", "unknown-parameter"]
        assert it.get(PATH, headers={"caller": "twice"}).json()["problems"] == both[:1]


def test_the_document_names_what_a_caller_may_use() -> None:
    def access(request: Request) -> Access:
        if request.headers.get("caller") is None:
            raise Refusal(401, "who are you?")
        return Access(only=frozenset({"id", "lines"}))

    def named(it: Client, **headers: str) -> list[str]:
        answer = it.get("/openapi.json", headers=headers)
        assert answer.headers["cache-control"] == "private, no-cache"
        return [one["name"] for one in answer.json()["paths"][PATH]["get"]["parameters"]]

    controls = ["size", "continuationToken", "filter"]
    with Client(application(listing(access=access, public=frozenset({"id"})), title="Orders")) as it:
        assert named(it, caller="me") == ["id", "lines", "lines.sku", "lines.count", *controls]
        assert named(it) == ["id", *controls]
    with Client(application(listing(access=access), title="Orders")) as it:
        assert "late" in named(it)


def test_the_log_names_parameters_and_codes_and_never_values(client: Client, caplog: Any) -> None:
    caplog.set_level(logging.INFO, "paramql.server")
    answer = client.get(f"{PATH}?name=Kari&id=gt:4711")
    client.get(f"{PATH}?name=Kari&idd=4711")
    lines = [json.loads(Lines().format(record)) for record in caplog.records if record.name == "paramql.server"]
    first, second = lines
    assert (first["names"], first["status"], first["level"]) == (["id", "name"], 200, "info")
    assert first["request"] == answer.headers["x-request-id"]
    assert second["problems"] == ["unknown-parameter"]
    assert "Kari" not in json.dumps(lines)
    assert "4711" not in json.dumps(lines)


@pytest.mark.parametrize("path", ["/x" * 20_000, f"{PATH}%3Fname=Kari", f"{PATH};name=Kari", "/Kari"])
def test_the_log_has_no_address_that_is_none_of_the_service(client: Client, caplog: Any, path: str) -> None:
    caplog.set_level(logging.INFO, "paramql.server")
    assert client.get(path).status_code == 404
    [line] = [Lines().format(record) for record in caplog.records if record.name == "paramql.server"]
    assert len(line) < 500
    assert "Kari" not in line


def test_the_log_has_the_address_of_a_list(client: Client, caplog: Any) -> None:
    caplog.set_level(logging.INFO, "paramql.server")
    assert [client.get(PATH).status_code, client.get("/health").status_code] == [200, 200]
    told = [json.loads(Lines().format(one)) for one in caplog.records if one.name == "paramql.server"]
    assert [line["path"] for line in told] == [PATH, "/health"]


def test_a_line_of_an_exception_of_any_program_has_no_text_of_it() -> None:
    with pytest.raises(ValueError, match="Kari") as raised:
        int("Kari")
    error = (raised.type, raised.value, raised.tb)
    line = json.loads(Lines().format(logging.LogRecord("other", logging.ERROR, __file__, 1, "it failed", None, error)))
    assert (line["message"], line["error"]) == ("it failed", "ValueError")
    assert __file__ in line["at"][0]
    assert "Kari" not in json.dumps(line)
