"""The fields that an expression asks about, and so many of them as a schema, as far as targets know it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import assert_never

from paramql.ast import And, Any, Compare, Exists, Not, Or
from paramql.declare import Expression, Field


@dataclass(frozen=True)
class Fields:
    """A schema, as far as targets know it."""

    fields: tuple[Field, ...]
    key: Field | None = None


def fields_of(where: Expression) -> Iterator[Field]:
    """The fields of the record itself that an expression asks about."""
    match where:
        case And(operands) | Or(operands):
            for operand in operands:
                yield from fields_of(operand)
        case Not(operand):
            yield from fields_of(operand)
        case Compare(field, _, _) | Any(field, _) | Exists(field):
            yield field
        case _:
            assert_never(where)
