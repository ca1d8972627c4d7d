"""Instances for `scale.py`: invented once into files, and loaded from them in bulk, with what loading costs.

The rows of SQLite are pickled, for `executemany`; those of PostgreSQL and MariaDB are text that COPY and LOAD DATA both
read.
"""

from __future__ import annotations

import json
import os
import pickle
import re
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from bulk import Table, tables
from paramql.instances import generate, load
from paramql.instances.tables import indexes, statistics, target
from paramql.testing.databases import Database
from plans import Store

ENGINES = ("sqlite", "postgresql", "mariadb")
CHUNK, FEWER = 20_000, 5_000
# Chunks that are loaded into what is there, to see what writing costs, and taken back.
LATER = (1_000_001, 1_000_002, 1_000_003)
_ESCAPED = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_MAKES = re.compile(r"CREATE INDEX (\S+) ON (\S+) (\(.*\))")
_LISTS = ("texts", "tags")
# An id whose last twelve digits start elsewhere.
_ID = (
    "substr({0}, 1, length({0}) - 12) || substr({0}, length({0}) - 11 + number) || "
    "substr({0}, length({0}) - 11, number)"
)
_TURNED = {
    ("instances", "id"): _ID,
    ("instances", "guidTail"): "substr({0}, 1 + number) || substr({0}, 1, number)",
    ("elements", "instance"): _ID,
    ("confirmations", "instance"): _ID,
}
_SIZES = {
    "sqlite": "SELECT page_count * page_size FROM pragma_page_count, pragma_page_size",
    "postgresql": "SELECT pg_database_size(current_database())",
    "mariadb": "SELECT sum(data_length + index_length) FROM information_schema.tables WHERE table_schema = database()",
}


# --- files, made once


