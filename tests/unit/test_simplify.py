"""One form for all backends: flat, negation at the leaves, operands on the grid, the same meaning."""

from __future__ import annotations

import decimal
from typing import Any as Anything

import pytest
from hypothesis import given
from hypothesis import strategies as st

from law import holds
from paramql.ast import FALSE, TRUE, And, Any, Compare, Exists, Not, Op, Or
from paramql.declare import Expression, Field, ListOf, Record
from paramql.simplify import simplify
from paramql.types import Decimal, Integer, Text

D = decimal.Decimal
A = Field("a", Integer())
SURE = Field("sure", Integer(), required=True)
PRICE = Field("price", Decimal(1))
TAGS = Field("tags", ListOf(Text()))
LINES = Field("lines", ListOf(Record(Field("n", Integer()), Field("m", Integer(), required=True))))
N, M = LINES.type.of.fields  # type: ignore[union-attr]

EQ = Compare(A, Op.EQ, 1)
GT = Compare(A, Op.GT, 2)


@pytest.mark.parametrize(
    ("where", "simple"),
    [
        (And((EQ,)), EQ),
        (And((EQ, And((GT, Or((EQ,)))))), And((EQ, GT, EQ))),
        (Or((EQ, Or((GT, And(()))))), TRUE),
        (And((EQ, Or(()))), FALSE),
        (And((EQ, And(()))), EQ),
        (Not(Not(EQ)), EQ),
        (Not(EQ), Not(EQ)),
        (Not(And((EQ, Not(GT)))), Or((Not(EQ), GT))),
        (Not(Or((EQ, GT))), And((Not(EQ), Not(GT)))),
        (Not(TRUE), FALSE),
        (Not(FALSE), TRUE),
        (Exists(A), Exists(A)),
        (Not(Exists(A)), Not(Exists(A))),
        (Exists(SURE), TRUE),
        (Not(Exists(SURE)), FALSE),
        (Exists(TAGS), Any(TAGS, TRUE)),
        (Not(Exists(LINES)), Not(Any(LINES, TRUE))),
        (Any(LINES, Or(())), FALSE),
        (Not(Any(LINES, And((Or(()), Compare(N, Op.EQ, 1))))), TRUE),
        (Any(LINES, Not(And((Compare(N, Op.EQ, 1), Exists(M))))), Any(LINES, Not(Compare(N, Op.EQ, 1)))),
        (Any(LINES, Exists(M)), Any(LINES, TRUE)),
        (Compare(PRICE, Op.GT, D("2.55")), Compare(PRICE, Op.GT, D("2.5"))),
        (Compare(PRICE, Op.GTE, D("2.55")), Compare(PRICE, Op.GT, D("2.5"))),
        (Compare(PRICE, Op.LT, D("2.55")), Compare(PRICE, Op.LTE, D("2.5"))),
        (Compare(PRICE, Op.LTE, D("-2.55")), Compare(PRICE, Op.LTE, D("-2.6"))),
        (Compare(PRICE, Op.EQ, D("2.55")), FALSE),
        (Not(Compare(PRICE, Op.EQ, D("2.55"))), TRUE),
        (Compare(PRICE, Op.IN, (D("2.55"), D("2.5"))), Compare(PRICE, Op.IN, (D("2.5"),))),
        (Compare(PRICE, Op.IN, (D("2.55"),)), FALSE),
        (Compare(A, Op.IN, ()), FALSE),
        (Not(Compare(A, Op.IN, ())), TRUE),
    ],
)
def test_an_expression_has_one_simple_form(where: Expression, simple: Expression) -> None:
    assert simplify(where) == simple


def test_what_is_no_expression_is_named() -> None:
    """So that an author of a backend sees what was handed on."""
    odd: Anything = "odd"
    for where in (odd, Not(And((EQ, odd))), Any(LINES, odd)):
        with pytest.raises(AssertionError, match="'odd'"):
            simplify(where)


_LEAVES: st.SearchStrategy[Expression] = st.sampled_from(
    [
        *(Compare(A, op, 1) for op in (Op.EQ, Op.GT, Op.LTE)),
        *(Compare(PRICE, op, D(value)) for op in (Op.EQ, Op.GTE, Op.LT) for value in ("1.5", "1.55")),
        Compare(A, Op.IN, (0, 2)),
        *map(Exists, (A, SURE, TAGS, LINES)),
        TRUE,
        FALSE,
        *(Any(LINES, Compare(N, op, 1)) for op in (Op.EQ, Op.LT)),
        Any(LINES, Not(Compare(N, Op.EQ, 1))),
        Any(LINES, And((Exists(M), Not(Exists(N))))),
    ]
)
_TREES = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(
        inner.map(Not),
        st.lists(inner, max_size=3).map(lambda operands: And(tuple(operands))),
        st.lists(inner, max_size=3).map(lambda operands: Or(tuple(operands))),
    ),
    max_leaves=8,
)
_RECORDS = [
    {"sure": 1},
    {"sure": 1, "a": 1, "price": D("1.5"), "tags": ["x"], "lines": [{"m": 1}]},
    {"sure": 1, "a": 2, "price": D("1.6"), "tags": [], "lines": [{"n": 1, "m": 1}, {"n": 0, "m": 1}]},
    {"sure": 1, "a": 0, "tags": [None], "lines": []},
]


@given(_TREES)
def test_the_simple_form_means_the_same_and_is_simple(where: Expression) -> None:
    simple = simplify(where)
    assert [holds(simple, record) for record in _RECORDS] == [holds(where, record) for record in _RECORDS]
    assert simplify(simple) == simple
    assert simple in (TRUE, FALSE) or is_simple(simple)


def is_simple(where: Expression) -> bool:
    match where:
        case And(operands) | Or(operands):
            mixed = all(not isinstance(operand, type(where)) and is_simple(operand) for operand in operands)
            return len(operands) > 1 and mixed
        case Not(operand):
            return isinstance(operand, Compare | Exists | Any) and is_simple(operand)
        case Any(_, inner):
            return inner == TRUE or is_simple(inner)
        case Exists(field):
            return not field.required and not isinstance(field.type, ListOf)
        case Compare():
            return True
