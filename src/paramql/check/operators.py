"""Prefixes to operators: which words before colons are operators depends on the type, which only the schema knows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from paramql.ast import Op
from paramql.check import wording
from paramql.check.reading import Place, Reading
from paramql.declare import ListOf, Name, Parameter
from paramql.problems import Problem
from paramql.source import Span
from paramql.syntax import Clause, Item, Part
from paramql.types import Text, Type

COMPLEMENTS = {"ne": "eq", "nin": "in"}
WORDS = ("eq", "ne", "in", "nin", *(op.value for op in Op if op not in (Op.EQ, Op.IN)), "exists")
_DOUBTED = 5


class Asking(NamedTuple):
    """An operator word that is not a complement, whether it is negated, and its operand."""

    word: str
    negated: bool
    explicit: bool
    operand: Item


def leaf_type(name: Name) -> Type | None:
    """The type of the values that a name's clauses compare; None for a list of records."""
    of = name.target.type.of if isinstance(name.target.type, ListOf) else name.target.type
    return of if isinstance(of, Type) else None


def read_operator(clause: Clause, name: Name, place: Place, reading: Reading) -> Asking | None:
    """The operator that a clause asks, or None after a problem."""
    words, at = clause.prefixes.text.split(":")[:-1], 0
    negated = words[:1] == ["not"]
    at += negated
    word = words[at] if words[at:] else None
    explicit = word in WORDS
    operand = _operand(clause, words[: at + explicit])
    if word is not None and not explicit:
        return _plain_text(clause, name, Asking("eq", negated, False, operand), word, words[:at], place, reading)
    positive = COMPLEMENTS.get(word or "eq", word or "eq")
    if positive not in _allowed(name, place):
        span = _word_span(clause, words[:at], word) if word else operand.part.span
        reading.report(_refusal(place, span, clause, word or "eq", words_of(name, place)))
        return None
    return Asking(positive, negated != (word in COMPLEMENTS), explicit, operand)


def words_of(name: Name, place: Place) -> list[str]:
    """The operator words that may be written, complements too, in the order of the reference."""
    allowed = _allowed(name, place)
    return [word for word in WORDS if COMPLEMENTS.get(word, word) in allowed]


def _allowed(name: Name, place: Place) -> frozenset[str]:
    words = frozenset(str(word) for word in name.target.words)
    return words & {"eq"} if _is_option(name) else words


def _is_option(name: Name) -> bool:
    return isinstance(name.target, Parameter) and name.target.where is None


def _plain_text(
    clause: Clause, name: Name, asking: Asking, word: str, before: Sequence[str], place: Place, reading: Reading
) -> Asking | None:
    """On text an unknown prefix is text; on every other type it is a mistake."""
    span = _word_span(clause, before, word)
    if not isinstance(leaf_type(name), Text):
        reading.report(wording.unknown_operator(place.parameter, span, word, words_of(name, place)))
        return None
    if clause.operand.quoted:
        message = "expected the whole value in double quotes, or none of it"
        reading.report(wording.syntax(place.parameter, clause.operand.part.span, message))
        return None
    if "eq" not in _allowed(name, place):
        reading.report(_refusal(place, asking.operand.part.span, clause, "eq", words_of(name, place)))
        return None
    if near := _meant_operator(word):
        reading.notices.append(wording.looks_like_operator(place.parameter, span, word, near))
    return asking


def _refusal(place: Place, span: Span, clause: Clause, word: str, allowed: list[str]) -> Problem:
    return wording.operator_not_allowed(place.parameter, span, clause.name.text, word, allowed)


def _operand(clause: Clause, operators: Sequence[str]) -> Item:
    """What is left of a clause after its operators, verbatim."""
    prefixes, part = clause.prefixes, clause.operand.part
    start = prefixes.start + sum(len(word) + 1 for word in operators)
    if start == prefixes.end:
        return clause.operand
    return Item(Part(part.piece.text[start : part.end], part.piece, start, part.end), quoted=False)


def _word_span(clause: Clause, before: Sequence[str], word: str) -> Span:
    start = clause.prefixes.start + sum(len(one) + 1 for one in before)
    return clause.prefixes.piece.span(start, start + len(word))


def _meant_operator(word: str) -> str | None:
    """The operator that a word of five letters or more is one slip from, or that it is in another case."""
    if word.lower() in WORDS or word.lower() == "not":
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
