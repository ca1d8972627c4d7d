"""Schemas: every type in every place, under names that mean something to a parser or to a database."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import Literal, NamedTuple, TypeAlias

import paramql as pq
from paramql.ast import Compare, Op
from paramql.types import Type
from strategies.values import TYPE_WORDS, type_of

Place: TypeAlias = Literal["plain", "list"]

# Operators as a client writes them.
WORDS = ("eq", "ne", "in", "nin", *(op.value for op in Op if op not in (Op.EQ, Op.IN)), "exists")
_SEGMENTS = """a b c name value key type id_ t1 t2 t3 select order_ x-y _u Group json atom root path parent fullkey
rowid not and or any all in eq exists table data status true null A1""".split()


class Wanted(NamedTuple):
    """A leaf that the grid asks for: operator word, type word, where the field stands, whether under a negation."""

    word: str
    type: str
    place: Place
    negated: bool


def legal_words(type_word: str) -> list[str]:
    """The operator words that a type has; `ordered text` for those that other text has not."""
    ops = {*type_of(type_word, Random(0)).ops, "exists"}
    if type_word == "ordered text":
        ops -= {*pq.Text().ops, "exists"}
    return [word for word in WORDS if {"ne": "eq", "nin": "in"}.get(word, word) in ops]


def everything() -> list[Wanted]:
    """Each leaf that the grid asks for, once."""
    return [
        Wanted(word, type_word, place, negated)
        for type_word in TYPE_WORDS
        for word in legal_words(type_word)
        for place in ("plain", "list")
        for negated in (False, True)
    ]


def schema(rng: Random, wanted: Sequence[Wanted] = ()) -> pq.Schema:
    """A schema that has a field for each wanted leaf, and some more."""
    names = _Names(rng)
    draw = _Drawing(rng, names)
    wishes = [*wanted, *(_any_wish(rng) for _ in range(rng.randint(1, 3)))]
    plain = [draw.field(wish.type, [wish.word], top=True) for wish in wishes if wish.place == "plain"]
    listed = list(draw.lists([wish for wish in wishes if wish.place == "list"]))
    key = pq.Field(names.single(), rng.choice([pq.Integer(), pq.Integer(), pq.Text()]), unique=True)
    fields: list[pq.Field | pq.Parameter] = [key, *plain, *listed]
    rng.shuffle(fields)
    fields += _parameters(plain, names, rng)
    return pq.Schema(*fields, ignore_case=rng.random() < 0.3)


def _any_wish(rng: Random) -> Wanted:
    return Wanted("exists", rng.choice(TYPE_WORDS), rng.choice(["plain", "list"]), negated=False)


def _parameters(fields: Sequence[pq.Field], names: _Names, rng: Random) -> Iterator[pq.Parameter]:
    """Functions of a value over plain fields, and an option."""
    if rng.random() < 0.3:
        yield pq.Parameter(names.single(), pq.Integer(), None)
    for field in fields:
        if rng.random() < 0.2 and isinstance(field.type, Type):
            yield _parameter(field.name, field.type, rng.choice(fields).name, names.name(), rng)


def _parameter(one: str, type_: Type, other: str, name: str, rng: Random) -> pq.Parameter:
    if rng.random() < 0.5:
        return pq.Parameter(name, type_, lambda value: pq.any_of(pq.eq(one, value), pq.not_(pq.exists(other))))
    ops = [op.value for op in sorted(type_.ops) if op is not Op.IN]
    return pq.Parameter(name, type_, lambda op, value: pq.not_(Compare(one, op, value)), operators=[*ops, "gt"])


class _Names:
    """Names of which none is another's beginning, or another in capitals."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._free = rng.sample(_SEGMENTS, len(_SEGMENTS))
        self._number = 0

    def single(self) -> str:
        if self._free:
            return self._free.pop()
        self._number += 1
        return f"n{self._number}"

    def name(self) -> str:
        """One segment; or several, sometimes below a name that others stand below as well."""
        if self._rng.random() < 0.6:
            return self.single()
        return ".".join([self._rng.choice(["up", "Up.deep", self.single()]), self.single()])


class _Drawing:
    def __init__(self, rng: Random, names: _Names) -> None:
        self._rng = rng
        self._names = names

    def field(self, type_word: str, words: Sequence[str], *, top: bool = False) -> pq.Field:
        type_ = type_of(type_word, self._rng)
        required, operators = self._rng.random() < 0.2, self._operators(type_, words)
        sortable = top and type_.sortable and self._rng.random() < 0.3
        return pq.Field(self._names.name(), type_, required=required, sortable=sortable, operators=operators)

    def _operators(self, type_: Type, words: Sequence[str]) -> list[str] | None:
        """All operators of the type, mostly; otherwise those wanted and some others."""
        if self._rng.random() < 0.8:
            return None
        others = [*sorted(type_.ops), "exists"]
        return [*words, *self._rng.sample(others, self._rng.randint(0, len(others)))]

    def lists(self, wishes: Sequence[Wanted]) -> Iterator[pq.Field]:
        """Lists of scalars, and of records, in which lists stand again."""
        alone = [wish for wish in wishes if self._rng.random() < 0.35]
        for wish in alone:
            yield self._scalars(wish)
        others = [wish for wish in wishes if wish not in alone]
        if others:
            yield self._records(others, depth=1)

    def _scalars(self, wish: Wanted) -> pq.Field:
        type_ = type_of(wish.type, self._rng)
        return pq.Field(self._names.name(), pq.ListOf(type_), operators=self._operators(type_, [wish.word]))

    def _records(self, wishes: Sequence[Wanted], depth: int) -> pq.Field:
        kinds = [self._rng.random() for _ in wishes]
        below = [wish for wish, kind in zip(wishes, kinds, strict=True) if kind < 0.25 and depth < 3]
        members = [
            self._scalars(wish) if kind > 0.8 else self.field(wish.type, [wish.word])
            for wish, kind in zip(wishes, kinds, strict=True)
            if wish not in below
        ]
        if below:
            members.append(self._records(below, depth + 1))
        if not members or self._rng.random() < 0.3:
            members.append(self.field(self._rng.choice(TYPE_WORDS), ["exists"]))
        return pq.Field(self._names.name(), pq.ListOf(pq.Record(*members)))
