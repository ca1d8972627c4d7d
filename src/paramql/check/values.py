"""Operands to values, by the type."""

from __future__ import annotations

from paramql.ast import Scalar
from paramql.check import wording
from paramql.check.operators import Asking
from paramql.check.reading import Question
from paramql.declare import Limits
from paramql.source import Span
from paramql.syntax import Item, Misspelt, parse_list
from paramql.types import FOLDED, LiteralError, Text, Type


def read_value(question: Question, asking: Asking, type_: Type) -> Scalar | None:
    """The value of an operand; None after a problem. Only `eq` of text, written out or quoted, takes nothing."""
    named = asking.explicit or asking.operand.quoted
    limit = longest(asking, question.reading.schema.limits)
    return _read(question, asking.operand, type_, limit, may_be_empty(type_, asking, named))


def may_be_empty(type_: Type, asking: Asking, named: bool) -> bool:
    """Whether the empty operand is the empty text; `named`: it was written out or quoted."""
    return isinstance(type_, Text) and asking.word == "eq" and named


def longest(asking: Asking, limits: Limits) -> int:
    """How many characters an operand may have."""
    return limits.folded_operand if asking.word in FOLDED else limits.operand


def is_too_long(text: str, limit: int) -> bool:
    """Whether an operand or an item has more characters than that."""
    return len(text) > limit


def read_list(question: Question, asking: Asking, type_: Type) -> dict[Scalar, Span] | None:
    """The values of a list, without duplicates, and where each first stands; None after a problem."""
    items = _items(question, asking.operand)
    if items is None:
        return None
    limit = question.reading.schema.limits.items
    if len(items) > limit:
        span = asking.operand.part.span
        problem = wording.too_many(question.parameter, span, "items in the list", limit, len(items))
        question.reading.report(problem)
        return None
    is_text, limit = isinstance(type_, Text), question.reading.schema.limits.operand
    values = [_read(question, item, type_, limit, is_text and item.quoted) for item in items]
    places: dict[Scalar, Span] = {}
    for value, item in zip(values, items, strict=True):
        if value is not None:
            places.setdefault(value, item.part.span)
    return None if None in values else places


def _items(question: Question, operand: Item) -> tuple[Item, ...] | None:
    if question.clause.items is not None:
        return question.clause.items
    try:
        return parse_list(operand.part)
    except Misspelt as error:
        span = operand.part.piece.span(error.start, error.end)
        question.reading.report(wording.misspelt(question.parameter, span, error))
        return None


def _read(question: Question, item: Item, type_: Type, limit: int, is_empty_text: bool) -> Scalar | None:
    text, span = item.part.text, item.part.span
    if not text and not is_empty_text:
        question.reading.report(wording.empty_value(question.parameter, span, _accepted(type_)))
    elif is_too_long(text, limit):
        question.reading.report(wording.too_long(question.parameter, span, limit, len(text)))
    else:
        return _literal(question, text, span, type_)
    return None


def _literal(question: Question, text: str, span: Span, type_: Type) -> Scalar | None:
    repaired = type_.repair(text)
    try:
        value = type_.parse(repaired, question.reading.clock)
    except LiteralError as error:
        question.reading.report(wording.literal(question.parameter, span, error))
        return None
    if repaired != text:
        question.reading.note(wording.repaired_plus(question.parameter, span))
    return value


def _accepted(type_: Type) -> str:
    return 'the empty text is asked for by eq: alone, in a list by ""' if isinstance(type_, Text) else type_.accepts
