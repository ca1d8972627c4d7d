"""Schemas and targets of SQLAlchemy's classes and tables: columns, marks, relations, the same answers from SQLite."""

from __future__ import annotations

import datetime as dt
import enum
import uuid
from collections.abc import Iterator
from decimal import Decimal as Number
from random import Random
from typing import Any as Anything

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import orm
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.associationproxy import AssociationProxy, association_proxy
from sqlalchemy.ext.hybrid import hybrid_method, hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

import paramql as pq
from asked_models import complaints, hold_alike, types_of
from paramql.backends.sqlalchemy import SqlAlchemyTarget
from paramql.integrations.models import Asked, Hidden, ModelSchema, Named, schema_of, target_of
from strategies.values import stored


class State(enum.Enum):
    OPEN = 1
    CLOSED = 2


class Instant(sa.types.TypeDecorator[dt.datetime]):
    impl = sa.DateTime
    cache_ok = True


# --- what columns mean


def one(type_: Anything, **options: Anything) -> ModelSchema:
    """The schema of a table with one column."""
    return schema_of(sa.Table("one", sa.MetaData(), sa.Column("a", type_, **options)), hide=())


@pytest.mark.parametrize(
    ("column", "type_"),
    [
        (sa.Integer(), pq.Integer()),
        (sa.BigInteger(), pq.Integer()),
        (sa.String(20), pq.Text()),
        (sa.UnicodeText(), pq.Text()),
        (sa.Float(), pq.Float()),
        (sa.Double(), pq.Float()),
        (sa.Numeric(12, 2), pq.Decimal(2, digits=12)),
        (sa.Numeric(scale=3), pq.Decimal(3)),
        (sa.Boolean(), pq.Boolean()),
        (sa.DateTime(timezone=True), pq.DateTime()),
        (sa.Date(), pq.Date()),
        (sa.Uuid(), pq.Uuid()),
        (sa.Enum("a", "b"), pq.Choice("a", "b")),
        (sa.Enum(State), pq.Choice("OPEN", "CLOSED")),
        (sa.ARRAY(sa.String), pq.ListOf(pq.Text())),
        (postgresql.ARRAY(sa.Enum(State)), pq.ListOf(pq.Choice("OPEN", "CLOSED"))),
    ],
    ids=str,
)
def test_a_column_is_a_type(column: Anything, type_: Anything) -> None:
    assert types_of(one(column)) == {"a": type_}


@pytest.mark.parametrize(
    ("column", "complaint"),
    [
        (sa.Numeric(), "'a': its column does not say how many digits it has after the point; use Numeric(12, 2)"),
        (sa.Numeric(30, 2), "'a': Decimal takes 0 <= scale <= digits <= 18"),
        (sa.JSON(), "'a': a JSON column may hold anything; hide it, or say what: settings={'a': {'type': pq.ListOf"),
        (sa.LargeBinary(), "'a': a column of type LargeBinary() holds nothing that can be asked about"),
        (sa.Time(), "'a': a column of type Time()"),
        (sa.Interval(), "'a': a column of type Interval()"),
        (sa.ARRAY(sa.JSON), "'a': a column of type ARRAY(JSON())"),
        (Instant(), "'a': its column has a type of your own; hide it; or say what it holds, settings={'a': {'type'"),
    ],
    ids=str,
)
def test_what_cannot_be_asked_about_says_what_to_write_instead(column: Anything, complaint: str) -> None:
    (found,) = complaints(sa.Table("one", sa.MetaData(), sa.Column("a", column)), hide=())
    assert found.startswith(complaint)


@pytest.mark.parametrize(
    ("options", "field"),
    [
        ({}, pq.Field("a", pq.Text())),
        ({"nullable": False}, pq.Field("a", pq.Text(), required=True)),
        ({"primary_key": True}, pq.Field("a", pq.Text(), unique=True)),
        ({"index": True, "unique": True}, pq.Field("a", pq.Text())),
        ({"info": {"paramql": Named("b.c")}}, pq.Field("b.c", pq.Text())),
        (
            {"info": {"paramql": [Asked(sortable=True), pq.Text(ordered=True)]}},
            pq.Field("a", pq.Text(True), sortable=True),
        ),
    ],
    ids=str,
)
def test_a_column_says_what_is_unique_and_required_and_its_info_the_rest(
    options: dict[str, Anything], field: pq.Field
) -> None:
    assert one(sa.String(), **options).fields == (field,)


