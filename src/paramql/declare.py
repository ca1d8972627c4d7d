"""What may be asked: fields, lists of them, parameters that are functions of a value, limits. Checked when made."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any as Anything
from typing import ClassVar, TypeAlias

from paramql.ast import And, Any, Compare, Exists, Expr, Not, Op, Or, Scalar
from paramql.types import Type

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*(?:\.[A-Za-z_][A-Za-z0-9_-]*)*")
OPERATORS = frozenset({*(op.value for op in Op), "exists"})
DEEPEST = 64
_COMPLEMENTS = {"ne": "eq", "nin": "in"}


@dataclass(frozen=True)
class Field:
    """A value that records have, by its public dotted name, which is its path in a nested record.

    unique: no two records share it, and each has it (at most one field of a schema: it breaks ties between pages).
    required: every record has a value. sortable: `order` may name it (whoever sorts by a field learns its values).
    filterable: clients may ask about it.
    operators: the words allowed, all of which the type has (`eq` brings `ne`, `in` brings `nin`); None: all.
    Raises ValueError or TypeError for a declaration that cannot be meant, saying what to change.

    >>> from paramql.types import Text
    >>> field = Field("customer.name", Text(), operators=["eq", "startswith"])
    >>> field.path, sorted(field.words)
    (('customer', 'name'), ['eq', 'startswith'])
    """

    name: str
    type: Type | ListOf
    unique: bool = False
    required: bool = False
    sortable: bool = False
    filterable: bool = True
    operators: frozenset[str] | None = None

    def __init__(
        self,
        name: str,
        type: Type | ListOf,  # noqa: A002 - the public name
        *,
        unique: bool = False,
        required: bool = False,
        sortable: bool = False,
        filterable: bool = True,
        operators: Iterable[str] | None = None,
    ) -> None:
        check_flags(repr(name), unique=unique, required=required, sortable=sortable, filterable=filterable)
        words = None if operators is None else allowed_words(name, operators)
        values = (name, type, unique, required or unique, sortable, filterable, words)
        for field, value in zip(fields(self), values, strict=True):
            object.__setattr__(self, field.name, value)
        _check_field(self)

    @cached_property
    def path(self) -> tuple[str, ...]:
        """The keys from a record (or element) down to the value; empty for the element of a list of scalars."""
        return tuple(self.name.split(".")) if self.name else ()

    @cached_property
    def words(self) -> frozenset[str]:
        """The operators that may be asked of the field (`ne` goes with `eq`, `nin` with `in`)."""
        inner = self.type.of if isinstance(self.type, ListOf) else self.type
        has = frozenset[str]() if isinstance(inner, Record) else frozenset(op.value for op in inner.ops)
        return (has | {"exists"}) & (OPERATORS if self.operators is None else self.operators)

    @cached_property
    def element(self) -> Field:
        """The element of a list of scalars, as a field without a name."""
        assert isinstance(self.type, ListOf) and isinstance(self.type.of, Type)
        return _unnamed(self.type.of)


@dataclass(frozen=True, init=False)
class Record:
    """An element with named members, of a `ListOf`.

    Raises ValueError for members that cannot stand in a list, TypeError for those that are no fields.

    >>> from paramql.types import Integer, Text
    >>> lines = Field("lines", ListOf(Record(Field("sku", Text()), Field("quantity", Integer()))))
    """

    fields: tuple[Field, ...]

    def __init__(self, *fields: Field) -> None:
        object.__setattr__(self, "fields", fields)
        if not all(isinstance(field, Field) for field in fields):
            raise TypeError(
                "Record takes fields, given one by one: Record(Field('sku', Text()), Field('net', Integer()))"
            )
        if not fields:
            raise ValueError("Record takes at least one field: Record(Field('sku', Text()))")
        if twice := repeated(field.name for field in fields):
            raise ValueError(f"a Record has two fields named {twice!r}; rename one")
        for field in fields:
            if field.unique or field.sortable:
                raise ValueError(f"{field.name!r} stands in a list: it can be neither unique nor sortable")


@dataclass(frozen=True)
class ListOf:
    """A list of scalars or of records. A missing list, an empty one and a list of nulls are the same.

    >>> from paramql.types import Text
    >>> sorted(Field("tags", ListOf(Text())).words)[:3]
    ['contains', 'endswith', 'eq']
    """

    of: Type | Record
    word: ClassVar[str] = "list"

    def __post_init__(self) -> None:
        if not isinstance(self.of, Type | Record):
            raise TypeError("ListOf takes a type such as Text(), or a Record(...)")


@dataclass(frozen=True, init=False)
class Parameter:
    """A public name that is a function of a value.

    `where(value)` gives the expression that the value means, `where(op, value)` when `operators` go beyond `eq` and
    `in`; it may raise ValueError(sentence), which becomes `invalid-value`, as do an ArithmeticError and a value that
    does not fit the field that the expression asks it of. Of a list it is asked for each item. A
    datetime finer than microseconds comes as `paramql.ast.FineDateTime`, which a builder takes; a TypeError from
    anything else done with it becomes `invalid-value`, too. `where=None` makes it an option: not a filter, read from
    `query.values`, that takes `eq` alone. `notice`: a sentence for those who still use it.

    >>> import paramql as pq
    >>> late = Parameter("late", pq.Boolean(), lambda late: pq.lt("due", "2019-05-01") if late else pq.exists("due"))
    >>> schema = pq.Schema(pq.Field("due", pq.Date()), late)
    >>> schema.parse("late=true").where.value
    datetime.date(2019, 5, 1)
    """

    name: str
    type: Type
    where: Callable[..., Expr[Anything]] | None
    operators: frozenset[str]
    notice: str | None

    def __init__(
        self,
        name: str,
        type: Type,  # noqa: A002 - the public name
        where: Callable[..., Expr[Anything]] | None,
        *,
        operators: Iterable[str] | None = None,
        notice: str | None = None,
    ) -> None:
        usual = ("eq",) if where is None else ("eq", "in")
        words = allowed_words(name, usual if operators is None else operators)
        for field, value in zip(fields(self), (name, type, where, words, notice), strict=True):
            object.__setattr__(self, field.name, value)
        _check_parameter(self)

    @property
    def words(self) -> frozenset[str]:
        """The operators that may be asked, cut to what the type has."""
        return frozenset(op.value for op in self.type.ops) & self.operators

    @property
    def is_widened(self) -> bool:
        """Whether `where` takes the operator too."""
        return not self.operators <= {"eq", "in"}

    def meaning(self, op: Op, value: Scalar) -> Expr[Anything]:
        """What a value means, as the host's function has it. Raises what that raises, TypeError for no expression."""
        assert self.where is not None
        found = self.where(op, value) if self.is_widened else self.where(value)
        if not isinstance(found, And | Or | Not | Compare | Any | Exists):
            raise TypeError(f"parameter {self.name!r}: where gave {found!r}, which is no expression")
        return found


