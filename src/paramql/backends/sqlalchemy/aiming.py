"""A target on one dialect: the places of its fields there, and how each column is read."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import Dialect as SaDialect
from sqlalchemy.sql.elements import ColumnClause

from paramql.backends import CapabilityError
from paramql.backends.asked import Fields
from paramql.backends.places import Column, JsonPath, Place, Rows
from paramql.backends.sql.scope import TableScope
from paramql.backends.sql.target import make_target
from paramql.backends.sqlalchemy.engines import engine_of
from paramql.backends.sqlalchemy.places import Child, Spot, Spots, is_token, members, numbered
from paramql.backends.sqlalchemy.storing import BARE, Held
from paramql.declare import Field, ListOf

_SHOWN: SaDialect = sqlite.dialect()


class Aimed:
    """Where fields are found on a dialect; `reads`: how their columns are read, by number.

    Each field is looked at when it is first asked for, so what cannot be compared does not stand in the way of others.
    """

    def __init__(self, spots: Spots, dialect: SaDialect) -> None:
        # str(statement) has a dialect without a database: it shows what SQLite would be told.
        self._dialect = _SHOWN if dialect.name == "default" else dialect
        self._spots, self._engine = spots, engine_of(self._dialect)
        self._places: dict[str, Place] = {}
        self.dialect = self._engine.dialect
        self.reads: dict[int, str] = {}

    def scope(self, fields: Iterable[Field]) -> TableScope:
        """What finds these fields.

        Raises `CapabilityError` where a column cannot be compared exactly here, ValueError for a storage that there is
        not.
        """
        for field in fields:
            if field.name not in self._places:
                place = self._place(field, self._spots[field.name])
                checked = make_target(self.dialect, Fields((field,)), table="-", columns={field.name: place})
                self._places.update(checked.places)
        return TableScope(self.dialect, None, self._places)

    def _place(self, field: Field, spot: Spot | Child) -> Place:
        if isinstance(spot, Child):
            return Rows(
                spot.source, spot.link, {one.name: self._place(one, spot.spots[one.name]) for one in members(field)}
            )
        self._refuse_capture(field, spot)
        storage = self._storage(field, spot)
        if spot.keys is None:
            return Column(spot.column, storage=storage)
        return JsonPath(spot.column, *spot.keys, storage=storage)

    def _refuse_capture(self, field: Field, spot: Spot) -> None:
        """A column without a table is hidden by one of the same name that the elements of a list have."""
        column = spot.given
        is_bare = isinstance(field.type, ListOf) and isinstance(column, ColumnClause) and column.table is None
        if is_bare and column.name.lower() in self.dialect.reserved:
            raise CapabilityError(f"sqlalchemy on {self.dialect.name}: {column.name!r} needs a table before it")

    def _storage(self, field: Field, spot: Spot) -> str | None:
        storage, read = spot.storage, BARE
        if storage is None:
            variants = getattr(spot.type, "_variant_mapping", {})
            held = Held(variants.get(self._dialect.name, spot.type), field.type, self._dialect)
            _, storage, read, _ = self._engine.fit(field, held, in_json=spot.keys is not None)
        if is_token(spot.column):
            self.reads.update(dict.fromkeys(numbered(spot), read))
        elif read != BARE:
            raise CapabilityError(f"sqlalchemy on {self.dialect.name} cannot compare {field.name!r} in child rows")
        return storage
