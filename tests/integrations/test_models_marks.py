"""Marks of attributes are honoured wherever they may stand, and told where they would be missed."""

# mypy: disallow-subclassing-any=False
# Django comes with types or without.

from __future__ import annotations

import dataclasses
from types import SimpleNamespace
from typing import TYPE_CHECKING, Annotated, Literal, NewType, Optional, TypeAlias
from typing import Any as Anything

import pydantic.dataclasses
import pytest
import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.orm import Mapped, declared_attr, mapped_column
from typing_extensions import TypeAliasType

import paramql as pq
from asked_models import complaints
from modelled import registry
from paramql.integrations.models import Asked, Hidden, Named, schema_of, target_of

from django.db import models  # isort: skip

if TYPE_CHECKING:
    from elsewhere import Elsewhere  # type: ignore[import-not-found]

Secret: TypeAlias = Annotated[str, Hidden()]
Typed = TypeAliasType("Typed", Annotated[str, Hidden()])
Newer = NewType("Newer", Secret)  # pyright: ignore[reportGeneralTypeIssues]
Some: TypeAlias = Literal["Secret"]
Nested: TypeAlias = "dict[str, Nested]"
Maybe = Optional[Secret]  # noqa: UP045
Listed = TypeAliasType("Listed", "list[Secret]")
# Names that stand in another module, and in one of that.
kept = SimpleNamespace(
    Secret=Secret,
    Secrets=list[Secret],
    Typed=Listed,
    more=SimpleNamespace(Secret=Secret),
)
DRAWN = iter(range(10**6))


def broken() -> Anything:
    """Raises NameError."""
    return nowhere  # type: ignore[name-defined]  # noqa: F821


class LazyAlias:
    """An alias whose value is looked at late, as that of a `type` statement is."""

    @property
    def __value__(self) -> Anything:
        """What it stands for."""
        return broken()


Lazy: Anything = LazyAlias()


def mapped(annotation: Anything, **named: Anything) -> Anything:
    """A class of SQLAlchemy's with an attribute beside its key."""
    base: Anything = orm.declarative_base()
    column = mapped_column(sa.String, **named)
    annotations = {"id": "Mapped[int]", "a": annotation}
    made = {"__tablename__": "one", "__module__": __name__, "__annotations__": annotations, "a": column}
    return type("One", (base,), {**made, "id": mapped_column(primary_key=True)})


def django(annotation: Anything, **named: Anything) -> Anything:
    """A model of Django's with an attribute beside its key."""
    meta = type("Meta", (), {"apps": registry(), "app_label": "modelled"})
    field = named or {"a": models.CharField(max_length=9)}
    made = {"Meta": meta, "__module__": __name__, "id": models.IntegerField(primary_key=True), **field}
    return type(f"One{next(DRAWN)}", (models.Model,), {**made, "__annotations__": {"a": annotation}})


KINDS = [(mapped, "Mapped[{}]"), (django, "{}")]
HIDDEN = [
    "Annotated[str, Hidden()]",
    "Annotated[str, Hidden]",
    "Annotated[str | None, Hidden()]",
    "Annotated[str, Hidden()] | None",
    "Optional[Annotated[str, Hidden()]]",
    "Annotated[Annotated[str, Hidden()], 'of another library']",
    "Secret",
    "Secret | None",
    "Typed",
    "Newer",
    "'Secret'",
]


# --- each kind of model


@pytest.mark.parametrize(("model", "form"), KINDS)
@pytest.mark.parametrize("hidden", HIDDEN)
def test_what_an_annotation_hides_is_hidden(model: Anything, form: str, hidden: str) -> None:
    for annotation in (form.format(hidden), eval(form.format(hidden))):
        schema = schema_of(model(annotation), hide=[])
        assert [field.name for field in schema.fields] == ["id"]
        with pytest.raises(pq.QueryError, match="there is no parameter 'a'"):
            schema.parse("a=startswith:a")


