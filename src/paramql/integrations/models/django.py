"""Django: models, by their fields and relations.

Names are those of an instance's attributes: `customer_id`, `line_set`. Marks stand in annotations:

    password: Annotated[str, Hidden()] = models.CharField(max_length=80)

Properties, annotations and generic foreign keys are no columns: they are left out unless they are named, and then told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING
from typing import Any as Anything

from django.db import models

import paramql.backends
from paramql.backends.django import Related
from paramql.backends.django.relations import attribute, relation
from paramql.backends.places import Target
from paramql.declare import ListOf
from paramql.integrations.models.annotated import Beside, annotated
from paramql.integrations.models.annotations import decimal_of, made
from paramql.integrations.models.marks import Named
from paramql.integrations.models.members import Kind, Member, Nested, Unmapped, computed, marked
from paramql.types import Boolean, Choice, Date, DateTime, Float, Integer, Text, Type, Uuid

if TYPE_CHECKING:
    from paramql.integrations.models.building import Origin
    from paramql.integrations.models.schemas import ModelSchema

# A field is of the first type that it is an instance of: a DateTimeField is a DateField.
SCALARS: Mapping[Anything, Type] = {
    models.CharField: Text(),
    models.TextField: Text(),
    models.IntegerField: Integer(),
    models.FloatField: Float(),
    models.BooleanField: Boolean(),
    models.DateTimeField: DateTime(),
    models.DateField: Date(),
    models.UUIDField: Uuid(),
}
_SCALE = Unmapped("it has no decimal_places", "say how many digits come after the point: decimal_places=2")
_JSON = Unmapped(
    "a JSONField may hold anything", "hide it, or say what: settings={{{path!r}: {{'type': pq.ListOf(pq.Text())}}}}"
)
_OWN_FIELD = Unmapped(
    "its field is of a class of your own",
    "hide it; or say what it holds, settings={{{path!r}: {{'type': pq.Text()}}}}, and how it is stored: "
    "target_of(schema, columns={{{path!r}: pq.Column({path!r}, storage='text')}})",
)


# --- what there is


def members(model: Anything) -> Iterator[Member]:
    """A member for each column and for each relation; a foreign key is both."""
    meta, beside = model._meta, annotated(model)  # noqa: SLF001 - Django's own word for it
    for field in meta.get_fields():
        if field.concrete and not field.many_to_many:
            kind, required, keys = _kind(_column(field)), _is_required(field), _keys(meta, field)
            member = Member(field.attname, kind, required, unique=field == meta.pk, same_as=keys)
            member = marked(member, beside.get(member.name, Beside()))
            yield member if member.name == field.name else marked(member, _of_key(beside.get(field.name, Beside())))
        if isinstance(field.related_model, type):
            member = Member(attribute(field), _related(field), is_relation=True)
            yield marked(member, beside.get(member.name, Beside()))
        elif field.is_relation:
            yield computed(field.name, "a generic relation", "name its columns")


def _keys(meta: Anything, field: Anything) -> tuple[str, ...]:
    """The attributes that a field always equals, where it is the key of a model that this one adds a table to."""
    keys, key = list[str](), meta.pk
    while key != field and key.is_relation and key.remote_field.parent_link:
        keys.append(key.attname)
        key = key.target_field
    return tuple(keys) if key == field else ()


def _of_key(relation: Beside) -> Beside:
    """What stands beside a foreign key, as far as it is said of its column, too: not what the relation is called."""
    return replace(relation, marks=tuple(mark for mark in relation.marks if not isinstance(mark, Named)), missing=())


def _is_required(field: Anything) -> bool:
    """Whether there always is a value; where a choice may be left blank, there need be none of the words."""
    return not field.null and not (field.choices and field.blank)


def _column(field: Anything) -> Anything:
    """The field whose values a column holds: of a foreign key, the key that it names."""
    while field.is_relation:
        field = field.target_field
    return field


def _kind(field: Anything) -> Kind:
    if not type(field).__module__.startswith("django."):
        return _OWN_FIELD
    if isinstance(field, models.DecimalField):
        return decimal_of(field.decimal_places, field.max_digits, _SCALE)
    if isinstance(field, models.JSONField):
        return _JSON
    if isinstance(item := getattr(field, "base_field", None), models.Field):
        inner = _kind(item)
        return ListOf(inner) if isinstance(inner, Type) else inner
    found = next((type_ for base, type_ in SCALARS.items() if isinstance(field, base)), None)
    words = [word for word, _ in field.flatchoices if word]
    if isinstance(found, Text) and words:
        return made(Choice, *words)
    return found or Unmapped(f"a {type(field).__name__} holds nothing that can be asked about")


def _related(field: Anything) -> Kind:
    """The other model, where a relation leads to all rows that equal columns tie, or to the one that has a key."""
    if not (field.one_to_many or field.many_to_many):
        is_key = isinstance(field, models.ForeignKey | models.OneToOneRel)
        return Nested(field.related_model) if is_key else Unmapped("it need not lead to one row", "leave it out")
    try:
        relation(field)
    except ValueError as error:
        return Unmapped(str(error), "leave it out")
    return Nested(field.related_model, many=True)


# --- where it is


def target(schema: ModelSchema, *, columns: Mapping[str, Anything] | None = None) -> Target:
    """The target `django` of a schema. columns: other places than those that the model says."""
    places = {origin.field.name: _place(schema.model, origin) for origin in schema.origins}
    return paramql.backends.target("django", schema, model=schema.model, columns={**places, **(columns or {})})


def _place(model: Anything, origin: Origin) -> Anything:
    """A path as QuerySets take it; of a list of models, with those of its elements."""
    steps = []
    for name in origin.path:
        step, model = _step(model, name)
        steps.append(step)
    path = "__".join(steps)
    if origin.elements is None:
        return path
    return Related(path, {element.field.name: _place(model, element) for element in origin.elements})


def _step(model: Anything, name: str) -> tuple[str, Anything]:
    """What queries call an attribute, and the model that it leads to, if any."""
    for field in model._meta.get_fields():  # noqa: SLF001 - Django's own word for it
        if isinstance(field.related_model, type) and attribute(field) == name:
            return field.name, field.related_model
    return name, None
