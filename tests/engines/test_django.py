"""Django: conditions in QuerySets of every kind, beside relations of every kind, select what the law says."""

from __future__ import annotations

import datetime as dt
import sys
import uuid
from decimal import Decimal as Number
from pathlib import Path
from typing import Any as Anything
from typing import ClassVar, cast

import pytest
from django.contrib.postgres.fields import ArrayField
from django.db import connections, models
from django.db.models import Case, Count, OuterRef, Q, Value, When
from django.db.models.functions import Upper

import paramql as pq
from law import holds
from paramql.ast import FALSE, TRUE, And, Any, Compare, Exists, Not, Op, Or
from paramql.backends import django
from paramql.backends.django import DjangoTarget, Related
from paramql.backends.django.engines import engine_of
from paramql.backends.django.storing import Held
from paramql.declare import Expression, Field
from paramql.testing import django_models
from paramql.testing.databases import missing
from paramql.testing.engines_django import connected

APPS = django_models._registry()
ALIAS = connected("sqlite")


class Model(models.Model):  # type: ignore[misc]
    objects: ClassVar[Anything]
    _meta: ClassVar[Anything]

    class Meta:
        abstract, app_label, apps = True, "paramql", APPS


class Person(Model):
    name: Anything = models.CharField(max_length=20, null=True)
    boss: Anything = models.ForeignKey("self", models.CASCADE, null=True, related_name="staff")

    class Meta(Model.Meta):
        abstract = False


class Tag(Model):
    value: Anything = models.TextField(null=True)

    class Meta(Model.Meta):
        abstract = False


class Order(Model):
    customer: Anything = models.ForeignKey(Person, models.CASCADE, null=True, related_name="orders")
    placed: Anything = models.DateTimeField(null=True)
    closed: Anything = models.BigIntegerField(null=True)
    day: Anything = models.DateField(null=True)
    price: Anything = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    units: Anything = models.BigIntegerField(null=True)
    weight: Anything = models.FloatField(null=True, db_column="per%cent")
    paid: Anything = models.BooleanField(null=True)
    ticket: Anything = models.UUIDField(null=True)
    state: Anything = models.CharField(max_length=9, null=True)
    notes: Anything = models.JSONField(null=True)
    document: Anything = models.JSONField(null=True)
    tags: Anything = models.ManyToManyField(Tag, related_name="of")

    class Meta(Model.Meta):
        abstract = False


class Line(Model):
    order: Anything = models.ForeignKey(Order, models.CASCADE, related_name="lines")
    code: Anything = models.CharField(max_length=9, null=True)
    quantity: Anything = models.IntegerField(null=True, db_column="qty")

    class Meta(Model.Meta):
        abstract = False


class Mark(Model):
    line: Anything = models.ForeignKey(Line, models.CASCADE, related_name="marks")
    letter: Anything = models.CharField(max_length=1, null=True)

    class Meta(Model.Meta):
        abstract = False


class Rush(Order):
    """An order whose row is in two tables."""

    until: Anything = models.DateField(null=True)

    class Meta(Model.Meta):  # pyright: ignore[reportIncompatibleVariableOverride]
        abstract = False


class Slip(Model):
    """What an order has one of."""

    order: Anything = models.OneToOneField(Order, models.CASCADE, related_name="slip")
    seen: Anything = models.DateField(null=True)

    class Meta(Model.Meta):
        abstract = False


class Own(models.TextField):  # type: ignore[misc]
    """A field of the host's own."""


class Odd(Model):
    own: Anything = Own()
    lax: Anything = models.TextField(db_collation="NOCASE")
    binary: Anything = models.BinaryField()
    listed: Anything = ArrayField(models.TextField())
    numbered: Anything = ArrayField(models.DateTimeField())
    short: Anything = models.CharField(max_length=255, db_collation="utf8mb4_nopad_bin")
    long: Anything = models.CharField(max_length=256, db_collation="utf8mb4_nopad_bin")
    wide: Anything = models.DecimalField(max_digits=16, decimal_places=2)
    key: Anything = models.UUIDField()
    at: Anything = models.DateTimeField()
    words: Anything = models.TextField()
    held: Anything = models.JSONField()

    class Meta(Model.Meta):
        abstract = False