@pytest.mark.parametrize(("model", "form"), KINDS)
@pytest.mark.parametrize(
    ("marks", "field"),
    [
        ("Named('b.c')", pq.Field("b.c", pq.Text())),
        ("Asked(sortable=True, operators=('eq',))", pq.Field("a", pq.Text(), sortable=True, operators=("eq",))),
        ("pq.Text(ordered=True), Named('b')", pq.Field("b", pq.Text(ordered=True))),
        ("pq.Choice('x', 'y')", pq.Field("a", pq.Choice("x", "y"))),
        ("'of another library'", pq.Field("a", pq.Text())),
    ],
)
def test_an_annotation_says_how_an_attribute_is_asked(model: Anything, form: str, marks: str, field: pq.Field) -> None:
    made = model(form.format(f"Annotated[str | None, {marks}]"))
    schema = schema_of(made, only=["a"], settings={"a": {"required": False}})
    assert schema.fields == (dataclasses.replace(field, required=False),)
    target_of(schema)


@pytest.mark.parametrize(("model", "form"), KINDS)
@pytest.mark.parametrize(
    ("annotation", "why"),
    [
        ("dict[str, Annotated[str, Hidden()]]", "a mark stands within dict"),
        ("list[Secret]", "a mark stands within list"),
        ("kept.Secrets", "a mark stands within list"),
        ("kept.Typed", "a mark stands within list"),
        ("kept.Secret | int", "a mark stands within"),
        ("list[kept.more.Secret]", "a mark stands within list"),
        ("Secret | int", "a mark stands within"),
        ("Annotated[str, Absent()]", "'Absent' is not there when it runs"),
        ("Annotated[str, Absent]", "'Absent' is not there when it runs"),
        ("Lazy", "name 'nowhere' is not defined"),
        ("dict[Lazy, str]", "name 'nowhere' is not defined"),
        ("int[Maybe]", "not subscriptable"),
        ("int[Elsewhere]", "'Elsewhere' is not there when it runs"),
        ("Annotated[str, Named()]", "required positional argument"),
        ("Annotated[str, pq.Missing()]", "module 'paramql' has no attribute 'Missing'"),
        ("Annotated[str, broken()]", "name 'nowhere' is not defined"),
        ("int[Secret]", "not subscriptable"),
        ("Elsewhere", "'Elsewhere' is not there when it runs"),
        ("Wrapped[Elsewhere.inner] | None", "'Wrapped' is not there when it runs and 'Elsewhere'"),
    ],
)
def test_where_a_mark_would_be_missed_nothing_is_shown(model: Anything, form: str, annotation: str, why: str) -> None:
    made = django(annotation) if model is django else mapped_later(form.format(annotation))
    for settings in ({}, {"a": {"type": pq.Text()}}):
        (found,) = complaints(made, only=["id", "a"], settings=settings)
        assert found.startswith("'a': its annotation cannot be read: ")
        assert why in found
        assert found.endswith("; mend that, or hide it")
    assert schema_of(made, hide=["a"]).fields == (pq.Field("id", pq.Integer(), unique=True),)


def mapped_later(annotation: str) -> Anything:
    """A class that is mapped by a table: SQLAlchemy does not read its annotations."""
    table = sa.Table("one", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True), sa.Column("a", sa.String))
    made = type("One", (), {"__module__": __name__, "__annotations__": {"a": annotation}})
    orm.registry().map_imperatively(made, table)
    return made


@pytest.mark.parametrize(
    "annotation", ["str", "Some", "Nested", "int[str]", "Hidden", "str | None", "pq.Missing", "Some.x"]
)
def test_annotations_without_marks_say_nothing(annotation: str) -> None:
    for made in (django(annotation), mapped_later(annotation)):
        assert schema_of(made, only=["a"])["a"].type == pq.Text()


# --- SQLAlchemy


