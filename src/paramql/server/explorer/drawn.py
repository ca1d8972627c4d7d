"""What was asked, as a tree in JSON: by the names and the operators that clients use."""

from __future__ import annotations

from typing import Any, assert_never

from paramql.ast import And, Compare, Exists, Not, Op, Or, Value
from paramql.ast import Any as Some
from paramql.declare import Asked
from paramql.types import canonical

_COMPLEMENTS = {Op.EQ: "ne", Op.IN: "nin"}


def drawn(asked: Asked) -> dict[str, Any]:
    """A node: `node`, and `of` (nodes) or `name`, `operator` and `value`, which is a text or a list of them.

    >>> import paramql as pq
    >>> drawn(pq.Schema(pq.Field("n", pq.Integer())).parse("n=ne:1").asked)
    {'node': 'clause', 'name': 'n', 'operator': 'ne', 'value': '1'}
    """
    match asked:
        case And(()):
            return {"node": "everything"}
        case Or(()):
            return {"node": "nothing"}
        case And((one,)):
            return drawn(one)
        case And(operands) | Or(operands):
            return {"node": "and" if isinstance(asked, And) else "or", "of": [drawn(one) for one in operands]}
        case Not(operand):
            return _negated(operand)
        case Compare(name, op, value):
            return _clause(name.text, str(op), _literals(value))
        case Some(name, inner):
            return {"node": "any", "name": name.text, "of": [drawn(inner)]}
        case Exists(name):
            return _clause(name.text, "exists", "true")
        case _:
            assert_never(asked)


def _negated(operand: Asked) -> dict[str, Any]:
    """Complements by their own words, where there is one."""
    match operand:
        case Compare(name, Op.EQ | Op.IN as op, value):
            return _clause(name.text, _COMPLEMENTS[op], _literals(value))
        case Exists(name):
            return _clause(name.text, "exists", "false")
        case Some(name, Not(inner)):
            return {"node": "all", "name": name.text, "of": [drawn(inner)]}
        case _:
            return {"node": "not", "of": [drawn(operand)]}


def _clause(name: str, operator: str, value: str | list[str]) -> dict[str, Any]:
    return {"node": "clause", "name": name, "operator": operator, "value": value}


def _literals(value: Value) -> str | list[str]:
    return [canonical(one) for one in value] if isinstance(value, tuple) else canonical(value)
