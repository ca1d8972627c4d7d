"""Instances of models as records, which the python target takes: under public names, with the schema's types."""

from __future__ import annotations

import enum
from collections.abc import Iterable, Mapping
from typing import Any as Anything
from typing import cast

from paramql.backends.python.members import is_list
from paramql.declare import ListOf
from paramql.integrations.models.building import Origin
from paramql.load import Loader
from paramql.types import Misfit, Type


def record_of(instance: object, origins: Iterable[Origin]) -> dict[str, Anything]:
    """The values that an instance has, nested as the names of their fields are."""
    record: dict[str, Anything] = {}
    for origin in origins:
        if (value := _value(instance, origin)) is not None:
            *above, last = origin.field.path
            node = record
            for key in above:
                node = node.setdefault(key, {})
            node[last] = value
    return record


def _value(instance: object, origin: Origin) -> Anything:
    found: Anything = instance
    for name in origin.path:
        found = getattr(found, name, None)
    if found is None:
        return None
    type_ = origin.field.type
    if origin.elements is not None:
        return [record_of(one, origin.elements) for one in _models(found) if one is not None]
    if isinstance(type_, Type):
        return _scalar(found, type_, origin)
    return [_element(one, type_, origin) for one in found] if is_list(found) else found


def _models(found: Anything) -> Iterable[Anything]:
    """The models that a list of them has; a manager of Django's or a query of SQLAlchemy's has them, too."""
    if hasattr(found, "all"):
        return cast("Iterable[Anything]", found.all())
    values: Iterable[Anything] = found.values() if isinstance(found, Mapping) else found
    return values


def _element(element: Anything, type_: ListOf, origin: Origin) -> Anything:
    """An element of a list of values, or of one of JSON's objects."""
    if isinstance(type_.of, Type):
        return _scalar(element, type_.of, origin)
    return Loader(type_.of.fields).load(element) if isinstance(element, Mapping) else None


def _scalar(value: Anything, type_: Type, origin: Origin) -> Anything:
    """The value as the type has it, a naive datetime taken as UTC; what is not of the type stays as it is."""
    if isinstance(value, enum.Enum):
        value = (origin.words or {}).get(value, value.value)
    try:
        return type_.load(value)
    except Misfit:
        return value
