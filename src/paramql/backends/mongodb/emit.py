"""From a simplified expression to a filter: every comparison an operator with an operand, never a bare value."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeAlias, assert_never, cast

from paramql.ast import TRUE, And, Any, Compare, Exists, Not, Op, Or, Scalar
from paramql.backends import CapabilityError
from paramql.backends.mongodb.spot import LAYOUT, MongoSpot, Spots, parents_of, path_of
from paramql.backends.mongodb.storage import Operators, Storage
from paramql.declare import Expression, ListOf, Record
from paramql.folding import classes
from paramql.types import FOLDED, Folded
from paramql.types.base import TEXTUAL

Filter: TypeAlias = dict[str, "Operators | list[Filter]"]

_ARRAY: Operators = {"$type": "array"}
_ANYTHING: Operators = {"$nin": []}
# MongoDB numbers the elements of an array as if they were members.
_NO_ELEMENTS: dict[str, Operators] = {"0": {"$exists": False}}

_HOLDS = {Op.EQ: "$eq", Op.GT: "$gt", Op.GTE: "$gte", Op.LT: "$lt", Op.LTE: "$lte", Op.IN: "$in"}
_FAILS = {Op.EQ: "$ne", Op.GT: "$lte", Op.GTE: "$lt", Op.LT: "$gte", Op.LTE: "$gt", Op.IN: "$nin"}
_STARTS = frozenset({Op.STARTSWITH, Op.IEQ, Op.ISTARTSWITH})
_ENDS = frozenset({Op.ENDSWITH, Op.IEQ, Op.IENDSWITH})

# What a server takes: bytes of a regular expression; and, of one list of scalars, ways to be met and operators alike.
_LONGEST_PATTERN = 32_764
_MOST_WAYS = 256
_MOST_ALIKE = 16


class Literal(NamedTuple):
    """A comparison with a value that is there, or its opposite."""

    op: Op
    value: object
    holds: bool = True


def condition(where: Expression, spots: Spots | None) -> Filter:
    """The filter that is true exactly where the expression is."""
    match where:
        case And(operands):
            return _all([condition(operand, spots) for operand in operands])
        case Or(operands):
            return {"$or": [condition(operand, spots) for operand in operands]} if operands else {"_id": {"$in": []}}
        case Not(operand):
            return _complement(operand, spots)
        case Compare(field, op, value):
            spot = LAYOUT.found(spots, field)
            return _scalar(spot, _operators(spot, [Literal(op, value)]))
        case Any(field, inner):
            return _some(LAYOUT.found(spots, field), inner)
        case Exists(field):
            spot = LAYOUT.found(spots, field)
            return _scalar(spot, _operators(spot, []))
        case _:
            assert_never(where)


def _complement(where: Expression, spots: Spots | None) -> Filter:
    if isinstance(where, Compare) and where.field.required:
        spot = LAYOUT.found(spots, where.field)
        return _scalar(spot, _operators(spot, [Literal(where.op, where.value, holds=False)]))
    return {"$nor": [condition(where, spots)]}


def _all(parts: Sequence[Filter]) -> Filter:
    """All parts in one document, where no operator stands twice on one path."""
    merged: dict[str, Operators] = {}
    for part in parts:
        for path, operators in part.items():
            if isinstance(operators, list):
                return {"$and": list(parts)}
            known = merged.setdefault(path, {})
            if any(known.setdefault(name, operand) is not operand for name, operand in operators.items()):
                return {"$and": list(parts)}
    return cast(Filter, merged)


def _scalar(spot: MongoSpot, operators: Operators) -> Filter:
    """MongoDB looks into arrays, and through them: where a scalar is declared they are no value."""
    if spot.field.required:
        return {path_of(spot): operators}
    return _within(spot, {**operators, "$not": _ARRAY})


def _within(spot: MongoSpot, operators: Operators) -> Filter:
    parents: Iterable[str] = () if spot.field.required else parents_of(spot)
    return {path_of(spot): operators, **{parent: {"$not": _ARRAY} for parent in parents}}


def _some(spot: MongoSpot, inner: Expression) -> Filter:
    ways = [_within(spot, {"$elemMatch": element}) for element in _elements(spot, inner)]
    return ways[0] if len(ways) == 1 else {"$or": ways}


def _elements(spot: MongoSpot, inner: Expression) -> list[Operators]:
    """Conditions of which an element has to meet one."""
    of = cast(ListOf, spot.field.type).of
    if not isinstance(of, Record):
        return [_operators(spot, literals) for literals in _ways(spot, inner)]
    if inner == TRUE:
        return [{"$type": "object"}]
    element = condition(inner, spot.members)
    if _is_true_of_nothing(inner):
        return [{**_NO_ELEMENTS, **element}]
    if all(isinstance(operators, list) for operators in element.values()):
        # Only operators would make it a condition on a scalar, to servers that do not look which ones they are.
        return [{path_of(next(iter(spot.members.values()))): _ANYTHING, **element}]
    return [element]


def _is_true_of_nothing(where: Expression) -> bool:
    """Whether an element without any of its members would do."""
    match where:
        case And(operands):
            return all(map(_is_true_of_nothing, operands))
        case Or(operands):
            return any(map(_is_true_of_nothing, operands))
        case Not():
            return True
        case _:
            return False


def _ways(spot: MongoSpot, where: Expression) -> list[list[Literal]]:
    """A condition on one scalar element as the ways to meet it, in each of which all literals must hold.

    Operators on an element have no `$or`.
    """
    match where:
        case And(operands):
            parts = [_ways(spot, operand) for operand in operands]
            if math.prod(map(len, parts)) > _MOST_WAYS:
                raise _refusal(spot, f"any with more than {_MOST_WAYS} ways to be met")
            return [list(itertools.chain(*choice)) for choice in itertools.product(*parts)]
        case Or(operands):
            return [way for operand in operands for way in _ways(spot, operand)]
        case Not(Compare(_, op, value)):
            return [[Literal(op, value, holds=False)]]
        case Compare(_, op, value):
            return [[Literal(op, value)]]
        case _:  # unreachable: an element always has a value, and holds no list
            raise AssertionError(where)


def _operators(spot: MongoSpot, literals: Sequence[Literal]) -> Operators:
    """Operators that are true of the values of the type for which all literals hold. A required one is of its type."""
    stored = [_stored(spot.scalars, literal) for literal in literals]
    refused = [_pattern(literal) for literal in stored if literal.op in TEXTUAL and not literal.holds]
    named = [_operator(spot, literal) for literal in stored if literal.holds or literal.op not in TEXTUAL]
    joined = _joined(spot, named, refused)
    return joined if _implies_type(spot, stored) else {**spot.scalars.guard(spot.type), **joined}


def _implies_type(spot: MongoSpot, literals: Iterable[Literal]) -> bool:
    if spot.field.required and not isinstance(spot.field.type, ListOf):
        return True
    return not spot.scalars.is_loose and any(literal.holds and literal.op not in TEXTUAL for literal in literals)


def _joined(spot: MongoSpot, named: Sequence[tuple[str, object]], refused: Sequence[str], depth: int = 1) -> Operators:
    """Operators in one document; those whose name is taken stand under a double negation."""
    operators: Operators = {}
    spare: list[tuple[str, object]] = []
    for name, operand in named:
        if operators.setdefault(name, operand) is not operand:
            spare.append((name, operand))
    if depth > _MOST_ALIKE:
        raise _refusal(spot, f"any with more than {_MOST_ALIKE} comparisons of one kind")
    if spare:
        operators["$not"] = {"$not": _joined(spot, spare, refused, depth + 1)}
    elif refused:
        operators["$not"] = {"$regex": _checked(spot, "|".join(refused))}
    return operators


def _operator(spot: MongoSpot, literal: Literal) -> tuple[str, object]:
    op, value, holds = literal
    if op in TEXTUAL:
        return "$regex", _checked(spot, _pattern(literal))
    encode = spot.scalars.encode
    operand = list(map(encode, value)) if isinstance(value, tuple) else encode(value)
    return (_HOLDS if holds else _FAILS)[op], operand


def _stored(storage: Storage, literal: Literal) -> Literal:
    """The comparison on the grid of what is stored; one that nothing can meet asks for a member of nothing."""
    op, value, holds = literal
    if storage.fold is None:
        return literal
    if isinstance(value, tuple):
        return Literal(op, tuple(item for item in value if storage.fold(Op.EQ, item)), holds)
    folded = storage.fold(op, cast(Scalar, value))
    return Literal(*folded, holds) if isinstance(folded, Folded) else Literal(Op.IN, (), holds)


def _pattern(literal: Literal) -> str:
    r"""A regular expression of PCRE, of literal characters and classes only; `\A` and `\z` are the ends of the text."""
    op, text = literal.op, cast(str, literal.value)
    body = "".join(map(_class, classes(text) if op in FOLDED else text))
    pattern = (r"\A" if op in _STARTS else "") + body + (r"\z" if op in _ENDS else "")
    return pattern or r"\A"


def _checked(spot: MongoSpot, pattern: str) -> str:
    if len(pattern.encode()) > _LONGEST_PATTERN:
        raise _refusal(spot, f"a regular expression of more than {_LONGEST_PATTERN} bytes")
    return pattern


def _class(equals: str) -> str:
    """A character, or any of several; U+0000 cannot stand in a regular expression of BSON, its escape can."""
    escaped = re.escape(equals).replace("\0", r"\x00")
    return f"[{escaped}]" if len(equals) > 1 else escaped


def _refusal(spot: MongoSpot, what: str) -> CapabilityError:
    return CapabilityError(f"mongodb cannot answer {what} of {spot.field.name!r}")
