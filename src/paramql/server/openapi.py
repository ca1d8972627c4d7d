"""`/openapi.json`: OpenAPI 3.1, made from the schemas that are served; every parameter with its type and operators."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from paramql.integrations.answers import PROBLEM
from paramql.openapi import mistake_schema, page_schema, parameters, problem_schema
from paramql.server.listing import Listing

Json: TypeAlias = dict[str, Any]
Only: TypeAlias = "frozenset[str] | None"

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


def described(listings: Iterable[Listing], title: str, version: str, only: Mapping[str, Only] | None = None) -> Json:
    """The document. only: the names that a caller may use, by the path of the list; of others, all."""
    listed = list(listings)
    schemes = [one.secured for one in listed if one.secured]
    operations = {one.path: {"get": _operation(one, (only or {}).get(one.path))} for one in listed}
    return {
        "openapi": "3.1.0",
        "info": {"title": title, "version": version},
        "servers": [{"url": base} for base in dict.fromkeys(one.base for one in listed if one.base)],
        "paths": operations | {"/health": {"get": _HEALTH}},
        "components": {
            "schemas": {
                "Problem": problem_schema({"$ref": "#/components/schemas/Mistake"}),
                "Mistake": mistake_schema(),
            },
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


def _operation(listing: Listing, only: Only) -> Json:
    operation: Json = {
        "summary": listing.summary,
        "operationId": f"list_{listing.name}",
        "parameters": [*parameters(listing.schema, only, listing.examples), *_headers(listing)],
        "responses": {"200": _page(listing)} | _problems(listing),
    }
    return operation | ({"security": [{"token": []}]} if listing.secured else {})


def _headers(listing: Listing) -> Iterator[Json]:
    for name, description in listing.headers.items():
        yield {"name": name, "in": "header", "description": description, "schema": {"type": "string"}}


def _page(listing: Listing) -> Json:
    body = page_schema(listing.schema, listing.name, dict(listing.item))
    return {"description": "A page", "content": {"application/json": {"schema": body}}}


def _problems(listing: Listing) -> Json:
    content = {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {
        str(status): {"description": description, "content": content}
        for status, description in _STATUSES.items()
        if listing.secured or status not in _OF_TOKENS
    }
