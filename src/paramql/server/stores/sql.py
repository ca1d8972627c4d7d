"""Records in a table with its child tables: what SQLite, PostgreSQL and MariaDB have in common."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import paramql as pq
from paramql.server.stores import Batch, Found, Mark, Row, counted
from paramql.server.stores.driver import Driver, Writing
from paramql.server.stores.layout import Layout
from paramql.server.stores.making import MARKS, Making

__all__ = ["Driver", "Layout", "SqlStore"]

_MARK = ("source", "seen", "at", "line")


class SqlStore:
    """Records in the tables of a layout, which are made when the database has none yet."""

    def __init__(self, layout: Layout, driver: Driver) -> None:
        self.layout, self.driver = layout, driver
        self.target: pq.SqlTarget = layout.target
        self._name, self._writing = self.target.table or "", Writing(driver, self.target.dialect)
        try:
            Making(layout, self._writing).make()
        except BaseException:
            driver.close()
            raise

    def find(self, page: pq.Page, count_to: int | None) -> Found:
        """The rows of a page, and how many match, of one state of the database."""
        with self.driver.reading() as session:
            sql = self.layout.select(page)
            rows = session.rows(sql.text, sql.params)
            total = counted(page, rows, count_to)
            if total is None and count_to != 0:
                sql = page.count(count_to)
                [row] = session.rows(sql.text, sql.params)
                [total] = row.values()
        return Found(rows, total)

    def check(self) -> None:
        """Raise `Unavailable` where the database does not answer."""
        with self.driver.reading() as session:
            session.rows("SELECT 1")

    def close(self) -> None:
        """Let all connections go."""
        self.driver.close()

    def put(self, batch: Batch, mark: Mark | None = None) -> None:
        """Put documents, and how far their file has been read: all of it, or nothing. In the order of their keys."""
        rows, children = self._rows(batch)
        with self.driver.writing() as session:
            self._writing.replace(session, self._name, list(rows.values()), self._key)
            for table, (link, found) in children.items():
                self._writing.delete(session, table, link, rows)
                self._writing.insert(session, table, found)
            if mark:
                self._writing.replace(session, MARKS, [dict(zip(_MARK, mark, strict=True))], "source")

    def mark(self, source: str) -> Mark | None:
        """How far the load of a file had come that has not ended."""
        with self.driver.reading() as session:
            names = ", ".join(map(self._writing.quoted, _MARK))
            found = session.rows(f"SELECT {names} FROM {MARKS} WHERE source = {self.driver.hole}", [source])
        return Mark(*found[0].values()) if found else None

    def finish(self, source: str | None) -> None:
        """A load has ended: the database counts what it holds, and the mark goes."""
        with self.driver.making() as session:
            for statement in self.layout.tell:
                session.run(statement)
        with self.driver.writing() as session:
            self._writing.delete(session, MARKS, "source", [source])

    def document(self, key: object) -> str | None:
        """The text of a record, as it was put."""
        with self.driver.reading() as session:
            where = f"{self._writing.quoted(self._key)} = {self.driver.hole}"
            rows = session.rows(f"SELECT document FROM {self._writing.quoted(self._name)} WHERE {where}", [key])
        return rows[0]["document"] if rows else None

    @property
    def _key(self) -> str:
        key = self.target.schema.key
        place = self.target.places[key.name] if key else None
        assert isinstance(place, pq.Column)
        return place.name

    def _rows(self, batch: Batch) -> tuple[dict[Any, Row], dict[str, tuple[str, list[Row]]]]:
        """Rows by key, the last of each, in order; and those of the child tables, with the column that links them."""
        rows: dict[Any, Row] = {}
        children: dict[Any, Mapping[str, list[dict[str, object]]]] = {}
        for text, record in batch:
            row = {**self.target.row(record), "document": text}
            rows[row[self._key]], children[row[self._key]] = row, self.target.children(record)
        ordered = {key: rows[key] for key in sorted(rows)}
        return ordered, {
            table: (link, [row for key in ordered for row in children[key].get(table, ())])
            for table, link in self.layout.children
        }