# --- what is shown of a class


class Base(orm.DeclarativeBase):
    pass


class Country(Base):
    __tablename__ = "countries"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]


class Customer(Base):
    __tablename__ = "customers"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column("full_name")
    password: Mapped[str] = mapped_column(info={"paramql": Hidden()}, default="")
    _private: Mapped[int | None]
    country_id: Mapped[int | None] = mapped_column(sa.ForeignKey("countries.id"))
    country: Mapped[Country | None] = orm.relationship()
    orders: Mapped[list[Order]] = orm.relationship(back_populates="customer")


class Mark(Base):
    __tablename__ = "marks"
    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(sa.ForeignKey("lines.id"))
    letter: Mapped[str | None]


class Product(Base):
    __tablename__ = "products"
    id: Mapped[int] = mapped_column(primary_key=True)


class Line(Base):
    __tablename__ = "lines"
    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("orders.id"))
    product_id: Mapped[int | None] = mapped_column(sa.ForeignKey("products.id"))
    code: Mapped[str | None] = mapped_column("article")
    quantity: Mapped[int]
    marks: Mapped[list[Mark]] = orm.relationship()
    product: Mapped[Product | None] = orm.relationship()


tagged = sa.Table(
    "tagged",
    Base.metadata,
    sa.Column("of_order", sa.ForeignKey("orders.id")),
    sa.Column("tag", sa.ForeignKey("tags.id")),
)


class Tag(Base):
    __tablename__ = "tags"
    id: Mapped[int] = mapped_column(primary_key=True)
    word: Mapped[str]


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str | None] = mapped_column("per%cent")
    price: Mapped[Number | None] = mapped_column(sa.Numeric(12, 2))
    ratio: Mapped[float | None]
    flag: Mapped[bool | None]
    at: Mapped[dt.datetime | None]
    day: Mapped[dt.date | None]
    ref: Mapped[uuid.UUID | None]
    state: Mapped[State | None]
    notes: Mapped[list[str] | None] = mapped_column(sa.JSON, info={"paramql": pq.ListOf(pq.Text())})
    documents: Mapped[Anything | None] = mapped_column(
        sa.JSON, info={"paramql": pq.ListOf(pq.Record(pq.Field("n", pq.Integer()), pq.Field("day", pq.Date())))}
    )
    twice: Mapped[int | None] = orm.column_property(id * 2)  # noqa: A003 - the column, not the builtin
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("orders.id"))
    parent: Mapped[Order | None] = orm.relationship(remote_side="Order.id", back_populates="children")
    children: Mapped[list[Order]] = orm.relationship(back_populates="parent")
    customer_id: Mapped[int | None] = mapped_column(sa.ForeignKey("customers.id"))
    customer: Mapped[Customer | None] = orm.relationship(back_populates="orders")
    lines: Mapped[list[Line]] = orm.relationship()
    tags: Mapped[dict[int, Tag]] = orm.relationship(secondary=tagged, collection_class=orm.attribute_keyed_dict("id"))
    first: Mapped[Line | None] = orm.relationship(viewonly=True, uselist=False)
    dear: Mapped[list[Line]] = orm.relationship(
        primaryjoin=lambda: (Order.id == Line.order_id) & (Line.quantity > 5), viewonly=True
    )


OWN = "id text price ratio flag at day ref state notes documents twice parent_id customer_id".split()
IN_CUSTOMER = ["customer.id", "customer.name", "customer.country_id"]


