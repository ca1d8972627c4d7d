"""Where fields may live in SQLAlchemy's tables and classes, how its types store them, and what is refused when."""

from __future__ import annotations

import datetime as dt
from typing import Any as Anything

import pytest
import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects import mysql, postgresql, sqlite
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Mapped, mapped_column

import paramql as pq
from paramql.ast import Any, Compare, Op
from paramql.backends import CapabilityError, load
from paramql.backends.sqlalchemy import Related, SqlAlchemyTarget
from paramql.declare import Field

POSTGRESQL, SQLITE = postgresql.dialect(), sqlite.dialect()  # type: ignore[no-untyped-call]
MARIADB = sa.create_engine("mariadb+pymysql://").dialect
MARIADB.supports_native_uuid = True  # as it finds when it connects
DUCKDB = sa.create_engine("duckdb://").dialect


def made(field: Field, type_: Anything, **options: Anything) -> SqlAlchemyTarget:
    """A target of one field in a column `c`."""
    table = sa.Table("t", sa.MetaData(), sa.Column("c", type_))
    target = pq.target("sqlalchemy", pq.Schema(field), table=table, columns={field.name: options.get("place", "c")})
    assert isinstance(target, SqlAlchemyTarget)
    return target


def stored(type_: Anything, column: Anything, dialect: Dialect, place: Anything = "c") -> tuple[str | None, str]:
    """The storage that a column is on a dialect, and how it is read."""
    field = Field("f", type_)
    aimed = made(field, column, place=place).aimed(dialect)
    found: Anything = aimed.scope([field]).places
    return found["f"].storage, aimed.reads[0].format(v="c")


LISTED, WORDS = pq.ListOf(pq.Text()), pq.Choice("a", "b")
ENUM = sa.Enum("a", "b", "c", name="words")
SHORT = sqlite.DATETIME(truncate_microseconds=True)  # type: ignore[no-untyped-call]
GERMAN = sqlite.DATE(storage_format="%(day)02d.%(month)02d.%(year)04d")  # type: ignore[no-untyped-call]
IN_JSON = pq.JsonPath("c", "f")


@pytest.mark.parametrize(
    ("type_", "column", "dialect", "storage"),
    [
        (pq.Text(), sa.String(20), SQLITE, "text"),
        (pq.Text(), sa.Text(collation="binary"), SQLITE, "text"),
        (WORDS, ENUM, SQLITE, None),
        (WORDS, sa.String(), SQLITE, "text"),
        (pq.Uuid(), sa.Uuid(), SQLITE, "hex"),
        (pq.Uuid(), sa.String(36), SQLITE, "text"),
        (pq.Decimal(2, digits=15), sa.Numeric(15, 2), SQLITE, "real"),
        (pq.Decimal(2), sa.BigInteger(), SQLITE, "integer"),
        (pq.Float(), sa.Float(), SQLITE, None),
        (pq.DateTime(), sa.DateTime(), SQLITE, "wall"),
        (pq.DateTime(), sa.String(), SQLITE, "text"),
        (pq.Date(), sa.Date(), SQLITE, None),
        (pq.Date(), sa.String(), SQLITE, "text"),
        (LISTED, sa.JSON(), SQLITE, "json"),
        (LISTED, sa.String(), SQLITE, "json"),
        (pq.Text(), sa.types.NullType(), SQLITE, None),
        (pq.DateTime(), sa.String().with_variant(sa.DateTime(), "sqlite"), SQLITE, "wall"),
        (pq.Text(), sa.String(), POSTGRESQL, "text"),
        (WORDS, sa.String(), POSTGRESQL, "text"),
        (pq.Integer(), sa.SmallInteger(), POSTGRESQL, None),
        (pq.Boolean(), sa.Boolean(), POSTGRESQL, None),
        (pq.Uuid(), sa.Uuid(), POSTGRESQL, "uuid"),
        (pq.Uuid(), sa.Uuid(native_uuid=False), POSTGRESQL, "hex"),
        (pq.Uuid(), sa.String(36), POSTGRESQL, "text"),
        (pq.Decimal(2), sa.Numeric(18, 2), POSTGRESQL, None),
        (pq.Float(), sa.Float(), POSTGRESQL, None),
        (pq.Float(), sa.Float(53), POSTGRESQL, None),
        (pq.DateTime(), sa.DateTime(timezone=True), POSTGRESQL, "timestamptz"),
        (pq.DateTime(), sa.DateTime(), POSTGRESQL, "timestamp"),
        (LISTED, sa.ARRAY(sa.String()), POSTGRESQL, "array"),
        (LISTED, postgresql.JSONB(), POSTGRESQL, "jsonb"),
        (pq.Text(), sa.Text(), MARIADB, "text"),
        (pq.Text(), sa.String(255, collation="utf8mb4_nopad_bin"), MARIADB, "nopad_bin"),
        (pq.Text(), sa.String(256, collation="utf8mb4_nopad_bin"), MARIADB, "text"),
        (pq.Text(), sa.Text(collation="utf8mb4_nopad_bin"), MARIADB, "text"),
        (pq.Uuid(), sa.Uuid(), MARIADB, "native"),
        (pq.Uuid(), sa.Uuid(native_uuid=False), MARIADB, "hex"),
        (pq.Uuid(), sa.String(36), MARIADB, "char"),
        (pq.Float(), sa.Double(), MARIADB, None),
        (pq.Float(), sa.Float(53), MARIADB, None),
        (pq.DateTime(), mysql.DATETIME(fsp=6), MARIADB, None),
        (LISTED, sa.JSON(), MARIADB, "json"),
        (pq.DateTime(), sa.DateTime(timezone=True), DUCKDB, "timestamptz"),
        (pq.DateTime(), sa.DateTime(), DUCKDB, "timestamp"),
        (pq.Uuid(), sa.Uuid(), DUCKDB, "uuid"),
        (LISTED, sa.ARRAY(sa.Text()), DUCKDB, "list"),
        (LISTED, sa.JSON(), DUCKDB, "json"),
    ],
    ids=lambda value: getattr(value, "name", None) or str(value),
)
def test_a_column_is_a_storage(type_: Anything, column: Anything, dialect: Dialect, storage: str | None) -> None:
    assert stored(type_, column, dialect) == (storage, "c")


