"""What other ways to ask cost: quoted and relative values, bytes, a caller's names, a scope, a page, other stores."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from typing import Any, NamedTuple

import paramql as pq
from benchmarks import jobs
from benchmarks.harness import Case, Figure, measure, over
from benchmarks.jobs import Make, Shape, Strings
from benchmarks.lark_share import shares
from benchmarks.queries import QSL, Share, Sizes, plain, qsl, whole

ABOUT = """\
Two conditions; every string is another one, of eight shapes that the schema knows, beside `parse_qsl` on those of the
first row. Which go to Lark stands below. *A new schema* has met nothing: it is made for each string.""".splitlines()
PART = "other ways to ask"
PLAIN = "two parameters"
Work = Callable[[str], Any]
_FIELDS = jobs.schema().fields


class Spelling(NamedTuple):
    """Two conditions: how they stand together, and how a text and a day are written."""

    together: str
    text: Make
    day: Make = jobs.day

    def draw(self, rng: Random) -> Shape:
        """A shape."""
        return Shape(self.together.format(rng.choice(jobs.TEXTS), rng.choice(jobs.MOMENTS)), (self.text, self.day))


def _relative(rng: Random) -> str:
    return f"now-{rng.randrange(1, 10**5)}h"


def _with(before: str, after: str = "") -> Make:
    return lambda rng: f"{before}{jobs.task(rng)}{after}"


_BESIDE, _INSIDE = "{}={{}}&{}=gt:{{}}", "filter=and({}:{{}},{}:gt:{{}})"
SPELLINGS: Mapping[str, Spelling] = {
    PLAIN: Spelling(_BESIDE, jobs.task),
    "a value with colons": Spelling(_BESIDE, _with("urn:app:")),
    "a quoted value": Spelling(_BESIDE, _with('"', ',1"')),
    "a relative time": Spelling(_BESIDE, jobs.task, _relative),
    "an expression": Spelling(_INSIDE, jobs.task),
    "an expression, a value with colons": Spelling(_INSIDE, _with("urn:app:")),
    "an expression, a quoted value": Spelling(_INSIDE, _with('"', ',1"')),
    "an expression, a relative time": Spelling(_INSIDE, jobs.task, _relative),
}


def ways() -> Mapping[str, Work]:
    """What else a host does with the plainest strings, each with a schema of its own."""
    return {name: way(*_prepared()) for name, way in _WAYS.items()}


def _prepared() -> tuple[pq.Schema, pq.SqlTarget]:
    schema = pq.Schema(*_FIELDS, pq.Field("id", pq.Integer(), unique=True))
    return schema, pq.target("sqlite", schema, table="things")


def _of_names(schema: pq.Schema, target: pq.SqlTarget) -> Work:
    names = frozenset(field.name for field in schema.fields)
    return lambda text: pq.compile(schema.parse(text, only=names).where, target)


def _scoped(schema: pq.Schema, target: pq.SqlTarget) -> Work:
    mine = schema.bind(pq.eq("process.app", "mine"))
    return lambda text: pq.compile(pq.all_of(schema.parse(text).where, mine), target)


def _to_mongodb(schema: pq.Schema, target: pq.SqlTarget) -> Work:
    documents = pq.target("mongodb", schema)
    return lambda text: pq.compile(schema.parse(text).where, documents)


_WAYS: Mapping[str, Callable[[pq.Schema, pq.SqlTarget], Work]] = {
    "as bytes": lambda schema, target: lambda text: pq.compile(schema.parse(text.encode()).where, target),
    "of a caller who may use some names": _of_names,
    "beside a condition of the host": _scoped,
    "a page, its statement": lambda schema, target: lambda text: pq.page(schema.parse(text), target).select(),
    "to Python": lambda schema, _: lambda text: pq.compile(schema.parse(text).where, "python"),
    "to MongoDB": _to_mongodb,
    "a new schema": lambda _, __: _on_a_new_schema,
}


def _on_a_new_schema(text: str) -> object:
    schema = pq.Schema(*_FIELDS)
    return whole(schema, pq.target("sqlite", schema))(text)


def measured(sizes: Sizes) -> tuple[list[Figure], list[Share]]:
    """A row for each, and what of the spellings went to Lark."""
    strings = {name: Strings(spelling.draw, 31, known=8) for name, spelling in SPELLINGS.items()}
    batches = {name: [some.known(sizes.each) for _ in range(sizes.rounds)] for name, some in strings.items()}
    cases = {QSL: plain(qsl, batches[PLAIN])}
    for name, found in batches.items():
        cases[name] = _case(whole(*_prepared()), strings[name], found)
    for name, work in ways().items():
        cases[name] = _case(work, strings[PLAIN], batches[PLAIN])
    times = measure(cases, sizes.rounds)
    told = shares([(strings[name].each_known() * 3, [*_all(found)]) for name, found in batches.items()])
    return (
        [times.figure(PART, name, QSL) for name in cases if name != QSL],
        [Share(name, len(set(_all(batches[name]))), share) for name, share in zip(batches, told, strict=True)],
    )


def _case(work: Work, strings: Strings, found: list[list[str]]) -> Case:
    over(work, strings.each_known() * 4, ())
    warm = strings.known(8)
    return Case(lambda number: over(work, warm, found[number]), len(found[0]))


def _all(found: list[list[str]]) -> list[str]:
    return [text for batch in found for text in batch]
