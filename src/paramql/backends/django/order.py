"""The order of rows as expressions of Django's, and the sort values of a row that it has returned."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import TYPE_CHECKING
from typing import Any as Anything

from django.core.exceptions import FieldDoesNotExist, ObjectDoesNotExist
from django.db.models import Field as ModelField
from django.db.models import IntegerField, Model, OrderBy

from paramql.ast import Scalar
from paramql.backends.django.condition import Columned, as_django_has_it
from paramql.backends.django.places import STEP, Spot
from paramql.backends.django.relations import attribute
from paramql.backends.sql.order import decoded, down, sorted_by
from paramql.declarations import SortKey
from paramql.declare import Field

if TYPE_CHECKING:
    from paramql.backends.django.target import DjangoTarget


class SortValue(Columned):
    """What rows are sorted by: a column as the schema orders it, NULL where there is no value of the type."""

    def __init__(self, target: DjangoTarget, field: Field) -> None:
        super().__init__(target.paths([field]), ModelField())
        self.aim, self.sorted_field = target, field

    def as_sql(self, compiler: Anything, connection: Anything) -> tuple[str, tuple[object, ...]]:
        """The text, for a statement on a connection."""
        aimed, field = self.aim.aimed(connection), self.sorted_field
        term = aimed.scope([field], self.texts(compiler)).term(field)
        return as_django_has_it(sorted_by(aimed.dialect, term), aimed)


class OrderKey(OrderBy):
    """A key of ORDER BY: no value comes last in either direction."""

    def __init__(self, value: SortValue, key: SortKey) -> None:
        super().__init__(value, descending=key.descending, nulls_last=None if key.field.required else True)
        self._target, self._field = value.aim, value.sorted_field

    def as_sql(
        self, compiler: Anything, connection: Anything, template: str | None = None, **extra: Anything
    ) -> tuple[str, tuple[object, ...]]:
        """The text, for a statement on a connection: of one piece after the other where the engine sorts so."""
        scope = self._target.aimed(connection).scope(
            [self._field], dict.fromkeys(self._target.paths([self._field]), "")
        )
        pieces = scope.term(self._field).storage.pieces
        whole = ", ".join(f"{piece.format(v='%(expression)s')} %(ordering)s" for piece in pieces)
        text, params = super().as_sql(compiler, connection, template=whole, **extra)
        return text, tuple(params)


# --- positions


def position(field: Field, spot: Spot, row: Anything) -> Scalar | None:
    """The sort value of a row."""
    stored = _read(row, spot.column, field)
    is_scaled = spot.keys is not None or isinstance(spot.field, IntegerField)
    storage = spot.storage or ("integer" if is_scaled else "")
    if spot.keys is not None:
        stored = down(stored, spot.keys)
    if isinstance(stored, dt.datetime) and stored.tzinfo is None:
        stored = stored.replace(tzinfo=dt.UTC)
    return None if stored is None else decoded(field, storage, stored)


def _read(row: Anything, path: str, field: Field) -> Anything:
    """A column of a row: of an instance of the model, of a dict as `values()` gives it, of a named tuple."""
    if isinstance(row, Mapping):
        found = next((row[name] for name in (path, field.name) if name in row), _NONE)
    else:
        found = _followed(row, path) if isinstance(row, Model) else getattr(row, path, _NONE)
    if found is _NONE:
        raise TypeError(f"the page needs {path!r} of its rows, which {field.name!r} is sorted by: select it")
    return found


_NONE = object()


def _followed(row: Anything, path: str) -> Anything:
    """What a path leads to from an instance; None where a relation on the way leads to nothing."""
    *steps, last = path.split(STEP)
    try:
        for step in steps:
            row = getattr(row, attribute(row._meta.get_field(step)))  # noqa: SLF001 - Django's own word for it
            if row is None:
                return None
        return getattr(row, row._meta.get_field(last).attname)  # noqa: SLF001 - likewise
    except ObjectDoesNotExist:
        return None
    except FieldDoesNotExist:
        return _NONE
