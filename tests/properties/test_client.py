"""What the builder for clients writes, the server reads: the same tree, for a thousand expressions."""

from __future__ import annotations

import operator
from collections.abc import Iterator
from functools import reduce
from random import Random
from typing import Any as Anything
from typing import assert_never

import paramql as pq
from differential import Triple, triples
from paramql.ast import And, Any, Compare, Draft, Exists, Not, Op, Or
from paramql.client import Fields, Name, Where, fields, request
from paramql.declare import Expression
from paramql.simplify import all_of, any_of, simplify
from strategies.filters import meaning

EXPRESSIONS = 1000
_LONGEST = 8192
# Attributes of names, below which a name has to be asked for as an item.
_TAKEN = frozenset("any all exists in_ not_in contains startswith endswith ieq icontains asc desc".split())
_SYMBOLS = {Op.EQ: "eq", Op.GT: "gt", Op.GTE: "ge", Op.LT: "lt", Op.LTE: "le"}


def test_a_thousand_expressions_parse_to_the_same_tree() -> None:
    """Every other one is built of names that no schema checks."""
    built = 0
    for triple in _short(Random(EXPRESSIONS)):
        schema = triple.data.schema
        where = fields(schema if built % 2 else None)
        asked = schema.parse(str(request(built_as(triple.draft, where), size=7)))
        assert alike(asked.where) == alike(simplify(schema.bind(meaning(triple.draft, schema)))), triple.draft
        assert asked.page.size == 7
        built += 1
    assert built == EXPRESSIONS


def test_another_tree_would_be_noticed() -> None:
    schema = pq.Schema(pq.Field("a", pq.Integer()), pq.Field("b", pq.ListOf(pq.Integer())))
    trees = "a=1 a=2 a=gt:1 a=not:1 b=1 filter=and(a:1,b:1) filter=or(a:1,b:1) filter=not(b:1) a=in:1,2".split()
    assert len({alike(schema.parse(text).where) for text in trees}) == len(trees)
    assert alike(schema.parse("a=in:2,1&b=1&b=1").where) == alike(schema.parse("filter=and(b:1,a:in:(1,2))").where)


def _short(rng: Random) -> Iterator[Triple]:
    """As many triples as are wanted, whose text is within the limits."""
    found = 0
    while True:
        for one in triples(rng, 8):
            if len(pq.encode(one.draft)) < _LONGEST - len("&size=7"):
                yield one
                found += 1
            if found == EXPRESSIONS:
                return


def built_as(draft: Draft, at: Fields) -> Where:
    """The same expression, built of names and operators."""
    match draft:
        case And(operands):
            return reduce(operator.and_, (built_as(one, at) for one in operands))
        case Or(operands):
            return reduce(operator.or_, (built_as(one, at) for one in operands))
        case Not(Any(name, Not(inner))):
            return named(name, at).all(lambda element: built_as(inner, element))
        case Not(operand):
            return ~built_as(operand, at)
        case Compare(name, op, value):
            return compared(named(name, at), op, value)
        case Any(name, inner):
            return named(name, at).any(lambda element: built_as(inner, element))
        case Exists(name):
            return named(name, at).exists()
        case _:
            assert_never(draft)


def named(name: str, at: Fields) -> Name:
    first, *below = name.split(".")
    found: Name = getattr(at, first)
    for key in below:
        found = found[key] if key in _TAKEN else getattr(found, key)
    return found


def compared(name: Name, op: Op, value: Anything) -> Where:
    if op in _SYMBOLS:
        where: Where = getattr(operator, _SYMBOLS[op])(name, value)
    else:
        where = name.in_(value) if op is Op.IN else getattr(name, op.value)(value)
    return where


def alike(where: Expression) -> Expression:
    """The one of all trees that differ in the order of operands, or repeat them."""
    match where:
        case And(operands):
            return all_of(*sorted({*map(alike, operands)}, key=repr))
        case Or(operands):
            return any_of(*sorted({*map(alike, operands)}, key=repr))
        case Not(operand):
            return Not(alike(operand))
        case Compare(field, op, tuple(items)):
            return Compare(field, op, tuple(sorted({*items}, key=repr)))
        case Any(field, inner):
            return Any(field, alike(inner))
        case Compare() | Exists():
            return where
        case _:
            assert_never(where)
