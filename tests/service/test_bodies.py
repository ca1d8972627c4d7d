"""Bodies that are slow in coming: they hold up nobody else, nothing is read of who may ask nothing, and they end."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Message

from asked_instances import documents, filled, url
from orders import NOON, ORDERS, store
from paramql.instances import keys, serving
from paramql.server import Access, Explorer, Listing, Refusal, application
from paramql.server.logs import Lines

EXPLAIN = "/explorer/orders/explain"


def _known(request: Request) -> Access:
    if "known" not in request.headers:
        raise Refusal(401, "who are you?")
    return Access()


async def _own(request: Request) -> Response:
    return Response(await request.body())


def app(**options: Any) -> Any:
    """Orders, for who says `known`, with a page, and with a route of the host's own that reads a body."""
    listing = Listing(path="/orders", schema=ORDERS, store=store(), name="orders", access=_known, clock=lambda: NOON)
    own = [Route("/own", _own, methods=["POST"])]
    return application(listing, title="Orders", routes=own, explorer=Explorer(), **options)


class Asked:
    """A request whose body comes when it is given."""

    def __init__(self, asked: Any, path: str, method: str = "POST", *, is_known: bool = True) -> None:
        self._body: asyncio.Queue[Message] = asyncio.Queue()
        self.is_read, self.sent = asyncio.Event(), list[Message]()
        headers = [(b"content-length", b"4"), *([(b"known", b"1")] if is_known else [])]
        scope = {"type": "http", "path": path, "method": method, "query_string": b"", "headers": headers}
        self._task = asyncio.ensure_future(asked(scope, self._receive, self._send))

    async def _receive(self) -> Message:
        self.is_read.set()
        return await self._body.get()

    async def _send(self, message: Message) -> None:
        self.sent.append(message)

    async def reading(self) -> Asked:
        """The request, once its body is waited for."""
        await asyncio.wait_for(self.is_read.wait(), 10)
        return self

    def give(self, body: bytes, *, is_last: bool = True) -> None:
        """A piece of the body."""
        self._body.put_nowait({"type": "http.request", "body": body, "more_body": not is_last})

    def leave(self) -> None:
        """As a client that goes away."""
        self._body.put_nowait({"type": "http.disconnect"})

    async def status(self) -> int:
        """Of the answer, once it has come."""
        await asyncio.wait_for(self._task, 10)
        return int(self.sent[0]["status"])


def in_a_loop(test: Callable[[], Awaitable[None]]) -> Callable[[], None]:
    def run() -> None:
        asyncio.run(test())  # type: ignore[arg-type]

    run.__doc__ = test.__doc__
    return run


@in_a_loop
async def test_bodies_that_are_still_to_come_hold_up_nobody() -> None:
    """Not one, with a token, nor a route of the host's."""
    made = app(most_at_once=1)
    slow = [await Asked(made, path).reading() for path in (EXPLAIN, EXPLAIN, "/own")]
    for one in slow:
        one.give(b"i", is_last=False)
    for path in ("/orders", "/health", "/openapi.json", "/"):
        assert await Asked(made, path, "GET").status() == 200, path
    for one in slow:
        one.give(b"d=1")
        assert await one.status() == 200
    assert await Asked(made, "/orders", "GET").status() == 200


@in_a_loop
async def test_a_body_that_has_come_takes_a_place() -> None:
    began, going_on = asyncio.Event(), asyncio.Event()

    async def own(request: Request) -> Response:
        await request.body()
        began.set()
        await going_on.wait()
        return Response()

    listing = Listing(path="/orders", schema=ORDERS, store=store())
    made = application(listing, title="x", routes=[Route("/own", own, methods=["POST"])], most_at_once=1)
    first, second = [await Asked(made, "/own").reading() for _ in range(2)]
    first.give(b"1234")
    await began.wait()
    second.give(b"1234")
    assert await second.status() == 503
    assert (b"retry-after", b"1") in second.sent[0]["headers"]
    assert await Asked(made, "/orders", "GET").status() == 503
    going_on.set()
    assert await first.status() == 200
    assert await Asked(made, "/orders", "GET").status() == 200


