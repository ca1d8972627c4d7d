"""JSON Schemas of what is answered when a query is wrong: a problem detail (RFC 9457) with every mistake in it."""

from __future__ import annotations

from typing import Any, TypeAlias

from paramql.problems import CODES

Json: TypeAlias = dict[str, Any]

_COUNT: Json = {"type": "integer", "minimum": 0}


def problem_schema(mistake: Json | None = None) -> Json:
    """The JSON Schema (2020-12) of a problem detail, as `QueryError.to_problem` makes them.

    mistake: what stands for `mistake_schema()`, such as a reference to where a document has it.

    >>> problem_schema({"$ref": "#/components/schemas/Mistake"})["properties"]["problems"]
    {'type': 'array', 'items': {'$ref': '#/components/schemas/Mistake'}}
    """
    return {
        "type": "object",
        "description": "A problem detail (RFC 9457)",
        "required": ["type", "title", "status"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "problems": {"type": "array", "items": mistake_schema() if mistake is None else mistake},
        },
    }


def mistake_schema() -> Json:
    """The JSON Schema of one mistake, as `Problem.to_dict` makes them.

    >>> mistake_schema()["required"]
    ['code', 'message', 'span']
    """
    span = {"type": "object", "required": ["start", "end"], "properties": {"start": _COUNT, "end": _COUNT}}
    return {
        "type": "object",
        "description": "One mistake in a query; start and end count characters of the query string as it was sent",
        "required": ["code", "message", "span"],
        "properties": {
            "code": {"type": "string", "enum": sorted(CODES)},
            "message": {"type": "string"},
            "parameter": {"type": "string"},
            "span": span,
            "hint": {"type": "string"},
        },
    }
