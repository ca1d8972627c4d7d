"""Where records are kept, behind one small face: a page is found, batches are put, whatever the database.

A store takes a page of any schema (`paramql.page`) for its target. Those of this package stand on the drivers' own
pools: SQLite, PostgreSQL, MariaDB, MongoDB.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, Protocol, TypeAlias

import paramql as pq

Row: TypeAlias = Mapping[str, Any]
Batch: TypeAlias = Sequence[tuple[str, Mapping[str, Any]]]
GRACE = 5.0  # seconds beyond those of a statement, in which a server says that it has stopped it
SILENCE = 300.0  # seconds after which a server that says nothing is gone, where statements take any time


class TimedOut(Exception):
    """A statement took longer than the store allows."""


class Unavailable(Exception):
    """The database cannot be reached, or has no connection to spare."""


class Full(Unavailable):
    """The database has no room left for what it is to keep."""


class Mismatch(ValueError):
    """The database holds tables that were made otherwise than this program would make them."""


class Found(NamedTuple):
    """The rows of a page, one more where there is a next one, and how many match (None: not counted)."""

    rows: list[Row]
    total: int | None


class Mark(NamedTuple):
    """How far a file has been loaded: bytes and lines; `of` is what the file looked like then."""

    source: str
    of: str
    offset: int
    line: int


class Store(Protocol):
    """What a service needs of a database."""

    @property
    def target(self) -> pq.Target:
        """Where the fields live: what pages are made for."""
        ...

    def find(self, page: pq.Page, count_to: int | None) -> Found:
        """The rows of a page, and how many match: all (None), one more than so many at most, not counted (0)."""
        ...

    def check(self) -> None:
        """Raise `Unavailable` where the database does not answer."""

    def close(self) -> None:
        """Let all connections go."""


class Filled(Store, Protocol):
    """A store that is filled by the program, too."""

    def put(self, batch: Batch, mark: Mark | None = None) -> None:
        """Put documents, each as text and as record, and how far their file has been read: all of it, or nothing.

        One with the key of another replaces it.
        """

    def mark(self, source: str) -> Mark | None:
        """How far the load of a file had come that has not ended."""
        ...

    def finish(self, source: str | None) -> None:
        """A load has ended: the mark goes, and the database counts what it holds."""


def patience(timeout: float | None) -> float:
    """How long an answer is waited for: a server that is silent for longer than it needs to stop a statement is gone.

    Where statements may take any time, it is gone after five minutes: a load would wait for ever for a network that has
    fallen silent.
    """
    return SILENCE if timeout is None else timeout + GRACE


def counted(page: pq.Page, rows: Sequence[Row], count_to: int | None) -> int | None:
    """How many match, where the rows of the page tell: the first one is the last. None: it is to be counted."""
    is_only = page.query.page.after is None and len(rows) < page.limit
    return len(rows) if is_only and count_to != 0 else None
