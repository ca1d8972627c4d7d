"""Integers, decimals and floats. Literals are ASCII JSON numbers; nothing is rounded in silence."""

from __future__ import annotations

import decimal
import math
import re
from contextlib import suppress
from dataclasses import dataclass
from typing import ClassVar, Literal, cast

from paramql.ast import Op, Scalar
from paramql.source import shown
from paramql.types.base import LISTED, ORDER, Clock, Folded, LiteralError, Misfit, Type, fold_to

_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_FLOAT = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_LOST_PLUS = re.compile(r"(?<=[0-9][eE]) (?=[0-9])")
_INT64 = 2**63
_LONGEST = 64  # digits of a decimal number in a document
_ZERO = decimal.Decimal(0)
_EXPONENTS = 400  # more than any float has


@dataclass(frozen=True)
class Integer(Type):
    """A whole number from -2^63 to 2^63 - 1.

    >>> Integer().load(12)
    12
    """

    relations: ClassVar[frozenset[Op]] = LISTED | ORDER
    word: ClassVar[str] = "integer"
    accepts: ClassVar[str] = "a whole number such as 12 or -3"

    def parse(self, text: str, clock: Clock) -> int:
        """The number. Raises `LiteralError` (`out-of-range` beyond 64 bits)."""
        if not _INTEGER.fullmatch(text):
            raise self.refuse(f"'{shown(text)}' is not an integer")
        if len(text) > 20 or not -_INT64 <= int(text) < _INT64:
            raise LiteralError("out-of-range", f"{shown(text)} is beyond 64 bits", f"from {-_INT64} to {_INT64 - 1}")
        return int(text)

    def load(self, value: object) -> int:
        """An int within 64 bits; a bool is none, nor is 5.0."""
        if isinstance(value, int) and not isinstance(value, bool) and -_INT64 <= value < _INT64:
            return int(value)
        raise Misfit("not a 64-bit integer")


@dataclass(frozen=True)
class Decimal(Type):
    """A number with `scale` fraction digits and `digits` digits in all (at most 18, so that it scales to 64 bits).

    >>> Decimal(2).load("12.50")
    Decimal('12.5')
    """

    scale: int
    digits: int = 18
    relations: ClassVar[frozenset[Op]] = LISTED | ORDER
    word: ClassVar[str] = "decimal"
    accepts: ClassVar[str] = "a number such as 12.50, without exponent"

    def __post_init__(self) -> None:
        if type(self.scale) is not int or type(self.digits) is not int:
            raise TypeError("Decimal takes ints, of fraction digits and of digits in all: Decimal(2, digits=10)")
        if not 0 <= self.scale <= self.digits <= 18 or self.digits == 0:
            raise ValueError("Decimal takes 0 <= scale <= digits <= 18, and at least one digit: Decimal(2, digits=10)")

    def parse(self, text: str, clock: Clock) -> decimal.Decimal:
        """The number, exactly as written. Raises `LiteralError` (`out-of-range` for too many whole digits)."""
        if not _DECIMAL.fullmatch(text):
            raise self.refuse(f"'{shown(text)}' is not a decimal number")
        whole = self.digits - self.scale
        if len(text.lstrip("-").partition(".")[0].lstrip("0")) > whole:
            raise LiteralError(
                "out-of-range", f"{shown(text)} is too large", f"at most {whole} digits before the point"
            )
        return _tidy(decimal.Decimal(text))

    def load(self, value: object) -> decimal.Decimal:
        """A Decimal, an int, a float by its shortest form, or text; finer than the scale is a misfit."""
        number = self.admit(value)
        if self._floor(number) != number:
            raise Misfit(f"finer than {self.scale} digits after the point")
        return number

    def admit(self, value: object) -> decimal.Decimal:
        """The same, however fine."""
        number, whole = _number(value), self.digits - self.scale
        if number is None or number.copy_abs() >= 10**whole:
            raise Misfit(f"not a decimal number with at most {whole} digits before the point")
        return _tidy(number)

    def fold(self, op: Op, value: Scalar) -> Folded | Literal[False]:
        """`lt 2.505` is `lte 2.50` at two fraction digits; `eq 2.505` is false. The grid ends where the digits do."""
        number, lowest = cast(decimal.Decimal, value), self._lowest()
        if number < lowest:
            return Folded(Op.GTE, lowest) if op in (Op.GT, Op.GTE) else False
        floor = self._floor(number)
        return fold_to(op, _tidy(floor), floor == number)

    def _lowest(self) -> decimal.Decimal:
        return decimal.Decimal((1, (9,) * self.digits, -self.scale))

    def _floor(self, number: decimal.Decimal) -> decimal.Decimal:
        context = decimal.Context(prec=2000, rounding=decimal.ROUND_FLOOR)
        return number.quantize(decimal.Decimal(1).scaleb(-self.scale), context=context)


@dataclass(frozen=True)
class Float(Type):
    """A finite IEEE 754 double, written as a JSON number (RFC 8259, section 6).

    >>> Float().load(3)
    3.0
    """

    relations: ClassVar[frozenset[Op]] = LISTED | ORDER
    word: ClassVar[str] = "float"
    accepts: ClassVar[str] = "a number such as 1.5 or 2e10"

    def parse(self, text: str, clock: Clock) -> float:
        """The nearest double. Raises `LiteralError` (`out-of-range` where that is infinite)."""
        if not _FLOAT.fullmatch(text):
            raise self.refuse(f"'{shown(text)}' is not a number")
        if math.isinf(number := float(text)):
            raise LiteralError("out-of-range", f"{shown(text)} is beyond a double", "up to about 1.8e308")
        return number + 0.0

    def repair(self, text: str) -> str:
        """`1e 10` was `1e+10`."""
        return _LOST_PLUS.sub("+", text)

    def load(self, value: object) -> float:
        """A finite float, or an int."""
        if isinstance(value, int | float) and not isinstance(value, bool):
            with suppress(OverflowError):
                if math.isfinite(number := float(value)):
                    return number + 0.0
        raise Misfit("not a finite number")


def _tidy(number: decimal.Decimal) -> decimal.Decimal:
    text = format(number or _ZERO, "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return decimal.Decimal(text)


def _number(value: object) -> decimal.Decimal | None:
    match value:
        case bool():
            return None
        case decimal.Decimal():
            return value if value.is_finite() and abs((value or _ZERO).adjusted()) < _EXPONENTS else None
        case int():
            return decimal.Decimal(value) if abs(value) < 10**_LONGEST else None
        case float():
            return _number(decimal.Decimal(repr(value)))
        case str():
            return decimal.Decimal(value) if len(value) < _LONGEST and _DECIMAL.fullmatch(value) else None
        case _:
            return None
