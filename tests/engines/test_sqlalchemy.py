"""SQLAlchemy: conditions in statements of every kind, for tables and for mapped classes, select what the law says."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
import uuid
from collections.abc import Callable, Iterator
from decimal import Decimal as Number
from typing import Any as Anything

import pytest
import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import Mapped, mapped_column

import paramql as pq
from law import holds
from paramql.ast import FALSE, TRUE, And, Any, Compare, Exists, Not, Op, Or
from paramql.backends.places import Target
from paramql.backends.sqlalchemy import Condition, Related, SqlAlchemyTarget
from paramql.declare import Expression

NOON = dt.datetime(2019, 5, 1, 12, tzinfo=dt.UTC)
ID = pq.Field("id", pq.Integer(), unique=True, sortable=True)
NAME = pq.Field("customer.name", pq.Text(ordered=True), sortable=True)
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
SKU, QUANTITY = pq.Field("sku", pq.Text()), pq.Field("quantity", pq.Integer())
MARKS = pq.Field("marks", pq.ListOf(pq.Record(pq.Field("letter", pq.Text()))))
LINES = pq.Field("lines", pq.ListOf(pq.Record(SKU, QUANTITY, MARKS)))
SCHEMA = pq.Schema(
    *(ID, NAME, PLACED, CLOSED, DAY, PRICE, UNITS, WEIGHT, PAID, TICKET, STATE, COUNT, SCORE, NOTES, TAGS, LINES),
    tokens=pq.Tokens({"a": b"k" * 32}),
)


class Base(orm.DeclarativeBase):
    pass


tagged = sa.Table(
    "tagged",
    Base.metadata,
    sa.Column("of_order", sa.ForeignKey("orders.id")),
    sa.Column("tag", sa.ForeignKey("tags.id")),
)


class Tag(Base):
    __tablename__ = "tags"
    id: Mapped[int] = mapped_column(primary_key=True)
    value: Mapped[str | None]


class Mark(Base):
    __tablename__ = "marks"
    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(sa.ForeignKey("lines.id"))
    letter: Mapped[str | None]


class Line(Base):
    __tablename__ = "lines"
    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(sa.ForeignKey("orders.id"))
    code: Mapped[str | None]
    quantity: Mapped[int | None] = mapped_column("qty")
    marks: Mapped[list[Mark]] = orm.relationship()


class Order(Base):
    __tablename__ = "orders"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str | None] = mapped_column("per%cent")
    placed: Mapped[dt.datetime | None]
    closed: Mapped[int | None]
    day: Mapped[dt.date | None]
    price: Mapped[Number | None] = mapped_column(sa.Numeric(12, 2))
    units: Mapped[int | None] = mapped_column(sa.BigInteger)
    weight: Mapped[float | None]
    paid: Mapped[bool | None]
    ticket: Mapped[uuid.UUID | None]
    state: Mapped[str | None] = mapped_column(sa.Enum("open", "closed", "lost"))
    notes: Mapped[list[str] | None] = mapped_column(sa.JSON)
    document: Mapped[dict[str, Anything] | None] = mapped_column(sa.JSON)
    lines: Mapped[list[Line]] = orm.relationship()
    tags: Mapped[list[Tag]] = orm.relationship(secondary=tagged)


TICKETS = [f"00000000-0000-4000-8000-{number:012x}" for number in range(3)]
RECORDS: list[dict[str, Anything]] = [
    {
        "id": 1,
        "customer": {"name": "Åse"},
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
    {"id": 3, "customer": {"name": ""}, "placed": NOON.replace(year=1), "notes": ["", "å"], "lines": [{}]},
    {"id": 4, "price": Number("2.5"), "count": -1, "ticket": TICKETS[1], "tags": ["red"]},
    {"id": 5},
]


def entity(record: dict[str, Anything]) -> Order:
    """A record as the class has it."""
    get, moment = record.get, record.get("placed")
    return Order(
        id=record["id"],
        name=get("customer", {}).get("name"),
        placed=moment and moment.replace(tzinfo=None),
        closed=int(record["closed"].timestamp()) if "closed" in record else None,
        units=int(record["units"] * 1000) if "units" in record else None,
        ticket=uuid.UUID(record["ticket"]) if "ticket" in record else None,
        document={"in": {"count": get("count"), "score": int(record["score"] * 10) if "score" in record else "x"}},
        tags=[Tag(value=tag) for tag in get("tags", [])],
        lines=[
            Line(
                code=line.get("sku"),
                quantity=line.get("quantity"),
                marks=[Mark(letter=mark["letter"]) for mark in line.get("marks", [])],
            )
            for line in get("lines", [])
        ],
        **{name: get(name) for name in ("day", "price", "weight", "paid", "state", "notes")},
    )


def in_class(order: Anything) -> dict[str, Anything]:
    """Where fields live in the class, or an alias of it."""
    return {
        "customer.name": order.name,
        "closed": pq.Column("closed", storage="epoch_s"),
        "count": pq.JsonPath("document", "in", "count"),
        "score": pq.JsonPath("document", "in", "score"),
        "tags": order.tags,
        "lines": Related(order.lines, {"sku": "code", "quantity": Line.quantity}),
    }


IN_TABLE: dict[str, Anything] = {
    "customer.name": "per%cent",
    "closed": pq.Column("closed", storage="epoch_s"),
    "count": pq.JsonPath("document", "in", "count"),
    "score": pq.JsonPath("document", "in", "score"),
    "tags": pq.Rows("tag_rows", {"of_order": "id"}),
    "lines": pq.Rows(
        "lines",
        {"order_id": "id"},
        {"sku": pq.Column("code"), "quantity": "qty", "marks": pq.Rows("marks", {"line_id": "id"})},
    ),
}
tag_rows = sa.Table("tag_rows", Base.metadata, sa.Column("of_order", sa.Integer), sa.Column("value", sa.String))
ALIAS, T1 = orm.aliased(Order, name="t1"), Order.__table__.alias("t1")
TARGETS: dict[str, tuple[Target, Anything]] = {
    "class": (pq.target("sqlalchemy", SCHEMA, table=Order, columns=in_class(Order)), Order.id),
    "alias of the class": (pq.target("sqlalchemy", SCHEMA, table=ALIAS, columns=in_class(ALIAS)), ALIAS.id),
    "table": (pq.target("sqlalchemy", SCHEMA, table=Order.__table__, columns=IN_TABLE), Order.__table__.c.id),
    "alias of the table": (pq.target("sqlalchemy", SCHEMA, table=T1, columns=IN_TABLE), T1.c.id),
}
TARGET = TARGETS["class"][0]
ATOMS: list[Expression] = [
    *(Compare(NAME, op, "Åse") for op in Op if op is not Op.IN),
    *(Compare(NAME, op, "") for op in (Op.EQ, Op.CONTAINS, Op.STARTSWITH, Op.ENDSWITH, Op.GT)),
    Compare(NAME, Op.IN, ("Åse", "", '"', "x" * 600)),
    Compare(NAME, Op.CONTAINS, "%"),
    Compare(NAME, Op.STARTSWITH, "\U0010ffff"),
    *(Compare(PLACED, op, NOON) for op in (Op.EQ, Op.GT, Op.LTE)),
    Compare(PLACED, Op.IN, (NOON, NOON.replace(year=1))),
    *(Compare(CLOSED, op, NOON) for op in (Op.EQ, Op.GT, Op.LTE)),
    *(Compare(CLOSED, op, NOON + dt.timedelta(microseconds=1)) for op in (Op.EQ, Op.GT, Op.LT)),
    Compare(CLOSED, Op.IN, (NOON, NOON + dt.timedelta(microseconds=1))),
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
    Any(LINES, Any(MARKS, Compare(MARKS.type.of.fields[0], Op.EQ, "m"))),  # type: ignore[union-attr]
    Any(LINES, Not(Any(MARKS, TRUE))),
    TRUE,
    FALSE,
]


@pytest.fixture(scope="module", name="engine")
def _engine() -> sa.Engine:
    engine = sa.create_engine("sqlite://")
    Base.metadata.create_all(engine)
    with orm.Session(engine) as session:
        session.add_all(map(entity, RECORDS))
        session.flush()
        session.execute(
            tag_rows.insert().from_select(
                ["of_order", "value"], sa.select(tagged.c.of_order, Tag.value).join(Tag, Tag.id == tagged.c.tag)
            )
        )
        session.commit()
    return engine


@pytest.fixture(name="session")
def _session(engine: sa.Engine) -> Iterator[orm.Session]:
    with orm.Session(engine) as session:
        yield session
        session.rollback()


def selected(where: Expression) -> set[int]:
    return {record["id"] for record in RECORDS if holds(where, record)}


def condition(where: Expression, target: Target = TARGET) -> Condition:
    made = pq.compile(where, target)
    assert isinstance(made, Condition)
    return made


# --- what is selected


@pytest.mark.parametrize("kind", TARGETS)
@pytest.mark.parametrize("where", ATOMS, ids=str)
def test_a_condition_and_its_complement_split_the_rows(session: orm.Session, where: Expression, kind: str) -> None:
    target, key = TARGETS[kind]
    for expression in (where, Not(where), Or((where, Exists(PAID))), Not(And((where, Exists(PAID))))):
        assert set(session.scalars(sa.select(key).where(pq.compile(expression, target)))) == selected(expression)
        assert set(session.scalars(sa.select(key).where(~condition(expression, target)))) == selected(Not(expression))


def test_without_a_target_fields_live_in_columns_of_their_names(session: orm.Session) -> None:
    first = pq.compile(Compare(ID, Op.GT, 2), "sqlalchemy")
    assert set(session.scalars(sa.select(Order.id).where(first))) == {3, 4, 5}
    again = pq.compile(Compare(ID, Op.GT, 4), "sqlalchemy")
    assert again.asked.form is first.asked.form


# --- in statements of every kind

RED = Any(TAGS, Compare(TAGS.element, Op.EQ, "red"))
NAMED = Compare(NAME, Op.GT, "")


def test_conditions_stand_beside_others(session: orm.Session) -> None:
    red, named = condition(RED), condition(NAMED)
    expected = selected(RED) & selected(NAMED)
    for statement in (
        sa.select(Order.id).where(red).where(named),
        sa.select(Order.id).where(red, named, Order.id > 0),
        sa.select(Order.id).where(sa.and_(red, sa.or_(named, sa.false()))),
        sa.select(Order.id).where(sa.not_(sa.not_(red)) & named),
        sa.select(Order.id).filter(sa.case((red, True), else_=False), named),
    ):
        assert set(session.scalars(statement)) == expected
    assert set(session.scalars(sa.select(Order.id).where(red | named))) == selected(RED) | selected(NAMED)


def test_a_condition_stands_in_subqueries_joins_and_common_tables(session: orm.Session) -> None:
    red = condition(RED)
    inner = sa.select(Order.id).where(red)
    known = inner.cte("red")
    own = sa.select(Line.id).join(Order).where(condition(Any(LINES, Compare(SKU, Op.EQ, "x"))))
    one = (
        sa.select(Tag.id)
        .outerjoin(tagged, Tag.id == tagged.c.tag)
        .outerjoin(Order, (Order.id == tagged.c.of_order) & red)
    )
    assert set(session.scalars(sa.select(Order.id).where(Order.id.in_(inner)))) == selected(RED)
    assert set(session.scalars(sa.select(known.c.id))) == selected(RED)
    assert len(session.scalars(own).all()) == 2
    assert len(session.scalars(one).all()) == 3
    assert session.scalar(sa.select(sa.func.count()).where(red)) == len(selected(RED))
    assert set(session.scalars(sa.select(Order.id).where(sa.exists().where(Tag.value == "red", red)))) == selected(RED)
    both = sa.union_all(inner, sa.select(Order.id).where(condition(NAMED)))
    assert sorted(session.scalars(both)) == sorted([*selected(RED), *selected(NAMED)])


def test_a_condition_of_an_alias_is_told_from_the_same_of_its_class(session: orm.Session) -> None:
    """The alias is called t1, as the elements of lists would be."""
    target, _ = TARGETS["alias of the class"]
    other = Any(LINES, Compare(QUANTITY, Op.EQ, 5))
    pairs = sa.select(Order.id, ALIAS.id).join_from(Order, ALIAS, sa.true())
    pairs = pairs.where(condition(RED), pq.compile(other, target))
    assert set(map(tuple, session.execute(pairs))) == set(itertools.product(selected(RED), selected(other)))


def test_a_whole_statement_may_be_adapted(session: orm.Session) -> None:
    """Eager loading puts the statement into a subquery, with whatever it is sorted by."""
    page = pq.page(SCHEMA.parse("order=desc:customer.name,score&size=2"), TARGET)
    statement = sa.select(Order).options(orm.joinedload(Order.lines)).where(page.where, condition(NAMED))
    found = session.scalars(statement.order_by(*page.order_by).limit(2)).unique().all()
    assert [(order.id, len(order.lines)) for order in found] == [(2, 1), (1, 2)]
    named = orm.with_loader_criteria(Order, condition(NAMED))
    assert set(session.scalars(sa.select(Order.id).options(named))) == selected(NAMED)
    whole = sa.select(Order).where(condition(NAMED)).subquery()
    assert set(session.scalars(sa.select(orm.aliased(Order, whole).id))) == selected(NAMED)


def test_a_condition_is_a_column_with_two_values(session: orm.Session) -> None:
    told = session.execute(sa.select(Order.id, condition(NAMED).label("named")).order_by("named")).all()
    assert dict(told) == {number: number in selected(NAMED) for number in range(1, 6)}
    counted = sa.select(sa.func.count()).group_by(condition(NAMED)).where(Order.name.is_not(None))
    assert sorted(session.scalars(counted)) == [1, 2]


def test_a_condition_says_what_is_updated_and_deleted(session: orm.Session) -> None:
    session.execute(sa.update(Order).where(condition(NAMED)).values(units=0))
    assert set(session.scalars(sa.select(Order.id).where(Order.units == 0))) == selected(NAMED)
    session.execute(sa.delete(Order).where(condition(Compare(ID, Op.GT, 3))))
    assert set(session.scalars(sa.select(Order.id))) == {1, 2, 3}


def test_an_asynchronous_engine_takes_conditions() -> None:
    async def ask() -> set[int]:
        engine = create_async_engine("sqlite+aiosqlite://")
        async with engine.connect() as connection:
            await connection.run_sync(Base.metadata.create_all)
            await connection.execute(
                sa.insert(Base.metadata.tables["orders"]), [{"id": 1, "per%cent": "Åse"}, {"id": 2, "per%cent": None}]
            )
            found = set(await connection.scalars(sa.select(Order.id).where(condition(NAMED))))
        await engine.dispose()
        return found

    assert asyncio.run(ask()) == {1}


def test_a_statement_is_shown_as_sqlite_would_have_it() -> None:
    assert str(sa.select(Order.id).where(condition(Compare(DAY, Op.EQ, NOON.date())))) == (
        "SELECT orders.id \nFROM orders \nWHERE (orders.day = :filter_1)"
    )


def test_an_expression_may_be_a_place(session: orm.Session) -> None:
    longest = sa.func.length(Order.name) + 0
    target = pq.target("sqlalchemy", pq.Schema(ID, COUNT), table=Order, columns={"count": longest})
    assert set(session.scalars(sa.select(Order.id).where(pq.compile(Compare(COUNT, Op.GT, 3), target)))) == {2}


# --- one statement for each shape


def test_filters_of_one_shape_are_compiled_once(engine: sa.Engine) -> None:
    def ask(where: Expression) -> list[str]:
        with engine.connect() as connection:
            cached = connection.execution_options(compiled_cache=cache)
            found = set(cached.scalars(sa.select(Order.id).where(pq.compile(where, TARGET))))
        assert found == selected(where)
        return [compiled.string for compiled in cache.values()]

    cache: dict[Anything, Anything] = {}
    texts = ask(And((Compare(NAME, Op.GT, "a"), Compare(DAY, Op.LT, NOON.date()), Not(RED))))
    assert len(texts) == 1
    assert ask(And((Compare(NAME, Op.GT, "Z"), Compare(DAY, Op.LT, dt.date(1, 1, 2)), Not(RED)))) == texts
    assert (
        ask(And((Compare(NAME, Op.IN, ("a", "Åse")), Not(RED))))[1:]
        == ask(And((Compare(NAME, Op.IN, ("a",)), Not(RED))))[1:]
    )
    assert len(ask(Compare(NAME, Op.CONTAINS, ""))) == len(ask(Compare(NAME, Op.CONTAINS, "e"))) - 1


def test_a_prepared_statement_is_built_once_for_each_shape(session: orm.Session) -> None:
    assert isinstance(TARGET, SqlAlchemyTarget)
    orders = TARGET.prepare(sa.select(Order.id).where(Order.id < sa.bindparam("below")))
    filters = [Compare(NAME, Op.STARTSWITH, "Å"), Compare(NAME, Op.STARTSWITH, "å"), Compare(COUNT, Op.EQ, 7)]
    statements = []
    for where in filters:
        for given in (where, condition(where)):
            statement, parameters = orders(given)
            statements.append(statement)
            assert set(session.scalars(statement, {**parameters, "below": 9})) == selected(where)
    assert len({id(statement) for statement in statements}) == 2


def test_shapes_and_statements_are_forgotten_when_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("paramql.backends.sqlalchemy.target._MOST_FORMS", 2)
    monkeypatch.setattr("paramql.backends.sqlalchemy.prepared._MOST_STATEMENTS", 1)
    target = pq.target("sqlalchemy", pq.Schema(ID))
    assert isinstance(target, SqlAlchemyTarget)
    shapes = [Compare(ID, op, 1) for op in (Op.GT, Op.LT, Op.EQ)]
    first, second, third = (target.asked(where).form for where in shapes)
    assert target.asked(shapes[2]).form is third
    assert target.asked(shapes[0]).form is not first
    assert target.asked(shapes[1]).form is not second
    numbers: Anything = target.prepare(sa.select(sa.column("id")))
    one, _ = numbers(shapes[1])
    assert numbers(shapes[1])[0] is one
    numbers(shapes[2])
    assert numbers(shapes[1])[0] is not one


# --- pages

ORDERS = [
    "desc:placed",
    "customer.name",
    "desc:customer.name,price",
    "closed,desc:day",
    "desc:units,weight",
    "ticket",
    "desc:ticket",
    "count",
    "desc:score,count",
]
Fetch = Callable[[orm.Session, Anything], list[Anything]]
STATEMENTS: dict[str, tuple[Target, Anything, Fetch]] = {
    "entities": (TARGET, sa.select(Order), lambda session, asked: list(session.scalars(asked))),
    "rows with entities": (
        TARGET,
        sa.select(Order, sa.literal(1)),
        lambda session, asked: list(session.execute(asked)),
    ),
    "aliased entities": (
        TARGETS["alias of the class"][0],
        sa.select(ALIAS),
        lambda session, asked: list(session.scalars(asked)),
    ),
    "rows of columns": (
        TARGET,
        sa.select(*(getattr(Order, column.key) for column in orm.class_mapper(Order).column_attrs)),
        lambda session, asked: list(session.execute(asked)),
    ),
    "rows of a table": (
        TARGETS["table"][0],
        sa.select(Order.__table__),
        lambda session, asked: list(session.connection().execute(asked)),
    ),
    "mappings": (
        TARGETS["alias of the table"][0],
        sa.select(T1),
        lambda session, asked: list(session.connection().execute(asked).mappings()),
    ),
}


@pytest.mark.parametrize("kind", STATEMENTS)
@pytest.mark.parametrize("order", ORDERS)
def test_pages_hold_each_row_once_in_one_order(session: orm.Session, order: str, kind: str) -> None:
    target, statement, rows = STATEMENTS[kind]
    everything = pq.paginate(RECORDS, SCHEMA.parse(f"order={order}")).items
    for size in (1, 2, 3, 5):
        text: str | None = f"order={order}&size={size}"
        found = []
        while text:
            query = SCHEMA.parse(text)
            page = pq.page(query, target)
            asked = statement.where(page.where).order_by(*page.order_by).limit(page.limit)
            result = page.finish(rows(session, asked))
            found += [number_of(item) for item in result.items]
            text = pq.link(query, result.next_token) if result.next_token else None
        assert found == [record["id"] for record in everything]


def number_of(item: Anything) -> int:
    """The id of an entity, of a row with one, of a row of columns, of a mapping."""
    while not hasattr(item, "id"):
        item = item["id"] if "id" in getattr(item, "keys", tuple)() else item[0]
        if isinstance(item, int):
            return item
    return int(item.id)


def test_a_page_needs_what_it_is_sorted_by(session: orm.Session) -> None:
    query = SCHEMA.parse("order=placed&size=1")
    page = pq.page(query, TARGET)
    with pytest.raises(TypeError, match=r"the page needs Order\.placed of its rows"):
        page.finish(session.execute(sa.select(Order.name, Order.day).where(page.where)))
    with pytest.raises(TypeError, match=r"the page needs Order\.placed"):
        page.finish([object(), object()])


def test_a_sort_value_that_is_not_of_its_type_is_none() -> None:
    order = SCHEMA.parse("order=score,count").order
    assert TARGET.position({"document": '{"in": {"score": "x", "count": 5.0}}', "id": 1}, order) == (None, None, 1)
    assert TARGET.position(Order(id=2, document={"in": []}), order) == (None, None, 2)


def test_what_a_type_is_coerced_to_has_the_sort_value_of_its_column() -> None:
    placed = sa.type_coerce(Order.placed, sa.DateTime())
    target = pq.target("sqlalchemy", pq.Schema(PLACED), table=Order, columns={"placed": placed})
    order = pq.Schema(PLACED, order="placed").parse("").order
    assert target.position(Order(placed=NOON.replace(tzinfo=None)), order) == (NOON,)
