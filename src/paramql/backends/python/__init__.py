"""Predicates over Python records: nested mappings, objects with attributes, or a mixture.

    keep = compile(where)
    keep(record)            # True or False
    keep.filter(records)    # the list of those kept, in one loop
    keep.source             # readable; depends on the filter's shape only, never on its literals

Records hold typed values, as `Schema.load` makes them. Whatever else they hold, a predicate never raises: a value of
the wrong type is no value. Source is generated when a shape is used for the second time, or once its first predicate
has met some 1,500 records; until then a tree of closures answers. The answers are the same.

A mapping that invents values when asked (`__missing__`, as of a defaultdict) may be asked either way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any as Anything

from paramql.ast import Scalar
from paramql.backends.places import SchemaLike, Target
from paramql.backends.python.members import ACCESS, Word
from paramql.backends.python.order import order_by, position
from paramql.backends.python.plans import PLANS
from paramql.backends.python.predicate import Growing, Predicate, generated
from paramql.backends.python.shape import Unsimplified, shape_of
from paramql.declarations import SortKey
from paramql.declare import Expression
from paramql.simplify import simplify

__all__ = ["Predicate", "PythonTarget", "compile", "make_target"]


@dataclass(frozen=True, eq=False)
class PythonTarget(Target):
    """Records of a schema, their members reached by key or by attribute first."""

    access: Word = "mapping"

    def order_by(self, order: Sequence[SortKey]) -> Callable[[Iterable[Anything]], list[Anything]]:
        """What sorts records."""
        return order_by(order)

    def position(self, row: object, order: Sequence[SortKey]) -> tuple[Scalar | None, ...]:
        """The sort values of a record."""
        return position(row, order)


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
    literals: list[object] = []
    try:
        shape = shape_of(where, literals)
    except Unsimplified:
        where = simplify(where)
        shape = shape_of(where, literals := [])
    plan = PLANS.find((access, shape))
    if plan is None:
        return Growing(where, (access, shape), literals)
    return generated(plan, where, access, literals)
