"""The order of documents, as stages of a pipeline, and the sort values of a document that a query has returned."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from paramql.ast import Scalar
from paramql.backends.mongodb.spot import LAYOUT, MongoSpot, Spots, path_of
from paramql.backends.mongodb.storage import Operators
from paramql.backends.nested import reached
from paramql.declarations import SortKey

Stage: TypeAlias = dict[str, Any]

# Where sort values stand while documents are sorted.
_WORK = "_paramql"


def order_by(spots: Spots, order: Sequence[SortKey]) -> list[Stage]:
    """`$sort`; before it, what puts the documents without a value last, which MongoDB has first in ascending order.

    An index gives the order only where all keys are required.
    """
    computed: dict[str, object] = {}
    sort: dict[str, int] = {}
    for number, key in enumerate(order):
        spot, direction = LAYOUT.found(spots, key.field), -1 if key.descending else 1
        path = path_of(spot)
        if not key.field.required:
            is_there, path = _is_there(spot), f"{_WORK}.value{number}"
            computed[f"{_WORK}.missing{number}"] = {"$cond": [is_there, 0, 1]}
            computed[path] = {"$cond": [is_there, f"${path_of(spot)}", None]}
            sort[f"{_WORK}.missing{number}"] = 1
        sort[path] = direction
    if not computed:
        return [{"$sort": sort}]
    return [{"$set": computed}, {"$sort": sort}, {"$unset": _WORK}]


def position(spots: Spots, document: Any, order: Sequence[SortKey]) -> tuple[Scalar | None, ...]:
    """The sort values of a document, as the schema's types have them."""
    return tuple(_value(LAYOUT.found(spots, key.field), document) for key in order)


def _value(spot: MongoSpot, document: Any) -> Scalar | None:
    if not isinstance(document, Mapping):
        raise TypeError("the page needs documents as PyMongo gives them: mappings")
    value = reached(document, spot.keys)
    if value is None and spot.field.required:
        raise TypeError(f"the page needs {path_of(spot)!r} of its documents: have it in the projection")
    return spot.scalars.load(spot.field, value)


def _is_there(spot: MongoSpot) -> Operators:
    """The guard of the type, in the words of pipelines."""
    guard = spot.scalars.guard(spot.type)
    return {"$and": [_test(f"${path_of(spot)}", name, operand) for name, operand in guard.items()]}


def _test(value: str, name: str, operand: Any) -> Operators:
    kind = {"$type": value}
    if name == "$type":
        return {"$in": [kind, operand if isinstance(operand, list) else [operand]]}
    if name == "$regex":
        return {"$cond": [{"$eq": [kind, "string"]}, {"$regexMatch": {"input": value, "regex": operand}}, False]}
    return {name: [value, operand]}
