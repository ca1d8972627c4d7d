"""Canonical text: one for all spellings, read back as the same query, and fit to stand in a URL."""

from __future__ import annotations

import re
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import paramql as pq
from differential import Triple, triples
from law import holds
from strategies import spelling, texts

SAFE = re.compile(r"(?:[A-Za-z0-9!$()*,:;=@/?&._~-]|%[0-9A-F]{2})*")
seeds = st.integers(0, 2**64)


@given(seeds)
def test_the_canonical_text_asks_the_same_of_the_same_rows(seed: int) -> None:
    rng = Random(seed)
    for triple in triples(rng, 3):
        query = triple.data.schema.parse(_with_controls(triple, rng))
        if (again := _reread(query)) is not None:
            assert _selected(triple, again) == _selected(triple, query) == triple.expected
            assert again.names.keys() == query.names.keys()


@given(seeds)
def test_every_spelling_of_a_filter_has_one_canonical_text(seed: int) -> None:
    rng = Random(seed)
    for triple in triples(rng, 3):
        schema = triple.data.schema
        spelled = [spelling.query(triple.draft, rng, ignore_case=schema.ignore_case) for _ in range(3)]
        assert len({pq.render(schema.parse(text)) for text in spelled if len(text) <= 8192}) <= 1, spelled


@given(texts.anything, texts.options)
def test_whatever_is_accepted_reads_back(text: str, options: dict[str, object]) -> None:
    options = {"now": texts.NOON} | options
    try:
        query = texts.SCHEMA.parse(text, **options)  # type: ignore[arg-type]
    except pq.QueryError:
        return
    _reread(query, options.get("only"))


@given(seeds)
def test_what_clients_encode_is_read_as_it_was_meant(seed: int) -> None:
    rng = Random(seed)
    for triple in triples(rng, 3):
        text = pq.encode(triple.draft)
        assert SAFE.fullmatch(text), text
        if len(text) <= 8192:
            assert _selected(triple, triple.data.schema.parse(text)) == triple.expected


def _with_controls(triple: Triple, rng: Random) -> str:
    """The filter with an order, a size and an option beside it, or some of them."""
    schema = triple.data.schema
    sortable = [field.name for field in schema.fields if field.sortable]
    keys = rng.sample(sortable, rng.randint(0, len(sortable)))
    pairs = spelling.query(triple.draft, rng, ignore_case=schema.ignore_case).split("&")
    pairs += [f"order={','.join(rng.choice(['', 'asc:', 'desc:']) + key for key in keys)}"] if keys else []
    pairs += rng.sample([f"size={rng.randint(1, 1000)}"], rng.randint(0, 1))
    pairs += [f"{one.name}={rng.randint(-9, 9)}" for one in schema.parameters if one.where is None]
    rng.shuffle(pairs)
    return "&".join(pairs)


def _reread(query: pq.Query, only: Any = None) -> pq.Query | None:
    """The query that the canonical text asks of the same caller; None where that is beyond the limits."""
    canonical = pq.render(query)
    assert SAFE.fullmatch(canonical), canonical
    if len(canonical) > query.schema.limits.query:
        return None
    assert isinstance(query.schema, pq.Schema)
    again = query.schema.parse(canonical, now=texts.NOON, lenient=False, only=only)
    assert pq.render(again) == canonical
    assert (again.order, again.page.size, again.values) == (query.order, query.page.size, query.values)
    return again


def _selected(triple: Triple, query: pq.Query) -> set[object]:
    data = triple.data
    pairs = zip(data.rows, data.records, strict=True)
    return {row.cells[data.key] for row, record in pairs if holds(query.where, record)}
