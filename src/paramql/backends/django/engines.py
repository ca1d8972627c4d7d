"""The databases that Django reaches, and how its fields store values there, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any as Anything
from typing import cast

from django.conf import settings

from paramql.ast import Scalar
from paramql.backends import CapabilityError, mariadb, postgresql, sqlite
from paramql.backends.django.storing import DOCUMENT, Engine, Fit, Fits, Held, kinds_of
from paramql.backends.sql.mapped import besides, hexadecimal, real
from paramql.backends.sql.storage import naive
from paramql.types import Decimal, Type

_DOUBLE_DIGITS = 15  # decimal digits that every double keeps
_INDEXED = 255  # characters of text that MariaDB sorts whole


def engine_of(connection: Anything) -> Engine:
    """The engine of a connection of Django's. Raises `CapabilityError`, naming it, where there is none."""
    name = connection.vendor
    if name == "mysql" and connection.mysql_is_mariadb:
        name = "mariadb"
    if name in ENGINES:
        return ENGINES[name]
    raise CapabilityError(f"django cannot filter exactly on the database {name!r}")


# --- what must be so of a field


def _is_text(held: Held) -> bool:
    """Not of the extension citext, which ignores case."""
    return not held.field.get_internal_type().startswith("CI")


def _is_binary(held: Held) -> bool:
    return (held.field.db_collation or "BINARY").upper() == "BINARY"


def _is_nopad(held: Held) -> bool:
    """Whether it has that collation; longer text is sorted piece by piece, as that of any other is."""
    short = (held.field.max_length or _INDEXED + 1) <= _INDEXED
    return bool(held.field.db_collation == "utf8mb4_nopad_bin" and short)


def _is_native(held: Held) -> bool:
    native: bool = held.connection.features.has_native_uuid_field
    return native


def _is_short(held: Held) -> bool:
    return max(int(held.field.max_digits), cast(Decimal, held.holds).digits) <= _DOUBLE_DIGITS


def _is_instant(held: Held) -> bool:
    return bool(settings.USE_TZ)


def _is_utc(held: Held) -> bool:
    """Whether the wall time that is stored is that of UTC."""
    return _is_instant(held) and held.connection.timezone_name == "UTC"


def _is_date(held: Held) -> bool:
    return "DateTimeField" not in kinds_of(held.field)


# --- the storages that Django has besides


def _wall(type_: Type, value: Scalar) -> str:
    """As Django tells SQLite: without a fraction where there is none, which sorts before any."""
    return str(naive(type_, value))


_SQLITE = besides(
    sqlite.DIALECT,
    datetime=replace(sqlite.DIALECT.columns["datetime"]["text"], name="wall", encode=_wall),
    decimal=real(sqlite.DIALECT),
    uuid=hexadecimal(sqlite.DIALECT, "text"),
)
_MARIADB = besides(mariadb.DIALECT, uuid=hexadecimal(mariadb.DIALECT, "char"))

# --- the fits

_EVERYWHERE: Fits = {
    "integer": (Fit("IntegerField"),),
    "decimal": (Fit("DecimalField"),),
    "float": (Fit("FloatField"),),
    "boolean": (Fit("BooleanField"),),
    "date": (Fit("DateField", when=_is_date),),
    "list": (Fit("JSONField", "json"),),
    DOCUMENT: (Fit("JSONField"),),
}


def _texts(*fits: tuple[str, Anything]) -> tuple[Fit, ...]:
    return tuple(Fit(kind, storage, when) for storage, when in fits for kind in ("CharField", "TextField"))


_SQLITE_TEXT = _texts(("text", _is_binary))
_SQLITE_FITS: Fits = {
    "text": _SQLITE_TEXT,
    "choice": _SQLITE_TEXT,
    "uuid": (Fit("UUIDField", "hex"), *_SQLITE_TEXT),
    "decimal": (Fit("DecimalField", "real", _is_short), Fit("IntegerField", "integer")),
    "datetime": (Fit("DateTimeField", "wall", _is_utc), *_SQLITE_TEXT),
}
_POSTGRESQL_TEXT = _texts(("text", _is_text))
_POSTGRESQL_FITS: Fits = {
    "text": _POSTGRESQL_TEXT,
    "choice": _POSTGRESQL_TEXT,
    "uuid": (Fit("UUIDField", "uuid"), *_POSTGRESQL_TEXT),
    "datetime": (Fit("DateTimeField", "timestamptz", _is_instant),),
    "list": (Fit("ArrayField", "array"), Fit("JSONField", "jsonb")),
}
_MARIADB_TEXT = _texts(("nopad_bin", _is_nopad), ("text", _is_text))
_MARIADB_FITS: Fits = {
    "text": _MARIADB_TEXT,
    "choice": _MARIADB_TEXT,
    "uuid": (Fit("UUIDField", "native", _is_native), Fit("UUIDField", "hex"), *_texts(("char", _is_text))),
    "datetime": (Fit("DateTimeField", None, _is_utc),),
}
ENGINES: Mapping[str, Engine] = {
    "sqlite": Engine(_SQLITE, {**_EVERYWHERE, **_SQLITE_FITS}),
    "postgresql": Engine(postgresql.DIALECT, {**_EVERYWHERE, **_POSTGRESQL_FITS}),
    "mariadb": Engine(_MARIADB, {**_EVERYWHERE, **_MARIADB_FITS}),
}
