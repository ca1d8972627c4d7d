"""Prefixes to operators: which words before colons are operators depends on the type, which only the schema knows."""

from __future__ import annotations

from typing import NamedTuple

from paramql.ast import Op
from paramql.check import wording
from paramql.check.reading import Question
from paramql.declare import Parameter
from paramql.source import Span
from paramql.syntax import Item, Part
from paramql.types import Choice, Text

COMPLEMENTS = {"ne": "eq", "nin": "in"}
WORDS = ("eq", "ne", "in", "nin", *(op.value for op in Op if op not in (Op.EQ, Op.IN)), "exists")
_DOUBTED = 5


class Asking(NamedTuple):
    """An operator word that is not a complement, whether it is negated, whether it was written, and its operand."""

    word: str
    negated: bool
    explicit: bool
    operand: Item


def read_operator(question: Question) -> Asking | None:
    """At most one `not:`, then at most one operator; the rest is the operand. None after a problem."""
    words = question.clause.prefixes.text.split(":")[:-1]
    before = 1 if words[:1] == ["not"] else 0
    word = words[before] if words[before:] else None
    if _is_option(question) and before:
        return _refuse(question, "not", _span(question, 0))
    if word is None or word in WORDS:
        return _known(question, word, before)
    return _unknown(question, word, before)


def operators_of(question: Question) -> list[str]:
    """The words that may be written here, complements too, in the order of the reference."""
    if _is_option(question):
        return ["eq"]
    allowed = question.name.target.words
    return [word for word in WORDS if COMPLEMENTS.get(word, word) in allowed]


def _known(question: Question, word: str | None, before: int) -> Asking | None:
    spelled = word or "eq"
    operand = _operand(question, before + (word is not None))
    if operand is None:
        return None
    if not _is_allowed(question, spelled):
        return _refuse(question, spelled, _span(question, before) if word else operand.part.span)
    negated = bool(before) != (spelled in COMPLEMENTS)
    return Asking(COMPLEMENTS.get(spelled, spelled), negated, word is not None, operand)


def _unknown(question: Question, word: str, before: int) -> Asking | None:
    """On text an unknown prefix is text; on every other type it is a mistake."""
    span = _span(question, before)
    if isinstance(question.type, Text):
        return _verbatim(question, word, before, span)
    allowed, value = operators_of(question), _declared_word(question, before)
    question.reading.report(wording.unknown_operator(question.parameter, span, word, allowed, value))
    return None


def _declared_word(question: Question, before: int) -> str | None:
    """The whole value after `not:`, where it is a word of the choice, whose colon is no operator's."""
    piece = question.clause.prefixes.piece
    value = piece.text[_start(question, before) : question.clause.operand.part.end]
    return value if isinstance(question.type, Choice) and value in question.type.words else None


def _verbatim(question: Question, word: str, before: int, span: Span) -> Asking | None:
    operand = _operand(question, before)
    if operand is None:
        return None
    if not _is_allowed(question, "eq"):
        return _refuse(question, "eq", operand.part.span)
    if near := meant_operator(word):
        question.reading.note(wording.looks_like_operator(question.parameter, span, word, near))
    return Asking("eq", bool(before), False, operand)


def _is_allowed(question: Question, word: str) -> bool:
    return word == "eq" if _is_option(question) else COMPLEMENTS.get(word, word) in question.name.target.words


def _is_option(question: Question) -> bool:
    return isinstance(question.name.target, Parameter) and question.name.target.where is None


def _refuse(question: Question, word: str, span: Span) -> Asking | None:
    name, allowed = question.clause.name.text, operators_of(question)
    question.reading.report(wording.operator_not_allowed(question.parameter, span, name, word, allowed))
    return None


def _operand(question: Question, operators: int) -> Item | None:
    """What is left of the clause after that many prefixes, verbatim; None after a problem."""
    prefixes, operand = question.clause.prefixes, question.clause.operand
    start = _start(question, operators)
    if start == prefixes.end:
        return operand
    if operand.quoted:
        question.reading.report(wording.partly_quoted(question.parameter, operand.part.span))
        return None
    piece, end = operand.part.piece, operand.part.end
    return Item(Part(piece.text[start:end], piece, start, end), quoted=False)


def _span(question: Question, before: int) -> Span:
    """Where the word after that many prefixes stands, without its colon."""
    return question.clause.prefixes.piece.span(_start(question, before), _start(question, before + 1) - 1)


def _start(question: Question, prefixes: int) -> int:
    words = question.clause.prefixes.text.split(":")[:prefixes]
    return question.clause.prefixes.start + sum(len(word) + 1 for word in words)


def meant_operator(word: str) -> str | None:
    """The operator that a word of five letters or more is one slip from, or that it is in another case."""
    if word != "not" and word.lower() in (*WORDS, "not"):
        return word.lower()
    return next((near for near in WORDS if len(word) >= _DOUBTED and _is_one_slip(word, near)), None)


def _is_one_slip(one: str, other: str) -> bool:
    """Whether one edit or one transposition of neighbours turns one word into the other."""
    shorter, longer = sorted((one, other), key=len)
    if len(longer) - len(shorter) > 1:
        return False
    at = next((i for i, (a, b) in enumerate(zip(shorter, longer, strict=False)) if a != b), len(shorter))
    if len(shorter) < len(longer):
        return shorter[at:] == longer[at + 1 :]
    swapped = longer[at : at + 2][::-1] + longer[at + 2 :]
    return shorter[at + 1 :] == longer[at + 1 :] or shorter[at:] == swapped
