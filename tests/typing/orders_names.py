"""Names that may be asked about, for type checkers; written from the schema."""

from paramql.client import Boolean, Choice, DateTime, Fields, Integer, Records, Text


class OrderLines(Fields):
    sku: Text
    count: Integer


class Order(Fields):
    id: Integer
    name: Text
    placed: DateTime
    state: Choice
    lines: Records[OrderLines]
    late: Boolean
    old: Text
