"""From members to fields: a walk over a model and what it holds, with every complaint on the way."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any as Anything
from typing import TypeAlias

from paramql.declare import Field, ListOf, Record
from paramql.integrations.models.members import Barred, Member, Nested, Unmapped, members_of, name_of
from paramql.integrations.models.selection import Selection

Settings: TypeAlias = dict[str, Anything]
Path: TypeAlias = tuple[str, ...]


@dataclass(frozen=True)
class Origin:
    """Where a field comes from: the attributes that lead there, from the record or the element it stands in.

    elements: of a list of models, where the fields of each come from. words: how values of an enumeration are stored.
    """

    field: Field
    path: Path
    elements: tuple[Origin, ...] | None = None
    words: Mapping[Anything, str] | None = None


@dataclass(frozen=True)
class Spot:
    """Where the walk is.

    models: those on the way. path: the attributes from the first of them; local: those from the record or the element;
    public: its name. required: all on the way is there. table: the path of the last relation on the way; many: whether
    it led to many rows.
    """

    models: tuple[Anything, ...]
    path: Path = ()
    local: Path = ()
    public: Path = ()
    required: bool = True
    in_list: bool = False
    table: str = ""
    many: bool | None = None


class Building:
    """Makes the fields of a model; `complaints` has why some cannot be, `refused` the paths of these."""

    def __init__(self, selection: Selection, *, by_alias: bool) -> None:
        self._selection, self._by_alias = selection, by_alias
        self.complaints: list[str] = []
        self.refused: list[str] = []

    def origins(self, spot: Spot) -> tuple[Origin, ...]:
        """Where the fields of a model come from, and those of the models that it holds."""
        try:
            members = list(members_of(spot.models[-1]))
        except ValueError as error:
            self.complaints.append(str(error))
            return ()
        shown = [member for member in members if self._selection.shows(_path(member, spot), member, spot.table)]
        names = {member.name for member in shown}
        return tuple(origin for member in shown for origin in self._origins(_keyed(member, names), spot))

    def _origins(self, member: Member, spot: Spot) -> Iterable[Origin]:
        path = _path(member, spot)
        try:
            return tuple(self._made(path, member, self._settings(path, member, spot), spot))
        except (TypeError, ValueError) as error:
            self.complaints.append(str(error))
            self.refused.append(path)
            return ()

    def _settings(self, path: str, member: Member, spot: Spot) -> Settings:
        """What a field takes: what the model has, then what is said of it. A list may be empty."""
        said: Settings = {}
        for is_here, asked in self._selection.asked(path, member):
            passed_over = () if is_here else _no_matter(spot)
            said |= {word: value for word, value in asked.settings().items() if word not in passed_over}
        kind = member.kind if isinstance(member.kind, Barred) else said.get("type", member.kind)
        is_list = isinstance(kind, ListOf) or (isinstance(kind, Nested) and kind.many)
        required = member.required and spot.required and not is_list
        return {"unique": member.unique and not spot.path, "required": required, **said, "type": kind}

    def _made(self, path: str, member: Member, settings: Settings, spot: Spot) -> Iterable[Origin]:
        kind, local = settings.pop("type"), (*spot.local, member.name)
        public = self._selection.name(path, member, spot.public, by_alias=self._by_alias)
        match kind:
            case Unmapped(why, instead):
                raise ValueError(f"{path!r}: {why}; {instead.format(path=path)}")
            case Nested(model, many):
                self._check_way(path, member, kind, spot)
                inner = replace(spot, models=(*spot.models, model), path=tuple(path.split(".")))
                if member.is_relation:
                    inner = replace(inner, table=path, many=many)
                if many:
                    return self._list(inner, settings, local, public)
                _refuse_settings(path, model, settings)
                return self.origins(replace(inner, local=local, public=public, required=settings["required"]))
            case _:
                return [Origin(Field(".".join(public), kind, **settings), local, words=member.words)]

    def _list(self, inner: Spot, settings: Settings, local: Path, public: Path) -> Iterable[Origin]:
        """A list of models: a field of records, unless nothing of them may be asked."""
        elements = self.origins(replace(inner, local=(), public=(), required=True, in_list=True))
        if not elements:
            return ()
        type_ = ListOf(Record(*(element.field for element in elements)))
        return [Origin(Field(".".join(public), type_, **settings), local, elements)]

    def _check_way(self, path: str, member: Member, nested: Nested, spot: Spot) -> None:
        """Raises ValueError for what leads on for ever, and for tables that cannot be reached from here."""
        if member.is_relation and spot.many not in (None, nested.many):
            raise ValueError(
                f"{path!r} leads beyond {'.'.join(spot.path)!r} from one row to many, or from many rows to one; "
                "leave it out, or give the database a view that has its columns"
            )
        if not member.is_relation and nested.model in spot.models and not self._selection.reaches_into(path):
            raise ValueError(
                f"{path!r} leads back to {name_of(nested.model)}; hide it, or name what of it may be asked: "
                f"only=['{path}.id']"
            )


def _path(member: Member, spot: Spot) -> str:
    return ".".join((*spot.path, member.name))


def _keyed(member: Member, shown: Container[str]) -> Member:
    """The member, unique where it equals what is, and nothing of that is shown: a schema takes one key."""
    is_key = bool(member.same_as) and not any(name in shown for name in member.same_as)
    return replace(member, unique=True) if is_key else member


def _no_matter(spot: Spot) -> tuple[str, ...]:
    """What a class says of itself that means nothing where it stands in another."""
    return ("unique", "sortable") if spot.in_list else ("unique",) if spot.path else ()


def _refuse_settings(path: str, model: object, settings: Settings) -> None:
    if settings["unique"] or settings.keys() > {"unique", "required"}:
        raise ValueError(f"{path!r} is {name_of(model)}, of which the members may be asked: say it of '{path}.id'")
