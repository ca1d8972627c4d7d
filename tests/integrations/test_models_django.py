"""Schemas and targets of Django's models: fields, choices, relations, and the same answers from SQLite."""

# mypy: disallow-subclassing-any=False
# Django comes with types or without.

from __future__ import annotations

from collections.abc import Iterator
from typing import Any as Anything

import pytest
from hypothesis import given
from hypothesis import strategies as st

import paramql as pq
from asked_models import complaints, hold_alike, types_of
from modelled import ALIAS, Badge, Country, Customer, Line, Modelled, Order, Profile, Special, Twin, close, fill
from paramql.integrations.django import paginate
from paramql.integrations.models import schema_of, target_of

# Django has settings from here on.
from django.apps.registry import Apps  # isort: skip
from django.contrib.postgres.fields import ArrayField  # isort: skip
from django.db import models  # isort: skip
from django.utils.functional import cached_property  # isort: skip


class Own(models.TextField):
    pass


def model_of(field: Anything) -> Anything:
    """A model with one field beside its key."""
    meta = type("Meta", (), {"apps": Apps(), "app_label": "one"})
    key = models.IntegerField(primary_key=True)
    return type("One", (models.Model,), {"Meta": meta, "__module__": __name__, "id": key, "a": field})


# --- what fields mean


@pytest.mark.parametrize(
    ("field", "type_"),
    [
        (models.CharField(max_length=9), pq.Text()),
        (models.EmailField(), pq.Text()),
        (models.TextField(), pq.Text()),
        (models.CharField(max_length=9, choices=[("a", "A"), ("b", "B")]), pq.Choice("a", "b")),
        (models.CharField(max_length=9, choices=[("More", [("a", "A")]), ("", "-")]), pq.Choice("a")),
        (models.PositiveSmallIntegerField(choices=[(1, "one")]), pq.Integer()),
        (models.BigIntegerField(), pq.Integer()),
        (models.FloatField(), pq.Float()),
        (models.BooleanField(), pq.Boolean()),
        (models.DecimalField(max_digits=12, decimal_places=2), pq.Decimal(2, digits=12)),
        (models.DateTimeField(), pq.DateTime()),
        (models.DateField(), pq.Date()),
        (models.UUIDField(), pq.Uuid()),
        (ArrayField(models.TextField()), pq.ListOf(pq.Text())),
    ],
    ids=lambda value: type(value).__name__,
)
def test_a_field_is_a_type(field: Anything, type_: Anything) -> None:
    assert types_of(schema_of(model_of(field), hide=["id"])) == {"a": type_}


@pytest.mark.parametrize(
    ("field", "complaint"),
    [
        (
            models.JSONField(),
            "'a': a JSONField may hold anything; hide it, or say what: settings={'a': {'type': pq.List",
        ),
        (models.FileField(), "'a': a FileField holds nothing that can be asked about"),
        (models.DurationField(), "'a': a DurationField holds nothing"),
        (models.DecimalField(max_digits=30, decimal_places=2), "'a': Decimal takes 0 <= scale <= digits <= 18"),
        (models.DecimalField(), "'a': it has no decimal_places; say how many digits come after the point"),
        (ArrayField(models.JSONField()), "'a': a JSONField may hold anything"),
        (Own(), "'a': its field is of a class of your own; hide it; or say what it holds, settings={'a': {'type': pq."),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_cannot_be_asked_about_says_what_to_write_instead(field: Anything, complaint: str) -> None:
    (found,) = complaints(model_of(field), hide=())
    assert found.startswith(complaint)


def test_a_field_of_the_host_is_asked_where_the_host_says_how_it_is_stored() -> None:
    schema = schema_of(model_of(Own()), hide=(), settings={"a": {"type": pq.Text()}})
    with pytest.raises(ValueError, match="of a class of your own"):
        target_of(schema)
    assert target_of(schema, columns={"a": pq.Column("a", storage="text")}).backend == "django"


# --- what is shown of a model

OWN = "id text price ratio flag at day ref state level parent_id customer_id".split()


def names(schema: pq.Schema) -> set[str]:
    """Every public name."""
    return {name.text for name in schema.scope}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"hide": ["notes"]}, OWN),
        ({"only": ["id", "customer_id"], "rename": {"customer_id": "customer"}}, ["id", "customer"]),
        (
            {"only": ["id", "customer"], "hide": ["customer.password"]},
            ["id", "customer.id", "customer.name", "customer.country_id"],
        ),
        (
            {"only": ["id"], "relations": ["customer.country", "customer.profile"]},
            [
                "id",
                "customer.country.id",
                "customer.country.name",
                "customer.profile.customer_id",
                "customer.profile.note",
            ],
        ),
        ({"only": ["id", "lines.mark_set.letter"]}, ["id", "lines", "lines.mark_set", "lines.mark_set.letter"]),
        ({"only": ["tags.word", "children.id"]}, ["tags", "tags.word", "children", "children.id"]),
    ],
)
def test_nothing_of_another_table_is_there_unless_it_is_named(
    options: dict[str, Anything], expected: list[str]
) -> None:
    assert names(schema_of(Order, **options)) == {*expected}


