"""What an attribute says of itself: that it is hidden, what clients call it, how it may be asked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any as Anything
from typing import TypeAlias

from paramql.declare import ListOf
from paramql.types import Type


@dataclass(frozen=True)
class Hidden:
    """To clients the attribute does not exist: `password: Annotated[str, Hidden()]`."""


@dataclass(frozen=True)
class Named:
    """What clients call the attribute, within the model that it stands in: `Annotated[str, Named("customer.name")]`."""

    name: str


@dataclass(frozen=True, kw_only=True)
class Asked:
    """How the attribute may be asked: what `Field` takes, by the same words. None: as the model has it.

    >>> Asked(sortable=True, operators=("eq", "in")).settings()
    {'sortable': True, 'operators': ('eq', 'in')}
    """

    type: Type | ListOf | None = None
    unique: bool | None = None
    required: bool | None = None
    sortable: bool | None = None
    filterable: bool | None = None
    operators: Iterable[str] | None = None

    def settings(self) -> dict[str, Anything]:
        """What is said, by the words of `Field`."""
        said = {field.name: getattr(self, field.name) for field in fields(self)}
        return {word: value for word, value in said.items() if value is not None}


Mark: TypeAlias = Hidden | Named | Asked


def mark_of(metadata: object) -> Mark | None:
    """The mark that a piece of metadata is; a type of paramql's says what the values are; None for what is no mark.

    >>> from paramql.types import Text
    >>> mark_of(Text()) == Asked(type=Text()), mark_of(Hidden), mark_of("of another library")
    (True, Hidden(), None)
    """
    match metadata:
        case Hidden() | Named() | Asked():
            return metadata
        case Type() | ListOf():
            return Asked(type=metadata)
        case _:
            return Hidden() if metadata is Hidden else None


def marks_of(metadata: Iterable[object]) -> tuple[Mark, ...]:
    """The marks among pieces of metadata."""
    return tuple(mark for one in metadata if (mark := mark_of(one)) is not None)
