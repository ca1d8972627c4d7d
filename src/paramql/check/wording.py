"""Every sentence that a client may be told, one constructor each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from paramql.problems import Problem
from paramql.source import Span, shown
from paramql.types import LiteralError

_LONGEST_GUESS = 64


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """'did you mean', where one of the candidates is near; they are only ever names that the caller may use."""
    if len(word) > _LONGEST_GUESS:
        return None
    from difflib import get_close_matches

    by_fold = {candidate.lower(): candidate for candidate in candidates}
    close = get_close_matches(word.lower(), by_fold, n=1, cutoff=0.6)
    return f"did you mean {by_fold[close[0]]}?" if close else None


def unknown_parameter(parameter: str, span: Span, name: str, candidates: Iterable[str]) -> Problem:
    return Problem("unknown-parameter", f"there is no '{shown(name)}'", parameter, span, nearest(name, candidates))


def unknown_operator(parameter: str, span: Span, word: str, allowed: Sequence[str]) -> Problem:
    hint = nearest(word, allowed) or f"operators here: {', '.join(allowed)}"
    return Problem("unknown-operator", f"'{shown(word)}' is no operator", parameter, span, hint)


def operator_not_allowed(parameter: str, span: Span, name: str, word: str, allowed: Sequence[str]) -> Problem:
    hint = f"operators here: {', '.join(allowed)}"
    return Problem("operator-not-allowed", f"'{shown(name)}' cannot be asked for {word}", parameter, span, hint)


def not_a_list(parameter: str, span: Span, name: str, word: str) -> Problem:
    message = f"'{shown(name)}' is no list of records, so there is no {word} of it"
    return Problem("operator-not-allowed", message, parameter, span)


def literal(parameter: str, span: Span, error: LiteralError) -> Problem:
    return Problem(error.code, error.message, parameter, span, error.hint)


def invalid_value(parameter: str, span: Span, message: str, hint: str | None = None) -> Problem:
    return Problem("invalid-value", message, parameter, span, hint)


def empty_value(parameter: str, span: Span, hint: str | None = None) -> Problem:
    return Problem("empty-value", "a value is missing here", parameter, span, hint)


def out_of_range(parameter: str, span: Span, message: str) -> Problem:
    return Problem("out-of-range", message, parameter, span)


def invalid_encoding(parameter: str | None, span: Span, written: str) -> Problem:
    message = f"'{shown(written)}' is no percent-encoded UTF-8"
    return Problem("invalid-encoding", message, parameter, span, "a percent sign itself is written %25")


def unsupported_character(parameter: str, span: Span, character: str) -> Problem:
    message = f"U+{ord(character):04X} cannot stand in a query"
    return Problem("unsupported-character", message, parameter, span)


def syntax(parameter: str, span: Span, message: str) -> Problem:
    return Problem("syntax", message, parameter, span)


def too_deep(parameter: str, span: Span, message: str) -> Problem:
    return Problem("too-deep", message, parameter, span)


def duplicate_parameter(parameter: str, span: Span, name: str) -> Problem:
    return Problem("duplicate-parameter", f"'{shown(name)}' is given twice", parameter, span, "give it once")


def too_long(parameter: str | None, span: Span, limit: int, found: int) -> Problem:
    what = "the query" if parameter is None else "the value"
    return Problem("too-long", f"{what} has {found} characters, {limit} are allowed", parameter, span)


def too_many(parameter: str | None, span: Span, what: str, limit: int, found: int) -> Problem:
    return Problem("too-many", f"{found} {what}, {limit} are allowed", parameter, span)


def not_sortable(parameter: str, span: Span, name: str, candidates: Sequence[str]) -> Problem:
    hint = nearest(name, candidates) or (f"sortable: {', '.join(candidates)}" if candidates else None)
    return Problem("not-sortable", f"there is no order by '{shown(name)}'", parameter, span, hint)


def invalid_token(parameter: str, span: Span) -> Problem:
    hint = "take it from the next link of the page before, with the same query"
    return Problem("invalid-token", "the continuation token is not valid for this query", parameter, span, hint)


def repaired_plus(parameter: str, span: Span) -> Problem:
    return Problem("repaired-plus", "a blank was read as '+'", parameter, span, "a plus sign in a URL is written %2B")


def looks_like_operator(parameter: str, span: Span, word: str, operator: str) -> Problem:
    message = f"'{shown(word)}:' was read as part of the text"
    return Problem("looks-like-operator", message, parameter, span, f"did you mean the operator {operator}?")


def ignored_parameter(parameter: str, span: Span, name: str, candidates: Iterable[str]) -> Problem:
    hint = nearest(name, candidates)
    return Problem("ignored-parameter", f"there is no '{shown(name)}'; it was ignored", parameter, span, hint)


def noticed(parameter: str, span: Span, sentence: str) -> Problem:
    return Problem("parameter", sentence, parameter, span)
