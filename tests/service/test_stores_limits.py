"""What a store gives a reader of time and of memory: statements that take too long, and those that would be kept."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import paramql as pq
from asked_instances import SCHEMA, documents, filled, kept, missing, url
from faults import ENDLESS
from paramql.instances.stores import layout, opened
from paramql.server import TimedOut
from paramql.server.stores.postgresql import Postgresql
from paramql.server.stores.sql import SqlStore
from paramql.server.stores.sqlite import Sqlite

DOCUMENTS = documents(8)


@pytest.mark.parametrize("kind", ENDLESS)
def test_a_statement_that_takes_too_long_is_stopped(kind: str) -> None:
    if reason := missing(kind):
        pytest.skip(reason)
    store: Any = opened(url(kind, "paramql_stores"), SCHEMA, 0.2)
    for _ in range(2):
        with pytest.raises(TimedOut), store.driver.reading() as session:
            session.rows(ENDLESS[kind])
    store.check()
    store.close()


def test_a_statement_of_mongodb_that_takes_too_long_is_stopped() -> None:
    """It looks at its clock every some documents, of which each takes it some thousandths of a second."""
    if reason := missing("mongodb"):
        pytest.skip(reason)
    at = url("mongodb", "paramql_stores")
    filled(at, documents(400)).close()
    store: Any = opened(at, SCHEMA, 20)  # seconds for the network, which shares a processor with the server
    store._timeout = 50  # milliseconds
    page = pq.page(SCHEMA.parse("size=5"), store.target)
    adding = {"$reduce": {"input": {"$range": [0, 1_000]}, "initialValue": 0, "in": {"$add": ["$$value", "$$this"]}}}
    started = time.monotonic()
    with pytest.raises(TimedOut):
        store.find(replace(page, where={"$expr": {"$lt": [adding, 0]}}), 0)
    assert time.monotonic() - started < 10
    store._timeout = 20_000
    assert len(store.find(page, 0).rows) == page.limit
    store.close()


def test_sqlite_is_stopped_between_two_long_texts() -> None:
    """Each of these takes it some hundredths of a second, and twenty steps."""
    numbers = "WITH n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n WHERE n < 40)"
    driver = Sqlite(timeout=0.2)
    with pytest.raises(TimedOut), driver.reading() as session:
        session.rows(f"{numbers} SELECT count(*) FROM n WHERE ? || n GLOB ?", ["k" * 20_000, f"*{'k' * 1000}q*"])
    driver.close()


@pytest.mark.parametrize(
    ("kind", "clause"),
    [("mariadb", "data.dataType:in:(model,w{})"), ("postgresql", "not(excludeConfirmedBy:in:(digdir,w{}))")],
)
def test_a_plan_that_takes_too_long_is_stopped(kind: str, clause: str) -> None:
    """EXPLAIN does no more than that: of so many lists, for seconds."""
    if reason := missing(kind):
        pytest.skip(reason)
    at = url(kind, "paramql_stores")
    filled(at, documents(200)).close()
    store: Any = opened(at, SCHEMA, 0.2)
    clauses = ",".join(clause.format(n) for n in range(31))
    sql = store.layout.select(pq.page(SCHEMA.parse(f"org=digdir&filter=and({clauses})"), store.target))

    def planned() -> None:
        with store.driver.reading() as session:
            if kind == "postgresql":  # which is told to try few orders of lists, and then is done in time
                session.run("SET LOCAL join_collapse_limit = 8")
            session.rows(f"EXPLAIN {sql.text}", sql.params)

    with pytest.raises(TimedOut):
        planned()
    store.close()


def test_postgresql_plans_many_lists_nearly_as_they_are_written() -> None:
    """In all orders it takes seconds, and of sixty a gigabyte of memory."""
    if reason := missing("postgresql"):
        pytest.skip(reason)
    store: Any = filled(url("postgresql", "paramql_stores"), documents(200))
    clauses = ",".join(f"any(data,size:gt:{n})" for n in range(30))
    sql = store.layout.select(pq.page(SCHEMA.parse(f"org=digdir&filter=and({clauses})"), store.target))

    def planned(*settings: str) -> float:
        with store.driver.reading() as session:
            for setting in settings:
                session.run(setting)
            [row] = session.rows(f"EXPLAIN (SUMMARY, FORMAT JSON) {sql.text}", sql.params)
            return float(row["QUERY PLAN"][0]["Planning Time"])

    assert planned() < planned("SET LOCAL join_collapse_limit = 8") / 4
    store.close()


def test_postgresql_compiles_nothing_to_machine_code() -> None:
    """No limit of time holds while it does. Here it would whatever is asked, and each of these for seconds."""
    if reason := missing("postgresql-icu"):  # PyPI's cannot
        pytest.skip(reason)
    at = url("postgresql-icu", "paramql_stores") + "%20-cjit%3Don"
    at += "".join(f"%20-cjit_{name}above_cost%3D0" for name in ("", "optimize_", "inline_"))
    store: Any = filled(at, DOCUMENTS)
    store.close()
    store = opened(at, SCHEMA, 1.0)
    texts = [f"EXISTS (SELECT 1 FROM confirmations WHERE instance = id AND instance = '{n}')" for n in range(300)]
    with store.driver.reading() as session:
        assert session.rows("SELECT pg_jit_available() AS compiles, current_setting('jit') AS jit") == [
            {"compiles": False, "jit": "off"}
        ]
        assert session.rows(f"SELECT count(*) AS n FROM instances WHERE {' OR '.join(texts)}") == [{"n": 0}]
    clauses = ",".join(f"excludeConfirmedBy:w{n}" for n in range(60))
    page = pq.page(SCHEMA.parse(f"size=2&filter=or({clauses})"), store.target)
    assert store.find(page, None).total == len(DOCUMENTS)
    with store.driver.writing() as session:
        assert session.rows("SHOW jit") == [{"jit": "off"}]
    store.close()


def test_sqlite_keeps_no_statement_of_a_large_filter() -> None:
    """Each takes about a megabyte as long as it is kept, for each connection and each shape of a filter."""
    if not (status := Path("/proc/self/status")).exists():
        pytest.skip("only Linux says how much memory a process has")
    made = Sqlite()

    def resident() -> int:
        return int(status.read_text().partition("VmRSS:")[2].split()[0]) // 1024

    def ask(shape: int) -> None:
        found = [f"EXISTS (SELECT {shape} FROM sqlite_schema WHERE name = '{n}')" for n in range(900)]
        with made.reading() as session:
            assert session.rows(f"SELECT {' + '.join(found)} AS n") == [{"n": 0}]

    ask(0)
    before = resident()
    for shape in range(1, 120):
        ask(shape)
    grown = resident() - before
    made.close()
    assert grown < 20, f"{grown} MB"


def test_postgresql_keeps_no_statement_of_a_large_filter() -> None:
    if reason := missing("postgresql"):
        pytest.skip(reason)
    driver = Postgresql(url("postgresql", "paramql_stores").replace("+psycopg", ""), most=1)
    store = SqlStore(layout("postgresql", SCHEMA), driver)
    clauses = ",".join(f"excludeConfirmedBy:w{n}" for n in range(60))
    for query in ("org=digdir", f"filter=or({clauses})"):
        for _ in range(8):
            kept(store, query)
    with store.driver.reading() as session:
        prepared = [one["statement"] for one in session.rows("SELECT statement FROM pg_prepared_statements")]
    assert [one for one in prepared if '"org" = $1' in one]
    assert max(map(len, prepared)) < 5000
    store.close()
