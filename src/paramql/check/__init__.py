"""A query string by a schema: every mistake at once, or a `Query`."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import replace
from types import MappingProxyType

from paramql.ast import And
from paramql.check import wording
from paramql.check.controls import Controls, check_control
from paramql.check.filters import check_tree, clauses_in, read_filter
from paramql.check.reading import Meant, Place, Reading
from paramql.declarations import Declarations
from paramql.declare import Expression
from paramql.problems import Problem, QueryError
from paramql.query import PageRequest, Query
from paramql.simplify import all_of, simplify
from paramql.source import UNSUPPORTED, DecodeError, Piece, Span, decode, fits_in_url, in_url, plain, printable
from paramql.syntax import Pair, Parsed, Part, pairs, parse_value
from paramql.types import Clock

_SURROGATE = re.compile("[\ud800-\udfff]")
_BROKEN = "paramql.broken"
_ESCAPED_BYTE = 0xDC00  # what PEP 383 adds to a byte


def check(
    text: str | bytes,
    schema: Declarations,
    clock: Clock,
    *,
    lenient: bool = False,
    audience: str | None = None,
    only: frozenset[str] | None = None,
) -> Query:
    """The query that a raw query string asks, before the host's rules between parameters.

    Raises `QueryError` with every problem, in order of position.
    """
    reading, controls = _reading(text, schema, clock, only), Controls()
    reading.lenient = lenient
    _check_length(reading)
    found, asked = list[tuple[str, Parsed]](), list[Meant]()
    with reading.round():
        found.extend(_read(reading, controls))
    with reading.round():
        asked = _asked(found, reading)
    _stop_at_problems(reading)
    return _query(asked, controls, reading, audience)


def check_expression(text: str, schema: Declarations, clock: Clock) -> Expression:
    """What an expression means, as it would stand in `filter`, not percent-encoded. Raises `QueryError`."""
    reading = _reading(text, schema, clock, None)
    piece, name = plain(text), schema.controls["filter"]
    _check_length(reading)
    parts: list[Meant] = []
    with reading.round():
        tree = read_filter(piece, name, reading) if _supported(piece, name, reading) else None
        parts = _asked([] if tree is None else [(name, tree)], reading)
    _stop_at_problems(reading)
    return simplify(all_of(*(part.where for part in parts)))


def _reading(text: str | bytes, schema: Declarations, clock: Clock, only: frozenset[str] | None) -> Reading:
    """Of bytes that are not UTF-8, each sequence is one lone surrogate until it is reported at its place."""
    names = None if only is None else frozenset(map(schema.folded, only))
    if isinstance(text, str):
        return Reading(schema, text, clock, names)
    return Reading(schema, text.decode(errors=_BROKEN), clock, names, from_bytes=True)


def _marked(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return chr(_ESCAPED_BYTE + error.object[error.start]), error.end


codecs.register_error(_BROKEN, _marked)


def _stop_at_problems(reading: Reading) -> None:
    if reading.problems:
        text = _SURROGATE.sub("\N{REPLACEMENT CHARACTER}", reading.text) if reading.from_bytes else reading.text
        first = sorted(reading.problems, key=lambda problem: problem.span)[: reading.schema.limits.problems]
        raise QueryError(text, first)


def _check_length(reading: Reading) -> None:
    """A token may be as long again, or the links to later pages of a long query would be refused."""
    limit, found = reading.schema.limits.query, _length(reading)
    if found > limit and (found > 2 * limit or found - _token_length(reading) > limit):
        whole = Span(0, len(reading.text))
        raise QueryError(reading.text, [wording.too_long(None, whole, limit, found)])


def _length(reading: Reading) -> int:
    """How long the query is; where it may have later pages, as their links write it."""
    raw, limit = len(reading.text), reading.schema.limits.query
    if raw > 2 * limit or reading.schema.tokens is None or fits_in_url(reading.text, limit):
        return raw
    return len(in_url(reading.text))


def _token_length(reading: Reading) -> int:
    """How many characters the continuation token takes, with its name and the signs round it."""
    is_token = (pair for pair in pairs(reading.text) if reading.schema.control(pair.name) == "continuationToken")
    return sum(len(pair.name) + len(pair.value) + 2 for pair in is_token)


def _read(reading: Reading, controls: Controls) -> Iterator[tuple[str, Parsed]]:
    """The clauses and expressions of the query, each with the parameter it stands in; controls are read on the way."""
    for pair in pairs(reading.text):
        name, value = _decoded(pair, reading)
        if name is None or value is None:
            continue
        parsed = _read_pair(name, value, controls, reading)
        if parsed is not None:
            yield name.text, parsed


def _read_pair(name: Piece, value: Piece, controls: Controls, reading: Reading) -> Parsed | None:
    word = reading.schema.control(name.text)
    if word is None:
        return parse_value(Part(name.text, name, 0, len(name.text)), value)
    if word == "filter":
        return read_filter(value, name.text, reading)
    check_control(word, name, value, controls, reading)
    return None


def _asked(found: list[tuple[str, Parsed]], reading: Reading) -> list[Meant]:
    limit, reading.clauses = reading.schema.limits.clauses, sum(1 for _, tree in found for _ in clauses_in(tree))
    if reading.clauses > limit:
        whole = Span(0, len(reading.text))
        reading.report(wording.too_many(None, whole, "clauses in the query", limit, reading.clauses))
        return []
    parts = [check_tree(tree, _place(name, reading.schema), reading) for name, tree in found]
    return [part for part in parts if part is not None]


def _place(parameter: str, schema: Declarations) -> Place:
    return Place(parameter, schema.scope, inside=schema.control(parameter) == "filter")


def _decoded(pair: Pair, reading: Reading) -> tuple[Piece | None, Piece | None]:
    """Name and value with their escapes undone; nothing where that fails, or where the host ignores the name."""
    name = _decode(pair.name, pair.name_at, None, reading)
    if name is None or reading.schema.ignores(name.text):
        return None, None
    value = _decode(pair.value, pair.value_at, name.text, reading)
    if value is None or not (_supported(name, name.text, reading) and _supported(value, name.text, reading)):
        return None, None
    return name, value


def _decode(raw: str, at: int, parameter: str | None, reading: Reading) -> Piece | None:
    try:
        return decode(raw, at)
    except DecodeError as error:
        span = Span(at + error.at, at + error.at + error.length)
        reading.report(wording.invalid_encoding(parameter, span, reading.text[span.start : span.end]))
        return None


def _supported(piece: Piece, parameter: str, reading: Reading) -> bool:
    match = UNSUPPORTED.search(piece.text)
    if match:
        span = piece.span(match.start(), match.end())
        is_byte = reading.from_bytes and match[0] != "\0"
        reading.report(
            wording.invalid_byte(parameter, span, ord(match[0]) - _ESCAPED_BYTE)
            if is_byte
            else wording.unsupported_character(parameter, span, match[0])
        )
    return match is None


def _query(parts: list[Meant], controls: Controls, reading: Reading, audience: str | None) -> Query:
    schema = reading.schema
    return Query(
        text=reading.text,
        asked=And(tuple(part.asked for part in parts)),
        where=simplify(all_of(*(part.where for part in parts))),
        order=schema.with_key(tuple(controls.order) or reading.default_order),
        page=PageRequest(controls.size or schema.size, controls.token),
        values=MappingProxyType(reading.values),
        names=MappingProxyType(reading.names),
        notices=tuple(sorted(reading.notices, key=lambda notice: notice.span)),
        now=reading.clock.now,
        asked_at=reading.clock.now,
        audience=audience,
        schema=schema,
        default_order=reading.default_order,
    )


def ruled(query: Query) -> Query:
    """The query, if the host's rules between parameters allow it."""
    whole = Span(0, len(query.text))
    found = [problem for rule in query.schema.rules for problem in rule(query) or ()]
    if found:
        raise QueryError(query.text, [_placed(problem, whole) for problem in found])
    return query


def _placed(problem: Problem, whole: Span) -> Problem:
    """The host's own words, made fit to be shown; its problems are of the whole query where it names no place."""
    if not isinstance(problem, Problem):
        raise TypeError(f"a rule returns problems, made by pq.Problem, not {problem!r}")
    return replace(problem, message=printable(problem.message), span=problem.span if any(problem.span) else whole)
