"""What type checkers know of names: which operators they have, and with values of which types."""

from __future__ import annotations

import datetime as dt
import decimal
import uuid
from collections.abc import Callable, Iterable
from enum import Enum
from typing import Protocol, TypeAlias, TypeVar

from paramql.client.condition import Where
from paramql.client.names import Key

V = TypeVar("V", contravariant=True)
E = TypeVar("E", covariant=True)
Word: TypeAlias = str | Enum


class Valued(Protocol[V]):  # noqa: PLW1641 - names have no hash
    """A name whose values are equal or not."""

    def __eq__(self, value: V, /) -> Where: ...  # type: ignore[override]
    def __ne__(self, value: V, /) -> Where: ...  # type: ignore[override]
    def exists(self) -> Where:
        """There is a value."""
        ...


class Listed(Valued[V], Protocol[V]):
    """A name whose values may be asked for by list."""

    def in_(self, values: Iterable[V]) -> Where:
        """The value is one of these."""
        ...

    def not_in(self, values: Iterable[V]) -> Where:
        """The value is none of these, or there is none."""
        ...


class Sorted(Listed[V], Protocol[V]):
    """A name that may be sorted by."""

    def asc(self) -> Key:
        """To sort by, the least first."""
        ...

    def desc(self) -> Key:
        """To sort by, the greatest first."""
        ...


class Ordered(Sorted[V], Protocol[V]):
    """A name whose values are greater or less than others."""

    def __gt__(self, value: V, /) -> Where: ...
    def __ge__(self, value: V, /) -> Where: ...
    def __lt__(self, value: V, /) -> Where: ...
    def __le__(self, value: V, /) -> Where: ...


class Text(Sorted[Word], Protocol):
    """A name of text, whose parts may be asked for."""

    def contains(self, text: str) -> Where:
        """The text has `text` in it."""
        ...

    def startswith(self, text: str) -> Where:
        """The text begins with `text`."""
        ...

    def endswith(self, text: str) -> Where:
        """The text ends with `text`."""
        ...

    def ieq(self, text: str) -> Where:
        """The text is `text`, in any case."""
        ...

    def icontains(self, text: str) -> Where:
        """The text has `text` in it, in any case."""
        ...

    def istartswith(self, text: str) -> Where:
        """The text begins with `text`, in any case."""
        ...

    def iendswith(self, text: str) -> Where:
        """The text ends with `text`, in any case."""
        ...


class OrderedText(Text, Ordered[Word], Protocol):
    """A name of text whose order may be asked for, too: `Text(ordered=True)`."""


class Records(Protocol[E]):
    """A name of a list of records, whose names the class `E` declares."""

    def any(self, where: Callable[[E], Where]) -> Where:
        """Some element is so."""
        ...

    def all(self, where: Callable[[E], Where]) -> Where:
        """Every element is so."""
        ...

    def exists(self) -> Where:
        """There is an element."""
        ...


Boolean: TypeAlias = Valued[bool]
Choice: TypeAlias = Listed[Word]
Uuid: TypeAlias = Sorted[uuid.UUID | str]
Integer: TypeAlias = Ordered[int]
Decimal: TypeAlias = Ordered[decimal.Decimal | int]
Float: TypeAlias = Ordered[float]
DateTime: TypeAlias = Ordered[dt.date | dt.datetime | str]
Date: TypeAlias = Ordered[dt.date | str]
