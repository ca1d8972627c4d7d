"""fastapi-filters: query parameters by a filter set, to SQLAlchemy."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from benchmarks.peers import Job, Peer, Way


def _write(job: Job) -> str:
    return (
        f"appId[eq]={job.app}&currentTask[eq]={job.task}&lastChanged[gt]={job.after}&lastChanged[lt]={job.before}"
        f"&isComplete[eq]={job.truth}"
    )


def _ways() -> Mapping[str, Way]:
    import sqlalchemy
    from fastapi_filters.ext.sqlalchemy import apply_filters

    from benchmarks.peers.sqlalchemy_table import Instance, sql

    values, select = _values(), sqlalchemy.select(Instance)
    return {
        "expression": Way(_write, lambda text: apply_filters(select, values(text))),
        "SQL and parameters": Way(_write, lambda text: sql(apply_filters(select, values(text)))),
    }


def _values() -> Callable[[str], Any]:
    """From text to what the filters take: the model that the library makes, validated by Pydantic alone."""
    from fastapi_filters import FilterField, FilterOperator, create_filters
    from pydantic import TypeAdapter

    equal, ordered = [FilterOperator.eq], [FilterOperator.gt, FilterOperator.lt]
    resolve = create_filters(
        appId=FilterField(str, operators=equal),
        currentTask=FilterField(str, operators=equal),
        lastChanged=FilterField(dt.date, operators=ordered, default_op=FilterOperator.gt),
        isComplete=FilterField(bool, operators=equal),
    )
    model = TypeAdapter(resolve.__model__)

    def values(text: str) -> Any:
        waiting = resolve(model.validate_python(dict(parse_qsl(text))))
        try:
            waiting.send(None)
        except StopIteration as done:
            return done.value
        raise AssertionError("it waits for nothing")

    return values


PEER = Peer(
    "fastapi-filters",
    ("fastapi-filters[sqlalchemy]",),
    schema="values; unknown names are ignored",
    bound="yes",
    logic="and only",
    ways=_ways,
    whole="SQL and parameters",
    note="its model is validated by Pydantic directly, which costs less than by a FastAPI route",
)
