"""Conditions of a shape seen before: the text as it was, its operands made of the new literals."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeAlias, cast

from paramql.ast import Op, Value
from paramql.backends.sql.emit import Emitter
from paramql.backends.sql.relation import Relation
from paramql.backends.sql.scope import Scope, Term
from paramql.backends.sql.shape import Fields, Unsimplified, shape_of
from paramql.backends.sql.storage import as_is
from paramql.backends.sql.text import Piece
from paramql.bounded import Bounded
from paramql.declare import Expression
from paramql.simplify import simplify

Make: TypeAlias = Callable[[Value], object]

# What these compare with is the literal, encoded, and nothing else.
_ENCODED = frozenset({Op.EQ, Op.GT, Op.GTE, Op.LT, Op.LTE})
_MOST, _HEAVIEST = 1000, 2**20  # characters of SQL


@dataclass(frozen=True, slots=True)
class Operand:
    """An operand that is made of the literal of that number; None: it is the literal."""

    number: int
    make: Make | None

    def __call__(self, literals: Sequence[Value]) -> object:
        """The operand that these literals give."""
        return literals[self.number] if self.make is None else self.make(literals[self.number])


@dataclass(frozen=True, slots=True)
class Slot:
    """Where an operand stands that is made of a condition's literals."""

    operand: Operand


class Recorder(Emitter):
    """Writes a condition with a slot for each operand.

    is_coarse: whether the text depends on more of the literals than their shape says: they are stored less finely.
    """

    _leaves, is_coarse = 0, False

    def slot(self, operand: Operand) -> object:
        """What stands for an operand."""
        return Slot(operand)

    def _stored(self, term: Term, op: Op, value: object) -> Piece | tuple[Relation, tuple[object, ...]]:
        number, self._leaves = self._leaves, self._leaves + 1
        self.is_coarse = self.is_coarse or term.storage.fold is not None
        related = super()._stored(term, op, value)
        if isinstance(related, Piece):
            return related
        relation, operands = related
        made = (self._operand(term, op, number, part, relation) for part in range(len(operands)))
        return relation, tuple(map(self.slot, made))

    def _operand(self, term: Term, op: Op, number: int, part: int, relation: Relation) -> Operand:
        """How one of the operands of a comparison is made of its literal, which is one among many."""
        if op in _ENCODED and term.storage.fold is None:
            encode = term.storage.encode
            return Operand(number, None if encode is as_is else cast(Make, partial(encode, term.type)))
        related = super()._stored

        def made(literal: Value) -> object:
            found = related(term, op, literal)
            assert not isinstance(found, Piece) and found[0] is relation, "a literal that would change the text"
            return found[1][part]

        return Operand(number, made)


class Plans:
    """Pieces with slots, by the shape of the filters that they are for. Bounded."""

    def __init__(self, fields: Fields, emit: Callable[[], tuple[Recorder, Scope]]) -> None:
        self._fields, self._emit = fields, emit
        self._pieces: Bounded[str, Piece] = Bounded(_MOST, _HEAVIEST)

    def condition(self, where: Expression) -> Piece:
        """True exactly where the expression is; false or NULL elsewhere."""
        literals: list[Value] = []
        try:
            shape = shape_of(where, self._fields, literals)
        except Unsimplified:
            where, literals = simplify(where), []
            shape = shape_of(where, self._fields, literals)
        if (piece := self._pieces.get(shape)) is None:
            recorder, scope = self._emit()
            piece = recorder.condition(where, scope)
            self._pieces.keep(shape, piece, len(piece.text))
        return _filled(piece, literals)


def _filled(piece: Piece, literals: Sequence[Value]) -> Piece:
    if not piece.params:
        return piece
    params = [param.operand(literals) if type(param) is Slot else param for param in piece.params]
    return Piece(piece.text, tuple(params), piece.joint)
