"""What an operator is in SQL: one template where it holds, one where it fails on a value that is there."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from paramql.ast import Op
from paramql.backends.sql.text import HOLE, Joint, Piece

_OPERAND = re.compile(r"\{([0-9])\}")
_VALUE = "{v}"
_KIND = "{t}"


@dataclass(frozen=True, slots=True)
class Template:
    """SQL with places for the bare value, the type to cast to and numbered operands, each as often as needed."""

    text: str
    operands: tuple[int, ...]
    joint: Joint

    @classmethod
    def of(cls, text: str, joint: Joint = "") -> Template:
        """Read `{v} > CAST({0} AS {t})`."""
        return cls(_OPERAND.sub(HOLE, text), tuple(int(digit) for digit in _OPERAND.findall(text)), joint)

    def fill(self, value: str, operands: Sequence[object], kind: str) -> Piece:
        """The condition on a value; `kind` is the type to cast to."""
        text = self.text.replace(_KIND, kind).replace(_VALUE, value)
        return Piece(text, tuple([operands[number] for number in self.operands]), self.joint)


@dataclass(frozen=True, slots=True)
class Relation:
    """How a comparison is written, and its opposite among values (neither holds of NULL)."""

    holds: Template
    fails: Template


def relation(holds: str, fails: str) -> Relation:
    """A comparison of one condition: `relation("{v} > {0}", "{v} <= {0}")`."""
    return Relation(Template.of(holds), Template.of(fails))


def both(holds: str, fails: str) -> Relation:
    """A comparison of several conditions joined by AND, its opposite by OR."""
    return Relation(Template.of(holds, "AND"), Template.of(fails, "OR"))


Relations: TypeAlias = Mapping[Op, Relation]

EQUAL = relation("{v} = {0}", "{v} <> {0}")


def ordered(value: str = _VALUE, operand: str = "{0}") -> Relations:
    """The four comparisons by order; `value` may add a collation, `operand` a cast."""
    signs = {Op.GT: (">", "<="), Op.GTE: (">=", "<"), Op.LT: ("<", ">="), Op.LTE: ("<=", ">")}
    return {op: relation(*(f"{value} {sign} {operand}" for sign in pair)) for op, pair in signs.items()}


def ranged(value: str = _VALUE, low: str = "{0}", high: str = "{1}") -> Relation:
    """A prefix as the range from the text itself to the first text that comes after all that begin with it."""
    return both(f"{value} >= {low} AND {value} < {high}", f"{value} < {low} OR {value} >= {high}")
