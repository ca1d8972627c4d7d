"""The engines that SQLAlchemy reaches, and how its types store values there, as data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from typing import cast

from sqlalchemy import types as sa
from sqlalchemy.dialects.postgresql import CITEXT, JSONB
from sqlalchemy.engine import Dialect as SaDialect

from paramql.ast import Scalar
from paramql.backends import CapabilityError, duckdb, mariadb, postgresql, sqlite
from paramql.backends.sql.mapped import besides, hexadecimal, real
from paramql.backends.sql.storage import naive
from paramql.backends.sqlalchemy.storing import DOCUMENT, Engine, Fit, Fits, Held
from paramql.types import Choice, Decimal, Type

_DOUBLE_DIGITS = 15  # decimal digits that every double keeps
_INDEXED = 255  # characters of text that MariaDB sorts whole
_SINGLE_BITS = 24  # a FLOAT of more bits is a double


def engine_of(dialect: SaDialect) -> Engine:
    """The engine of a dialect of SQLAlchemy's. Raises `CapabilityError`, naming it, where there is none."""
    name = "mariadb" if getattr(dialect, "is_mariadb", False) else dialect.name
    if name in ENGINES:
        return ENGINES[name]
    raise CapabilityError(f"sqlalchemy cannot filter exactly on the dialect {dialect.name!r}")


# --- what must be so of a column


def _has_words(held: Held) -> bool:
    return set(cast(Choice, held.holds).words) <= set(held.type.enums)


def _is_text(held: Held) -> bool:
    return not isinstance(held.type, sa.Enum | CITEXT)


def _is_binary(held: Held) -> bool:
    return _is_text(held) and (held.type.collation or "BINARY").upper() == "BINARY"


def _is_nopad(held: Held) -> bool:
    """Whether it has that collation; one of longer text is sorted piece by piece, as that of any other is."""
    short = (held.type.length or _INDEXED + 1) <= _INDEXED
    return _is_text(held) and held.type.collation == "utf8mb4_nopad_bin" and short


def _is_native(held: Held) -> bool:
    return bool(held.type.native_uuid and held.dialect.supports_native_uuid)


def _is_exact(held: Held) -> bool:
    return not isinstance(held.type, sa.Float)


def _is_short(held: Held) -> bool:
    return _is_exact(held) and cast(Decimal, held.holds).digits <= _DOUBLE_DIGITS


def _is_double(held: Held) -> bool:
    return isinstance(held.type, sa.Double) or (held.type.precision or 0) > _SINGLE_BITS


def _is_double_by_default(held: Held) -> bool:
    return not isinstance(held.type, sa.REAL) and (held.type.precision is None or _is_double(held))


def _has_zone(held: Held) -> bool:
    return bool(held.type.timezone)


def _has_no_zone(held: Held) -> bool:
    return not isinstance(held.type, sa.TIMESTAMP)


def _writes_instants(held: Held) -> bool:
    return _writes(held, dt.datetime(1, 2, 3, 4, 5, 6, 7, dt.UTC), "0001-02-03 04:05:06.000007")


def _writes_dates(held: Held) -> bool:
    return _writes(held, dt.date(1, 2, 3), "0001-02-03")


def _writes(held: Held, value: object, text: str) -> bool:
    """Whether SQLite is told a value in the usual form; its types can be told to use another."""
    write = held.type.dialect_impl(held.dialect).bind_processor(held.dialect)
    return bool(write and write(value) == text)


# --- the storages that SQLAlchemy has besides


def _wall(type_: Type, value: Scalar) -> str:
    return naive(type_, value).isoformat(" ", "microseconds")


_SQLITE = besides(
    sqlite.DIALECT,
    datetime=replace(sqlite.DIALECT.columns["datetime"]["text"], name="wall", encode=_wall),
    decimal=real(sqlite.DIALECT),
    uuid=hexadecimal(sqlite.DIALECT, "text"),
)
_POSTGRESQL = besides(postgresql.DIALECT, uuid=hexadecimal(postgresql.DIALECT, "text"))
_MARIADB = besides(mariadb.DIALECT, uuid=hexadecimal(mariadb.DIALECT, "char"))
_DUCKDB = besides(duckdb.DIALECT, uuid=hexadecimal(duckdb.DIALECT, "text"))

