"""pygeofilter: ECQL and CQL2, to SQL text and to SQLAlchemy."""

from __future__ import annotations

from collections.abc import Mapping

from benchmarks.peers import Job, Peer, Way

_NAMES = {name: name for name in ("appId", "currentTask", "lastChanged", "isComplete")}


def _write(job: Job) -> str:
    return (
        f"appId = '{job.app}' AND currentTask = '{job.task}' AND lastChanged > '{job.after}' "
        f"AND lastChanged < '{job.before}' AND isComplete = {job.truth.upper()}"
    )


def _ways() -> Mapping[str, Way]:
    from pygeofilter.backends.sql import to_sql_where
    from pygeofilter.parsers.ecql import parse

    return {"SQL text": Way(_write, lambda text: to_sql_where(parse(text), _NAMES))}


PEER = Peer(
    "pygeofilter",
    ("pygeofilter", "shapely"),
    schema="names only",
    bound="no",
    logic="and, or, not",
    ways=_ways,
    whole="SQL text",
    note="ECQL, the faster of its text languages",
)
