"""SQLAlchemy: mapped classes, their aliases, and tables; an attribute's marks stand in its annotation or its `info`.

    password: Mapped[Annotated[str, Hidden()]]
    password: Mapped[str] = mapped_column(info={"paramql": Hidden()})

Hybrid attributes, synonyms and the like are no columns: they are left out unless they are named, and then told.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING
from typing import Any as Anything

import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.ext.associationproxy import AssociationProxyExtensionType
from sqlalchemy.ext.hybrid import HybridExtensionType
from sqlalchemy.types import TypeEngine

import paramql.backends
from paramql.backends.places import Target
from paramql.backends.sqlalchemy import Related
from paramql.backends.sqlalchemy.places import Followed
from paramql.backends.sqlalchemy.relations import equal_pairs, relation
from paramql.declare import ListOf
from paramql.integrations.models.annotated import Beside, annotated
from paramql.integrations.models.annotations import decimal_of, made
from paramql.integrations.models.members import (
    INFO,
    Barred,
    Info,
    Kind,
    Member,
    Nested,
    Unmapped,
    computed,
    informed,
    marked,
    metadata_of,
)
from paramql.types import Boolean, Choice, Date, DateTime, Float, Integer, Text, Type, Uuid

if TYPE_CHECKING:
    from paramql.integrations.models.building import Origin
    from paramql.integrations.models.schemas import ModelSchema

MAPPED = (orm.Mapped, orm.DynamicMapped, orm.WriteOnlyMapped)

OTHERS: Mapping[Anything, tuple[str, str]] = {
    HybridExtensionType.HYBRID_PROPERTY: ("a hybrid attribute", "leave it out, or make it a column_property"),
    HybridExtensionType.HYBRID_METHOD: ("a hybrid method", "leave it out"),
    AssociationProxyExtensionType.ASSOCIATION_PROXY: ("an association proxy", "name what is behind it"),
}

# A column is of the first type that it is an instance of: an Enum is a String, a Float may be a Numeric.
SCALARS: Mapping[type[TypeEngine[Anything]], Type] = {
    sa.String: Text(),
    sa.Integer: Integer(),
    sa.Float: Float(),
    sa.Boolean: Boolean(),
    sa.DateTime: DateTime(),
    sa.Date: Date(),
    sa.Uuid: Uuid(),
}
_SCALE = Unmapped(
    "its column does not say how many digits it has after the point",
    "use Numeric(12, 2), or say settings={{{path!r}: {{'type': pq.Decimal(2)}}}}",
)
_MANY = Unmapped("it need not lead to one row: the columns of its key are not what is equal", "leave it out")
_OWN_TYPE = Unmapped(
    "its column has a type of your own",
    "hide it; or say what it holds, settings={{{path!r}: {{'type': pq.DateTime()}}}}, and how it is stored: "
    "target_of(schema, columns={{{path!r}: type_coerce(..., DateTime())}})",
)


_JSON = Unmapped(
    "a JSON column may hold anything", "hide it, or say what: settings={{{path!r}: {{'type': pq.ListOf(pq.Text())}}}}"
)


# --- what there is


def members(model: Anything) -> Iterator[Member]:
    """A member for each column, then for each relationship."""
    inspected = sa.inspect(model)
    if isinstance(inspected, sa.FromClause):
        table = getattr(inspected, "element", inspected)
        yield from (_promised(_column(column.key, column), [column], inspected, table) for column in inspected.c)
        return
    mapper = inspected.mapper
    beside = annotated(mapper.class_, MAPPED)
    parts = {part.key: one for one in mapper.composites for part in one.props}
    for attribute in mapper.column_attrs:
        columns = attribute.columns
        member = _column(attribute.key, columns[0], attribute.info, metadata_of(mapper.class_, attribute.key))
        member = marked(_in_composite(member, parts.get(attribute.key), beside), beside.get(member.name, Beside()))
        yield _promised(member, columns, mapper, mapper.local_table)
    for relationship in mapper.relationships:
        member = Member(relationship.key, _related(relationship), is_relation=True)
        member = informed(member, [relationship.info, metadata_of(mapper.class_, member.name)])
        yield marked(member, beside.get(member.name, Beside()))
    yield from _computed(mapper)


def _computed(mapper: orm.Mapper[Anything]) -> Iterator[Member]:
    """What a class has besides columns and relationships."""
    for name, synonym in mapper.synonyms.items():
        yield computed(name, f"a synonym of {synonym.name!r}", f"name that, rename={{{{{synonym.name!r}: {name!r}}}}}")
    for name, composite in mapper.composites.items():
        yield computed(
            name, "a composite", f"name its columns, {', '.join(repr(part.key) for part in composite.props)}"
        )
    for name, descriptor in mapper.all_orm_descriptors.items():
        if descriptor.extension_type in OTHERS:
            yield computed(name, *OTHERS[descriptor.extension_type])


def _column(name: str, column: Anything, *infos: Info) -> Member:
    """The member of a column; that of an alias or a subquery has what the column says that it was made of."""
    own = [getattr(one, "info", {}) for one in (*column.base_columns, column)]
    return informed(Member(name, _kind(column.type), words=_words(column.type)), [*own, *infos])


def _in_composite(member: Member, composite: Anything, beside: Mapping[str, Beside]) -> Member:
    """A column of a composite whose marks would be missed."""
    if composite is None or not (INFO in composite.info or any(_marks_in(composite, beside))):
        return member
    return replace(
        member, kind=Barred(f"it is a column of {composite.key!r}, which has a mark", "mark its columns, or hide it")
    )


def _marks_in(composite: Anything, beside: Mapping[str, Beside]) -> Iterator[bool]:
    """Whether marks stand beside a composite, and beside each attribute of its own class."""
    made = composite.composite_class
    within = annotated(made).values() if isinstance(made, type) else ()
    for one in (beside.get(composite.key, Beside()), *within):
        yield bool(one.marks or one.unread)


def _promised(member: Member, columns: Sequence[Anything], home: Anything, table: object) -> Member:
    """The member with what a table promises: its key, and NOT NULL. A join or a subquery promises nothing."""
    if not isinstance(table, sa.Table):
        return member
    is_key = len(home.primary_key) == 1 and any(key in columns for key in home.primary_key)
    required = not getattr(columns[0], "nullable", True)
    return replace(member, required=required, unique=is_key, same_as=() if is_key else _equal_keys(columns, home))


def _equal_keys(columns: Sequence[Anything], home: Anything) -> tuple[str, ...]:
    """The attributes of the key, where a column is that of a table joined by it."""
    is_one = isinstance(home, orm.Mapper) and any({column} in [*_keys(home)] for column in columns)
    return tuple(home.get_property_by_column(key).key for key in home.primary_key) if is_one else ()


def _kind(type_: Anything) -> Kind:
    match type_:
        case sa.types.TypeDecorator() if not type(type_).__module__.startswith("sqlalchemy."):
            return _OWN_TYPE
        case sa.Enum():
            return made(Choice, *type_.enums)
        case sa.Numeric() if not isinstance(type_, sa.Float):
            return decimal_of(type_.scale, type_.precision, _SCALE)
        case sa.ARRAY() if isinstance(item := _kind(type_.item_type), Type):
            return ListOf(item)
        case sa.JSON():
            return _JSON
        case _:
            found = next((scalar for base, scalar in SCALARS.items() if isinstance(type_, base)), None)
            return found or Unmapped(f"a column of type {type_!r} holds nothing that can be asked about")


def _words(type_: Anything) -> Mapping[Anything, str] | None:
    """How the members of an enumeration are stored, by name unless the type says otherwise."""
    type_ = getattr(type_, "item_type", type_)
    if not isinstance(type_, sa.Enum) or type_.enum_class is None:
        return None
    store: Anything = type_.dialect_impl(DefaultDialect()).bind_processor(DefaultDialect())
    return {member: store(member) for member in type_.enum_class}


def _related(relationship: orm.RelationshipProperty[Anything]) -> Kind:
    """The other class, where a relationship leads to all its rows of equal columns, or to the one that has its key."""
    try:
        if relationship.uselist:
            relation(relationship)
        elif not any({column for _, column in equal_pairs(relationship)} >= key for key in _keys(relationship.mapper)):
            return _MANY
    except ValueError as error:
        return Unmapped(str(error), "leave it out")
    return Nested(relationship.mapper.class_, bool(relationship.uselist))


def _keys(mapper: orm.Mapper[Anything]) -> Iterator[set[Anything]]:
    """What is unique of a class's rows: its key, and those of the tables that its row is joined of."""
    yield {*mapper.primary_key}
    tables = [one.local_table for one in mapper.iterate_to_root()]
    yield from ({*table.primary_key} for table in tables if isinstance(table, sa.Table))


