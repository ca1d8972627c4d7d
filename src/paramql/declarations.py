"""A schema as declared: every public name and what it stands for. What is wrong with it is said when it is made."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, TypeAlias
from typing import Any as Anything

from paramql.declare import Field, Limits, ListOf, Name, Parameter, Record, check_flags, repeated, texts

if TYPE_CHECKING:
    from paramql.problems import Problem
    from paramql.tokens import Tokens

Rule: TypeAlias = "Callable[..., Iterable[Problem] | None]"

LARGEST_PAGE = 1_000_000  # one record more is asked for, which the LIMIT of every engine takes
CONTROLS = ("order", "size", "continuationToken", "filter")
PAGING = ("size", "continuationToken")
_IGNORE = "ignore takes a list of names: ignore=['utm_*']"
_CONTROL_NAME = re.compile(r"[A-Za-z0-9_.$\[\]-]+")
_ORDER_ITEM = re.compile(r"(?:(asc|desc):)?(.+)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class SortKey:
    """A field to sort by; no value comes last in either direction."""

    field: Field
    descending: bool = False

    def __str__(self) -> str:
        return f"{'desc' if self.descending else 'asc'}:{self.field.name}"


class Scope:
    """The names that may be used in one place: a whole record, or one element of a list of records."""

    def __init__(self, fields: Iterable[Field], parameters: Iterable[Parameter], fold: Callable[[str], str]) -> None:
        self._fold = fold
        self._inner: dict[str, Scope] = {}
        self._askable: dict[bool, tuple[Name, ...]] = {}
        self._names = {fold(name.text): name for name in _reach(fields, ())}
        self._names |= {fold(parameter.name): Name(parameter.name, (), parameter) for parameter in parameters}

    def find(self, text: str) -> Name | None:
        """What a name stands for; None where it is not declared."""
        return self._names.get(self._fold(text))

    def askable(self, inside: bool) -> tuple[Name, ...]:
        """What may be asked about, outside or inside an expression."""
        if inside not in self._askable:
            self._askable[inside] = tuple(name for name in self._names.values() if is_askable(name, inside))
        return self._askable[inside]

    def element(self, name: Name) -> Scope:
        """The names inside an element of a list of records."""
        assert isinstance(name.target, Field) and isinstance(name.target.type, ListOf)
        assert isinstance(name.target.type.of, Record)
        if name.text not in self._inner:
            self._inner[name.text] = Scope(name.target.type.of.fields, (), self._fold)
        return self._inner[name.text]

    def __iter__(self) -> Iterator[Name]:
        return iter(self._names.values())


def is_askable(name: Name, inside: bool) -> bool:
    """Whether a name may be asked about; inside: within an expression, where options cannot stand."""
    if isinstance(name.target, Parameter):
        return name.target.where is not None or not inside
    return name.target.filterable and all(outer.filterable for outer in name.lists)


class Declarations:
    """Fields, parameters, controls and limits, looked up by public name. `Schema` adds the road that reads queries."""

    def __init__(
        self,
        *declared: Field | Parameter,
        order: str | Iterable[str] | None = None,
        size: int = 100,
        max_size: int = 1000,
        limits: Limits | None = None,
        ignore: Iterable[str] = (),
        controls: Mapping[str, str] | None = None,
        ignore_case: bool = False,
        tokens: Tokens | None = None,
        rules: Iterable[Rule] = (),
    ) -> None:
        _check_declared(declared)
        _check_options(limits, tokens)
        _check_sizes(size, max_size)
        check_flags("a schema", ignore_case=ignore_case)
        self.fields = tuple(one for one in declared if isinstance(one, Field))
        self.parameters = tuple(one for one in declared if isinstance(one, Parameter))
        self.limits = limits or Limits()
        self.size, self.max_size = size, max_size
        self.ignore_case, self.tokens, self.rules = ignore_case, tokens, _functions(rules)
        self.controls = _controls({} if controls is None else controls)
        self.scope = Scope(self.fields, self.parameters, self.folded)
        self.key = next((field for field in self.fields if field.unique), None)
        self._ignored = _pattern(map(self.folded, texts(ignore, _IGNORE)))
        self._control_words = {self.folded(spelled): word for word, spelled in self.controls.items()}
        _check_names(self)
        self.order = self._default_order(order)

    @cached_property
    def fingerprint(self) -> str:
        """What is declared, as text: a continuation token does not outlive a change of it."""
        parameters = [(one.name, one.type, sorted(one.operators)) for one in self.parameters]
        return repr((self.fields, parameters, self.order, self.ignore_case))

    def folded(self, name: str) -> str:
        """The spelling that a name is looked up by."""
        return name.lower() if self.ignore_case and name.isascii() else name

    def find(self, name: str) -> Name | None:
        """What a public name stands for, filterable or not; lists on its path are in `.lists`."""
        return self.scope.find(name)

    def field(self, name: str) -> Field:
        """A field of the record itself, by name. Raises KeyError."""
        return next((field for field in self.fields if field.name == name), None) or _missing(name)

    def control(self, name: str) -> str | None:
        """Which control parameter a name is spelled for: order, size, continuationToken or filter."""
        word = self._control_words.get(self.folded(name))
        return None if word == "continuationToken" and self.tokens is None else word

    def ignores(self, name: str) -> bool:
        """Whether a name is left to the host."""
        return bool(self._ignored.fullmatch(self.folded(name)))

    def with_key(self, order: tuple[SortKey, ...]) -> tuple[SortKey, ...]:
        """An order in which no records tie: the unique key comes last, in the direction of the key before it."""
        if self.key is None or any(one.field == self.key for one in order):
            return order
        return (*order, SortKey(self.key, order[-1].descending if order else False))

    def _default_order(self, order: str | Iterable[str] | None) -> tuple[SortKey, ...]:
        given = order.split(",") if isinstance(order, str) else () if order is None else order
        keys = tuple(map(self._sort_key, texts(given, f"order takes text, not {order!r}: order='desc:placed'")))
        if twice := repeated(key.field.name for key in keys):
            raise ValueError(f"order names {twice!r} twice")
        return keys

    def _sort_key(self, text: str) -> SortKey:
        match = _ORDER_ITEM.fullmatch(text)
        name = self.find(match[2]) if match else None
        if match is None or name is None or not isinstance(name.target, Field) or not name.target.sortable:
            raise ValueError(f"order={text!r}: name a field that is sortable=True, such as 'desc:placed'")
        return SortKey(name.target, match[1] == "desc")


def _reach(fields: Iterable[Field], lists: tuple[Field, ...], prefix: str = "") -> Iterator[Name]:
    for field in fields:
        yield Name(prefix + field.name, lists, field)
        if isinstance(field.type, ListOf) and isinstance(field.type.of, Record):
            yield from _reach(field.type.of.fields, (*lists, field), f"{prefix}{field.name}.")


def _controls(renamed: object) -> dict[str, str]:
    if not isinstance(renamed, Mapping) or not all(isinstance(name, str) for one in renamed.items() for name in one):
        raise TypeError(f"controls takes a new name for each word, not {renamed!r}: controls={{'size': 'limit'}}")
    if unknown := set(renamed) - set(CONTROLS):
        raise ValueError(f"controls renames {sorted(unknown)}; there are {', '.join(CONTROLS)}")
    spelled = {word: renamed.get(word, word) for word in CONTROLS}
    if odd := [name for name in spelled.values() if not _CONTROL_NAME.fullmatch(name)]:
        raise ValueError(f"controls gives the name {odd[0]!r}; use letters, digits and _ . $ - [ ]")
    if twice := repeated(spelled.values()):
        raise ValueError(f"controls gives the name {twice!r} twice")
    return spelled


def _functions(rules: object) -> tuple[Rule, ...]:
    listed: tuple[Anything, ...] = tuple(rules) if isinstance(rules, Iterable) and not callable(rules) else (None,)
    if not all(map(callable, listed)):
        raise TypeError("rules takes a list of functions of the query: rules=[one_day_at_most]")
    return listed


def _pattern(names: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(_glob, names)) or r"(?!)", re.DOTALL)


def _glob(name: str) -> str:
    """`*` stands for any characters; atomic groups keep several of them from trying each other's places."""
    first, *rest = map(re.escape, name.split("*"))
    inner = "".join(f"(?>.*?{part})" for part in rest[:-1])
    return first + inner + "".join(f".*{last}" for last in rest[-1:])