def names(schema: pq.Schema) -> set[str]:
    """Every public name."""
    return {name.text for name in schema.scope}


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"hide": ()}, [*OWN, "documents.n", "documents.day"]),
        ({"hide": ["price", *OWN[4:]]}, ["id", "text", "ratio"]),
        ({"only": ["id"], "relations": ["customer"]}, ["id", *IN_CUSTOMER]),
        ({"only": ["id", "customer"], "hide": ["customer.id"]}, ["id", *IN_CUSTOMER[1:]]),
        ({"only": ["id", "customer.name"]}, ["id", "customer.name"]),
        ({"only": ["id", "customer._private"]}, ["id", "customer._private"]),
        ({"only": ["id", "customer", "customer.country.name"]}, ["id", *IN_CUSTOMER, "customer.country.name"]),
        ({"only": ["id"], "relations": ["customer.country"]}, ["id", "customer.country.id", "customer.country.name"]),
        (
            {"hide": OWN[1:], "relations": ["customer.country"]},
            ["id", "customer.country.id", "customer.country.name"],
        ),
        ({"only": ["id", "parent.parent.id"]}, ["id", "parent.parent.id"]),
        (
            {"only": ["id", "lines.code", "lines.marks.letter"]},
            ["id", "lines", "lines.code", "lines.marks", "lines.marks.letter"],
        ),
        (
            {"only": ["id", "children", "tags.word"], "hide": [f"children.{name}" for name in OWN[1:]]},
            ["id", "children", "children.id", "tags", "tags.word"],
        ),
        ({"only": ["id", "customer.name"], "rename": {"customer": "buyer"}}, ["id", "buyer.name"]),
        (
            {"only": ["id", "customer.name", "lines.code"], "rename": {"customer.name": "buyer", "lines.code": "sku"}},
            ["id", "buyer", "lines", "lines.sku"],
        ),
    ],
)
def test_nothing_of_another_table_is_there_unless_it_is_named(
    options: dict[str, Anything], expected: list[str]
) -> None:
    assert names(schema_of(Order, **options)) == {*expected}


def test_what_of_a_table_may_be_asked_has_to_be_said() -> None:
    with pytest.raises(ValueError, match="say what of Order may be asked: only="):
        schema_of(Order)
    with pytest.raises(ValueError, match="say what of orders may be asked: only="):
        schema_of(Order.__table__)


@pytest.mark.parametrize("model", [Order(), Order.id, Order.lines, Base, sa.create_engine("sqlite://")])
def test_what_is_no_class_or_table_is_refused(model: object) -> None:
    with pytest.raises(ValueError, match="is no model: give a dataclass"):
        schema_of(model)


def test_another_table_promises_nothing_and_elements_their_own_columns() -> None:
    schema = schema_of(Order, only=["id", "customer.name", "lines"])
    lines: Anything = schema["lines"].type
    assert not schema["customer.name"].required
    promised = schema_of(Order, only=["customer.name"], settings={"customer": {"required": True}})
    assert promised["customer.name"].required  # by the host
    assert [(field.name, field.required) for field in lines.of.fields] == [
        *(("id", True), ("order_id", True), ("product_id", False), ("code", False), ("quantity", True)),
    ]


def test_a_key_of_two_columns_is_not_unique_and_a_join_promises_nothing() -> None:
    pair = sa.Table(
        "pair",
        sa.MetaData(),
        sa.Column("a", sa.Integer, primary_key=True),
        sa.Column("b", sa.Integer, primary_key=True),
    )
    assert schema_of(pair, hide=()).key is None
    assert [field.required for field in schema_of(pair.alias(), hide=()).fields] == [True, True]
    one, other = pair.alias(), pair.alias()
    joined = sa.select(one.c.a, other.c.b).select_from(one.outerjoin(other, one.c.a == other.c.b)).subquery("joined")
    assert [field.required for field in schema_of(joined, hide=()).fields] == [False, False]


def test_a_class_of_several_tables_has_the_key_of_the_first() -> None:
    class Special(Order):
        __tablename__ = "special"
        id: Mapped[int] = mapped_column(sa.ForeignKey("orders.id"), primary_key=True)
        more: Mapped[str]

    schema = schema_of(Special, only=["id", "more", "text"])
    assert [(field.name, field.unique) for field in schema.fields] == [("id", True), ("text", False), ("more", False)]
    assert "special" in str(
        sa.select(Special.id).where(pq.compile(schema.parse("id=1&text=a").where, target_of(schema)))
    )
    Base.metadata.remove(Base.metadata.tables["special"])


class Odd(Base):
    __tablename__ = "odd"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(info={"paramql": "hidden"})
    order_name: Mapped[str | None]
    order: Mapped[Order | None] = orm.relationship(
        primaryjoin=lambda: orm.foreign(Odd.order_name) == Order.text, viewonly=True
    )


