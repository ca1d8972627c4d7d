"""Where a schema's fields live, as a host of Django says it: paths of names from a model, as QuerySets take them.

Columns of the host's own statement are known by such a path, in whose place goes whatever Django writes for the column;
those of a child table by their names.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any as Anything
from typing import TypeAlias

from django.core.exceptions import FieldDoesNotExist
from django.db import models

from paramql.backends.django.engines import ENGINES
from paramql.backends.django.relations import Relation, is_many, relation
from paramql.backends.django.storing import refuse_misfit
from paramql.backends.places import Column, JsonPath
from paramql.backends.sql.scope import SCALAR_COLUMN
from paramql.declare import Field, ListOf, Record

STEP = "__"


@dataclass(frozen=True, slots=True)
class Related:
    """The elements of a list as the rows that a relation leads to: `Related("lines", {"sku": "code"})`.

    columns: where the element's fields live, by their names relative to it (`""` for a scalar): fields of the related
    model. What is left out lives in the field of its name, a scalar in `value`.
    """

    relation: str
    columns: Mapping[str, Anything] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, eq=False, slots=True)
class Spot:
    """A column, by path or name, and the field of the model; with `keys`, a value in the JSON that it holds."""

    column: str
    field: Anything
    keys: tuple[str, ...] | None
    storage: str | None


@dataclass(frozen=True, eq=False, slots=True)
class Child:
    """The rows of a child table, whose columns are linked to those of the parent; where the element's fields live."""

    relation: Relation
    link: Mapping[str, str]
    spots: Spots


Spots: TypeAlias = Mapping[str, "Spot | Child"]


def columns_of(spot: Spot | Child) -> list[str]:
    """The paths of the columns that a spot of the host's own model is found by."""
    return list(spot.link.values()) if isinstance(spot, Child) else [spot.column]


class Level:
    """Reads what a host says of fields that live in a model, or in those that it leads to."""

    def __init__(self, model: Anything) -> None:
        self._model = model

    def spots(self, fields: Iterable[Field], given: Mapping[str, Anything], within: str = "") -> Spots:
        """Where each field lives: where it is given, or in the field of its name. Raises ValueError."""
        names = {field.name: field for field in fields}
        if unknown := given.keys() - names.keys():
            where = f"the columns of {within!r} name" if within else "columns names"
            raise ValueError(f"{where} no fields: {', '.join(sorted(unknown))}; there are {', '.join(names)}")
        return {name: self._spot(one, given.get(name, _usual(name))) for name, one in names.items()}

    def _spot(self, one: Field, given: Anything) -> Spot | Child:
        match given:
            case str() if is_many(self._find(given)):
                return self._related(one, given, {})
            case str():
                return self._held(one, given, None, None)
            case Column(path, None, storage):
                return self._held(one, path, None, storage)
            case JsonPath(path, keys, None, storage):
                return self._held(one, path, keys, storage)
            case Related(path, columns):
                return self._related(one, path, columns)
            case _:
                raise ValueError(
                    f"{given!r} is no place of {one.name!r}: give the path of a field, as QuerySets take it, "
                    "Column or JsonPath with such a path and without a table, or Related(relation, columns)"
                )

    def _find(self, path: str) -> Anything:
        """The field at the end of a path, which leads to one row only. Raises ValueError."""
        *steps, last = path.split(STEP)
        model = self._model
        for step in steps:
            model = _single(model, step, path)
        return _named(model, last)

    def _held(self, one: Field, path: str, keys: tuple[str, ...] | None, storage: str | None) -> Spot:
        found = _target(self._find(path))
        if is_many(found) or not getattr(found, "column", None):
            raise ValueError(f"{path!r}, where {one.name!r} is said to live, is no column; lists of rows take Related")
        if storage is None:
            refuse_misfit(one, found, [engine.fits for engine in ENGINES.values()], in_json=keys is not None)
        return Spot(self._name(path), found, keys, storage)

    def _name(self, path: str) -> str:
        """What the column of a path is known by."""
        return path

    def _related(self, one: Field, path: str, columns: Mapping[str, Anything]) -> Child:
        found = self._find(path)
        if not is_many(found):
            raise ValueError(f"{path!r}, where {one.name!r} is said to live, leads to no rows")
        led = relation(found)
        before = path[: len(path) - len(path.rpartition(STEP)[2])]
        link = {child: self._name(before + parent.attname) for child, parent in led.link.items()}
        return Child(led, link, Inside(led.model).spots(members(one), columns, one.name))


class Inside(Level):
    """Reads what a host says of fields that live in the rows of a child table."""

    def _name(self, path: str) -> str:
        """The name of the column. Raises ValueError for one of another table."""
        found = self._find(path)
        if STEP in path or found.model._meta.db_table != self._model._meta.db_table:  # noqa: SLF001 - Django's own word
            raise ValueError(
                f"{path!r} is no column of {self._model.__name__}; an element's fields live in its own row"
            )
        name: str = found.column
        return name


def members(one: Field) -> tuple[Field, ...]:
    """The fields of a list's element. Raises ValueError for what is no list."""
    if not isinstance(one.type, ListOf):
        raise ValueError(f"{one.name!r} is no list: it lives in a column, not in rows")
    return one.type.of.fields if isinstance(one.type.of, Record) else (one.element,)


def _usual(name: str) -> str:
    """Where a field lives that nothing is said of: `customer.name` in `customer__name`."""
    return name.replace(".", STEP) or SCALAR_COLUMN


def _single(model: Anything, step: str, path: str) -> Anything:
    """The model that a step leads to."""
    found = _named(model, step)
    if is_many(found) or getattr(found, "related_model", None) is None:
        raise ValueError(f"{step!r} of {path!r} leads from {model.__name__} to no single row of another model")
    return found.related_model


def _named(model: Anything, name: str) -> Anything:
    try:
        return model._meta.get_field(name)  # noqa: SLF001 - Django's own word for it
    except FieldDoesNotExist:
        raise ValueError(f"{model.__name__} has no field {name!r}; it has {', '.join(_names(model))}") from None


def _names(model: Anything) -> Iterator[str]:
    return (one.name for one in model._meta.get_fields())  # noqa: SLF001 - Django's own word for it


def _target(found: Anything) -> Anything:
    """The field whose values a foreign key holds; any other is itself."""
    while isinstance(found, models.ForeignKey):
        found = found.target_field
    return found
