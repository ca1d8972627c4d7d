"""How the cost of a filter grows with the data: flights, a thousand to a million, in SQLite, PostgreSQL and Python.

Two filters of compiled conditions: one that no index serves, whose matches are counted; and one on an indexed column,
of which the first hundred in the index's order are fetched. Elapsed time, since a server's work is not this process's.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from random import Random
from typing import Any, NamedTuple

import paramql as pq
from benchmarks import flights
from benchmarks.fit import Growth, growth
from benchmarks.harness import Case, measure, warmed
from paramql.testing.databases import Database, missing, opened

PART = "growth of the data"
COUNTED = "origin=JFK&dep_delay=gt:15&distance=gt:1000"
FETCHED = "time_hour=gte:2013-07-04"
_ENGINES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}
_INDEX = "CREATE INDEX by_time ON flights (time_hour, id)"


class Filled(NamedTuple):
    """A database with some of the rows."""

    database: Database
    target: pq.SqlTarget

    def add(self, rows: Sequence[flights.Record]) -> None:
        """More rows."""
        stored = [self.target.row(row) for row in rows]
        if self.database.name != "postgresql":
            with self.database.together():
                self.database.insert("flights", *stored)
        else:
            _copy(self.database, stored)
        self.database.run("ANALYZE")


def measured(sizes: tuple[int, ...], rounds: int) -> Iterator[Growth]:
    """Each engine with each size; the rows of a smaller size are the first ones of a larger."""
    points: dict[str, list[tuple[int, float]]] = {}
    every = list(flights.repeated(max(sizes)))
    Random(5).shuffle(every)
    filled, last = [*_filled()], 0
    for size in sizes:
        for one in filled:
            one.add(every[last:size])
        last = size
        for case, micros in _of(every[:size], filled, max(5, min(rounds, rounds * 10_000 // size))):
            points.setdefault(case, []).append((size, micros))
    yield from (growth(PART, case, "rows", found) for case, found in points.items())


def _filled() -> Iterator[Filled]:
    """The engines that are to be had here, their tables empty."""
    for engine in _ENGINES:
        if why := missing(engine):
            print(f"{engine} is left out: {why}", file=sys.stderr)
            continue
        database, target = opened(engine), pq.target(engine, flights.SCHEMA, table="flights")
        database.clear()
        for statement in (*target.create(), _INDEX):
            database.run(statement)
        yield Filled(database, target)


def _copy(database: Database, stored: list[dict[str, Any]]) -> None:
    """The quick way into PostgreSQL."""
    names = ", ".join(map(database.quoted, stored[0]))
    with database.connection.cursor() as cursor, cursor.copy(f"COPY flights ({names}) FROM STDIN") as copy:
        for row in stored:
            copy.write_row(tuple(row.values()))


def _of(rows: list[Any], filled: Sequence[Filled], rounds: int) -> Iterator[tuple[str, float]]:
    where = flights.SCHEMA.parse(COUNTED).where
    pq.compile(where, "python")
    keep = pq.compile(where, "python")
    wanted = len(keep.filter(rows))
    cases: dict[str, Case] = {"Python, filter": warmed(lambda: keep.filter(rows), 1)}
    for one in filled:
        cases |= _cases(one.database, one.target, wanted)
    times = measure(cases, rounds, time.perf_counter)
    yield from ((case, times.micros(case)) for case in cases)


def _cases(database: Database, target: pq.SqlTarget, wanted: int) -> dict[str, Case]:
    counted = pq.compile(flights.SCHEMA.parse(COUNTED).where, target)
    fetched = pq.compile(flights.SCHEMA.parse(FETCHED).where, target)
    count = f"SELECT count(*) FROM flights WHERE {counted.text}"
    page = f"SELECT id FROM flights WHERE {fetched.text} ORDER BY {database.quoted('time_hour')} LIMIT 100"
    assert database.rows(count, counted.params) == [(wanted,)], database.name
    return {
        f"{_ENGINES[database.name]}, count without an index": _asking(database, count, counted.params),
        f"{_ENGINES[database.name]}, 100 by an index": _asking(database, page, fetched.params),
    }


def _asking(database: Database, text: str, params: Any) -> Case:
    run: Callable[[], object] = lambda: database.rows(text, params)  # noqa: E731
    return warmed(run, 1)
