"""cel-python: Google's Common Expression Language, to a program for one record at a time."""

from __future__ import annotations

from collections.abc import Mapping

from benchmarks.peers import Job, Peer, Way


def _write(job: Job) -> str:
    return (
        f"appId == '{job.app}' && currentTask == '{job.task}' && lastChanged > timestamp('{job.after}T00:00:00Z') "
        f"&& lastChanged < timestamp('{job.before}T00:00:00Z') && isComplete == {job.truth}"
    )


def _ways() -> Mapping[str, Way]:
    import celpy

    environment = celpy.Environment()
    return {"program, no SQL": Way(_write, lambda text: environment.program(environment.compile(text)))}


PEER = Peer(
    "cel-python",
    ("cel-python",),
    schema="no",
    bound="no SQL",
    logic="and, or, not, arithmetic, functions",
    ways=_ways,
    whole="program, no SQL",
    note="makes no SQL: what is timed is parsing and making the program",
)
