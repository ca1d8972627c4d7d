"""The query strings that are measured: as many shapes as one likes, with literals of their own.

A shape is the tuple of names and operators of a query, or of the tree of an expression. The schemas are wide, so that
hundreds of thousands of shapes exist and none need be used twice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from itertools import product
from random import Random
from typing import NamedTuple

import paramql as pq

TEXTS = [
    ".".join(pair) for pair in product(("process", "customer", "shipping", "owner"), ("task", "name", "state", "app"))
]
MOMENTS = [
    f"{noun}{verb}" for noun, verb in product(("last", "first", "next", "due"), ("Changed", "Opened", "Sent", "Paid"))
]
FLAGS = [f"status.{word}" for word in "isComplete isArchived isDeleted isLocked isRead isPaid isSent isOpen".split()]
NUMBERS = [f"total.{word}" for word in "items weight pages parts seats parcels copies units".split()]
_FIRST_DAY = dt.date(1970, 1, 1).toordinal()
_DAYS = 36_500

Make = Callable[[Random], str]


def schema(moment: pq.DateTime | pq.Date | None = None) -> pq.Schema:
    """Forty-eight fields: 16 of text, 16 of moments (datetimes unless told), 8 of truth, 8 of whole numbers."""
    moment = moment or pq.DateTime()
    return pq.Schema(
        *(pq.Field(name, pq.Text()) for name in TEXTS),
        *(pq.Field(name, moment) for name in MOMENTS),
        *(pq.Field(name, pq.Boolean()) for name in FLAGS),
        *(pq.Field(name, pq.Integer()) for name in NUMBERS),
    )


class Shape(NamedTuple):
    """A template: text with `{}` for literals, and how each is drawn."""

    template: str
    makes: tuple[Make, ...]

    def fill(self, rng: Random) -> str:
        """The text, with new literals."""
        return self.template.format(*(make(rng) for make in self.makes))


def app(rng: Random) -> str:
    """A text such as `org/app`, with the slash that browsers escape."""
    return f"org/a{rng.randrange(10**6)}"


def task(rng: Random) -> str:
    """A text such as `Task_2`."""
    return f"Task_{rng.randrange(10**5)}"


def day(rng: Random) -> str:
    """A date within a century."""
    return dt.date.fromordinal(_FIRST_DAY + rng.randrange(_DAYS)).isoformat()


def truth(rng: Random) -> str:
    """`true` or `false`."""
    return rng.choice(("true", "false"))


def number(rng: Random) -> str:
    """A whole number."""
    return str(rng.randrange(10**5))


def size(rng: Random) -> str:
    """Of a page."""
    return str(rng.randrange(1, 100))


def five(rng: Random) -> Shape:
    """Five conditions: two texts equal, one moment later and one earlier than a day, a truth."""
    one, other = rng.sample(TEXTS, 2)
    after, before, flag = rng.choice(MOMENTS), rng.choice(MOMENTS), rng.choice(FLAGS)
    template = f"{one}={{}}&{other}={{}}&{after}=gt:{{}}&{before}=lt:{{}}&{flag}={{}}"
    return Shape(template, (app, task, day, day, truth))


def six(rng: Random) -> Shape:
    """The five, and the size of the page."""
    inner = five(rng)
    return Shape(inner.template + "&size={}", (*inner.makes, size))


def six_mistaken(rng: Random) -> Shape:
    """The six with three mistakes: a name that does not exist, an operator that does not, a day that is none."""
    one, other = rng.sample(TEXTS, 2)
    after, before, flag = rng.choice(MOMENTS), rng.choice(MOMENTS), rng.choice(FLAGS)
    template = f"{one}s={{}}&{other}={{}}&{after}=gtt:{{}}&{before}=lt:x{{}}&{flag}={{}}&size={{}}"
    return Shape(template, (app, task, day, day, truth, size))


def ten(rng: Random) -> Shape:
    """An expression of ten terms, two of its parts negated, in five groups; `filter=` stands before it."""
    makes: list[Make] = []
    outer, inner = rng.sample(("and", "or"), 2)

    def terms(count: int) -> str:
        return ",".join(_term(rng, makes) for _ in range(count))

    parts = [f"{inner}({terms(2)})", f"not({inner}({terms(2)}))", f"{inner}({outer}({terms(2)}),{terms(1)})"]
    parts += [f"not({terms(1)})", f"{inner}({terms(2)})"]
    return Shape(f"filter={outer}({','.join(parts)})", tuple(makes))


_ORDERED = ("gt", "gte", "lt", "lte", "eq")
_TERMS = [(TEXTS, ("eq", "ne"), task), (MOMENTS, _ORDERED, day), (NUMBERS, _ORDERED, number), (FLAGS, ("eq",), truth)]


def _term(rng: Random, makes: list[Make]) -> str:
    names, operators, make = rng.choice(_TERMS)
    makes.append(make)
    return f"{rng.choice(names)}:{rng.choice(operators)}:{{}}"


class Strings:
    """Query strings of one kind, every one another; `new` are of shapes never given before, `known` of a few."""

    def __init__(self, draw: Callable[[Random], Shape], seed: int, known: int = 32) -> None:
        self._draw, self._rng = draw, Random(seed)
        self._seen: set[str] = set()
        self._given: set[str] = set()
        self.known_shapes = [self._new_shape() for _ in range(known)]

    def new(self, count: int) -> list[str]:
        """Each of a shape never given before."""
        return [self._fill(self._new_shape()) for _ in range(count)]

    def known(self, count: int) -> list[str]:
        """Of the few shapes."""
        return [self._fill(self._rng.choice(self.known_shapes)) for _ in range(count)]

    def each_known(self) -> list[str]:
        """One string of each of the few shapes."""
        return [self._fill(shape) for shape in self.known_shapes]

    def _new_shape(self) -> Shape:
        for shape in self._shapes():
            if shape.template not in self._seen:
                self._seen.add(shape.template)
                return shape
        raise AssertionError("shapes are drawn without end")

    def _shapes(self) -> Iterator[Shape]:
        while True:
            yield self._draw(self._rng)

    def _fill(self, shape: Shape) -> str:
        text = shape.fill(self._rng)
        while text in self._given:
            text = shape.fill(self._rng)
        self._given.add(text)
        return text


def escaped(text: str) -> str:
    """As browsers send it: colons and slashes percent-encoded."""
    return text.replace(":", "%3A").replace("/", "%2F")
