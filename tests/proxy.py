"""A proxy of TCP between a service and its database, which can fail in the ways that a network does."""

from __future__ import annotations

import socket
import struct
import threading
from contextlib import suppress
from typing import Any, Self

_AT_ONCE = 65_536
_RESET = struct.pack("ii", 1, 0)  # what is closed so says that it was cut, and not that it has ended


class Proxy:
    """Passes bytes on to where a server listens: a path of a socket, or host and port.

    after: bytes of the server's answers that it still passes on; it cuts the connection then (None: all).
    """

    def __init__(self, server: str | tuple[str, int]) -> None:
        self._server, self._pairs = server, list[socket.socket]()
        self.after: int | None = None
        self._open, self._passing = threading.Lock(), threading.Event()
        self._passing.set()
        self.port = 0
        self.back()

    def cut(self) -> None:
        """Cut all connections that there are."""
        with self._open:
            pairs, self._pairs = self._pairs, []
        for one in pairs:
            _cut(one)

    def away(self) -> None:
        """Be as a server that is down: connections are cut, and none is made."""
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._accepting.join()
        self.cut()

    def back(self) -> None:
        """Be as a server that is there again."""
        self._listening = socket.create_server(("127.0.0.1", self.port))
        self.port = self._listening.getsockname()[1]
        self._accepting = _started(self._accept, self._listening)

    def stall(self) -> None:
        """Pass nothing on, and say nothing of it."""
        self._passing.clear()

    def go_on(self) -> None:
        """Pass on what has been kept back, and all that comes."""
        self._passing.set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.go_on()
        self.away()

    def _accept(self, listening: socket.socket) -> None:
        with suppress(OSError):
            while True:
                client, _ = listening.accept()
                self._join(client)

    def _join(self, client: socket.socket) -> None:
        server = socket.socket(socket.AF_UNIX if isinstance(self._server, str) else socket.AF_INET)
        server.connect(self._server)
        with self._open:
            self._pairs += [client, server]
        _started(self._pass, client, server, False)
        _started(self._pass, server, client, True)

    def _pass(self, one: socket.socket, other: socket.socket, is_answer: bool) -> None:
        with suppress(OSError):
            while data := one.recv(_AT_ONCE):
                self._passing.wait()
                other.sendall(self._share(data) if is_answer else data)
                if is_answer and self.after == 0:
                    self.after = None
                    break
        _cut(one)
        _cut(other)

    def _share(self, data: bytes) -> bytes:
        """As much of an answer as is to be passed on."""
        if self.after is None:
            return data
        share = data[: self.after]
        self.after -= len(share)
        return share


def _started(run: Any, *given: Any) -> threading.Thread:
    thread = threading.Thread(target=run, args=given, daemon=True)
    thread.start()
    return thread


def _cut(one: socket.socket) -> None:
    with suppress(OSError):
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        one.shutdown(socket.SHUT_RDWR)
    one.close()
