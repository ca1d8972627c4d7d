"""What tests of the road share: a query that must be refused, and the instant that relative times are read at."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

import paramql as pq

NOON = dt.datetime(2024, 3, 31, 12, tzinfo=dt.UTC)


def refused(schema: pq.Schema, text: str | bytes, **options: Any) -> tuple[pq.Problem, ...]:
    """The problems of a query that the schema refuses."""
    settings: dict[str, Any] = {"now": NOON, **options}
    with pytest.raises(pq.QueryError) as caught:
        schema.parse(text, **settings)
    return caught.value.problems


def problem(schema: pq.Schema, text: str | bytes, **options: Any) -> pq.Problem:
    """The one problem of a query that the schema refuses."""
    (only,) = refused(schema, text, **options)
    return only
