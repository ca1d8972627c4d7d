"""Connections of HTTP/1.1, as uvicorn has them, with bounds: to their number, and to how long one waits for a client.

A request may be begun for some seconds, and an answer has to be read at some pace.
"""

from __future__ import annotations

import asyncio
import socket
from contextlib import suppress
from functools import partial
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

MOST, LEAST, HEAD_TIMEOUT, READ_TIMEOUT = 1000, 16, 10, 30
_OTHER_FILES = 128
_READ = 262_144  # bytes
# Of an answer, bytes that the system takes before they can be sent: with more, reading is seen a megabyte late.
_AHEAD = 131_072


def bounded(most: int, head_timeout: float = HEAD_TIMEOUT, read_timeout: float = READ_TIMEOUT) -> Any:
    """What uvicorn takes for `http`. most: connections at once; those beyond are closed before anything is read.

    head_timeout: seconds in which the first line and the headers of a request have to come, from the connection's begin
    or from the first byte after an answer; later, it is closed. read_timeout: seconds in which a client has to read
    256 KB of an answer, or all of it; slower, it is closed, and the request's place is free.
    """
    return partial(_Connection, most, head_timeout, read_timeout)


def room() -> int:
    """How many connections there may be: far fewer than the process may have files open, from 16 to 1,000.

    As many again may be accepted before those beyond are closed; a store has files, too.
    """
    return max(LEAST, min(MOST, (_open_files() - _OTHER_FILES) // 2))


def _open_files() -> int:
    try:
        import resource
    except ModuleNotFoundError:  # Windows, which has no such limit
        return 2 * MOST + _OTHER_FILES
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return 2 * MOST + _OTHER_FILES if soft == resource.RLIM_INFINITY else soft


class _Connection(H11Protocol):
    def __init__(self, most: int, head_timeout: float, read_timeout: float, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        self._most, self._head_timeout, self._read_timeout = most, head_timeout, read_timeout
        self._end: asyncio.TimerHandle | None = None
        self._unread: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        if len(self.connections) > self._most:
            transport.abort()
        else:
            self._see_reading(transport)
            self._wait()

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        if not getattr(self.cycle, "response_complete", True):  # before the first request there is none
            self._wait_no_more()
        elif self._end is None:
            self._wait()

    def pause_writing(self) -> None:
        super().pause_writing()
        self._wait_for_reading()

    def resume_writing(self) -> None:
        super().resume_writing()
        self._wait_for_reading_no_more()

    def connection_lost(self, exc: Exception | None) -> None:
        self._wait_no_more()
        self._wait_for_reading_no_more()
        super().connection_lost(exc)

    def _wait(self) -> None:
        self._end = self.loop.call_later(self._head_timeout, self.timeout_keep_alive_handler)

    def _wait_no_more(self) -> None:
        if self._end is not None:
            self._end.cancel()
            self._end = None

    def _see_reading(self, transport: asyncio.Transport) -> None:
        """Writing pauses for whatever is not read, and goes on with what is."""
        transport.set_write_buffer_limits(high=0)
        with suppress(AttributeError, OSError):  # no such option on this system, or no TCP
            transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, _AHEAD)

    def _wait_for_reading(self) -> None:
        unread = self.transport.get_write_buffer_size()
        self._unread = self.loop.call_later(self._read_timeout, self._look_for_reading, unread)

    def _look_for_reading(self, before: int) -> None:
        if self.transport.get_write_buffer_size() > before - _READ:
            self.transport.abort()
        else:
            self._wait_for_reading()

    def _wait_for_reading_no_more(self) -> None:
        if self._unread is not None:
            self._unread.cancel()
            self._unread = None
