"""Connections that send a part of a request and no more are closed, and so many are kept as there is room for."""

from __future__ import annotations

import functools
import resource
import socket
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

import httpx
import pytest

from asked_instances import url
from paramql.instances import keys, serving
from paramql.server import Explorer, connections
from paramql.server.limits import Limits

KEY = b"k" * 32
HEAD = b"GET /health HTTP/1.1\r\nHost: x\r\n"
HALF = HEAD + b"X-A: "
EXPLAIN = "POST /explorer/instances/explain HTTP/1.1\r\nHost: x\r\n"


@contextmanager
def opener(
    head_timeout: float = 0.6, most: int | None = None, read_timeout: float = 0.6
) -> Iterator[Callable[[], socket.socket]]:
    """What opens connections to a service with such limits."""
    settings = serving.Settings(
        store=url("sqlite", "paramql_connections"),
        key=KEY,
        explorer=Explorer(),
        head_timeout=head_timeout,
        read_timeout=read_timeout,
        most_connections=most,
    )
    with serving.running(settings, "127.0.0.1") as address, ExitStack() as stack:
        where = httpx.URL(address)

        def opened() -> socket.socket:
            return stack.enter_context(socket.create_connection((where.host, where.port or 0), 10))

        yield opened


def status(connection: socket.socket, request: bytes = HEAD + b"\r\n") -> int:
    """Of the answer to a request, which is JSON."""
    connection.sendall(request)
    found = b""
    while not found.endswith(b"}"):
        found += connection.recv(65_536) or pytest.fail(f"closed after {found!r}")
    return int(found.split()[1])


def is_closed(connection: socket.socket) -> bool:
    """Whether the service ends a connection, which it may while something is sent."""
    try:
        return connection.recv(1) == b""
    except ConnectionError:
        return True


def seconds_open(connection: socket.socket, *, sent: bytes = b"") -> float:
    """How long a connection stays open, though something is sent again and again."""
    began = time.monotonic()
    connection.settimeout(0.05)
    while time.monotonic() < began + 8:
        try:
            connection.sendall(sent)
            if connection.recv(1) == b"":
                break
        except TimeoutError:
            continue
        except ConnectionError:
            break
    return time.monotonic() - began


def test_headers_that_are_half_sent_are_closed_and_hold_up_nobody() -> None:
    with opener() as opened:
        held = [opened() for _ in range(50)]
        for number, one in enumerate(held):
            one.sendall(HALF[: number % len(HALF)])
        assert status(opened()) == 200
        began = time.monotonic()
        assert all(map(is_closed, held))
        assert time.monotonic() - began < 3
        assert status(opened()) == 200


@pytest.mark.parametrize("sent", [b"", b"x"], ids=["silent", "dripping"])
def test_headers_have_so_long_however_many_pieces_they_have(sent: bytes) -> None:
    with opener() as opened:
        one = opened()
        one.sendall(HALF)
        assert 0.3 < seconds_open(one, sent=sent) < 3


def test_the_second_request_of_a_connection_has_so_long() -> None:
    with opener() as opened:
        one = opened()
        for _ in range(3):
            assert status(one) == 200
            time.sleep(0.7)
        one.sendall(HALF)
        assert 0.3 < seconds_open(one, sent=b"x") < 3


def test_a_client_that_is_slow_and_honest_is_answered() -> None:
    with opener() as opened:
        one = opened()
        for piece in (HEAD[:9], HEAD[9:]):
            one.sendall(piece)
            time.sleep(0.1)
        assert status(one, b"\r\n") == 200


def test_a_body_may_take_longer_than_headers() -> None:
    token = keys.owner_token(KEY, "digdir")
    with opener() as opened:
        one = opened()
        one.sendall(f"{EXPLAIN}Authorization: Bearer {token}\r\nContent-Length: 10\r\n\r\norg".encode())
        time.sleep(0.9)
        assert status(one, b"=digdir") == 200


def test_a_body_that_is_answered_before_it_is_whole_has_so_long() -> None:
    with opener() as opened:
        one = opened()
        assert status(one, f"{EXPLAIN}Content-Length: 1000\r\n\r\n".encode()) == 401
        assert 0.3 < seconds_open(one, sent=b"x") < 3


def test_connections_beyond_the_bound_are_closed_and_there_is_room_again() -> None:
    with opener(head_timeout=20, most=8) as opened:
        held = [opened() for _ in range(8)]
        assert [status(one) for one in held] == [200] * 8
        for one in held:
            one.sendall(HALF)
        assert all(is_closed(opened()) for _ in range(30))
        assert [status(one, b"\r\n\r\n") for one in held] == [200] * 8
        for one in held:
            one.close()
        time.sleep(0.2)
        assert status(opened()) == 200


OPENAPI = b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n"
BEGUN = b"HTTP/1.1 200 OK"
MANY = 1000  # answers, more than is kept for a client between it and the service


def answers(connection: socket.socket, pause: float = 0) -> int:
    """How many answers come, some now and some then."""
    found, end = 0, b""
    with suppress(ConnectionError):
        while found < MANY and (data := connection.recv(1_000_000)):
            found += (end + data).count(BEGUN)
            end = data[-len(BEGUN) + 1 :]
            time.sleep(pause)
    return found


def test_a_client_that_reads_nothing_is_closed_and_gives_its_place_back(monkeypatch: pytest.MonkeyPatch) -> None:
    alone = functools.partial(_limits, most=1)
    monkeypatch.setattr("paramql.server.app.Limits", alone)
    with opener() as opened:
        held = opened()
        held.sendall(OPENAPI * MANY)
        time.sleep(0.3)
        assert status(opened(), OPENAPI) == 503
        time.sleep(1.5)
        assert status(opened(), OPENAPI) == 200
        assert 0 < answers(held) < MANY


def test_a_client_that_reads_by_and_by_has_all(monkeypatch: pytest.MonkeyPatch) -> None:
    size = 60_000_000

    async def large(_: Any, __: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % size)]})
        await send({"type": "http.response.body", "body": bytes(size)})

    monkeypatch.setattr(serving, "made", lambda *_: large)
    with opener(read_timeout=0.3) as opened:
        one, found, began = opened(), 0, time.monotonic()
        one.sendall(HEAD + b"\r\n")
        while data := one.recv(1_500_000):
            found += len(data)
            if found >= size:
                break
            time.sleep(0.02)
        assert found >= size
        assert time.monotonic() - began > 0.6, "longer than the limit: it has been looked at between"


def _limits(app: Any, headers: int, _: int, *given: Any, most: int, **named: Any) -> Limits:
    return Limits(app, headers, most, *given, **named)


@pytest.mark.parametrize(
    ("files", "most"), [(0, 16), (256, 64), (1024, 448), (20_000, 1000), (resource.RLIM_INFINITY, 1000)]
)
def test_there_is_room_for_far_fewer_than_files(files: int, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (files, files))
    assert connections.room() == most


def test_there_is_room_where_nothing_limits_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resource", None)
    assert connections.room() == 1000
