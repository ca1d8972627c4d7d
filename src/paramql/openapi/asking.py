"""What a caller may ask of a schema: the names, what their values are, the operators they take, examples."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from paramql.check.operators import COMPLEMENTS, WORDS
from paramql.declarations import Declarations
from paramql.declare import ListOf, Name, Parameter, Record, texts
from paramql.problems import QueryError
from paramql.rendering import escaped, quoted
from paramql.schema import Schema
from paramql.types import Choice, Type

_LITERALS: Mapping[str, tuple[str, str]] = {
    "text": ("blue", "green"),
    "integer": ("12", "13"),
    "decimal": ("9.95", "12.5"),
    "float": ("0.5", "1e3"),
    "boolean": ("true", "false"),
    "datetime": ("2024-05-01T12:00:00Z", "today-7d"),
    "date": ("2024-05-01", "today-7d"),
    "uuid": ("0190163d-8694-739b-aea5-966c26f8ad91", "01901640-0000-7000-8000-000000000000"),
}
_TELLING = ("eq", "gte", "in", "contains")


def names(only: Iterable[str] | None) -> frozenset[str] | None:
    """The names that a caller may use, None for all. Raises TypeError for what is no list of names."""
    return None if only is None else frozenset(texts(only, "only takes a list of names: only=['org']"))


def visible(schema: Declarations, only: Iterable[str] | None = None) -> Iterator[Name]:
    """The names that may be used by a caller: those of `only`, and what they hold (None: all that clients may use)."""
    return (name for name in schema.scope if _is_open(name) and may_use(schema, name.text, only))


def askable(schema: Declarations, only: Iterable[str] | None = None) -> Iterator[Name]:
    """Those of them that take an operator."""
    return (name for name in visible(schema, only) if name.target.words)


def sortable(schema: Declarations, only: Iterable[str] | None = None) -> list[str]:
    """The names that a caller may sort by."""
    return [field.name for field in schema.fields if field.sortable and may_use(schema, field.name, only)]


def may_use(schema: Declarations, name: str, only: Iterable[str] | None) -> bool:
    """Whether `only` has a name, or one that holds it."""
    return only is None or not _holders(schema.folded(name)).isdisjoint(map(schema.folded, only))


def _is_open(name: Name) -> bool:
    if isinstance(name.target, Parameter):
        return True
    return name.target.filterable and all(outer.filterable for outer in name.lists)


def _holders(name: str) -> set[str]:
    """A name, and those of what it stands in."""
    parts = name.split(".")
    return {".".join(parts[:length]) for length in range(1, len(parts) + 1)}


def is_option(name: Name) -> bool:
    """Whether it filters nothing: it takes a value, once, and `filter` does not know it."""
    return isinstance(name.target, Parameter) and name.target.where is None


def is_of_list(name: Name) -> bool:
    """Whether it asks of some element of a list."""
    return bool(name.lists) or isinstance(name.target.type, ListOf)


def asked_of(name: Name) -> Type | Record:
    """The type of the values that are compared, or the record of a list."""
    type_ = name.target.type
    return type_.of if isinstance(type_, ListOf) else type_


def type_of(name: Name) -> str:
    """What its values are, in words."""
    of = asked_of(name)
    word = "record" if isinstance(of, Record) else f"{of.word}: {of.accepts}"
    return f"some element of a list; {word}" if is_of_list(name) else word


def operators_of(name: Name) -> list[str]:
    """The operators that it takes, complements too; an option has none."""
    words = name.target.words
    return ["eq"] if is_option(name) else [word for word in WORDS if COMPLEMENTS.get(word, word) in words]


def example_of(name: Name, operator: str, literal: str | None = None) -> str:
    """A value with an operator, as it stands after `name=`. literal: one that it takes, where a usual one will not do.

    >>> import paramql as pq
    >>> example_of(Name("placed", (), pq.Field("placed", pq.DateTime())), "gte")
    'gte:2024-05-01T12:00:00Z'
    """
    of = asked_of(name)
    if operator == "exists" or isinstance(of, Record):
        return "exists:true"
    literals = _literals(of) if literal is None else (literal,)
    if operator in ("in", "nin"):
        items = ",".join(map(quoted, literals))
        return f"{operator}:{items if _is_tame(items.replace(',', '')) else f'({items})'}"
    return literals[0] if operator == "eq" and _is_tame(literals[0]) else f"{operator}:{literals[0]}"


def _literals(of: Type) -> tuple[str, ...]:
    return (of.words[0], of.words[-1]) if isinstance(of, Choice) else _LITERALS.get(of.word, ("x", "y"))


def _is_tame(text: str) -> bool:
    """Whether no part of it could be taken for an operator or a bracket."""
    return not text[:1].isalpha() or text.replace("_", "").replace("-", "").isalnum()


def examples_of(name: Name) -> list[str]:
    """Values that it takes, with operators; not each, but those that tell it."""
    operators = operators_of(name)
    return [example_of(name, word) for word in _TELLING if word in operators] or [example_of(name, operators[0])]


def accepted(schema: Schema, name: Name, values: Sequence[str], *, strict: bool = False) -> list[str]:
    """Those of the values that the schema takes; what a host's function refuses is left out.

    Raises ValueError for one that it does not take when `strict`.
    """
    refused = {value: problem for value in values if (problem := _refused(schema, name, value))}
    if strict and refused:
        value, problem = next(iter(refused.items()))
        raise ValueError(f"the example {value!r} of {name.text!r} is refused: {problem}; give another")
    return [value for value in values if value not in refused]


def _refused(schema: Schema, name: Name, value: str) -> str | None:
    """What is wrong with it. A conflict is not of the value: something else should be sent with it."""
    try:
        schema.parse(f"{name.text}={escaped(value)}")
    except QueryError as error:
        return next((problem.message for problem in error.problems if problem.code != "conflict"), None)
    return None