@pytest.mark.parametrize(
    ("type_", "column", "place", "read"),
    [
        (pq.Text(), sa.CHAR(2), "c", "CAST(c AS text)"),
        (WORDS, ENUM, "c", "CAST(c AS text)"),
        (LISTED, sa.JSON(), "c", "CAST(c AS jsonb)"),
        (pq.Text(), sa.JSON(), IN_JSON, "CAST(c AS jsonb)"),
        (pq.Text(), postgresql.JSONB(), IN_JSON, "c"),
    ],
    ids=lambda value: getattr(value, "name", None) or str(value),
)
def test_postgresql_reads_some_columns_as_another_type(
    type_: Anything, column: Anything, place: Anything, read: str
) -> None:
    assert stored(type_, column, POSTGRESQL, place)[1] == read


@pytest.mark.parametrize(
    ("type_", "column", "dialect"),
    [
        (pq.Text(), sa.String(collation="NOCASE"), SQLITE),
        (WORDS, sa.Enum("a", "c"), SQLITE),
        (pq.Decimal(2, digits=16), sa.Numeric(16, 2), SQLITE),
        (pq.DateTime(), SHORT, SQLITE),
        (pq.Date(), GERMAN, SQLITE),
        (pq.Text(), postgresql.CITEXT(), POSTGRESQL),
        (pq.DateTime(), sa.String(), POSTGRESQL),
        (pq.Float(), sa.REAL(), POSTGRESQL),
        (pq.Float(), sa.Float(24), POSTGRESQL),
        (LISTED, sa.String(), POSTGRESQL),
        (LISTED, sa.ARRAY(sa.CHAR(2)), POSTGRESQL),
        (pq.ListOf(pq.DateTime()), sa.ARRAY(sa.DateTime()), POSTGRESQL),
        (pq.ListOf(pq.Record(Field("a", pq.Text()))), sa.ARRAY(sa.JSON()), POSTGRESQL),
        (pq.Float(), sa.Float(), MARIADB),
        (pq.DateTime(), sa.TIMESTAMP(), MARIADB),
        (pq.Float(), sa.Float(), DUCKDB),
    ],
    ids=lambda value: getattr(value, "name", None) or str(value),
)
def test_what_a_column_cannot_hold_exactly_is_refused_where_it_is_asked(
    type_: Anything, column: Anything, dialect: Dialect
) -> None:
    with pytest.raises(CapabilityError, match=f"on {dialect.name} cannot compare 'f' exactly"):
        stored(type_, column, dialect)


