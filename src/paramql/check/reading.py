"""What one query's checks share: the schema, the caller, the clock, and what has been found so far."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from paramql.ast import Scalar
from paramql.declarations import Declarations, Scope, SortKey, is_askable
from paramql.declare import Asked, Expression, ListOf, Name
from paramql.problems import Problem
from paramql.source import Span, shown
from paramql.syntax import Clause
from paramql.types import Clock, Type


class Enough(Exception):
    """As many problems are found as are reported."""


class Meant(NamedTuple):
    """What was asked, and what it means."""

    asked: Asked
    where: Expression


@dataclass(frozen=True, slots=True)
class Place:
    """Where a clause stands: the query parameter, the names in reach, the path of lists down to them.

    inside: in an expression, where options cannot stand.
    """

    parameter: str
    scope: Scope
    prefix: str = ""
    inside: bool = False


@dataclass(slots=True)
class Reading:
    """The state of one parse.

    enough: how many problems end a round; outside of one the first does.
    clauses: how many there are; each item of a list is one where the host's function says what it means.
    """

    schema: Declarations
    text: str
    clock: Clock
    only: frozenset[str] | None
    lenient: bool = False
    from_bytes: bool = False
    problems: list[Problem] = field(default_factory=list)
    notices: list[Problem] = field(default_factory=list)
    names: dict[str, Span] = field(default_factory=dict)
    values: dict[str, Scalar] = field(default_factory=dict)
    enough: int = 0
    clauses: int = 0

    def report(self, problem: Problem) -> None:
        """Keep a problem. Raises `Enough` when this round has found as many as are reported."""
        self.problems.append(_fit(problem))
        if len(self.problems) >= self.enough:
            raise Enough

    @contextmanager
    def round(self) -> Iterator[None]:
        """A time through the query, in order of position. What is reported are the first problems of all rounds."""
        self.enough = len(self.problems) + self.schema.limits.problems
        with suppress(Enough):
            yield

    def note(self, notice: Problem) -> None:
        """Keep a notice."""
        self.notices.append(_fit(notice))

    def find(self, place: Place, text: str, leading: bool = False) -> Name | None:
        """What a name stands for, if this caller may ask about it here; `leading`: or about a name below it."""
        name = place.scope.find(text)
        if name is None or not is_askable(name, place.inside):
            return None
        full = place.prefix + name.text
        return name if self.may_use(full) or (leading and self._leads_to_usable(full)) else None

    def visible(self, place: Place) -> list[str]:
        """The names that this caller may ask about here."""
        controls = [] if place.inside else [*filter(self.schema.control, self.schema.controls.values())]
        return controls + [
            name.text
            for name in place.scope.askable(place.inside)
            if self.only is None or self.may_use(place.prefix + name.text)
        ]

    def may_use(self, full: str) -> bool:
        """Whether the caller may use a name: it, or a list or record that holds it, is in `only`."""
        if self.only is None:
            return True
        parts = self.schema.folded(full).split(".")
        return any(".".join(parts[:length]) in self.only for length in range(len(parts), 0, -1))

    @property
    def default_order(self) -> tuple[SortKey, ...]:
        """The default order without what this caller may not name: tokens tell the values that are sorted by."""
        return tuple(key for key in self.schema.order if self.may_use(key.field.name))

    def _leads_to_usable(self, full: str) -> bool:
        return any(allowed.startswith(f"{self.schema.folded(full)}.") for allowed in self.only or ())


def _fit(problem: Problem) -> Problem:
    """The parameter is named as the client named it, which may be long and strange."""
    name = problem.parameter and shown(problem.parameter)
    return problem if name == problem.parameter else replace(problem, parameter=name)


@dataclass(frozen=True, slots=True)
class Question:
    """A clause with the name it asks about, and where it stands."""

    clause: Clause
    name: Name
    place: Place
    reading: Reading

    @property
    def parameter(self) -> str:
        """The query parameter that problems are reported for."""
        return self.place.parameter

    @property
    def type(self) -> Type | None:
        """The type of the values that are compared; None for a list of records."""
        of = self.name.target.type.of if isinstance(self.name.target.type, ListOf) else self.name.target.type
        return of if isinstance(of, Type) else None
