"""OpenAPI 3.1 parameter objects of all that may stand in a query string."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TypeAlias

from paramql.declare import Name, Parameter
from paramql.openapi.asking import (
    accepted,
    askable,
    asked_of,
    examples_of,
    is_of_list,
    is_option,
    names,
    operators_of,
    sortable,
    type_of,
)
from paramql.openapi.problems import Json
from paramql.schema import Schema
from paramql.types import Boolean, Choice

Examples: TypeAlias = Mapping[str, Sequence[str]]


def parameters(schema: Schema, only: Iterable[str] | None = None, examples: Examples | None = None) -> list[Json]:
    """The parameter object of every field, parameter and control that a caller may use.

    only: the names that this caller may use, as `Schema.parse` takes them (None: all). examples: of values, by name,
    for parameters that take few. Each has in `x-filter`, for programs: its type, whether it asks of a list, its
    operators and, where these are few, its values. Raises ValueError for an example that the schema refuses.

    Source: OpenAPI 3.1, "Parameter Object".

    >>> import paramql as pq
    >>> schema = pq.Schema(pq.Field("id", pq.Integer(), unique=True), pq.Field("state", pq.Choice("new", "sent")))
    >>> [one["name"] for one in parameters(schema)]
    ['id', 'state', 'size', 'filter']
    >>> parameters(schema)[1]["x-filter"]
    {'type': 'choice', 'operators': ['eq', 'ne', 'in', 'nin', 'exists'], 'values': ['new', 'sent']}
    """
    kept = names(only)
    described = [_described(schema, name, (examples or {}).get(name.text)) for name in askable(schema, kept)]
    return [*described, *_controls(schema, kept)]


def _described(schema: Schema, name: Name, examples: Sequence[str] | None) -> Json:
    shown = accepted(schema, name, examples, strict=True) if examples else accepted(schema, name, examples_of(name))
    described: Json = {"name": name.text, "in": "query", "schema": _clauses(name, shown), "x-filter": _filter(name)}
    if isinstance(name.target, Parameter) and name.target.notice:
        return described | {"deprecated": True, "description": name.target.notice}
    return described | {"description": f"{type_of(name)}. Operators: {', '.join(operators_of(name))}"}


def _clauses(name: Name, examples: Sequence[str]) -> Json:
    """An option stands once; the same filter again means AND."""
    one: Json = {"type": "string"} | ({"examples": list(examples)} if examples else {})
    return one if is_option(name) else {"type": "array", "items": one}


def _filter(name: Name) -> Json:
    of = asked_of(name)
    told: Json = {"type": getattr(of, "word", "record"), "operators": operators_of(name)}
    if is_of_list(name):
        told["list"] = True
    if isinstance(of, Choice | Boolean):
        told["values"] = list(of.words) if isinstance(of, Choice) else ["true", "false"]
    return told


def _controls(schema: Schema, only: Iterable[str] | None) -> Iterator[Json]:
    keys = sortable(schema, only)
    described: Mapping[str, tuple[str, Json]] = {
        "order": (_order(schema, keys), {"type": "array", "items": _keys(keys, schema.ignore_case)}),
        "size": (
            "How many stand on a page",
            {"type": "integer", "minimum": 1, "maximum": schema.max_size, "default": schema.size},
        ),
        "continuationToken": ("Where a page starts: from the `next` link", {"type": "string"}),
        "filter": (
            "An expression of and(), or(), not(), any(), all() and name:operator:value",
            {"type": "array", "items": {"type": "string"}},
        ),
    }
    for word, (description, taken) in described.items():
        name = schema.controls[word]
        if schema.control(name) and (keys or word != "order"):
            yield {"name": name, "in": "query", "description": description, "schema": taken}


def _keys(keys: Sequence[str], ignore_case: bool) -> Json:
    """Keys with commas between, each ascending unless it says otherwise."""
    spelled = "|".join(map(_in_any_case if ignore_case else _as_it_is, keys))
    key = f"(?:(?:asc|desc):)?(?:{spelled})"
    examples = [*(f"desc:{key}" for key in keys[:1]), ",".join(keys[:2])]
    return {"type": "string", "pattern": f"^{key}(?:,{key})*$", "examples": examples}


def _as_it_is(name: str) -> str:
    return name.replace(".", r"\.")


def _in_any_case(name: str) -> str:
    return "".join(f"[{one.lower()}{one.upper()}]" if one.isalpha() else _as_it_is(one) for one in name)


def _order(schema: Schema, keys: Sequence[str]) -> str:
    default = [str(key) for key in schema.order if key.field.name in keys]
    told = f"The keys to sort by, of {', '.join(keys)}; with desc: before it a key is descending"
    return told + (f"; the default is {', '.join(default)}" if default else "")
