"""Storages that mappers of objects have besides those of an engine: how SQLAlchemy and Django write some types."""

from __future__ import annotations

from dataclasses import replace
from typing import Any as Anything
from typing import cast

from paramql.ast import Scalar
from paramql.backends.sql.dialect import Dialect
from paramql.backends.sql.storage import Storage
from paramql.types import Type


def besides(dialect: Dialect, **storages: Storage) -> Dialect:
    """The dialect with one more storage for each of some types, by their words."""
    more = {word: {**dialect.columns[word], storage.name: storage} for word, storage in storages.items()}
    return replace(dialect, columns={**dialect.columns, **more})


def hexadecimal(dialect: Dialect, like: str) -> Storage:
    """UUIDs as 32 digits, otherwise stored as the storage of that name."""
    return replace(dialect.columns["uuid"][like], name="hex", encode=_hex)


def real(dialect: Dialect) -> Storage:
    """Decimals as doubles."""
    return replace(dialect.columns["float"]["real"], encode=_real)


def _hex(type_: Type, value: Scalar) -> str:
    return cast(str, value).replace("-", "")


def _real(type_: Type, value: Scalar) -> float:
    return float(cast(Anything, value))
