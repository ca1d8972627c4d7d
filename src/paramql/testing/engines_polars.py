"""Polars as an engine: a frame in memory, asked at once and lazily."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING
from typing import Any as Anything

from paramql.declarations import SortKey
from paramql.declare import Expression
from paramql.schema import Schema
from paramql.testing.engine import key_of

if TYPE_CHECKING:
    from paramql.backends.polars import PolarsTarget


def missing() -> str | None:
    """Why there is no such engine here; None where there is."""
    return None if find_spec("polars") else "Polars: install it (pip install 'paramql[polars]')"


class PolarsEngine:
    """A frame of the typed records: its columns have no place for misfits."""

    name = "polars"

    def load(self, schema: Schema, documents: Iterable[Mapping[str, Anything]]) -> None:
        """Make the frame."""
        from paramql.backends.polars import make_target

        self._key = SortKey(key_of(schema))
        self._target: PolarsTarget = make_target(schema)
        self._frame = self._target.frame(schema.load(document) for document in documents)

    def select(self, where: Expression) -> set[Anything]:
        """The keys, by the frame and by its lazy form; both must agree, and nothing be null."""
        from paramql.backends.polars import compile

        asked = compile(where, self._target)
        rows = self._frame.filter(asked)
        assert rows.equals(self._frame.lazy().filter(asked).collect()), f"{where}: otherwise when lazy"
        assert self._frame.with_columns(asked.alias("?"))["?"].null_count() == 0, f"{where}: null of some rows"
        return {self._target.position(row, [self._key])[0] for row in rows.to_dicts()}