def generated(folder: Path, rows: int) -> float:
    """Make the files of so many instances that are not there yet; the seconds that it took."""
    started = time.perf_counter()
    numbers = [
        number for number in (*range(-(-rows // CHUNK)), *LATER) if not _path(folder, "mariadb", number).exists()
    ]
    counts = [min(CHUNK, rows - number * CHUNK) if number < LATER[0] else FEWER for number in numbers]
    with ProcessPoolExecutor(2) as pool:
        list(pool.map(_made, [folder] * len(numbers), numbers, counts))
    return time.perf_counter() - started


def _made(folder: Path, number: int, count: int) -> None:
    records = [load(document) for document in generate(count, seed=number)]
    found = list(tables(target("sqlite"), records))
    made = {engine: [_as_text(table, engine) for table in found] for engine in ENGINES if engine != "sqlite"}
    for engine, rows in ({"sqlite": found} | made).items():
        part = _path(folder, engine, number).with_suffix(".part")
        part.parent.mkdir(parents=True, exist_ok=True)
        part.write_bytes(pickle.dumps(rows, 5))
        part.rename(part.with_suffix(".pickle"))


def _path(folder: Path, engine: str, number: int) -> Path:
    return folder / "rows" / f"{engine}-{number:07}.pickle"


def _as_text(table: Table, engine: str) -> tuple[str, tuple[str, ...], bytes]:
    """The rows as lines that COPY and LOAD DATA read; lists are JSON to MariaDB, arrays to PostgreSQL."""
    places = [number for number, name in enumerate(table.columns) if name in _LISTS and engine == "postgresql"]
    lines = []
    for row in table.rows:
        texts = ["\\N" if value is None else str(value).translate(_ESCAPED) for value in row]
        for place in places:
            texts[place] = texts[place] if row[place] is None else "{" + texts[place][1:-1] + "}"
        lines.append("\t".join(texts))
    return table.name, table.columns, "\n".join([*lines, ""]).encode()


# --- tables, filled from them


def filled(store: Store, folder: Path, rows: int, times: int) -> dict[str, Any]:
    """Fill the tables, or find them full; what that cost: seconds, bytes, and how fast later instances are written."""
    database = store.database
    if database.name == "mariadb":  # it cuts the Z off an instant, which it would else refuse
        database.rows("SET sql_mode = 'PIPES_AS_CONCAT'")
    loaded, known = (folder / f"{database.name}-{word}.json" for word in ("rows", "loading"))
    if not (loaded.exists() and _has(database, rows, rows * times)):
        database.clear()
        store.create()
        load = _seconds(lambda: [_load(database, folder, number) for number in range(-(-rows // CHUNK))])
        loaded.write_text(json.dumps({"load": load}))
        known.unlink(missing_ok=True)
    if not known.exists():
        seconds = _seconds(lambda: _repeat(database, folder, times)) if _has(database, rows) else 0.0
        found = {
            "rows": rows,
            "later": FEWER,
            "repeat": seconds,
            **json.loads(loaded.read_text()),
            **_indexed(store, folder),
        }
        known.write_text(json.dumps(found))
    return dict(json.loads(known.read_text()))


def _repeat(database: Database, folder: Path, times: int) -> None:
    """The instances again and again under other ids."""
    numbers = " UNION ALL ".join(f"SELECT {number} AS number" for number in range(1, times))
    if not numbers:
        return
    with database.together():
        for name, columns, _ in pickle.loads(_path(folder, database.name, 0).read_bytes()):
            quoted = {column: database.quoted(column) for column in columns}
            taken = (_TURNED.get((name, column), "{0}").format(f"old.{text}") for column, text in quoted.items())
            read = f"SELECT {', '.join(taken)} FROM {name} AS old, ({numbers}) AS turn"
            database.rows(f"INSERT INTO {name} ({', '.join(quoted.values())}) {read}")


def _indexed(store: Store, folder: Path) -> dict[str, Any]:
    """What the indexes cost, made in two steps: those of spans of time come last."""
    made = list(indexes(store.target))
    spans = [text for text in made if any(word in text for word in ("Day_", "Month_", "Year_"))]
    found: dict[str, Any] = {}
    steps: dict[str, list[str]] = {"none": [], "plain": [text for text in made if text not in spans], "all": spans}
    for (name, texts), number in zip(steps.items(), LATER, strict=True):
        seconds = _run(store.database, _together(store.database, texts))
        found[name] = {"count": len(texts), "seconds": seconds, "bytes": _size(store.database)}
        found[name]["write"] = written(store.database, folder, number)
        print(store.database.name, name, found[name], flush=True)
    for statement in statistics(store.target):
        store.database.rows(statement)
    return found


def _run(database: Database, texts: Sequence[str]) -> float:
    return _seconds(lambda: [database.rows(text) for text in texts])


def _together(database: Database, texts: Sequence[str]) -> list[str]:
    """Statements that make indexes; MariaDB reads a table once for all that are made by one statement."""
    if database.name != "mariadb":
        return list(texts)
    adding: dict[str, list[str]] = {}
    for name, table, columns in (match.groups() for text in texts if (match := _MAKES.fullmatch(text))):
        adding.setdefault(table, []).append(f"ADD INDEX {name} {columns}")
    return [f"ALTER TABLE {table} {', '.join(added)}" for table, added in adding.items()]


def written(database: Database, folder: Path, number: int) -> float:
    """Seconds of a processor that later instances take, which are then taken back."""
    database.rows("BEGIN")
    started = _worked(database)
    _load(database, folder, number)
    seconds = _worked(database) - started
    database.rows("ROLLBACK")
    return seconds


def _worked(database: Database) -> float:
    """Seconds that a processor has worked for this process, or for the process of the server."""
    if database.name == "sqlite":
        return time.process_time()
    number = database.rows("SELECT pg_backend_pid()" if database.name == "postgresql" else "SELECT @@pid_file")[0][0]
    if database.name == "mariadb":
        number = Path(number).read_text().strip()
    ticks = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[11:13]
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")


def _load(database: Database, folder: Path, number: int) -> None:
    path = _path(folder, database.name, number)
    for name, columns, rows in pickle.loads(path.read_bytes()):
        listed = ", ".join(map(database.quoted, columns))
        if database.name == "sqlite":
            _insert(database, f"INSERT INTO {name} ({listed}) VALUES ({', '.join('?' * len(columns))})", rows)
        elif database.name == "postgresql":
            with database.connection.cursor().copy(f"COPY {name} ({listed}) FROM STDIN") as copied:
                copied.write(rows)
        else:
            text = path.with_suffix(".txt")
            text.write_bytes(rows)
            database.rows(f"LOAD DATA INFILE '{text}' INTO TABLE {name} CHARACTER SET utf8mb4 ({listed})")
            text.unlink()


def _insert(database: Database, text: str, rows: list[tuple[object, ...]]) -> None:
    is_alone = not database.connection.in_transaction
    if is_alone:
        database.rows("BEGIN")
    database.connection.executemany(text, rows)
    if is_alone:
        database.rows("COMMIT")


def _size(database: Database) -> int:
    if database.name == "mariadb":
        database.rows("ANALYZE TABLE instances, elements, confirmations")
    return int(database.rows(_SIZES[database.name])[0][0])


def _has(database: Database, *counts: int) -> bool:
    try:
        return database.rows("SELECT count(*) FROM instances")[0][0] in counts
    except Exception:  # noqa: BLE001 - whatever a driver raises where there is no such table
        return False


def _seconds(run: Callable[[], object]) -> float:
    started = time.perf_counter()
    run()
    return time.perf_counter() - started
