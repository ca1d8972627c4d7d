"""A target in a statement on one database: the places of its fields there, and the columns as Django writes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any as Anything

from paramql.backends import CapabilityError
from paramql.backends.django.engines import engine_of
from paramql.backends.django.places import Child, Spot, Spots, members
from paramql.backends.django.relations import Relation
from paramql.backends.django.storing import Held
from paramql.backends.places import Column, JsonPath, Place, Rows
from paramql.backends.sql.dialect import Dialect
from paramql.backends.sql.scope import TableScope
from paramql.backends.sql.target import make_target
from paramql.declare import Field

_TABLE = "-"  # there is one before every column, as Django writes them


@dataclass(frozen=True, slots=True)
class Statement(TableScope):
    """The fields in a statement; `texts`: its columns, by their paths."""

    texts: Mapping[str, str]

    def _column(self, table: str | None, name: str) -> str:
        return self.texts[name]


class Aimed:
    """Where fields are found on a database.

    Each field is looked at when it is first asked for, so what cannot be compared does not stand in the way of others.
    """

    def __init__(self, spots: Spots, connection: Anything) -> None:
        self._spots, self._connection, self._engine = spots, connection, engine_of(connection)
        self._places: dict[str, Place] = {}
        self._relations: dict[str, Relation] = {}

    @property
    def dialect(self) -> Dialect:
        """What the database differs in from others."""
        return self._engine.dialect

    def scope(self, fields: Iterable[Field], texts: Mapping[str, str]) -> Statement:
        """What finds these fields.

        Raises `CapabilityError` where a column cannot be compared exactly here, ValueError for a storage that there is
        not.
        """
        for field in fields:
            if field.name not in self._places:
                place = self._place(field, self._spots[field.name])
                checked = make_target(self.dialect, Fields((field,)), table=_TABLE, columns={field.name: place})
                self._places.update(checked.places)
        return Statement(self.dialect, _TABLE, self._places, texts)

    def written(self, text: str) -> str:
        """A text with what child rows are read from."""
        for relation in self._relations.values():
            text = relation.written(text, self.dialect)
        return text

    def _place(self, field: Field, spot: Spot | Child) -> Place:
        if isinstance(spot, Child):
            self._relations[spot.relation.table] = spot.relation
            columns = {one.name: self._place(one, spot.spots[one.name]) for one in members(field)}
            return Rows(spot.relation.table, spot.link, columns)
        storage = spot.storage or self._storage(field, spot)
        if spot.keys is None:
            return Column(spot.column, storage=storage)
        self._refuse_escaped(field, spot.keys)
        return JsonPath(spot.column, *spot.keys, storage=storage)

    def _refuse_escaped(self, field: Field, keys: tuple[str, ...]) -> None:
        """Django writes such keys as escapes, which paths of SQLite take for other keys until 3.45."""
        if self.dialect.name == "sqlite" and not all(key.isascii() for key in keys):
            raise CapabilityError(
                f"django on sqlite cannot find the keys of {field.name!r}: they are not of ASCII alone"
            )

    def _storage(self, field: Field, spot: Spot) -> str | None:
        held = Held(spot.field, field.type, self._connection)
        return self._engine.storage(field, held, in_json=spot.keys is not None)


@dataclass(frozen=True)
class Fields:
    """A schema, as far as targets know it."""

    fields: tuple[Field, ...]
    key: Field | None = None
