"""The short way through a query of plain parameters: what a name and its operator mean is worked out once, and kept.

It says nothing of mistakes: whatever it cannot read is `Rare`, and goes the whole way. Both ways mean the same by the
same query, which a property holds them to. What is kept is bounded by the names of the schema times the words of the
language, whatever clients send.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from typing import NamedTuple, TypeAlias

from paramql.ast import Compare, Exists, Not, Op, Scalar, Value
from paramql.bind import bind, through
from paramql.check.controls import Controls, check_control
from paramql.check.operators import WORDS, Asking, read_operator
from paramql.check.reading import Enough, Meant, Place, Question, Reading
from paramql.check.values import is_too_long, longest, may_be_empty
from paramql.declarations import Declarations, Scope
from paramql.declare import Expression, Field, Limits, ListOf, Name, Parameter
from paramql.simplify import any_of
from paramql.source import Span, decode, is_supported, plain
from paramql.syntax import Pair, Part, pairs, parse_list, parse_value, split_value
from paramql.types import Boolean, Clock, Text, Type

Read: TypeAlias = Callable[[str, Clock], Meant]
Values: TypeAlias = Callable[[str, Clock], Value]

# What a clause is made of to see what its name and prefixes mean.
_OPERAND, _NO_CLOCK = "x", Clock(dt.datetime.max.replace(tzinfo=dt.UTC))
_PREFIXES = frozenset(before + word for before in ("", "not:") for word in ("", *(f"{word}:" for word in WORDS)))


class Rare(Exception):
    """What the short way does not read: a mistake, a notice, an expression, an option, a quoted list."""


class Head(NamedTuple):
    """A name and an operator: the name as declared, and how an operand is read."""

    name: str
    read: Read


class Prepared:
    """The heads of a schema that queries have begun with so far."""

    def __init__(self, schema: Declarations) -> None:
        self._schema = schema
        self._heads: dict[tuple[str, str], Head] = {}

    def read(self, reading: Reading, controls: Controls) -> list[Meant]:
        """What each parameter means. Raises `Rare`; the reading and the controls are then of no use."""
        if reading.only is not None or not is_supported(reading.text):
            raise Rare
        reading.enough = 1
        try:
            parts = list(self._parts(reading, controls))
        except (Enough, ValueError, ArithmeticError, TypeError, AttributeError):
            raise Rare from None  # the whole way says what is wrong, and whose fault it is
        if len(parts) > self._schema.limits.clauses:
            raise Rare
        return parts

    def _parts(self, reading: Reading, controls: Controls) -> Iterator[Meant]:
        names, clock, folded = reading.names, reading.clock, self._schema.folded
        for pair in pairs(reading.text):
            name, value = _decoded(pair)
            prefixes, operand = split_value(value)
            head = self._heads.get((folded(name), prefixes)) or self._another(name, prefixes)
            if head:
                names.setdefault(head.name, Span(pair.name_at, pair.name_at + len(pair.name)))
                yield head.read(operand, clock)
            else:
                self._without_meaning(name, pair, controls, reading)

    def _another(self, name: str, prefixes: str) -> Head | None:
        """A head that has not been met, kept from now on; None for what is not of the schema."""
        if self._schema.find(name) is None:
            return None
        if prefixes not in _PREFIXES:
            raise Rare
        head = self._heads[self._schema.folded(name), prefixes] = _head(self._schema, name, prefixes)
        return head

    def _without_meaning(self, name: str, pair: Pair, controls: Controls, reading: Reading) -> None:
        """A control parameter, or one that the host keeps for itself."""
        word = self._schema.control(name)
        if word == "filter" or not (word or self._schema.ignores(name)):
            raise Rare
        if word:
            value = decode(pair.value, pair.value_at)
            check_control(word, decode(pair.name, pair.name_at), value, controls, reading)


def _decoded(pair: Pair) -> tuple[str, str]:
    if "%" not in pair.value and "%" not in pair.name and "+" not in pair.value and "+" not in pair.name:
        return pair.name, pair.value
    name, value = decode(pair.name, 0).text, decode(pair.value, 0).text
    if not (is_supported(name) and is_supported(value)):
        raise Rare
    return name, value


# --- heads


def _head(schema: Declarations, text: str, prefixes: str) -> Head:
    """What a name and its prefixes ask for. Raises `Rare` where each time must be read by itself."""
    reading = Reading(schema, text, _NO_CLOCK, None, enough=1)
    place, written = Place(text, schema.scope), plain(text)
    name = reading.find(place, text)
    if name is None:
        raise Rare
    clause = parse_value(Part(text, written, 0, len(text)), plain(prefixes + _OPERAND))
    asking = read_operator(Question(clause, name, place, reading))
    if asking is None or _has_more_to_say(name):
        raise Rare
    return Head(name.text, _reader(name, asking, schema))


def _has_more_to_say(name: Name) -> bool:
    """Whether it is a parameter that is more than what it means: an option, or one with a notice."""
    return isinstance(name.target, Parameter) and (name.target.where is None or name.target.notice is not None)


def _reader(name: Name, asking: Asking, schema: Declarations) -> Read:
    read = _positive(name, asking, schema)
    return _negated(read) if asking.negated else read


def _positive(name: Name, asking: Asking, schema: Declarations) -> Read:
    if asking.word == "exists":
        return _existing(name)
    op, values = Op(asking.word), _values(name, asking, schema.limits)
    if isinstance(name.target, Parameter):
        return _expanding(name, name.target, op, values, schema.scope)
    return _comparing(name, name.target, op, values)


def _negated(read: Read) -> Read:
    def negated(text: str, clock: Clock) -> Meant:
        asked, where = read(text, clock)
        return Meant(Not(asked), Not(where))

    return negated


def _existing(name: Name) -> Read:
    assert isinstance(name.target, Field)
    there = Meant(Exists(name), through(name, Exists(name.target), scalar=False))
    answers = {True: there, False: Meant(Not(there.asked), Not(there.where))}
    return lambda text, clock: answers[Boolean().parse(text, clock)]


def _comparing(name: Name, field: Field, op: Op, values: Values) -> Read:
    leaf = field.element if isinstance(field.type, ListOf) else field

    def comparing(text: str, clock: Clock) -> Meant:
        value = values(text, clock)
        return Meant(Compare(name, op, value), through(name, Compare(leaf, op, value)))

    return comparing


def _expanding(name: Name, parameter: Parameter, op: Op, values: Values, scope: Scope) -> Read:
    each = Op.EQ if op is Op.IN else op

    def meant(value: Scalar) -> Expression:
        assert parameter.where is not None
        return bind(parameter.where(each, value) if parameter.is_widened else parameter.where(value), scope)

    def expanding(text: str, clock: Clock) -> Meant:
        value = values(text, clock)
        return Meant(Compare(name, op, value), any_of(*map(meant, value if isinstance(value, tuple) else (value,))))

    return expanding


# --- operands


def _values(name: Name, asking: Asking, limits: Limits) -> Values:
    type_ = name.target.type.of if isinstance(name.target.type, ListOf) else name.target.type
    assert isinstance(type_, Type)  # a list of records is asked for existence alone
    if asking.word == "in":
        return _several(type_, limits)
    limit, is_empty_text = longest(asking, limits), may_be_empty(type_, asking, asking.explicit)
    return lambda text, clock: _value(type_, text, clock, limit, is_empty_text)


def _several(type_: Type, limits: Limits) -> Values:
    is_text = isinstance(type_, Text)

    def several(text: str, clock: Clock) -> Value:
        items = parse_list(Part(text, plain(text), 0, len(text)))
        if len(items) > limits.items:
            raise Rare
        read = (_value(type_, one.part.text, clock, limits.operand, is_text and one.quoted) for one in items)
        return tuple(dict.fromkeys(read))

    return several


def _value(type_: Type, text: str, clock: Clock, limit: int, is_empty_text: bool) -> Scalar:
    if not (text or is_empty_text) or is_too_long(text, limit) or (" " in text and type_.repair(text) != text):
        raise Rare
    return type_.parse(text, clock)
