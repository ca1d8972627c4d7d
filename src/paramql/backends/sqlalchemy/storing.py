"""Which storage a column of SQLAlchemy's is: an engine's fits are gone through until one holds the field exactly."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any as Anything
from typing import NamedTuple, TypeAlias

from sqlalchemy.engine import Dialect as SaDialect
from sqlalchemy.types import ARRAY, NullType, TypeDecorator, TypeEngine

from paramql.backends import CapabilityError
from paramql.backends.sql.dialect import Dialect
from paramql.declare import Field, ListOf, Record
from paramql.types import Type

DOCUMENT = "document"
BARE = "{v}"


class Held(NamedTuple):
    """A column: its type (with variants, that for the dialect), what the schema has in it, SQLAlchemy's dialect."""

    type: Anything
    holds: Type | ListOf
    dialect: SaDialect


class Fit(NamedTuple):
    """A type of SQLAlchemy's, the storage that it is (None: the default), how it is read, what must be so besides."""

    kind: type[TypeEngine[Anything]]
    storage: str | None = None
    read: str = BARE
    when: Callable[[Held], bool] = lambda _: True


Fits: TypeAlias = Mapping[str, tuple[Fit, ...]]


@dataclass(frozen=True)
class Engine:
    """A dialect of SQL, with the storages that SQLAlchemy has besides; the fits by the word of what is held."""

    dialect: Dialect
    fits: Fits

    def fit(self, field: Field, held: Held, *, in_json: bool = False) -> Fit:
        """How a column holds a field. Raises `CapabilityError` where it does not do so exactly."""
        if isinstance(held.type, NullType):
            return Fit(NullType)
        for fit in self.fits[DOCUMENT if in_json else field.type.word]:
            if isinstance(held.type, fit.kind) and fit.when(held) and self._holds_elements(field, fit, held):
                return fit
        raise CapabilityError(
            f"sqlalchemy on {self.dialect.name} cannot compare {field.name!r} exactly: "
            f"a {field.type.word} in a column of type {held.type!r}"
        )

    def _holds_elements(self, field: Field, fit: Fit, held: Held) -> bool:
        """Whether the items of an array are stored as elements of the field by default."""
        if fit.kind is not ARRAY or not isinstance(field.type, ListOf):
            return True
        if isinstance(field.type.of, Record):
            return False
        items = self.fit(field.element, Held(held.type.item_type, field.type.of, held.dialect))
        return items.read == BARE and items.storage in (None, next(iter(self.dialect.columns[field.type.of.word])))


def refuse_misfit(field: Field, type_: TypeEngine[Anything], fits: Iterable[Fits], *, in_json: bool) -> None:
    """Raise ValueError for a column whose type holds no such values on any engine."""
    if isinstance(type_, TypeDecorator):
        raise ValueError(
            f"{field.name!r} has a type of your own ({type_!r}); say what its column holds: "
            "type_coerce(column, DateTime()), or Column(name, storage=...)"
        )
    word = DOCUMENT if in_json else field.type.word
    kinds = {fit.kind for one in fits for fit in one[word]}
    if not isinstance(type_, (NullType, *kinds)):
        names = ", ".join(sorted({kind.__name__ for kind in kinds}))
        raise ValueError(f"{field.name!r} cannot live in a column of type {type_!r}; it takes one of {names}")
