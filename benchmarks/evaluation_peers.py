"""Other libraries that filter records: the same four conditions on the same flights.

Those that cannot order instants are given them as seconds; a note says so, and what else differs.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks import flights
from benchmarks.by_hand import ASKED, FIRST, LAST, of_flight
from benchmarks.harness import Case, warmed

Records = Sequence[dict[str, Any]]


class Noted(NamedTuple):
    """A peer's case, and what is to be known of it."""

    case: Case
    note: str


def one_at_a_time(rows: Records) -> dict[str, Noted]:
    """Those that look at one record after the other."""
    return _made(
        {"mongoquery": _mongoquery, "mongomock": _mongomock, "jmespath": _jmespath, "json-logic": _json_logic}, rows
    )


def in_columns(rows: Records) -> dict[str, Noted]:
    """Those that keep records as columns, and answer whole tables."""
    return _made({"Polars": _polars, "DuckDB": _duckdb}, rows)


def _made(peers: Mapping[str, Callable[[Records], tuple[Callable[[], Any], str]]], rows: Records) -> dict[str, Noted]:
    """Those that are installed. Each must select as many as the function written by hand."""
    wanted = sum(map(of_flight, rows))
    found: dict[str, Noted] = {}
    for name, make in peers.items():
        try:
            run, note = make(rows)
        except ImportError as error:
            print(f"{name} is left out: {error}", file=sys.stderr)
            continue
        assert len(run()) == wanted, f"{name} selects {len(run())}, not {wanted}"
        found[name] = Noted(warmed(run, len(rows)), note)
    return found


def _mongoquery(rows: Records) -> tuple[Callable[[], Any], str]:
    from mongoquery import Query

    query = Query({"origin": "JFK", "time_hour": {"$gt": FIRST, "$lt": LAST}, "dep_delay": {"$gt": 15}})
    return lambda: [row for row in rows if query.match(row)], ""


def _mongomock(rows: Records) -> tuple[Callable[[], Any], str]:
    import mongomock

    naive = [{**row, "time_hour": row["time_hour"].replace(tzinfo=None)} for row in rows]
    collection = mongomock.MongoClient().bench.flights
    collection.insert_many(naive)
    bounds = {"$gt": FIRST.replace(tzinfo=None), "$lt": LAST.replace(tzinfo=None)}
    query = {"origin": "JFK", "time_hour": bounds, "dep_delay": {"$gt": 15}}
    return lambda: list(collection.find(query)), "instants without a zone; copies what it returns"


def _in_seconds(rows: Records) -> list[dict[str, Any]]:
    return [{**row, "time_hour": row["time_hour"].timestamp()} for row in rows]


def _jmespath(rows: Records) -> tuple[Callable[[], Any], str]:
    import jmespath

    first, last = int(FIRST.timestamp()), int(LAST.timestamp())
    text = f"[?origin == 'JFK' && time_hour > `{first}` && time_hour < `{last}` && dep_delay > `15`]"
    expression, numbered = jmespath.compile(text), _in_seconds(rows)
    return lambda: expression.search(numbered), "orders numbers only: instants as seconds"


def _json_logic(rows: Records) -> tuple[Callable[[], Any], str]:
    from json_logic import jsonLogic

    time, late = {"var": "time_hour"}, {"var": "dep_delay"}
    bounds = [{">": [time, FIRST.timestamp()]}, {"<": [time, LAST.timestamp()]}]
    rule = {"and": [{"==": [{"var": "origin"}, "JFK"]}, *bounds, {"!=": [late, None]}, {">": [late, 15]}]}
    numbered = _in_seconds(rows)
    note = "json-logic-qubit; instants as seconds, a fifth condition against null"
    return lambda: [row for row in numbered if jsonLogic(rule, row)], note


def _polars(rows: Records) -> tuple[Callable[[], Any], str]:
    os.environ.setdefault("POLARS_MAX_THREADS", "1")
    import polars as pl

    import paramql as pq

    frame = pl.DataFrame(rows, infer_schema_length=None).lazy()
    chosen = pq.compile(flights.SCHEMA.parse(ASKED).where, "polars")
    return lambda: frame.filter(chosen).collect(), "our Polars backend; columns made before, one thread"


def _duckdb(rows: Records) -> tuple[Callable[[], Any], str]:
    import duckdb

    import paramql as pq

    connection = duckdb.connect(config={"threads": 1})
    target = pq.target("duckdb", flights.SCHEMA, table="flights")
    for statement in target.create():
        connection.execute(statement)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "flights.csv"
        flights.write(rows, path)
        connection.execute(f"INSERT INTO flights BY NAME SELECT * FROM read_csv('{path}', header = true)")
    sql = pq.compile(flights.SCHEMA.parse(ASKED).where, target)
    text = f"SELECT id FROM flights WHERE {sql.text}"
    note = "our DuckDB backend; a table made before, one thread, keys fetched"
    return lambda: connection.execute(text, sql.params).fetchall(), note