@pytest.mark.parametrize("name", ["mssql", "oracle", "mysql"])
def test_a_dialect_that_is_not_known_is_refused_by_its_name(name: str) -> None:
    where = pq.compile(Compare(Field("f", pq.Text()), Op.EQ, "a"), "sqlalchemy")
    with pytest.raises(CapabilityError, match=f"dialect '{name}'"):
        sa.select(sa.column("f")).where(where).compile(dialect=sa.engine.url.URL.create(name).get_dialect()())


def test_a_mysql_dialect_that_found_mariadb_is_one_of_mariadb() -> None:
    dialect = mysql.dialect()
    dialect.is_mariadb = True
    assert stored(pq.Text(), sa.String(), dialect) == ("text", "c")


def test_one_field_that_is_refused_does_not_stand_in_the_way_of_another() -> None:
    table = sa.Table("t", sa.MetaData(), sa.Column("fine", sa.Integer), sa.Column("rough", sa.Float))
    fine, rough = Field("fine", pq.Integer()), Field("rough", pq.Float())
    target = pq.target("sqlalchemy", pq.Schema(fine, rough), table=table)
    asked = sa.select(table).where(pq.compile(Compare(fine, Op.EQ, 1), target))
    assert "t.fine = " in str(asked.compile(dialect=MARIADB))
    with pytest.raises(CapabilityError, match="rough"):
        asked.where(pq.compile(Compare(rough, Op.EQ, 1.0), target)).compile(dialect=MARIADB)


def test_a_list_in_a_column_without_a_table_may_not_have_the_name_of_what_its_elements_have() -> None:
    where = pq.compile(Any(Field("value", LISTED), Compare(Field("value", LISTED).element, Op.EQ, "a")), "sqlalchemy")
    with pytest.raises(CapabilityError, match="'value' needs a table before it"):
        str(sa.select(sa.column("value")).where(where))


# --- what is wrong with a target is said when it is made


class Base(orm.DeclarativeBase):
    pass


class Instant(sa.types.TypeDecorator[dt.datetime]):
    impl = sa.DateTime
    cache_ok = True


class Child(Base):
    __tablename__ = "child"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    parent_id: Mapped[int] = mapped_column(sa.ForeignKey("parent.id"))
    value: Mapped[str]
    wide = mapped_column(sa.CHAR(2))
    __mapper_args__ = {"polymorphic_on": "kind", "polymorphic_identity": "any"}  # noqa: RUF012 - as SQLAlchemy has it


class Some(Child):
    __mapper_args__ = {"polymorphic_identity": "some"}  # noqa: RUF012


class Joined(Child):
    __tablename__ = "joined"
    id: Mapped[int] = mapped_column(sa.ForeignKey("child.id"), primary_key=True)
    __mapper_args__ = {"polymorphic_identity": "joined"}  # noqa: RUF012


class Parent(Base):
    __tablename__ = "parent"
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(Instant)
    note: Mapped[str]
    first: Mapped[Child] = orm.relationship(viewonly=True, uselist=False)
    tags: Mapped[list[Child]] = orm.relationship(viewonly=True)
    some: Mapped[list[Some]] = orm.relationship(viewonly=True)
    joined: Mapped[list[Joined]] = orm.relationship(viewonly=True)
    chosen: Mapped[list[Child]] = orm.relationship(
        primaryjoin=lambda: (Parent.id == Child.parent_id) & (Child.value > "a"), viewonly=True
    )
    later: Mapped[list[Child]] = orm.relationship(
        primaryjoin=lambda: Parent.id < orm.foreign(Child.parent_id), viewonly=True
    )


TAGS = Field("tags", LISTED)
SCHEMA = pq.Schema(Field("id", pq.Integer(), unique=True), Field("at", pq.DateTime()), TAGS)
COERCED = sa.type_coerce(Parent.at, sa.DateTime())


