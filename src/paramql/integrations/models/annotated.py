"""The marks in annotations of classes that say elsewhere what their attributes are: SQLAlchemy's and Django's.

Names that are there for type checkers only stand for nothing, wherever no mark can be behind them.
"""

from __future__ import annotations

import re
import sys
import types
from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from inspect import get_annotations, getattr_static
from typing import Annotated, ForwardRef, Literal, Union, get_args, get_origin
from typing import Any as Anything

from paramql.integrations.models.marks import Mark, marks_of

_Pieces = tuple[object, ...]
_UNREADABLE = (AttributeError, NameError, SyntaxError, TypeError, ValueError)


@dataclass(frozen=True)
class Beside:
    """What stands beside an attribute's type. unread: why a mark may be missed; missing: names that are not there."""

    marks: tuple[Mark, ...] = ()
    unread: str | None = None
    missing: tuple[str, ...] = ()


def annotated(model: type, around: tuple[object, ...] = ()) -> dict[str, Beside]:
    """What stands beside the types of a class's attributes; `around`: generics that attributes are in, as `Mapped`."""
    found: dict[str, Beside] = {}
    for base in reversed(model.__mro__):
        for name, annotation in _annotations(base):
            found[name] = _Reading(base, around).beside(annotation)
    return found


def _annotations(base: type) -> Iterator[tuple[str, Anything]]:
    """Those of the attributes, and of the functions that make attributes of subclasses (`declared_attr`)."""
    yield from get_annotations(base).items()
    for name, value in vars(base).items():
        returned: dict[str, Anything] = getattr(getattr_static(value, "fget", None), "__annotations__", {})
        if "return" in returned:
            yield name, returned["return"]


class _MarkWithin(ValueError):
    """A mark stands further in than where it counts, and would be missed."""


class _Absent(type):
    """What a name is that is not there: whatever is done with it, it says its name."""

    def __getattr__(cls, name: str) -> Anything:
        if name.startswith("__"):
            raise AttributeError(name)
        return cls

    def __getitem__(cls, item: object) -> Anything:
        return types.GenericAlias(cls, item)


class _Reading:
    """Reads annotations of one class, text among them as its module means it."""

    def __init__(self, base: type, around: tuple[object, ...]) -> None:
        self._around, self._class = around, dict(vars(base))
        self._module = dict(getattr(sys.modules.get(base.__module__), "__dict__", {}))
        self._missing: list[str] = []
        self._seen: list[object] = []

    def beside(self, annotation: Anything) -> Beside:
        """What stands beside the type."""
        try:
            return Beside(marks_of(self._pieces(annotation)), None, tuple(self._missing))
        except _MarkWithin as error:
            return Beside(unread=str(error), missing=tuple(self._missing))
        except _UNREADABLE as error:
            return Beside(unread=str(error) if self._may_mark(str(annotation)) else None, missing=tuple(self._missing))

    def _pieces(self, annotation: Anything) -> _Pieces:
        """The metadata beside a type. Raises `_MarkWithin` for a mark that stands further in."""
        if isinstance(annotation, str | ForwardRef):
            return self._once(annotation, self._evaluated)
        if hasattr(annotation, "__supertype__"):
            return self._pieces(annotation.__supertype__)
        if hasattr(annotation, "__value__"):  # type Name = ...; it may be made of itself
            return self._once(annotation, lambda alias: alias.__value__)
        origin, args = get_origin(annotation), get_args(annotation)
        if isinstance(annotation, _Absent) or isinstance(origin, _Absent):
            self._missing.append((origin or annotation).__name__)
        if origin is Literal:
            return ()
        if origin is Annotated:
            return (*self._pieces(args[0]), *self._there(args[1:]))
        inner = [arg for arg in args if arg is not type(None)]
        is_around = origin in (Union, types.UnionType, *self._around) and len(inner) == 1
        within = [piece for arg in inner for piece in self._pieces(arg)]
        if marks_of(within) and not is_around:
            raise _MarkWithin(f"a mark stands within {annotation}: put it beside, Annotated[..., Hidden()]")
        return tuple(within)

    def _once(self, alias: Anything, value: Anything) -> _Pieces:
        if alias in self._seen:
            return ()
        self._seen.append(alias)
        return self._pieces(value(alias))

    def _evaluated(self, text: str | ForwardRef) -> Anything:
        """What a text means. Of names, those of the module go before those of the class, as with SQLAlchemy."""
        source = text if isinstance(text, str) else text.__forward_arg__
        while True:
            try:
                return eval(source, self._class, self._module)  # noqa: S307 - the host's own annotation
            except NameError as error:
                if error.name in self._module:
                    raise
                self._module[error.name] = _Absent(str(error.name), (), {})

    def _there(self, metadata: _Pieces) -> _Pieces:
        if absent := [one for one in metadata if isinstance(one, _Absent) or isinstance(type(one), _Absent)]:
            raise ValueError(f"{_name(absent[0])!r} is not there when it runs")
        return metadata

    def _may_mark(self, text: str) -> bool:
        """Whether what cannot be read may have a mark."""
        names = re.findall(r"\w+(?:\.\w+)*", text)
        return "Annotated" in text or any(self._is_marked(self._named(name)) for name in names)

    def _named(self, name: str) -> object:
        """What a name in the module stands for, such as `types.Secret`; None for nothing."""
        first, *steps = name.split(".")
        return reduce(lambda value, step: getattr(value, step, None), steps, self._module.get(first))

    def _is_marked(self, value: object) -> bool:
        self._seen.clear()
        try:
            return bool(marks_of(self._pieces(value)))
        except _UNREADABLE:
            return True


def _name(absent: Anything) -> str:
    """The name that is not there, or that of which an instance was to be."""
    return str((absent if isinstance(absent, type) else type(absent)).__name__)
