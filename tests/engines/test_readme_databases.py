"""The ten lines that README shows for each driver are run on a real database, page by page to the end."""

from __future__ import annotations

import datetime as dt
import itertools
import re
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any as Anything

import pytest

import paramql as pq
from paramql.testing import databases

README = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```python\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
FILTER = "customer=icontains:å&size=3"


def block_with(start: str) -> str:
    """The block of README that begins so."""
    (found,) = [block for block in BLOCKS if block.startswith(start)]
    return str(found)


def names_of_readme() -> dict[str, Anything]:
    """What the blocks before have defined."""
    names: dict[str, Anything] = {"pq": pq}
    exec(block_with("import secrets"), names)
    return names


def rows() -> list[dict[str, Anything]]:
    """Orders with ties in time, some without a customer."""
    noon = dt.datetime(2026, 5, 1, 12, tzinfo=dt.UTC)
    customers = itertools.cycle(["Åse", None, "Bo", "Ståle"])
    return [
        {"id": number, "customer": next(customers), "placed": noon + dt.timedelta(seconds=number // 5)}
        for number in range(40)
    ]


EXPECTED = [row["id"] for row in reversed(rows()) if "å" in (row["customer"] or "").casefold()]


def walk(list_orders: Callable[[str], dict[str, Anything]]) -> Iterator[int]:
    """The ids of all pages."""
    link: str | None = FILTER
    while link is not None:
        answer = list_orders(link)
        assert 0 < len(answer["orders"]) <= 3
        for order in answer["orders"]:
            yield order["id"] if isinstance(order, dict) else order.id
        link = answer["next"]


def fill(database: databases.Database, target: Anything) -> None:
    """The table with its rows."""
    database.clear()
    for statement in target.create():
        database.run(statement)
    for row in rows():
        database.insert("orders", target.row(row))


@pytest.mark.parametrize(("start", "name"), [("# psycopg", "postgresql"), ("# PyMySQL", "mariadb")])
def test_the_lines_for_a_database_server_give_every_page(start: str, name: str) -> None:
    if reason := databases.missing(name):
        pytest.skip(reason)
    database = databases.opened(name)
    names = names_of_readme() | {"connection": database.connection}
    names |= {driver: pytest.importorskip(driver) for driver in ("psycopg", "pymysql")}
    import psycopg.rows  # noqa: F401
    import pymysql.cursors  # noqa: F401

    exec(block_with(start), names)
    fill(database, names["table"])
    assert list(walk(names["list_orders"])) == EXPECTED


def test_the_lines_for_sqlite_give_every_page() -> None:
    connection = sqlite3.connect(":memory:")
    names = names_of_readme() | {"connection": connection, "sqlite3": sqlite3}
    exec(block_with("# sqlite3"), names)
    for statement in names["table"].create():
        connection.execute(statement)
    for row in rows():
        stored = names["table"].row(row)
        connection.execute(f"INSERT INTO orders ({','.join(stored)}) VALUES (?, ?, ?)", tuple(stored.values()))
    assert list(walk(names["list_orders"])) == EXPECTED
    connection.close()


def test_the_lines_for_mongodb_give_every_page() -> None:
    pytest.importorskip("pymongo")
    from paramql.testing.engines_mongodb import client

    collection = client()["paramql_tests"]["readme"]
    names = names_of_readme() | {"collection": collection}
    exec(block_with("# PyMongo"), names)
    collection.drop()
    collection.insert_many([names["table"].document(row) for row in rows()])
    assert list(walk(names["list_orders"])) == EXPECTED
    collection.drop()


def test_the_lines_for_sqlalchemy_give_every_page() -> None:
    sqlalchemy = pytest.importorskip("sqlalchemy")
    from sqlalchemy import orm

    class Base(orm.DeclarativeBase):
        pass

    class Order(Base):
        __tablename__ = "orders"
        id = sqlalchemy.Column(sqlalchemy.Integer, primary_key=True)
        customer = sqlalchemy.Column(sqlalchemy.Text)
        placed = sqlalchemy.Column(sqlalchemy.Text, nullable=False)

    engine = sqlalchemy.create_engine("sqlite://")
    Base.metadata.create_all(engine)
    names = names_of_readme() | {"engine": engine, "Order": Order, "sqlalchemy": sqlalchemy}
    exec(block_with("# SQLAlchemy"), names)
    stored = pq.target("sqlite", names["orders"], table="orders")
    with orm.Session(engine) as session:
        session.add_all(Order(**stored.row(row)) for row in rows())
        session.commit()
    assert list(walk(names["list_orders"])) == EXPECTED
    engine.dispose()
