"""Other libraries that make conditions of text: one module each, with what it needs, what it does, and its cases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

# The modules of this folder, in the order of the table.
NAMES = (
    "odata_query",
    "pygeofilter",
    "cql2",
    "pyrsql",
    "fastapi_filter",
    "fastapi_filters",
    "django_filter",
    "cel_python",
)


class Job(NamedTuple):
    """The five conditions: two texts equal, a day after and before, a truth."""

    app: str
    task: str
    after: dt.date
    before: dt.date
    complete: bool

    @property
    def truth(self) -> str:
        """As every peer writes it."""
        return "true" if self.complete else "false"


class Way(NamedTuple):
    """One way to use a peer: how a job is written in its language, and what is done with the text."""

    write: Callable[[Job], str]
    run: Callable[[str], object]


@dataclass(frozen=True)
class Peer:
    """A library. `schema`: whether names and values are checked. `bound`: whether values stay out of the SQL."""

    name: str
    requirements: tuple[str, ...]
    schema: str
    bound: str
    logic: str
    ways: Callable[[], Mapping[str, Way]]
    whole: str  # the way that is nearest to ours
    note: str = ""
