"""Lines through measured points: how a cost grows, and how well a line says so."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple


class Line(NamedTuple):
    """`intercept + slope * x`, and the share of the variance that it explains."""

    intercept: float
    slope: float
    r_squared: float


class Growth(NamedTuple):
    """How a cost grows: the points, the line through them, and the exponent of the power that would fit best."""

    part: str
    case: str
    unit: str
    sizes: tuple[int, ...]
    micros: tuple[float, ...]
    line: Line
    exponent: float


def line(xs: Sequence[float], ys: Sequence[float]) -> Line:
    """Least squares.

    >>> line([1, 2, 4], [3, 5, 9])
    Line(intercept=1.0, slope=2.0, r_squared=1.0)
    """
    count = len(xs)
    mean_x, mean_y = sum(xs) / count, sum(ys) / count
    spread = sum((x - mean_x) ** 2 for x in xs)
    slope = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True)) / spread
    intercept = mean_y - slope * mean_x
    missed = sum((y - intercept - slope * x) ** 2 for x, y in zip(xs, ys, strict=True))
    total = sum((y - mean_y) ** 2 for y in ys)
    return Line(intercept, slope, 1.0 if total == 0 else 1 - missed / total)


def exponent(xs: Sequence[float], ys: Sequence[float]) -> float:
    """The slope on logarithmic axes: 1 is linear, 2 quadratic; below 1 while a constant part still counts.

    >>> round(exponent([1, 2, 4], [3, 12, 48]), 6)
    2.0
    """
    return line([math.log(x) for x in xs], [math.log(y) for y in ys]).slope


def growth(part: str, case: str, unit: str, points: Sequence[tuple[int, float]]) -> Growth:
    """What the points (size, microseconds) say."""
    sizes, micros = tuple(size for size, _ in points), tuple(micro for _, micro in points)
    return Growth(part, case, unit, sizes, micros, line(sizes, micros), exponent(sizes, micros))
