"""A crowd of clients for so many seconds, in a process of its own: each sends what it is given, byte by byte as it is.

Reads a plan as JSON from standard input, writes what was measured as JSON to standard output. A request is the bytes
that are sent (as Latin-1) and what the client does then: "wait" for the answer, or "leave" before it has come.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
import time
from collections import Counter, defaultdict
from typing import Any

_PATIENCE = 60


async def main(plan: dict[str, Any]) -> dict[str, Any]:
    """So many `clients` of each kind, each of which sends the requests of its kind in turn."""
    end = time.monotonic() + plan["seconds"]
    found: dict[str, Any] = defaultdict(lambda: {"seconds": [], "statuses": Counter()})
    left = {kind: itertools.cycle(requests) for kind, requests in plan["requests"].items()}
    await asyncio.gather(
        *(
            _client(plan["host"], plan["port"], left[kind], end, found[kind])
            for kind, clients in plan["clients"].items()
            for _ in range(clients)
        )
    )
    return found


async def _client(host: str, port: int, requests: Any, end: float, found: dict[str, Any]) -> None:
    """One after the other, on one connection for as long as the service keeps it."""
    reader, writer = await asyncio.open_connection(host, port)
    while time.monotonic() < end:
        sent, then = next(requests)
        started = time.perf_counter()
        status, is_kept = await _asked(reader, writer, sent.encode("latin-1"), then)
        found["seconds"].append(time.perf_counter() - started)
        found["statuses"][status] += 1
        if not is_kept:
            writer.close()
            reader, writer = await asyncio.open_connection(host, port)
    writer.close()


async def _asked(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, sent: bytes, then: str
) -> tuple[str, bool]:
    """The status, and whether the connection is still of use."""
    try:
        writer.write(sent)
        if then == "leave":
            await writer.drain()
            return "left", False
        return await asyncio.wait_for(_answer(reader), _PATIENCE)
    except (OSError, asyncio.IncompleteReadError):
        return "closed", False
    except TimeoutError:
        return "silent", False


async def _answer(reader: asyncio.StreamReader) -> tuple[str, bool]:
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = head.partition(b"content-length:")[2].partition(b"\r\n")[0]
    if length:
        await reader.readexactly(int(length))
    return head.split(b" ", 2)[1].decode(), bool(length) and b"connection: close" not in head


if __name__ == "__main__":
    json.dump(asyncio.run(main(json.load(sys.stdin))), sys.stdout)