@pytest.mark.parametrize(
    ("model", "options", "complaint"),
    [
        (Order, {"only": ["id", "dear"]}, "'dear': Order.dear is joined by more than equal columns"),
        (Order, {"only": ["id", "first"]}, "'first': it need not lead to one row"),
        (
            Order,
            {"only": ["id", "customer.orders.id"]},
            "'customer.orders' leads beyond 'customer' from one row to many",
        ),
        (Order, {"only": ["id", "lines.product.id"]}, "'lines.product' leads beyond 'lines'"),
        (
            Order,
            {"only": ["id", "customer"], "settings": {"customer": {"sortable": True}}},
            "'customer' is Customer, of",
        ),
        (Order, {"only": ["id", "custmer.name"]}, "only names 'custmer.name', which is not there"),
        (
            Order,
            {"only": ["id"], "relations": ["line"]},
            "relations names 'line', which is not there: did you mean 'lines'",
        ),
        (Odd, {"only": ["name"]}, "'name': its info has 'hidden', which is no mark; use Hidden()"),
        (Odd, {"only": ["id", "order.id"]}, "'order': it need not lead to one row"),
    ],
)
def test_relations_that_cannot_be_followed_are_told(
    model: Anything, options: dict[str, Anything], complaint: str
) -> None:
    (found,) = complaints(model, **options)
    assert found.startswith(complaint)


# --- the same answers


ONLY = [*OWN, "parent.id", "parent.parent.text", "children.id", "customer.name", "customer.country.name"]
SCHEMA = schema_of(
    Order,
    only=[*ONLY, "lines.code", "lines.quantity", "lines.marks.letter", "tags"],
    rename={"customer.name": "buyer.name", "lines.code": "sku"},
    settings={"at": {"sortable": True}},
    tokens=pq.Tokens({"a": b"k" * 32}),
)


def random_one(number: int, rng: Random, customers: list[Customer], tags: list[Tag]) -> Order:
    """An order, with values that engines disagree about."""
    drawn: dict[str, Anything] = {
        name: None if rng.random() < 0.2 else stored(SCHEMA[name].type, rng)  # type: ignore[arg-type]
        for name in ("text", "price", "ratio", "flag", "at", "day", "ref", "state")
    }
    at, ref, state = drawn.pop("at"), drawn.pop("ref"), drawn.pop("state")
    return Order(
        id=number,
        at=at and at.replace(tzinfo=None),
        ref=ref and uuid.UUID(ref),
        state=state and State[state],
        notes=rng.choice([None, [], ["a"], ["a", "å", "%"]]),
        documents=rng.choice([None, [], [{"n": 1, "day": "2019-05-01"}, {"n": 2}], [{"day": None}]]),
        parent_id=rng.choice([None, *range(number)]),
        customer=rng.choice([None, *customers]),
        tags={tag.id: tag for tag in rng.sample(tags, rng.randint(0, 2))},
        lines=[
            Line(
                code=rng.choice([None, "x", "y"]),
                quantity=rng.randint(0, 3),
                marks=[Mark(letter=rng.choice([None, "m", "n"])) for _ in range(rng.randint(0, 2))],
            )
            for _ in range(rng.randint(0, 3))
        ],
        **drawn,
    )


def filled() -> orm.Session:
    """A session of a database with orders in it."""
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool, connect_args={"check_same_thread": False})
    Base.metadata.create_all(engine)
    session, rng = orm.Session(engine), Random(5)
    countries = [Country(name="Norge"), Country(name="Sverige")]
    customers = [Customer(name=name, country=rng.choice([None, *countries])) for name in ("Åse", "Bo", "a%", "")]
    tags = [Tag(id=number, word=word) for number, word in enumerate(["red", "Red", "å"], 1)]
    session.add_all([*tags, *customers, *(random_one(number, rng, customers, tags) for number in range(40))])
    session.commit()
    return session


SESSION = filled()
ORDERS = list(SESSION.scalars(sa.select(Order)))
RECORDS = [SCHEMA.record(order) for order in ORDERS]
TARGET, ALIAS = target_of(SCHEMA), orm.aliased(Order)
ALIASED = target_of(SCHEMA, table=ALIAS)