@pytest.mark.parametrize(
    ("columns", "complaint"),
    [
        ({}, "type of your own"),
        ({"at": COERCED, "nope": "id"}, "columns names no fields: nope"),
        ({"at": "nope"}, "Parent has no attribute 'nope'; it has id"),
        ({"at": Parent.id}, "'at' cannot live in a column of type Integer"),
        ({"at": 5}, "5 is no place"),
        ({"at": Parent.tags}, "'at' is no list"),
        ({"at": COERCED, "tags": Parent.first}, "to all rows of one table"),
        ({"at": COERCED, "tags": Parent.some}, "to all rows of one table"),
        ({"at": COERCED, "tags": Parent.joined}, "to all rows of one table"),
        ({"at": COERCED, "tags": Parent.chosen}, "joined by more than equal columns"),
        ({"at": COERCED, "tags": Parent.later}, "joined by more than equal columns"),
        ({"at": COERCED, "tags": Related(Parent.tags, {"": Parent.note})}, "is no column of child"),
        ({"at": COERCED, "tags": Related(Parent.tags, {"": sa.func.lower(Child.value)})}, "is no column of child"),
        ({"at": COERCED, "tags": Related(Parent.tags, {"x": "id"})}, "the columns of 'tags' name no fields: x"),
        ({"at": COERCED, "tags": pq.Rows("nope", {"a": "id"})}, "no table 'nope' beside parent; there are "),
        ({"at": COERCED, "tags": pq.Rows("child", {"nope": "id"})}, "child has no column 'nope'; it has id"),
        ({"at": COERCED, "tags": pq.Rows("child", {})}, "need a link"),
        ({"at": pq.Column("value", table="child", storage="nope")}, "cannot be stored as 'nope'"),
    ],
)
def test_a_wrong_target_says_what_is_wrong(columns: dict[str, Anything], complaint: str) -> None:
    with pytest.raises(ValueError, match=complaint):
        pq.target("sqlalchemy", SCHEMA, table=Parent, columns=columns).aimed(SQLITE).scope(SCHEMA.fields)  # type: ignore[attr-defined]


def test_a_table_is_something_that_has_columns() -> None:
    with pytest.raises(ValueError, match="table= takes a Table, an alias or a mapped class, not 'parent'"):
        pq.target("sqlalchemy", SCHEMA, table="parent")
    with pytest.raises(ValueError, match="without table= there is no metadata"):
        pq.target("sqlalchemy", SCHEMA, columns={"tags": pq.Rows("child", {"parent_id": "id"})})
    whole = sa.select(Parent.__table__).subquery()
    with pytest.raises(ValueError, match="there are none"):
        pq.target("sqlalchemy", SCHEMA, table=whole, columns={"at": pq.Column("value", table="child")})


def test_a_target_and_a_filter_belong_together() -> None:
    target = pq.target("sqlalchemy", SCHEMA, table=Parent, columns={"at": COERCED})
    with pytest.raises(ValueError, match="no such field 'at'; it was made from another schema"):
        pq.compile(Compare(Field("at", pq.Date()), Op.EQ, dt.date(2019, 5, 1)), target)
    with pytest.raises(ValueError, match="no such field 'other'"):
        pq.compile(Compare(Field("other", pq.Text()), Op.EQ, "a"), target)
    other = pq.target("sqlite", SCHEMA, table="parent")
    with pytest.raises(ValueError, match="made for sqlite, not for sqlalchemy"):
        load("sqlalchemy").compile(Compare(SCHEMA.fields[0], Op.EQ, 1), other)


def test_child_rows_are_read_as_they_are() -> None:
    columns = {"at": COERCED, "tags": Related(Parent.tags, {"": Child.wide})}
    target = pq.target("sqlalchemy", SCHEMA, table=Parent, columns=columns)
    asked = sa.select(Parent.id).where(pq.compile(Any(TAGS, Compare(TAGS.element, Op.EQ, "a")), target))
    assert 't1."wide" = ?' in str(asked.compile(dialect=SQLITE)).replace("`", '"')
    with pytest.raises(CapabilityError, match="cannot compare '' in child rows"):
        asked.compile(dialect=POSTGRESQL)


def test_a_column_of_another_table_is_one_that_the_host_has_joined() -> None:
    columns = {"at": pq.Column("value", table="child", storage="text"), "tags": pq.JsonPath("kind", "t", table="child")}
    target = pq.target("sqlalchemy", SCHEMA, table=Parent.__table__, columns=columns)
    placed = Compare(SCHEMA.fields[1], Op.LT, dt.datetime(2019, 5, 1, tzinfo=dt.UTC))
    asked = sa.select(Parent.id).join(Child).where(pq.compile(placed, target))
    assert "WHERE (child.value < ?)" in str(asked.compile(dialect=SQLITE))
