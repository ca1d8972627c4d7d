"""How values stand in BSON: what an operand becomes and comes back as, and which operators hold of a type alone."""

from __future__ import annotations

import datetime as dt
import decimal
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar, cast

from paramql.ast import Op, Scalar
from paramql.backends.grid import on_grid
from paramql.declare import Field
from paramql.types import Choice, Folded, Misfit, Type, fold_instant

Operators: TypeAlias = dict[str, Any]
Guard: TypeAlias = Callable[[Type], Operators]
T = TypeVar("T")

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
_MICROSECOND = dt.timedelta(microseconds=1)
_DATE = r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\z"
_UUID = r"\A[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\z"


@dataclass(frozen=True, slots=True)
class Storage:
    """One way to store a type.

    encode: a value as it is stored. decode: its inverse, to what the type loads; ValueError for what is stored
    otherwise. guard: operators true of just the values of the type. is_loose: whether a comparison can be true of a
    value of another type as well. fold: the comparison that is true of what is stored, where that is coarser.
    """

    name: str
    encode: Callable[[Any], object]
    decode: Callable[[object], object]
    guard: Guard
    is_loose: bool
    fold: Callable[[Op, Scalar], Folded | bool] | None = None

    def load(self, field: Field, value: object) -> Scalar | None:
        """A stored value as the field has it; a misfit is no value. Raises ValueError for what is off its grid."""
        try:
            decoded = self.decode(value)
        except (OverflowError, ValueError):
            return None
        return on_grid(field, decoded)


def _of_kind(*kinds: str) -> Guard:
    guard: Operators = {"$type": kinds[0] if len(kinds) == 1 else list(kinds)}
    return lambda _: guard


def _shaped(pattern: str) -> Guard:
    return lambda _: {"$regex": pattern}


def _words(type_: Type) -> Operators:
    return {"$in": list(cast(Choice, type_).words)}


def _uuids(_: Type) -> Operators:
    """BinData is ordered by length, subtype, bytes: between these two lie the UUIDs and nothing else."""
    return {"$gte": _to_binary(str(uuid.UUID(int=0))), "$lte": _to_binary(str(uuid.UUID(int=2**128 - 1)))}


def _only(kind: type[T], value: object) -> T:
    if isinstance(value, kind) and not isinstance(value, bool):
        return value
    raise Misfit


def _as_is(value: object) -> object:
    return value


def _text(value: object) -> str:
    """Text and nothing else: JavaScript is a `str` of its own class in PyMongo."""
    if type(value) is str:
        return value
    raise Misfit


def _lower_case(value: object) -> str:
    if (text := _text(value)) == text.lower():
        return text
    raise Misfit


def _to_binary(text: str) -> object:
    from bson import Binary

    return Binary.from_uuid(uuid.UUID(text))


def _from_binary(value: object) -> uuid.UUID:
    """PyMongo gives a UUID where it is told to, and bytes with a subtype where not."""
    from bson import Binary

    return value.as_uuid() if isinstance(value, Binary) else _only(uuid.UUID, value)


def _to_decimal128(number: decimal.Decimal) -> object:
    from bson import Decimal128

    return Decimal128(number)


def _from_decimal128(value: object) -> decimal.Decimal | int:
    from bson import Decimal128

    return value.to_decimal() if isinstance(value, Decimal128) else _only(int, value)


def _to_date(instant: dt.datetime) -> dt.datetime:
    """A BSON date holds whole milliseconds."""
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


def _from_date(value: object) -> dt.datetime:
    return _only(dt.datetime, value)


def _in_milliseconds(op: Op, value: Scalar) -> Folded | bool:
    return fold_instant(op, cast(dt.datetime, value), "ms")


def _to_epoch(instant: dt.datetime) -> int:
    return (instant - _EPOCH) // _MICROSECOND


def _from_epoch(value: object) -> dt.datetime:
    return _EPOCH + _only(int, value) * _MICROSECOND


def _to_midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), dt.UTC)


def _from_midnight(value: object) -> dt.date:
    return _only(dt.datetime, value).date()


def _by_name(*storages: Storage) -> Mapping[str, Storage]:
    return {storage.name: storage for storage in storages}


# By the word of a type, the default first. BSON compares numbers of all kinds, and otherwise within a kind: where each
# value of the kind is one of the type, a comparison needs no guard.
STORAGES: Mapping[str, Mapping[str, Storage]] = {
    "text": _by_name(Storage("text", _as_is, _text, _of_kind("string"), is_loose=False)),
    "choice": _by_name(Storage("text", _as_is, _text, _words, is_loose=False)),
    "uuid": _by_name(
        Storage("text", _as_is, _lower_case, _shaped(_UUID), is_loose=True),
        Storage("binary", _to_binary, _from_binary, _uuids, is_loose=True),
    ),
    "integer": _by_name(Storage("integer", _as_is, _as_is, _of_kind("int", "long"), is_loose=True)),
    "decimal": _by_name(
        Storage("decimal128", _to_decimal128, _from_decimal128, _of_kind("decimal", "int", "long"), is_loose=True)
    ),
    "float": _by_name(Storage("double", _as_is, _as_is, _of_kind("double", "int", "long"), is_loose=True)),
    "boolean": _by_name(Storage("bool", _as_is, _as_is, _of_kind("bool"), is_loose=False)),
    "datetime": _by_name(
        Storage("date", _to_date, _from_date, _of_kind("date"), is_loose=False, fold=_in_milliseconds),
        Storage("epoch_us", _to_epoch, _from_epoch, _of_kind("int", "long"), is_loose=True),
    ),
    "date": _by_name(
        Storage("text", dt.date.isoformat, _text, _shaped(_DATE), is_loose=True),
        Storage("date", _to_midnight, _from_midnight, _of_kind("date"), is_loose=False),
    ),
}
