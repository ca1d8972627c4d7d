"""The operands of a condition's text, made of its literals when a statement is executed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any as Anything

from sqlalchemy.engine import Dialect as SaDialect
from sqlalchemy.types import UserDefinedType

from paramql.backends.sql.plans import Operand
from paramql.backends.sql.plans import Recorder as SqlRecorder
from paramql.backends.sqlalchemy.places import MARK


class Plain(UserDefinedType[Anything]):
    """An operand that goes to the driver as it is."""

    cache_ok = True


class Slot(UserDefinedType[Anything]):
    """Where an operand stands that is made of a condition's literals."""

    def __init__(self, operand: Callable[[Anything], Anything]) -> None:
        self.operand = operand

    def bind_processor(self, dialect: SaDialect) -> Callable[[Anything], Anything]:  # pyright: ignore[reportIncompatibleMethodOverride]
        """From the literals to the operand, as the driver takes it."""
        return self.operand


class Recorder(SqlRecorder):
    """Writes a condition with slots that SQLAlchemy fills, and with marked names for the elements of lists."""

    def slot(self, operand: Operand) -> Slot:
        """A type of SQLAlchemy's, which a bound parameter can have."""
        return Slot(operand)

    def _alias(self) -> str:
        return MARK + super()._alias()
