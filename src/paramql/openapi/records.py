"""JSON Schemas of records and pages: what a document of a schema looks like, as `Schema.load` reads it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from paramql.declare import Field, ListOf, Record
from paramql.openapi.asking import may_use, names
from paramql.openapi.problems import Json
from paramql.schema import Schema
from paramql.types import Boolean, Choice, Date, DateTime, Decimal, Float, Integer, Text, Type, Uuid

_COUNT: Json = {"type": "integer", "minimum": 0}
_LINK: Json = {"type": "string", "format": "uri-reference"}


def page_schema(
    schema: Schema, name: str = "items", item: Json | None = None, only: Iterable[str] | None = None
) -> Json:
    """The JSON Schema (2020-12) of a page, as `paramql.server` answers them.

    name: of the records in the body. item: the JSON Schema of one (`record_schema` by default).

    >>> import paramql as pq
    >>> page = page_schema(pq.Schema(pq.Field("id", pq.Integer(), unique=True)), "orders")
    >>> list(page["properties"])
    ['totalHits', 'totalHitsIsExact', 'count', 'self', 'next', 'orders']
    """
    properties: Json = {
        "totalHits": {**_COUNT, "description": "How many match"},
        "totalHitsIsExact": {"type": "boolean", "const": False, "description": "Counting stopped at totalHits"},
        "count": {**_COUNT, "description": "How many stand on this page"},
        "self": _LINK,
        "next": {**_LINK, "type": ["string", "null"], "description": "The next page; null on the last one"},
        name: {"type": "array", "items": record_schema(schema, only) if item is None else item},
    }
    return {"type": "object", "required": ["count", "self", "next", name], "properties": properties}


def record_schema(schema: Schema, only: Iterable[str] | None = None) -> Json:
    """The JSON Schema (2020-12) of a record, nested as its fields' names are.

    It has the fields that a caller may filter or sort by. Where a value may be missing, so may its key, and it may be
    null. Numbers of a `Decimal` may be text.

    >>> import paramql as pq
    >>> schema = pq.Schema(pq.Field("id", pq.Integer(), unique=True), pq.Field("placed.on", pq.Date()))
    >>> record_schema(schema)["properties"]["placed"]["properties"]
    {'on': {'type': ['string', 'null'], 'format': 'date'}}
    """
    kept = names(only)
    return _object(_shown(schema, schema.fields, kept, ""))


def _shown(
    schema: Schema, fields: Iterable[Field], only: Iterable[str] | None, prefix: str
) -> Iterator[tuple[Field, Json]]:
    for field in fields:
        full = prefix + field.name
        inner = field.type.of if isinstance(field.type, ListOf) else None
        if not (field.filterable or field.sortable):
            continue
        if isinstance(inner, Record):
            members = list(_shown(schema, inner.fields, only, f"{full}."))
            if members or may_use(schema, full, only):
                yield field, _list(_object(members))
        elif may_use(schema, full, only):
            yield field, _list(value_schema(inner)) if inner else value_schema(field.type)


def _list(element: Json) -> Json:
    return {"type": "array", "items": _or_null(element)}


def _object(members: Iterable[tuple[Field, Json]]) -> Json:
    root: Json = {"type": "object", "properties": {}}
    for field, described in members:
        _put(root, field.path, described if field.required else _or_null(described), required=field.required)
    return root


def _put(node: Json, path: tuple[str, ...], described: Json, *, required: bool) -> None:
    key, *rest = path
    if required:
        node["required"] = sorted({*node.get("required", ()), key})
    if not rest:
        node["properties"][key] = described
        return
    inner = node["properties"].setdefault(key, {"type": ["object", "null"], "properties": {}})
    if required:
        inner["type"] = "object"
    _put(inner, tuple(rest), described, required=required)


def _or_null(described: Json) -> Json:
    """The same, or null. A schema that says no type takes null already."""
    nullable = dict(described)
    if "type" in nullable:
        types = nullable["type"]
        nullable["type"] = [*([types] if isinstance(types, str) else types), "null"]
    if "enum" in nullable:
        nullable["enum"] = [*nullable["enum"], None]
    return nullable


def value_schema(type_: Type | ListOf) -> Json:
    """The JSON Schema of a value; of a type that is the host's own, one that takes anything.

    >>> import paramql as pq
    >>> value_schema(pq.Choice("open", "closed"))
    {'type': 'string', 'enum': ['open', 'closed']}
    """
    match type_:
        case Text():
            return {"type": "string"}
        case Choice(words):
            return {"type": "string", "enum": list(words)}
        case Uuid():
            return {"type": "string", "format": "uuid"}
        case Boolean():
            return {"type": "boolean"}
        case Integer():
            return {"type": "integer", "minimum": -(2**63), "maximum": 2**63 - 1}
        case Decimal():
            return _decimal(type_)
        case Float():
            return {"type": "number"}
        case DateTime():
            return {"type": "string", "format": "date-time"}
        case Date():
            return {"type": "string", "format": "date"}
        case _:
            return {}


def _decimal(type_: Decimal) -> Json:
    """A number, or its text: the pattern is asked of text, the bounds of numbers."""
    most = 10 ** (type_.digits - type_.scale)
    return {
        "type": ["number", "string"],
        "pattern": r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?$",
        "exclusiveMinimum": -most,
        "exclusiveMaximum": most,
    }
