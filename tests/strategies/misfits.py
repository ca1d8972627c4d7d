"""Filters and records drawn for Python predicates: keys that lack, values of wrong types, objects among mappings."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal as Number
from random import Random
from types import SimpleNamespace
from typing import Any as Anything

from paramql.ast import TRUE, And, Any, Compare, Exists, Not, Op, Or
from paramql.declare import Expression, Field, ListOf, Record
from paramql.types import Boolean, Choice, Date, DateTime, Decimal, Float, Integer, Text, Type, Uuid

NOON = dt.datetime(2019, 5, 1, 12, tzinfo=dt.UTC)
MAY = dt.date(2019, 5, 1)
UUIDS = ["123e4567-e89b-12d3-a456-42661417400" + digit for digit in "01"]

# Few values of each type, so that filters hit; true, 1 and 1.0 among them.
VALUES: dict[type[Type], list[Anything]] = {
    Text: ["", "a", "A", "ab", "b", "K\u212ak", "a\nb", "."],
    Choice: ["a", "ab"],
    Uuid: UUIDS,
    Integer: [0, 1, 2, -1],
    Decimal: [Number(0), Number(1), Number("1.5")],
    Float: [0.0, 1.0, 1.5],
    Boolean: [True, False],
    DateTime: [NOON, NOON + dt.timedelta(microseconds=1), NOON.replace(hour=0)],
    Date: [MAY, MAY + dt.timedelta(1)],
}
JUNK: list[Anything] = [
    *(True, False, 0, 1, 1.0, Number(1), float("nan"), Number("nan"), Number("sNaN"), float("inf")),
    *("a", b"a", ["a"], ("a", "ab"), {"a": 1}, {}, [], [None], object(), len, int, Ellipsis, 1 + 0j),
    *(NOON.replace(tzinfo=None), MAY, NOON, NOON.time(), SimpleNamespace(name="a"), {"a"}, range(2)),
]
SKU, QUANTITY = Field("sku", Text()), Field("size.quantity", Integer())
CODE = Field("code", Text())
PARTS, LABELS = Field("parts", ListOf(Record(CODE))), Field("labels", ListOf(Text()))
LINES = Field("order.lines", ListOf(Record(SKU, QUANTITY, PARTS, LABELS)))
TAGS, NUMBERS = Field("tags", ListOf(Text())), Field("numbers", ListOf(Integer()))
TIMES, FLAGS = Field("times", ListOf(DateTime())), Field("order.flags", ListOf(Boolean()))
NAME, CITY, SIZE = Field("name", Text(ordered=True)), Field("order.place.city", Text()), Field("size", Integer())
PRICE, WEIGHT, PAID = Field("order.price", Decimal(2)), Field("weight", Float()), Field("order.paid", Boolean())
PLACED, DAY, IDENTIFIER = Field("placed", DateTime()), Field("order.day", Date()), Field("uuid", Uuid())
STATE, NUMBER = Field("order.state", Choice("a", "ab")), Field("number", Integer(), required=True)
FIELDS = [NAME, CITY, SIZE, PRICE, WEIGHT, PAID, PLACED, DAY, IDENTIFIER, STATE, NUMBER]
FIELDS += [TAGS, NUMBERS, TIMES, FLAGS, LINES]


# --- filters ----------------------------------------------------------------------------------------


def a_filter(rng: Random, fields: list[Field], depth: int = 3) -> Expression:
    roll = rng.random()
    if depth == 0 or roll < 0.4:
        return a_leaf(rng, rng.choice(fields), depth)
    if roll < 0.55:
        return Not(a_filter(rng, fields, depth - 1))
    parts = tuple(a_filter(rng, fields, depth - 1) for _ in range(rng.choice([0, 1, 2, 2, 3, 3, 4])))
    return And(parts) if roll < 0.8 else Or(parts)


def a_leaf(rng: Random, field: Field, depth: int) -> Expression:
    if field.name and rng.random() < 0.15:
        return Exists(field)
    if isinstance(field.type, ListOf):
        inner = list(field.type.of.fields) if isinstance(field.type.of, Record) else [field.element]
        return Any(field, TRUE if rng.random() < 0.1 else a_filter(rng, inner, depth and depth - 1))
    op, values = rng.choice(sorted(field.type.ops)), VALUES[type(field.type)]
    return Compare(field, op, tuple(rng.sample(values, 2)) if op is Op.IN else rng.choice(values))


# --- records ----------------------------------------------------------------------------------------


@dataclass
class Recorder:
    """Draws nested dictionaries. Chances that a key lacks, that a value is None, that it is of a wrong type."""

    rng: Random
    lacks: float = 0.0
    none: float = 0.1
    wrong: float = 0.0

    def record(self, fields: list[Field]) -> dict[str, Anything]:
        return self._level({field.path: field for field in fields})

    def _level(self, fields: dict[tuple[str, ...], Field]) -> dict[str, Anything]:
        heads = dict.fromkeys(path[0] for path in fields)
        drawn = {head: self._member({p[1:]: f for p, f in fields.items() if p[0] == head}) for head in heads}
        return {head: value for head, value in drawn.items() if value is not ...}

    def _member(self, fields: dict[tuple[str, ...], Field]) -> Anything:
        roll, field = self.rng.random(), fields.get(())
        if field is None or not field.required:
            for chance, value in ((self.lacks, ...), (self.none, None), (self.wrong, self.rng.choice(JUNK))):
                if roll < chance:
                    return value
                roll -= chance
        return self._level(fields) if field is None else self._value(field)

    def _value(self, field: Field) -> Anything:
        if not isinstance(field.type, ListOf):
            return self.rng.choice(VALUES[type(field.type)])
        return [self._element(field) for _ in range(self.rng.randrange(4))]

    def _element(self, field: Field) -> Anything:
        assert isinstance(field.type, ListOf)
        if self.rng.random() < self.none + self.wrong:
            return None if self.rng.random() * (self.none + self.wrong) < self.none else self.rng.choice(JUNK)
        of = field.type.of
        return self.record(list(of.fields)) if isinstance(of, Record) else self.rng.choice(VALUES[type(of)])


FITS: dict[type[Type], Callable[[Anything], bool]] = {
    **dict.fromkeys([Text, Choice, Uuid], lambda value: isinstance(value, str)),
    Integer: lambda value: type(value) is int,
    Decimal: lambda value: type(value) is int or (type(value) is Number and not value.is_nan()),
    Float: lambda value: type(value) is int or (type(value) is float and not math.isnan(value)),
    Boolean: lambda value: type(value) is bool,
    DateTime: lambda value: type(value) is dt.datetime and value.tzinfo is not None,
    Date: lambda value: type(value) is dt.date,
}


def cleaned(record: Anything, fields: list[Field]) -> dict[str, Anything]:
    """The record with everything taken out that is of a wrong type: what the law may be asked about."""
    clean: dict[str, Anything] = {}
    for field in fields:
        node, place = record, clean
        for key in field.path:
            node = node.get(key) if isinstance(node, dict) else getattr(node, key, None)
        for key in field.path[:-1]:
            place = place.setdefault(key, {})
        place[field.path[-1]] = clean_value(node, field)
    return clean


def clean_value(value: Anything, field: Field) -> Anything:
    if not isinstance(field.type, ListOf):
        return value if FITS[type(field.type)](value) else None
    elements = value if isinstance(value, list | tuple | set) else []
    of = field.type.of
    if isinstance(of, Record):
        return [cleaned(element, list(of.fields)) for element in elements if type(element) not in PLAIN]
    return [element for element in elements if FITS[type(of)](element)]


PLAIN = {type(None), *map(type, JUNK)} - {dict, SimpleNamespace, object, type, type(len), type(...), range}


class Slots:
    """An object without a dictionary, whose members are set by name."""

    __slots__ = tuple(sorted({key for field in [*FIELDS, SKU, QUANTITY, PARTS, LABELS, CODE] for key in field.path}))


def as_objects(node: Anything, chance: Callable[[], bool]) -> Anything:
    """The record with objects for those of its mappings that chance chooses."""
    if isinstance(node, list):
        return [as_objects(element, chance) for element in node]
    if not isinstance(node, dict):
        return node
    members = {key: as_objects(value, chance) for key, value in node.items()}
    if not chance():
        return members
    made = Slots()
    for key, value in members.items():
        setattr(made, key, value)
    return made
