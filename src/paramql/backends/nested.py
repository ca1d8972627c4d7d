"""Where fields live in stores whose values nest: documents of MongoDB, columns of structs and lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from dataclasses import field as made
from typing import Any, Generic, TypeAlias, TypeVar, cast

from paramql.backends import CapabilityError
from paramql.backends.places import JsonPath, Place, Rows, place_of
from paramql.declare import Field, ListOf, Record
from paramql.types import Type

Given: TypeAlias = Mapping[str, Place | str]
S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class Spot(Generic[S]):
    """Where a field lives: the keys from a record, or from an element of a list, to its value.

    storage: of a scalar, or of the scalars in a list; None for a list of records, which has `members` by name.
    """

    field: Field
    keys: tuple[str, ...]
    storage: S | None = None
    members: Mapping[str, Spot[S]] = made(default_factory=dict, hash=False)

    @property
    def type(self) -> Type:
        """The type of the scalar, or of those in the list."""
        of = self.field.type
        return cast(Type, of.of if isinstance(of, ListOf) else of)

    @property
    def scalars(self) -> S:
        """The storage of the scalar, or of those in the list."""
        return cast(S, self.storage)


@dataclass(frozen=True)
class Layout(Generic[S]):
    """What one store has: storages by the word of a type, the default first; and the keys that a place means.

    keys: of a name and a place; raises ValueError where the store has no such keys.
    """

    name: str
    storages: Mapping[str, Mapping[str, S]]
    keys: Callable[[str, Place], tuple[str, ...]]

    def found(self, spots: Mapping[str, Spot[S]] | None, field: Field) -> Spot[S]:
        """Where a field lives; without spots, where its name says. Raises ValueError where the target lacks it."""
        if spots is None:
            return self.spot(field, None, field.name)
        spot = spots.get(field.name)
        if spot and (spot.field is field or spot.field == field):
            return spot
        raise ValueError(f"the target has no such field {field.name!r}; it was made from another schema")

    def spots(self, fields: Iterable[Field], given: Given, within: str = "") -> dict[str, Spot[S]]:
        """A spot for each field: at the place given, or where its name says. Raises ValueError for a wrong one."""
        known = {field.name: field for field in fields}
        if unknown := given.keys() - known.keys():
            where = f"the columns of {within!r} name" if within else "columns names"
            raise ValueError(f"{where} no fields: {_listed(unknown)}; there are {_listed(known)}")
        return {
            name: self.spot(field, given.get(name), f"{within}.{name}" if within else name)
            for name, field in known.items()
        }

    def spot(self, field: Field, given: Place | str | None, name: str) -> Spot[S]:
        """The spot of a field that messages call `name`."""
        place = None if given is None else place_of(name, given)
        if isinstance(place, Rows):
            return self._rows(field, place, name)
        if place and place.table:
            raise ValueError(f"{name!r}: there are no other tables here; leave table= out")
        keys = self.keys(name, place) if place else field.path
        storage = place.storage if place else None
        of = field.type.of if isinstance(field.type, ListOf) else field.type
        if not isinstance(of, Record):
            return Spot(field, keys, self._storage(of, storage, name))
        if storage:
            raise ValueError(f"{name!r} is a list of records: their members have storages, in Rows")
        return Spot(field, keys, None, self.spots(of.fields, {}, name))

    def _rows(self, field: Field, rows: Rows, name: str) -> Spot[S]:
        if not isinstance(field.type, ListOf) or not isinstance(field.type.of, Record):
            raise ValueError(f"{name!r} is no list of records; it lives in a Column or a JsonPath, not in Rows")
        if rows.link:
            raise ValueError(f"the Rows of {name!r} stand in the record itself: leave their link empty")
        return Spot(field, self.keys(name, rows), None, self.spots(field.type.of.fields, rows.columns, name))

    def _storage(self, type_: Type, wanted: str | None, name: str) -> S:
        if (storages := self.storages.get(type_.word)) is None:
            raise CapabilityError(f"{self.name} cannot store {name!r}: it knows no {type_.word}")
        if wanted and wanted not in storages:
            raise ValueError(f"{name!r} cannot be stored as {wanted!r}; there are {_listed(storages)}")
        return storages[wanted] if wanted else next(iter(storages.values()))


def places(spots: Mapping[str, Spot[Any]]) -> dict[str, Place]:
    """The spots as places, for targets to show."""
    return {name: _place(spot) for name, spot in spots.items()}


def _place(spot: Spot[Any]) -> Place:
    if spot.members:
        return Rows(".".join(spot.keys), {}, places(spot.members))
    return JsonPath(*spot.keys, storage=spot.scalars.name)


def reached(record: Any, path: tuple[str, ...]) -> Any:
    """The value at the end of the keys; None where there is none."""
    for key in path:
        if not isinstance(record, Mapping):
            return None
        record = record.get(key)
    return record


def put(record: dict[str, Any], path: tuple[str, ...], value: Any) -> None:
    """Set a value, and the records on the way to it."""
    for key in path[:-1]:
        record = record.setdefault(key, {})
    record[path[-1]] = value


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(map(repr, names)))
