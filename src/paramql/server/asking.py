"""What a caller may ask of a schema: the names, what their values are, the operators they take, examples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import paramql as pq
from paramql.check.operators import COMPLEMENTS, WORDS
from paramql.declare import Field, ListOf, Name, Parameter, Record

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


def visible(schema: pq.Schema, only: frozenset[str] | None = None) -> Iterator[Name]:
    """The names that may be used by a caller: those of `only`, and what they hold (None: all that clients may use)."""
    kept = None if only is None else frozenset(map(schema.folded, only))
    for name in schema.scope:
        if _is_open(name) and (kept is None or not kept.isdisjoint(_holders(schema.folded(name.text)))):
            yield name


def askable(schema: pq.Schema, only: frozenset[str] | None = None) -> Iterator[Name]:
    """Those of them that take an operator."""
    return (name for name in visible(schema, only) if name.target.words)


def _is_open(name: Name) -> bool:
    if isinstance(name.target, Parameter):
        return True
    return name.target.filterable and all(outer.filterable for outer in name.lists)


def _holders(name: str) -> set[str]:
    """A name, and those of what it stands in."""
    parts = name.split(".")
    return {".".join(parts[:length]) for length in range(1, len(parts) + 1)}


def asked_of(name: Name) -> Any:
    """The type of the values that are compared, or the record of a list."""
    type_ = name.target.type
    return type_.of if isinstance(name.target, Field) and isinstance(type_, ListOf) else type_


def operators_of(name: Name) -> list[str]:
    """The operators that it takes, complements too; an option has none."""
    words = name.target.words
    if isinstance(name.target, Parameter) and name.target.where is None:
        return ["eq"]
    return [word for word in WORDS if COMPLEMENTS.get(word, word) in words]


def examples_of(name: Name) -> list[str]:
    """Values that it takes, with operators."""
    of, operators = asked_of(name), operators_of(name)
    if isinstance(of, Record):
        return ["exists:true"]
    first, second = (of.words[0], of.words[-1]) if isinstance(of, pq.Choice) else _LITERALS[of.word]
    forms = {"eq": first, "gte": f"gte:{first}", "in": f"in:{first},{second}", "contains": f"contains:{first}"}
    return [form for word, form in forms.items() if word in operators]
