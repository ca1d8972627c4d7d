"""A filter as an element of SQLAlchemy's: its columns and its literals, and between them, as operator, its shape.

So SQLAlchemy's cache of compiled statements knows the shape: text is made once for each shape and dialect, and what a
later statement of that shape brings is its literals.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, cast
from typing import Any as Anything
from weakref import WeakKeyDictionary

from sqlalchemy import Boolean, bindparam
from sqlalchemy.engine import Dialect as SaDialect
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import operators
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import BinaryExpression

from paramql.ast import Not, Value
from paramql.backends.asked import fields_of
from paramql.backends.sql.text import Piece
from paramql.backends.sqlalchemy.operands import Plain, Recorder
from paramql.backends.sqlalchemy.writing import NAME, Around, columns_of, row_of, written
from paramql.declare import Expression

if TYPE_CHECKING:
    from paramql.backends.sqlalchemy.target import SqlAlchemyTarget

_BOOLEAN, _LITERALS = Boolean(), Plain()
_OPERANDS = 10


class Form(operators.custom_op[bool]):
    """Filters of one shape on one target: their columns, and their text on each dialect."""

    def __init__(self, target: SqlAlchemyTarget, where: Expression, literals: int) -> None:
        super().__init__("matches", precedence=100)
        self.target, self._where = target, where
        self._fields = list(fields_of(where))
        self._numbers = target.numbers(self._fields)
        self.columns = row_of(target.columns[number] for number in self._numbers)
        # Enough: no comparison has more operands of a literal.
        self.names = [f"{NAME}_{number}" for number in range(_OPERANDS * literals)]
        self._pieces: WeakKeyDictionary[SaDialect, Piece] = WeakKeyDictionary()

    def text(self, element: Condition, compiler: SQLCompiler, **kw: Anything) -> str:
        """The text in a statement; `element` has the columns and literals as the statement has them."""
        piece, columns = self._piece(compiler.dialect), dict(zip(self._numbers, columns_of(element), strict=True))
        reads = self.target.aimed(compiler.dialect).reads
        return written(
            piece, Around(columns, reads, self.target.sources, cast(Anything, element.right)), compiler, **kw
        )

    def _piece(self, dialect: SaDialect) -> Piece:
        if dialect not in self._pieces:
            scope = self.target.aimed(dialect).scope(self._fields)
            self._pieces[dialect] = Recorder(scope.dialect).condition(self._where, scope)
        return self._pieces[dialect]

    __eq__ = object.__eq__  # pyright: ignore[reportAssignmentType]
    __hash__ = object.__hash__


class Asked(NamedTuple):
    """A filter: its shape on a target, the expression, its literals in the order of the leaves."""

    form: Form
    where: Expression
    literals: tuple[Value, ...]


class Condition(BinaryExpression[bool]):
    """True where a filter is. `~condition` is its exact complement.

    is_open: its literals are to be given when a statement is executed, by the names that the form has for them.

    In WHERE, ON and the like NULL counts as false, so the text may be NULL of a row. That shows only where SQLAlchemy
    puts NOT round more than the condition: `not_(and_(condition, other))`. Negate the filter instead.
    """

    inherit_cache = True

    def __init__(self, asked: Asked, *, is_open: bool = False) -> None:
        bound = bindparam(NAME, asked.literals, _LITERALS, unique=not is_open)
        super().__init__(asked.form.columns, bound, asked.form, _BOOLEAN)
        self.asked = asked

    def __invert__(self) -> Condition:
        return self.asked.form.target.condition(Not(self.asked.where))


@compiles(Condition)
def _condition(element: Condition, compiler: SQLCompiler, within_columns_clause: bool = False, **kw: Anything) -> str:
    text = cast(Form, element.operator).text(element, compiler, **kw)
    return f"CASE WHEN {text} THEN TRUE ELSE FALSE END" if within_columns_clause else f"({text})"
