"""Schemas from data: what a conformance case says about its fields, its parameters and its settings.

A parameter's `where` is a word from a small vocabulary and its arguments: `["exists", "process.ended"]`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any as Anything

from paramql.ast import Compare, Draft, Op, Scalar
from paramql.builders import any_, endswith, eq, exists, icontains, not_
from paramql.declare import Field, Limits, ListOf, Parameter, Record
from paramql.problems import Problem
from paramql.query import Query
from paramql.schema import Schema
from paramql.tokens import Tokens
from paramql.types import Boolean, Choice, Date, DateTime, Decimal, Float, Integer, Text, Type, Uuid

Description = Mapping[str, Anything]

_TYPES: Mapping[str, Callable[..., Type]] = {
    "text": Text,
    "integer": Integer,
    "decimal": Decimal,
    "float": Float,
    "boolean": Boolean,
    "datetime": DateTime,
    "date": Date,
    "uuid": Uuid,
    "choice": lambda words: Choice(*words),
}
_TYPE_OPTIONS = ("ordered", "scale", "digits", "precision", "words")
_FIELD_OPTIONS = ("unique", "required", "sortable", "filterable", "operators")
_SCHEMA_OPTIONS = ("order", "size", "max_size", "ignore", "controls", "ignore_case")


def schema_of(description: Description, without: Iterable[str] = ()) -> Schema:
    """The schema that is described; `without` leaves out fields and parameters by name, as if they did not exist."""
    hidden = frozenset(without)
    fields = _fields(description["fields"], hidden, "")
    parameters = [_parameter(one) for one in description.get("parameters", ()) if one["name"] not in hidden]
    return Schema(
        *fields,
        *parameters,
        limits=Limits(**description.get("limits", {})),
        tokens=_tokens(description.get("tokens")),
        rules=[_conflict(*names) for names in description.get("conflicts", ())],
        **_chosen(description, _SCHEMA_OPTIONS),
    )


def _fields(described: Iterable[Description], hidden: frozenset[str], prefix: str) -> list[Field]:
    return [_field(one, hidden, prefix) for one in described if prefix + one["name"] not in hidden]


def _field(one: Description, hidden: frozenset[str], prefix: str) -> Field:
    if one["type"] != "list":
        return Field(one["name"], _type(one), **_chosen(one, _FIELD_OPTIONS))
    of = one["of"]
    members = isinstance(of, list)
    inner = Record(*_fields(of, hidden, f"{prefix}{one['name']}.")) if members else _type(of)
    return Field(one["name"], ListOf(inner), **_chosen(one, _FIELD_OPTIONS))


def _type(described: str | Description) -> Type:
    one = {"type": described} if isinstance(described, str) else described
    return _TYPES[one["type"]](**_chosen(one, _TYPE_OPTIONS))


def _chosen(one: Description, options: Iterable[str]) -> dict[str, Anything]:
    return {option: one[option] for option in options if option in one}


def _tokens(keys: Mapping[str, str] | None) -> Tokens | None:
    return None if keys is None else Tokens({name: key.encode() for name, key in keys.items()})


# --- parameters


def _parameter(one: Description) -> Parameter:
    where = None if one["where"] is None else _template(*one["where"])
    return Parameter(one["name"], _type(one), where, **_chosen(one, ("operators", "notice")))


def _template(word: str, *arguments: Anything) -> Callable[..., Draft]:
    return _TEMPLATES[word](*arguments)


def _equals(field: str) -> Callable[[Scalar], Draft]:
    return lambda value: eq(field, value)


def _exists(field: str) -> Callable[[Scalar], Draft]:
    return lambda value: exists(field) if value else not_(exists(field))


def _any(path: str, member: str) -> Callable[[Scalar], Draft]:
    return lambda value: any_(path, eq(member, value))


def _none(path: str, member: str) -> Callable[[Scalar], Draft]:
    return lambda value: not_(any_(path, eq(member, value)))


def _icontains(field: str) -> Callable[[str], Draft]:
    return lambda value: icontains(field, value)


def _compares(field: str) -> Callable[[Op, Scalar], Draft]:
    return lambda op, value: Compare(field, op, value)


def _ending(field: str, length: int) -> Callable[[str], Draft]:
    def where(value: str) -> Draft:
        if len(value) != length:
            raise ValueError(f"must have {length} characters")
        return endswith(field, value)

    return where


_TEMPLATES: Mapping[str, Callable[..., Callable[..., Draft]]] = {
    "equals": _equals,
    "exists": _exists,
    "any": _any,
    "none": _none,
    "icontains": _icontains,
    "compares": _compares,
    "ending": _ending,
}


def _conflict(one: str, other: str) -> Callable[[Query], list[Problem]]:
    """A rule: the two names may not stand in one query."""

    def rule(query: Query) -> list[Problem]:
        if {one, other} <= query.names.keys():
            return [Problem("conflict", f"{one} and {other} say the same thing; send one of them")]
        return []

    return rule