NOON = dt.datetime(2019, 5, 1, 12, tzinfo=dt.UTC)
ID = pq.Field("id", pq.Integer(), unique=True, sortable=True)
NAME = pq.Field("customer.name", pq.Text(ordered=True), sortable=True)
BOSS = pq.Field("customer.boss.name", pq.Text(ordered=True))
PLACED = pq.Field("placed", pq.DateTime(), sortable=True)
CLOSED = pq.Field("closed", pq.DateTime("s"), sortable=True)
DAY = pq.Field("day", pq.Date(), sortable=True)
PRICE = pq.Field("price", pq.Decimal(2, digits=12), sortable=True)
UNITS = pq.Field("units", pq.Decimal(3), sortable=True)
WEIGHT = pq.Field("weight", pq.Float(), sortable=True)
PAID = pq.Field("paid", pq.Boolean())
TICKET = pq.Field("ticket", pq.Uuid(), sortable=True)
STATE = pq.Field("state", pq.Choice("open", "closed"))
COUNT = pq.Field("count", pq.Integer(), sortable=True)
SCORE = pq.Field("score", pq.Decimal(1), sortable=True)
NOTES = pq.Field("notes", pq.ListOf(pq.Text()))
TAGS = pq.Field("tags", pq.ListOf(pq.Text()))
LETTER = pq.Field("letter", pq.Text())
SKU, QUANTITY = pq.Field("sku", pq.Text()), pq.Field("quantity", pq.Integer())
MARKS = pq.Field("marks", pq.ListOf(pq.Record(LETTER)))
LINES = pq.Field("lines", pq.ListOf(pq.Record(SKU, QUANTITY, MARKS)))
STAFF = pq.Field("staff", pq.ListOf(pq.Record(pq.Field("name", pq.Text()))))
SCHEMA = pq.Schema(
    *(ID, NAME, BOSS, PLACED, CLOSED, DAY, PRICE, UNITS, WEIGHT, PAID, TICKET, STATE, COUNT, SCORE),
    *(NOTES, TAGS, LINES, STAFF),
    tokens=pq.Tokens({"a": b"k" * 32}),
)
COLUMNS: dict[str, Anything] = {
    "closed": pq.Column("closed", storage="epoch_s"),
    "count": pq.JsonPath("document", "in", "count"),
    "score": pq.JsonPath("document", "in", "score"),
    "lines": Related("lines", {"sku": "code"}),
    "staff": Related("customer__staff"),
}
TARGET = pq.target("django", SCHEMA, model=Order, columns=COLUMNS)
TICKETS = [f"00000000-0000-4000-8000-{number:012x}" for number in range(3)]
RECORDS: list[dict[str, Anything]] = [
    {
        "id": 1,
        "customer": {"name": "Åse", "boss": {"name": "Bo"}},
        "placed": NOON,
        "closed": NOON,
        "day": NOON.date(),
        "price": Number("2.5"),
        "units": Number("123456789012.345"),
        "weight": 0.1,
        "paid": True,
        "ticket": TICKETS[2],
        "state": "open",
        "count": 7,
        "score": Number("1.5"),
        "notes": ["a", "b"],
        "tags": ["red", "green"],
        "lines": [{"sku": "x", "quantity": 1, "marks": [{"letter": "m"}]}, {"sku": "y", "quantity": 5}],
        "staff": [],
    },
    {
        "id": 2,
        "customer": {"name": "åse*%"},
        "placed": NOON + dt.timedelta(microseconds=1),
        "closed": NOON + dt.timedelta(seconds=1),
        "day": dt.date(1, 1, 1),
        "price": Number("-2.5"),
        "units": Number("-0.001"),
        "weight": -1e300,
        "paid": False,
        "ticket": TICKETS[0],
        "state": "closed",
        "count": 2**53 + 1,
        "score": Number("-0.1"),
        "notes": [],
        "tags": [],
        "lines": [{"quantity": 1}],
    },
    {"id": 3, "customer": {"name": "Bo"}, "placed": NOON.replace(year=1), "notes": ["", "å"], "lines": [{}]},
    {"id": 4, "price": Number("2.5"), "count": -1, "ticket": TICKETS[1], "tags": ["red"]},
    {"id": 5, "placed": NOON.replace(year=9999)},
]
RECORDS[2]["staff"] = [{"name": "Åse"}]
ATOMS: list[Expression] = [
    *(Compare(NAME, op, "Åse") for op in Op if op is not Op.IN),
    *(Compare(NAME, op, "") for op in (Op.EQ, Op.CONTAINS, Op.STARTSWITH, Op.ENDSWITH, Op.GT)),
    Compare(NAME, Op.IN, ("Åse", "", '"', "x" * 600)),
    Compare(NAME, Op.CONTAINS, "%"),
    Compare(BOSS, Op.EQ, "Bo"),
    *(Compare(PLACED, op, NOON) for op in (Op.EQ, Op.GT, Op.LTE)),
    Compare(PLACED, Op.IN, (NOON, NOON.replace(year=1))),
    *(Compare(CLOSED, op, NOON) for op in (Op.EQ, Op.GT, Op.LTE)),
    Compare(DAY, Op.LT, NOON.date()),
    Compare(PRICE, Op.EQ, Number("2.50")),
    Compare(PRICE, Op.LT, Number("2.505")),
    Compare(PRICE, Op.IN, (Number("2.5"), Number("2.505"))),
    Compare(UNITS, Op.EQ, Number("123456789012.345")),
    Compare(UNITS, Op.LTE, Number("-0.001")),
    Compare(WEIGHT, Op.LT, 0.1),
    Compare(PAID, Op.EQ, False),
    Compare(TICKET, Op.EQ, TICKETS[1]),
    Compare(TICKET, Op.IN, tuple(TICKETS[:2])),
    Compare(STATE, Op.EQ, "open"),
    Compare(COUNT, Op.GT, 2**53),
    Compare(SCORE, Op.EQ, Number("1.5")),
    *(Exists(field) for field in (NAME, PLACED, PAID, COUNT, SCORE)),
    Any(NOTES, TRUE),
    Any(NOTES, Compare(NOTES.element, Op.GTE, "b")),
    Any(TAGS, TRUE),
    Any(TAGS, Compare(TAGS.element, Op.EQ, "red")),
    Any(LINES, TRUE),
    Any(LINES, And((Compare(SKU, Op.EQ, "x"), Compare(QUANTITY, Op.LT, 5)))),
    Any(LINES, Not(Compare(QUANTITY, Op.GT, 1))),
    Any(LINES, Any(MARKS, Compare(LETTER, Op.EQ, "m"))),
    Any(LINES, Not(Any(MARKS, TRUE))),
    Any(STAFF, Compare(pq.Field("name", pq.Text()), Op.EQ, "Åse")),
    TRUE,
    FALSE,
]
RED = Any(TAGS, Compare(TAGS.element, Op.EQ, "red"))
NAMED = Compare(NAME, Op.GT, "")