@given(st.integers(0, 2**32))
def test_rows_are_selected_as_instances_are(seed: int) -> None:
    def rows(where: pq.Expression) -> set[int]:
        return {*SESSION.scalars(sa.select(Order.id).where(pq.compile(where, TARGET)))}

    def aliased(where: pq.Expression) -> set[int]:
        return {*SESSION.scalars(sa.select(ALIAS.id).where(pq.compile(where, ALIASED)))}

    hold_alike(SCHEMA, RECORDS, seed, rows, aliased)


def test_a_statement_is_about_the_table_however_it_is_asked() -> None:
    where = pq.compile(SCHEMA.parse("buyer.name=Bo").where, TARGET)
    bo = sum(record.get("buyer", {}).get("name") == "Bo" for record in RECORDS)
    assert SESSION.scalar(sa.select(sa.func.count()).where(where)) == bo > 0
    assert SESSION.scalar(sa.select(sa.func.count(Customer.id)).where(Order.customer_id == Customer.id, where)) == bo
    ordered = sa.exists().where(Order.customer_id == Customer.id, where)
    assert SESSION.scalars(sa.select(Customer.name).where(ordered)).all() == ["Bo"]


def walk(text: str) -> Iterator[int]:
    """The ids of all pages."""
    while True:
        query = SCHEMA.parse(text)
        page = pq.page(query, TARGET)
        rows = SESSION.scalars(sa.select(Order).where(page.where).order_by(*page.order_by).limit(page.limit)).all()
        result = page.finish(rows)
        yield from (row.id for row in result.items)
        if result.next_token is None:
            return
        text = pq.link(query, result.next_token)


def test_pages_are_those_of_the_records() -> None:
    query = SCHEMA.parse("buyer.name=exists:true&order=desc:at&size=1000")
    expected = [record["id"] for record in pq.paginate(RECORDS, query).items]
    assert [*walk("buyer.name=exists:true&order=desc:at&size=3")] == expected
    assert len(expected) > 10


def test_to_sort_by_another_table_the_host_joins_it() -> None:
    schema = schema_of(
        Order,
        only=["id", "customer.name"],
        settings={"customer.name": {"sortable": True}},
        order="customer.name",
        tokens=pq.Tokens({"a": b"k" * 32}),
    )
    query = schema.parse("size=5&customer.name=exists:true")
    joined = pq.page(query, target_of(schema, columns={"customer.name": Customer.name}))
    rows = SESSION.execute(
        sa.select(Order, Customer)
        .join(Order.customer)
        .where(joined.where)
        .order_by(*joined.order_by)
        .limit(joined.limit)
    ).all()
    expected = pq.paginate([schema.record(order) for order in ORDERS], query)
    assert [row.Order.id for row in joined.finish(rows).items] == [record["id"] for record in expected.items]


AFAR = {"customer.name": "who", "parent.customer.country.name": "country", "parent.parent.at": "at"}
SORTED = schema_of(
    Order,
    only=["id", *AFAR],
    rename=AFAR,
    settings={path: {"sortable": True} for path in AFAR},
    tokens=pq.Tokens({"a": b"k" * 32}),
)
BEYOND: Anything = target_of(SORTED)


@pytest.mark.parametrize(
    ("entity", "statement", "is_scalar"),
    [
        (Order, sa.select(Order), True),
        (ALIAS, sa.select(ALIAS), True),
        (Order, sa.select(Customer, Order).select_from(Order).outerjoin(Order.customer), False),
        (Order, sa.select(Order.id, *BEYOND.columns), False),
    ],
    ids=["instances", "alias", "rows", "columns"],
)
@pytest.mark.parametrize("size", [1, 7, 50])
@pytest.mark.parametrize("way", ["asc", "desc"])
@pytest.mark.parametrize("order", [*AFAR.values(), "country,at"])
def test_pages_may_be_sorted_by_another_row(
    order: str, way: str, size: int, entity: Anything, statement: Anything, is_scalar: bool
) -> None:
    target, found = target_of(SORTED, table=entity), list[int]()
    text = f"size={size}&order={','.join(f'{way}:{key}' for key in order.split(','))}"
    everything = pq.paginate(map(SORTED.record, ORDERS), SORTED.parse(text.replace(f"size={size}", "size=50")))
    while text:
        page = pq.page(query := SORTED.parse(text), target)
        chosen = statement.where(page.where).order_by(*page.order_by).limit(page.limit)
        result = page.finish(SESSION.scalars(chosen) if is_scalar else SESSION.execute(chosen))
        found += [getattr(one, "Order", one).id for one in result.items]
        text = pq.link(query, result.next_token) if result.next_token else ""
    assert found == [record["id"] for record in everything.items]
    assert len(found) == len(ORDERS)


