"""pyrsql: RSQL, to SQLAlchemy."""

from __future__ import annotations

from collections.abc import Mapping

from benchmarks.peers import Job, Peer, Way


def _write(job: Job) -> str:
    return (
        f"appId=='{job.app}';currentTask=={job.task};lastChanged=gt={job.after};lastChanged=lt={job.before};"
        f"isComplete=={job.truth}"
    )


def _ways() -> Mapping[str, Way]:
    import pyrsql
    import sqlalchemy
    from pyrsql.orms.sqlalchemy import SQLAlchemyORM

    from benchmarks.peers.sqlalchemy_table import Instance, sql

    orm, select = SQLAlchemyORM(), sqlalchemy.select(Instance)
    return {
        "expression": Way(_write, lambda text: pyrsql.parse(text).apply(select, Instance, orm=orm)),
        "SQL and parameters": Way(_write, lambda text: sql(pyrsql.parse(text).apply(select, Instance, orm=orm))),
    }


PEER = Peer(
    "pyrsql",
    ("pyrsql[sqlalchemy]",),
    schema="yes, the model's",
    bound="yes",
    logic="and, or",
    ways=_ways,
    whole="SQL and parameters",
)