@dataclass(frozen=True)
class Limits:
    """What a query may cost. Lengths count characters.

    query: as written; a continuation token in it may be as long again. The other lengths are of decoded text.
    clauses: comparisons in all. depth: of and, or, not, any, all. quantifiers: of any and all. items: of a list.
    operand: a value or item. folded_operand: a value of an operator that ignores case. problems: that are reported.
    Raises TypeError for a limit that is no int, ValueError for one below 1, and for a depth above 64: trees are walked
    by recursion.

    >>> Limits(clauses=16).clauses
    16
    """

    query: int = 8192
    clauses: int = 64
    depth: int = 8
    quantifiers: int = 3
    items: int = 256
    operand: int = 1024
    folded_operand: int = 128
    problems: int = 20

    def __post_init__(self) -> None:
        for field in fields(self):
            if type(getattr(self, field.name)) is not int:
                raise TypeError(f"Limits: {field.name} must be an int, not {getattr(self, field.name)!r}")
            if getattr(self, field.name) < 1:
                raise ValueError(f"Limits: {field.name} must be at least 1")
        if self.depth > DEEPEST:
            raise ValueError(f"Limits: depth must be at most {DEEPEST}")


@dataclass(frozen=True, slots=True)
class Name:
    """A public name as it was found: its text, the lists that its path goes through, and what it stands for."""

    text: str
    lists: tuple[Field, ...]
    target: Field | Parameter


Expression: TypeAlias = Expr[Field]
Asked: TypeAlias = Expr[Name]


