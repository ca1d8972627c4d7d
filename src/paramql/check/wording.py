"""Every sentence that a client may be told, one constructor each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from heapq import nlargest
from itertools import pairwise

from paramql.check.reading import Place
from paramql.problems import Problem
from paramql.source import Span, printable, shown
from paramql.syntax import Misspelt
from paramql.types import LiteralError

_LONGEST_GUESS = 64
_PLAIN = 0.75  # what is more like than this is a word with one slip: nothing else needs to be compared
_COMPARED = 2
_LISTED = 12


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """'did you mean', where one of the candidates is near; they are only ever names that the caller may use."""
    if len(word) > _LONGEST_GUESS:
        return None
    likeness = _likeness(word, candidates)
    name = max(likeness, key=likeness.__getitem__, default=None)
    if name is not None and likeness[name] <= _PLAIN:
        name = _closest(word, nlargest(_COMPARED, likeness, key=likeness.__getitem__))
    return f"did you mean {name}?" if name else None


def _closest(word: str, names: Iterable[str]) -> str | None:
    from difflib import get_close_matches

    by_fold = {name.lower(): name for name in names}
    close = get_close_matches(word.lower(), by_fold)
    return by_fold[close[0]] if close else None


def _likeness(word: str, candidates: Iterable[str]) -> dict[str, float]:
    """How much each candidate has in common with a word, from 0 to 1 (Dice's coefficient)."""
    traits, likeness = _traits(word), dict[str, float]()
    for name in candidates:
        other = _declared_traits(name)
        likeness[name] = 2 * len(traits & other) / (len(traits) + len(other))
    return likeness


def _traits(word: str) -> frozenset[str | tuple[str, str]]:
    """Letters and pairs of letters: cheap to compare, and enough to choose which words to compare with care."""
    word = word.lower()
    return frozenset((*word, *pairwise(word)))


# Declared names and operators only: what clients send must not fill it.
_declared_traits = lru_cache(maxsize=4096)(_traits)


def _few(words: Sequence[str]) -> str:
    return ", ".join(words[:_LISTED]) + (", …" if len(words) > _LISTED else "")


def unknown_name(place: Place, span: Span, name: str, candidates: Iterable[str]) -> Problem:
    return Problem("unknown-parameter", _nothing(place, name), place.parameter, span, nearest(name, candidates))


def ignored_parameter(place: Place, span: Span, name: str, candidates: Iterable[str]) -> Problem:
    message = f"{_nothing(place, name)}; it was ignored"
    return Problem("ignored-parameter", message, place.parameter, span, nearest(name, candidates))


def _nothing(place: Place, name: str) -> str:
    if not name:
        return "a parameter needs a name"
    if place.prefix:
        return f"an element of '{place.prefix[:-1]}' has no field '{shown(name)}'"
    return f"there is no {'field' if place.inside else 'parameter'} '{shown(name)}'"


def unknown_operator(
    parameter: str, span: Span, word: str, allowed: Sequence[str], value: str | None = None
) -> Problem:
    """`value`: what may stand here as a whole, behind an operator."""
    hint = nearest(word, allowed) or f"operators here: {', '.join(allowed)}"
    if word == "not":
        hint = "not: may stand once, before the operator"
    if value is not None:
        hint = f"the word itself is asked for by eq:{shown(value)}"
    return Problem("unknown-operator", f"'{shown(word)}' is not an operator", parameter, span, hint)


def unknown_direction(parameter: str, span: Span, word: str, directions: Sequence[str]) -> Problem:
    hint = nearest(word, directions) or "asc or desc, before the name: desc:name"
    return Problem("unknown-operator", f"'{shown(word)}' is not a direction", parameter, span, hint)


def operator_not_allowed(parameter: str, span: Span, name: str, word: str, allowed: Sequence[str]) -> Problem:
    hint = f"operators here: {', '.join(allowed)}"
    return Problem("operator-not-allowed", f"'{shown(name)}' does not take {word}", parameter, span, hint)


def not_a_list(parameter: str, span: Span, name: str, word: str) -> Problem:
    message = f"{word} takes a list of records, which '{shown(name)}' is not"
    return Problem("operator-not-allowed", message, parameter, span)


def literal(parameter: str, span: Span, error: LiteralError) -> Problem:
    return Problem(error.code, error.message, parameter, span, error.hint)


def refused_value(parameter: str, span: Span, sentence: str = "", value: str = "") -> Problem:
    """The host's own sentence, which may quote the value."""
    message = printable(sentence.replace(value, shown(value)))
    return Problem("invalid-value", message or "this value cannot be used here", parameter, span)


def too_fine(parameter: str, span: Span) -> Problem:
    message = "a fraction of a second has at most six digits here"
    return Problem("invalid-value", message, parameter, span, "such as 2019-05-01T12:30:00.123456Z")


def empty_value(parameter: str, span: Span, hint: str | None = None) -> Problem:
    return Problem("empty-value", "a value is missing here", parameter, span, hint)


def invalid_encoding(parameter: str | None, span: Span, written: str) -> Problem:
    message = f"'{shown(written)}' is not percent-encoded UTF-8"
    return Problem("invalid-encoding", message, parameter, span, "a percent sign itself is written %25")


def invalid_byte(parameter: str, span: Span, byte: int) -> Problem:
    return Problem("invalid-encoding", f"the byte 0x{byte:02X} is not UTF-8 here", parameter, span)


def unsupported_character(parameter: str, span: Span, character: str) -> Problem:
    message = f"U+{ord(character):04X} cannot stand in a query"
    return Problem("unsupported-character", message, parameter, span)


def misspelt(parameter: str, span: Span, error: Misspelt) -> Problem:
    return Problem(error.code, error.message, parameter, span, error.hint)


def partly_quoted(parameter: str, span: Span) -> Problem:
    return Problem("syntax", "double quotes stand round the whole value, or not at all", parameter, span)


def duplicate_parameter(parameter: str, span: Span, name: str) -> Problem:
    return Problem("duplicate-parameter", f"'{shown(name)}' is given twice", parameter, span, "give it once")


def too_long(parameter: str | None, span: Span, limit: int, found: int) -> Problem:
    what = "the query" if parameter is None else "the value"
    message = f"{what} is {found:,} characters long; at most {limit:,} are allowed"
    return Problem("too-long", message, parameter, span)


def too_many(parameter: str | None, span: Span, what: str, limit: int, found: int) -> Problem:
    message = f"there are {found:,} {what}; at most {limit:,} are allowed"
    return Problem("too-many", message, parameter, span)


def page_size(parameter: str, span: Span, written: str, most: int) -> Problem:
    hint = f"from 1 to {most:,}, without leading zeros" if written.startswith("0") else f"from 1 to {most:,}"
    return Problem("invalid-value", f"'{shown(written)}' is not a number of records", parameter, span, hint)


def page_size_range(parameter: str, span: Span, written: str, most: int) -> Problem:
    message = f"a page has from 1 to {most:,} records, not {shown(written)}"
    return Problem("out-of-range", message, parameter, span)


def not_sortable(parameter: str, span: Span, name: str, candidates: Sequence[str]) -> Problem:
    hint = nearest(name, candidates) or (f"sortable: {_few(candidates)}" if candidates else None)
    return Problem("not-sortable", f"'{shown(name)}' cannot be sorted by", parameter, span, hint)


def invalid_token(parameter: str, span: Span) -> Problem:
    hint = "take it from the next link of the page before, with the same query"
    return Problem("invalid-token", "the continuation token is not valid for this query", parameter, span, hint)


def repaired_plus(parameter: str, span: Span) -> Problem:
    return Problem("repaired-plus", "a blank was read as '+'", parameter, span, "a plus sign in a URL is written %2B")


def looks_like_operator(parameter: str, span: Span, word: str, operator: str) -> Problem:
    message = f"'{shown(word)}:' was read as part of the text"
    return Problem("looks-like-operator", message, parameter, span, f"did you mean the operator {operator}?")


def noticed(parameter: str, span: Span, sentence: str) -> Problem:
    return Problem("parameter", sentence, parameter, span)
