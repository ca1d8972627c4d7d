"""What stands before a literal: a name and the words before colons, to what is asked and how the literal is read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from paramql.ast import TRUE, And, Compare, Exists, Not, Op, Or, Value
from paramql.bind import bind, through
from paramql.check.literals import list_reader, reader, sample
from paramql.check.operators import WORDS, Asking, meant_operator, read_operator
from paramql.check.reading import Place, Question, Reading
from paramql.check.values import longest
from paramql.declarations import Declarations, Scope
from paramql.declare import Asked, Expression, Field, ListOf, Name, Parameter
from paramql.plan import UNBOUNDED, Head, Part
from paramql.simplify import simplify
from paramql.source import plain
from paramql.syntax import Part as Written
from paramql.syntax import parse_value
from paramql.types import Clock, Text, Type

PREFIXES = frozenset(before + word for before in ("", "not:") for word in ("", *(f"{word}:" for word in WORDS)))
NO_CLOCK = Clock(dt.datetime.max.replace(tzinfo=dt.UTC))
_OPERAND, _USUAL_SIZE = "x", 200


def head_of(schema: Declarations, text: str, prefixes: str) -> Head | None:
    """The head of a parameter; None for what is read by itself each time."""
    if schema.find(text) is not None:
        return clause_head(schema, schema.scope, text, prefixes)
    word = schema.control(text)
    if word == "order":
        return Head("order", lead=prefixes)
    if word == "filter":
        return Head("filter", lead=prefixes)
    if word == "size" and not prefixes:
        return Head("size", read=_Sizes(schema.max_size).__getitem__)
    return Head("ignored") if word is None and schema.ignores(text) else None


def words_of_text(schema: Declarations, spelt: str) -> str:
    """What of a parameter's beginning is no operator but of the text that is asked for: `urn:` of `name=urn:`."""
    text, _, prefixes = spelt.partition("=")
    name = schema.find(text)
    if name is None or prefixes in PREFIXES or not _is_text(name):
        return ""
    first, colon, rest = prefixes.partition(":")
    own = rest if first + colon in PREFIXES else prefixes
    return "" if meant_operator(own.partition(":")[0]) else own


def clause_head(schema: Declarations, scope: Scope, text: str, prefixes: str) -> Head | None:
    """The head of a clause whose name is one of a scope; None for what is read by itself each time."""
    if prefixes not in PREFIXES:
        return None
    reading, written = Reading(schema, text, NO_CLOCK, None), plain(text)
    place = Place(text, scope)
    name = reading.find(place, text)
    if name is None or _has_more_to_say(name):
        return None
    clause = parse_value(Written(text, written, 0, len(text)), plain(prefixes + _OPERAND))
    asking = read_operator(Question(clause, name, place, reading))
    return None if asking is None else _head(name, asking, schema)


def _is_text(name: Name) -> bool:
    type_ = name.target.type
    return isinstance(type_.of if isinstance(type_, ListOf) else type_, Text)


def _has_more_to_say(name: Name) -> bool:
    """Whether it is a parameter that is more than what it means: an option, or one with a notice."""
    return isinstance(name.target, Parameter) and (name.target.where is None or name.target.notice is not None)


def _head(name: Name, asking: Asking, schema: Declarations) -> Head | None:
    if asking.word == "exists":
        return _existing(name, asking, schema.limits.operand)
    type_, op, most = _type(name), Op(asking.word), longest(asking, schema.limits)
    read, asked = reader(type_), _asked(Compare(name, op, sample(type_, op)), asking)
    if op is Op.IN:
        read, most = list_reader(type_, schema.limits.items, schema.limits.operand), UNBOUNDED
    if isinstance(name.target, Parameter):
        if op is Op.IN:  # each item counts as a clause
            return None
        computed = Part(asked, TRUE, _expanding(name.target, op, asking, schema.scope))
        return Head("computed", name.text, read, most, computed)
    return Head("operand", name.text, read, most, Part(asked, _meant(name, op, sample(type_, op), asking)))


def _type(name: Name) -> Type:
    type_ = name.target.type.of if isinstance(name.target.type, ListOf) else name.target.type
    assert isinstance(type_, Type)  # a list of records is asked for existence alone
    return type_


def _asked(asked: Asked, asking: Asking) -> Asked:
    return Not(asked) if asking.negated else asked


def _meant(name: Name, op: Op, value: Value, asking: Asking) -> Expression:
    assert isinstance(name.target, Field)
    leaf = name.target.element if isinstance(name.target.type, ListOf) else name.target
    where = through(name, Compare(leaf, op, value))
    return simplify(Not(where) if asking.negated else where)


def _existing(name: Name, asking: Asking, most: int) -> Head | None:
    assert isinstance(name.target, Field)
    there = through(name, Exists(name.target), scalar=False)
    wheres = simplify(there), simplify(Not(there))
    if isinstance(wheres[0], And | Or):  # a constant, which would leave the shape
        return None
    asked: tuple[Asked, Asked] = Exists(name), Not(Exists(name))
    if asking.negated:
        asked, wheres = (Not(asked[0]), Not(asked[1])), (wheres[1], wheres[0])
    return Head("exists", name.text, None, most, Part(asked[0], wheres[0]), Part(asked[1], wheres[1]))


def _expanding(parameter: Parameter, op: Op, asking: Asking, scope: Scope) -> Callable[[Value], Expression]:
    """What the host's function makes of a value."""

    def expanding(value: Value) -> Expression:
        assert not isinstance(value, tuple)
        whole = bind(parameter.meaning(op, value), scope)
        return Not(whole) if asking.negated else whole

    return expanding


class _Sizes(dict[str, int]):
    """The usual sizes of a page by their text; others are read, and not kept."""

    def __init__(self, most: int) -> None:
        super().__init__({str(size): size for size in range(1, min(most, _USUAL_SIZE) + 1)})
        self._most = most

    def __missing__(self, text: str) -> int:
        is_whole = text.isdigit() and text.isascii() and text[0] != "0"
        if not is_whole or int(text) > self._most:
            raise ValueError
        return int(text)
