"""Clients of a service on loopback, in a process of their own: connections that are kept, one request after the other.

Reads a plan as JSON from standard input, writes what was measured as JSON to standard output.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit


async def main(plan: dict[str, Any]) -> dict[str, Any]:
    """`requests` of `addresses` in turn, by so many `clients`."""
    addresses, left = itertools.cycle(plan["addresses"]), itertools.count()
    found: dict[str, Any] = {"seconds": [], "statuses": Counter(), "bytes": 0, "memory": []}
    started = time.perf_counter()

    async def client() -> None:
        parts = urlsplit(plan["addresses"][0][0])
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        while (number := next(left)) < plan["requests"]:
            address, token = next(addresses)
            before = time.perf_counter()
            status, size = await _asked(reader, writer, address, token)
            found["seconds"].append(time.perf_counter() - before)
            found["statuses"][status] += 1
            found["bytes"] += size
            if plan.get("process") and number % plan["every"] == 0:
                found["memory"].append((number, _resident(plan["process"])))
        writer.close()

    await asyncio.gather(*(client() for _ in range(plan["clients"])))
    return found | {"elapsed": time.perf_counter() - started}


async def _asked(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, address: str, token: str
) -> tuple[int, int]:
    """Status and length of an answer."""
    parts = urlsplit(address)
    bearer = f"Authorization: Bearer {token}\r\n" if token else ""
    writer.write(f"GET {parts.path}?{parts.query} HTTP/1.1\r\nHost: {parts.netloc}\r\n{bearer}\r\n".encode())
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    size = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
    await reader.readexactly(size)
    return int(head.split(b" ", 2)[1]), size


def _resident(process: int) -> int:
    """Of a process, in bytes."""
    return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * 4096


if __name__ == "__main__":
    json.dump(asyncio.run(main(json.load(sys.stdin))), sys.stdout)
