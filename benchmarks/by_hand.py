"""The conditions of the evaluation benchmark, as query strings and as one would write them by hand.

Each function is one expression, fetches nothing twice and is safe against None: the fastest that is still right.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

FIRST, LAST = dt.datetime(2013, 3, 1, tzinfo=dt.UTC), dt.datetime(2013, 10, 1, tzinfo=dt.UTC)
ASKED = "origin=JFK&time_hour=gt:2013-03&time_hour=lt:2013-10&dep_delay=gt:15"
ASKED_NESTED = "process.currentTask=Task_1&lastChanged=gt:2019&lastChanged=lt:2021&status.isSoftDeleted=false"
SINCE, UNTIL = dt.datetime(2019, 1, 1, tzinfo=dt.UTC), dt.datetime(2021, 1, 1, tzinfo=dt.UTC)


def of_flight(r: Any) -> bool:
    """Every key is there."""
    return (
        r["origin"] == "JFK"
        and (t := r["time_hour"]) is not None
        and FIRST < t < LAST
        and (d := r["dep_delay"]) is not None
        and d > 15
    )


def of_sparse_flight(r: Any) -> bool:
    """Keys may be missing."""
    return (
        r.get("origin") == "JFK"
        and (t := r.get("time_hour")) is not None
        and FIRST < t < LAST
        and (d := r.get("dep_delay")) is not None
        and d > 15
    )


def of_flight_object(r: Any) -> bool:
    """An object with slots."""
    return (
        r.origin == "JFK"
        and (t := r.time_hour) is not None
        and FIRST < t < LAST
        and (d := r.dep_delay) is not None
        and d > 15
    )


def of_instance(r: Any) -> bool:
    """Nested, and members may be missing."""
    return (
        (p := r.get("process")) is not None
        and p.get("currentTask") == "Task_1"
        and (t := r.get("lastChanged")) is not None
        and SINCE < t < UNTIL
        and (s := r.get("status")) is not None
        and s.get("isSoftDeleted") is False
    )
