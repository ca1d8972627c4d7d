"""From a relation to what an EXISTS is made of: a child table, and which of its columns equal the parent's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any as Anything
from typing import NamedTuple

from django.db import models

from paramql.backends.sql.dialect import Dialect

_LINK = "paramql_link"
_MARK = "\x01"


class Through(NamedTuple):
    """The table between, its columns that lead to the parent and to the child, and the child's column of these."""

    table: str
    to_parent: str
    to_child: str
    key: str


class Relation(NamedTuple):
    """The model of the child rows, and the parent's field that each linking column equals."""

    model: Anything
    link: Mapping[str, Anything]
    through: Through | None = None

    @property
    def table(self) -> str:
        """The child table; where there is one between, what its text takes the place of."""
        name: str = self.model._meta.db_table  # noqa: SLF001 - Django's own word for it
        return f"{_MARK}{name}{_MARK}{self.through.table}{_MARK}{self.through.to_parent}" if self.through else name

    def written(self, text: str, dialect: Dialect) -> str:
        """A text with the child rows beside the column between that leads to the parent, where there is such a one."""
        if self.through is None:
            return text
        child, between = dialect.quoted(self.model._meta.db_table), dialect.quoted(self.through.table)  # noqa: SLF001
        link, to_parent, to_child, key = map(dialect.quoted, (_LINK, *self.through[1:]))
        source = (
            f"(SELECT {child}.*, {between}.{to_parent} AS {link} FROM {child} "  # noqa: S608 - quoted names
            f"JOIN {between} ON {between}.{to_child} = {child}.{key})"
        )
        return text.replace(dialect.quoted(self.table), source)


def is_many(found: Anything) -> bool:
    """Whether a field leads to rows, of which there may be many."""
    return bool(found.one_to_many or found.many_to_many)


def attribute(found: Anything) -> str:
    """What an instance calls a field: a relation from the other side may have another name than in queries."""
    return str(found.get_accessor_name() if found.auto_created and not found.concrete else found.name)


def relation(found: Anything) -> Relation:
    """What a field leads to. Raises ValueError where it is more than equal columns."""
    if isinstance(found, models.ManyToManyField):
        return _through(found, found.related_model, found.m2m_column_name(), found.m2m_reverse_name(), turned=False)
    if isinstance(found, models.ManyToManyRel):
        field = found.field
        return _through(field, field.model, field.m2m_reverse_name(), field.m2m_column_name(), turned=True)
    if type(found) is models.ManyToOneRel:
        return Relation(found.field.model, {child.column: parent for child, parent in found.field.related_fields})
    raise ValueError(f"{found} is a relation by more than equal columns: it cannot be followed here")


def _through(field: Anything, model: Anything, to_parent: Anything, to_child: Anything, *, turned: bool) -> Relation:
    names = [field.m2m_target_field_name(), field.m2m_reverse_target_field_name()]
    parent, child = names[::-1] if turned else names
    other = field.related_model if turned else field.model
    through = Through(
        field.remote_field.through._meta.db_table,  # noqa: SLF001 - Django's own word for it
        to_parent,
        to_child,
        model._meta.get_field(child).column,  # noqa: SLF001 - likewise
    )
    return Relation(model, {_LINK: other._meta.get_field(parent)}, through)  # noqa: SLF001 - likewise
