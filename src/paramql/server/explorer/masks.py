"""What a query means, told to somebody who may not know every field: those that they may not use have no names.

A parameter can stand on fields that no client may name; their code would tell what they are called.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import assert_never

import paramql as pq
from paramql.ast import And, Any, Compare, Exists, Not, Or
from paramql.declare import Field


def masked(where: pq.Expression, open_: Collection[str]) -> pq.Expression:
    """The same with `hidden_1`, `hidden_2` for fields of other names than those, and of no list that holds one."""
    return _Masks(open_).masked(where, "")


class _Masks:
    """Names that stand for others, the same one for the same field."""

    def __init__(self, open_: Collection[str]) -> None:
        self._open = {name[: at + 1] for name in open_ for at in _ends(name)}
        self._given: dict[str, str] = {}

    def masked(self, where: pq.Expression, prefix: str) -> pq.Expression:
        """An expression of fields below a prefix."""
        match where:
            case And(operands):
                return And(tuple(self.masked(one, prefix) for one in operands))
            case Or(operands):
                return Or(tuple(self.masked(one, prefix) for one in operands))
            case Not(operand):
                return Not(self.masked(operand, prefix))
            case Compare(field):
                return replace(where, field=self._field(field, prefix))
            case Any(field, inner):
                return Any(self._field(field, prefix), self.masked(inner, f"{prefix}{field.name}."))
            case Exists(field):
                return Exists(self._field(field, prefix))
            case _:
                assert_never(where)

    def _field(self, field: Field, prefix: str) -> Field:
        """The element of a list of values has no name to hide."""
        full = prefix + field.name
        if not field.name or full in self._open:
            return field
        return replace(field, name=self._given.setdefault(full, f"hidden_{len(self._given) + 1}"))


def _ends(name: str) -> list[int]:
    """Where a name ends, and where those end that it stands in."""
    return [*(at - 1 for at, character in enumerate(name) if character == "."), len(name) - 1]
