"""A million instances on SQLite, PostgreSQL and MariaDB: which index answers what, how many rows are looked at.

`python benchmarks/scale.py` writes `benchmarks/SCALE.md`; `--help` says what can be told to it. Instances and the
databases loaded with them are kept in `--cache`; the figures of engines that are not asked for are those of the run
before.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from scale_cases import CASES
from scale_data import ENGINES, filled, generated
from scale_report import write
from scale_servers import opened

import paramql as pq
from paramql.position import token_after
from paramql.query import Position
from paramql.testing.databases import Database
from plans import NOW, SCHEMA, TOKENS, Measured, Store

ROUNDS = 9
ENOUGH = 1.5  # seconds for the rounds of a query
_VERSION = {
    "sqlite": "SELECT sqlite_version()",
    "postgresql": "SHOW server_version",
    "mariadb": "SELECT version()",
}


def main() -> None:
    """Whatever is asked for on the command line."""
    options = _options()
    folder = options.cache / f"{options.rows}x{options.times}"
    folder.mkdir(parents=True, exist_ok=True)
    print(f"{generated(folder, options.rows):.0f} s to invent what was not there", flush=True)
    for engine in options.engines.split(",") if options.engines else ():
        found = _engine(engine, folder, options)
        (folder / f"{engine}.json").write_text(json.dumps(found))
        print(f"{engine}: {found['took']:.0f} s", flush=True)
    done = {engine: folder / f"{engine}.json" for engine in ENGINES}
    write(
        {engine: json.loads(path.read_text()) for engine, path in done.items() if path.exists()},
        options.rows,
        options.times,
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000, help="how many instances are invented")
    parser.add_argument("--times", type=int, default=1, help="how often each of them is there, under other ids")
    parser.add_argument("--engines", default=",".join(ENGINES))
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "paramql-scale")
    return parser.parse_args()


def _engine(engine: str, folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    """All that is measured of an engine."""
    store = Store(opened(engine, folder / engine))
    loading, places = filled(store, folder, options.rows, options.times), _places(store, folder)
    started = time.perf_counter()
    return {
        "version": str(store.database.rows(_VERSION[engine])[0][0]),
        "commit": _commit(),
        "date": str(dt.datetime.now(dt.UTC).date()),
        "loading": loading,
        "cases": {case.query: _case(store, case.query, places[case.query]) for case in CASES},
        "took": time.perf_counter() - started,
    }


def _commit() -> str:
    done = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=True)
    return done.stdout.strip()


# --- where pages start: found once, the same on each engine


def _places(store: Store, folder: Path) -> dict[str, dict[str, Any]]:
    """How many instances match each query, and which ones its pages come after."""
    known = folder / "places.json"
    found: dict[str, dict[str, Any]] = json.loads(known.read_text()) if known.exists() else {}
    for query in [case.query for case in CASES if case.query not in found]:
        matching, size = store.count(query), SCHEMA.size
        skipped = {"middle": matching // 2, "last": matching - size} if matching > 3 * size else {}
        after = {name: store.ids(store.after(query, count - 1))[0] for name, count in skipped.items()}
        found[query] = {"matching": matching, "after": after}
        known.write_text(json.dumps(found))
    return found


def _pages(store: Store, query: str, after: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The query string of each page."""
    yield "first", query
    parsed = SCHEMA.parse(query, now=NOW)
    for name, id_ in after.items():
        yield name, pq.link(parsed, token_after(parsed, _position(store, id_), TOKENS))


def _position(store: Store, id_: str) -> Position:
    changed, mark = store.database.quoted("lastChanged"), store.database.mark
    [(at,)] = store.database.rows(f"SELECT {changed} FROM instances WHERE id = {mark}", [id_])
    return store.target.position({"lastChanged": at, "id": id_}, SCHEMA.parse("").order)


# --- measures


def _case(store: Store, query: str, place: Mapping[str, Any]) -> dict[str, Any]:
    """Plans, rows and times of the first page, one in the middle, and the last."""
    pages = dict(_pages(store, query, place["after"]))
    measured = {name: store.measured(text) for name, text in pages.items()}
    times = _times(store.database, {name: store.statement(text) for name, text in pages.items()})
    print(store.database.name, query, {name: round(one.ratio, 1) for name, one in measured.items()}, flush=True)
    return {
        "matching": place["matching"],
        "ratios": {name: one.ratio for name, one in measured.items()},
        "times": {name: times[name] / times["first"] for name in pages},
        "seconds": times["first"],
        "plans": {name: _plan(one) for name, one in measured.items()},
        "sorted": {name: one.is_sorted for name, one in measured.items()},
        "ids": {name: store.ids(text) for name, text in pages.items()},
    }


def _plan(measured: Measured) -> list[list[str | None]]:
    return [[access.table, access.how, access.by] for access in measured.accesses]


def _times(database: Database, statements: Mapping[str, pq.Sql]) -> dict[str, float]:
    """The least seconds of each page, taken in turns: what others do on the machine only adds to them."""
    taken: dict[str, list[float]] = {name: [] for name in statements}
    until = time.perf_counter() + ENOUGH
    for done in range(ROUNDS):
        if done and time.perf_counter() > until:
            break
        for name, sql in statements.items():
            started = time.perf_counter()
            database.rows(sql.text, sql.params)
            taken[name].append(time.perf_counter() - started)
    return {name: min(values) for name, values in taken.items()}


if __name__ == "__main__":
    main()
