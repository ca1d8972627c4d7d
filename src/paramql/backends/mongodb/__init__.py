"""MongoDB: filters for `find` and `$match`, on collections with the simple collation (which is the default).

A value that is not stored as the target says is no value, nor is an array where a scalar is declared. An empty array
that stands among the records of a list counts as a record without values: MongoDB cannot tell them apart.
"""

from __future__ import annotations

from typing import Any

from paramql.backends.mongodb.emit import Filter, condition
from paramql.backends.mongodb.target import MongoTarget
from paramql.backends.mongodb.target import make_target as make_mongo_target
from paramql.backends.places import SchemaLike, Target
from paramql.declare import Expression
from paramql.simplify import simplify

__all__ = ["Filter", "MongoTarget", "compile", "make_target"]


def compile(where: Expression, target: Target | None) -> Filter:
    """The filter document; `{}` where all documents are meant. Operands are BSON values (PyMongo's).

    >>> from paramql.ast import Compare, Op
    >>> from paramql.declare import Field
    >>> from paramql.types import Text
    >>> compile(Compare(Field("name", Text(), required=True), Op.EQ, "$where"), None)
    {'name': {'$eq': '$where'}}
    """
    if target is not None and not isinstance(target, MongoTarget):
        raise ValueError(f"the target was made for {target.backend}, not for mongodb")
    return condition(simplify(where), target.spots if target else None)


def make_target(schema: SchemaLike, **options: Any) -> MongoTarget:
    """A target. Options: `table` (the collection's name), `columns` (places by field name)."""
    return make_mongo_target(schema, **options)
