"""fastapi-filter: query parameters by a Pydantic model, to SQLAlchemy."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from urllib.parse import parse_qsl

from benchmarks.peers import Job, Peer, Way


def _write(job: Job) -> str:
    return (
        f"appId={job.app}&currentTask={job.task}&lastChanged__gt={job.after}&lastChanged__lt={job.before}"
        f"&isComplete={job.truth}"
    )


def _ways() -> Mapping[str, Way]:
    import sqlalchemy
    from fastapi_filter.contrib.sqlalchemy import Filter

    from benchmarks.peers.sqlalchemy_table import Instance, sql

    class Asked(Filter):  # type: ignore[misc]
        appId: str | None = None  # noqa: N815
        currentTask: str | None = None  # noqa: N815
        lastChanged__gt: dt.date | None = None  # noqa: N815
        lastChanged__lt: dt.date | None = None  # noqa: N815
        isComplete: bool | None = None  # noqa: N815

        class Constants(Filter.Constants):  # type: ignore[misc]
            model = Instance

    # The annotations are text, and `dt` is a name of the module: Pydantic is told where to look.
    Asked.model_rebuild(_types_namespace={"dt": dt})
    select = sqlalchemy.select(Instance)
    return {
        "expression": Way(_write, lambda text: Asked(**dict(parse_qsl(text))).filter(select)),
        "SQL and parameters": Way(_write, lambda text: sql(Asked(**dict(parse_qsl(text))).filter(select))),
    }


PEER = Peer(
    "fastapi-filter",
    ("fastapi-filter[sqlalchemy]",),
    schema="values; unknown names are ignored",
    bound="yes",
    logic="and only",
    ways=_ways,
    whole="SQL and parameters",
    note="the model is made directly of the parameters, without a request",
)
