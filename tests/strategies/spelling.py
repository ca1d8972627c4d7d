"""Drafts as query strings, in any of the ways that a client may write them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal as Number
from random import Random
from typing import Any as Anything

from paramql.ast import And, Any, Compare, Draft, Exists, FineDateTime, Not, Op, Or

_PREFIX = re.compile(r"[A-Za-z]+:")
_OPERATOR = re.compile(r"(?:not|eq|ne|gte?|lte?|n?in|contains|i?(?:startswith|endswith)|ieq|icontains|exists):")
_QUOTED = re.compile(r'[,()"]|\A | \Z|\A\Z')
_HOT = frozenset("%&+#\0")


def query(where: Draft, rng: Random, *, ignore_case: bool = False) -> str:
    """A query string that asks for the draft: parameters in any order, anything escaped that need not be."""
    writing = _Writing(rng, ignore_case)
    parts = _parts(where) if rng.random() < 0.8 else [where]
    rng.shuffle(parts)
    pairs = [writing.pair(part) for part in parts]
    escaped = rng.choice([0.0, 0.0, 0.1, 1.0])
    text = "&".join(f"{encoded(name, rng, escaped)}={encoded(value, rng, escaped)}" for name, value in pairs)
    return text if len(text) <= 8192 else "&".join(f"{name}={encoded(value, rng, 0)}" for name, value in pairs)


def expression(where: Draft, rng: Random, *, ignore_case: bool = False) -> str:
    """The draft as it stands in `filter`, not escaped."""
    return _Writing(rng, ignore_case).nested(where)


def encoded(text: str, rng: Random, share: float = 0.0) -> str:
    """Percent-encoded where it must be, and a share of all other characters."""
    return "".join(_escape(char, rng) if char in _HOT or rng.random() < share else char for char in text)


def _escape(char: str, rng: Random) -> str:
    if char == " " and rng.random() < 0.5:
        return "+"
    digits = rng.choice(["%{:02x}", "%{:02X}"])
    return "".join(digits.format(byte) for byte in char.encode())


def _parts(where: Draft) -> list[Draft]:
    return [deep for part in where.operands for deep in _parts(part)] if isinstance(where, And) else [where]


class _Writing:
    def __init__(self, rng: Random, ignore_case: bool) -> None:
        self._rng = rng
        self._ignore_case = ignore_case

    def pair(self, where: Draft) -> tuple[str, str]:
        """A parameter: of a clause, the plain form mostly."""
        leaf, negated = _stripped(where)
        if isinstance(leaf, Compare | Exists) and self._rng.random() < 0.75:
            return self._name(leaf.field), self._value(leaf, negated, nested=False)
        return "filter", self._blank() + self.nested(where)

    def nested(self, where: Draft) -> str:
        """An expression."""
        rng = self._rng
        leaf, negated = _stripped(where)
        if isinstance(leaf, Compare | Exists) and rng.random() < 0.7:
            return f"{self._name(leaf.field)}:{self._value(leaf, negated, nested=True)}"
        match where:
            case Not(Any(name, Not(inner))) if rng.random() < 0.7:
                return self._branch("all", [self._name(name), self.nested(inner)])
            case Not(inner):
                return self._branch("not", [self.nested(inner)])
            case And(operands):
                return self._branch("and", [self.nested(operand) for operand in operands])
            case Or(operands):
                return self._branch("or", [self.nested(operand) for operand in operands])
            case Any(name, inner):
                return self._branch("any", [self._name(name), self.nested(inner)])
            case Compare() | Exists():
                return f"{self._name(where.field)}:{self._value(where, False, nested=True)}"

    def _branch(self, word: str, parts: Sequence[str]) -> str:
        comma = f"{self._blank()},{self._blank()}"
        return f"{word}({self._blank()}{comma.join(parts)}{self._blank()}){self._blank()}"

    def _blank(self) -> str:
        return self._rng.choice(["", "", "", " ", "  "])

    def _name(self, name: str) -> str:
        return self._rng.choice([name, name.upper(), name.lower()]) if self._ignore_case else name

    def _value(self, leaf: Compare[str] | Exists[str], negated: bool, *, nested: bool) -> str:
        """Prefixes and operand."""
        rng = self._rng
        if isinstance(leaf, Exists):
            denied = rng.random() < 0.3
            word = self._cased("true" if negated == denied else "false")
            return f"{'not:' if denied else ''}exists:{word}"
        if leaf.op is Op.IN:
            assert isinstance(leaf.value, tuple)
            return self._prefix(negated, "in", "nin") + self._list(leaf.value, bare=not nested)
        operand = self.literal(leaf.value)
        written = self._operand(operand) if nested else operand
        if leaf.op is not Op.EQ:
            return f"{'not:' if negated else ''}{leaf.op}:{written}"
        if (written.startswith('"') and nested) or self._is_plain(operand, leaf.value):
            short = "not:" if negated else ""
            return short + written if rng.random() < 0.5 else self._prefix(negated, "eq", "ne") + written
        return self._prefix(negated, "eq", "ne") + written

    def _is_plain(self, operand: str, value: Anything) -> bool:
        """Whether the operator may be left out: on text unless the operand begins with one."""
        prefix = _OPERATOR if isinstance(value, str) and self._rng.random() < 0.5 else _PREFIX
        return operand != "" and not prefix.match(operand)

    def _prefix(self, negated: bool, word: str, complement: str) -> str:
        if self._rng.random() < 0.3:
            return f"{'' if negated else 'not:'}{complement}:"
        return f"not:{word}:" if negated and self._rng.random() < 0.3 else f"{complement if negated else word}:"

    def _list(self, values: Sequence[Anything], *, bare: bool) -> str:
        items = [self._blank() + self._item(self.literal(value)) + self._blank() for value in values]
        return ",".join(items) if bare and self._rng.random() < 0.5 else f"({','.join(items)})"

    def _item(self, text: str) -> str:
        return self._quoted(text) if _QUOTED.search(text) or self._rng.random() < 0.2 else text

    def _operand(self, text: str) -> str:
        """The whole operand in quotes, or none of it."""
        return f"{self._blank()}{self._item(text)}{self._blank()}" if text.strip(" ") == text else self._quoted(text)

    def _quoted(self, text: str) -> str:
        escaped = text.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'

    def _cased(self, word: str) -> str:
        return self._rng.choice([word, word.upper(), word.title()])

    def literal(self, value: Anything) -> str:
        """The value in one of its spellings."""
        rng = self._rng
        match value:
            case bool():
                return self._cased(str(value).lower())
            case Number():
                return f"{value:f}" + (rng.choice(["0", "00", ""]) if "." in f"{value:f}" else rng.choice(["", ".0"]))
            case float():
                return rng.choice([repr(value), f"{value:.17e}", repr(value).upper()])
            case FineDateTime(at, beyond):
                return f"{at.replace(tzinfo=None).isoformat(timespec='microseconds')}{beyond}Z"
            case dt.datetime():
                return self._moment(value)
            case dt.date():
                return _reduced(value, rng)
            case _:
                return str(value)

    def _moment(self, value: dt.datetime) -> str:
        rng = self._rng
        if value.time() == dt.time() and rng.random() < 0.4:
            return _reduced(value.date(), rng)
        offset = dt.timedelta(minutes=rng.choice([0, 0, 120, -330, 14 * 60]))
        if not dt.datetime(2, 1, 1, tzinfo=dt.UTC) < value < dt.datetime(9999, 1, 1, tzinfo=dt.UTC):
            offset = dt.timedelta(0)
        local = value.astimezone(dt.timezone(offset)).replace(tzinfo=None)
        text = local.isoformat() if local.second or local.microsecond or rng.random() < 0.5 else local.isoformat()[:16]
        text += "000" if local.microsecond and rng.random() < 0.2 else ""
        if not offset:
            return text.replace("T", rng.choice("Tt")) + rng.choice(["Z", "z", "", "+00:00", "-00:00"])
        sign, minutes = ("-", -offset) if offset < dt.timedelta(0) else ("+", offset)
        return f"{text}{sign}{minutes // dt.timedelta(hours=1):02}:{minutes.seconds // 60 % 60:02}"


def _stripped(where: Draft) -> tuple[Draft, bool]:
    """A leaf without the negations before it."""
    leaf, negated = where, False
    while isinstance(leaf, Not):
        leaf, negated = leaf.operand, not negated
    return leaf, negated


def _reduced(day: dt.date, rng: Random) -> str:
    """The date; the month or the year where it is the first day of it."""
    text = day.isoformat()
    shorter = [text, text]
    if day.day == 1:
        shorter.append(text[:7])
        shorter += [text[:4]] if day.month == 1 else []
    return rng.choice(shorter)
