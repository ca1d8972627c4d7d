"""How values stand in columns: their data type, what an operand becomes and comes back as."""

from __future__ import annotations

import datetime as dt
import decimal
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar, cast

import polars as pl

from paramql.ast import Op, Scalar
from paramql.backends.grid import on_grid
from paramql.declare import Field
from paramql.types import Decimal, Folded, Type, fold_instant

DataType: TypeAlias = pl.DataType
T = TypeVar("T")
_EXACT = decimal.Context(prec=100)


def _same(type_: Type, value: Any) -> Any:
    return value


@dataclass(frozen=True, slots=True)
class Storage:
    """One way to store a type.

    dtype: of a column, and of operands. encode: a value as it is stored; decode: its inverse, to what the type loads.
    fold: the comparison that is true of what is stored, where that is coarser than the type.
    """

    name: str
    dtype: Callable[[Type], DataType]
    encode: Callable[[Type, Any], Any] = _same
    decode: Callable[[Type, Any], Any] = _same
    fold: Callable[[Op, Scalar], Folded | bool] | None = None

    def load(self, field: Field, value: object) -> Scalar | None:
        """A stored value as the field has it; a misfit is no value. Raises ValueError for what is off its grid."""
        return on_grid(field, self.decode(cast(Type, field.type), value))


def _of(dtype: DataType) -> Callable[[Type], DataType]:
    return lambda _: dtype


def _decimal(type_: Type) -> DataType:
    declared = cast(Decimal, type_)
    return pl.Decimal(declared.digits, declared.scale)


def _scaled(type_: Type, value: decimal.Decimal) -> int:
    """A decimal as a whole number of its smallest units."""
    return int(value.scaleb(cast(Decimal, type_).scale, _EXACT))


def _unscaled(type_: Type, value: int) -> decimal.Decimal:
    return decimal.Decimal(value).scaleb(-cast(Decimal, type_).scale, _EXACT)


def _to_wall(_: Type, instant: dt.datetime) -> dt.datetime:
    return instant.replace(tzinfo=None)


def _to_milliseconds(_: Type, instant: dt.datetime) -> dt.datetime:
    return instant.replace(microsecond=instant.microsecond // 1000 * 1000)


def _in_milliseconds(op: Op, value: Scalar) -> Folded | bool:
    return fold_instant(op, cast(dt.datetime, value), "ms")


def _by_name(*storages: Storage) -> Mapping[str, Storage]:
    return {storage.name: storage for storage in storages}


_TEXT = _by_name(Storage("text", _of(pl.String())))

# By the word of a type, the default first. An operand finer than its column would be cut in silence: hence `ms`.
STORAGES: Mapping[str, Mapping[str, Storage]] = {
    "text": _TEXT,
    "choice": _TEXT,
    "uuid": _TEXT,
    "integer": _by_name(Storage("integer", _of(pl.Int64()))),
    "decimal": _by_name(Storage("decimal", _decimal), Storage("scaled", _of(pl.Int64()), _scaled, _unscaled)),
    "float": _by_name(Storage("float", _of(pl.Float64()))),
    "boolean": _by_name(Storage("boolean", _of(pl.Boolean()))),
    "datetime": _by_name(
        Storage("utc", _of(pl.Datetime("us", "UTC"))),
        Storage("utc_ms", _of(pl.Datetime("ms", "UTC")), _to_milliseconds, fold=_in_milliseconds),
        Storage("naive", _of(pl.Datetime("us")), _to_wall),
    ),
    "date": _by_name(Storage("date", _of(pl.Date()))),
}
