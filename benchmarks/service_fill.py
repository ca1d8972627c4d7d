"""Fill the service's database with invented instances, fast: two processes read them, indexes are made afterwards.

The documents are those of `paramql instances generate`; the tables, the indexes and what is told of them are those that
the service makes. PostgreSQL is filled with what SQLite holds.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any

from paramql.instances.loading import instance
from paramql.instances.stores import layout, opened
from paramql.instances.tables import indexes, statistics
from paramql.server.stores.sql import SqlStore

CHUNK = 2_000
_TABLES = ("instances", "elements", "confirmations")
_FLAGS = {"isArchived", "isSoftDeleted", "isHardDeleted", "confirmed", "locked", "isRead"}
_LISTS = {"texts", "tags"}


def generated(file: Path, rows: int) -> None:
    """The documents, in a file that is kept."""
    if not file.exists():
        part = file.with_suffix(".part")
        command = [str(Path(sys.executable).parent / "paramql"), "instances", "generate", str(rows), "--seed", "1"]
        with part.open("wb") as stream:
            subprocess.run(command, stdout=stream, check=True)
        part.rename(file)


def sqlite(path: Path, file: Path) -> None:
    """A database of the documents of a file; one that is there is kept."""
    if path.exists():
        return
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    store: Any = opened(f"sqlite:///{part}")
    with _bare(store), store.driver.writing() as session, ProcessPoolExecutor(2) as pool, file.open("rb") as stream:
        for found in _mapped(pool, stream):
            for table, (columns, rows) in found.items():
                holes = ", ".join("?" * len(columns))
                session.many(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({holes})", rows)
    store.close()
    _closed(part, path)


def multiplied(path: Path, base: Path, times: int) -> None:
    """A database of each instance of another, so many times, each with a guid of its own; one that is there is kept."""
    if path.exists():
        return
    part = path.with_suffix(".part")
    shutil.copy(base, part)
    store: Any = opened(f"sqlite:///{part}")
    with _bare(store), store.driver.writing() as session:
        session.run("PRAGMA cache_size = -600000")
        ends = {table: session.rows(f"SELECT max(rowid) AS last FROM {table}")[0]["last"] for table in _TABLES}
        session.run("CREATE TEMP TABLE turned (old TEXT PRIMARY KEY, guid TEXT, new TEXT) WITHOUT ROWID")
        for number in range(1, times):
            session.run("DELETE FROM turned")
            session.run(_TURN.format(number=number, times=times, last=ends["instances"]))
            for table, last in ends.items():
                session.run(_again(session, table, last))
    store.close()
    _closed(part, path)


_OLD = "substr(id, instr(id, '/') + 1)"
_NEW = (
    f"printf('%08x%s%012x', rowid * 2654435761 + {{number}} * 40503 & 4294967295, substr({_OLD}, 9, 16),"
    " (rowid * {times} + {number}) * 6364136223 & 281474976710655)"
)
_TURN = (
    f"INSERT INTO turned SELECT id, {_OLD}, substr(id, 1, instr(id, '/')) || {_NEW}"
    " FROM instances WHERE rowid <= {last}"
)
_TURNED = {
    "instances": {
        "id": "new",
        "guidTail": "substr(new, -12)",
        "document": "replace(document, guid, substr(new, -36))",
    },
    "elements": {"instance": "new"},
    "confirmations": {"instance": "new"},
}


def _again(session: Any, table: str, last: int) -> str:
    names = [row["name"] for row in session.rows(f"PRAGMA table_info({table})")]
    values = ", ".join(_TURNED[table].get(name, name if name != "id" else f"{table}.id") for name in names)
    key = next(iter(_TURNED[table]))
    return (
        f"INSERT INTO {table} SELECT {values} FROM {table} JOIN turned ON turned.old = {table}.{key}"
        f" WHERE {table}.rowid <= {last}"
    )


def _closed(part: Path, path: Path) -> None:
    with sqlite3.connect(part) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    part.rename(path)


def postgresql(url: str, path: Path) -> None:
    """The same rows; a database that has some is left as it is."""
    store: Any = opened(url)
    with store.driver.reading() as session:
        is_full = session.rows("SELECT 1 AS one FROM instances LIMIT 1")
    if not is_full:
        with _bare(store), sqlite3.connect(path) as source, store.driver.writing() as session:
            for table in _TABLES:
                _copied(source, session, table)
        store.finish(None)
    store.close()


class _bare:  # noqa: N801 - a context, read as a word
    """A store without its indexes meanwhile, those on keys and links excepted."""

    def __init__(self, store: SqlStore) -> None:
        self._store, self._made = store, list(indexes(store.target))

    def __enter__(self) -> None:
        with self._store.driver.making() as session:
            for one in self._made:
                session.run(f"DROP INDEX {one.split(' ')[2]}")

    def __exit__(self, *raised: object) -> None:
        told = statistics(self._store.target) if self._store.target.backend == "sqlite" else ()
        with self._store.driver.making() as session:
            if told:
                session.run("PRAGMA cache_size = -600000")
            for one in (*self._made, *told):
                session.run(one)


def _mapped(pool: ProcessPoolExecutor, stream: Iterable[bytes]) -> Iterator[Any]:
    """What `_read` makes of each chunk, a few ahead."""
    chunks = iter(lambda: list(islice(iter(stream), CHUNK)), [])
    waiting = [pool.submit(_read, chunk) for chunk in islice(chunks, 4)]
    while waiting:
        yield waiting.pop(0).result()
        waiting += [pool.submit(_read, chunk) for chunk in islice(chunks, 1)]


def _read(lines: list[bytes]) -> dict[str, tuple[list[str], list[tuple[Any, ...]]]]:
    """The rows of documents, by table."""
    rows: dict[str, list[dict[str, object]]] = {table: [] for table in _TABLES}
    for text, record in map(instance, lines):
        rows["instances"].append({**_target().row(record), "document": text})
        for table, children in _target().children(record).items():
            rows[table] += children
    return {table: (list(found[0]), [tuple(row.values()) for row in found]) for table, found in rows.items() if found}


@cache
def _target() -> Any:
    return layout("sqlite").target


def _copied(source: sqlite3.Connection, session: Any, table: str) -> None:
    found = source.execute(f"SELECT * FROM {table}")
    names = [column[0] for column in found.description]
    turned = [_turned(name) for name in names]
    columns = ", ".join(f'"{name}"' for name in names)
    with session._connection.cursor().copy(f"COPY {table} ({columns}) FROM STDIN") as copy:  # noqa: SLF001
        for row in found:
            copy.write_row([turn(value) for turn, value in zip(turned, row, strict=True)])


def _turned(name: str) -> Any:
    """From SQLite's value to PostgreSQL's."""
    if name in _FLAGS:
        return lambda value: None if value is None else bool(value)
    if name in _LISTS:
        return lambda value: None if value is None else json.loads(value)
    return lambda value: value