def test_what_of_a_model_may_be_asked_has_to_be_said() -> None:
    with pytest.raises(ValueError, match="say what of Order may be asked: only="):
        schema_of(Order)


def test_the_key_is_unique_and_what_may_not_be_null_required() -> None:
    schema = schema_of(Order, only=["id", "text", "level", "customer.name", "lines.code", "lines.quantity"])
    lines: Anything = schema["lines"].type
    assert schema.key == schema["id"]
    assert {field.name for field in schema.fields if field.required} == {"id", "level"}
    assert {field.name for field in lines.of.fields if field.required} == {"quantity"}
    assert schema_of(Profile, hide=()).key == pq.Field("customer_id", pq.Integer(), unique=True)
    assert schema_of(Special, only=["id", "order_ptr_id", "more"]).key == pq.Field(
        "order_ptr_id", pq.Integer(), unique=True
    )


@pytest.mark.parametrize(
    ("model", "options", "complaint"),
    [
        (Order, {"only": ["id", "customer.order_set.id"]}, "'customer.order_set' leads beyond 'customer' from one row"),
        (Line, {"only": ["id", "order.tags.word"]}, "'order.tags' leads beyond 'order'"),
        (Order, {"only": ["id", "twins.id"]}, "'twins': "),
        (Twin, {"only": ["id", "order.id"]}, "'order': it need not lead to one row; leave it out"),
        (Order, {"only": ["id", "customers.id"]}, "only names 'customers.id', which is not there"),
    ],
)
def test_relations_that_cannot_be_followed_are_told(
    model: Anything, options: dict[str, Anything], complaint: str
) -> None:
    (found,) = complaints(model, **options)
    assert found.startswith(complaint)


# --- the same answers

BEYOND = "parent.id parent.parent.text children.id customer.name customer.country.name customer.profile.note".split()
SCHEMA = schema_of(
    Order,
    only=[*OWN, *BEYOND, "notes", "lines.code", "lines.quantity", "lines.mark_set.letter", "tags.word"],
    rename={"customer.name": "buyer.name", "lines.code": "sku", "lines.mark_set": "marks"},
    settings={
        "notes": {"type": pq.ListOf(pq.Text())},
        "at": {"sortable": True},
        "customer.name": {"sortable": True},
    },
    tokens=pq.Tokens({"a": b"k" * 32}),
)
TARGET = target_of(SCHEMA)


@pytest.fixture(scope="module")
def records() -> Iterator[list[dict[str, Anything]]]:
    """The records of the rows, which are there."""
    fill(SCHEMA, 40)
    yield [SCHEMA.record(order) for order in Order.objects.using(ALIAS)]
    close()


@given(seed=st.integers(0, 2**32))
def test_rows_are_selected_as_instances_are(records: list[dict[str, Anything]], seed: int) -> None:
    def rows(where: pq.Expression) -> set[int]:
        return {*Order.objects.using(ALIAS).filter(pq.compile(where, TARGET)).values_list("id", flat=True)}

    hold_alike(SCHEMA, records, seed, rows)


@pytest.mark.parametrize("order", ["desc:at", "buyer.name,desc:at"])
def test_pages_are_those_of_the_records(records: list[dict[str, Anything]], order: str) -> None:
    query = SCHEMA.parse(f"level=1&order={order}&size=7")
    expected = pq.paginate(records, query)
    page = pq.page(query, TARGET)
    rows = Order.objects.using(ALIAS).filter(page.where).order_by(*page.order_by)[: page.limit]
    result = page.finish(list(rows))
    assert [row.id for row in result.items] == [record["id"] for record in expected.items]
    assert result.next_token == expected.next_token


AFAR = {
    "customer.name": "who",
    "customer.profile.note": "profile.note",
    "parent.customer.country.name": "country",
    "parent.customer.profile.customer_id": "profile.id",
    "customer_id": "key",
}
SORTED = schema_of(
    Order,
    only=["id", *AFAR],
    rename=AFAR,
    settings={path: {"sortable": True} for path in AFAR},
    tokens=pq.Tokens({"a": b"k" * 32}),
)


@pytest.mark.parametrize("size", [1, 7, 50])
@pytest.mark.parametrize("order", [*AFAR.values(), "profile.note,country"])
@pytest.mark.parametrize("way", ["asc", "desc"])
def test_every_page_is_there_where_what_it_is_sorted_by_is_not(
    records: list[dict[str, Anything]], order: str, way: str, size: int
) -> None:
    rows, target = Order.objects.using(ALIAS), target_of(SORTED)
    text = f"size={size}&order={','.join(f'{way}:{key}' for key in order.split(','))}"
    everything = pq.paginate(map(SORTED.record, rows), SORTED.parse(text.replace(f"size={size}", "size=50")))
    found: list[int] = []
    while text:
        result = paginate(rows, query := SORTED.parse(text), target)
        found += [row.id for row in result.items]
        text = pq.link(query, result.next_token) if result.next_token else ""
    assert found == [record["id"] for record in everything.items]
    assert len(found) == len(records)


