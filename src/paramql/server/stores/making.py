"""The tables of a layout: made where a database has none, gone on with where whoever made them was cut off."""

from __future__ import annotations

from collections.abc import Sequence

from paramql.server.stores import Mismatch
from paramql.server.stores.driver import Session, Writing
from paramql.server.stores.layout import Layout

MARKS, _VERSIONS = "paramql_loads", "paramql_versions"
_NAME, _WORD = "VARCHAR(255) NOT NULL PRIMARY KEY", "VARCHAR(64) NOT NULL"
_OF_PROGRAM = (
    f"CREATE TABLE IF NOT EXISTS {MARKS} (source {_NAME}, seen {_WORD}, at BIGINT NOT NULL, line BIGINT NOT NULL)",
    f"CREATE TABLE IF NOT EXISTS {_VERSIONS} (name {_NAME}, version {_WORD})",
)


class Making:
    """What makes the tables of a layout, and tells them from those that another version has made."""

    def __init__(self, layout: Layout, writing: Writing) -> None:
        self._layout, self._driver, self._writing = layout, writing.driver, writing
        self._table = layout.target.table or ""

    def make(self) -> None:
        """Raises `Mismatch`. Whoever finds all made writes nothing: there may be no room, or another may be writing."""
        with self._driver.looking() as session:
            if self._version(session) == self._layout.version:
                return
        with self._driver.making() as session:
            for statement in _OF_PROGRAM:
                session.run(statement)
            self._make(session, self._version(session))

    def _make(self, session: Session, found: str | None) -> None:
        if found is None:
            self._begin(session)
            self._run(session, self._layout.make)
        elif found == self._layout.begun and self._layout.again:
            self._run(session, self._layout.again)
        elif found != self._layout.version:
            raise Mismatch(f"the tables of {self._table!r} were made by another version: load into a new database")

    def _begin(self, session: Session) -> None:
        """Say that tables are being made, unless there are some of another's, which are none to go on with."""
        own = (self._table, *(table for table, _ in self._layout.children))
        if not any(self._driver.has(session, table) for table in own):
            self._is(session, self._layout.begun)

    def _run(self, session: Session, statements: Sequence[str]) -> None:
        for statement in statements:
            session.run(statement)
        self._is(session, self._layout.version)

    def _is(self, session: Session, version: str) -> None:
        self._writing.replace(session, _VERSIONS, [{"name": self._table, "version": version}], "name")

    def _version(self, session: Session) -> str | None:
        if not self._driver.has(session, _VERSIONS):
            return None
        found = session.rows(f"SELECT version FROM {_VERSIONS} WHERE name = {self._driver.hole}", [self._table])
        return found[0]["version"] if found else None
