"""Instances in SQLite: what parameters filter or sort on in columns and child rows, the documents whole beside them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, Self

import paramql as pq
from paramql.instances.tables import indexes, statistics, tables, target

BATCH = 1000
_CHILDREN = ("elements", "confirmations")

_INSERT = "INSERT OR REPLACE INTO {table} ({columns}) VALUES ({holes})"
_REMOVE = "DELETE FROM {table} WHERE instance = ?"
_SELECT = "SELECT id FROM instances WHERE {where} ORDER BY lastChanged DESC, id DESC"


def create(connection: sqlite3.Connection) -> pq.SqlTarget:
    """Make the tables and indexes where they are not there yet; the target that filters are compiled for."""
    made = target("sqlite")
    if not connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'instances'").fetchone():
        for statement in (*tables(made), *indexes(made), *statistics(made)):
            connection.execute(statement)
        connection.commit()
    return made


class Store:
    """Instances in a SQLite file (or in memory: `:memory:`), readable while they are written.

    >>> from paramql.instances import SCHEMA, generate, load
    >>> with Store() as store:
    ...     store.add(("...", load(document)) for document in generate(10))
    ...     len(store.select(SCHEMA.parse("created=gte:2018").where))
    10
    10
    """

    def __init__(self, path: str = ":memory:") -> None:
        self.connection = sqlite3.connect(path)
        self.connection.execute("PRAGMA journal_mode = WAL")
        self.connection.execute("PRAGMA synchronous = NORMAL")
        self.target = create(self.connection)

    def add(self, instances: Iterable[tuple[str, Mapping[str, Any]]]) -> int:
        """Put documents, each as text and as record, and say how many; one with the id of another replaces it.

        A thousand at a time: each batch is there wholly or not at all.
        """
        count, rest = 0, iter(instances)
        while batch := list(islice(rest, BATCH)):
            with self.connection:
                self._put({record["id"]: (text, record) for text, record in batch})
            count += len(batch)
        return count

    def _put(self, batch: Mapping[str, tuple[str, Mapping[str, Any]]]) -> None:
        rows: dict[str, list[dict[str, object]]] = {"instances": [], "elements": [], "confirmations": []}
        for text, record in batch.values():
            rows["instances"].append({**self.target.row(record), "document": text})
            for table, children in self.target.children(record).items():
                rows[table] += children
        for table in _CHILDREN:
            self.connection.executemany(_REMOVE.format(table=table), [(key,) for key in batch])
        for table, found in rows.items():
            self._insert(table, found)

    def _insert(self, table: str, rows: list[dict[str, object]]) -> None:
        if rows:
            holes = ", ".join("?" * len(rows[0]))
            text = _INSERT.format(table=table, columns=", ".join(rows[0]), holes=holes)
            self.connection.executemany(text, [tuple(row.values()) for row in rows])

    def select(self, where: pq.Expression) -> list[str]:
        """The ids of the instances that an expression is true of, last changed first."""
        sql = pq.compile(where, self.target)
        return [id_ for (id_,) in self.connection.execute(_SELECT.format(where=sql.text), sql.params)]

    def document(self, id_: str) -> str | None:
        """The text of a document as it was put."""
        row = self.connection.execute("SELECT document FROM instances WHERE id = ?", [id_]).fetchone()
        return row[0] if row else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self.connection.close()
