"""Filters whose literals come from a row: drafts, and which leaves of the grid they hold."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from random import Random
from typing import Any as Anything
from typing import NamedTuple

import paramql as pq
from law import reached
from paramql.ast import And, Any, Compare, Draft, Exists, Not, Op, Or
from paramql.types import Type
from strategies.literals import literal
from strategies.schemas import WORDS, Place, Wanted
from strategies.values import stored, word_of

SIZES = (1, 1, 2, 2, 3, 4, 5)  # leaves of a filter
_COMPLEMENTS = {"ne": "eq", "nin": "in"}


class Known(NamedTuple):
    """A public name: its type (None: a list of records), its operators, the lists of records on its path."""

    text: str
    type: Type | None
    words: frozenset[str]
    lists: tuple[str, ...] = ()
    listed: bool = False
    required: bool = False
    members: tuple[pq.Field, ...] = ()


def known(fields: Iterable[pq.Field], prefix: str = "", lists: tuple[str, ...] = ()) -> Iterator[Known]:
    """Every name in reach of a record, or of an element."""
    for field in fields:
        name, of = prefix + field.name, field.type.of if isinstance(field.type, pq.ListOf) else field.type
        listed = bool(lists) or isinstance(field.type, pq.ListOf)
        if isinstance(of, pq.Record):
            yield Known(name, None, frozenset({"exists"}), lists, True, False, of.fields)
            yield from known(of.fields, f"{name}.", (*lists, name))
        else:
            yield Known(name, of, field.words, lists, listed, field.required)


class Leaf(NamedTuple):
    """A leaf as drawn, and the path of its field from the record."""

    asked: Wanted
    path: tuple[str, ...]


def draft(
    schema: pq.Schema, record: Anything, wanted: Wanted, rng: Random, sizes: Sequence[int] = SIZES
) -> tuple[Draft, list[Leaf]]:
    """A filter with the wanted leaf in it, its literals from `record` or beside; and all of its leaves.

    sizes: how many leaves it may have.
    """
    drawing = _Drawing(rng)
    names = list(known(schema.fields))
    focus = next(_fitting(names, wanted, rng), None)
    parameters = [
        Known(one.name, one.type, frozenset(map(str, one.words))) for one in schema.parameters if one.where is not None
    ]
    return drawing.tree(
        [*names, *parameters], record, rng.choice(sizes), negated=False, focus=focus, wanted=wanted
    ), drawing.leaves


def meaning(where: Draft, schema: pq.Schema) -> Draft:
    """The draft with parameters expanded, so that every name is a field's."""
    functions = {one.name: one for one in schema.parameters}
    match where:
        case And(operands):
            return And(tuple(meaning(operand, schema) for operand in operands))
        case Or(operands):
            return Or(tuple(meaning(operand, schema) for operand in operands))
        case Not(operand):
            return Not(meaning(operand, schema))
        case Compare(str(name), Op.IN, tuple(items)) if name in functions:
            return Or(tuple(_applied(functions[name], Op.EQ, item) for item in items))
        case Compare(str(name), op, value) if name in functions:
            return _applied(functions[name], op, value)
        case _:
            return where


def _applied(parameter: pq.Parameter, op: Op, value: Anything) -> Draft:
    assert parameter.where is not None
    applied: Draft = parameter.where(op, value) if parameter.is_widened else parameter.where(value)
    return applied


def depth(where: Draft) -> int:
    """How deep it is nested at most, however it is spelled."""
    match where:
        case And(operands) | Or(operands):
            return 1 + max(map(depth, operands), default=0)
        case Not(inner) | Any(_, inner):
            return 1 + depth(inner)
        case _:
            return 0


def _fitting(names: Sequence[Known], wanted: Wanted, rng: Random) -> Iterator[Known]:
    word = _COMPLEMENTS.get(wanted.word, wanted.word)
    for name in rng.sample(names, len(names)):
        fits = name.type is not None and word_of(name.type) == wanted.type
        if fits and word in name.words and name.listed == (wanted.place == "list"):
            yield name


