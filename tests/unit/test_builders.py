"""What each builder builds."""

from __future__ import annotations

import pytest

import paramql as pq
from paramql import builders
from paramql.ast import FALSE, TRUE, And, Any, Compare, Draft, Exists, Not, Op, Or

N = Compare("n", Op.EQ, 1)
M = Exists("m")


@pytest.mark.parametrize("op", [op for op in Op if op is not Op.IN])
def test_there_is_a_builder_for_every_operator(op: Op) -> None:
    assert getattr(builders, op.value)("a", "x") == Compare("a", op, "x")


@pytest.mark.parametrize("node", [N, M, Not(N), TRUE, FALSE, Any("l", N)])
def test_a_condition_joined_by_and_of_python_is_an_error_and_drops_nothing(node: object) -> None:
    with pytest.raises(
        TypeError, match=r"neither true nor false by itself: join two by pq.all_of\(a, b\), not by `and`$"
    ):
        _ = node and N


def test_lists_may_be_any_iterable() -> None:
    assert pq.in_("a", (number for number in (1, 2))) == Compare("a", Op.IN, (1, 2))
    assert pq.nin("a", [1]) == Not(Compare("a", Op.IN, (1,)))


@pytest.mark.parametrize(
    ("built", "expected"),
    [
        (pq.not_(N), Not(N)),
        (pq.ne("n", 1), Not(N)),
        (pq.exists("m"), M),
        (pq.any_("l", N), Any("l", N)),
        (pq.all_("l", N), Not(Any("l", Not(N)))),
        (pq.all_of(), TRUE),
        (pq.any_of(), FALSE),
        (pq.all_of(N), N),
        (pq.any_of(M), M),
        (pq.all_of(N, M), And((N, M))),
        (pq.all_of(pq.all_of(N, M), M), And((N, M, M))),
        (pq.any_of(pq.any_of(N, M), N), Or((N, M, N))),
        (pq.all_of(pq.any_of(N, M), N), And((Or((N, M)), N))),
        (pq.all_of(TRUE, N), N),
        (pq.all_of(FALSE, N), FALSE),
        (pq.any_of(FALSE, N), N),
        (pq.any_of(TRUE, N), TRUE),
    ],
)
def test_groups_are_flat_and_hold_no_constants(built: Draft, expected: Draft) -> None:
    assert built == expected


def test_every_builder_is_public() -> None:
    assert set(builders.__all__) <= set(pq.__all__)
    assert all(getattr(pq, name) is getattr(builders, name) for name in builders.__all__)
    assert set(pq.__all__) <= set(dir(pq))
