"""How values are stored: what a parameter or a stored value is made of, and which comparisons that allows."""

from __future__ import annotations

import datetime as dt
import decimal
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any as Anything
from typing import TypeAlias, cast

from paramql.ast import Op, Scalar
from paramql.backends.sql.relation import Relation, Relations
from paramql.types import Decimal, Folded, Type, fold_instant

Encode: TypeAlias = Callable[[Type, Scalar], object]
Fold: TypeAlias = Callable[[Op, Scalar], Folded | bool]

WIDE = 512
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_EXACT = decimal.Context(prec=100)
_SECOND = dt.timedelta(seconds=1)
_MICROSECOND = dt.timedelta(microseconds=1)
_MIDNIGHT, _AT_MIDNIGHT = dt.time(), "T00:00:00.000000Z"


@dataclass(frozen=True, slots=True)
class Form:
    """What a JSON value of the right JSON type must look like besides: a relation with operands from the type.

    of_equality: whether a value may equal an operand and yet not look so.
    """

    relation: Relation
    operands: Callable[[Type], tuple[object, ...]] = lambda _: ()
    of_equality: bool = False


def as_is(type_: Type, value: Scalar) -> object:
    """The value itself."""
    return value


def dumped(items: Sequence[object]) -> str:
    """A list as JSON text."""
    return json.dumps(items, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True, slots=True)
class Storage:
    """One way to store a type.

    column: the type of a column, as DDL says it. encode: a value as a parameter. relations: the comparisons that can
    be made (what is not there is refused). cast: the type of operands (empty: that of the column). pack: the operand
    of `in`; wide: how `in` is written where an item has more than `WIDE` characters. fold: the comparison that is
    true of what is stored, where that is coarser than the type. pieces: what is sorted by, one after the other, where
    the engine sorts by the beginning of a value alone. In JSON: `write` gives the JSON value (None: as encoded),
    `kinds` the JSON types that it may have, `form` what more there is to check.
    """

    name: str
    column: str | Callable[[Type], str]
    encode: Encode
    relations: Relations
    cast: str | Callable[[Type], str] = ""
    pack: Callable[[Sequence[object]], object] = dumped
    wide: Relation | None = None
    fold: Fold | None = None
    pieces: tuple[str, ...] = ("{v}",)
    write: Encode | None = None
    kinds: tuple[str, ...] = ()
    form: Form | None = None

    def declared(self, type_: Type) -> str:
        """The type of a column that holds such values."""
        return self.column if isinstance(self.column, str) else self.column(type_)

    def operand(self, type_: Type) -> str:
        """The type that operands are cast to."""
        cast_to = self.cast or self.column
        return cast_to if isinstance(cast_to, str) else cast_to(type_)

    def document(self, type_: Type, value: Scalar) -> object:
        """The value as it stands in a JSON document."""
        return (self.write or self.encode)(type_, value)


Storages: TypeAlias = Mapping[str, Mapping[str, Storage]]


def by_name(*storages: Storage) -> Mapping[str, Storage]:
    """Storages of one type, the default first."""
    return {storage.name: storage for storage in storages}


def scaled(type_: Type, value: Scalar) -> int:
    """A decimal as a whole number of its smallest units: 2.5 of scale 2 is 250."""
    return int(cast(decimal.Decimal, value).scaleb(cast(Decimal, type_).scale, _EXACT))


def fixed_text(type_: Type, value: Anything) -> str:
    """An instant as text whose order is the order of time.

    >>> from paramql.types import DateTime
    >>> fixed_text(DateTime(), dt.datetime(2019, 5, 1, 14, 30, tzinfo=dt.timezone(dt.timedelta(hours=2))))
    '2019-05-01T12:30:00.000000Z'
    """
    instant: dt.datetime = value
    if instant.tzinfo is not dt.UTC:
        instant = instant.astimezone(dt.UTC)
    time = instant.time()  # apart from the date, as an aware datetime takes twice as long to write
    return instant.date().isoformat() + (_AT_MIDNIGHT if time == _MIDNIGHT else f"T{time.isoformat('microseconds')}Z")


def naive(type_: Type, value: Scalar) -> dt.datetime:
    """An instant as the wall time of UTC."""
    return cast(dt.datetime, value).astimezone(dt.UTC).replace(tzinfo=None)


def date_text(type_: Type, value: Scalar) -> str:
    """A date as `2019-05-01`."""
    return cast(dt.date, value).isoformat()


def decimal_text(type_: Type, value: Scalar) -> str:
    """A decimal without exponent or trailing zeros."""
    return format(cast(decimal.Decimal, value), "f")


def decimal_pattern(type_: Type) -> str:
    """What decimals look like as text, as a regular expression without anchors.

    >>> decimal_pattern(Decimal(2, digits=5))
    '(0|-?0[.][0-9]{0,1}[1-9]|-?[1-9][0-9]{0,2}([.][0-9]{0,1}[1-9])?)'
    """
    decimal = cast(Decimal, type_)
    whole, fraction = decimal.digits - decimal.scale, f"[.][0-9]{{0,{decimal.scale - 1}}}[1-9]"
    forms = ["0"]
    if decimal.scale:
        forms.append(f"-?0{fraction}")
    if whole:
        forms.append(f"-?[1-9][0-9]{{0,{whole - 1}}}" + (f"({fraction})?" if decimal.scale else ""))
    return f"({'|'.join(forms)})"


def epoch_us(type_: Type, value: Scalar) -> int:
    """Microseconds since 1970."""
    return (cast(dt.datetime, value) - EPOCH) // _MICROSECOND


def epoch_s(type_: Type, value: Scalar) -> int:
    """Whole seconds since 1970, the fraction cut."""
    return (cast(dt.datetime, value) - EPOCH) // _SECOND


def flag(type_: Type, value: Scalar) -> int:
    """True as 1, false as 0."""
    return 1 if value else 0


def whole_seconds(op: Op, value: Scalar) -> Folded | bool:
    """A comparison that is true of the same stored seconds."""
    return fold_instant(op, cast(dt.datetime, value), "s")
