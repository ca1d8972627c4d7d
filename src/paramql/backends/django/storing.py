"""Which storage a field of a model is on a database: fits are gone through until one holds the values exactly."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any as Anything
from typing import NamedTuple, TypeAlias

from paramql.backends import CapabilityError
from paramql.backends.sql.dialect import Dialect
from paramql.declare import Field, ListOf, Record
from paramql.types import Type

DOCUMENT = "document"


class Held(NamedTuple):
    """A field of a model, what the schema has in it, and Django's connection."""

    field: Anything
    holds: Type | ListOf
    connection: Anything


class Fit(NamedTuple):
    """The name of a class of Django's fields, the storage that it is (None: the default), what must be so besides."""

    kind: str
    storage: str | None = None
    when: Callable[[Held], bool] = lambda _: True


Fits: TypeAlias = Mapping[str, tuple[Fit, ...]]


@dataclass(frozen=True)
class Engine:
    """A database of Django's: its dialect, with the storages that Django has besides; the fits by a type's word."""

    dialect: Dialect
    fits: Fits

    def storage(self, field: Field, held: Held, *, in_json: bool) -> str | None:
        """How a field of a model holds one of the schema. Raises `CapabilityError` where it does not do so exactly."""
        for fit in self.fits[DOCUMENT if in_json else field.type.word]:
            if fit.kind in kinds_of(held.field) and fit.when(held) and self._holds_elements(field, held):
                return fit.storage
        raise CapabilityError(
            f"django on {self.dialect.name} cannot compare {field.name!r} exactly: "
            f"a {field.type.word} in a {type(held.field).__name__}"
        )

    def _holds_elements(self, field: Field, held: Held) -> bool:
        """Whether the items of an array are stored as elements of the list are by default."""
        items = getattr(held.field, "base_field", None)
        if items is None or not isinstance(field.type, ListOf):
            return True
        if isinstance(field.type.of, Record):
            return False
        of = field.type.of
        storage = self.storage(field.element, Held(items, of, held.connection), in_json=False)
        return storage in (None, next(iter(self.dialect.columns[of.word])))


def refuse_misfit(field: Field, column: Anything, fits: Iterable[Fits], *, in_json: bool) -> None:
    """Raise ValueError for a field of a model that holds no such values on any database."""
    if not type(column).__module__.startswith("django."):
        raise ValueError(
            f"{field.name!r} lives in a field of a class of your own ({type(column).__name__}); "
            "say what its column holds: Column(name, storage=...)"
        )
    word = DOCUMENT if in_json else field.type.word
    kinds = {fit.kind for one in fits for fit in one.get(word, ())}
    if kinds.isdisjoint(kinds_of(column)):
        names = ", ".join(sorted(kinds)) or "none"
        raise ValueError(f"{field.name!r} cannot live in a {type(column).__name__}; it takes one of {names}")


def kinds_of(column: Anything) -> set[str]:
    """The names of a field's class and of those that it is made from."""
    return {kind.__name__ for kind in type(column).__mro__}