def test_the_call_goes_before_the_info_and_that_before_the_annotation() -> None:
    annotation = "Mapped[Annotated[str, Named('first'), Asked(sortable=True, required=False), pq.Text(ordered=True)]]"
    info = {"paramql": [Named("second"), Asked(sortable=False)]}
    model = mapped(annotation, info=info)
    said: dict[str, Anything] = {"filterable": False, "sortable": True}
    assert schema_of(model, only=["a"]).fields == (pq.Field("second", pq.Text(ordered=True)),)
    assert schema_of(model, only=["a"], rename={"a": "third"}, settings={"a": said}).fields == (
        pq.Field("third", pq.Text(ordered=True), **said),
    )
    hidden = mapped("Mapped[Annotated[str, Hidden()]]", info={"paramql": Named("second")})
    assert [field.name for field in schema_of(hidden, hide=()).fields] == ["id"]


class Base(orm.DeclarativeBase):
    pass


class Kept:
    kept: Mapped[Annotated[str, Hidden()]]

    @declared_attr
    def made(cls) -> Mapped[Annotated[str, Named("renamed")]]:  # noqa: N805
        """A column of each class."""
        return mapped_column(sa.String)


@dataclasses.dataclass
class Point:
    x: int
    y: int


Shared: TypeAlias = Annotated[str, mapped_column(info={"paramql": Hidden()})]


class Home(Kept, Base):
    __tablename__ = "homes"
    id: Mapped[int] = mapped_column(primary_key=True)
    shared: Mapped[Shared]
    plain: Mapped[str] = mapped_column(info={"paramql": Hidden()})
    twice: Mapped[int] = orm.column_property(sa.literal(2), info={"paramql": Hidden()})
    place: Mapped[Annotated[Point, Hidden()]] = orm.composite(mapped_column("x"), mapped_column("y"))
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("owners.id"))
    owner: Mapped[Annotated[Owner, Named("of")]] = orm.relationship()
    hidden: Mapped[Annotated[Owner, Hidden()]] = orm.relationship(viewonly=True)


class Owner(Base):
    __tablename__ = "owners"
    id: Mapped[int] = mapped_column(primary_key=True)
    homes: orm.DynamicMapped[Annotated[Home, Named("houses")]] = orm.relationship(viewonly=True)


def names(schema: pq.Schema) -> list[str]:
    """The names of the fields."""
    return [field.name for field in schema.fields]


def test_what_stands_in_bases_functions_properties_and_relationships_is_read() -> None:
    hide = ["x", "y"]
    assert names(schema_of(Home, hide=hide)) == ["id", "owner_id", "renamed"]
    assert names(schema_of(orm.aliased(Home), hide=hide)) == ["id", "owner_id", "renamed"]
    assert names(schema_of(Home, hide=hide, relations=["hidden", "owner"])) == ["id", "owner_id", "renamed", "of.id"]
    assert names(schema_of(Owner, only=["id", "homes.id"])) == ["id", "houses"]


def test_the_mark_of_a_composite_says_nothing_of_one_column() -> None:
    (found,) = complaints(Home, hide=["y"])
    assert found == "'x': it is a column of 'place', which has a mark; mark its columns, or hide it"


class Login:
    """A class of its own, a mark in it."""

    def __init__(self, user: str, word: str) -> None:
        self.user, self.word = user, word

    user: str
    word: Annotated[str, Hidden()]


class Account(Base):
    __tablename__ = "accounts"
    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[Login] = orm.composite(mapped_column("user"), mapped_column("word"))


def test_a_mark_in_the_class_of_a_composite_is_told() -> None:
    assert complaints(Account, hide=["user"]) == [
        "'word': it is a column of 'login', which has a mark; mark its columns, or hide it"
    ]


def test_what_is_made_of_a_table_hides_what_the_table_hides() -> None:
    table = sa.Table(
        "t", sa.MetaData(), sa.Column("id", sa.Integer), sa.Column("a", sa.String, info={"paramql": Hidden()})
    )
    renamed = sa.select(table.c.id, table.c.a.label("b")).subquery()
    for one in (table, table.alias(), sa.select(table).subquery(), renamed, sa.select(renamed).subquery()):
        assert names(schema_of(one, hide=())) == ["id"]


# --- dataclasses and Pydantic's


