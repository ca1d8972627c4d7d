"""Names with attribute access, and what may be asked of them."""

from __future__ import annotations

import datetime as dt
import decimal
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import Enum
from typing import TYPE_CHECKING, TypeAlias, TypeVar, overload

from paramql import builders
from paramql.ast import Any, Compare, Draft, FineDateTime, Op, Scalar
from paramql.client.condition import Undecided, Where, check, draft_of, text_of
from paramql.declare import NAME, ListOf
from paramql.schema import Schema
from paramql.types import Date, DateTime, Misfit, Type

# What a person writes for a value; a filter says a member of an enumeration by its value, a UUID by its text.
Said: TypeAlias = Scalar | uuid.UUID | Enum

_SCALARS = (str, int, float, decimal.Decimal, dt.date, FineDateTime)


@dataclass(frozen=True, slots=True)
class Key(Undecided):
    """A name to sort by, as `order` has it."""

    text: str
    schema: Schema | None = field(default=None, repr=False)

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True, slots=True)
class _Place:
    """Where names stand: in a record, or in an element of lists; and the schema that knows them, if one does."""

    schema: Schema | None = None
    lists: tuple[str, ...] = ()

    def name(self, text: str) -> Name:
        """The name. Raises ValueError for what is none, AttributeError for one that the schema lacks."""
        if not NAME.fullmatch(text):
            raise ValueError(f"{text!r} is not a name: letters, digits, '_' and '-', joined by dots")
        if self.schema is not None:
            self._check(text, self.schema)
        return Name(self, text)

    def _check(self, text: str, schema: Schema) -> None:
        known = {schema.folded(one.text) for one in schema.scope}
        full = schema.folded(self._full(text))
        if not any(one == full or one.startswith(f"{full}.") for one in known):
            near = get_close_matches(full, known, 1)
            raise AttributeError(f"the schema has no {full!r}" + (f"; did you mean {near[0]!r}?" if near else ""))

    def where(self, draft: Draft) -> Where:
        """A condition of these names. Raises `QueryError` where the schema refuses it, ValueError where no text is."""
        whole = draft
        for outer in reversed(self.lists):
            whole = Any(outer, whole)
        check(text_of(whole, self.schema), self.schema)
        return Where(draft, self.schema)

    def value(self, name: str, said: object) -> Scalar:
        """A value, canonical where the type is known. Raises TypeError for what is none, or not of the type."""
        value = _plain(said)
        if not isinstance(value, _SCALARS):
            hint = "; for no value ask ~name.exists()" if value is None else ""
            raise TypeError(f"{name!r}: {value!r} is no value that a filter can say{hint}")
        of = self._type(name)
        if of is None or (isinstance(of, DateTime | Date) and _is_read_there(value)):
            return value
        try:
            return of.admit(value)
        except Misfit as misfit:
            raise TypeError(f"{name!r} takes {of.word}: {value!r} is {misfit}") from None

    def _type(self, name: str) -> Type | None:
        found = None if self.schema is None else self.schema.find(self._full(name))
        type_ = found and found.target.type
        of = type_.of if isinstance(type_, ListOf) else type_
        return of if isinstance(of, Type) else None

    def _full(self, name: str) -> str:
        return ".".join((*self.lists, name))


def _plain(said: object) -> object:
    value = said.value if isinstance(said, Enum) else said
    return str(value) if isinstance(value, uuid.UUID) else value


def _is_read_there(value: Scalar) -> bool:
    """Whether the server's clock says which instant it is: text may be relative, and a day begins in a zone."""
    return isinstance(value, str) or (isinstance(value, dt.date) and not isinstance(value, dt.datetime))


