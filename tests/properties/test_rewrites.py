"""Filters that say the same select the same rows, on every engine; a filter and its negation split them in two."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Any as Anything
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import paramql as pq
from differential import Triple, triples
from paramql.ast import FALSE, TRUE, And, Any, Compare, Draft, Exists, Not, Op, Or
from paramql.testing.known import KNOWN, started
from strategies import filters, spelling
from strategies.engines import Engine, Plugged, Python
from strategies.stores import STYLES, Store

seeds = st.integers(0, 2**64)
fewer = settings(max_examples=max(1, settings().max_examples // 4))


@given(seeds)
def test_a_filter_and_its_negation_split_the_rows_in_two(seed: int) -> None:
    rng = Random(seed)
    for triple in triples(rng, 2):
        everyone = {row.cells[triple.data.key] for row in triple.data.rows}
        for engine in _engines(triple, rng):
            chosen, others = _select(engine, triple.where), _select(engine, pq.not_(triple.where))
            if chosen is not None and others is not None:
                assert chosen | others == everyone, engine.name
                assert not chosen & others, engine.name


def de_morgan(where: Draft, rng: Random) -> Draft:
    """Negations pushed one level down, everywhere."""
    match where:
        case And(operands):
            return Not(Or(tuple(Not(de_morgan(operand, rng)) for operand in operands)))
        case Or(operands):
            return Not(And(tuple(Not(de_morgan(operand, rng)) for operand in operands)))
        case Not(operand):
            return Not(de_morgan(operand, rng))
        case Any(name, inner):
            return Any(name, de_morgan(inner, rng))
        case _:
            return where


def lists_as_unions(where: Draft, rng: Random) -> Draft:
    """`in` as the union of `eq`, in any order."""
    match where:
        case Compare(name, Op.IN, tuple(items)):
            return Or(tuple(Compare(name, Op.EQ, item) for item in rng.sample(items, len(items))))
        case _:
            return _within(where, lists_as_unions, rng)


def shuffled(where: Draft, rng: Random) -> Draft:
    """Operands in another order, one of them twice, a constant and an absorbed term beside them."""
    match where:
        case And(operands):
            parts = [*(shuffled(one, rng) for one in operands), operands[0], TRUE, Or((operands[-1], operands[0]))]
            return And(tuple(rng.sample(parts, len(parts))))
        case Or(operands):
            parts = [*(shuffled(one, rng) for one in operands), operands[0], FALSE, And((operands[-1], operands[0]))]
            return Or(tuple(rng.sample(parts, len(parts))))
        case _:
            return _within(where, shuffled, rng)


def paths_as_quantifiers(where: Draft, rng: Random, known: Sequence[filters.Known] = ()) -> Draft:
    """`lines.sku=x` as `any(lines,sku:x)`."""
    match where:
        case Compare(str(name), op, value) if lists := _lists(name, known):
            return Any(lists[0], Compare(name[len(lists[0]) + 1 :], op, value))
        case Exists(str(name)) if lists := _lists(name, known):
            return Any(lists[0], Exists(name[len(lists[0]) + 1 :]))
        case Any():
            return where
        case _:
            return _within(where, lambda one, rng: paths_as_quantifiers(one, rng, known), rng)


def ranges_as_complements(where: Draft, rng: Random, known: Sequence[filters.Known] = ()) -> Draft:
    """`gte` as the union of `gt` and `eq`; of a required field, `gt` as not `lte`."""
    match where:
        case Compare(str(name), Op.GTE | Op.LTE as op, value):
            return Or((Compare(name, Op.GT if op is Op.GTE else Op.LT, value), Compare(name, Op.EQ, value)))
        case Compare(str(name), Op.GT, value) if any(
            one.text == name and one.required and not one.listed for one in known
        ):
            return Not(Compare(name, Op.LTE, value))
        case Any():
            return where
        case _:
            return _within(where, lambda one, rng: ranges_as_complements(one, rng, known), rng)


REWRITES: list[Callable[..., Draft]] = [
    de_morgan,
    lists_as_unions,
    shuffled,
    paths_as_quantifiers,
    ranges_as_complements,
]


@pytest.mark.parametrize("rewrite", REWRITES)
@fewer
@given(seed=seeds)
def test_a_rewritten_filter_selects_the_same_rows(rewrite: Callable[..., Draft], seed: int) -> None:
    rng = Random(seed)
    for triple in triples(rng, 2):
        draft = filters.meaning(triple.draft, triple.data.schema)
        known = [name for name in filters.known(triple.data.schema.fields) if not name.listed or name.lists]
        extra = (known,) if rewrite in (paths_as_quantifiers, ranges_as_complements) else ()
        where = triple.data.schema.bind(rewrite(draft, rng, *extra))
        for engine in _engines(triple, rng):
            found = _select(engine, where)
            assert found is None or found == triple.expected, engine.name


@given(seeds)
def test_the_order_of_parameters_and_their_encoding_mean_nothing(seed: int) -> None:
    rng = Random(seed)
    for triple in triples(rng, 2):
        if len(encoded := _respelled(triple, rng)) <= 8192:
            assert triple.data.selected(triple.draft) == _selected(triple, encoded)


@pytest.mark.parametrize("name", [name for name in KNOWN if "sqlite" not in name and name != "python"])
def test_every_engine_selects_the_same_for_filters_that_say_the_same(name: str) -> None:
    if reason := KNOWN[name].missing():
        pytest.skip(reason)
    rng = Random(name)
    for _ in range(max(2, settings().max_examples // 100)):
        asked = list(triples(rng, 3))
        engine = Plugged(started(name), asked[0].data.schema, asked[0].data.rows)
        for triple in asked:
            for where in _same(triple, rng):
                found = _select(engine, where)
                assert found is None or found == triple.expected, where


def _same(triple: Triple, rng: Random) -> Iterator[pq.Expression]:
    """The filter said in other ways, and as a query whose parameters stand in another order, encoded."""
    schema = triple.data.schema
    draft = filters.meaning(triple.draft, schema)
    known = [name for name in filters.known(schema.fields) if not name.listed or name.lists]
    for rewrite in REWRITES:
        extra = (known,) if rewrite in (paths_as_quantifiers, ranges_as_complements) else ()
        yield schema.bind(rewrite(draft, rng, *extra))
    if len(encoded := _respelled(triple, rng)) <= 8192:
        yield schema.parse(encoded).where


def _respelled(triple: Triple, rng: Random) -> str:
    pairs = spelling.query(triple.draft, rng, ignore_case=triple.data.schema.ignore_case).split("&")
    return "&".join(_recoded(pair, rng) for pair in rng.sample(pairs, len(pairs)))


def _recoded(pair: str, rng: Random) -> str:
    """Some characters of a name or a value percent-encoded that were not, some percent signs in capitals."""
    name, _, value = pair.partition("=")
    return "=".join("".join(_coded(char, rng) for char in part) for part in (name, value))


def _coded(char: str, rng: Random) -> str:
    if char in "%+" or rng.random() < 0.6 or char.isalnum():
        return char  # letters and digits may be those of an escape
    return quote(char, safe="")


def _selected(triple: Triple, text: str) -> set[Anything]:
    where = triple.data.schema.parse(text).where
    return Python(triple.data.schema, triple.data.rows).select(where)


def _within(where: Draft, rewrite: Callable[[Draft, Random], Draft], rng: Random) -> Draft:
    match where:
        case And(operands):
            return And(tuple(rewrite(operand, rng) for operand in operands))
        case Or(operands):
            return Or(tuple(rewrite(operand, rng) for operand in operands))
        case Not(operand):
            return Not(rewrite(operand, rng))
        case Any(name, inner):
            return Any(name, rewrite(inner, rng))
        case _:
            return where


def _lists(name: str, known: Sequence[filters.Known]) -> tuple[str, ...]:
    return next((one.lists for one in known if one.text == name and one.type is not None), ())


def _engines(triple: Triple, rng: Random) -> list[Engine]:
    data = triple.data
    return [Python(data.schema, data.rows), Store(data.schema, data.rows, rng.choice(STYLES), rng)]


def _select(engine: Engine, where: pq.Expression) -> set[Anything] | None:
    try:
        return engine.select(where)
    except pq.CapabilityError:
        return None
