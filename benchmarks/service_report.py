"""The page that `service_load.py` writes."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeAlias

Found: TypeAlias = Mapping[str, Any]
PAGE = Path(__file__).parent / "SERVICE.md"
_PACKAGES = ("uvicorn", "starlette", "PyJWT", "psycopg")
_CLIENTS = ("1", "8", "32")
_KINDS = {"first": "first", "deep": "deep", "capped": "first, counted to 1,000"}
_ABOUT = """
The service runs as `paramql instances serve` starts it, one process; its clients are another, with a connection each,
one request after the other, over loopback. Eight requests in turn (seven of an application owner, one of a user), pages
of 100, totals exact. A deep page starts where 20,000 instances have been seen, or half of those that match. Counting
all that match takes most of the time; *counted to 1,000* are the first pages where the service is told `--count-to
1000`.

The machine's two cores are shared by the service, its clients and the database server, so milliseconds are worth
comparing with one another only: `/health`, which asks the store for the number 1, was asked in the same minutes. What
the service's process had of a processor for each request depends on that less; a database server's own work is not in
it.
"""


def written_before(cache: Path, rows: int) -> dict[str, Any]:
    """What runs before have measured."""
    path = cache / f"service-{rows}.json"
    found: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    return found


def write(found: Mapping[str, Found], rows: int, times: int) -> None:
    """The page."""
    PAGE.write_text("\n".join(_lines(found, rows, times)) + "\n", encoding="utf-8")


def _lines(found: Mapping[str, Found], rows: int, times: int) -> Iterator[str]:
    yield f"# The service over {rows:,} instances\n"
    yield f"Written by `python benchmarks/service_load.py --rows {rows} --times {times}`."
    packages = ", ".join(f"{name} {version(name)}" for name in _PACKAGES)
    dates = ", ".join(sorted({one["date"] for one in found.values()}))
    yield f"Python {platform.python_version()}, {packages}; {dates}."
    if times > 1:
        yield f"{rows // times:,} instances as `paramql instances generate` invents them, each {times} times, with"
        yield "other guids: so each instant of a last change is shared by as many."
    yield _ABOUT
    for engine, one in found.items():
        yield from _engine(engine, one)


def _engine(engine: str, one: Found) -> Iterator[str]:
    yield f"## {engine}\n"
    yield "| pages | clients | requests | p50 ms | p99 ms | requests/s | p50 to `/health` | CPU ms of each | errors |"
    yield "|---|---:|---:|---:|---:|---:|---:|---:|---:|"
    for kind, name in _KINDS.items():
        for clients in _CLIENTS:
            yield _row(name, clients, one["pages"][f"{kind} {clients}"], one["health"][clients]["p50"])
    for clients in _CLIENTS:
        yield _row("`/health`", clients, one["health"][clients], one["health"][clients]["p50"])
    size = one["pages"]["first 1"]["bytes"]
    yield f"\nA page has {size:,} bytes on average. The machine's load was {one['load']:.0f} when it began.\n"
    yield "Where the process spends its time while one client asks for first pages (samples of py-spy):\n"
    yield "| part | share |\n|---|---:|"
    yield from (f"| {part} | {share:.0%} |" for part, share in one["profile"].items())
    yield ""
    if memory := one.get("memory"):
        yield from _memory(memory)


def _row(kind: str, clients: str, one: Found, health: float) -> str:
    errors = sum(count for status, count in one["statuses"].items() if status != "200")
    cpu = f"{one['cpu']:.1f}" if "cpu" in one else ""
    told = f"{one['p50']:.0f} | {one['p99']:.0f} | {one['rate']:.1f} | {one['p50'] / health:.1f} | {cpu} | {errors}"
    return f"| {kind} | {clients} | {sum(one['statuses'].values()):,} | {told} |"


def _memory(one: Found) -> Iterator[str]:
    """Resident memory at the beginning, after each fifth, at the end."""
    seen = [(number, resident / 1e6) for number, resident in one["memory"]]
    chosen = [seen[len(seen) * part // 5] for part in range(5)] + [seen[-1]]
    requests = sum(one["statuses"].values())
    errors = requests - one["statuses"].get("200", 0)
    yield f"Memory over {requests:,} requests of 8 clients for pages of one instance, with 3,000 different values"
    yield f"in three shapes, totals counted to 1,000 ({one['rate']:.0f} requests a second, {errors} errors):\n"
    yield "| after requests | " + " | ".join(f"{number:,}" for number, _ in chosen) + " |"
    yield "|---|" + "---:|" * len(chosen)
    yield "| MB resident | " + " | ".join(f"{resident:.1f}" for _, resident in chosen) + " |"
    yield ""
