"""Filters that are drawn for a model's schema, and what tests say of the fields that a schema has."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Any as Anything

import pytest

import paramql as pq
from law import holds
from paramql.declare import Expression
from paramql.integrations.models import schema_of
from strategies.filters import draft
from strategies.schemas import everything


def types_of(schema: pq.Schema) -> dict[str, Anything]:
    """The types of the fields, by their names."""
    return {field.name: field.type for field in schema.fields}


def drawn(schema: pq.Schema, records: Sequence[dict[str, Anything]], seed: int) -> Expression:
    """A filter whose literals come from the records, or lie beside."""
    rng = Random(seed)
    return schema.bind(draft(schema, schema.load(rng.choice(records)), rng.choice(everything()), rng)[0])


def hold_alike(
    schema: pq.Schema, records: Sequence[dict[str, Anything]], seed: int, *selects: Callable[[Expression], set[int]]
) -> None:
    """The python target, the law of the language and each other way select the same records, by number in `id`."""
    where = drawn(schema, records, seed)
    law = {record["id"] for record in records if holds(where, record)}
    keep = pq.compile(where, "python")
    assert {record["id"] for record in keep.filter(records)} == law, where
    for select in selects:
        assert select(where) == law, where


def complaints(model: Anything, **options: Anything) -> list[str]:
    """What is wrong with a model, line by line, after the first."""
    with pytest.raises(ValueError, match="cannot be asked about as it is:") as caught:
        schema_of(model, **options)
    return [line.strip() for line in str(caught.value).splitlines()[1:]]
