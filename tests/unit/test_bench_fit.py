"""The lines that the benchmarks draw through what they measure."""

from __future__ import annotations

import doctest
from types import ModuleType

import pytest

from benchmarks import chart, fit, flights, goals, harness, parts, report


@pytest.mark.parametrize("module", [chart, fit, flights, goals, harness, parts, report], ids=lambda one: one.__name__)
def test_examples_are_so(module: ModuleType) -> None:
    result = doctest.testmod(module)
    assert result.attempted
    assert not result.failed


def test_a_line_is_found_again() -> None:
    found = fit.line([1, 8, 64], [5 + 3 * x for x in (1, 8, 64)])
    assert found == pytest.approx((5, 3, 1))


def test_noise_lowers_the_share_that_is_explained() -> None:
    assert 0.5 < fit.line([1, 2, 3, 4], [1, 3, 2, 4]).r_squared < 1


def test_what_does_not_grow_is_explained_by_a_level_line() -> None:
    assert fit.line([1, 2, 3], [7, 7, 7]) == pytest.approx((7, 0, 1))


@pytest.mark.parametrize("power", [1, 2])
def test_the_exponent_tells_a_line_from_a_square(power: int) -> None:
    grown = fit.growth("part", "case", "rows", [(size, 2.0 * size**power) for size in (1, 4, 16, 64)])
    assert grown.exponent == pytest.approx(power)
    assert (grown.line.r_squared == pytest.approx(1)) == (power == 1)