@pytest.fixture(scope="module", name="orders")
def _orders() -> Anything:
    """All orders."""
    with connections[ALIAS].schema_editor(atomic=False) as editor:
        for model in (Person, Tag, Order, Line, Mark, Rush, Slip):
            editor.create_model(model)
    people: dict[str, Anything] = {}
    for name, boss in (("Bo", None), ("Åse", "Bo"), ("åse*%", None)):
        people[name] = Person.objects.using(ALIAS).create(name=name, boss=people.get(boss or ""))
    tags = {value: Tag.objects.using(ALIAS).create(value=value) for value in ("red", "green")}
    for record in RECORDS:
        write(record, people, tags)
    return Order.objects.using(ALIAS)


def write(record: dict[str, Anything], people: dict[str, Anything], tags: dict[str, Anything]) -> None:
    """A record as the models have it."""
    get = record.get
    score = int(record["score"] * 10) if "score" in record else "x"
    order = Order.objects.using(ALIAS).create(
        id=record["id"],
        customer=people.get(get("customer", {}).get("name", "")),
        closed=int(record["closed"].timestamp()) if "closed" in record else None,
        units=int(record["units"] * 1000) if "units" in record else None,
        ticket=uuid.UUID(record["ticket"]) if "ticket" in record else None,
        document={"in": {"count": get("count"), "score": score}},
        **{name: get(name) for name in ("placed", "day", "price", "weight", "paid", "state", "notes")},
    )
    order.tags.set([tags[tag] for tag in get("tags", [])])
    for line in get("lines", []):
        made = order.lines.create(code=line.get("sku"), quantity=line.get("quantity"))
        for mark in line.get("marks", []):
            made.marks.create(**mark)