def allowed_words(name: str, operators: Iterable[str]) -> frozenset[str]:
    """Operator words as declared, `ne` and `nin` standing for `eq` and `in`."""
    listed = texts(operators, f"{name!r}: operators takes a list of words, not {operators!r}: operators=['eq', 'in']")
    words = _Words(_COMPLEMENTS.get(word, str(word)) for word in listed)
    if unknown := words - OPERATORS:
        raise ValueError(f"{name!r}: unknown operators {sorted(unknown)}; there are {', '.join(sorted(OPERATORS))}")
    return words


class _Words(frozenset[str]):
    """A set that is shown in the same way in every process, as tokens are bound to what is shown of a schema."""

    def __repr__(self) -> str:
        return f"{{{', '.join(map(repr, sorted(self)))}}}"


def texts(given: object, sentence: str) -> tuple[str, ...]:
    """The texts of a list. Raises TypeError, saying the sentence, for anything else; a text alone is no list."""
    listed: tuple[Anything, ...] = (
        tuple(given) if isinstance(given, Iterable) and not isinstance(given, str) else (None,)
    )
    if not all(isinstance(text, str) for text in listed):
        raise TypeError(sentence)
    return listed


def check_flags(whose: str, **flags: object) -> None:
    """Raises TypeError for a flag that is neither True nor False."""
    for word, flag in flags.items():
        if not isinstance(flag, bool):
            raise TypeError(f"{whose}: {word} must be True or False, not {flag!r}")


def repeated(names: Iterable[str]) -> str | None:
    """The first name that occurs twice."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return name
        seen.add(name)
    return None


def _unnamed(type_: Type) -> Field:
    field = object.__new__(Field)
    for member, value in zip(fields(Field), ("", type_, False, True, False, True, None), strict=True):
        object.__setattr__(field, member.name, value)
    return field


def _check_name(name: str) -> None:
    if not isinstance(name, str):
        raise TypeError(f"{name!r} is not a name: a name is a str, such as 'customer.name'")
    if not NAME.fullmatch(name):
        raise ValueError(
            f"{name!r} is not a name: letters, digits, '_' and '-', joined by dots, such as 'customer.name'"
        )


def _check_field(field: Field) -> None:
    _check_name(field.name)
    if isinstance(field.type, Record):
        raise TypeError(f"{field.name!r}: a Record stands in a list; give its members names such as '{field.name}.x'")
    if not isinstance(field.type, Type | ListOf):
        raise TypeError(f"{field.name!r}: the type must be a type such as Text(), not {field.type!r}")
    if field.unique and (isinstance(field.type, ListOf) or not field.type.sortable):
        raise ValueError(f"{field.name!r} cannot be unique: a {field.type.word} has no order; use text or a number")
    if field.sortable and (isinstance(field.type, ListOf) or not field.type.sortable):
        raise ValueError(f"{field.name!r} cannot be sortable: a {field.type.word} has no order")
    if field.operators is not None:
        _check_operators(field, field.operators)


def _check_operators(field: Field, operators: frozenset[str]) -> None:
    if lacking := sorted(operators - field.words):
        raise ValueError(f"{field.name!r}: a {field.type.word} does not take {', '.join(lacking)}; leave it out")
    if not operators:
        raise ValueError(f"{field.name!r}: operators names none; for a field that nobody asks about: filterable=False")


def _check_parameter(parameter: Parameter) -> None:
    named = f"parameter {parameter.name!r}"
    _check_name(parameter.name)
    if not isinstance(parameter.type, Type):
        raise TypeError(f"{named}: the type must be a type such as Text()")
    if parameter.where is not None and not callable(parameter.where):
        raise TypeError(f"{named}: where is a function of the value, such as lambda value: eq('n', value), or None")
    if not isinstance(parameter.notice, str | None):
        raise TypeError(f"{named}: notice must be a sentence, not {parameter.notice!r}: notice='use status instead'")
    if "exists" in parameter.operators:
        raise ValueError(f"{named}: 'exists' is for fields; a parameter always has a value")
    if parameter.where is None and parameter.operators != {"eq"}:
        raise ValueError(f"{named}: an option (where=None) takes eq alone; leave operators out")
    if not parameter.words:
        raise ValueError(f"{named}: none of its operators fits a {parameter.type.word}")
