"""What of a filter its generated source may depend on: everything but the literals."""

from __future__ import annotations

from typing import NamedTuple, assert_never

from paramql.ast import And, Any, Compare, Exists, Not, Or
from paramql.backends.python.members import Path
from paramql.backends.python.values import kind_of, operand
from paramql.declare import Expression, Field, ListOf, Record


class Shape(NamedTuple):
    """A node without its literal. `node` is an operator's word, `and`, `or`, `not`, `any` or `exists`.

    `kind` is the word of the value's kind, or of the elements'; empty where those are records.
    """

    node: str
    parts: tuple[Shape, ...] = ()
    path: Path = ()
    kind: str = ""
    is_required: bool = False


def shape_of(where: Expression, literals: list[object]) -> Shape:
    """The shape of a simplified expression; its literals, ready for use, are appended in the order of the leaves."""
    match where:
        case And(operands):
            return Shape("and", tuple([shape_of(inner, literals) for inner in operands]))
        case Or(operands):
            return Shape("or", tuple([shape_of(inner, literals) for inner in operands]))
        case Not(inner):
            return Shape("not", (shape_of(inner, literals),))
        case Compare(field, op, value):
            literals.append(operand(op, value))
            return Shape(op, (), field.path, _kind(field), field.required)
        case Any(field, inner):
            return Shape("any", (shape_of(inner, literals),), field.path, _kind(field), field.required)
        case Exists(field):
            return Shape("exists", (), field.path, _kind(field), field.required)
        case _:
            assert_never(where)


def _kind(field: Field) -> str:
    of = field.type.of if isinstance(field.type, ListOf) else field.type
    return "" if isinstance(of, Record) else kind_of(of).word
