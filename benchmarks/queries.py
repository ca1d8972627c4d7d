"""From a query string to SQL and parameters: six parameters, an expression of ten terms, mistakes; and the parts of it.

*No cache* (or a new shape): every string has a shape that its schema has never seen; the schema and its target are new
in every round, and have been warmed by strings of other shapes, so that each name and operator has been met. *Known
shape*: every string is another one, of 32 shapes seen before. *Same string*: one string, again and again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

import paramql as pq
from benchmarks import jobs, lark_peer
from benchmarks.harness import Case, Figure, Run, Times, measure, over
from benchmarks.jobs import Strings, escaped
from benchmarks.lark_share import shares

WHOLE, EXPRESSION, MISTAKES, PARTS = "six parameters", "expression of ten terms", "mistakes", "parts"
QSL, QSL_ESCAPED = "parse_qsl alone", "parse_qsl, percent-encoded"
NEW, KNOWN, SAME, ESCAPED = "no cache", "known shape", "same string", "percent-encoded, known shape"
LARK, LARK_NEW, LARK_KNOWN = "Lark LALR, embedded transformer", "new shape", "known shape"
WRONG_NEW, WRONG_KNOWN = "three mistakes / no mistake, no cache", "three mistakes / no mistake, known shape"


class Sizes(NamedTuple):
    """How much is measured."""

    rounds: int
    each: int
    warm: int


class Share(NamedTuple):
    """Of how many distinct strings which share went to Lark."""

    case: str
    strings: int
    share: float


class Batches:
    """For each round what warms and what is timed, of new shapes and of known ones, made before anything is timed."""

    def __init__(self, draw: Callable[..., jobs.Shape], seed: int, sizes: Sizes) -> None:
        self.strings = Strings(draw, seed)
        self.warm_new = [self.strings.new(sizes.warm) for _ in range(sizes.rounds)]
        self.new = [self.strings.new(sizes.each) for _ in range(sizes.rounds)]
        self.warm_known = [text for _ in range(4) for text in self.strings.each_known()]
        self.known = [self.strings.known(sizes.each) for _ in range(sizes.rounds)]

    def all(self, batches: Sequence[list[str]]) -> list[str]:
        """Every string of the rounds."""
        return [text for batch in batches for text in batch]


def whole(schema: pq.Schema, target: pq.Target) -> Callable[[str], Any]:
    """The whole job, as a program does it."""
    return lambda text: pq.compile(schema.parse(text).where, target)


def on_new(batches: Batches, make: Callable[[], pq.Schema], each: int) -> Case:
    """The whole job on new shapes, by a schema made for the round."""

    def prepare(number: int) -> Run:
        schema = make()
        return over(whole(schema, pq.target("sqlite", schema)), batches.warm_new[number], batches.new[number])

    return Case(prepare, each)


def on_known(batches: Batches, make: Callable[[], pq.Schema], each: int, change: Callable[[str], str] = str) -> Case:
    """The whole job on known shapes."""
    schema = make()
    work = whole(schema, pq.target("sqlite", schema))
    over(work, [*map(change, batches.warm_known)], ())
    warm = [*map(change, batches.strings.known(8))]
    return Case(lambda number: over(work, warm, [*map(change, batches.known[number])]), each)


def on_same(text: str, make: Callable[[], pq.Schema], each: int) -> Case:
    """The whole job on one string."""
    schema = make()
    work = whole(schema, pq.target("sqlite", schema))
    return Case(lambda _: over(work, [text] * 4, [text] * each), each)


def plain(work: Callable[[str], Any], batches: Sequence[list[str]], change: Callable[[str], str] = str) -> Case:
    """Something that does the same to every string; those of the round before warm it, and are not timed again."""

    def prepare(number: int) -> Run:
        return over(work, [*map(change, batches[number - 1][:8])], [*map(change, batches[number])])

    return Case(prepare, len(batches[0]))


def qsl(text: str) -> object:
    """The standard library's splitting and decoding, which every other way begins with."""
    return parse_qsl(text, keep_blank_values=True)


def problems(schema: pq.Schema) -> Callable[[str], Any]:
    """Every problem of a mistaken string."""

    def run(text: str) -> object:
        try:
            schema.parse(text)
        except pq.QueryError as error:
            return error.problems
        raise AssertionError(text)

    return run


def measured(sizes: Sizes) -> tuple[list[Figure], list[Share]]:
    """The three tables, all cases in turns, and what went to Lark."""
    six, ten = Batches(jobs.six, 11, sizes), Batches(jobs.ten, 12, sizes)
    wrong = Batches(jobs.six_mistaken, 13, sizes)
    _hold_lark_to_the_same(ten)
    found = _shares({"six parameters": six, "expression of ten terms": ten})
    return [*_figures(measure(_cases(six, ten, wrong, sizes.each), sizes.rounds))], found


def _cases(six: Batches, ten: Batches, wrong: Batches, each: int) -> dict[str, Case]:
    by_lark = _by_lark()
    mistaken = jobs.schema()
    return {
        QSL: plain(qsl, six.new),
        QSL_ESCAPED: plain(qsl, six.known, escaped),
        NEW: on_new(six, jobs.schema, each),
        KNOWN: on_known(six, jobs.schema, each),
        SAME: on_same(six.strings.new(1)[0], jobs.schema, each),
        ESCAPED: on_known(six, jobs.schema, each, escaped),
        LARK: plain(by_lark, ten.new),
        f"ten {LARK_NEW}": on_new(ten, jobs.schema, each),
        f"ten {LARK_KNOWN}": on_known(ten, jobs.schema, each),
        "wrong": plain(problems(mistaken), wrong.new),
    }


def _by_lark() -> Callable[[str], Any]:
    parse = lark_peer.parser(lark_peer.columns(jobs.TEXTS, jobs.MOMENTS, jobs.FLAGS, jobs.NUMBERS))
    start = len("filter=")
    return lambda text: parse(text[start:])


def _figures(times: Times) -> list[Figure]:
    six = [(NEW, QSL), (KNOWN, QSL), (SAME, QSL), (ESCAPED, QSL_ESCAPED)]
    return [
        *(times.figure(WHOLE, case, base) for case, base in ((QSL, QSL), *six)),
        times.figure(EXPRESSION, LARK, LARK),
        *(
            times.figure(EXPRESSION, f"ten {case}", LARK, inverse=True)._replace(case=case)
            for case in (LARK_NEW, LARK_KNOWN)
        ),
        times.figure(MISTAKES, "wrong", NEW)._replace(case=WRONG_NEW),
        times.figure(MISTAKES, "wrong", KNOWN)._replace(case=WRONG_KNOWN),
    ]


def _hold_lark_to_the_same(ten: Batches) -> None:
    """The peer must give the same text and parameters, or it does another job."""
    schema = jobs.schema()
    ours, theirs = whole(schema, pq.target("sqlite", schema)), _by_lark()
    for text in ten.strings.new(50):
        sql = ours(text)
        assert (sql.text, sql.params) == theirs(text), text


def _shares(kinds: dict[str, Batches]) -> list[Share]:
    named = [
        *((f"{kind}, {NEW}", batches.warm_new[0], batches.all(batches.new)) for kind, batches in kinds.items()),
        *((f"{kind}, {KNOWN}", batches.warm_known, batches.all(batches.known)) for kind, batches in kinds.items()),
    ]
    found = shares([(warm, texts) for _, warm, texts in named])
    return [Share(name, len(set(texts)), share) for (name, _, texts), share in zip(named, found, strict=True)]
