"""cql2: CQL2 in Rust, to SQL text."""

from __future__ import annotations

from collections.abc import Mapping

from benchmarks.peers import Job, Peer, Way


def _write(job: Job) -> str:
    return (
        f"appId = '{job.app}' AND currentTask = '{job.task}' AND lastChanged > DATE('{job.after}') "
        f"AND lastChanged < DATE('{job.before}') AND isComplete = {job.truth.upper()}"
    )


def _ways() -> Mapping[str, Way]:
    import cql2

    return {"SQL text": Way(_write, lambda text: cql2.parse_text(text).to_sql())}


PEER = Peer(
    "cql2 (Rust)",
    ("cql2",),
    schema="no",
    bound="no",
    logic="and, or, not",
    ways=_ways,
    whole="SQL text",
)
