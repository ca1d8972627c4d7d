"""Models of Django's for the records of any schema, and instances of them.

Importing this module imports Django, which must have settings.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any as Anything
from typing import TypeAlias, cast

from django.apps.registry import Apps
from django.db import models
from django.db.migrations.state import AppConfigStub

from paramql.backends.django import Related
from paramql.backends.sql.rows import at, document, elements, members
from paramql.backends.sqlite import DIALECT
from paramql.declare import Field, ListOf, Record
from paramql.types import Decimal, Type

Kinds: TypeAlias = Mapping[str, Callable[..., Anything]]
DOCUMENT = "document_"
_APP, _NUMBER, _PARENT = "paramql", "number_", "parent_"
_EXACT = 15  # digits that SQLite keeps of a decimal

# --- fields


def _decimal(type_: Decimal, **options: Anything) -> Anything:
    return models.DecimalField(max_digits=type_.digits, decimal_places=type_.scale, **options)


def _kept(type_: Decimal, **options: Anything) -> Anything:
    return _decimal(type_, **options) if type_.digits <= _EXACT else models.BigIntegerField(**options)


def _array(of: Anything, **options: Anything) -> Anything:
    from django.contrib.postgres.fields import ArrayField

    return ArrayField(of, **options)


def _of(kind: Anything) -> Callable[..., Anything]:
    return lambda _, **options: kind(**options)


_KINDS: Kinds = {
    "text": _of(models.TextField),
    "choice": _of(models.TextField),
    "uuid": _of(models.UUIDField),
    "integer": _of(models.BigIntegerField),
    "decimal": _decimal,
    "float": _of(models.FloatField),
    "boolean": _of(models.BooleanField),
    "datetime": _of(models.DateTimeField),
    "date": _of(models.DateField),
    "list": _of(models.JSONField),
}
_OWN: Mapping[str, Kinds] = {"sqlite": {"decimal": _kept}, "postgresql": {"list": _array}}


def bound(type_: Type, kind: Anything, value: Anything) -> Anything:
    """A value as Django's fields take it."""
    if isinstance(kind, models.UUIDField):
        return uuid.UUID(value)
    if isinstance(type_, Decimal) and isinstance(kind, models.IntegerField):
        return int(value.scaleb(type_.scale))
    return value


# --- models


@dataclass(eq=False)
class Shelf:
    """A model, for records or for the elements of a list; those of lists below; instances that are not yet written."""

    fields: tuple[Field, ...]
    model: Anything
    below: dict[str, Shelf]
    instances: list[Anything] = field(default_factory=list)

    @property
    def in_columns(self) -> dict[str, Anything]:
        """Where fields live: lists of records in rows, others in columns."""
        return {
            one.name: Related(f"r{number}", self.below[one.name].in_columns) if is_of_records(one) else f"a{number}"
            for number, one in enumerate(self.fields)
        }

    @property
    def in_rows(self) -> dict[str, Anything]:
        """Where fields live: all lists in rows."""
        return {
            one.name: Related(f"r{number}", self.below[one.name].in_rows) if one.name in self.below else f"a{number}"
            for number, one in enumerate(self.fields)
        }

    @property
    def all(self) -> Iterator[Shelf]:
        """This shelf and those below."""
        yield self
        for shelf in self.below.values():
            yield from shelf.all

    def attribute(self, one: Field) -> str:
        """The attribute of a field."""
        return f"a{self.fields.index(one)}"

    def put(self, record: Anything, numbers: Iterator[int], parent: int | None = None) -> Anything:
        """The instance of a record, which is kept, after those of its lists' elements."""
        number = next(numbers)
        for one in self.fields:
            if shelf := self.below.get(one.name):
                for element in elements(one, record):
                    shelf.put(element, numbers, number)
        values = {self.attribute(one): self._value(one, record) for one in self.fields if not is_of_records(one)}
        link = {} if parent is None else {f"{_PARENT}_id": parent}
        self.instances.append(self.model(**{_NUMBER: number}, **link, **values))
        return self.instances[-1]

    def _value(self, one: Field, record: Anything) -> Anything:
        kind = self.model._meta.get_field(self.attribute(one))  # noqa: SLF001 - Django's own word for it
        if not isinstance(one.type, ListOf):
            value = at(one, record)
            return None if value is None else bound(one.type, kind, value)
        if isinstance(kind, models.JSONField):
            return document(DIALECT, one, None, record)
        return [bound(cast(Type, one.type.of), kind.base_field, element) for element in elements(one, record)]


def shelves(fields: tuple[Field, ...], vendor: str, prefix: str) -> Shelf:
    """The shelf of records, its model and those below; fields are such as the database has."""
    return _Building(vendor, prefix).shelf(fields)


class _Building:
    def __init__(self, vendor: str, prefix: str) -> None:
        self._apps, self._names, self._prefix = _registry(), count(), prefix
        self._kinds = {**_KINDS, **_OWN.get(vendor, {})}

    def shelf(self, fields: tuple[Field, ...], parent: Anything = None, relation: str = "") -> Shelf:
        model = self._model({**dict(self._columns(fields)), **_linked(parent, relation)})
        lists = [(number, one) for number, one in enumerate(fields) if isinstance(one.type, ListOf)]
        below = {one.name: self.shelf(members(one), model, f"r{number}") for number, one in lists}
        return Shelf(fields, model, below)

    def _model(self, columns: Mapping[str, Anything]) -> Anything:
        name = f"{self._prefix}{next(self._names)}"
        meta = type("Meta", (), {"app_label": _APP, "apps": self._apps, "db_table": name})
        return type(name, (models.Model,), {"__module__": __name__, "Meta": meta, **columns})

    def _columns(self, fields: tuple[Field, ...]) -> Iterator[tuple[str, Anything]]:
        yield _NUMBER, models.BigIntegerField(primary_key=True)
        for number, one in enumerate(fields):
            if not is_of_records(one):
                yield f"a{number}", self._column(one)

    def _column(self, one: Field) -> Anything:
        named = {"null": True, "db_column": one.name or "value"}
        if not isinstance(one.type, ListOf):
            return self._kinds[one.type.word](one.type, **named)
        of = cast(Type, one.type.of)
        return self._kinds["list"](self._kinds[of.word](of), **named)


def _linked(parent: Anything, relation: str) -> dict[str, Anything]:
    """The document that a record has besides, or what ties an element to it."""
    if parent is None:
        return {DOCUMENT: models.JSONField(null=True)}
    return {
        _PARENT: models.ForeignKey(
            parent, models.DO_NOTHING, db_constraint=False, related_name=relation, db_column=_PARENT
        )
    }


def _registry() -> Apps:
    """A registry of one app, where models know of each other and of no others."""
    apps = Apps(())
    config: Anything = AppConfigStub(_APP)
    config.apps, config.models = apps, apps.all_models[_APP]
    apps.app_configs[_APP] = config
    return apps


def is_of_records(one: Field) -> bool:
    """Whether a field is a list of records."""
    return isinstance(one.type, ListOf) and isinstance(one.type.of, Record)