def selected(where: Expression) -> set[int]:
    return {record["id"] for record in RECORDS if holds(where, record)}


def keys(found: Anything) -> set[int]:
    return {order.pk for order in found}


def told(found: Anything) -> str:
    """The text of a QuerySet."""
    return str(found.query.get_compiler(using=ALIAS).as_sql()[0])


def condition(where: Expression) -> Anything:
    return pq.compile(where, TARGET)


# --- what is selected


@pytest.mark.parametrize("where", ATOMS, ids=str)
def test_a_condition_and_its_complement_split_the_rows(orders: Anything, where: Expression) -> None:
    for expression in (where, Not(where), Or((where, Exists(PAID))), Not(And((where, Exists(PAID))))):
        made, others = condition(expression), selected(Not(expression))
        assert keys(orders.filter(made)) == selected(expression)
        for left in (orders.filter(~made), orders.exclude(made), orders.filter(~Q(made)), orders.exclude(Q(made))):
            assert keys(left) == others


def test_without_a_target_fields_live_in_those_of_their_names(orders: Anything) -> None:
    late = pq.compile(Compare(PLACED, Op.GT, NOON), "django")
    assert keys(orders.filter(late)) == selected(Compare(PLACED, Op.GT, NOON))
    assert keys(orders.filter(~late)) == keys(orders.exclude(late)) == selected(Not(Compare(PLACED, Op.GT, NOON)))
    assert keys(orders.filter(pq.compile(NAMED, "django"))) == selected(NAMED)


# --- in QuerySets of every kind


def test_conditions_stand_beside_others(orders: Anything) -> None:
    red, named = condition(RED), condition(NAMED)
    both, either = selected(RED) & selected(NAMED), selected(RED) | selected(NAMED)
    assert keys(orders.filter(red).filter(named)) == keys(orders.filter(red & named, id__gt=0)) == both
    assert keys(orders.filter(red | named)) == keys(orders.filter(Q(red) | Q(named))) == either
    assert keys(orders.filter(Q(customer__name="Bo") | Q(red))) == {3} | selected(RED)
    assert keys(orders.exclude(red | named)) == {record["id"] for record in RECORDS} - either
    assert keys(orders.filter(Case(When(red, then=Value(True)), default=Value(False)), named)) == both
    assert keys(orders.filter(named, customer__name__isnull=False).exclude(customer__boss__name="Bo")) == {2, 3}


def test_a_condition_never_adds_rows(orders: Anything) -> None:
    lines = condition(Any(LINES, TRUE))
    assert orders.filter(lines).count() == len(selected(Any(LINES, TRUE)))
    assert " JOIN " not in told(orders.filter(lines))


def test_a_condition_stands_in_subqueries_and_unions(orders: Anything) -> None:
    red = orders.filter(condition(RED))
    assert keys(orders.filter(pk__in=red)) == selected(RED)
    lines = Line.objects.using(ALIAS)
    assert lines.filter(order__in=orders.filter(condition(Any(LINES, Compare(SKU, Op.EQ, "x"))))).count() == 2
    people = Person.objects.using(ALIAS).filter(models.Exists(red.filter(customer=OuterRef("pk"))))
    assert [person.name for person in people] == ["Åse"]
    assert keys(red.union(orders.filter(condition(NAMED)))) == selected(RED) | selected(NAMED)
    assert keys(Rush.objects.using(ALIAS).filter(condition(RED))) == set()


