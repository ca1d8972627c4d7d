"""Literals for a filter: a value of some row, what lies just beside it, a part of it, the same in another case."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from decimal import Decimal as Number
from random import Random
from typing import Any as Anything

import paramql as pq
from paramql.ast import FineDateTime, Op
from paramql.types import Type
from strategies.values import FIRST, GRID, LAST, TEXTS, UUIDS


def literal(type_: Type, op: Op, value: Anything, rng: Random) -> Anything:
    """A literal for `op`: the value, what lies beside it, or (of a text) a part of it in another case."""
    if isinstance(type_, pq.Text):
        return _text_literal(op, value, rng)
    beside = _BESIDE.get(type(type_))
    return value if beside is None or rng.random() < 0.55 else beside(type_, value, rng)


def _text_literal(op: Op, value: str, rng: Random) -> str:
    kept = _part(op, value, rng)
    if op.startswith("i") and op is not Op.IN:
        kept = "".join(_other_case(char, rng) for char in kept[:128])
        return kept or rng.choice(["a", "%", "\u212a"])
    if rng.random() < 0.2:
        kept = rng.choice([kept + " ", kept.swapcase(), kept + "\n", "%", kept + "*", rng.choice(TEXTS)])
    return kept[:1024] or ("" if op in (Op.EQ, Op.IN) else rng.choice(["a", " ", "\\"]))


def _part(op: Op, value: str, rng: Random) -> str:
    start, end = sorted((rng.randint(0, len(value)), rng.randint(0, len(value))))
    match op:
        case Op.CONTAINS | Op.ICONTAINS:
            return value[start:end]
        case Op.STARTSWITH | Op.ISTARTSWITH:
            return value[:end]
        case Op.ENDSWITH | Op.IENDSWITH:
            return value[start:]
        case _:
            return value


_COUSINS = {
    "s": "ſ",
    "k": "\u212a",
    "å": "\u212b",
    "σ": "ς",
    "ß": "ẞ",
    "ω": "\u2126",
    "μ": "µ",
    "i": "İ",
    "θ": "\u03f4",
}


def _other_case(char: str, rng: Random) -> str:
    """The character, one that is equal to it but for case, or (rarely) one that only looks so."""
    forms = [char, char.lower(), char.upper(), char.title(), _COUSINS.get(char.lower(), char)]
    return rng.choice([form for form in forms if len(form) == 1])


def _beside_integer(_: Type, value: int, rng: Random) -> int:
    return max(-(2**63), min(2**63 - 1, value + rng.choice([-2, -1, 1, 2])))


def _beside_decimal(type_: pq.Decimal, value: Number, rng: Random) -> Number:
    """A unit of the grid away, or between two of its points."""
    near = value + rng.choice([Number(1), Number(-1), Number("0.5"), Number("-0.5"), Number("0.001")]).scaleb(
        -type_.scale
    )
    return near if abs(near) < 10 ** (type_.digits - type_.scale) else value


def _beside_float(_: Type, value: float, rng: Random) -> float:
    return rng.choice([math.nextafter(value, math.inf), math.nextafter(value, -math.inf), -value, round(value), value])


def _beside_moment(type_: pq.DateTime, value: dt.datetime, rng: Random) -> dt.datetime | FineDateTime:
    """A step of the grid away, or between two of its points, down to digits beyond microseconds."""
    if rng.random() < 0.3:
        return FineDateTime(value, rng.choice(["1", "5", "9", "000001"]))
    step = rng.choice([GRID[type_.precision], -GRID[type_.precision], GRID["us"], -GRID["us"], dt.timedelta(hours=1)])
    return value + step if FIRST < value < LAST - abs(step) else value


def _beside_date(_: Type, value: dt.date, rng: Random) -> dt.date:
    day = value.toordinal() + rng.choice([-1, 1])
    return dt.date.fromordinal(max(1, min(dt.date.max.toordinal(), day)))


_BESIDE: dict[type[Type], Callable[[Anything, Anything, Random], Anything]] = {
    pq.Integer: _beside_integer,
    pq.Decimal: _beside_decimal,
    pq.Float: _beside_float,
    pq.DateTime: _beside_moment,
    pq.Date: _beside_date,
    pq.Choice: lambda type_, _, rng: rng.choice(type_.words),
    pq.Uuid: lambda _, __, rng: rng.choice(UUIDS),
}