def _check_declared(declared: Iterable[object]) -> None:
    fields = [one for one in declared if isinstance(one, Field)]
    for strange in (one for one in declared if not isinstance(one, Field | Parameter)):
        hint = "; fields are given one by one: Schema(*fields)" if isinstance(strange, list | tuple) else ""
        raise TypeError(f"a schema takes fields and parameters, not {strange!r}{hint}")
    if not fields:
        raise ValueError("a schema takes at least one Field(name, type)")
    if sum(field.unique for field in fields) > 1:
        raise ValueError("a schema takes one unique field: it breaks ties between pages")


def _check_sizes(size: int, max_size: int) -> None:
    for word, number in (("size", size), ("max_size", max_size)):
        if type(number) is not int:
            raise TypeError(f"{word} must be an int, not {number!r}")
    if max_size > LARGEST_PAGE:
        raise ValueError(f"max_size={max_size} must be at most {LARGEST_PAGE:,}, which every store can be asked for")
    if not 1 <= size <= max_size:
        raise ValueError(f"size={size!r} must be from 1 to max_size={max_size!r}")


def _check_options(limits: object, tokens: object) -> None:
    if not isinstance(limits, Limits | None):
        raise TypeError("limits must be made by Limits: limits=Limits(clauses=16)")
    if tokens is not None:
        from paramql.tokens import Tokens

        if not isinstance(tokens, Tokens):
            raise TypeError("tokens must be made by Tokens: tokens=Tokens({'2026-01': secrets.token_bytes(32)})")


def _check_names(schema: Declarations) -> None:
    public = [name.text for name in _reach(schema.fields, ())] + [one.name for one in schema.parameters]
    if twice := repeated(map(schema.folded, public)):
        raise ValueError(f"the name {twice!r} is declared twice{' (ignore_case)' if schema.ignore_case else ''}")
    if twice := repeated(map(schema.folded, schema.controls.values())):
        raise ValueError(f"controls gives the name {twice!r} twice (ignore_case); rename one")
    words = {schema.folded(spelled): word for word, spelled in schema.controls.items()}
    for name in public:
        if word := words.get(schema.folded(name)):
            raise ValueError(f"{name!r} is a control parameter; rename one of them: controls={{{word!r}: 'another'}}")
    for name in (*public, *filter(schema.control, schema.controls.values())):
        if schema.ignores(name):
            raise ValueError(f"{name!r} has a meaning and is ignored; take it out of ignore")
    _check_paths(schema.fields, schema.folded)


def _check_paths(fields: Iterable[Field], fold: Callable[[str], str]) -> None:
    paths = {tuple(map(fold, field.path)): field for field in fields}
    for path, below in paths.items():
        for length in range(1, len(path)):
            if above := paths.get(path[:length]):
                raise ValueError(f"{above.name!r} is a {above.type.word}, so it can have no member {below.name!r}")
    for field in fields:
        if isinstance(field.type, ListOf) and isinstance(field.type.of, Record):
            _check_paths(field.type.of.fields, fold)


def _missing(name: str) -> Field:
    raise KeyError(name)
