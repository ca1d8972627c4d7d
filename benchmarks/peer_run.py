"""One peer, measured in the environment that it runs in: `python -m benchmarks.peer_run NAME ROUNDS EACH WARM`.

It prints JSON: the times of the floor (`parse_qsl`), of ours and of the peer, all taken in turns in this process.
The strings of the peer and those of ours with known shapes ask the very same: five conditions on four fields, each
string with values of its own. Ours without a cache asks five conditions of the same kinds on a schema of 48 fields, so
that each string can have a shape of its own.
"""

from __future__ import annotations

import datetime as dt
import importlib
import json
import logging
import sys
from collections.abc import Callable, Mapping
from importlib.metadata import distributions
from random import Random
from typing import Any

import paramql as pq
from benchmarks import jobs
from benchmarks.harness import Case, Figure, measure
from benchmarks.peers import Job, Peer, Way
from benchmarks.queries import QSL, Batches, Sizes, on_new, plain, qsl, whole

OURS_NEW, OURS_KNOWN = "paramql, no cache", "paramql, known shape"
_FIRST = dt.date(1970, 1, 1)


def random_job(rng: Random) -> Job:
    """Values that no other job has, most likely."""
    app, task = f"org/a{rng.randrange(10**6)}", f"Task_{rng.randrange(10**5)}"
    after, before = (_FIRST + dt.timedelta(rng.randrange(36_500)) for _ in range(2))
    return Job(app, task, after, before, rng.random() < 0.5)


def write(job: Job) -> str:
    """As ours is asked."""
    return (
        f"appId={job.app}&currentTask={job.task}&lastChanged=gt:{job.after}&lastChanged=lt:{job.before}"
        f"&isComplete={job.truth}"
    )


def small_schema() -> pq.Schema:
    """The four fields that the peers have."""
    return pq.Schema(
        pq.Field("appId", pq.Text()),
        pq.Field("currentTask", pq.Text()),
        pq.Field("lastChanged", pq.Date()),
        pq.Field("isComplete", pq.Boolean()),
    )


def run(peer: Peer, sizes: Sizes) -> dict[str, Any]:
    """Figures and versions."""
    ways, rng = peer.ways(), Random(31)
    asked = [[random_job(rng) for _ in range(sizes.each)] for _ in range(sizes.rounds)]
    for name, way in ways.items():
        hold(name, way, asked[0][0])
    cases = {**_ours(asked, sizes), **{name: _of(way, asked) for name, way in ways.items()}}
    times = measure(cases, sizes.rounds)
    figures = [
        times.figure(peer.name, name, base)
        for name in (OURS_NEW, OURS_KNOWN, *ways)
        for base in (QSL, OURS_NEW, OURS_KNOWN)
    ]
    return {"figures": [_plain(figure) for figure in figures], "versions": _versions()}


def hold(name: str, way: Way, job: Job) -> None:
    """Every value of the job must be in what comes out, or it was not done; programs cannot be looked into."""
    if "no SQL" in name or name in ("expression", "queryset"):
        way.run(way.write(job))
        return
    found = way.run(way.write(job))
    said = f"{found} {getattr(found, 'params', '')}"
    for value in (job.app, job.task):
        assert value in said, f"{name} has lost {value}: {said}"
    for day in (job.after, job.before):
        assert str(day) in said or repr(day) in said, f"{name} has lost {day}: {said}"


def _ours(asked: list[list[Job]], sizes: Sizes) -> dict[str, Case]:
    new = Batches(jobs.five, 41, sizes)
    texts = [[write(job) for job in batch] for batch in asked]
    schema = small_schema()
    work = whole(schema, pq.target("sqlite", schema))
    return {
        QSL: plain(qsl, texts),
        OURS_NEW: on_new(new, lambda: jobs.schema(pq.Date()), sizes.each),
        OURS_KNOWN: plain(work, texts),
    }


def _of(way: Way, asked: list[list[Job]]) -> Case:
    return plain(way.run, [[way.write(job) for job in batch] for batch in asked])


def _plain(figure: Figure) -> dict[str, Any]:
    return {**figure._asdict(), "ratio": figure.ratio._asdict()}


def _versions() -> Mapping[str, str]:
    return {found.metadata["Name"]: found.version for found in distributions() if found.metadata["Name"]}


def main(name: str, *numbers: str) -> None:
    """Measure a peer by the name of its module."""
    logging.disable(logging.CRITICAL)
    peer: Peer = importlib.import_module(f"benchmarks.peers.{name}").PEER
    found: Callable[[], dict[str, Any]] = lambda: run(peer, Sizes(*map(int, numbers)))  # noqa: E731
    print(json.dumps(found()))


if __name__ == "__main__":
    main(*sys.argv[1:])
