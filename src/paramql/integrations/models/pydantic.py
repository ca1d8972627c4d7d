"""Pydantic: models and its dataclasses, by their annotations, constraints and aliases.

What is excluded when a model is written (`Field(exclude=True)`) is hidden, too; computed fields, which are stored
nowhere, and private attributes are no fields.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any as Anything

import pydantic
from pydantic.dataclasses import rebuild_dataclass

from paramql.integrations.models.annotations import read
from paramql.integrations.models.members import Member, informed, metadata_of, name_of
from paramql.types import Date, DateTime, Text, Type

OWN: Mapping[Anything, Type] = {
    pydantic.AwareDatetime: DateTime(),
    pydantic.PastDatetime: DateTime(),
    pydantic.FutureDatetime: DateTime(),
    pydantic.PastDate: Date(),
    pydantic.FutureDate: Date(),
    pydantic.EmailStr: Text(),
}


def members(model: Anything) -> Iterator[Member]:
    """A member for each field that is written. Raises ValueError where annotations cannot be read."""
    _complete(model)
    for name, field in model.__pydantic_fields__.items():
        if not field.exclude:
            found = read(field.annotation, field.metadata, OWN)
            alias = field.serialization_alias or field.alias
            member = Member(name, found.kind, found.required, alias=alias, marks=found.marks)
            yield informed(member, [metadata_of(model, name)])


def _complete(model: Anything) -> None:
    """Have names in annotations looked up that were not known when the class was made."""
    if model.__dict__.get("__pydantic_complete__", True):
        return
    try:
        model.model_rebuild() if issubclass(model, pydantic.BaseModel) else rebuild_dataclass(model)
    except (pydantic.PydanticUndefinedAnnotation, pydantic.PydanticUserError) as error:
        raise ValueError(f"{name_of(model)} cannot be read: {error.message}") from None