def test_elements_are_called_what_no_table_is(orders: Anything) -> None:
    """Django calls a table that it joins once more T3, or the like; SQLite takes t3 for the same."""
    target = pq.target("django", pq.Schema(BOSS, STAFF), model=Order, columns={"staff": "customer__boss__staff"})
    assert isinstance(target, DjangoTarget)
    element = Any(STAFF, Compare(pq.Field("name", pq.Text()), Op.EQ, "Åse"))
    deep: Expression = And((element, element, element, element, Compare(BOSS, Op.EQ, "Bo"), element))
    found = orders.filter(target.condition(deep))
    assert " T3 " in told(found)
    assert " t3 " not in told(found)
    assert keys(found) == {1}


def test_a_condition_is_a_value_with_two_values(orders: Anything) -> None:
    told = orders.annotate(named=condition(NAMED)).order_by("named").values_list("pk", "named")
    assert dict(told) == {number: number in selected(NAMED) for number in range(1, 6)}
    counted = orders.values(named=condition(NAMED)).annotate(number=Count("pk")).values_list("named", "number")
    assert dict(counted) == {True: 3, False: 2}
    assert orders.aggregate(number=Count("pk", filter=condition(NAMED))) == {"number": 3}


def test_a_condition_says_what_is_updated_and_deleted(orders: Anything) -> None:
    from django.db import transaction

    with cast(Anything, transaction.atomic(using=ALIAS)):
        orders.filter(condition(RED)).update(units=0)
        assert keys(orders.filter(units=0)) == selected(RED)
        orders.filter(condition(Compare(ID, Op.GT, 3))).delete()
        assert keys(orders.all()) == {1, 2, 3}
        transaction.set_rollback(True, using=ALIAS)


def test_an_annotation_that_hides_a_field_is_refused(orders: Anything) -> None:
    hidden = orders.annotate(customer__name=Upper(Value("x")))
    with pytest.raises(pq.CapabilityError, match="an annotation of that name hides the field"):
        list(hidden.filter(condition(NAMED)))


def test_conditions_of_one_filter_are_equal_and_others_are_not() -> None:
    assert condition(RED) == condition(RED)
    assert condition(RED) != condition(NAMED)
    assert len({condition(RED), condition(RED), condition(NAMED)}) == 2


def test_many_to_many_is_followed_from_either_side(orders: Anything) -> None:
    of = pq.Field("of", pq.ListOf(pq.Record(pq.Field("state", pq.Text()))))
    target = pq.target("django", pq.Schema(of), model=Tag)
    where = Any(of, Compare(pq.Field("state", pq.Text()), Op.EQ, "open"))
    tags = Tag.objects.using(ALIAS)
    assert {tag.value for tag in tags.filter(pq.compile(where, target))} == {"red", "green"}
    assert not tags.filter(pq.compile(Not(where), target))


def test_a_path_leads_through_one_to_one_and_to_what_a_key_holds(orders: Anything) -> None:
    seen, customer, rush = pq.Field("seen", pq.Date()), pq.Field("customer", pq.Integer()), pq.Field("day", pq.Date())
    target = pq.target("django", pq.Schema(seen, customer), model=Order, columns={"seen": "slip__seen"})
    slip = Slip.objects.using(ALIAS).create(order=orders.get(pk=2), seen=NOON.date())
    assert keys(orders.filter(pq.compile(Exists(seen), target))) == {2}
    assert keys(orders.filter(pq.compile(Not(Exists(seen)), target))) == {1, 3, 4, 5}
    assert keys(orders.filter(pq.compile(Exists(customer), target))) == {1, 2, 3}
    assert not Rush.objects.using(ALIAS).filter(pq.compile(Exists(rush), "django"))
    slip.delete()


# --- pages

ORDERS = [
    *("desc:placed", "customer.name", "desc:customer.name,price", "closed,desc:day", "desc:units,weight"),
    *("ticket", "desc:ticket", "count", "desc:score,count"),
]


