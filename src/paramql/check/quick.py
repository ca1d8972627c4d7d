"""The short way from a query string to a query: split at the literals, with a plan kept for what is left.

It says nothing of mistakes: for whatever it does not read it has no answer, and the query goes the whole way. Both mean
the same by the same query, which a property holds them to. All that is kept is bounded, whatever clients send.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any as Anything
from typing import NamedTuple

from paramql.ast import Scalar, Value
from paramql.bounded import Bounded
from paramql.check import check
from paramql.check.heads import NO_CLOCK, head_of, words_of_text
from paramql.check.joined import Clauses
from paramql.check.reading import Enough
from paramql.check.shapes import plain_plan, shaped_plan, split
from paramql.declarations import Declarations
from paramql.plan import SHORT, Head, Plan, Role
from paramql.query import PageRequest, Query, deferred
from paramql.source import Span, decode, fits_in_url, is_supported
from paramql.syntax import PREFIXES, pairs, split_value

# Where each parameter begins: `&name=`, and the words before colons.
_HEADS = re.compile(f"&([^&=%+]*+=(?:{PREFIXES})?)")
# Escapes of what separates no parameters, as most clients write them: they may be undone before the text is split.
_HARMLESS = {"%3A": ":", "%2F": "/", "%2C": ",", "%20": " "}
_UNSHAPED: frozenset[Role] = frozenset({"operand", "computed", "size", "ignored"})
_ERRORS = (Enough, ValueError, ArithmeticError, LookupError, TypeError, AttributeError)
_NO_VALUES: Mapping[str, Scalar] = MappingProxyType({})
_MOST, _LONGEST_KEPT = 512, 1024
_HEAVIEST = 2**18  # characters of queries, in each store
_BESIDE = 16  # parameters beside clauses


class Frame(NamedTuple):
    """The heads of a query. plan: None where it depends on literals, too."""

    heads: tuple[Head, ...]
    plan: Plan | None


class Made(NamedTuple):
    """What the members of a query are made of, when they are looked at."""

    quick: Quick
    heads: tuple[Head, ...]
    plan: Plan
    values: Sequence[Value]
    now: dt.datetime | None
    audience: str | None

    def member(self, query: Query, name: str) -> Anything:
        """The value of the member of that name."""
        match name:
            case "asked":
                return self.plan.asked(self.values)
            case "order":
                return self.quick.schema.with_key(self.plan.keys or self.quick.schema.order)
            case "page":
                size = self.plan.size(self.values)
                return PageRequest(size if isinstance(size, int) else self.quick.schema.size)
            case "values":
                return _NO_VALUES
            case "names":
                return self.quick.names(query.text, self.heads)
            case "notices":
                return ()
            case "now":
                self.quick.kept.pop(query.text, None)  # another request's now is not this one's
                return self.now or dt.datetime.now(dt.UTC)
            case "asked_at":
                return query.now
            case "audience":
                return self.audience
            case "default_order":
                return self.quick.schema.order
            case _:
                return self.quick.schema


_made = partial(tuple.__new__, Made)


class Quick:
    """What the queries of a schema have had in common so far: heads, frames, plans; and the last queries, whole."""

    def __init__(self, schema: Declarations) -> None:
        self.schema = schema
        self.kept: Bounded[str, Query] = Bounded(_MOST, _HEAVIEST)
        self._has_rules = bool(schema.rules)
        self._short = min(schema.limits.operand, schema.limits.folded_operand)
        self._widest = schema.limits.clauses + _BESIDE
        self._met = [0] * _MOST  # of texts that have been met once, so that those of strangers drive nothing out
        self._heads: dict[str, Head] = {}
        self._frames: Bounded[tuple[str, ...], Frame] = Bounded(_MOST, _HEAVIEST)
        self._clauses = Clauses(schema)
        self._plans: Bounded[tuple[object, ...], Plan] = Bounded(_MOST, _HEAVIEST)

    def read(
        self, text: str, now: dt.datetime | None, audience: str | None, only: frozenset[str] | None = None
    ) -> Query | None:
        """The query; None for one that must be read the whole way, as one that names what is not among `only` must."""
        limit = self.schema.limits.query
        if len(text) > limit or not (self.schema.tokens is None or fits_in_url(text, limit)):
            return None
        try:
            return self._read(text, now, audience, only)
        except _ERRORS:
            return None  # the whole way says what is wrong, and whose fault it is

    def _read(self, text: str, now: dt.datetime | None, audience: str | None, only: frozenset[str] | None) -> Query:
        spelled = text if "%" not in text else _without_harmless(text)
        pieces = _HEADS.split("&" + spelled)
        spelt, literals = tuple(pieces[1::2]), pieces[2::2]
        if spelled.count("&") >= len(spelt) or "" in literals or not is_supported(spelled):
            raise ValueError
        if "%" in spelled or "+" in spelled:
            literals = [*map(_decoded, literals)]
        heads, plan = self._frames.get(spelt) or self._framed(spelt := self._respelt(spelt, literals))
        if only is not None and not self._are_among(heads, only):
            raise ValueError
        if plan is None:
            plan, literals = self._shaped(spelt, heads, literals)
        if len(spelled) > self._short:
            plan.check_lengths(literals)
        is_short = len(spelled) <= SHORT or max(map(len, literals), default=0) <= SHORT
        is_tame = is_short and text.isascii() and "%" not in spelled
        values = plan.values(literals)
        where = plan.kind(plan, values, is_tame) if plan.kind else plan.where(values)
        query = deferred(text, where, _made((self, heads, plan, values, now, audience)))
        if now is None is audience and not (plan.is_computed or self._has_rules) and len(text) <= _LONGEST_KEPT:
            self._keep_again(text, query)
        return query

    def _are_among(self, heads: tuple[Head, ...], only: frozenset[str]) -> bool:
        """Whether all that is named is; asked before a literal is read. Where it cannot be told, the whole way does."""
        named = [head.name for head in heads if head.name] + [key.field.name for key in self.schema.order]
        return all(head.role in _UNSHAPED for head in heads) and only.issuperset(named)

    def _keep_again(self, text: str, query: Query) -> None:
        """Keep a query whose text has been met before."""
        told = hash(text)
        if self._met[told % _MOST] == told:
            self.kept.keep(text, query, len(text))
        self._met[told % _MOST] = told

    def names(self, text: str, heads: tuple[Head, ...]) -> Mapping[str, Span]:
        """The names used, and where each first stands."""
        if any(head.role == "filter" for head in heads):
            return check(text, self.schema, NO_CLOCK).names
        names: dict[str, Span] = {}
        for head, pair in zip(heads, pairs(text), strict=True):
            if head.name:
                names.setdefault(head.name, Span(pair.name_at, pair.name_at + len(pair.name)))
        return MappingProxyType(names)

    def _respelt(self, spelt: tuple[str, ...], literals: list[str]) -> tuple[str, ...]:
        """The heads without the words before colons that belong to a text, which are put back before their literals."""
        found = list(spelt)
        for at, head in enumerate(spelt):
            if head not in self._heads and (own := words_of_text(self.schema, head)):
                found[at], literals[at] = head.removesuffix(own), own + literals[at]
        return tuple(found)

    def _framed(self, spelt: tuple[str, ...]) -> Frame:
        """The frame of heads that have not been met together, kept from now on."""
        if len(spelt) > self._widest:
            raise ValueError
        heads = tuple([self._heads.get(head) or self._head(head) for head in spelt])
        is_shaped = not _UNSHAPED.issuperset([head.role for head in heads])
        frame = Frame(heads, None if is_shaped else plain_plan(self.schema, heads))
        if "ignored" not in [head.role for head in heads]:  # the names of others have no end
            self._frames.keep(spelt, frame, sum(map(len, spelt)))
        return frame

    def _head(self, spelt: str) -> Head:
        """A head that has not been met. It is kept if it is spelled as declared, of which there are so many."""
        name, _, prefixes = spelt.partition("=")
        head = head_of(self.schema, name, prefixes)
        if head is None:
            raise ValueError
        if name == head.name or name in self.schema.controls.values():
            self._heads[spelt] = head
        return head

    def _shaped(self, spelt: tuple[str, ...], heads: tuple[Head, ...], literals: list[str]) -> tuple[Plan, list[str]]:
        """The plan of heads and the literals that shape it, and the other literals."""
        shape, kept = split(heads, literals, self.schema.limits.clauses)
        key = (spelt, *shape)
        plan = self._plans.get(key)
        if plan is None:
            plan = shaped_plan(self.schema, self._clauses, heads, literals, shape)
            self._plans.keep(key, plan, sum(map(len, spelt)) + sum(map(len, literals)))
        return plan, kept


def _without_harmless(text: str) -> str:
    for escape, character in _HARMLESS.items():
        text = text.replace(escape, character)
    return text


def _decoded(literal: str) -> str:
    """The literal, its escapes undone. Raises ValueError where that changes what stands before it."""
    if "%" not in literal and "+" not in literal:
        return literal
    text = decode(literal, 0).text
    if not is_supported(text) or split_value(text)[0]:
        raise ValueError
    return text
