"""SQLAlchemy on every database that can be had here: what is written, and pages."""

from __future__ import annotations

import datetime as dt
import os
from random import Random
from typing import Any as Anything
from typing import cast

import pytest
import sqlalchemy as sa

import paramql as pq
from paramql.ast import And, Any, Compare, Exists, Not, Op, Or, Value
from paramql.backends.sql.emit import Emitter
from paramql.backends.sql.scope import TableScope
from paramql.backends.sql.shape import known, shape_of
from paramql.backends.sqlalchemy.operands import Recorder, Slot
from paramql.declare import Expression, Field, ListOf
from paramql.simplify import simplify
from paramql.testing.engines_sqlalchemy import SqlAlchemyEngine, connected
from paramql.testing.known import KNOWN, started
from strategies import filters, rows, schemas
from strategies.literals import literal
from strategies.values import stored

SEEDS = int(os.environ.get("PARAMQL_SEEDS", "12"))


@pytest.fixture(params=["sqlite", "postgresql", "postgresql-icu", "mariadb", "duckdb"], name="engine")
def _engine(request: pytest.FixtureRequest) -> SqlAlchemyEngine:
    name = f"sqlalchemy on {request.param}"
    if reason := KNOWN[name].missing():
        pytest.skip(reason)
    return cast(SqlAlchemyEngine, started(name))


# --- text and literals


@pytest.mark.parametrize("seed", range(SEEDS))
def test_text_is_made_of_the_shape_alone_and_operands_of_the_literals(seed: int) -> None:
    """What is written for one filter, with the literals of another of its shape, is what is written for the other."""
    rng = Random(f"shapes {seed}")
    schema = schemas.schema(rng, rng.sample(schemas.everything(), 6))
    record = rows.rows(schema.fields, rng, 1)[0].record(schema.fields)
    targets = [pq.target(name, schema, table="t") for name in ("sqlite", "postgresql", "mariadb", "duckdb")]
    first: dict[str, Expression] = {}
    for one in rng.sample(schemas.everything(), 30):
        drawn = drafted(schema, record, one, rng)
        for _ in range(6):
            where, literals = simplify(redrawn(drawn, rng)), list[Value]()
            sample = first.setdefault(shape_of(where, known(schema.fields), literals), where)
            for target in targets:
                assert filled(target, sample, tuple(literals)) == written(target, where)


def drafted(schema: pq.Schema, record: Anything, wanted: schemas.Wanted, rng: Random) -> Expression:
    draft, _ = filters.draft(schema, record, wanted, rng)
    return schema.bind(filters.meaning(draft, schema))


def redrawn(where: Expression, rng: Random) -> Expression:
    """The same with other literals, of the kinds that text may depend on."""
    match where:
        case And(operands):
            return And(tuple(redrawn(operand, rng) for operand in operands))
        case Or(operands):
            return Or(tuple(redrawn(operand, rng) for operand in operands))
        case Not(operand):
            return Not(redrawn(operand, rng))
        case Any(field, inner):
            return Any(field, redrawn(inner, rng))
        case Compare(field, op, tuple(items)):
            return Compare(field, op, tuple(another(field, Op.EQ, rng) for _ in items))
        case Compare(field, op, _):
            return Compare(field, op, another(field, op, rng))
        case Exists():
            return where


def another(field: Field, op: Op, rng: Random) -> Anything:
    type_ = field.type
    assert not isinstance(type_, ListOf)
    if isinstance(type_, pq.Text) and rng.random() < 0.5:
        return rng.choice(["", "\U0010ffff", "\U0010ffff\U0010ffffa", "x" * 512, "x" * 513])
    return literal(type_, op, stored(type_, rng), rng)


def written(target: Anything, where: Expression) -> tuple[str, tuple[object, ...]]:
    scope = TableScope(target.dialect, target.dialect.quoted("t"), target.places)
    return Emitter(target.dialect).condition(where, scope)[:2]


def filled(target: Anything, sample: Expression, literals: tuple[Value, ...]) -> tuple[str, tuple[object, ...]]:
    scope = TableScope(target.dialect, target.dialect.quoted("t"), target.places)
    text, params, _ = Recorder(target.dialect).condition(sample, scope)
    return text.replace("\x01", ""), tuple(one.operand(literals) if isinstance(one, Slot) else one for one in params)


# --- pages

SORTED = pq.Schema(
    pq.Field("id", pq.Integer(), unique=True),
    pq.Field("word", pq.Text(), sortable=True),
    pq.Field("at", pq.DateTime(), sortable=True),
    pq.Field("price", pq.Decimal(2, digits=12), sortable=True),
    pq.Field("must", pq.Integer(), sortable=True, required=True),
    tokens=pq.Tokens({"a": b"k" * 32}),
)
NOON = dt.datetime(2019, 5, 1, 12, tzinfo=dt.UTC)


def sorted_records() -> list[dict[str, Anything]]:
    """Ties, gaps, and words that collations put in another order."""
    rng = Random("pages")
    words = [None, "", "a", "B", "b", "å", "z", "\U0001f600", "\uffff", "a b", "a-b"]
    drawn = [
        {
            "id": number,
            "must": rng.choice([0, 1]),
            "word": rng.choice(words),
            "at": rng.choice([None, NOON, NOON + dt.timedelta(microseconds=1)]),
            "price": rng.choice([None, "0.1", "-3"]),
        }
        for number in range(20)
    ]
    return [SORTED.load(one) for one in drawn]


@pytest.mark.parametrize("order", ["word", "desc:word,at", "must,desc:price,word", "desc:at,desc:price,desc:must"])
def test_pages_hold_each_row_once_in_one_order(engine: SqlAlchemyEngine, order: str) -> None:
    records = sorted_records()
    engine.load(SORTED, records)
    whole = [record["id"] for record in pq.paginate(records, SORTED.parse(f"order={order}")).items]
    for target, table in engine.tables:
        text: str | None = f"order={order}&size=3"
        found = []
        while text:
            query = SORTED.parse(text)
            page = pq.page(query, target)
            asked = sa.select(table).where(page.where).order_by(*page.order_by).limit(page.limit)
            result = page.finish(connected(engine.database).execute(asked))
            found += [row.id for row in result.items]
            text = pq.link(query, result.next_token) if result.next_token else None
        assert found == whole