# --- where it is


def target(schema: ModelSchema, *, table: Anything = None, columns: Mapping[str, Anything] | None = None) -> Target:
    """The target `sqlalchemy` of a schema. table: an alias of the model, in its place; columns: other places.

    A value of another table, which a relationship leads to, is fetched by a subquery: no join is needed.
    """
    entity = schema.model if table is None else table
    places = {origin.field.name: _place(entity, origin) for origin in schema.origins}
    return paramql.backends.target("sqlalchemy", schema, table=entity, columns={**places, **(columns or {})})


def _place(entity: Anything, origin: Origin) -> Anything:
    first, *others = origin.path
    here = entity.c[first] if isinstance(entity, sa.FromClause) else getattr(entity, first)
    if origin.elements is not None:
        return Related(here, {one.field.name: _place(here.property.mapper.class_, one) for one in origin.elements})
    if not others:
        return here
    value = sa.case((_key(here).is_not(None), _beyond(here, others))).label(origin.field.name)
    return Followed(value, sa.inspect(entity).mapper, origin.path)


def _key(relationship: Anything) -> Anything:
    """The column that leads to another row; by it a statement knows that it is about this table."""
    column, _ = relationship.property.local_remote_pairs[0]
    parent = relationship.parent
    return getattr(parent.entity, parent.mapper.get_property_by_column(column).key)


def _beyond(relationship: Anything, path: Sequence[str]) -> sa.ScalarSelect[Anything]:
    """The value at the end of a path from the one row that a relationship leads to."""
    there = orm.aliased(relationship.property.mapper.class_)
    first, *others = path
    value = _beyond(getattr(there, first), others) if others else getattr(there, first)
    return sa.select(value).where(relationship.of_type(there)).correlate_except(there).scalar_subquery()