@in_a_loop
async def test_who_waits_for_a_client_to_leave_keeps_the_place() -> None:
    waiting = asyncio.Event()

    async def own(request: Request) -> Response:
        await request.body()
        waiting.set()
        assert (await request.receive())["type"] == "http.disconnect"
        return Response()

    listing = Listing(path="/orders", schema=ORDERS, store=store())
    made = application(listing, title="x", routes=[Route("/own", own, methods=["POST"])], most_at_once=1)
    asked = Asked(made, "/own")
    asked.give(b"1234")
    await waiting.wait()
    assert await Asked(made, "/orders", "GET").status() == 503
    asked.leave()
    assert await asked.status() == 200


@in_a_loop
async def test_nothing_is_read_of_who_may_ask_nothing() -> None:
    stranger = Asked(app(), EXPLAIN, is_known=False)
    assert await stranger.status() == 401
    assert not stranger.is_read.is_set()


@in_a_loop
async def test_a_body_has_to_come_in_time_however_many_pieces_it_has() -> None:
    made = app(body_timeout=0.3)
    silent, dripping, quick = Asked(made, EXPLAIN), Asked(made, "/own"), Asked(made, EXPLAIN)
    quick.give(b"id=1")
    for _ in range(100):
        dripping.give(b"x", is_last=False)
        await asyncio.sleep(0.01)
    for one in (silent, dripping):
        assert await one.status() == 408
        assert (b"connection", b"close") in one.sent[0]["headers"]
        assert json.loads(one.sent[1]["body"])["detail"] == "the body of the request has not come within 0.3 seconds"
    assert await quick.status() == 200


def test_a_client_that_leaves_within_a_body_is_no_failure(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "paramql.server")

    async def left() -> None:
        asked = Asked(app(), EXPLAIN)
        asked.give(b"i", is_last=False)
        asked.leave()
        await asked.status()

    asyncio.run(left())
    [line] = [json.loads(Lines().format(record)) for record in caplog.records if record.name == "paramql.server"]
    assert (line["event"], line["level"], line["status"]) == ("request", "info", 400)


# --- by sockets


@contextmanager
def _held(address: str, count: int, token: str | None) -> Iterator[list[socket.socket]]:
    """So many connections that have begun a body."""
    host, _, port = address.removeprefix("http://").partition(":")
    bearer = f"Authorization: Bearer {token}\r\n" if token else ""
    head = f"POST /explorer/instances/explain HTTP/1.1\r\nHost: x\r\n{bearer}Content-Length: 1000\r\n\r\nab"
    with ExitStack() as stack:
        held = [stack.enter_context(socket.create_connection((host, int(port)), 10)) for _ in range(count)]
        for one in held:
            one.sendall(head.encode())
        yield held


@pytest.mark.parametrize("is_known", [True, False])
def test_hundreds_of_connections_that_hold_their_bodies_back_hold_up_nobody(is_known: bool) -> None:
    at, key = url("sqlite", "paramql_bodies"), b"k" * 32
    filled(at, documents(5)).close()
    token = keys.owner_token(key, "digdir")
    settings = serving.Settings(store=at, key=key, explorer=Explorer())
    with serving.running(settings, "127.0.0.1") as address, _held(address, 220, token if is_known else None) as held:
        with httpx.Client(base_url=address, headers={"Authorization": f"Bearer {token}"}, timeout=10) as asking:
            for path in ("/health", "/openapi.json", "/storage/api/v1/instances?org=digdir", "/"):
                assert asking.get(path).status_code == 200, path
            assert asking.post("/explorer/instances/explain", content="org=digdir").status_code == 200
        if not is_known:
            assert held[0].recv(100).startswith(b"HTTP/1.1 401 ")
