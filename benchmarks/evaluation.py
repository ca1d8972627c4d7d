"""Filtering records in Python: generated predicates beside what one would write by hand, and beside other libraries.

Four conditions. The flights are flat, every key is there, some values are None; the instances are nested and leave
members out. The first base is a function of one expression, safe against None, as one who knows the data writes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import make_dataclass
from typing import Any

import paramql as pq
from benchmarks import flights
from benchmarks.by_hand import ASKED, ASKED_NESTED, of_flight, of_flight_object, of_instance, of_sparse_flight
from benchmarks.evaluation_peers import in_columns, one_at_a_time
from benchmarks.harness import Case, Figure, Times, measure, warmed
from paramql import instances

FLIGHTS, NESTED, OBJECTS, SPARSE = "flights", "instances", "flights as objects", "flights, a fifth lacks a key"
MANY, PEERS = "many flights", "evaluation peers"
BY_HAND, KEEP, FILTER = "lambda, list(filter(...))", "our predicate", "our filter"
OWN = (BY_HAND, KEEP, FILTER)
_FEW = 1_000  # records that stay near the processor, so that the work is measured rather than the memory

Keep = Callable[[Any], bool]


def measured(many: int, rounds: int) -> list[Figure]:
    """The tables: few records with peers that take one at a time, many with those that keep columns."""
    few = flights.flights(_FEW)
    others = one_at_a_time(few)
    times = measure({**_cases(few), **{f"{PEERS}: {name}": noted.case for name, noted in others.items()}}, rounds)
    own = [figure for data in (FLIGHTS, NESTED, SPARSE, OBJECTS) for figure in _figures(times, data, OWN, BY_HAND)]
    beside = [
        times.figure(PEERS, f"{PEERS}: {name}", f"{FLIGHTS}: {KEEP}", noted.note)._replace(case=name, base=KEEP)
        for name, noted in others.items()
    ]
    return [*own, *beside, *_of_many(flights.flights(many), max(rounds // 10, 5))]


def _cases(few: list[Any]) -> dict[str, Case]:
    sparse = [{k: v for k, v in row.items() if k != "dep_delay"} if row["id"] % 5 == 0 else row for row in few]
    flight = make_dataclass("Flight", flights.COLUMNS, slots=True)
    nested = [instances.load(document) for document in instances.generate(len(few), seed=3)]
    return {
        **_beside(FLIGHTS, few, of_flight, _keep(ASKED, flights.SCHEMA)),
        **_beside(NESTED, nested, of_instance, _keep(ASKED_NESTED, instances.SCHEMA)),
        **_beside(SPARSE, sparse, of_sparse_flight, _keep(ASKED, flights.SCHEMA)),
        **_beside(
            OBJECTS, [flight(**row) for row in few], of_flight_object, _keep(ASKED, flights.SCHEMA, access="attribute")
        ),
    }


def _of_many(rows: list[Any], rounds: int) -> list[Figure]:
    others = in_columns(rows)
    cases = _beside(MANY, rows, of_flight, _keep(ASKED, flights.SCHEMA))
    times = measure({**cases, **{f"{MANY}: {name}": noted.case for name, noted in others.items()}}, rounds)
    found = _figures(times, MANY, (*OWN, *others), BY_HAND)
    return [figure._replace(note=others[figure.case].note if figure.case in others else "") for figure in found]


def _figures(times: Times, data: str, cases: Iterable[str], base: str) -> list[Figure]:
    """Of one kind of records, each case by the base."""
    return [times.figure(data, f"{data}: {case}", f"{data}: {base}")._replace(case=case, base=base) for case in cases]


def _keep(asked: str, schema: pq.Schema, **options: Any) -> pq.Predicate:
    """The predicate of a shape that was compiled before, as source."""
    target, where = pq.target("python", schema, **options), schema.parse(asked).where
    pq.compile(where, target)
    keep: pq.Predicate = pq.compile(where, target)
    return keep


def _beside(data: str, rows: Sequence[Any], by_hand: Keep, keep: pq.Predicate) -> Mapping[str, Case]:
    wanted = list(filter(by_hand, rows))
    assert wanted
    assert list(filter(keep, rows)) == keep.filter(rows) == wanted
    return {
        f"{data}: {BY_HAND}": warmed(lambda: list(filter(by_hand, rows)), len(rows)),
        f"{data}: {KEEP}": warmed(lambda: list(filter(keep, rows)), len(rows)),
        f"{data}: {FILTER}": warmed(lambda: keep.filter(rows), len(rows)),
    }
