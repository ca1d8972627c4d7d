"""Where one field lives in a document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from paramql.backends import CapabilityError
from paramql.backends.mongodb.storage import STORAGES, Storage
from paramql.declare import Field, ListOf, Record
from paramql.types import Type


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a field lives in a document, or in an element of a list.

    storage: of a scalar, or of the scalars in a list; None for a list of records, whose `members` are by name (None:
    each lives where its name says).
    """

    field: Field
    keys: tuple[str, ...]
    storage: Storage | None
    members: Mapping[str, Spot] | None = None

    @property
    def path(self) -> str:
        """The keys as MongoDB joins them."""
        return ".".join(self.keys)

    @property
    def parents(self) -> tuple[str, ...]:
        """The paths of the documents that the value is nested in."""
        return tuple(".".join(self.keys[:end]) for end in range(1, len(self.keys)))

    @property
    def type(self) -> Type:
        """The type of the scalar, or of those in the list."""
        of = self.field.type
        return cast(Type, of.of if isinstance(of, ListOf) else of)

    @property
    def scalars(self) -> Storage:
        """The storage of the scalar, or of those in the list."""
        return cast(Storage, self.storage)

    @property
    def inner(self) -> Iterable[Spot]:
        """The members of the records in the list."""
        record = cast(Record, cast(ListOf, self.field.type).of)
        return [found(self.members, field) for field in record.fields]


Spots: TypeAlias = Mapping[str, Spot]


def found(spots: Spots | None, field: Field) -> Spot:
    """Where a field lives; without spots, where its name says. Raises ValueError where the target lacks it."""
    if spots is None:
        return Spot(field, field.path, storage_of(field, None))
    if spot := spots.get(field.name):
        return spot
    raise ValueError(f"the target has no field {field.name!r}; it was made from another schema")


def storage_of(field: Field, name: str | None) -> Storage | None:
    """The named storage, or the default; of a list, that of its elements. Raises ValueError, saying what there is."""
    of = field.type.of if isinstance(field.type, ListOf) else field.type
    if isinstance(of, Record):
        if name is not None:
            raise ValueError(f"{field.name!r} is a list of records: their members have storages, in Rows")
        return None
    if (storages := STORAGES.get(of.word)) is None:
        raise CapabilityError(f"mongodb cannot store {field.name!r}: it knows no {of.word}")
    if name is not None and name not in storages:
        raise ValueError(f"{field.name!r} cannot be stored as {name!r}; there are {listed(storages)}")
    return storages[name] if name else next(iter(storages.values()))


def reached(record: Any, path: tuple[str, ...]) -> Any:
    """The value at the end of the keys; None where there is none."""
    for key in path:
        if not isinstance(record, Mapping):
            return None
        record = record.get(key)
    return record


def listed(names: Iterable[str]) -> str:
    """Names as a message shows them."""
    return ", ".join(sorted(map(repr, names)))
