"""Dataclasses: their fields, by their annotations, and by what `field(metadata={"paramql": ...})` says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any as Anything
from typing import get_type_hints

from paramql.integrations.models.annotations import read
from paramql.integrations.models.members import Member, informed, name_of


def members(model: Anything) -> Iterator[Member]:
    """A member for each field. Raises ValueError where annotations cannot be read."""
    annotations = _annotations(model)
    for field in fields(model):
        found = read(annotations[field.name])
        yield informed(Member(field.name, found.kind, found.required, marks=found.marks), [field.metadata])


def _annotations(model: Anything) -> dict[str, Anything]:
    try:
        return get_type_hints(model, include_extras=True)
    except (AttributeError, NameError, SyntaxError, TypeError) as error:
        raise ValueError(
            f"the annotations of {name_of(model)} cannot be read: {error}; what they name must be there when it runs"
        ) from None