def test_to_sort_by_another_row_a_page_needs_instances() -> None:
    page = pq.page(SORTED.parse("order=who&size=1"), target_of(SORTED))
    rows = SESSION.execute(sa.select(Order.id).where(page.where).order_by(*page.order_by).limit(page.limit)).all()
    with pytest.raises(TypeError, match=r"the page needs 'who' of its rows, which are no instances: select .*Order"):
        page.finish(rows)


def test_a_table_is_asked_as_its_class_is() -> None:
    table = Order.__table__
    schema = schema_of(table, only=["id", "per%cent", "state"], rename={"per%cent": "text"})
    target = target_of(schema)
    assert isinstance(target, SqlAlchemyTarget)
    where = schema.parse("text=exists:true&state=OPEN").where
    found = SESSION.execute(sa.select(table.c.id, table.c.state).where(pq.compile(where, target))).all()
    assert {row.id for row in found} == {one.id for one in ORDERS if one.text is not None and one.state is State.OPEN}
    assert schema.record(found[0]) == {"id": found[0].id, "state": "OPEN"}
    assert found


def test_a_type_of_the_host_is_asked_where_the_host_says_how_it_is_stored() -> None:
    table = sa.Table("moments", sa.MetaData(), sa.Column("id", sa.Integer, primary_key=True), sa.Column("at", Instant))
    schema = schema_of(table, hide=(), settings={"at": {"type": pq.DateTime()}})
    with pytest.raises(ValueError, match="has a type of your own"):
        target_of(schema)
    target = target_of(schema, columns={"at": sa.type_coerce(table.c.at, sa.DateTime())})
    with sa.create_engine("sqlite://").begin() as connection:
        table.create(connection)
        connection.execute(table.insert(), [{"id": 1, "at": dt.datetime(2019, 5, 1)}, {"id": 2, "at": None}])  # noqa: DTZ001
        where = pq.compile(schema.parse("at=2019-05-01").where, target)
        assert connection.execute(sa.select(table.c.id).where(where)).scalars().all() == [1]


# --- classes of several tables, and what no column holds


class Kin(orm.DeclarativeBase):
    pass


class Animal(Kin):
    __tablename__ = "animals"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "animal"}  # noqa: RUF012


class Dog(Animal):
    __tablename__ = "dogs"
    id: Mapped[int] = mapped_column(sa.ForeignKey("animals.id"), primary_key=True)
    bark: Mapped[str | None]
    __mapper_args__ = {"polymorphic_identity": "dog"}  # noqa: RUF012


class Cat(Animal):
    __tablename__ = "cats"
    cat_id: Mapped[int] = mapped_column(sa.ForeignKey("animals.id"), primary_key=True)
    tag: Mapped[str] = mapped_column(unique=True)
    __mapper_args__ = {"polymorphic_identity": "cat"}  # noqa: RUF012


class Keeper(Kin):
    __tablename__ = "keepers"
    id: Mapped[int] = mapped_column(primary_key=True)
    dog_id: Mapped[int | None] = mapped_column(sa.ForeignKey("dogs.id"))
    cat_id: Mapped[int | None] = mapped_column(sa.ForeignKey("cats.cat_id"))
    tag: Mapped[str | None] = mapped_column(sa.ForeignKey("cats.tag"))
    any_id: Mapped[int | None] = mapped_column(sa.ForeignKey("animals.id"))
    dog: Mapped[Dog | None] = orm.relationship(foreign_keys=dog_id)
    cat: Mapped[Cat | None] = orm.relationship(foreign_keys=cat_id)
    tagged: Mapped[Cat | None] = orm.relationship(foreign_keys=tag)
    any: Mapped[Animal | None] = orm.relationship(foreign_keys=any_id)
    namesake = orm.synonym("tag")
    pair: Mapped[tuple[int, int]] = orm.composite(lambda *both: both, "dog_id", "cat_id")
    barks: AssociationProxy[str | None] = association_proxy("dog", "bark")

    @hybrid_property
    def double(self) -> int:
        """No column."""
        return self.id * 2

    @hybrid_method
    def times(self, number: int) -> int:
        """Nor this."""
        return self.id * number

    @property
    def half(self) -> int:
        """Nor this."""
        return self.id // 2


