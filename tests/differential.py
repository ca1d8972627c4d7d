"""Generated schemas, rows and filters, asked of every engine, which must select what the law says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Any as Anything

import paramql as pq
from grid import Cell, Tally
from law import holds
from paramql.ast import And, Any, Draft, Not, Or
from strategies import filters, rows, schemas, spelling
from strategies.engines import Engine, engines, made
from strategies.filters import Leaf
from strategies.rows import Row
from strategies.schemas import Wanted

# Leaves that a schema is drawn for, and filters with each: tables cost more to make than to ask, and with fewer leaves
# a schema would be asked for more of each than the grid wants.
_PER_SCHEMA, _FILTERS = 12, 2
_MOST = 4_000  # triples beyond those asked for, in search of the last cells
# Asked for the complement by themselves, or by the properties of rewritten filters.
_COMPLEMENTED = ("sqlalchemy", "django", "python", "sqlite")
SIZES = (1, 2, 3, 4, 5, 6, 7)  # leaves of a filter, each of which counts
_DEEPEST = 8
_LONGEST = 8192


class Data:
    """A schema and rows: in all their forms, and as typed records."""

    def __init__(self, schema: pq.Schema, held: Sequence[Row]) -> None:
        assert schema.key is not None
        self.schema, self.rows, self.key = schema, held, schema.key.name
        self.records = [row.record(schema.fields) for row in held]
        self.keys = {row.cells[self.key] for row in held}

    def selected(self, draft: Draft) -> set[Anything]:
        """The keys of what the law selects, read from the draft alone."""
        where = filters.meaning(draft, self.schema)
        pairs = zip(self.rows, self.records, strict=True)
        return {row.cells[self.key] for row, record in pairs if holds(where, record)}


@dataclass
class Triple:
    """A schema, rows and a filter; `text` is a query string (or an expression) that asks for `draft`."""

    data: Data
    draft: Draft
    leaves: Sequence[Leaf]
    road: str
    text: str

    @cached_property
    def where(self) -> pq.Expression:
        """What the library makes of the filter, by one of its three roads."""
        schema = self.data.schema
        match self.road:
            case "query":
                return schema.parse(self.text).where
            case "expression":
                return schema.parse_expression(self.text)
            case _:
                return schema.bind(filters.meaning(self.draft, schema))

    @cached_property
    def complement(self) -> pq.Expression:
        """What selects the other rows."""
        return pq.not_(self.where)

    @cached_property
    def expected(self) -> set[Anything]:
        """The keys of the rows that the law selects."""
        return self.data.selected(self.draft)

    @property
    def is_telling(self) -> bool:
        """Whether some rows are selected and some are not."""
        return 0 < len(self.expected) < len(self.data.rows)


class Disagreement(AssertionError):
    """An engine selects what the law does not, or fails. It is shrunk when it is told, which takes a while."""

    def __init__(self, one: Triple, engine: str, seed: str, found: object) -> None:
        super().__init__(one, engine, seed, found)
        self.one, self.engine, self.seed, self.found = one, engine, seed, found

    @cached_property
    def _told(self) -> str:
        try:
            return _told(self.one, self.engine, self.seed, self.found)
        except Exception as error:  # noqa: BLE001 - what was found is told, even where no less of it can be
            text = f"{self.one.text!r}; not shrunk: {error!r}"
            return f"{self.engine} found {self.found}, seed {self.seed!r}: {text}"

    def __str__(self) -> str:
        return self._told


def run(
    seed: str,
    types: Sequence[str],
    least: int,
    tally: Tally,
    goal: Sequence[Cell],
    told: Callable[[Tally], None] = lambda _: None,
) -> None:
    """Triples, each asked of every engine, until the tally has `least` of them and every cell of the goal is met.

    Once there are so many, only engines with thin cells are asked; what no triple meets in thousands more stays thin.
    Raises `Disagreement`. told: what hears of each schema's. A tally that has been kept goes on where it ended: its
    schemas are not drawn again.
    """
    while (done := tally.figures["triples"]) < least + _MOST:
        thin = tally.thin(goal)
        if done >= least and not thin:
            break
        tally.figures["schemas"] += 1
        at = f"{seed}/{tally.figures['schemas']}"
        lean = {cell.engine: cell.column for cell in reversed(thin)}
        of = None if done < least else sorted(lean)
        ask(at, _wanted(thin, types, Random(at)), tally, of, lean, SIZES)
        told(tally)


def _wanted(thin: Sequence[Cell], types: Sequence[str], rng: Random) -> list[Wanted]:
    """Leaves for the emptiest cells, or any of the types."""
    if thin and rng.random() < 0.8:
        return [_leaf_for(cell, types, rng) for cell in _distinct(thin)]
    return rng.sample([wanted for wanted in schemas.everything() if wanted.type in types], _PER_SCHEMA)


def _distinct(thin: Iterable[Cell]) -> list[Cell]:
    """The first cells that different leaves are asked for, whichever engine lacks them."""
    found: dict[tuple[str, ...], Cell] = {}
    for cell in thin:
        found.setdefault(cell[1:], cell)
    return list(found.values())[:_PER_SCHEMA]


def _leaf_for(cell: Cell, types: Sequence[str], rng: Random) -> Wanted:
    fitting = [
        wanted
        for wanted in schemas.everything()
        if (wanted.word, wanted.type.removeprefix("ordered ")) == (cell.word, cell.type)
        and (cell.column not in ("list", "child rows") or wanted.place == "list")
        and (cell.column != "plain" or wanted.place == "plain")
        and (cell.column != "negated" or wanted.negated)
    ]
    return rng.choice(fitting)


def drawn(rng: Random, wanted: Sequence[Wanted] = ()) -> Data:
    """A schema with a field for each wanted leaf, and rows of it."""
    schema = schemas.schema(rng, wanted)
    return Data(schema, rows.rows(schema.fields, rng, rng.choice([6, 10, 14])))


def triples(rng: Random, count: int) -> Iterator[Triple]:
    """Triples over one schema and its rows."""
    wanted = rng.choices(schemas.everything(), k=count)
    data = drawn(rng, wanted)
    return (triple(data, one, rng) for one in wanted)


def ask(
    seed: str,
    wanted: Sequence[Wanted],
    tally: Tally,
    of: Sequence[str] | None = None,
    lean: Mapping[str, str] | None = None,
    sizes: Sequence[int] = filters.SIZES,
) -> None:
    """Triples with the wanted leaves, over one schema and its rows, put to `engines` of these families, or of all.

    Raises `Disagreement`.
    """
    rng = Random(f"{seed} {wanted}")
    data = drawn(rng, wanted)
    held = list(engines(data.schema, data.rows, seed, of, lean))
    for one in _triples(data, [*wanted] * _FILTERS, rng, tally, sizes):
        _compare(one, held, seed, tally)
    for engine in held:
        engine.close()


def _triples(data: Data, wanted: Iterable[Wanted], rng: Random, tally: Tally, sizes: Sequence[int]) -> Iterator[Triple]:
    for one in wanted:
        draws = (triple(data, one, rng, sizes) for _ in range(5))
        found = next(draws)
        tally.figures["telling at first draw"] += found.is_telling
        yield found if found.is_telling else next((two for two in draws if two.is_telling), found)


def triple(data: Data, wanted: Wanted, rng: Random, sizes: Sequence[int] = filters.SIZES) -> Triple:
    """A filter with the wanted leaf, its literals from one of the rows, and a spelling of it."""
    schema = data.schema
    while True:
        draft, leaves = filters.draft(schema, rng.choice(data.records), wanted, rng, sizes)
        if filters.depth(draft) <= _DEEPEST:
            break
    road = rng.choices(["query", "expression", "builders"], [6, 1, 1])[0]
    write = spelling.expression if road == "expression" else spelling.query
    text = write(draft, rng, ignore_case=schema.ignore_case)
    return Triple(data, draft, leaves, road if len(text) <= _LONGEST else "builders", text)


def _compare(one: Triple, held: Iterable[Engine], seed: str, tally: Tally) -> None:
    agreeing = []
    for engine in held:
        try:
            found = _answer(engine, one, has_complement=tally.figures["triples"] % 8 == 0)
        except pq.CapabilityError:
            tally.refused(engine.name)
            continue
        except Exception as error:
            raise _disagreement(one, engine, seed, tally, repr(error)) from error
        if found != one.expected:
            raise _disagreement(one, engine, seed, tally, found)
        agreeing.append(engine.name)
    tally.figures["triples"] += 1
    tally.figures["telling"] += one.is_telling
    tally.answered(agreeing)
    if one.is_telling:
        tally.count(one.leaves, one.data.records, agreeing)


def _answer(engine: Engine, one: Triple, *, has_complement: bool) -> set[Anything]:
    """The keys that the filter selects, of which its complement must select none, but all others."""
    found = engine.select(one.where)
    if not has_complement or engine.name.startswith(_COMPLEMENTED):
        return found
    others = engine.select(one.complement)
    told = f"{found}, and by its complement {others}, of {one.data.keys}"
    assert not found & others, told
    assert found | others == one.data.keys, told
    return found


def _disagreement(one: Triple, engine: Engine, seed: str, tally: Tally, found: object) -> Disagreement:
    tally.figures["disagreements"] += 1
    return Disagreement(one, engine.name, seed, found)


def _told(one: Triple, name: str, seed: str, found: object) -> str:
    """What is needed to see it again, and the least of it that still goes wrong."""
    least = shrunk(one, name, seed)
    lines = [
        f"{name} found {found}, the law says {one.expected}",
        f"seed {seed!r}, by {one.road}: {one.text!r}",
        f"least filter that goes wrong: {least.draft}",
        *(f"row: {row.cells}" for row in least.data.rows),
        f"fields: {one.data.schema.fields}",
    ]
    with _again(least, name, seed) as other:
        if target := getattr(other, "target", None):
            lines.append(f"places: {getattr(target, 'places', None)}\nsql: {_compiled(least, target)}")
    return "\n".join(lines)


def shrunk(one: Triple, name: str, seed: str) -> Triple:
    """A triple with fewer rows and a smaller filter on which the engine of that name still goes wrong, if one does."""
    while True:
        smaller = next((other for other in _smaller(one) if _goes_wrong(other, name, seed)), None)
        if smaller is None:
            return one
        one = smaller


def _smaller(one: Triple) -> Iterator[Triple]:
    data, draft = one.data, filters.meaning(one.draft, one.data.schema)
    for at in range(len(data.rows)) if len(data.rows) > 1 else ():
        fewer = Data(data.schema, [*data.rows[:at], *data.rows[at + 1 :]])
        yield Triple(fewer, draft, (), "builders", "")
    for part in _parts(draft):
        yield Triple(data, part, (), "builders", "")


def _parts(draft: Draft) -> Iterator[Draft]:
    """The draft with one of its nodes left out."""
    match draft:
        case And(operands) | Or(operands):
            yield from operands
            for at, operand in enumerate(operands):
                yield from (type(draft)((*operands[:at], part, *operands[at + 1 :])) for part in _parts(operand))
        case Not(operand):
            yield operand
            yield from map(Not, _parts(operand))
        case Any(field, inner):
            yield from (Any(field, part) for part in _parts(inner))
        case _:
            pass


def _goes_wrong(one: Triple, name: str, seed: str) -> bool:
    with _again(one, name, seed) as engine:
        try:
            return _answer(engine, one, has_complement=True) != one.expected
        except pq.CapabilityError:
            return False
        except Exception:  # noqa: BLE001 - that is going wrong
            return True


@contextmanager
def _again(one: Triple, name: str, seed: str) -> Iterator[Engine]:
    """The engine of that name, with the rows of the triple in it."""
    engine = made(name, one.data.schema, one.data.rows, seed)
    yield engine
    engine.close()


def _compiled(one: Triple, target: Anything) -> object:
    try:
        return pq.compile(one.where, target)
    except Exception as error:  # noqa: BLE001 - the first error is the one to be seen
        return error
