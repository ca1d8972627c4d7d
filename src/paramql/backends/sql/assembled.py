"""Conditions of planned filters: their text is kept with the plan, and only operands are made for each filter."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter, itemgetter
from typing import Any as Anything
from typing import NamedTuple, TypeAlias

from paramql.ast import And, Value
from paramql.backends.sql.plans import Recorder, Slot
from paramql.backends.sql.scope import Scope
from paramql.backends.sql.shape import Fields, kind_of, refuse_strangers
from paramql.backends.sql.text import FLAT, UNCOUNTED, Piece, Sql, finish, join
from paramql.bounded import Bounded
from paramql.declare import Expression
from paramql.plan import Group, Part, Plan, PlannedAnd, PlannedOr

Params: TypeAlias = "tuple[object, ...] | dict[str, object]"
Fill: TypeAlias = "Callable[[Sequence[Value]], Params]"
# The number of a literal and what makes the parameter of it, None where it is the literal. A parameter that is the same
# for all literals has no number, and stands in the second place.
Operand: TypeAlias = "tuple[int | None, Anything]"

_MOST, _HEAVIEST = 1000, 2**20  # characters of SQL, in each store
_sql, _IS_FLAT = tuple.__new__, attrgetter("is_flat")


class Text(NamedTuple):
    """The text of a plan, and what makes its parameters of the values; None where the text depends on these, too."""

    text: str
    fill: Fill | None


class Kept(NamedTuple):
    """A piece and what its parameters are made of."""

    piece: Piece
    operands: Sequence[Operand]


class _Coarse(Exception):
    """A part whose text depends on more of the literals than their shape."""


class Assembled:
    """The texts of the plans and parts that a target has met."""

    def __init__(self, style: str, fields: Fields, emit: Callable[[], tuple[Recorder, Scope]]) -> None:
        self._style, self._fields, self._emit = style, fields, emit
        self._texts: Bounded[Plan, Text] = Bounded(_MOST, _HEAVIEST)
        self._pieces: Bounded[Part, Kept] = Bounded(_MOST, _HEAVIEST)
        # Of parts with one literal, in a style that counts none.
        self._plain: Bounded[Part, tuple[str, Anything]] = Bounded(_MOST, _HEAVIEST)

    def sql(self, where: PlannedAnd | PlannedOr) -> Sql | None:
        """The condition; None where its text depends on the literals."""
        found = self._texts.get(where.plan)
        if found is None:
            if not where.plan.is_met and (sql := self._at_once(where)) is not None:
                return sql
            found = self._text(where.plan)
        text, fill = found
        if fill is None or not (where.is_tame or all(not kind_of(value) for value in where.values)):
            return None
        return _sql(Sql, (text, fill(where.values)))

    def _at_once(self, where: PlannedAnd | PlannedOr) -> Sql | None:
        """The condition of a plan that may never be met again, of which nothing is kept; None where it is not plain."""
        plan, plain = where.plan, self._plain
        plan.is_met = True
        values = [value for head, value in zip(plan.heads, where.values, strict=True) if head.part]
        if not (where.is_tame and len(values) == len(plan.parts) <= FLAT):
            return None
        texts, params = [], []
        for part, value in zip(plan.parts, values, strict=True):
            if (found := plain.get(part)) is None:
                return None
            text, make = found
            texts.append(text)
            params.append(value if make is None else make(value))
        return _sql(Sql, (" AND ".join(texts), tuple(params)))

    def _text(self, plan: Plan) -> Text:
        text = self._written(plan)
        self._texts.keep(plan, text, len(text.text))
        return text

    def _written(self, plan: Plan) -> Text:
        found = self._joined(plan.parts) if all(map(_IS_FLAT, plan.parts)) else self._recorded(plan.sample)
        if found is None:
            return Text("", None)
        piece, operands = found
        leaves, sample = plan.leaves, finish(piece, self._style)
        fill = _filling([(None if number is None else leaves[number], make) for number, make in operands])
        return Text(sample.text, fill if isinstance(sample.params, tuple) else _named(fill, sample.params))

    def _joined(self, parts: Sequence[Part]) -> Kept | None:
        """The condition, put together from those of parts that open no list, of which none is a constant; or None."""
        operands: list[Operand] = []
        try:
            piece = join("AND", self._all(parts, 0, operands))
        except _Coarse:
            return None
        return Kept(piece, operands)

    def _all(self, parts: Sequence[Part], leaf: int, operands: list[Operand]) -> list[Piece]:
        """The conditions of parts whose literals begin at a leaf; their operands are added to the others."""
        pieces = []
        for part in parts:
            if type(part) is Group:
                pieces.append(join("AND" if part.kind is And else "OR", self._all(part.parts, leaf, operands)))
            else:
                kept = self._pieces.get(part) or self._part(part)
                pieces.append(kept.piece)
                for number, make in kept.operands:
                    operands.append((None if number is None else number + leaf, make))
            leaf += part.leaves
        return pieces

    def _part(self, part: Part) -> Kept:
        kept = self._recorded(part.where)
        if kept is None:
            raise _Coarse
        self._pieces.keep(part, kept, len(kept.piece.text))
        if self._style in UNCOUNTED and [number for number, _ in kept.operands] == [0]:
            text = finish(kept.piece, self._style).text
            self._plain.keep(part, (text, kept.operands[0][1]), len(text))
        return kept

    def _recorded(self, where: Expression) -> Kept | None:
        refuse_strangers(where, self._fields)
        recorder, scope = self._emit()
        piece = recorder.condition(where, scope)
        return None if recorder.is_coarse else Kept(piece, [_operand(param) for param in piece.params])


def _operand(param: object) -> Operand:
    return (param.operand.number, param.operand.make) if isinstance(param, Slot) else (None, param)


def _filling(operands: Sequence[Operand]) -> Callable[[Sequence[Value]], tuple[object, ...]]:
    """What makes the parameters of the values of a query."""
    numbers = [number for number, _ in operands]
    if None in numbers or len(numbers) < 2:
        return lambda values: tuple([_param(number, make, values) for number, make in operands])
    take, made = itemgetter(*numbers), [(at, make) for at, (_, make) in enumerate(operands) if make is not None]
    if not made:
        return take

    def fill(values: Sequence[Value]) -> tuple[object, ...]:
        filled = [*take(values)]
        for at, make in made:
            filled[at] = make(filled[at])
        return tuple(filled)

    return fill


def _param(number: int | None, make: Anything, values: Sequence[Value]) -> object:
    if number is None:
        return make
    return values[number] if make is None else make(values[number])


def _named(fill: Callable[[Sequence[Value]], tuple[object, ...]], names: Iterable[str]) -> Fill:
    """The same, under the names that a style gives to parameters."""
    names = tuple(names)
    return lambda values: dict(zip(names, fill(values), strict=True))
