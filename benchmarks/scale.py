"""A million instances on SQLite, PostgreSQL and MariaDB: which index answers what, how many rows are looked at.

`python benchmarks/scale.py [--rows N] [--engines sqlite,postgresql,mariadb]` writes `benchmarks/SCALE.md`. Instances
are generated once and kept in `--cache`; the figures of engines that are not asked for are those of the run before.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import pickle
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from scale_report import CASES, write

from paramql.instances import generate, load
from paramql.instances.tables import indexes
from paramql.testing.databases import Database, opened
from plans import SCHEMA, Measured, Store

ENGINES = ("sqlite", "postgresql", "mariadb")
CHUNK = 20_000
ROUNDS = 7
ENOUGH = 2.0  # seconds for the rounds of a query
_DAYS_INDEX = re.compile(r"CREATE INDEX (\w+Day_\w+)")
_AS_SERVED = {
    "sqlite": ("PRAGMA journal_mode = OFF", "PRAGMA synchronous = OFF", "PRAGMA cache_size = -200000"),
    "postgresql": ("SET synchronous_commit = off", "SET maintenance_work_mem = '512MB'"),
    "mariadb": (
        "SET GLOBAL innodb_buffer_pool_size = 2147483648",
        "SET GLOBAL innodb_log_file_size = 536870912",
        "SET unique_checks = 0",
    ),
}
_VERSION = {
    "sqlite": "SELECT sqlite_version()",
    "postgresql": "SHOW server_version",
    "mariadb": "SELECT version()",
}


def main() -> None:
    """Whatever is asked for on the command line."""
    os.nice(5)
    options = _options()
    folder = options.cache / f"{options.rows}"
    folder.mkdir(parents=True, exist_ok=True)
    _generate(folder, options.rows)
    for engine in options.engines.split(","):
        store = Store(opened(engine))
        today = str(dt.datetime.now(dt.UTC).date())
        loading = _fill(store, folder, options.rows)
        found: dict[str, Any] = {"version": _version(store.database), "date": today, "cases": {}, "loading": loading}
        for case in CASES:
            found["cases"][case.query] = _case(store, case.query)
            print(engine, case.query, found["cases"][case.query]["ratios"], flush=True)
            (folder / f"{engine}.json").write_text(json.dumps(found))
        found["writing"] = _writing(store)
        (folder / f"{engine}.json").write_text(json.dumps(found))
    done = {engine: folder / f"{engine}.json" for engine in ENGINES}
    write({engine: json.loads(path.read_text()) for engine, path in done.items() if path.exists()}, options.rows)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--engines", default=",".join(ENGINES))
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "paramql-scale")
    return parser.parse_args()


# --- instances, generated once


def _generate(folder: Path, rows: int) -> None:
    with ProcessPoolExecutor(2) as pool:
        for path in pool.map(_chunk, _chunks(folder, rows), [rows] * len(_chunks(folder, rows))):
            print(path, flush=True)


def _chunks(folder: Path, rows: int) -> list[Path]:
    return [folder / f"{number:04}.pickle" for number in range(-(-rows // CHUNK))]


def _chunk(path: Path, rows: int) -> Path:
    if not path.exists():
        number = int(path.stem)
        count = min(CHUNK, rows - number * CHUNK)
        part = path.with_suffix(".part")
        part.write_bytes(pickle.dumps([load(document) for document in generate(count, seed=number)], 5))
        part.rename(path)
    return path


# --- tables, filled fast


def _fill(store: Store, folder: Path, rows: int) -> dict[str, float]:
    """The tables with all rows, and the seconds that they took; those that are there already are kept."""
    database = store.database
    for statement in _AS_SERVED[database.name]:
        database.rows(statement)
    if _has(database, rows):
        return {}
    database.clear()
    store.create()
    adding = _seconds(lambda: [store.add(pickle.loads(path.read_bytes())) for path in _chunks(folder, rows)])
    return {"rows": adding, "indexes": _seconds(store.index)}


def _has(database: Database, rows: int) -> bool:
    try:
        return database.rows("SELECT count(*) FROM instances") == [(rows,)]
    except Exception:  # noqa: BLE001 - whatever a driver raises where there is no such table
        return False


# --- measures


def _seconds(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started


def _writing(store: Store) -> dict[str, float]:
    """Seconds that later instances take: with all indexes, and without those of days."""
    first, second = ([load(document) for document in generate(CHUNK, seed=number)] for number in (1_000_001, 1_000_002))
    found = {"all": _seconds(lambda: store.add(first))}
    for name in _DAYS_INDEX.findall("\n".join(indexes(store.target))):
        store.database.rows(f"DROP INDEX {name}" + (" ON instances" if store.database.name == "mariadb" else ""))
    return found | {"without days": _seconds(lambda: store.add(second))}


def _version(database: Database) -> str:
    return str(database.rows(_VERSION[database.name])[0][0])


def _case(store: Store, query: str) -> dict[str, Any]:
    """Plans, counts and times of the first page, one in the middle, and the last."""
    matching, size = store.count(query), SCHEMA.size
    pages = {"first": query}
    if matching > 3 * size:
        pages |= {"middle": store.after(query, matching // 2), "last": store.after(query, matching - size)}
    measured = {name: store.measured(text) for name, text in pages.items()}
    times = _times(store, pages)
    return {
        "matching": matching,
        "ratios": {name: one.ratio for name, one in measured.items()},
        "times": {name: times[name] / times["first"] for name in pages},
        "seconds": times["first"],
        "plans": {name: _plan(one) for name, one in measured.items()},
        "sorted": {name: one.is_sorted for name, one in measured.items()},
    }


def _plan(measured: Measured) -> list[list[str | None]]:
    return [[access.table, access.how, access.by] for access in measured.accesses]


def _times(store: Store, pages: Mapping[str, str]) -> dict[str, float]:
    """Median seconds of each page, taken in turns."""
    statements = {name: store.statement(text) for name, text in pages.items()}
    taken: dict[str, list[float]] = {name: [] for name in pages}
    until = time.perf_counter() + ENOUGH
    for done in range(ROUNDS):
        if done and time.perf_counter() > until:
            break
        for name, sql in statements.items():
            started = time.perf_counter()
            store.database.rows(sql.text, sql.params)
            taken[name].append(time.perf_counter() - started)
    return {name: statistics.median(values) for name, values in taken.items()}


if __name__ == "__main__":
    main()
