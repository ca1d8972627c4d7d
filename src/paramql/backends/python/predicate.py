"""What a filter becomes: a generated function, or at first a tree of closures that becomes one."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Protocol, TypeVar

from paramql.backends.python.members import ACCESS, Word
from paramql.backends.python.plans import PLANS, Key, Plan
from paramql.backends.python.source import source_of
from paramql.backends.python.tree import Test, build
from paramql.declare import Expression

PATIENCE = 1500  # about as many records as it takes for a tree to lose the time of generating source
R = TypeVar("R")


class Predicate(Protocol):
    """Says of a record whether it is selected. `source`: what it does, as Python."""

    @property
    def source(self) -> str:
        """The generated text; it depends on the filter's shape only."""
        ...

    def __call__(self, record: object, /) -> bool:
        """Whether the record is selected. Never raises."""
        ...

    def filter(self, records: Iterable[R], /) -> list[R]:
        """The records that are selected, in their order. Faster than asking one at a time."""
        ...


def generated(plan: Plan, where: Expression, access: Word, literals: list[object]) -> Predicate:
    """The predicate that a plan makes of literals; the tree is built for the first record that needs it."""
    tree: Test | None = None

    def slow(record: object) -> bool:
        nonlocal tree
        if tree is None:
            tree = build(where, ACCESS[access].member)
        return tree(record)

    keep: Predicate = plan.make(slow, *literals)
    keep.source = plan.source  # type: ignore[misc]
    return keep


class Growing:
    """The predicate of a shape that is new: a tree, until it has met so many records that generating pays."""

    def __init__(self, where: Expression, key: Key, literals: list[object]) -> None:
        self._where, self._key, self._literals = where, key, literals
        self._test: Test = build(where, ACCESS[key[0]].member)
        self._grown: Predicate | None = None
        self._is_growing = True
        self._met = 0

    @property
    def source(self) -> str:
        """As `Predicate` says; written now, and not run."""
        access, shape = self._key
        return source_of(shape, ACCESS[access])

    def __call__(self, record: object, /) -> bool:
        """As `Predicate` says."""
        if self._is_growing:
            self._grow()
        return self._test(record)

    def filter(self, records: Iterable[R], /) -> list[R]:
        """As `Predicate` says."""
        rest = iter(records)
        kept = [record for record in islice(rest, max(PATIENCE - self._met, 0)) if self(record)]
        return kept + (self._grown.filter(rest) if self._grown else [record for record in rest if self._test(record)])

    def _grow(self) -> None:
        self._met += 1
        if self._met < PATIENCE:
            return
        self._is_growing = False
        plan = PLANS.made(self._key)
        if plan is not None:
            self._test = self._grown = generated(plan, self._where, self._key[0], self._literals)
