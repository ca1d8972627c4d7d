"""What every kind of model comes to: members, each with a type, a model, or the reason why neither can be had."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, is_dataclass
from typing import Any as Anything
from typing import Literal, TypeAlias, cast

from paramql.declare import ListOf
from paramql.integrations.models.marks import Mark
from paramql.types import Type

Source: TypeAlias = Literal["sqlalchemy", "django", "pydantic", "dataclasses"]
TABLES: tuple[Source, ...] = ("sqlalchemy", "django")


@dataclass(frozen=True)
class Nested:
    """Another model, or a list of it."""

    model: Anything
    many: bool = False


@dataclass(frozen=True)
class Unmapped:
    """What no type fits: why, and what to write instead (`{path}` stands for the attribute)."""

    why: str
    instead: str = "hide it, or say what it holds: settings={{{path!r}: {{'type': pq.Text()}}}}"


Kind: TypeAlias = Type | ListOf | Nested | Unmapped


@dataclass(frozen=True)
class Member:
    """An attribute of a model.

    is_relation: it leads to another table, which by itself promises no row. alias: what it is called in JSON. marks:
    what it says of itself. words: how members of an enumeration are stored.
    """

    name: str
    kind: Kind
    required: bool = False
    unique: bool = False
    is_relation: bool = False
    alias: str | None = None
    marks: tuple[Mark, ...] = ()
    words: Mapping[Anything, str] | None = None


def source_of(model: object) -> Source | None:
    """The library that a class (or a table) is a model of; None where it is none."""
    return next((source for source, is_one in _IS_ONE.items() if is_one(model)), None)


def members_of(model: object) -> Iterable[Member]:
    """What a model has. Raises ValueError where that cannot be read."""
    return cast("Iterable[Member]", reader(model).members(model))


def reader(model: object) -> Anything:
    """The module that reads models of this kind. Raises ValueError where there is none."""
    if (source := source_of(model)) is None:
        raise ValueError(
            f"{model!r} is no model: give a dataclass, a class of Pydantic's, SQLAlchemy's or Django's, or a Table"
        )
    return importlib.import_module(f"paramql.integrations.models.{source}")


def name_of(model: object) -> str:
    """What messages call a model."""
    return str(getattr(model, "__name__", None) or getattr(model, "name", None) or model)


def _is_sqlalchemy(model: object) -> bool:
    """Whether SQLAlchemy, if it has been imported at all, knows it as a table or a mapped class."""
    library = sys.modules.get("sqlalchemy")
    if library is None:
        return False
    found = library.inspect(model, raiseerr=False)
    is_class = getattr(found, "is_mapper", False) or getattr(found, "is_aliased_class", False)
    return is_class or isinstance(found, library.FromClause)


def _is_django(model: object) -> bool:
    library = sys.modules.get("django.db.models")
    return library is not None and isinstance(model, type) and issubclass(model, library.Model)


def _is_pydantic(model: object) -> bool:
    return isinstance(model, type) and hasattr(model, "__pydantic_fields__")


def _is_dataclass(model: object) -> bool:
    return isinstance(model, type) and is_dataclass(model)


# A class may be of several kinds; how it is stored says most, how it is annotated least.
_IS_ONE: dict[Source, Callable[[object], bool]] = {
    "sqlalchemy": _is_sqlalchemy,
    "django": _is_django,
    "pydantic": _is_pydantic,
    "dataclasses": _is_dataclass,
}