# --- the fits

_EVERYWHERE: Fits = {
    "text": (Fit(sa.String, when=_is_text),),
    "choice": (Fit(sa.Enum, when=_has_words), Fit(sa.String, when=_is_text)),
    "integer": (Fit(sa.Integer),),
    "decimal": (Fit(sa.Numeric, when=_is_exact),),
    "float": (Fit(sa.Float, when=_is_double),),
    "boolean": (Fit(sa.Boolean),),
    "datetime": (Fit(sa.DateTime),),
    "date": (Fit(sa.Date),),
    "list": (Fit(sa.JSON, "json"),),
    DOCUMENT: (Fit(sa.JSON),),
}
_SQLITE_TEXT = Fit(sa.String, "text", when=_is_binary)
_SQLITE_FITS: Fits = {
    "text": (_SQLITE_TEXT,),
    "choice": (Fit(sa.Enum, when=_has_words), _SQLITE_TEXT),
    "uuid": (Fit(sa.Uuid, "hex"), _SQLITE_TEXT),
    "decimal": (Fit(sa.Integer, "integer"), Fit(sa.Numeric, "real", when=_is_short)),
    "float": (Fit(sa.Float),),
    "datetime": (Fit(sa.DateTime, "wall", when=_writes_instants), _SQLITE_TEXT),
    "date": (Fit(sa.Date, when=_writes_dates), _SQLITE_TEXT),
    "list": (Fit(sa.JSON, "json"), Fit(sa.String, "json")),
    DOCUMENT: (Fit(sa.JSON), Fit(sa.String)),
}
_POSTGRESQL_TEXT = (Fit(sa.CHAR, "text", "CAST({v} AS text)"), Fit(sa.String, "text", when=_is_text))
_POSTGRESQL_FITS: Fits = {
    "text": _POSTGRESQL_TEXT,
    "choice": (Fit(sa.Enum, "text", "CAST({v} AS text)", _has_words), *_POSTGRESQL_TEXT),
    "uuid": (Fit(sa.Uuid, "uuid", when=_is_native), Fit(sa.Uuid, "hex"), Fit(sa.String, "text", when=_is_text)),
    "float": (Fit(sa.Float, when=_is_double_by_default),),
    "datetime": (Fit(sa.DateTime, "timestamptz", when=_has_zone), Fit(sa.DateTime, "timestamp")),
    "list": (Fit(sa.ARRAY, "array"), Fit(JSONB, "jsonb"), Fit(sa.JSON, "jsonb", "CAST({v} AS jsonb)")),
    DOCUMENT: (Fit(JSONB), Fit(sa.JSON, None, "CAST({v} AS jsonb)")),
}
_MARIADB_FITS: Fits = {
    "text": (Fit(sa.String, "nopad_bin", when=_is_nopad), Fit(sa.String, "text", when=_is_text)),
    "uuid": (Fit(sa.Uuid, "native", when=_is_native), Fit(sa.Uuid, "hex"), Fit(sa.String, "char", when=_is_text)),
    "datetime": (Fit(sa.DateTime, when=_has_no_zone),),
}
_DUCKDB_FITS: Fits = {
    "uuid": (Fit(sa.Uuid, "uuid", when=_is_native), Fit(sa.Uuid, "hex"), Fit(sa.String, "text", when=_is_text)),
    "datetime": (Fit(sa.DateTime, "timestamptz", when=_has_zone), Fit(sa.DateTime, "timestamp")),
    "list": (Fit(sa.ARRAY, "list"), Fit(sa.JSON, "json")),
}

# `str(statement)` has a dialect of its own, without an engine: it shows what SQLite would be told.
ENGINES: Mapping[str, Engine] = {
    "default": Engine(_SQLITE, {**_EVERYWHERE, **_SQLITE_FITS}),
    "sqlite": Engine(_SQLITE, {**_EVERYWHERE, **_SQLITE_FITS}),
    "postgresql": Engine(_POSTGRESQL, {**_EVERYWHERE, **_POSTGRESQL_FITS}),
    "mariadb": Engine(_MARIADB, {**_EVERYWHERE, **_MARIADB_FITS}),
    "duckdb": Engine(_DUCKDB, {**_EVERYWHERE, **_DUCKDB_FITS}),
}
