"""What every type of value has: its operators, a reader of literals, and the grid that stored values lie on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import ClassVar, Literal, NamedTuple

from paramql.ast import Op, Scalar

EQUALITY = frozenset({Op.EQ})
LISTED = EQUALITY | {Op.IN}
ORDER = frozenset({Op.GT, Op.GTE, Op.LT, Op.LTE})
FOLDED = frozenset({Op.IEQ, Op.ICONTAINS, Op.ISTARTSWITH, Op.IENDSWITH})
TEXTUAL = frozenset({Op.CONTAINS, Op.STARTSWITH, Op.ENDSWITH}) | FOLDED


class LiteralError(ValueError):
    """A literal that a type does not accept: a problem's `code`, a sentence, what is accepted instead."""

    def __init__(self, code: str, message: str, hint: str | None = None) -> None:
        super().__init__(code, message, hint)
        self.code = code
        self.message = message
        self.hint = hint


class Misfit(ValueError):
    """A value from Python or JSON that is not of the type."""


class Folded(NamedTuple):
    """A comparison on the grid of stored values that is true of the same values as the one asked for."""

    op: Op
    value: Scalar


@dataclass(frozen=True)
class Clock:
    """The instant and the zone that relative and local times are read in; one request sees one `now` (aware)."""

    now: dt.datetime
    zone: dt.tzinfo = dt.UTC


class Type:
    """A type of value. Subclasses say what a literal looks like; values are canonical once read."""

    word: ClassVar[str]
    accepts: ClassVar[str]
    relations: ClassVar[frozenset[Op]] = LISTED
    sortable: ClassVar[bool] = True

    @property
    def ops(self) -> frozenset[Op]:
        """The operators that the type has."""
        return self.relations

    def parse(self, text: str, clock: Clock) -> Scalar:
        """The value that a literal means. Raises `LiteralError`."""
        raise NotImplementedError

    def repair(self, text: str) -> str:
        """The literal with the plus signs that became blanks put back, where a blank can mean nothing else."""
        return text

    def load(self, value: object) -> Scalar:
        """The canonical value of one from Python or JSON. Raises `Misfit`."""
        raise NotImplementedError

    def admit(self, value: object) -> Scalar:
        """The canonical operand from Python, which may be finer than what is stored. Raises `Misfit`."""
        return self.load(value)

    def fold(self, op: Op, value: Scalar) -> Folded | Literal[False]:
        """The comparison on this type's grid; False where no value on the grid stands in that relation."""
        return Folded(op, value)

    def refuse(self, message: str, hint: str | None = None) -> LiteralError:
        """The error of a literal that is not of this type."""
        return LiteralError("invalid-value", message, hint or self.accepts)


def fold_to(op: Op, floor: Scalar, exact: bool) -> Folded | Literal[False]:
    """`value op operand` for values on a grid, where `floor` is the operand's grid point at or below it."""
    if exact:
        return Folded(op, floor)
    match op:
        case Op.GT | Op.GTE:
            return Folded(Op.GT, floor)
        case Op.LT | Op.LTE:
            return Folded(Op.LTE, floor)
        case _:
            return False