class Name(Undecided):
    """A name, and all that may be asked of it; of a list: whether some element is so.

    What stands below it is an attribute; `name["in"]` is for what Python, or this class, calls otherwise. Text for a
    date may be relative: `where.placed >= "today-7d"`. Raises TypeError for a value that is none, `QueryError` for what
    the schema refuses.

    >>> from paramql.client import fields
    >>> str(fields().process.isComplete == True)
    'process.isComplete=eq:true'
    """

    __slots__ = ("__name", "__place")

    def __init__(self, place: _Place, name: str) -> None:
        self.__place, self.__name = place, name

    def __getattr__(self, name: str) -> Name:
        return self.__place.name(f"{self.__name}.{_public(name)}")

    def __getitem__(self, name: str) -> Name:
        return self.__place.name(f"{self.__name}.{name}")

    def __str__(self) -> str:
        return self.__name

    def __repr__(self) -> str:
        return f"<name {self.__name!r}>"

    def __eq__(self, value: Said, /) -> Where:  # type: ignore[override]
        return self.__compare(Op.EQ, value)

    def __ne__(self, value: Said, /) -> Where:  # type: ignore[override]
        return ~self.__compare(Op.EQ, value)

    def __gt__(self, value: Said, /) -> Where:
        return self.__compare(Op.GT, value)

    def __ge__(self, value: Said, /) -> Where:
        return self.__compare(Op.GTE, value)

    def __lt__(self, value: Said, /) -> Where:
        return self.__compare(Op.LT, value)

    def __le__(self, value: Said, /) -> Where:
        return self.__compare(Op.LTE, value)

    __hash__ = None  # type: ignore[assignment]
    __iter__ = None

    def in_(self, values: Iterable[Said]) -> Where:
        """The value is one of these."""
        if isinstance(values, str):
            raise TypeError(f"in_ and not_in take a list of values: [{values!r}]")
        items = tuple(self.__place.value(self.__name, value) for value in values)
        return self.__place.where(builders.in_(self.__name, items))

    def not_in(self, values: Iterable[Said]) -> Where:
        """The value is none of these, or there is none."""
        return ~self.in_(values)

    def contains(self, text: str) -> Where:
        """The text has `text` in it."""
        return self.__compare(Op.CONTAINS, text)

    def startswith(self, text: str) -> Where:
        """The text begins with `text`."""
        return self.__compare(Op.STARTSWITH, text)

    def endswith(self, text: str) -> Where:
        """The text ends with `text`."""
        return self.__compare(Op.ENDSWITH, text)

    def ieq(self, text: str) -> Where:
        """The text is `text`, in any case."""
        return self.__compare(Op.IEQ, text)

    def icontains(self, text: str) -> Where:
        """The text has `text` in it, in any case."""
        return self.__compare(Op.ICONTAINS, text)

    def istartswith(self, text: str) -> Where:
        """The text begins with `text`, in any case."""
        return self.__compare(Op.ISTARTSWITH, text)

    def iendswith(self, text: str) -> Where:
        """The text ends with `text`, in any case."""
        return self.__compare(Op.IENDSWITH, text)

    def exists(self) -> Where:
        """There is a value; of a list: an element."""
        return self.__place.where(builders.exists(self.__name))

    def any(self, where: Callable[[Names], Where]) -> Where:
        """Some element of a list of records is so.

        >>> from paramql.client import fields
        >>> str(fields().lines.any(lambda line: (line.sku == "A1") & (line.quantity > 3)))
        'filter=any(lines,and(quantity:gt:3,sku:eq:A1))'
        """
        return self.__place.where(builders.any_(self.__name, self.__inside(where)))

    def all(self, where: Callable[[Names], Where]) -> Where:
        """Every element of a list of records is so; true of an empty list."""
        return self.__place.where(builders.all_(self.__name, self.__inside(where)))

    def asc(self) -> Key:
        """To sort by, the least first."""
        return Key(f"asc:{self.__name}", self.__place.schema)

    def desc(self) -> Key:
        """To sort by, the greatest first."""
        return Key(f"desc:{self.__name}", self.__place.schema)

    def __compare(self, op: Op, value: Said) -> Where:
        return self.__place.where(Compare(self.__name, op, self.__place.value(self.__name, value)))

    def __inside(self, where: Callable[[Names], Where]) -> Draft:
        return draft_of(where(Names(self.__place.schema, (*self.__place.lists, self.__name))))


class Fields(Undecided):
    """The names of a record. Subclasses declare them to type checkers, which then know no others.

    schema: what they are checked by, at once. lists: of which the record is an element. `self["name"]` is for what is
    no word of Python.

    >>> from paramql.client import Boolean, Integer
    >>> class Order(Fields):
    ...     total: Integer
    ...     paid: Boolean
    >>> order = Order()
    >>> str((order.total > 100) & (order.paid == False))
    'paid=eq:false&total=gt:100'
    """

    def __init__(self, schema: Schema | None = None, lists: tuple[str, ...] = ()) -> None:
        if not isinstance(schema, Schema | None):
            raise TypeError(f"names are checked by a schema, or by none, not by {schema!r}")
        self.__place = _Place(schema, lists)

    __iter__ = None

    def __getitem__(self, name: str) -> Name:
        return self.__place.name(name)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Name:
            """A name that type checkers know from the annotations."""
            return self.__place.name(_public(name))


class Names(Fields):
    """The names of a record, whatever they are."""

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Name: ...


F = TypeVar("F", bound=Fields)


@overload
def fields(schema: Schema | None = None) -> Names: ...
@overload
def fields(schema: Schema | None, of: type[F]) -> F: ...
def fields(schema: Schema | None = None, of: type[Fields] = Names) -> Fields:
    """The names of a record, as attributes. of: a class that declares them to type checkers.

    >>> import paramql as pq
    >>> where = fields(pq.Schema(pq.Field("placed.on", pq.Date())))
    >>> str(where.placed.on >= "today-7d")
    'placed.on=gte:today-7d'
    >>> where.placed.at
    Traceback (most recent call last):
    AttributeError: the schema has no 'placed.at'; did you mean 'placed.on'?
    """
    return of(schema)


def _public(name: str) -> str:
    """The name. Python asks for names of its own, which no record has."""
    if name.startswith("__"):
        raise AttributeError(name)
    return name
