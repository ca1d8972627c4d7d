"""Stores: what is put is found, replaced whole and kept with how far its file was read; what goes wrong is named."""

from __future__ import annotations

import itertools
import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Event
from typing import Any

import psycopg
import pymysql
import pytest
from pymongo.collection import Collection
from pymongo.errors import (
    BulkWriteError,
    ConnectionFailure,
    CursorNotFound,
    ExecutionTimeout,
    OperationFailure,
    WTimeoutError,
)
from pymysql.err import InternalError, OperationalError

import orders
import paramql as pq
from asked_instances import SCHEMA, STORES, documents, filled, missing, url
from faults import ENDLESS
from paramql.instances import load
from paramql.instances.stores import layout, opened
from paramql.server import Full, Mark, Mismatch, TimedOut, Unavailable
from paramql.server.stores import mariadb, postgresql, sqlite
from paramql.server.stores.mariadb import Mariadb
from paramql.server.stores.mongodb import MongoStore
from paramql.server.stores.postgresql import Postgresql
from paramql.server.stores.sql import SqlStore
from paramql.server.stores.sqlite import Sqlite

DOCUMENTS = documents(8)


@pytest.fixture(params=STORES, name="kind")
def _kind(request: pytest.FixtureRequest) -> str:
    if reason := missing(request.param):
        pytest.skip(reason)
    return str(request.param)


@pytest.fixture(name="at")
def _at(kind: str) -> str:
    return url(kind, "paramql_stores")


def keys(store: Any, query: str = "") -> list[str]:
    page = pq.page(SCHEMA.parse(f"size=1000&{query}"), store.target)
    return [json.loads(row["document"])["id"] for row in store.find(page, None).rows]


def test_records_are_kept_replaced_and_marked(at: str) -> None:
    store: Any = filled(at, DOCUMENTS)
    store.put([])
    one = next(one for one in DOCUMENTS if one["data"] and one.get("completeConfirmations"))
    bare = one | {"org": "other", "data": [], "completeConfirmations": []}
    mark = Mark("/a/file", "12 34", 5_000_000_000, 7)
    assert store.mark("/a/file") is None
    store.put([(json.dumps(each), load(each)) for each in (one, bare, DOCUMENTS[-1])], mark)
    store.put([], mark._replace(line=8))
    assert store.mark("/a/file") == mark._replace(line=8)
    assert store.document(one["id"]) == json.dumps(bare)
    assert store.document("nobody's") is None
    assert keys(store, "org=other&data=exists:false&completeConfirmations=exists:false") == [one["id"]]
    assert set(keys(store)) == {each["id"] for each in DOCUMENTS}
    store.close()
    again: Any = opened(at, SCHEMA)
    again.finish("/a/file")
    again.finish(None)
    assert again.mark("/a/file") is None
    assert len(keys(again)) == len(DOCUMENTS)
    again.check()
    again.close()


NO_RECORD: Any = (object(), load(DOCUMENTS[0]) | {"id": "zzz", "created": None})
NO_MARK: Any = Mark("f", "", 1, object())  # type: ignore[arg-type]


@pytest.mark.parametrize(("last", "mark"), [([NO_RECORD], Mark("f", "", 1, 1)), ([], NO_MARK)], ids=["record", "mark"])
def test_a_batch_is_put_wholly_or_not_at_all(at: str, last: list[Any], mark: Mark) -> None:
    """What no driver takes comes last: after the other records, and after all of them."""
    store: Any = filled(at, DOCUMENTS[:2])
    batch = [(json.dumps(each), load(each)) for each in DOCUMENTS]
    with pytest.raises(Exception, match=r".") as raised:
        store.put([*batch, *last], mark)
    assert not isinstance(raised.value, Unavailable)
    assert (len(keys(store)), store.mark("f")) == (2, None)
    store.close()


def test_a_count_stops_at_its_cap_and_is_left_out(at: str) -> None:
    store = filled(at, DOCUMENTS)
    page = pq.page(SCHEMA.parse("size=2"), store.target)
    assert [store.find(page, most).total for most in (None, 3, 0)] == [8, 4, None]
    store.close()


def test_tables_that_were_made_otherwise_are_left_alone(kind: str, at: str) -> None:
    store: Any = opened(at, SCHEMA)
    with pytest.raises(Mismatch, match="made by another version"):
        _otherwise(store, at)
    store.close()


class _CutOff(BaseException):
    """A process ends, for all that the store has a say in it."""


