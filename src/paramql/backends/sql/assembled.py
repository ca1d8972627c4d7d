"""Conditions of planned filters: their text is kept with the plan, and only operands are made for each filter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import NamedTuple, TypeAlias

from paramql.ast import Value
from paramql.backends.sql.plans import Operand, Recorder, Slot
from paramql.backends.sql.scope import Scope
from paramql.backends.sql.shape import kind_of
from paramql.backends.sql.text import Piece, Sql, finish, join
from paramql.declare import Expression
from paramql.plan import Part, Plan, PlannedAnd, PlannedOr

Params: TypeAlias = "tuple[object, ...] | dict[str, object]"
Fill: TypeAlias = "Callable[[Sequence[Value]], Params]"

_MOST = 1000
_sql = tuple.__new__


class Text(NamedTuple):
    """The text of a plan, and what makes its parameters of the values; None where the text depends on these, too."""

    text: str
    fill: Fill | None


class Assembled:
    """The texts of the plans and parts that a target has met. A full store is emptied, and fills again."""

    def __init__(self, style: str, emit: Callable[[], tuple[Recorder, Scope]]) -> None:
        self._style, self._emit = style, emit
        self._texts: dict[Plan, Text] = {}
        self._pieces: dict[Part, Piece] = {}

    def sql(self, where: PlannedAnd | PlannedOr) -> Sql | None:
        """The condition; None where its text depends on the literals."""
        text, fill = self._texts.get(where.plan) or self._text(where.plan)
        if fill is None or not (where.is_tame or all(not kind_of(value) for value in where.values)):
            return None
        return _sql(Sql, (text, fill(where.values)))

    def _text(self, plan: Plan) -> Text:
        if len(self._texts) >= _MOST:
            self._texts.clear()
        text = self._texts[plan] = self._written(plan)
        return text

    def _written(self, plan: Plan) -> Text:
        found = self._joined(plan) if all(part.is_flat for part in plan.parts) else self._recorded(plan.sample)
        if found is None:
            return Text("", None)
        sample = finish(found, self._style)
        fill = _filling([param.operand if isinstance(param, Slot) else param for param in found.params], plan.leaves)
        return Text(sample.text, fill if isinstance(sample.params, tuple) else _named(fill, sample.params))

    def _joined(self, plan: Plan) -> Piece | None:
        """The condition, put together from those of parts that open no list."""
        pieces, leaf = [], 0
        for part in plan.parts:
            piece = self._pieces.get(part) or self._part(part)
            if piece is None:
                return None
            pieces.append(_moved(piece, leaf) if leaf else piece)
            leaf += part.leaves
        return join("AND", pieces)

    def _part(self, part: Part) -> Piece | None:
        piece = self._recorded(part.where)
        if piece is not None:
            if len(self._pieces) >= _MOST:
                self._pieces.clear()
            self._pieces[part] = piece
        return piece

    def _recorded(self, where: Expression) -> Piece | None:
        recorder, scope = self._emit()
        piece = recorder.condition(where, scope)
        return None if recorder.is_coarse else piece


def _moved(piece: Piece, leaf: int) -> Piece:
    """The piece, with literals that begin at that place."""
    return Piece(piece.text, tuple([_later(param, leaf) for param in piece.params]), piece.joint)


def _later(param: object, leaf: int) -> object:
    if not isinstance(param, Slot):
        return param
    return Slot(Operand(param.operand.number + leaf, param.operand.make))


def _filling(params: Sequence[object], leaves: Sequence[int]) -> Callable[[Sequence[Value]], tuple[object, ...]]:
    """What makes the parameters of the values of a query."""
    made = [(leaves[one.number], one.make) if isinstance(one, Operand) else (None, one) for one in params]
    numbers = [number for number, make in made if number is not None and make is None]
    if len(numbers) == len(made) > 1:
        return itemgetter(*numbers)

    def fill(values: Sequence[Value]) -> tuple[object, ...]:
        return tuple([_param(number, make, values) for number, make in made])

    return fill


def _param(number: int | None, make: object, values: Sequence[Value]) -> object:
    if number is None:
        return make
    return make(values[number]) if callable(make) else values[number]


def _named(fill: Callable[[Sequence[Value]], tuple[object, ...]], names: Iterable[str]) -> Fill:
    """The same, under the names that a style gives to parameters."""
    names = tuple(names)
    return lambda values: dict(zip(names, fill(values), strict=True))
