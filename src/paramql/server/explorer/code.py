"""What an expression becomes: the source of a predicate, a condition in each dialect of SQL, a MongoDB filter.

Each is for one table (or collection) with a column (or key) of each field's name; a store's own tables are not told.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

import paramql as pq

DIALECTS = {"sqlite": "SQLite", "postgresql": "PostgreSQL", "mariadb": "MariaDB", "duckdb": "DuckDB"}


@dataclass(frozen=True, slots=True)
class Code:
    """Text in a language, and the parameters that go beside it. refused: why there is none."""

    language: str
    title: str
    text: str = ""
    params: tuple[str, ...] = ()
    refused: str | None = None

    def shown(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "language": self.language,
            "title": self.title,
            "text": self.text,
            "params": self.params,
            "refused": self.refused,
        }


def written(where: pq.Expression) -> Iterator[Code]:
    """In all of them."""
    yield _tried("python", "Python", lambda: (pq.compile(where, "python").source, ()))
    for name, title in DIALECTS.items():
        yield _tried(name, title, partial(_sql, where, name))
    yield _tried("mongodb", "MongoDB", lambda: (_as_json(pq.compile(where, "mongodb"), 2), ()))


def _sql(where: pq.Expression, dialect: str) -> tuple[str, tuple[str, ...]]:
    sql = pq.compile(where, dialect)
    return sql.text, tuple(_as_json(one) for one in sql.params)


def _tried(language: str, title: str, write: Callable[[], tuple[str, tuple[str, ...]]]) -> Code:
    try:
        return Code(language, title, *write())
    except pq.CapabilityError as error:
        return Code(language, title, refused=str(error))


def _as_json(value: Any, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=False, indent=indent, default=_extended)


def _extended(value: object) -> object:
    """What JSON has no word for, as MongoDB's extended JSON spells it; else as text."""
    if isinstance(value, dt.datetime):
        return {"$date": value.isoformat()}
    return str(value)