@pytest.mark.parametrize("made", [dataclasses.dataclass, pydantic.dataclasses.dataclass])
def test_the_metadata_of_a_dataclass_is_read(made: Anything) -> None:
    class One:
        id: int
        a: Annotated[str, Named("b")] = dataclasses.field(metadata={"paramql": [Named("c")]}, default="")
        b: str = dataclasses.field(metadata={"paramql": Hidden()}, default="")

    schema = schema_of(made(One))
    assert names(schema) == ["id", "c"]


@pytest.mark.parametrize(
    "annotation",
    [
        "Secret | int",
        "dict[str, Secret]",
        "list[Secret]",
        "list[Typed]",
        "Annotated[list[Secret], pq.ListOf(pq.Text())]",
        "list[Annotated[str, Asked(filterable=False)]]",
    ],
)
@pytest.mark.parametrize("type_", [pq.Text(), pq.ListOf(pq.Text())])
def test_a_mark_within_a_type_is_told_whatever_type_is_said(annotation: str, type_: Anything) -> None:
    for model in (
        dataclasses.make_dataclass("One", [("a", eval(annotation))]),
        pydantic.create_model("One", a=(eval(annotation), ...)),
    ):
        expected = ["'a': its mark stands within its type; put it beside: Annotated[list[...], Hidden()]"]
        assert complaints(model, settings={"a": {"type": type_}}) == complaints(model) == expected


def test_what_is_no_mark_is_told() -> None:
    @dataclasses.dataclass
    class One:
        a: str = dataclasses.field(metadata={"paramql": "hidden"})

    expected = ["'a': its info has 'hidden', which is no mark; use Hidden(), Named(...) or Asked(...)"]
    assert complaints(One) == complaints(One, settings={"a": {"type": pq.Text()}}) == expected


def test_a_mapped_dataclass_has_its_metadata_too() -> None:
    @dataclasses.dataclass
    class One:
        id: int
        a: str = dataclasses.field(metadata={"paramql": Hidden()})

    table = sa.Table("one", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True), sa.Column("a", sa.String))
    orm.registry().map_imperatively(One, table)
    assert names(schema_of(One, hide=())) == ["id"]


# --- Django


class Abstract(models.Model):
    class Meta:
        abstract, app_label, apps = True, "modelled", registry()

    word: Annotated[str, Hidden()] = models.CharField(max_length=9)  # pyright: ignore[reportAssignmentType]


class Parent(Abstract):
    id = models.IntegerField(primary_key=True)
    children: Annotated[Elsewhere[Child], Named("offspring")]

    class Meta(Abstract.Meta):
        abstract = False


class Child(Abstract):
    id = models.IntegerField(primary_key=True)
    word = None  # type: ignore[assignment]
    one: Annotated[Anything, Hidden()] = models.ForeignKey(Parent, models.CASCADE, related_name="children")
    two: Annotated[Elsewhere, Named("other"), Asked(operators=("eq",))] = models.ForeignKey(
        Parent, models.CASCADE, related_name="+"
    )
    two_id: Annotated[int, Named("key")]
    three: Elsewhere = models.ForeignKey(Parent, models.CASCADE, related_name="+")

    class Meta(Abstract.Meta):
        abstract = False


def test_a_base_is_read_and_so_is_a_relation_from_the_other_side() -> None:
    assert names(schema_of(Parent, hide=())) == ["id"]
    assert names(schema_of(Parent, only=["id", "children.id"])) == ["offspring", "id"]


def test_the_marks_of_a_foreign_key_are_those_of_its_column_too_but_for_its_name() -> None:
    schema = schema_of(Child, hide=())
    assert names(schema) == ["id", "key", "three_id"]
    assert schema["key"].operators == frozenset({"eq"})
    assert names(schema_of(Child, only=["three.id"])) == ["three.id"]
    assert complaints(Child, only=["one.id"])[0].startswith("only names 'one.id', which is not there")
    (found,) = complaints(Child, only=["two.id"])
    assert found.startswith("'two' is Parent, of which the members may be asked")
