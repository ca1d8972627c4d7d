"""Requests made in Python, by clients of an API that filters: names with attributes, operators, pages.

    from paramql.client import fields, request

    where = fields()
    wanted = request(where.org == "digdir", (where.total > 100) | ~where.paid.exists(), order=where.placed.desc())
    httpx.get(f"https://api.example.com/orders?{wanted}")

Without a schema any name may stand; `fields(schema)` checks names, operators and values at once. A class of annotated
names, `class Order(Fields)`, shows them to type checkers. It is no web client: it makes the text after `?`.
"""

from __future__ import annotations

from paramql.client.condition import Where
from paramql.client.names import Fields, Key, Name, Names, fields
from paramql.client.request import Request, request
from paramql.client.typed import (
    Boolean,
    Choice,
    Date,
    DateTime,
    Decimal,
    Float,
    Integer,
    OrderedText,
    Records,
    Text,
    Uuid,
)

__all__ = [
    "Boolean",
    "Choice",
    "Date",
    "DateTime",
    "Decimal",
    "Fields",
    "Float",
    "Integer",
    "Key",
    "Name",
    "Names",
    "OrderedText",
    "Records",
    "Request",
    "Text",
    "Uuid",
    "Where",
    "fields",
    "request",
]
