"""Generated text (SQL and Python) depends on a filter's shape: no value enters it, and each has its placeholder."""

from __future__ import annotations

import re
from random import Random
from typing import Any as Anything
from typing import assert_never

import pytest
from hypothesis import given
from hypothesis import strategies as st

import paramql as pq
from differential import drawn, triples
from paramql.ast import And, Any, Compare, Exists, Not, Op, Or
from paramql.simplify import simplify
from paramql.types import Type
from strategies import values
from strategies.stores import STYLES, Store

SQL = ("sqlite", "postgresql", "mariadb", "duckdb")
MARK = "zq7"
# What stands in quotes: names and the strings of a schema, in which `?` and `%` are no placeholders.
_QUOTED = re.compile(r"`(?:[^`]|``)*`|\"(?:[^\"]|\"\")*\"|'(?:[^']|'')*'")
_PLACEHOLDERS = {
    "qmark": re.compile(r"\?"),
    "format": re.compile(r"%s"),
    "pyformat": re.compile(r"%\((\w+)\)s"),
    "named": re.compile(r"(?<!:):(\w+)"),
    "numeric_dollar": re.compile(r"\$(\d+)"),
}
# What GLOB cannot tell apart: SQLite has another text for a literal with one of these.
_REFUSED = dict.fromkeys(map(ord, "\ufffd\ufffe\uffff"))
seeds = st.integers(0, 2**64)


@given(seeds)
def test_text_is_the_same_whatever_the_values(seed: int) -> None:
    rng = Random(seed)
    for triple in triples(rng, 2):
        where = simplify(triple.where)
        one, other = (with_other_values(where, rng) for _ in range(2))
        assert pq.compile(one, "python").source == pq.compile(other, "python").source
        for target in [*SQL, _store(triple.data, rng).target]:
            text = _text(one, target)
            assert text == _text(other, target)
            assert MARK not in text.lower()


@given(seeds, st.sampled_from(SQL), st.sampled_from(sorted(_PLACEHOLDERS)))
def test_each_parameter_has_its_placeholder(seed: int, engine: str, style: str) -> None:
    for triple in triples(Random(seed), 2):
        try:
            target = pq.target(engine, triple.data.schema, table="main", paramstyle=style)
            sql = pq.compile(triple.where, target)
        except (pq.CapabilityError, ValueError):
            continue
        found = _PLACEHOLDERS[style].findall(_QUOTED.sub("", sql.text))
        assert len(found) == len(sql.params), sql
        if isinstance(sql.params, dict):
            assert found == list(sql.params)
        elif style == "numeric_dollar":
            assert list(map(int, found)) == list(range(1, len(sql.params) + 1))


PAYLOADS = [
    "' OR 1=1 --",
    '" OR ""="',
    "`; DROP TABLE `main1`; --",
    "'); DELETE FROM main1; --",
    "\\' OR 1=1 #",
    "%' ESCAPE '!' OR '1'='1",
    "? OR 1=1",
    ":p1",
    "%s",
    "%(p1)s",
    "$1",
    "/* */ OR 1",
    "]* OR [",
    "*]?[^",
    "x' GLOB '*",
    "\x1a\b'",
    "’ OR 1=1",
    "＇ OR 1=1",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_is_a_text_like_any_other(payload: str) -> None:
    rng = Random(payload)
    data = drawn(rng)
    name = pq.Field("name", pq.Text(ordered=True))
    schema = pq.Schema(data.schema.key or pq.Field("id", pq.Integer(), unique=True), name)
    rows = [type(row)({data.key: row.cells[data.key], "name": rng.choice([payload, "a"])}) for row in data.rows]
    store = Store(schema, rows, "mixed", rng)
    expected = {row.cells[data.key] for row in rows if row.cells["name"] == payload}
    for op in (Op.EQ, Op.CONTAINS, Op.STARTSWITH, Op.ENDSWITH, Op.IEQ, Op.ICONTAINS, Op.IN, Op.GTE):
        asked = Compare(name, op, (payload,) if op is Op.IN else payload)
        found = store.select(asked)
        assert found == (expected if op is not Op.GTE or payload > "a" else {row.cells[data.key] for row in rows})
        assert store.select(Not(asked)) | found == {row.cells[data.key] for row in rows}


def with_other_values(where: pq.Expression, rng: Random) -> pq.Expression:
    """The same shape with other literals, each on its field's grid and none that amounts to a constant."""
    match where:
        case And(operands):
            return And(tuple(with_other_values(operand, rng) for operand in operands))
        case Or(operands):
            return Or(tuple(with_other_values(operand, rng) for operand in operands))
        case Not(operand):
            return Not(with_other_values(operand, rng))
        case Any(field, inner):
            return Any(field, with_other_values(inner, rng))
        case Exists():
            return where
        case Compare(field, op, tuple(items)):
            return Compare(field, op, tuple(_other(field.type, op, rng) for _ in items))
        case Compare(field, op, _):
            return Compare(field, op, _other(field.type, op, rng))
        case _:
            assert_never(where)


def _other(type_: Type | pq.ListOf, op: Op, rng: Random) -> Anything:
    assert isinstance(type_, Type)
    if isinstance(type_, pq.Text):
        return (MARK + rng.choice(values.TEXTS))[:100].translate(_REFUSED)
    return values.stored(pq.DateTime("s") if isinstance(type_, pq.DateTime) else type_, rng)


def _store(data: Anything, rng: Random) -> Store:
    return Store(data.schema, data.rows, rng.choice(STYLES), rng)


def _text(where: pq.Expression, target: Anything) -> str:
    try:
        return str(pq.compile(where, target).text)
    except (pq.CapabilityError, ValueError) as error:
        return f"refused: {error}"