def test_a_row_that_is_gone_has_no_values(records: list[dict[str, Anything]]) -> None:
    row = Order.from_db(ALIAS, ["id", "customer_id"], [1, 999])
    order = SORTED.parse("order=who,profile.note,key").order
    assert target_of(SORTED).position(row, order) == (None, None, 999, 1)


def test_a_row_of_another_model_does_not_have_what_the_page_needs() -> None:
    with pytest.raises(TypeError, match=r"the page needs 'customer__name' of its rows"):
        target_of(SORTED).position(Country(), SORTED.parse("order=who").order)


def test_a_relation_has_one_name_in_queries_and_another_in_instances() -> None:
    schema = schema_of(Customer, only=["id", "badge.word"], settings={"badge.word": {"sortable": True}})
    order, target = schema.parse("order=badge.word").order, target_of(schema)
    customer = Customer(id=3)
    assert Badge(customer=customer, word="x").customer == customer
    customer.badge = Badge(word="x")  # pyright: ignore[reportAttributeAccessIssue]
    assert target.position(customer, order) == ("x", 3)


def test_a_key_is_a_key_whether_its_column_or_its_relation_is_named() -> None:
    schema = pq.Schema(pq.Field("customer", pq.Integer(), sortable=True), pq.Field("id", pq.Integer(), unique=True))
    for columns in ({}, {"customer": "customer_id"}):
        target = pq.target("django", schema, model=Order, columns=columns)
        assert target.position(Order(id=3, customer_id=7), schema.parse("order=customer").order) == (7, 3)


class Rarer(Special):
    least = models.TextField()


@pytest.mark.parametrize(
    ("model", "only", "key"),
    [
        (Special, ["id", "more"], "id"),
        (Special, ["id", "order_ptr_id"], "order_ptr_id"),
        (Special, ["text", "more"], None),
        (Rarer, ["id", "least"], "id"),
        (Rarer, ["order_ptr_id", "id"], "order_ptr_id"),
        (Rarer, ["special_ptr_id", "order_ptr_id", "id"], "special_ptr_id"),
        (Profile, ["note", "customer.id"], None),
        (Badge, ["id", "customer_id"], "id"),
    ],
)
def test_the_key_of_a_model_is_that_of_the_models_that_it_adds_to(
    model: Anything, only: list[str], key: str | None
) -> None:
    schema = schema_of(model, only=only)
    assert schema.key == (None if key is None else schema[key])
    target_of(schema)


class Loose:
    """A relation to rows of any model, as a GenericForeignKey is, which takes an app that is not installed here."""

    name, is_relation = "", True
    concrete = one_to_many = many_to_one = one_to_one = many_to_many = auto_created = related_model = remote_field = (
        None
    )

    def contribute_to_class(self, model: Anything, name: str) -> None:
        """As fields do."""
        self.name = name
        model._meta.add_field(self, private=True)


class Oddity(Modelled):
    key: Anything = models.IntegerField()
    thing = Loose()

    @property
    def double(self) -> Anything:
        """No column."""
        return self.key * 2

    half: Anything = cached_property(lambda self: self.key // 2)


@pytest.mark.parametrize(
    ("said", "complaint"),
    [
        ({"only": ["double"]}, "'double': it is a property, which is stored nowhere; leave it out"),
        ({"only": ["half"]}, "'half': it is a property, which is stored nowhere; leave it out"),
        ({"only": ["pk"]}, "'pk': it is a property, which is stored nowhere; leave it out"),
        ({"hide": (), "settings": {"thing": {"type": pq.Text()}}}, "'thing': it is a generic relation, which is stor"),
    ],
)
def test_what_no_column_holds_is_told_where_it_is_named(said: dict[str, Anything], complaint: str) -> None:
    (found,) = complaints(Oddity, **said)
    assert found.startswith(complaint)
    assert names(schema_of(Oddity, hide=["half"])) == {"id", "key"}


def test_customers_may_be_asked_by_their_orders(records: list[dict[str, Anything]]) -> None:
    schema = schema_of(Customer, only=["id", "order_set.level"], rename={"order_set": "orders"})
    where = pq.compile(schema.parse("orders.level=2").where, target_of(schema))
    found = {*Customer.objects.using(ALIAS).filter(where).values_list("id", flat=True)}
    rows = Order.objects.using(ALIAS).filter(level=2, customer__isnull=False)
    assert found == {*rows.values_list("customer_id", flat=True)} != set()
