"""Where a schema's fields live in a host's models; conditions, order and positions there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any as Anything
from weakref import WeakKeyDictionary

from paramql.ast import Scalar
from paramql.backends.django.aiming import Aimed
from paramql.backends.django.condition import Condition, fields_of
from paramql.backends.django.order import OrderKey, SortValue, position
from paramql.backends.django.places import Level, Spot, Spots, columns_of
from paramql.backends.places import SchemaLike, Target
from paramql.declarations import SortKey
from paramql.declare import Expression, Field
from paramql.simplify import simplify


@dataclass(frozen=True, eq=False)
class DjangoTarget(Target):
    """A target in a host's models, on any database of Django's that paramql knows."""

    spots: Spots
    _aimed: WeakKeyDictionary[Anything, Aimed] = field(default_factory=WeakKeyDictionary)

    def condition(self, where: Expression) -> Condition:
        """What selects the rows of which the expression is true."""
        where = simplify(where)
        self._check(fields_of(where))
        return Condition(self, where)

    def order_by(self, order: Sequence[SortKey]) -> tuple[OrderKey, ...]:
        """What `QuerySet.order_by(*keys)` takes."""
        return tuple(OrderKey(SortValue(self, key.field), key) for key in order)

    def position(self, row: Anything, order: Sequence[SortKey]) -> tuple[Scalar | None, ...]:
        """The sort values of a row: an instance of the model, or a dict or named tuple with its columns."""
        return tuple(position(key.field, self._spot(key.field), row) for key in order)

    def aimed(self, connection: Anything) -> Aimed:
        """The target on a connection. Raises `CapabilityError` where paramql does not know its database."""
        if connection not in self._aimed:
            self._aimed[connection] = Aimed(self.spots, connection)
        return self._aimed[connection]

    def paths(self, fields: Iterable[Field]) -> list[str]:
        """The paths of the columns that fields are found by, each once."""
        return list(dict.fromkeys(path for field in fields for path in columns_of(self.spots[field.name])))

    def _check(self, fields: Iterable[Field]) -> None:
        known = {field.name: field for field in self.schema.fields}
        for one in fields:
            if known.get(one.name) != one:
                raise ValueError(f"the target has no such field {one.name!r}; it was made from another schema")

    def _spot(self, field: Field) -> Spot:
        spot = self.spots[field.name]
        assert isinstance(spot, Spot)  # lists are not sortable
        return spot


def make_target(
    schema: SchemaLike, *, model: Anything = None, columns: Mapping[str, Anything] | None = None
) -> DjangoTarget:
    """A target. Options: `model`; `columns`, where fields live, by their names.

    A field lives in the model's field of its name, `customer.name` in `customer__name`, unless `columns` has for it:
    another such path, a `pq.Column` or `pq.JsonPath` with such a path, or, for a list in rows, the path of a relation
    or `Related`. A path to a column leads through foreign keys and one-to-one relations only.

    Raises ValueError, saying what to change.
    """
    if not hasattr(model, "_meta"):
        raise ValueError(f"model= takes a model of Django's, not {model!r}")
    spots = Level(model).spots(schema.fields, columns or {})
    return DjangoTarget("django", schema, model._meta.db_table, {}, spots)  # noqa: SLF001 - Django's own word for it
