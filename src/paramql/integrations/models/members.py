"""What every kind of model comes to: members, each with a type, a model, or the reason why neither can be had."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, is_dataclass, replace
from typing import Any as Anything
from typing import Literal, TypeAlias, cast

from paramql.declare import ListOf
from paramql.integrations.models.annotated import Beside
from paramql.integrations.models.marks import Mark, mark_of, marks_of
from paramql.types import Type

Source: TypeAlias = Literal["sqlalchemy", "django", "pydantic", "dataclasses"]
Info: TypeAlias = Mapping[Anything, Anything]
INFO = "paramql"  # where marks stand in a mapping that has what others say, too
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


class Barred(Unmapped):
    """What may say of itself that it is hidden, where that cannot be read, or is no value: no type mends that."""


Kind: TypeAlias = Type | ListOf | Nested | Unmapped


@dataclass(frozen=True)
class Member:
    """An attribute of a model.

    is_relation: it leads to another table, which by itself promises no row. alias: what it is called in JSON. marks:
    what it says of itself. is_computed: it is stored nowhere, so left out unless it is named. same_as: unique
    attributes that it always equals, so that it is, too. words: how members of an enumeration are stored.
    """

    name: str
    kind: Kind
    required: bool = False
    unique: bool = False
    is_relation: bool = False
    alias: str | None = None
    marks: tuple[Mark, ...] = ()
    is_computed: bool = False
    same_as: tuple[str, ...] = ()
    words: Mapping[Anything, str] | None = None


def informed(member: Member, infos: Iterable[Info]) -> Member:
    """The member with its marks in such mappings, one or a list of them in each; nothing else may stand there."""
    given = [info.get(INFO, ()) for info in infos]
    listed = [one for some in given for one in (some if isinstance(some, list | tuple) else [some])]
    if strange := [one for one in listed if mark_of(one) is None]:
        unread = Barred(f"its info has {strange[0]!r}, which is no mark", "use Hidden(), Named(...) or Asked(...)")
        return replace(member, kind=unread)
    return replace(member, marks=(*member.marks, *marks_of(listed)))


def metadata_of(model: object, name: str) -> Info:
    """What `field(metadata=...)` has of an attribute, where the model is a dataclass, too."""
    field = getattr(model, "__dataclass_fields__", {}).get(name)
    return {} if field is None else cast(Info, field.metadata)


def marked(member: Member, stands: Beside) -> Member:
    """The member with what stands beside its type, too; what it says elsewhere goes before that.

    The name of another model need not be there; that of a column's type could stand for a mark.
    """
    names = () if member.is_relation else stands.missing
    if why := stands.unread or " and ".join(f"{name!r} is not there when it runs" for name in names):
        unread = Barred(f"its annotation cannot be read: {why}", "mend that, or hide it")
        return replace(member, kind=unread)
    return replace(member, marks=(*stands.marks, *member.marks))


def source_of(model: object) -> Source | None:
    """The library that a class (or a table) is a model of; None where it is none."""
    return next((source for source, is_one in _IS_ONE.items() if is_one(model)), None)


def members_of(model: object) -> Iterable[Member]:
    """What a model has. Raises ValueError where that cannot be read."""
    found: list[Member] = [*reader(model).members(model)]
    return [*found, *_properties(model, {member.name for member in found})]


def computed(name: str, what: str, instead: str = "leave it out") -> Member:
    """What looks like an attribute with a value, and is stored nowhere."""
    return Member(name, Barred(f"it is {what}, which is stored nowhere", instead), is_computed=True)


def _properties(model: object, known: Container[str]) -> Iterator[Member]:
    """Those of a class that are nothing else besides."""
    for base in model.__mro__ if isinstance(model, type) else ():
        for name, value in vars(base).items():
            is_one = isinstance(value, property) or type(value).__name__ == "cached_property"
            if is_one and name not in known:
                yield computed(name, "a property")


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
