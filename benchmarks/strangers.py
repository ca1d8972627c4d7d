"""The page of what strangers can do to the service: figures that were kept, each with its date, as text."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
KEPT = HERE.parent / "build" / "strangers.json"
PAGE = HERE / "STRANGERS.md"


def keep(part: str, told: dict[str, Any]) -> None:
    """Keep the figures of a part, and write the page anew."""
    found = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    found[part] = told | _now()
    KEPT.parent.mkdir(exist_ok=True)
    KEPT.write_text(json.dumps(found))
    PAGE.write_text(page(found), encoding="utf-8")


def _now() -> dict[str, str]:
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, cwd=HERE, check=False
    )
    used = {name: version(name) for name in ("uvicorn", "starlette", "PyJWT", "lark")}
    return {
        "when": time.strftime("%Y-%m-%d"),
        "where": f"commit {commit.stdout.strip()}; Python {platform.python_version()}, "
        + ", ".join(f"{name} {number}" for name, number in used.items())
        + f"; {os.cpu_count()} cores, shared with other work",
    }


_TITLE = """# What strangers can do to the service

Written by `benchmarks/service_mixed.py` and `benchmarks/worst_case.py`.
"""


def page(found: dict[str, Any]) -> str:
    """The whole page."""
    parts = (worst(told) if part == "worst" else load(part, told) for part, told in found.items())
    return _TITLE + "".join(parts)


_LOAD = """
## Good, bad and malicious requests together: {engine}

{when}, {where}.
`python benchmarks/service_mixed.py --rows {rows} --seconds {seconds:.0f} --engines {engine}`:
{rows:,} instances; the service is one process, as `paramql instances serve` starts it; clients have connections of
their own over loopback, and ask one request after the other. Good ones are those of [the service's page](SERVICE.md),
pages of 20.

| beside 8 good clients | seconds | good requests | per second | p50 ms | p99 ms | longest ms | not 200 |
|---|---:|---:|---:|---:|---:|---:|---:|
{phases}

What was answered in the phase of {seconds:.0f} seconds:

| requests | number | statuses | p99 ms |
|---|---:|---|---:|
{kinds}

Answers of 500 and above, in all phases: {failed}. *closed* is a connection that the service ended without an answer,
*left* one that the client ended without waiting for it.

Memory of the service in that phase, MB resident, at its start and after each tenth of it: {memory}.
"""
_PHASE = "| {name} | {seconds:.0f} | {count:,} | {rate:.0f} | {p50:.1f} | {p99:.1f} | {longest:.0f} | {wrong} |"


def load(engine: str, told: dict[str, Any]) -> str:
    """The mixed load over one engine."""
    phases = told["phases"]
    return _LOAD.format(
        engine=engine,
        phases="\n".join(_phase(name, one) for name, one in phases.items()),
        kinds="\n".join(_kind(*one) for one in sorted(phases[told["mixed"]]["kinds"].items())),
        failed=sum(_count(one, "5") for phase in phases.values() for one in phase["kinds"].values()),
        memory=", ".join(f"{memory:.0f}" for memory in told["memory"]),
        **{name: told[name] for name in ("when", "where", "rows", "seconds")},
    )


def _phase(name: str, one: dict[str, Any]) -> str:
    good = one["kinds"]["good"]
    rate, wrong = good["count"] / one["seconds"], good["count"] - _count(good, "200")
    return _PHASE.format(name=name, rate=rate, wrong=wrong, seconds=one["seconds"], **_milliseconds(good))


def _milliseconds(one: dict[str, Any]) -> dict[str, Any]:
    return {name: one[name] for name in ("count", "p50", "p99", "longest")}


def _kind(kind: str, one: dict[str, Any]) -> str:
    statuses = ", ".join(f"{status}: {count:,}" for status, count in sorted(one["statuses"].items()))
    return f"| {kind} | {one['count']:,} | {statuses} | {one['p99']:.1f} |"


def _count(one: dict[str, Any], status: str) -> int:
    return sum(count for each, count in one["statuses"].items() if each.startswith(status))


_WORST = """
## The slowest query

{when}, {where}.
`python benchmarks/worst_case.py --seconds {seconds:.0f} --starts {starts}`: 8,192 characters, found by hill climbing
over words of the grammar, of operators and of names, from what was known to be slow (*known*) or from what was drawn
(*drawn*). Time is that of the process: to read and check, and to write the
statement of a page or the problem details, nothing known from before. A plain query is 64 right clauses, as long:
{plain:.1f} ms, {plain_peak:.1f} MB.

| from | tried | ms | times the plain one | peak MB | answer | how it begins |
|---|---:|---:|---:|---:|---|---|
{rows}
"""


def worst(told: dict[str, Any]) -> str:
    """The slowest queries that were found."""
    rows = sorted(told["rows"], key=lambda row: -float(row["ratio"]))
    return _WORST.format(
        when=told["when"],
        where=told["where"],
        seconds=told["seconds"],
        starts=len(rows),
        plain=rows[0]["plain"],
        plain_peak=told["plain_peak"] / 1e6,
        rows="\n".join(map(_row, rows)),
    )


def _row(row: dict[str, Any]) -> str:
    begins = row["text"][:60].replace("|", " ").replace("`", " ")
    figures = f"| {row['from']} | {row['tried']:,} | {row['ms']:.1f} | {row['ratio']:.1f} | {row['peak'] / 1e6:.1f}"
    return f"{figures} | {row['answer']} | `{begins}…` |"
