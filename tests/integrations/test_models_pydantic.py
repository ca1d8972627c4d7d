"""Schemas of Pydantic's models and dataclasses: constraints, aliases, what is excluded, and what cannot be meant."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal as Number
from random import Random
from typing import Annotated, Literal
from typing import Any as Anything

import pydantic
import pydantic.dataclasses
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic.alias_generators import to_camel

import paramql as pq
from asked_models import complaints, hold_alike, types_of
from paramql.integrations.models import Asked, Hidden, ModelSchema, Named, schema_of
from paramql.integrations.models.annotations import read
from paramql.integrations.models.pydantic import OWN
from strategies.values import stored


def one(annotation: Anything, default: Anything = ...) -> ModelSchema:
    """The schema of a model with one field."""
    return schema_of(pydantic.create_model("One", a=(annotation, default)))


# --- what annotations and constraints mean

FINE: Anything = Annotated[Number, pydantic.Field(decimal_places=3)]


@pytest.mark.parametrize(
    ("annotation", "type_"),
    [
        (pydantic.PositiveInt, pq.Integer()),
        (pydantic.StrictBool, pq.Boolean()),
        (Annotated[str, pydantic.Field(min_length=1, pattern="^a")], pq.Text()),
        (Annotated[float, pydantic.Field(ge=0)], pq.Float()),
        (pydantic.UUID4, pq.Uuid()),
        (pydantic.AwareDatetime, pq.DateTime()),
        (pydantic.PastDatetime, pq.DateTime()),
        (pydantic.FutureDate | None, pq.Date()),
        (list[pydantic.PastDate], pq.ListOf(pq.Date())),
        (pydantic.condecimal(max_digits=8, decimal_places=2), pq.Decimal(2, digits=8)),
        (FINE | None, pq.Decimal(3)),
        (pydantic.conlist(int, min_length=1), pq.ListOf(pq.Integer())),
        (Annotated[pydantic.SecretStr, pq.Text()], pq.Text()),
        (Annotated[dict[str, Anything], pq.ListOf(pq.Text())], pq.ListOf(pq.Text())),
    ],
    ids=str,
)
def test_an_annotation_is_a_type(annotation: Anything, type_: Anything) -> None:
    assert types_of(one(annotation)) == {"a": type_}


def test_constraints_may_stand_in_the_field_and_an_address_is_text() -> None:
    assert types_of(one(Number, pydantic.Field(max_digits=5, decimal_places=0))) == {"a": pq.Decimal(0, digits=5)}
    assert read(pydantic.EmailStr, own=OWN).kind == pq.Text()  # a model of it needs one more library


@pytest.mark.parametrize(
    ("annotation", "complaint"),
    [
        (pydantic.SecretStr, "'a': SecretStr is of no type"),
        (pydantic.NaiveDatetime, "'a': NaiveDatetime is of no type"),
        (pydantic.HttpUrl | None, "'a': HttpUrl is of no type"),
        (pydantic.RootModel[list[int]], "'a': RootModel[list[int]] is of no type"),
        (pydantic.condecimal(max_digits=8), "'a': a Decimal needs to know"),
        (pydantic.condecimal(max_digits=30, decimal_places=2), "'a': Decimal takes 0 <= scale <= digits <= 18"),
        (list[pydantic.conlist(int)], "'a': a list of lists"),  # type: ignore[misc]
    ],
    ids=str,
)
def test_what_cannot_be_asked_about_says_so(annotation: Anything, complaint: str) -> None:
    (found,) = complaints(pydantic.create_model("One", a=(annotation, ...)))
    assert found.startswith(complaint)


# --- names, and what is hidden


class Line(pydantic.BaseModel):
    sku: str = pydantic.Field(serialization_alias="article")
    cost: Annotated[int, Hidden()] | None = None


class Order(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(alias_generator=to_camel, populate_by_name=True)

    id: Annotated[int, Asked(unique=True)]
    due_date: Annotated[dt.date, Asked(sortable=True)]
    customer_name: Annotated[str, Named("customer.name")]
    order_lines: list[Line] = []
    password: str = pydantic.Field(default="", exclude=True)
    origin: str = pydantic.Field(default="", alias="@origin")
    parent: Order | None = None
    _private: int = 0

    @pydantic.computed_field
    def total(self) -> int:
        return 0


@pytest.mark.parametrize(
    ("by_alias", "expected"),
    [
        (True, ["id", "dueDate", "customer.name", "orderLines"]),
        (False, ["id", "due_date", "customer.name", "order_lines"]),
    ],
)
def test_aliases_are_the_names_unless_told_otherwise(by_alias: bool, expected: list[str]) -> None:
    schema = schema_of(Order, hide=["origin", "parent"], by_alias=by_alias)
    assert [field.name for field in schema.fields] == expected
    assert str(schema_of(Order, only=["id", "order_lines"])["orderLines"].type).count("name=") == 1
    values: Anything = {"id": 1, "due_date": dt.date(2019, 5, 1), "customer_name": "Bo"}
    record = schema.record(Order(**values, order_lines=[Line(sku="a")]))
    assert record[expected[1]] == dt.date(2019, 5, 1)
    assert record[expected[3]] == [{"article" if by_alias else "sku": "a"}]


def test_what_is_excluded_or_computed_is_not_there_and_an_alias_may_be_no_name() -> None:
    assert complaints(Order, hide=["parent", "password", "total"]) == [
        "'@origin' is not a name: letters, digits, '_' and '-', joined by dots, such as 'customer.name'",
        "hide names 'password', which is not there",
    ]
    schema = schema_of(Order, hide=["parent"], rename={"origin": "origin"})
    assert schema.find("origin")
    for name in ("password", "total", "_private", "orderLines.cost"):
        assert schema.find(name) is None


def test_a_model_that_leads_back_to_itself_is_told() -> None:
    assert complaints(Order, hide=["origin"])[0].startswith("'parent' leads back to Order; hide it, or name")


@pydantic.dataclasses.dataclass
class Dated:
    id: int
    secret: str = pydantic.Field(exclude=True, default="")
    number: Number = pydantic.Field(max_digits=4, decimal_places=1, default=Number(0))


def test_a_dataclass_of_pydantic_is_read_as_a_model_is() -> None:
    assert types_of(schema_of(Dated)) == {"id": pq.Integer(), "number": pq.Decimal(1, digits=4)}


class Early(pydantic.BaseModel):
    later: Later


@pydantic.dataclasses.dataclass
class Soon:
    later: Later


class Later(pydantic.BaseModel):
    a: int


class Never(pydantic.BaseModel):
    later: Nowhere  # type: ignore[name-defined]  # noqa: F821 - that is the point


@pytest.mark.parametrize("model", [Early, Soon])
def test_a_model_is_made_complete_by_what_came_after_it(model: Anything) -> None:
    assert types_of(schema_of(model)) == {"later.a": pq.Integer()}


def test_a_model_that_cannot_be_complete_is_told() -> None:
    assert complaints(Never) == ["Never cannot be read: name 'Nowhere' is not defined"]


# --- records


class Money(pydantic.BaseModel):
    amount: Number = pydantic.Field(decimal_places=2)
    currency: Literal["NOK", "SEK"]


class Everything(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(alias_generator=to_camel, populate_by_name=True)

    id: Annotated[int, Asked(unique=True)]
    some_text: str | None
    ratio: float | None
    flag: bool | None
    at: pydantic.AwareDatetime | None
    day: dt.date | None
    ref: uuid.UUID | None
    words: set[str] = set()
    money: Money | None
    all_parts: tuple[Money, ...] = ()


def random_one(schema: ModelSchema, number: int, rng: Random) -> Everything:
    """An instance, with values that engines disagree about."""
    drawn = {
        field.path[-1]: None if rng.random() < 0.2 else stored(field.type, rng)
        for field in schema.fields
        if isinstance(field.type, pq.Text | pq.Float | pq.Boolean | pq.DateTime | pq.Date | pq.Uuid)
    }
    drawn.pop("currency", None)
    parts = [
        Money(amount=Number(rng.randint(-200, 200)) / 100, currency=rng.choice(["NOK", "SEK"]))
        for _ in range(rng.randint(0, 3))
    ]
    words = {rng.choice(["a", "b", "c"]) for _ in range(rng.randint(0, 2))}
    return Everything(id=number, words=words, money=next(iter(parts), None), all_parts=tuple(parts[1:]), **drawn)


SCHEMA = schema_of(Everything)
INSTANCES = [random_one(SCHEMA, number, Random(number)) for number in range(40)]
RECORDS = [SCHEMA.record(one) for one in INSTANCES]
DOCUMENTS = [SCHEMA.load(one.model_dump(mode="json", by_alias=True), strict=True) for one in INSTANCES]


@given(st.integers(0, 2**32))
def test_records_are_selected_as_what_the_models_are_written_as(seed: int) -> None:
    def documents(where: pq.Expression) -> set[int]:
        return {document["id"] for document in pq.compile(where, "python").filter(DOCUMENTS)}

    hold_alike(SCHEMA, RECORDS, seed, documents)