def test_a_row_that_is_joined_of_several_tables_is_one() -> None:
    paths = ["dog.bark", "dog.name", "cat.name", "cat.tag", "cat.id", "any.name"]
    schema = schema_of(Keeper, only=["id", *paths], settings={"dog.name": {"sortable": True}})
    keepers = [
        Keeper(id=1, dog=Dog(id=1, name="Rex", bark="woof"), any=Animal(id=9, name="Ape")),
        Keeper(id=2, dog=Dog(id=2, name="Bo"), cat=Cat(id=3, name="Tom", tag="t")),
        Keeper(id=3, cat=Cat(id=4, name="Ada", tag="a")),
        Keeper(id=4),
    ]
    engine = sa.create_engine("sqlite://", poolclass=sa.StaticPool)
    Kin.metadata.create_all(engine)
    with orm.Session(engine) as session:
        session.add_all(keepers)
        session.commit()
        records = [schema.record(keeper) for keeper in session.scalars(sa.select(Keeper).order_by(Keeper.id))]
        assert records[1] == {"id": 2, "dog": {"name": "Bo"}, "cat": {"name": "Tom", "tag": "t", "id": 3}}
        for text in (
            "dog.name=Bo",
            "dog.bark=exists:true",
            "cat.name=startswith:T",
            "cat.id=4",
            "any.name=Ape",
            "dog.name=not:Bo",
        ):
            where = schema.parse(text).where
            found = session.scalars(sa.select(Keeper.id).where(pq.compile(where, target_of(schema)))).all()
            assert found == [record["id"] for record in pq.compile(where, "python").filter(records)], text
        order = target_of(schema).order_by(schema.parse("order=desc:dog.name").order)
        assert session.scalars(sa.select(Keeper.id).order_by(*order)).all() == [1, 2, 4, 3]
    engine.dispose()
    (told,) = complaints(Keeper, only=["id", "tagged.name"])
    assert told.startswith("'tagged': it need not lead to one row")


@pytest.mark.parametrize(
    ("model", "only", "key"),
    [
        (Dog, ["id", "bark"], "id"),
        (Cat, ["id", "tag"], "id"),
        (Cat, ["cat_id", "tag"], "cat_id"),
        (Cat, ["cat_id", "id"], "id"),
        (Cat, ["tag"], None),
    ],
)
def test_the_key_of_a_class_is_that_of_any_of_its_tables(model: Anything, only: list[str], key: str | None) -> None:
    schema = schema_of(model, only=only)
    assert schema.key == (None if key is None else schema[key])


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("double", "a hybrid attribute, which is stored nowhere; leave it out, or make it a column_property"),
        ("times", "a hybrid method, which is stored nowhere; leave it out"),
        ("half", "a property, which is stored nowhere; leave it out"),
        ("barks", "an association proxy, which is stored nowhere; name what is behind it"),
        ("namesake", "a synonym of 'tag', which is stored nowhere; name that, rename={'tag': 'namesake'}"),
        ("pair", "a composite, which is stored nowhere; name its columns, 'dog_id', 'cat_id'"),
    ],
)
def test_what_no_column_holds_is_told_where_it_is_named(name: str, what: str) -> None:
    assert name not in names(schema_of(Keeper, hide=[]))
    expected = [f"'{name}': it is {what}"]
    assert complaints(Keeper, only=["id", name]) == expected
    assert complaints(Keeper, hide=(), settings={name: {"type": pq.Integer()}}) == expected
    assert complaints(Keeper, hide=(), rename={name: "other"}) == expected
    assert name not in names(schema_of(Keeper, hide=[name]))
