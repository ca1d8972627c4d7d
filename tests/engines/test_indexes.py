"""Indexes change nothing of what an SQL engine selects, whatever they make it do."""

from __future__ import annotations

import os
from contextlib import suppress
from random import Random
from typing import Any as Anything

import pytest

import paramql as pq
from paramql.backends import CapabilityError
from paramql.declare import Expression
from paramql.testing.databases import Database
from strategies import filters, schemas
from strategies.rows import rows
from strategies.tables import STYLES, Tables

SEEDS = int(os.environ.get("PARAMQL_SEEDS", "10"))
# What makes an engine look into an index though a table is small, and what undoes that.
_EAGER = {
    "postgresql": ("SET enable_seqscan = off", "SET enable_seqscan = on"),
    "duckdb": ("SET GLOBAL index_scan_percentage = 1.0", "RESET GLOBAL index_scan_percentage"),
}


@pytest.mark.parametrize("seed", range(SEEDS))
def test_indexes_change_nothing(database: Database, seed: int) -> None:
    rng = Random(f"indexed {seed}")
    wanted = [rng.choice(schemas.everything()) for _ in range(3)]
    schema = schemas.schema(rng, wanted)
    drawn = rows(schema.fields, rng, 12)
    store = Tables(database, schema, drawn, rng.choice(STYLES), rng)
    records = [row.record(schema.fields) for row in drawn]
    asked: list[tuple[Expression, set[Anything]]] = []
    for _ in range(8):
        draft, _leaves = filters.draft(schema, rng.choice(records), rng.choice(wanted), rng)
        for one in (where := schema.bind(filters.meaning(draft, schema)), pq.not_(where)):
            with suppress(CapabilityError):
                asked.append((one, store.select(one)))
    eager, calm = _EAGER.get(database.name, ("SELECT 1", "SELECT 1"))
    assert store.index()
    database.rows(eager)
    try:
        for one, found in asked:
            assert store.select(one) == found, pq.compile(one, store.target)
    finally:
        database.rows(calm)
