"""The short way and the whole way through a query, side by side."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields

import paramql as pq
from paramql.check import check
from paramql.check.quick import Quick
from paramql.types import Clock
from strategies import texts

SCHEMA = texts.SCHEMA
NOW = dt.datetime(2019, 5, 1, 12, tzinfo=dt.UTC)
MEMBERS = [field.name for field in fields(pq.Query) if field.name != "rest"]
TARGETS = {
    "sqlite": {"table": "t"},
    "postgresql": {"table": "t", "paramstyle": "named"},
    "mariadb": {"table": "t"},
    "python": {},
}


def told(query: pq.Query | None) -> dict[str, object] | None:
    """Every member of a query."""
    return None if query is None else {name: getattr(query, name) for name in MEMBERS}


def whole(schema: pq.Schema, text: str) -> pq.Query | None:
    """The query, read the whole way; None where there are problems."""
    try:
        return check(text, schema, Clock(NOW))
    except pq.QueryError:
        return None


def hold_alike(schema: pq.Schema, text: str) -> bool:
    """Whether the short way, new and again, reads a text; what it reads must be what the whole way reads."""
    quick, expected = Quick(schema), whole(schema, text)
    for _ in range(2):
        found = quick.read(text, NOW, None)
        if found is None:
            return False
        assert expected is not None, text
        assert told(found) == told(expected), text
        assert repr(found) == repr(expected)
        hold_compiled_alike(schema, found.where, expected.where)
    return True


def hold_compiled_alike(schema: pq.Schema, one: pq.Expression, other: pq.Expression) -> None:
    for name, options in TARGETS.items():
        target = pq.target(name, schema, **options)
        made = [compiled(where, target) for where in (one, other, one)]
        assert made[0] == made[1] == made[2], (name, one)


def compiled(where: pq.Expression, target: pq.Target) -> object:
    """The text and parameters, the source, or why there is none."""
    try:
        made = pq.compile(where, target)
    except pq.CapabilityError as error:
        return str(error)
    return made.source if target.backend == "python" else made
