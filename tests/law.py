"""The law of the language, interpreted: what a filter selects, said as plainly as Python can say it.

An oracle: it shares nothing with the backends, the simplifier or the binder, and is slow. A record is nested
dictionaries of typed values, as `Schema.load` makes them; None, a missing key and a null element are the same.
Fields may be names (drafts), names as they were asked, or declared fields.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from typing import Any as Anything
from typing import assert_never

from paramql.ast import And, Any, Compare, Exists, Expr, FineDateTime, Not, Op, Or
from paramql.declare import Field, Name


def holds(where: Expr[Anything], record: Anything) -> bool:
    """Whether the filter is true of the record (or of an element of a list)."""
    match where:
        case And(operands):
            return all(holds(operand, record) for operand in operands)
        case Or(operands):
            return any(holds(operand, record) for operand in operands)
        case Not(operand):
            return not holds(operand, record)
        case Compare(field, Op.IN, tuple(items)):
            return any(_equal(value, item) for value in reached(record, path_of(field)) for item in items)
        case Compare(field, op, value):
            return any(_RELATIONS[op](found, value) for found in reached(record, path_of(field)))
        case Any(field, inner):
            return any(holds(inner, element) for element in reached(record, path_of(field)))
        case Exists(field):
            return any(True for _ in reached(record, path_of(field)))
        case _:
            assert_never(where)


def path_of(field: str | Field | Name) -> tuple[str, ...]:
    """The keys from the record (or element) to the value; none to the element itself."""
    name = field if isinstance(field, str) else field.text if isinstance(field, Name) else field.name
    return tuple(name.split(".")) if name else ()


def reached(node: Anything, path: tuple[str, ...]) -> Iterator[Anything]:
    """All values at the end of a path, through every element of every list on the way."""
    if isinstance(node, list):
        for element in node:
            yield from reached(element, path)
    elif path:
        if isinstance(node, Mapping):
            yield from reached(node.get(path[0]), path[1:])
    elif node is not None:
        yield node


def is_same(one: str, other: str) -> bool:
    """Whether two texts of equal length differ in case only, character by character."""
    return len(one) == len(other) and all(map(_is_same_character, one, other))


def _is_same_character(one: str, other: str) -> bool:
    return _folded(one) == _folded(other)


def _folded(char: str) -> str:
    for candidate in (char.casefold(), char.lower()):
        if len(candidate) == 1:
            return candidate
    return char


def _equal(value: Anything, literal: Anything) -> bool:
    return bool(_exact(value) == _exact(literal))


def _exact(value: Anything) -> Anything:
    """An instant with the digits beyond microseconds beside it."""
    if isinstance(value, FineDateTime):
        return value.at, value.beyond.rstrip("0")
    return (value, "") if hasattr(value, "tzinfo") else value


def _ordered(compare: Callable[[Anything, Anything], bool]) -> Callable[[Anything, Anything], bool]:
    return lambda value, literal: compare(_exact(value), _exact(literal))


def _anywhere(value: str, literal: str) -> bool:
    return any(is_same(value[at : at + len(literal)], literal) for at in range(len(value) - len(literal) + 1))


def _at_end(value: str, literal: str) -> bool:
    return len(literal) <= len(value) and is_same(value[len(value) - len(literal) :], literal)


_RELATIONS: dict[Op, Callable[[Anything, Anything], bool]] = {
    Op.EQ: _equal,
    Op.GT: _ordered(operator.gt),
    Op.GTE: _ordered(operator.ge),
    Op.LT: _ordered(operator.lt),
    Op.LTE: _ordered(operator.le),
    Op.CONTAINS: lambda value, literal: literal in value,
    Op.STARTSWITH: lambda value, literal: value[: len(literal)] == literal,
    Op.ENDSWITH: lambda value, literal: value[len(value) - len(literal) :] == literal if literal else True,
    Op.IEQ: is_same,
    Op.ICONTAINS: _anywhere,
    Op.ISTARTSWITH: lambda value, literal: is_same(value[: len(literal)], literal),
    Op.IENDSWITH: _at_end,
}
