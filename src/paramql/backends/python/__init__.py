"""Predicates over Python records: nested mappings, objects with attributes, or a mixture.

    keep = compile(where)
    keep(record)            # True or False
    keep.filter(records)    # the list of those kept, in one loop
    keep.source             # readable; depends on the filter's shape only, never on its literals

Records hold typed values, as `Schema.load` makes them. Whatever else they hold, a predicate never raises: a value of
the wrong type is no value. Source is generated when a shape is used for the second time, or once its first predicate
has met `PATIENCE` records; until then a tree of closures answers. The answers are the same.

A mapping that invents values when asked (`__missing__`, as of a defaultdict) may be asked either way.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from paramql.backends.places import SchemaLike, Target
from paramql.backends.python.members import ACCESS, Word
from paramql.backends.python.plans import PLANS, Key, Plan, plan_of
from paramql.backends.python.shape import shape_of
from paramql.backends.python.tree import Test, build
from paramql.declare import Expression
from paramql.simplify import simplify

__all__ = ["Predicate", "PythonTarget", "compile", "make_target"]

PATIENCE = 200
R = TypeVar("R")


class Predicate(Protocol):
    """Says of a record whether it is selected. `source`: what it does, as Python."""

    @property
    def source(self) -> str:
        """The generated text; it depends on the filter's shape only."""

    def __call__(self, record: object, /) -> bool:
        """Whether the record is selected. Never raises."""

    def filter(self, records: Iterable[R], /) -> list[R]:
        """The records that are selected, in their order. Faster than asking one at a time."""


@dataclass(frozen=True, eq=False)
class PythonTarget(Target):
    """Records of a schema, their members reached by key or by attribute first."""

    access: Word = "mapping"


def make_target(schema: SchemaLike, *, access: Word = "mapping") -> PythonTarget:
    """Where the fields are: under the keys of mappings, or (`access="attribute"`) in attributes of objects.

    Either way both are found; `access` says which is fast. Raises ValueError for any other word.
    """
    if access not in ACCESS:
        raise ValueError(f"access must be 'mapping' or 'attribute', not {access!r}")
    return PythonTarget("python", schema, None, {}, access)


def compile(where: Expression, target: Target | None = None) -> Predicate:
    """The predicate of a checked expression.

    >>> from paramql.ast import Compare, Op
    >>> from paramql.declare import Field
    >>> from paramql.types import Integer
    >>> keep = compile(Compare(Field("order.size", Integer()), Op.GT, 5))
    >>> keep({"order": {"size": 7}}), keep({"order": None}), keep({})
    (True, False, False)
    """
    access = target.access if isinstance(target, PythonTarget) else "mapping"
    simple = simplify(where)
    literals: list[object] = []
    key: Key = (access, shape_of(simple, literals))
    plan = PLANS.find(key)
    return _Growing(simple, key, literals) if plan is None else _generated(plan, simple, key, literals)


def _generated(plan: Plan, where: Expression, key: Key, literals: list[object]) -> Predicate:
    keep: Predicate = plan.make(_slow(where, key), *literals)
    keep.source = plan.source  # type: ignore[misc]
    return keep


def _slow(where: Expression, key: Key) -> Test:
    """The tree of closures, built for the first record that needs it."""
    tree: Test | None = None

    def slow(record: object) -> bool:
        nonlocal tree
        if tree is None:
            tree = build(where, ACCESS[key[0]].member)
        return tree(record)

    return slow


class _Growing:
    """The predicate of a shape seen for the first time: a tree, until it has met so many records that source pays."""

    def __init__(self, where: Expression, key: Key, literals: list[object]) -> None:
        self._where, self._key, self._literals = where, key, literals
        self._test: Test = build(where, ACCESS[key[0]].member)
        self._patience = PATIENCE

    @property
    def source(self) -> str:
        plan = PLANS.made(self._key) or plan_of(self._key)
        return plan.source

    def __call__(self, record: object, /) -> bool:
        return self._test(record)

    def filter(self, records: Iterable[R], /) -> list[R]:
        return [record for record in records if self._test(record)]
