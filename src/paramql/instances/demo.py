"""`make demo`: the documented queries of the instances service, answered by Python and by SQLite; the same ids?"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Column, Table

import paramql as pq
from paramql.instances.document import load
from paramql.instances.generator import generate
from paramql.instances.schema import SCHEMA
from paramql.instances.store import Store

COUNT = 10_000
_APP = "appId=digdir/be-om-api-tilgang"

# The examples of the service's page, with an owner and an application that the generator knows; then ours.
QUERIES = (
    f"{_APP}&process.currentTask=Task_2&lastChanged=gt:2019-05-01",
    "org=digdir&process.ended=gt:2020-03-10",
    "org=digdir&excludeConfirmedBy=digdir",
    f"{_APP}&process.currentTask=Task_1",
    "dueBefore=gt:2019-02&dueBefore=lt:2019-03-01",
    "filter=or(any(data,and(dataType:vedlegg,size:gt:1000000)),and(status.isArchived:true,not(org:in:(skd,nav))))",
)
MISTYPED = "org=digdir&lastChange=gt:2019-05-01&dueBefore=gtt:2019-02&process.isComplete=yes"


@dataclass(frozen=True)
class Answer:
    """The ids that a query selects, twice, and the seconds that each answer took."""

    query: str
    python: frozenset[str]
    sqlite: frozenset[str]
    seconds: tuple[float, float]

    @property
    def agrees(self) -> bool:
        """Whether both selected the same."""
        return self.python == self.sqlite


def main(count: int = COUNT) -> int:
    """Run the demonstration. The exit status: 1 where the two disagree."""
    to = Console(highlight=False, markup=False, emoji=False)
    started = time.perf_counter()
    with Store() as store:
        records = filled(store, count)
        to.print(f"{count:,} instances invented, loaded and put into SQLite in {time.perf_counter() - started:.1f} s\n")
        answered(QUERIES[0], records, store)  # pays for what is imported when first needed
        answers = [answered(query, records, store) for query in QUERIES]
    _show(to, answers)
    to.print("\nA mistyped query:\n")
    to.print(mistyped(), soft_wrap=True)
    return 0 if all(answer.agrees for answer in answers) else 1


def filled(store: Store, count: int) -> list[dict[str, Any]]:
    """The records of invented instances, which are put into the store as well."""
    loaded = [(json.dumps(document, ensure_ascii=False), load(document)) for document in generate(count)]
    store.add(loaded)
    return [record for _, record in loaded]


def answered(query: str, records: Sequence[dict[str, Any]], store: Store) -> Answer:
    """Parse, compile and select, in Python and in SQLite."""
    begin = time.perf_counter()
    where = SCHEMA.parse(query).where
    by_python = [record["id"] for record in pq.compile(where, "python").filter(records)]
    between = time.perf_counter()
    by_sqlite = store.select(where)
    end = time.perf_counter()
    return Answer(query, frozenset(by_python), frozenset(by_sqlite), (between - begin, end - between))


def mistyped() -> str:
    """What a person sees who mistypes."""
    try:
        SCHEMA.parse(MISTYPED)
    except pq.QueryError as error:
        return str(error)
    raise AssertionError("the mistyped query was accepted")


def _show(to: Console, answers: Iterable[Answer]) -> None:
    rows = [(answer.query, *_figures(answer)) for answer in answers]
    if not to.is_terminal:
        for query, python, sqlite, verdict in rows:
            to.print(f"{query}\n  Python {python}, SQLite {sqlite}: {verdict}", soft_wrap=True)
        return
    table = Table(Column("Query", overflow="fold"), "Python", "SQLite", "Same ids?", show_lines=True)
    for row in rows:
        table.add_row(*row)
    to.print(table)


def _figures(answer: Answer) -> tuple[str, str, str]:
    found = zip((answer.python, answer.sqlite), answer.seconds, strict=True)
    python, sqlite = (f"{len(ids):,} in {seconds * 1000:.1f} ms" for ids, seconds in found)
    return python, sqlite, "yes" if answer.agrees else "NO"


if __name__ == "__main__":  # pragma: no cover - `make demo` does it
    sys.exit(main())