@pytest.mark.parametrize("kind", ["instances", "dicts", "tuples"])
@pytest.mark.parametrize("order", ORDERS)
def test_pages_hold_each_row_once_in_one_order(orders: Anything, order: str, kind: str) -> None:
    names = ["pk", "id", "customer__name", "placed", "closed", "day", "price", "units", "weight", "ticket", "document"]
    everything = pq.paginate(RECORDS, SCHEMA.parse(f"order={order}")).items
    for size in (1, 2, 5):
        text: str | None = f"order={order}&size={size}"
        found = []
        while text:
            query = SCHEMA.parse(text)
            page = pq.page(query, TARGET)
            asked = orders.filter(page.where).order_by(*page.order_by)[: page.limit]
            rows = {"instances": asked, "dicts": asked.values(*names), "tuples": asked.values_list(*names, named=True)}
            result: Anything = page.finish(rows[kind])
            found += [item["id"] if isinstance(item, dict) else item.id for item in result.items]
            text = pq.link(query, result.next_token) if result.next_token else None
        assert found == [record["id"] for record in everything]


def test_what_the_page_shows_gives_a_page(orders: Anything) -> None:
    page = (Path(__file__).parents[2] / "docs" / "backends.md").read_text(encoding="utf-8")
    lines = pq.Field("lines", pq.ListOf(pq.Record(SKU, QUANTITY)))
    schema = pq.Schema(ID, NAME, lines, tokens=pq.Tokens({"a": b"k" * 32}))
    names = {"pq": pq, "orders": schema, "Related": Related, "query": schema.parse("lines.sku=x&size=2")}
    names["Order"] = type("Order", (), {"objects": orders, "_meta": Order._meta})
    exec(page.partition("test_django.py -->\n```python\n")[2].partition("```")[0], names)
    assert [order.pk for order in cast(Anything, names["result"]).items] == [1]


def test_an_order_can_be_turned_round(orders: Anything) -> None:
    query = SCHEMA.parse("order=customer.name")
    forth = [order.pk for order in orders.order_by(*pq.page(query, TARGET).order_by)]
    back = [order.pk for order in orders.order_by(*pq.page(query, TARGET).order_by).reverse()]
    assert back == forth[::-1]


def test_a_page_needs_what_it_is_sorted_by() -> None:
    order = SCHEMA.parse("order=placed").order
    with pytest.raises(TypeError, match="the page needs 'placed' of its rows"):
        TARGET.position({"id": 1}, order)
    with pytest.raises(TypeError, match="the page needs 'placed'"):
        TARGET.position(object(), order)
    with pytest.raises(TypeError, match="the page needs 'customer__name'"):
        TARGET.position(object(), SCHEMA.parse("order=customer.name").order)


def test_a_sort_value_is_read_by_the_name_of_its_field_too() -> None:
    order = SCHEMA.parse("order=score,customer.name,placed").order
    wall = NOON.replace(tzinfo=None)
    row = {"document": {"in": {"score": "x"}}, "customer.name": "Bo", "placed": wall, "id": 1}
    assert TARGET.position(row, order) == (None, "Bo", NOON, 1)
    assert TARGET.position(Order(id=2, document={"in": []}), order) == (None, None, None, 2)


# --- where fields may live


class Place:
    """A connection, as far as storages hang on it."""

    def __init__(self, vendor: str, *, is_mariadb: bool = False, native: bool = True, zone: str = "UTC") -> None:
        self.vendor, self.mysql_is_mariadb, self.timezone_name = vendor, is_mariadb, zone
        self.features = self
        self.has_native_uuid_field = native


SQLITE, POSTGRESQL, MARIADB = Place("sqlite"), Place("postgresql"), Place("mysql", is_mariadb=True)
OLD, OSLO = Place("mysql", is_mariadb=True, native=False), Place("sqlite", zone="Europe/Oslo")
LISTED = pq.ListOf(pq.Text())


