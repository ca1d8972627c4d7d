"""How records lie in a database: its tables, what makes them, and the statement of a page."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import paramql as pq


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How records lie in a database. The text of each stands whole in a column of the table, `document`.

    make: statements that make the tables and indexes. again: those that make what is missing, where `make` was cut off,
    for a database that keeps each statement by itself. tell: statements by which the database counts what it holds.
    select: the statement of a page.
    """

    target: pq.SqlTarget
    make: Sequence[str]
    again: Sequence[str] = ()
    tell: Sequence[str] = ()
    select: Callable[[pq.Page], pq.Sql] = pq.Page.select

    @property
    def version(self) -> str:
        """What tells tables that were made so from others."""
        return hashlib.sha256("\n".join(self.make).encode()).hexdigest()[:16]

    @property
    def begun(self) -> str:
        """What stands for the version while the tables are made, and where whoever made them was cut off."""
        return f"begun {self.version}"

    @property
    def children(self) -> Iterator[tuple[str, str]]:
        """The child tables, and the column of each that holds the key of its record."""
        for place in self.target.places.values():
            if isinstance(place, pq.Rows):
                [link] = place.link
                yield place.table, link
