"""What SQLAlchemy stores otherwise than an engine would by itself is compared as it is stored: in SQLite, in memory."""

from __future__ import annotations

import uuid
from decimal import Decimal as Number
from typing import Any

import pytest
import sqlalchemy as sa

import paramql as pq

SCHEMA = pq.Schema(
    pq.Field("id", pq.Integer(), unique=True),
    pq.Field("key", pq.Uuid()),
    pq.Field("price", pq.Decimal(2, digits=10)),
)
TABLE = sa.Table(
    "t",
    sa.MetaData(),
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("key", sa.Uuid),
    sa.Column("price", sa.Numeric(10, 2)),
)
ROWS: list[dict[str, Any]] = [
    {"id": 1, "key": uuid.UUID(int=10), "price": Number("1.25")},
    {"id": 2, "key": uuid.UUID(int=11), "price": Number("10.5")},
    {"id": 3, "key": None, "price": None},
]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("key=00000000-0000-0000-0000-00000000000a", [1]),
        ("key=ne:00000000-0000-0000-0000-00000000000a", [2, 3]),
        ("key=in:00000000-0000-0000-0000-00000000000a,00000000-0000-0000-0000-00000000000b", [1, 2]),
        ("price=1.25", [1]),
        ("price=gt:1.25", [2]),
        ("price=in:1.25,10.50", [1, 2]),
        ("price=exists:false", [3]),
    ],
)
def test_uuids_without_dashes_and_decimals_as_doubles(query: str, expected: list[int]) -> None:
    engine = sa.create_engine("sqlite://")
    with engine.begin() as connection:
        TABLE.metadata.create_all(connection)
        connection.execute(TABLE.insert(), ROWS)
        stored = connection.exec_driver_sql("SELECT key, typeof(price) FROM t WHERE id = 1").one()
        where = pq.compile(SCHEMA.parse(query).where, pq.target("sqlalchemy", SCHEMA, table=TABLE))
        found = connection.scalars(sa.select(TABLE.c.id).where(where).order_by(TABLE.c.id))
        assert (tuple(stored), list(found)) == (("0000000000000000000000000000000a", "real"), expected)
