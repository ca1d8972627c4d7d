"""Schemas from what exists: dataclasses, Pydantic's models, classes and tables of SQLAlchemy's, Django's models.

    schema = schema_of(Order, only=["id", "placed", "customer.name", "lines"], order="desc:placed")
    target = target_of(schema)                   # SQLAlchemy and Django: where each field lives
    keep = pq.compile(query.where, "python")     # any model: keep(schema.record(order))

A library is imported only when a model of its kind is given.
"""

from __future__ import annotations

from paramql.integrations.models.marks import Asked, Hidden, Named
from paramql.integrations.models.schemas import ModelSchema, schema_of, target_of

__all__ = ["Asked", "Hidden", "ModelSchema", "Named", "schema_of", "target_of"]
