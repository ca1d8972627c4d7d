"""The operands of a condition's text, made of its literals when a statement is executed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any as Anything
from typing import TypeAlias, cast

from sqlalchemy.engine import Dialect as SaDialect
from sqlalchemy.types import UserDefinedType

from paramql.ast import Op, Scalar, Value
from paramql.backends.sql.emit import Emitter
from paramql.backends.sql.relation import Relation
from paramql.backends.sql.scope import Term
from paramql.backends.sql.text import Piece
from paramql.backends.sqlalchemy.places import MARK

# What these compare with is the literal, encoded, and nothing else.
_ENCODED = frozenset({Op.EQ, Op.GT, Op.GTE, Op.LT, Op.LTE})

Operand: TypeAlias = "Callable[[tuple[Value, ...]], object]"


class Plain(UserDefinedType[Anything]):
    """An operand that goes to the driver as it is."""

    cache_ok = True


class Slot(UserDefinedType[Anything]):
    """Where an operand stands that is made of a condition's literals."""

    def __init__(self, operand: Operand) -> None:
        self.operand = operand

    def bind_processor(self, dialect: SaDialect) -> Callable[[Anything], Anything]:  # pyright: ignore[reportIncompatibleMethodOverride]
        """From the literals to the operand, as the driver takes it."""
        return self.operand


class Recorder(Emitter):
    """Writes a condition with slots for operands, and with marked names for the elements of lists."""

    _leaves = 0

    def _stored(self, term: Term, op: Op, value: object) -> Piece | tuple[Relation, tuple[object, ...]]:
        number, self._leaves = self._leaves, self._leaves + 1
        related = super()._stored(term, op, value)
        if isinstance(related, Piece):
            return related
        relation, operands = related
        return relation, tuple(Slot(self._operand(term, op, number, part, relation)) for part in range(len(operands)))

    def _operand(self, term: Term, op: Op, number: int, part: int, relation: Relation) -> Operand:
        """How one of the operands of a comparison is made of its literal, which is one among many."""
        if op in _ENCODED and term.storage.fold is None:
            encode, type_ = term.storage.encode, term.type
            return lambda literals: encode(type_, cast(Scalar, literals[number]))
        related = super()._stored

        def operand(literals: tuple[Value, ...]) -> object:
            found = related(term, op, literals[number])
            assert not isinstance(found, Piece) and found[0] is relation, "a literal that would change the text"
            return found[1][part]

        return operand

    def _alias(self) -> str:
        return MARK + super()._alias()
