"""From a type annotation to a type of paramql's: of dataclasses and of Pydantic's models."""

from __future__ import annotations

import datetime as dt
import decimal
import enum
import types
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Annotated, Literal, NamedTuple, NewType, Union, get_args, get_origin
from typing import Any as Anything

from paramql.declare import ListOf
from paramql.integrations.models.marks import Asked, Mark, marks_of
from paramql.integrations.models.members import Barred, Kind, Nested, Unmapped, name_of, source_of
from paramql.types import Boolean, Choice, Date, DateTime, Decimal, Float, Integer, Text, Type, Uuid

# A class is of the first type that it is a subclass of: a bool is an int, a datetime a date.
SCALARS: Mapping[type, Type] = {
    bool: Boolean(),
    int: Integer(),
    float: Float(),
    str: Text(),
    uuid.UUID: Uuid(),
    dt.datetime: DateTime(),
    dt.date: Date(),
}
LISTS = (list, tuple, set, frozenset, Sequence)
EMBEDDED = ("pydantic", "dataclasses")

_SCALE = Unmapped(
    "a Decimal needs to know how many digits it has after the point",
    "annotate it, Annotated[Decimal, pq.Decimal(2)], or say settings={{{path!r}: {{'type': pq.Decimal(2)}}}}",
)
_MARKED_WITHIN = Barred("its mark stands within its type", "put it beside: Annotated[list[...], Hidden()]")


class Read(NamedTuple):
    """What an annotation means: the kind of the values, whether there always is one, and what stands beside."""

    kind: Kind
    required: bool = True
    metadata: tuple[object, ...] = ()

    @property
    def marks(self) -> tuple[Mark, ...]:
        """The marks that stand beside."""
        return marks_of(self.metadata)


def read(annotation: Anything, metadata: Iterable[object] = (), own: Mapping[Anything, Type] | None = None) -> Read:
    """What an annotation means; `metadata` stands beside it, `own` has the types of a library's own classes.

    >>> read(int | None)
    Read(kind=Integer(), required=False, metadata=())
    """
    inner, beside, is_optional = _bare(annotation)
    beside = (*beside, *_flat(metadata))
    kind = _MARKED_WITHIN if _is_marked(inner) else _typed(marks_of(beside)) or _kind(inner, beside, own or {})
    return Read(kind, not is_optional, beside)


def _is_marked(annotation: Anything) -> bool:
    """Whether a mark that says more than a type stands further in."""
    return any(_says_more(marks_of([one])) or _is_marked(one) for one in get_args(annotation))


def _says_more(marks: Iterable[Mark]) -> bool:
    return any(not (isinstance(mark, Asked) and mark.settings().keys() <= {"type"}) for mark in marks)


def _bare(annotation: Anything) -> tuple[Anything, tuple[object, ...], bool]:
    """The annotation without what stands around it: the metadata, and whether None may be there instead."""
    if isinstance(annotation, NewType):
        return _bare(annotation.__supertype__)
    if hasattr(annotation, "__value__"):  # type Name = ..., of Python 3.12 and of typing_extensions
        return _bare(annotation.__value__)
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        inner, beside, is_optional = _bare(args[0])
        return inner, (*beside, *_flat(args[1:])), is_optional
    if origin in (Union, types.UnionType, Literal) and (type(None) in args or None in args):
        others = tuple(arg for arg in args if arg not in (None, type(None)))
        inner, beside, _ = _bare((Literal if origin is Literal else Union)[others])
        return inner, beside, True
    return annotation, (), False


def _flat(metadata: Iterable[object]) -> tuple[object, ...]:
    """Metadata, and what stands in Pydantic's `Field(...)` among it."""
    return tuple(inner for one in metadata for inner in (one, *getattr(one, "metadata", ())))


def _typed(marks: Iterable[Mark]) -> Type | ListOf | None:
    """The type that marks give, the last of several."""
    return next((mark.type for mark in reversed([*marks]) if isinstance(mark, Asked) and mark.type is not None), None)


def _kind(annotation: Anything, beside: tuple[object, ...], own: Mapping[Anything, Type]) -> Kind:
    origin = get_origin(annotation) or annotation
    if annotation in own:
        return own[annotation]
    if origin is Literal:
        return _of_words([getattr(arg, "value", arg) for arg in get_args(annotation)])
    if not isinstance(origin, type) or origin is types.UnionType:
        return Unmapped(f"{_shown(annotation)} is no one type")
    if issubclass(origin, enum.Enum):
        return _of_words([member.value for member in origin])
    if issubclass(origin, decimal.Decimal):
        return _decimal(beside)
    if scalar := next((type_ for base, type_ in SCALARS.items() if issubclass(origin, base)), None):
        return scalar
    return _list(annotation, own) if origin in LISTS else _model(origin)


def _of_words(values: Sequence[object]) -> Kind:
    """One of some values: words, numbers or flags."""
    if all(isinstance(value, str) for value in values):
        return made(Choice, *values)
    if all(isinstance(value, bool) for value in values):
        return Boolean()
    if all(isinstance(value, int) and not isinstance(value, bool) for value in values):
        return Integer()
    return Unmapped(f"its values are not all words: {', '.join(map(repr, values))}")


def _decimal(beside: Iterable[object]) -> Kind:
    """A Decimal, of the digits that Pydantic's constraints give it."""
    digits = scale = None
    for one in beside:
        digits, scale = getattr(one, "max_digits", digits), getattr(one, "decimal_places", scale)
    return decimal_of(scale, digits, _SCALE)


def decimal_of(scale: int | None, digits: int | None, unsaid: Unmapped) -> Kind:
    """A Decimal of so many digits after the point, and in all (None: of as many as there can be).

    unsaid: what it is where nobody says how many come after the point.
    """
    return unsaid if scale is None else made(Decimal, scale, 18 if digits is None else digits)


def made(make: Anything, *arguments: Anything) -> Kind:
    """The type, where it can be made of that."""
    try:
        type_: Type = make(*arguments)
    except ValueError as error:
        return Unmapped(str(error))
    return type_


def _list(annotation: Anything, own: Mapping[Anything, Type]) -> Kind:
    args = [arg for arg in get_args(annotation) if arg is not Ellipsis]
    if len(args) != 1 or (get_origin(annotation) is tuple and Ellipsis not in get_args(annotation)):
        return Unmapped(f"{_shown(annotation)} is no list of one type", "say of what: list[str]")
    element = read(args[0], own=own)
    match element.kind:
        case _ if _says_more(element.marks):
            return _MARKED_WITHIN
        case Nested(_, many=False):
            return replace(element.kind, many=True)
        case Type() as type_:
            return ListOf(type_)
        case Unmapped():
            return element.kind
        case _:
            return Unmapped("a list of lists cannot be asked about")


def _model(origin: type) -> Kind:
    if source_of(origin) in EMBEDDED and not getattr(origin, "__pydantic_root_model__", False):
        return Nested(origin)
    return Unmapped(f"{name_of(origin)} is of no type that can be asked about")


def _shown(annotation: Anything) -> str:
    return annotation.__name__ if type(annotation) is type else str(annotation).replace("typing.", "")