def stored(type_: Anything, name: str, place: Place) -> str | None:
    """The storage that a field of the model is on a database."""
    held = Held(Odd._meta.get_field(name), type_, place)
    return engine_of(place).storage(Field("f", type_), held, in_json=False)


@pytest.mark.parametrize(
    ("type_", "name", "place", "storage"),
    [
        (pq.Text(), "words", SQLITE, "text"),
        (pq.Text(), "words", MARIADB, "text"),
        (pq.Text(), "short", MARIADB, "nopad_bin"),
        (pq.Text(), "long", MARIADB, "text"),
        (pq.Text(), "lax", POSTGRESQL, "text"),
        (pq.Uuid(), "key", SQLITE, "hex"),
        (pq.Uuid(), "key", POSTGRESQL, "uuid"),
        (pq.Uuid(), "key", MARIADB, "native"),
        (pq.Uuid(), "key", OLD, "hex"),
        (pq.Uuid(), "words", MARIADB, "char"),
        (pq.DateTime(), "at", SQLITE, "wall"),
        (pq.DateTime(), "words", SQLITE, "text"),
        (pq.DateTime(), "at", POSTGRESQL, "timestamptz"),
        (LISTED, "listed", POSTGRESQL, "array"),
        (LISTED, "held", POSTGRESQL, "jsonb"),
        (LISTED, "held", SQLITE, "json"),
    ],
)
def test_a_field_of_a_model_is_a_storage(type_: Anything, name: str, place: Place, storage: str) -> None:
    assert stored(type_, name, place) == storage


@pytest.mark.parametrize(
    ("type_", "name", "place"),
    [
        (pq.Text(), "lax", SQLITE),
        (pq.Decimal(2, digits=12), "wide", SQLITE),
        (pq.DateTime(), "at", OSLO),
        (pq.DateTime(), "words", POSTGRESQL),
        (pq.Date(), "at", SQLITE),
        (LISTED, "listed", SQLITE),
        (pq.ListOf(pq.Integer()), "listed", POSTGRESQL),
        (pq.ListOf(pq.Record(pq.Field("a", pq.Text()))), "listed", POSTGRESQL),
    ],
)
def test_a_field_that_would_answer_nearly_is_refused(type_: Anything, name: str, place: Place) -> None:
    with pytest.raises(pq.CapabilityError, match="exactly"):
        stored(type_, name, place)


def test_a_database_that_is_not_known_is_refused() -> None:
    for place in (Place("oracle"), Place("mysql")):
        with pytest.raises(pq.CapabilityError, match=f"django cannot filter exactly on the database '{place.vendor}'"):
            engine_of(place)


def test_what_cannot_be_compared_does_not_stand_in_the_way_of_others() -> None:
    fields = pq.Field("lax", pq.Text()), pq.Field("words", pq.Text())
    target = pq.target("django", pq.Schema(*fields), model=Odd)
    assert told(Odd.objects.using(ALIAS).filter(pq.compile(Exists(fields[1]), target)))
    with pytest.raises(
        pq.CapabilityError, match="django on sqlite cannot compare 'lax' exactly: a text in a TextField"
    ):
        told(Odd.objects.using(ALIAS).filter(pq.compile(Exists(fields[0]), target)))


NUMBER = pq.Field("number", pq.Integer())
OF_RECORDS = pq.Field("rows", pq.ListOf(pq.Record(pq.Field("sku", pq.Text()))))


