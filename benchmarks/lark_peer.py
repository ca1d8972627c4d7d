"""What one would write with Lark for the ten-term expressions: LALR, an embedded transformer, SQL and parameters.

The grammar is `grammar/filter.lark`, trimmed to what these expressions use, its punctuation filtered out, so that Lark
has as little to do as it can. The transformer checks fields, operators and values by the same schema, and the SQL is
the same text. It tells no places of mistakes and has no limits. Kept to what is needed: it is to be fast.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

from lark import Lark, Transformer, v_args

GRAMMAR = r"""
?expression : _AND expression (_COMMA expression)* _CLOSE  -> all
            | _OR expression (_COMMA expression)* _CLOSE   -> either
            | _NOT expression _CLOSE                       -> negated
            | PATH _COLON OPERATOR TEXT                    -> compared
            | PATH _COLON TEXT                             -> equal
_AND.2      : "and("
_OR.2       : "or("
_NOT.2      : "not("
_COMMA      : ","
_CLOSE      : ")"
_COLON      : ":"
PATH        : /[A-Za-z_][A-Za-z0-9_-]*(?:\.[A-Za-z_][A-Za-z0-9_-]*)*/
OPERATOR.2  : /(?:eq|ne|gte|gt|lte|lt):/
TEXT        : /[^,()"]+/
"""
COMPLEMENT = {"=": "<>", "<>": "=", ">": "<=", "<=": ">", "<": ">=", ">=": "<"}
_SIGNS = {"eq:": "=", "ne:": "<>", "gt:": ">", "gte:": ">=", "lt:": "<", "lte:": "<="}
_EQUAL, _ORDERED = frozenset(("eq:", "ne:")), frozenset(_SIGNS)
_WHOLE = re.compile(r"-?(?:0|[1-9][0-9]*)")
Column = tuple[str, frozenset[str], Callable[[str], object]]


def columns(texts: list[str], moments: list[str], flags: list[str], numbers: list[str]) -> dict[str, Column]:
    """Each field's column, the operators that it takes, and how a value is read."""
    return {
        **{name: (f"`{name}`", _EQUAL, _text) for name in texts},
        **{name: (f"`{name}`", _ORDERED, _moment) for name in moments},
        **{name: (f"`{name}`", _EQUAL, _truth) for name in flags},
        **{name: (f"`{name}`", _ORDERED, _number) for name in numbers},
    }


def _text(text: str) -> str:
    return str(text)


def _moment(text: str) -> str:
    return f"{dt.date.fromisoformat(text)}T00:00:00.000000Z"


def _truth(text: str) -> int:
    return {"true": 1, "false": 0}[text.lower()]


def _number(text: str) -> int:
    if not _WHOLE.fullmatch(text):
        raise ValueError(text)
    return int(text)


@v_args(inline=True)
class ToTree(Transformer[Any, Any]):
    """Checks what Lark finds, and keeps it in tuples."""

    def __init__(self, known: dict[str, Column]) -> None:
        super().__init__()
        self._known = known

    def all(self, *operands: Any) -> Any:
        """`and(...)`."""
        return "AND", operands

    def either(self, *operands: Any) -> Any:
        """`or(...)`."""
        return "OR", operands

    def negated(self, operand: Any) -> Any:
        """`not(...)`."""
        return "NOT", operand

    def compared(self, path: str, operator: str, text: str) -> Any:
        """`field:operator:value`."""
        column, operators, read = self._known[path]
        if operator not in operators:
            raise ValueError(operator)
        return _SIGNS[operator], column, read(text)

    def equal(self, path: str, text: str) -> Any:
        """`field:value`."""
        column, _, read = self._known[path]
        return "=", column, read(text)


def parser(known: dict[str, Column]) -> Callable[[str], tuple[str, tuple[object, ...]]]:
    """From the text of an expression to SQL and its parameters."""
    lark = Lark(GRAMMAR, parser="lalr", start="expression", transformer=ToTree(known), maybe_placeholders=False)
    parse: Callable[[str], Any] = lark.parse

    def run(text: str) -> tuple[str, tuple[object, ...]]:
        params: list[object] = []
        parts = _parts(parse(text), "AND", params, negated=False)
        return " AND ".join(parts), tuple(params)

    return run


def _parts(node: Any, word: str, params: list[object], negated: bool) -> list[str]:
    """The conditions that stand for a node in a chain of `word`; NOT is pushed down to the comparisons."""
    if node[0] == "NOT":
        return _parts(node[1], word, params, not negated)
    if len(node) == 3:
        return _comparison(node, word, params, negated)
    own = node[0] if not negated else ("OR" if node[0] == "AND" else "AND")
    inner = [part for operand in node[1] for part in _parts(operand, own, params, negated)]
    return inner if own == word or len(inner) == 1 else ["(" + f" {own} ".join(inner) + ")"]


def _comparison(node: Any, word: str, params: list[object], negated: bool) -> list[str]:
    sign, column, value = node
    params.append(value)
    is_complement = negated != (sign == "<>")
    sign = COMPLEMENT[sign] if negated else sign
    if not is_complement:
        return [f"{column} {sign} ?"]
    return [f"{column} {sign} ?", f"{column} IS NULL"] if word == "OR" else [f"({column} {sign} ? OR {column} IS NULL)"]
