"""Connections that send a part of a request and no more are closed, and so many are kept as there is room for."""

from __future__ import annotations

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


LARGE = 4_000_000  # bytes of an answer


async def large(scope: Any, _: Any, send: Any) -> None:
    """An application whose answers are large, but for those of `/health`."""
    body = b"{}" if scope["path"] == "/health" else bytes(LARGE)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"%d" % len(body))]})
    await send({"type": "http.response.body", "body": body})


def rest(connection: socket.socket) -> int:
    """How many bytes come before the connection ends."""
    found = 0
    with suppress(ConnectionError):
        while data := connection.recv(LARGE):
            found += len(data)
    return found


def until(holds: Callable[[], bool]) -> None:
    """Wait for something."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < 30
        time.sleep(0.05)


def test_a_client_that_reads_nothing_is_closed_and_gives_its_place_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its second request waits until the answer to its first has been read."""
    monkeypatch.setattr(serving, "made", lambda *_: Limits(large, 16_384, 1, 10))
    with opener(read_timeout=1.5) as opened:
        held = opened()
        held.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n" * 2)
        until(lambda: status(opened()) == 503)
        until(lambda: status(opened()) == 200)
        assert rest(held) < 2 * LARGE


def test_a_client_that_leaves_but_little_unread_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answers come until the system takes no more of them: the rest of the last one is what waits."""
    see, seen = connections._Connection._see_reading, list[Any]()

    def seeing(self: Any, transport: Any) -> None:
        seen.append(transport)
        see(self, transport)

    monkeypatch.setattr(connections._Connection, "_see_reading", seeing)
    with opener(head_timeout=0.5, read_timeout=1.0) as opened:
        one = opened()
        while not seen or not seen[0].get_write_buffer_size():
            one.sendall(b"GET /openapi.json HTTP/1.1\r\nHost: x\r\n\r\n")
            time.sleep(0.02)
        until(lambda: seen[0].is_closing() and not seen[0].get_write_buffer_size())


def test_a_client_that_reads_at_its_pace_has_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four times as fast as it has to."""
    monkeypatch.setattr(serving, "made", lambda *_: large)
    with opener(read_timeout=1.0) as opened:
        one, found, began = opened(), 0, time.monotonic()
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 65_536)
        one.sendall(b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n")
        while found < LARGE and (data := one.recv(32_768)):
            found += len(data)
            time.sleep(max(0, found / 1_048_576 - (time.monotonic() - began)))
        assert found >= LARGE
        assert time.monotonic() - began > 3, "it has been looked at between"


@pytest.mark.parametrize(
    ("files", "most"), [(0, 16), (256, 64), (1024, 448), (20_000, 1000), (resource.RLIM_INFINITY, 1000)]
)
def test_there_is_room_for_far_fewer_than_files(files: int, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (files, files))
    assert connections.room() == most


def test_there_is_room_where_nothing_limits_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "resource", None)
    assert connections.room() == 1000