@pytest.mark.parametrize(
    ("field", "place", "message"),
    [
        (NUMBER, "nothing", "Order has no field 'nothing'; it has lines, rush, slip, id"),
        (NUMBER, "lines__code", "'lines' of 'lines__code' leads from Order to no single row of another model"),
        (NUMBER, "day__year", "'day' of 'day__year' leads from Order to no single row"),
        (NUMBER, pq.Column("lines"), "'lines', where 'number' is said to live, is no column"),
        (NUMBER, pq.Column("id", table="t"), "is no place of 'number': give the path of a field"),
        (NUMBER, pq.Rows("lines", {"order_id": "id"}), "is no place of 'number'"),
        (NUMBER, 5, "5 is no place of 'number'"),
        (NUMBER, "lines", "'number' is no list: it lives in a column, not in rows"),
        (NUMBER, "state", "'number' cannot live in a CharField; it takes one of IntegerField"),
        (NUMBER, pq.JsonPath("state", "a"), "'number' cannot live in a CharField; it takes one of JSONField"),
        (OF_RECORDS, Related("customer"), "'customer', where 'rows' is said to live, leads to no rows"),
        (OF_RECORDS, Related("lines", {"sku": "order__state"}), "'order__state' is no column of Line"),
        (OF_RECORDS, Related("lines", {"skew": "code"}), "the columns of 'rows' name no fields: skew; there are sku"),
        (OF_RECORDS, "lines", "Line has no field 'sku'"),
    ],
    ids=str,
)
def test_a_wrong_place_is_refused_when_the_target_is_made(field: Field, place: Anything, message: str) -> None:
    with pytest.raises(ValueError, match=message.replace("(", r"\(")):
        pq.target("django", pq.Schema(field), model=Order, columns={field.name: place})


def test_a_row_that_is_in_two_tables_is_no_element() -> None:
    of = pq.Field("rush", pq.ListOf(pq.Record(pq.Field("day", pq.Date()))))
    with pytest.raises(ValueError, match="leads to no rows"):
        pq.target("django", pq.Schema(of), model=Order, columns={"rush": Related("rush")})


def test_a_relation_by_more_than_columns_is_refused() -> None:
    from paramql.backends.django.relations import relation

    with pytest.raises(ValueError, match="is a relation by more than equal columns"):
        relation(cast(Anything, models.ManyToOneRel.__mro__[1])(Order._meta.get_field("customer"), Person, "id"))


def test_a_field_of_the_hosts_own_needs_a_storage(orders: Anything) -> None:
    own = pq.Field("own", pq.Text())
    with pytest.raises(ValueError, match=r"'own' lives in a field of a class of your own \(Own\); say what"):
        pq.target("django", pq.Schema(own), model=Odd)
    target = pq.target("django", pq.Schema(own), model=Odd, columns={"own": pq.Column("own", storage="text")})
    assert '"own" IS NOT NULL' in told(Odd.objects.using(ALIAS).filter(pq.compile(Exists(own), target)))


def test_a_field_of_a_type_that_no_database_has_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot live in a BinaryField; it takes one of CharField, TextField"):
        pq.target("django", pq.Schema(pq.Field("binary", pq.Text())), model=Odd)


def test_a_target_needs_a_model_and_its_own_schema() -> None:
    with pytest.raises(ValueError, match="model= takes a model of Django's, not None"):
        pq.target("django", SCHEMA)
    with pytest.raises(ValueError, match="columns names no fields: other; there are id"):
        pq.target("django", pq.Schema(ID), model=Order, columns={"other": "id"})
    with pytest.raises(ValueError, match="the target has no such field 'number'"):
        condition(Exists(NUMBER))
    other = pq.target("sqlite", SCHEMA, table="t", columns={})
    with pytest.raises(ValueError, match="the target was made for sqlite, not for django"):
        django.compile(NAMED, other)


def test_columns_are_those_of_the_statement(orders: Anything) -> None:
    assert told(orders.filter(condition(Compare(DAY, Op.EQ, NOON.date()))).values("id")) == (
        'SELECT "paramql_order"."id" AS "id" FROM "paramql_order" '
        'WHERE ("paramql_order"."day" = %s AND "paramql_order"."day" IS NOT NULL)'
    )


def test_pymysql_in_the_place_of_mysqlclient_keeps_one_kind_of_errors() -> None:
    """What Django loads under the other name would else be another module, and its errors caught by nobody."""
    if reason := missing("mariadb"):
        pytest.skip(reason)
    connections[connected("mariadb")].ensure_connection()
    assert sys.modules["MySQLdb.converters"] is sys.modules["pymysql.converters"]
    assert vars(sys.modules["pymysql"])["err"] is sys.modules["pymysql.err"]