class _Drawing:
    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self.leaves: list[Leaf] = []
        self._within: tuple[str, ...] = ()

    def tree(
        self,
        names: Sequence[Known],
        pivot: Anything,
        size: int,
        *,
        negated: bool,
        focus: Known | None,
        wanted: Wanted,
        depth: int = 0,
    ) -> Draft:
        """A tree of so many leaves, the first of them the wanted one if `focus` names its field."""
        rng = self._rng
        if size > 1 and depth < 4:
            if rng.random() < 0.15:
                inner = self.tree(names, pivot, size, negated=not negated, focus=focus, wanted=wanted, depth=depth + 1)
                return Not(inner)
            left = rng.randint(1, size - 1)
            parts = [
                self.tree(names, pivot, left, negated=negated, focus=focus, wanted=wanted, depth=depth + 1),
                self.tree(names, pivot, size - left, negated=negated, focus=None, wanted=wanted, depth=depth + 1),
            ]
            rng.shuffle(parts)
            return And(tuple(parts)) if rng.random() < 0.5 else Or(tuple(parts))
        if focus is None:
            return self._leaf_or_any(names, pivot, rng.choice(names), negated, None, depth)
        if focus.type is not None and wanted.negated != negated:
            return Not(self._leaf_or_any(names, pivot, focus, not negated, wanted.word, depth))
        return self._leaf_or_any(names, pivot, focus, negated, wanted.word, depth)

    def _leaf_or_any(
        self, names: Sequence[Known], pivot: Anything, name: Known, negated: bool, word: str | None, depth: int
    ) -> Draft:
        lists = name.lists if name.type is not None else (*name.lists, name.text)
        if lists and depth < 6 and self._rng.random() < 0.5:
            return self._quantified(names, pivot, name, self._rng.choice(lists), negated, word, depth)
        return self._leaf(pivot, name, negated, word)

    def _quantified(
        self,
        names: Sequence[Known],
        pivot: Anything,
        name: Known,
        outer: str,
        negated: bool,
        word: str | None,
        depth: int,
    ) -> Draft:
        """`any(list, e)` or `all(list, e)`, the name relative to the element of a list on its path."""
        rng = self._rng
        members = next(one.members for one in names if one.text == outer)
        inside = [one._replace(listed=True) for one in known(members)]
        if name.text == outer:
            relative, word = rng.choice(inside), None
        else:
            relative = next(one for one in inside if one.text == name.text[len(outer) + 1 :])
        before, self._within = self._within, (*self._within, *outer.split("."))
        elements = [element for element in reached(pivot, tuple(outer.split("."))) if isinstance(element, dict)]
        element = rng.choice(elements) if elements else {}
        where = self._leaf_or_any(inside, element, relative, negated, word, depth + 3)
        if rng.random() < 0.5:
            more = self._leaf_or_any(inside, element, rng.choice(inside), negated, None, depth + 3)
            where = And((where, more)) if rng.random() < 0.7 else Or((where, more))
        self._within = before
        some: Draft = Any(outer, where)
        return some if rng.random() < 0.75 else Not(Any(outer, Not(where)))

    def _leaf(self, pivot: Anything, name: Known, negated: bool, word: str | None) -> Draft:
        rng = self._rng
        if word is None:
            word = rng.choice([one for one in WORDS if _COMPLEMENTS.get(one, one) in name.words])
        if name.type is not None:
            place: Place = "list" if name.listed else "plain"
            path = (*self._within, *name.text.split("."))
            self.leaves.append(Leaf(Wanted(word, word_of(name.type), place, negated), path))
        if word == "exists":
            there: Draft = Exists(name.text)
            return there if rng.random() < 0.5 else Not(there)
        compare: Draft = Compare(name.text, Op(_COMPLEMENTS.get(word, word)), self._operand(pivot, name, word))
        return Not(compare) if word in _COMPLEMENTS else compare

    def _operand(self, pivot: Anything, name: Known, word: str) -> Anything:
        if word in ("in", "nin"):
            return tuple(self._literal(pivot, name, Op.IN) for _ in range(self._rng.choice([1, 2, 2, 3, 5])))
        return self._literal(pivot, name, Op(_COMPLEMENTS.get(word, word)))

    def _literal(self, pivot: Anything, name: Known, op: Op) -> Anything:
        assert name.type is not None
        found = list(reached(pivot, tuple(name.text.split("."))))
        value = self._rng.choice(found) if found and self._rng.random() < 0.85 else stored(name.type, self._rng)
        return literal(name.type, op, value, self._rng)
