"""MongoDB selects what the law says, whatever stands in the documents."""

from __future__ import annotations

from random import Random

import pytest

import paramql as pq
from law import holds
from paramql.ast import Not
from paramql.testing.engines_mongodb import missing
from strategies import filters, rows, schemas
from strategies.values import TYPE_WORDS

if reason := missing():
    pytest.skip(reason, allow_module_level=True)

from engines.collection import STORAGES, Collection, held


@pytest.mark.parametrize("types", [*TYPE_WORDS, "any"])
def test_drawn_filters_select_what_the_law_says(types: str) -> None:
    rng = Random(f"mongodb {types}")
    asked = 0
    while asked < 150:
        wanted = [one for one in schemas.everything() if types in (one.type, "any")]
        leaves = rng.sample(wanted, 4)
        schema = schemas.schema(rng, leaves)
        drawn = rows.rows(schema.fields, rng, 12)
        storages = {word: rng.choice(names) for word, names in STORAGES.items()}
        if storages["datetime"] == "date":
            drawn = [held(row) for row in drawn]
        collection = Collection(schema, drawn, rng, storages)
        for leaf in leaves * 3:
            pivot = rng.choice(drawn).record(schema.fields)
            draft, _ = filters.draft(schema, pivot, leaf, rng)
            meant = filters.meaning(draft, schema)
            expected = {row.cells[schema.key.name] for row in drawn if holds(meant, row.record(schema.fields))}
            where = schema.bind(meant)
            found = collection.select(where)
            wrong = [row.cells for row in drawn if row.cells[schema.key.name] in found ^ expected]
            assert not wrong, (where, pq.compile(where, collection.target), wrong)
            assert collection.select(Not(where)) == {row.cells[schema.key.name] for row in drawn} - expected
            asked += 1
