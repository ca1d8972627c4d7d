"""`/openapi.json`: OpenAPI 3.1, made from the schemas that are served; every parameter with its type and operators."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import paramql as pq
from paramql.declare import ListOf, Name, Parameter, Record
from paramql.integrations.answers import PROBLEM
from paramql.problems import CODES
from paramql.server.asking import askable, asked_of, examples_of, operators_of
from paramql.server.listing import Listing

Json: TypeAlias = dict[str, Any]

_STATUSES = {
    400: "The query is wrong; every mistake is listed",
    401: "No token, or none that is valid",
    403: "The token does not allow it",
    406: "The Accept header excludes JSON",
    414: "The query is too long",
    431: "The headers are too long",
    503: "The store cannot be reached",
    504: "The store took too long",
}
_OF_TOKENS = (401, 403)
_INTEGER: Json = {"type": "integer", "minimum": 0}
_PROBLEM: Json = {
    "type": "object",
    "description": "A problem detail (RFC 9457)",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "problems": {"type": "array", "items": {"$ref": "#/components/schemas/Mistake"}},
    },
}
_MISTAKE: Json = {
    "type": "object",
    "description": "One mistake in a query; start and end count characters of the query string as it was sent",
    "required": ["code", "message", "span"],
    "properties": {
        "code": {"type": "string", "enum": sorted(CODES)},
        "message": {"type": "string"},
        "parameter": {"type": "string"},
        "span": {
            "type": "object",
            "required": ["start", "end"],
            "properties": {"start": _INTEGER, "end": _INTEGER},
        },
        "hint": {"type": "string"},
    },
}


def described(listings: Iterable[Listing], title: str, version: str) -> Json:
    """The document."""
    listed = list(listings)
    schemes = [one.secured for one in listed if one.secured]
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version},
        "servers": [{"url": base} for base in dict.fromkeys(one.base for one in listed if one.base)],
        "paths": {one.path: {"get": _operation(one)} for one in listed} | {"/health": {"get": _HEALTH}},
        "components": {
            "schemas": {"Problem": _PROBLEM, "Mistake": _MISTAKE},
            "securitySchemes": {"token": schemes[0]} if schemes else {},
        },
    }


_HEALTH: Json = {
    "summary": "Whether the store answers",
    "operationId": "health",
    "responses": {
        "200": {
            "description": "It does",
            "content": {"application/json": {"schema": {"type": "object", "required": ["status"]}}},
        },
        "503": {
            "description": _STATUSES[503],
            "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        },
    },
}


def _operation(listing: Listing) -> Json:
    operation: Json = {
        "summary": listing.summary,
        "operationId": f"list_{listing.name}",
        "parameters": [*_parameters(listing), *_headers(listing)],
        "responses": {"200": _page(listing)} | _problems(listing),
    }
    return operation | ({"security": [{"token": []}]} if listing.secured else {})


def _headers(listing: Listing) -> Iterator[Json]:
    for name, description in listing.headers.items():
        yield {"name": name, "in": "header", "description": description, "schema": {"type": "string"}}


def _page(listing: Listing) -> Json:
    link = {"type": "string", "format": "uri"}
    properties = {
        "totalHits": {**_INTEGER, "description": "How many match"},
        "totalHitsIsExact": {"type": "boolean", "const": False, "description": "Counting stopped at totalHits"},
        "count": {**_INTEGER, "description": "How many stand on this page"},
        "self": link,
        "next": {**link, "type": ["string", "null"], "description": "The next page; null on the last one"},
        listing.name: {"type": "array", "items": listing.item},
    }
    body = {"type": "object", "required": ["count", "self", "next", listing.name], "properties": properties}
    return {"description": "A page", "content": {"application/json": {"schema": body}}}


def _problems(listing: Listing) -> Json:
    content = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        str(status): {"description": description, "content": content}
        for status, description in _STATUSES.items()
        if listing.secured or status not in _OF_TOKENS
    }


def _parameters(listing: Listing) -> Iterator[Json]:
    for name in askable(listing.schema):
        yield _described(name, listing.examples.get(name.text) or examples_of(name))
    yield from _controls(listing.schema)


def _described(name: Name, examples: Sequence[str]) -> Json:
    described: Json = {"name": name.text, "in": "query", "schema": _clauses(name, examples)}
    if isinstance(name.target, Parameter) and name.target.notice:
        described |= {"deprecated": True, "description": name.target.notice}
    else:
        described["description"] = f"{_type(name)}. Operators: {', '.join(operators_of(name))}"
    return described


def _clauses(name: Name, examples: Sequence[str]) -> Json:
    """An option stands once; the same filter again means AND."""
    one = {"type": "string", "examples": list(examples)}
    is_option = isinstance(name.target, Parameter) and name.target.where is None
    return one if is_option else {"type": "array", "items": one}


def _type(name: Name) -> str:
    of = asked_of(name)
    word = "record" if isinstance(of, Record) else f"{of.word}: {of.accepts}"
    return f"{'some element of a list; ' if name.lists or isinstance(name.target.type, ListOf) else ''}{word}"


def _controls(schema: pq.Schema) -> Iterator[Json]:
    keys = [field.name for field in schema.fields if field.sortable]
    described: Mapping[str, tuple[str, Json]] = {
        "order": (
            f"The keys to sort by, of {', '.join(keys)}; the default is {', '.join(map(str, schema.order))}",
            {"type": "array", "items": {"type": "string", "enum": [f"{way}:{key}" for key in keys for way in _WAYS]}},
        ),
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
    for word, (description, accepted) in described.items():
        name = schema.controls[word]
        if schema.control(name) and (keys or word != "order"):
            yield {"name": name, "in": "query", "description": description, "schema": accepted}


_WAYS = ("asc", "desc")
