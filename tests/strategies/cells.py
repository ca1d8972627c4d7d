"""Rows as stores hold them that know milliseconds only."""

from __future__ import annotations

import datetime as dt
from typing import Any as Anything

from strategies.rows import Row


def held(row: Row) -> Row:
    """The row as such a store holds it: instants cut to milliseconds."""
    return Row(_cut(row.cells))


def _cut(value: Anything) -> Anything:
    match value:
        case dict():
            return {key: _cut(member) for key, member in value.items()}
        case list():
            return [_cut(element) for element in value]
        case dt.datetime():
            return value.replace(microsecond=value.microsecond // 1000 * 1000)
        case _:
            return value