@pytest.mark.parametrize("made", [1, 2, 3, 4, 9, 12])
def test_whoever_made_the_tables_was_cut_off_and_the_next_makes_the_rest(
    kind: str, at: str, made: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """MariaDB keeps each statement that makes something, whatever comes after."""
    if kind == "mongodb":
        monkeypatch.setattr(Collection, "create_index", _dying(Collection.create_index, made))
    else:
        session = {"sqlite": sqlite, "postgresql": postgresql, "mariadb": mariadb}[kind]._Session
        monkeypatch.setattr(session, "run", _dying(session.run, made))
    with pytest.raises(_CutOff):
        opened(at, SCHEMA)
    monkeypatch.undo()
    store: Any = filled(at, DOCUMENTS)
    assert len(keys(store)) == len(DOCUMENTS)
    if kind == "mariadb":
        whole: Any = opened(url(kind, "paramql_stores_whole"), SCHEMA)
        assert _indexed(store) == _indexed(whole)
        whole.close()
    store.close()


def test_tables_that_another_version_began_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    if reason := missing("mariadb"):
        pytest.skip(reason)
    at = url("mariadb", "paramql_stores")
    monkeypatch.setattr(mariadb._Session, "run", _dying(mariadb._Session.run, 5))
    with pytest.raises(_CutOff):
        opened(at, SCHEMA)
    monkeypatch.undo()
    other = layout("mariadb", SCHEMA)
    with pytest.raises(Mismatch, match="made by another version"):
        SqlStore(replace(other, make=(*other.make, "more"), again=(*other.again, "more")), Mariadb(at))


def test_whoever_waits_too_long_to_make_tables_makes_none(monkeypatch: pytest.MonkeyPatch) -> None:
    if reason := missing("mariadb"):
        pytest.skip(reason)
    at = url("mariadb", "paramql_stores")
    monkeypatch.setattr(mariadb, "_STATEMENTS_BY", 0)
    driver = Mariadb(at)
    with driver.making() as session:
        with pytest.raises(Unavailable):
            opened(at, SCHEMA)
        assert not driver.has(session, "instances")
    opened(at, SCHEMA).close()
    driver.close()


def _indexed(store: Any) -> set[str]:
    with store.driver.reading() as session:
        named = "SELECT index_name AS name FROM information_schema.statistics WHERE table_schema = database()"
        return {row["name"] for row in session.rows(named)}


def _dying(run: Any, most: int) -> Any:
    """A function that has been called so often when it ends the process."""
    calls = itertools.count(1)

    def dying(self: Any, text: Any, *given: Any, **named: Any) -> Any:
        made = run(self, text, *given, **named)
        is_making = not isinstance(text, str) or text.startswith(("CREATE", "ALTER"))
        if is_making and next(calls) == most:
            raise _CutOff
        return made

    return dying


@pytest.mark.parametrize("kind", ["sqlite", "postgresql", "mariadb"])
def test_a_table_of_another_program_is_left_alone(kind: str) -> None:
    if reason := missing(kind):
        pytest.skip(reason)
    driver: Any = {"sqlite": Sqlite, "postgresql": Postgresql, "mariadb": Mariadb}[kind]
    at = url(kind, "paramql_stores")
    made = driver(at.replace("+psycopg", "").removeprefix("sqlite:///"))
    with made.writing() as session:
        session.run("CREATE TABLE instances (mine INTEGER)")
    for _ in range(2):
        with pytest.raises(Exception, match="already exists") as raised:
            opened(at, SCHEMA)
        assert not isinstance(raised.value, Unavailable)
    with made.reading() as session:
        assert session.rows("SELECT * FROM instances") == []
    made.close()


def test_whoever_finds_its_tables_writes_nothing(tmp_path: Path) -> None:
    """Another is writing, for longer than one waits."""
    at = f"sqlite:///{tmp_path / 'x.db'}"
    store: Any = filled(at, DOCUMENTS)
    with store.driver.writing():
        again: Any = opened(at, SCHEMA, 0.1)
    assert len(keys(again)) == len(DOCUMENTS)
    again.close()
    store.close()


def _otherwise(store: Any, at: str) -> Any:
    if isinstance(store, MongoStore):
        return MongoStore(at, store.target, [["org"]])
    return SqlStore(replace(store.layout, make=(*store.layout.make, "more")), store.driver)


def test_several_that_start_at_once_make_the_tables_once(at: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        stores: list[Any] = list(pool.map(lambda _: opened(at, SCHEMA), range(4)))
    stores[0].put([(json.dumps(each), load(each)) for each in DOCUMENTS])
    assert [len(keys(store)) for store in stores] == [8, 8, 8, 8]
    for store in stores:
        store.close()


def test_pages_are_read_while_batches_are_put(at: str) -> None:
    store: Any = opened(at, SCHEMA, 60)
    page, done = pq.page(SCHEMA.parse("size=3"), store.target), Event()

    def totals() -> list[int]:
        found = [0]
        while not done.is_set():
            found.append(store.find(page, None).total)
        return found

    with ThreadPoolExecutor(2) as pool:
        readers = [pool.submit(totals) for _ in range(2)]
        for seed in range(6):
            store.put([(json.dumps(each), load(each)) for each in documents(5, seed)])
        done.set()
    for reader in readers:
        assert reader.result() == sorted(reader.result())
        assert isinstance(store, MongoStore) or {total % 5 for total in reader.result()} == {0}
    assert len(keys(store)) == 30
    store.close()


# --- time, and what is not there


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
    with pytest.raises(TimedOut), store.driver.reading() as session:
        session.rows(f"EXPLAIN {sql.text}", sql.params)
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


@pytest.mark.parametrize(
    "address", ["postgresql://nobody@127.0.0.1:1/x", "mariadb://127.0.0.1:1/x", "mongodb://127.0.0.1:1"]
)
def test_a_database_that_is_not_there_is_unavailable(address: str) -> None:
    with pytest.raises(Unavailable):
        opened(address, SCHEMA, 0.2)


@pytest.mark.parametrize("driver", [Sqlite, Postgresql, Mariadb])
def test_a_pool_without_a_free_connection_is_unavailable(driver: Any) -> None:
    kind = driver.__name__.lower()
    if reason := missing(kind):
        pytest.skip(reason)
    address = url(kind, "paramql_stores").replace("+psycopg", "")
    made = driver(address.removeprefix("sqlite:///"), 0.1, 1)
    with made.reading(), pytest.raises(Unavailable), made.reading():
        raise AssertionError
    made.close()


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


def test_sqlite_says_so_where_another_writes(tmp_path: Path) -> None:
    one, other = (Sqlite(str(tmp_path / "x.db"), wait=0.05) for _ in range(2))
    with one.writing(), pytest.raises(Unavailable), other.writing():
        raise AssertionError
    with pytest.raises(Exception, match="syntax"), one.writing() as session:
        session.run("no SQL")
    one.close()
    other.close()


def test_a_connection_that_mariadb_has_dropped_is_made_anew() -> None:
    if reason := missing("mariadb"):
        pytest.skip(reason)
    made = Mariadb(url("mariadb", "paramql_stores"))
    with made.reading() as session, made.reading() as second:
        numbers = [one.rows("SELECT CONNECTION_ID() AS id")[0]["id"] for one in (session, second)]
    other = Mariadb(url("mariadb", "paramql_stores"))
    with other.writing() as session:
        for number in numbers:
            session.run(f"KILL {number}")
    with made.reading() as session:
        assert session.rows("SELECT 1 AS one") == [{"one": 1}]
    with pytest.raises(pymysql.err.ProgrammingError), made.reading() as session:
        session.rows("no SQL")
    with pytest.raises(pymysql.err.OperationalError), made.reading() as session:
        session.rows("SELECT no_such_column")
    made.close()
    other.close()


def test_postgresql_keeps_nothing_of_a_failure() -> None:
    if reason := missing("postgresql"):
        pytest.skip(reason)
    made = Postgresql(url("postgresql", "paramql_stores").replace("+psycopg", ""))
    with pytest.raises(psycopg.errors.SyntaxError), made.writing() as session:
        _ = session.run("CREATE TABLE x (x int)"), session.run("no SQL")
    with made.reading() as session:
        assert not made.has(session, "x")
    made.close()


def test_postgresql_keeps_no_statement_of_a_large_filter() -> None:
    if reason := missing("postgresql"):
        pytest.skip(reason)
    driver = Postgresql(url("postgresql", "paramql_stores").replace("+psycopg", ""), most=1)
    store = SqlStore(layout("postgresql", SCHEMA), driver)
    clauses = ",".join(f"excludeConfirmedBy:w{n}" for n in range(60))
    for query in ("org=digdir", f"filter=or({clauses})"):
        for _ in range(8):
            keys(store, query)
    with store.driver.reading() as session:
        kept = [one["statement"] for one in session.rows("SELECT statement FROM pg_prepared_statements")]
    assert [one for one in kept if '"org" = $1' in one]
    assert max(map(len, kept)) < 5000
    store.close()


class _Raising:
    """A collection, or a client, that raises whatever is asked of it."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def __getattr__(self, name: str) -> Any:
        raise self._error


_WRITES = {"writeErrors": [{"code": 14031, "index": 3}]}
RAISED: list[tuple[Exception, type[Exception]]] = [
    (ExecutionTimeout("slow"), TimedOut),
    (OperationFailure("killed", 11601), TimedOut),
    (ConnectionFailure("gone"), Unavailable),
    (CursorNotFound("of a server that was there before", 43), Unavailable),
    (OperationFailure("no space left", 14031), Full),
    (BulkWriteError(_WRITES), Full),
    (OperationFailure("internal server error", 1), Unavailable),
    (OperationFailure("too many files open", 264), Unavailable),
    (OperationFailure("time limit exceeded", 262), TimedOut),
    (WTimeoutError("waiting for replication", 64), Unavailable),
    (BulkWriteError({"writeErrors": [], "writeConcernErrors": [{"code": 64}]}), Unavailable),
    (OperationFailure("no such operator", 2), OperationFailure),
]


@pytest.mark.parametrize(("raised", "named"), RAISED)
def test_what_mongodb_raises_is_named(raised: Exception, named: type[Exception]) -> None:
    if reason := missing("mongodb"):
        pytest.skip(reason)
    store: Any = filled(url("mongodb", "paramql_stores"), DOCUMENTS[:1])
    store._records = _Raising(raised)
    with pytest.raises(named):
        keys(store)
    store.close()


NUMBERED: list[tuple[Exception, type[Exception]]] = [
    (OperationalError(1969, "max_statement_time exceeded"), TimedOut),
    (OperationalError(1205, "Lock wait timeout exceeded"), Unavailable),
    (OperationalError(1290, "The MariaDB server is running with the --read-only option"), Unavailable),
    (OperationalError(1021, "Disk full"), Full),
    (InternalError(3, 'Error writing file "/tmp/x" (Errcode: 28 "No space left on device")'), Full),
    (InternalError(3, 'Error writing file "/tmp/x" (Errcode: 5 "Input/output error")'), Unavailable),
    (InternalError("Packet sequence number wrong - got 1 expected 2"), Unavailable),
    (OperationalError(1045, "Access denied"), OperationalError),
]


@pytest.mark.parametrize(("raised", "named"), NUMBERED)
def test_what_mariadb_raises_is_named(raised: Exception, named: type[Exception]) -> None:
    with pytest.raises(named), mariadb._translated():
        raise raised


def test_parameters_of_a_mariadb_url() -> None:
    if reason := missing("mariadb"):
        pytest.skip(reason)
    at = url("mariadb", "paramql_stores")
    opened(f"{at}&charset=UTF8MB4&connect_timeout=5&ssl_disabled=true", SCHEMA).close()


@pytest.mark.parametrize("name", ["bogus=1", "charset=latin1", "connect_timeout=x", "ssl_disabled=maybe", "password=k"])
def test_a_parameter_that_a_mariadb_url_does_not_take_is_told_without_its_value(name: str) -> None:
    with pytest.raises(ValueError, match=f"'{name.partition('=')[0]}' is wrong in the URL") as raised:
        opened(f"mariadb://root@nowhere/x?{name}", SCHEMA)
    assert name not in str(raised.value)


class _Alone:
    """A server that stands alone has no transactions."""

    def __init__(self, client: Any) -> None:
        self.admin, self.close = self, client.close

    def command(self, _: str) -> dict[str, Any]:
        return {}


def test_without_transactions_batches_are_put_all_the_same() -> None:
    if reason := missing("mongodb"):
        pytest.skip(reason)
    store: Any = filled(url("mongodb", "paramql_stores"), [])
    store._client = _Alone(store._client)
    store.put([(json.dumps(each), load(each)) for each in DOCUMENTS], Mark("f", "", 1, 1))
    assert (len(keys(store)), store.mark("f")) == (8, Mark("f", "", 1, 1))
    store.close()


def test_a_url_without_a_store_is_refused() -> None:
    with pytest.raises(ValueError, match=r"no store 'oracle'; URLs begin with sqlite, postgresql"):
        opened("oracle://x:y@host/z")


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("sqlite", "no store 'sqlite'"),
        ("sqlite:x.db", "what begins with 'sqlite:' is no URL of a database: sqlite://"),
        ("mariadb:", "'mariadb:' is no URL"),
        ("sqlite:///file:x?mode=ro&uri=true", "takes no parameters"),
    ],
)
def test_what_is_no_url_is_refused(address: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        opened(address)


# --- any schema


@pytest.fixture(name="shop", params=["postgresql", "mariadb"])
def _shop(request: pytest.FixtureRequest) -> Iterator[SqlStore]:
    if reason := missing(request.param):
        pytest.skip(reason)
    address = url(request.param, "paramql_shop")
    driver = Postgresql(address.replace("+psycopg", "")) if request.param == "postgresql" else Mariadb(address)
    store = SqlStore(orders.layout(request.param), driver)
    yield store
    store.close()


def test_a_schema_with_an_integer_for_a_key(shop: SqlStore) -> None:
    shop.put([orders.put(document) for document in orders.DOCUMENTS])
    shop.finish(None)
    page = pq.page(orders.ORDERS.parse("lines.sku=s7&size=5"), shop.target)
    [row] = shop.find(page, None).rows
    assert row["id"] == 7
    assert shop.document(7) == orders.put(orders.DOCUMENTS[7])[0]
