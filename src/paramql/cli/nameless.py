"""What is wrong with a query whatever the schema, for an input that tells no names: syntax, encoding, controls."""

from __future__ import annotations

import paramql as pq

# It has one name, which nobody may ask about; every problem is kept, so that unknown names hide no others.
_SCHEMA = pq.Schema(
    pq.Field("unknown", pq.Boolean(), filterable=False), limits=pq.Limits(problems=2 * pq.Limits().query)
)


def judge(query: str | bytes) -> None:
    """Raises `QueryError` with every problem that is no matter of names; no inferred schema sorts, so an order is one.

    >>> judge("size=20&a=gtt:(")
    >>> judge("a=1&size=0")
    Traceback (most recent call last):
    paramql.problems.QueryError: a=1&size=0
             ^ a page has from 1 to 1,000 records, not 0
    """
    try:
        _SCHEMA.parse(query)
    except pq.QueryError as error:
        if problems := [problem for problem in error.problems if problem.code != "unknown-parameter"]:
            raise pq.QueryError(error.text, problems[: pq.Limits().problems]) from None
