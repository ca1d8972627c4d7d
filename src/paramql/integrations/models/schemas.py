"""A schema made of a model, and the target of one whose model lives in a database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any as Anything

from paramql.backends.places import Target
from paramql.declare import Parameter
from paramql.integrations.models.building import Building, Origin, Spot
from paramql.integrations.models.members import TABLES, name_of, reader, source_of
from paramql.integrations.models.records import record_of
from paramql.integrations.models.selection import Selection
from paramql.schema import Schema


class ModelSchema(Schema):
    """A schema that knows the model it was made of, and where in it each field comes from."""

    def __init__(
        self, model: Anything, origins: tuple[Origin, ...], parameters: Iterable[Parameter], **options: Anything
    ) -> None:
        super().__init__(*(origin.field for origin in origins), *parameters, **options)
        self.model, self.origins = model, origins

    def record(self, instance: object) -> dict[str, Anything]:
        """An instance as a record, as predicates and `paginate` take it; a naive datetime is taken as UTC.

        >>> import dataclasses, uuid
        >>> Order = dataclasses.make_dataclass("Order", [("id", uuid.UUID), ("tags", set[str])])
        >>> schema_of(Order).record(Order(uuid.UUID(int=5), {"new"}))
        {'id': '00000000-0000-0000-0000-000000000005', 'tags': ['new']}
        """
        return record_of(instance, self.origins)


def schema_of(
    model: Anything,
    *parameters: Parameter,
    only: Iterable[str] | None = None,
    hide: Iterable[str] | None = None,
    relations: Iterable[str] = (),
    rename: Mapping[str, str] | None = None,
    settings: Mapping[str, Mapping[str, Anything]] | None = None,
    by_alias: bool = True,
    **options: Anything,
) -> ModelSchema:
    """The schema of a dataclass, a Pydantic model, a class or table of SQLAlchemy's, or a Django model.

    All names are paths of attributes, such as `customer.name`. only: what may be asked; hide: what may not. Of a table
    one of the two must be said, and nothing of another table is there unless it is named, in `only` or `relations`.
    rename: public names. settings: what `Field` takes, such as `{"placed": {"sortable": True}}`. by_alias: Pydantic's
    aliases are the names. The options are those of `Schema`; parameters are added to the fields.

    Raises ValueError with everything that cannot be asked about, saying what to write instead.

    >>> import dataclasses, datetime
    >>> members = [("id", int), ("placed", datetime.datetime), ("note", str | None)]
    >>> Order = dataclasses.make_dataclass("Order", members)
    >>> schema = schema_of(Order, hide=["note"], settings={"placed": {"sortable": True}}, order="desc:placed")
    >>> [(field.name, field.type.word, field.required) for field in schema.fields]
    [('id', 'integer', True), ('placed', 'datetime', True)]
    """
    reader(model)
    if source_of(model) in TABLES and only is None is hide:
        raise ValueError(
            f"say what of {name_of(model)} may be asked: only=['id', 'placed'], or hide=['password'] for all but that"
        )
    selection = Selection(only=only, hide=hide, relations=relations, rename=rename, settings=settings)
    building = Building(selection, by_alias=by_alias)
    origins = building.origins(Spot((model,)))
    if complaints := [*building.complaints, *selection.complaints(building.refused)]:
        raise ValueError("\n  ".join([f"{name_of(model)} cannot be asked about as it is:", *complaints]))
    return ModelSchema(model, origins, parameters, **options)


def target_of(schema: ModelSchema, **options: Anything) -> Target:
    """Where the fields of a model's schema live: the target `sqlalchemy` or `django`, by what the model is.

    The options are the target's; what `columns` has goes before what the model says. Raises ValueError for a model
    that lives in no database: its instances are records, `schema.record(instance)`, for the target `python`.
    """
    if not isinstance(schema, ModelSchema):
        raise TypeError(f"target_of takes a schema that schema_of has made, not {schema!r}")
    if source_of(schema.model) not in TABLES:
        raise ValueError(
            f"{name_of(schema.model)} lives in no database: pq.compile(where, 'python') takes schema.record(instance)"
        )
    target: Target = reader(schema.model).target(schema, **options)
    return target
