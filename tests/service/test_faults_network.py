"""A database that is cut off, away, silent or busy: the service says so and when to ask again, and recovers by itself.

Whoever asks for a page again gets it, and of all pages each match once.
"""

from __future__ import annotations

import os
import resource
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple

import pytest

from asked_instances import SCHEMA, USER, address, client, documents, filled, ids, lines, missing, url
from faults import ENDLESS, MINE, SERVERS, Walk, held, is_unavailable, proxied, unreachable
from paramql.instances import loading
from paramql.instances.loading import Report, load_file
from paramql.instances.stores import opened
from paramql.server import TimedOut, Unavailable
from paramql.server.stores.mariadb import Mariadb
from paramql.server.stores.postgresql import Postgresql
from paramql.server.stores.sqlite import Sqlite
from proxy import Proxy
from served import Client

DOCUMENTS = documents(60)
TIMEOUT = 1.0  # seconds, in which a page of few instances is found on a busy machine, too


class Faulty(NamedTuple):
    """A service, the proxy before its database, and what its party has."""

    kind: str
    proxy: Proxy
    client: Client
    store: Any
    expected: list[str]


@pytest.fixture(name="faulty", params=SERVERS, scope="module")
def _faulty(request: pytest.FixtureRequest) -> Iterator[Faulty]:
    if reason := unreachable(request.param):
        pytest.skip(reason)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("paramql.server.stores.GRACE", 0.3)
        proxy, at = proxied(request.param, "paramql_faults")
        filled(at, DOCUMENTS).close()
        store = opened(at, SCHEMA, TIMEOUT)
        with proxy, client(store) as asked:
            yield Faulty(request.param, proxy, asked, store, ids(asked, MINE, USER))


def test_pages_whose_connection_is_lost_are_asked_for_again_and_each_match_is_met_once(faulty: Faulty) -> None:
    walk, is_more, cuts = Walk(faulty.client, f"{MINE}&size=3"), True, [0, 30, 700, 3000]
    while is_more:
        faulty.proxy.after = cuts[len(walk.found) // 3 % len(cuts)]
        is_more = walk.step()
        assert faulty.proxy.after is None
    assert walk.found == faulty.expected
    assert len(walk.found) > 3 * len(cuts)
    assert walk.refused >= 3 or faulty.kind == "mongodb"  # whose driver asks again itself


def test_connections_that_were_cut_while_nobody_asked_are_not_noticed(faulty: Faulty) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: held(faulty.store), range(8)))
    faulty.proxy.cut()
    assert [Walk(faulty.client, MINE).ask().status_code for _ in range(3)] == [200, 200, 200]


def test_a_database_that_goes_away_between_pages_and_returns(faulty: Faulty) -> None:
    walk = Walk(faulty.client, f"{MINE}&size=7")
    walk.step()
    faulty.proxy.away()
    started = time.monotonic()
    assert walk.ask().status_code == 503
    is_unavailable(faulty.client.get("/health"))
    assert time.monotonic() - started < 8 * TIMEOUT
    faulty.proxy.back()
    assert faulty.client.get("/openapi.json").status_code == 200
    assert walk.end() == faulty.expected
    assert faulty.client.get("/health").status_code == 200


def test_a_network_that_falls_silent_is_given_up(faulty: Faulty) -> None:
    walk, started = Walk(faulty.client, MINE), time.monotonic()
    faulty.proxy.stall()
    assert walk.ask().status_code == 503
    assert time.monotonic() - started < 8 * TIMEOUT
    faulty.proxy.go_on()
    assert walk.end() == faulty.expected


@pytest.mark.parametrize("kind", SERVERS)
def test_a_load_outlasts_a_cut_and_a_database_that_is_away(kind: str, tmp_path: Path, monkeypatch: Any) -> None:
    if reason := unreachable(kind):
        pytest.skip(reason)
    monkeypatch.setattr(loading, "BATCH", 10)
    monkeypatch.setattr(loading, "_PAUSES", (0.1, 0.5, 2.0))
    file = tmp_path / "in.ndjson"
    file.write_bytes(lines(DOCUMENTS))
    proxy, at = proxied(kind, "paramql_faults_load")
    store: Any = opened(at, SCHEMA)
    put, failed = store.put, list[int]()
    faults = {20: lambda: setattr(proxy, "after", 100), 40: lambda: _for_a_while(proxy)}

    def failing(batch: Any, mark: Any) -> None:
        faults.pop(mark.line, lambda: None)()
        try:
            put(batch, mark)
        except Unavailable:
            failed.append(mark.line)
            raise

    monkeypatch.setattr(store, "put", failing)
    with proxy:
        report = Report()
        load_file(store, str(file), report)
        assert (report.loaded, report.unfit) == (60, 0)
        assert sorted(held(store)) == sorted(one["id"] for one in DOCUMENTS)
        assert 20 in failed or kind == "mongodb"  # whose driver puts again itself
        store.close()


@pytest.mark.parametrize("kind", SERVERS)
def test_a_load_outlasts_a_network_that_falls_silent(kind: str, tmp_path: Path, monkeypatch: Any) -> None:
    """It would wait for ever, since a load's statements may take any time; here the network waits for it to give up."""
    if reason := unreachable(kind):
        pytest.skip(reason)
    file = tmp_path / "in.ndjson"
    file.write_bytes(lines(DOCUMENTS))
    proxy, at = proxied(kind, "paramql_faults_silent")
    opened(at, SCHEMA).close()
    monkeypatch.setattr(loading, "BATCH", 10)
    monkeypatch.setattr("paramql.server.stores.SILENCE", 2.0)
    store: Any = opened(at, SCHEMA)
    given_up, fallback = list[float](), threading.Timer(60, proxy.go_on)

    def give_up(pause: float) -> None:
        given_up.append(pause)
        proxy.go_on()

    monkeypatch.setattr(loading, "time", SimpleNamespace(sleep=give_up))
    silences = {30: proxy.stall}
    with proxy:
        fallback.start()
        report = Report(moved=lambda _: silences.pop(report.loaded, lambda: None)())
        load_file(store, str(file), report)
        fallback.cancel()
        assert (report.loaded, silences, bool(given_up)) == (60, {}, True)
        assert sorted(held(store)) == sorted(one["id"] for one in DOCUMENTS)
        store.close()


def _for_a_while(proxy: Proxy) -> None:
    proxy.away()
    threading.Timer(0.3, proxy.back).start()


# --- connections: none is free, or one is ended by whoever runs the database


@pytest.mark.parametrize("kind", ["sqlite", "postgresql", "mariadb"])
def test_a_service_whose_connections_are_all_taken(kind: str) -> None:
    if reason := missing(kind):
        pytest.skip(reason)
    at = url(kind, "paramql_faults_pool")
    store: Any = filled(at, DOCUMENTS)
    store.driver.close()
    driver: Any = {"sqlite": Sqlite, "postgresql": Postgresql, "mariadb": Mariadb}[kind]
    store.driver = driver(at.replace("+psycopg", "").removeprefix("sqlite:///"), TIMEOUT, 2)
    with client(store) as asked:
        with store.driver.reading(), store.driver.reading():
            is_unavailable(asked.get(address(MINE), USER))
        assert asked.get(address(MINE), USER).status_code == 200


def test_mongodb_without_a_free_connection() -> None:
    if reason := unreachable("mongodb"):
        pytest.skip(reason)
    proxy, at = proxied("mongodb", "paramql_faults_pool")
    filled(at, DOCUMENTS).close()
    store = opened(f"{at}&maxPoolSize=1", SCHEMA, TIMEOUT)
    with proxy, client(store) as asked, ThreadPoolExecutor(1) as pool:
        proxy.stall()
        first = pool.submit(held, store)
        time.sleep(0.1)
        started = time.monotonic()
        is_unavailable(asked.get(address(MINE), USER))
        assert time.monotonic() - started < 4  # long before the silence is taken for one
        proxy.go_on()
        assert len(first.result()) == len(DOCUMENTS)
        assert asked.get(address(MINE), USER).status_code == 200


WHO = {"postgresql": "SELECT pg_backend_pid() AS id", "mariadb": "SELECT CONNECTION_ID() AS id"}
ENDED = [
    ("postgresql", "SELECT pg_terminate_backend(%s)", Unavailable),
    ("postgresql", "SELECT pg_cancel_backend(%s)", TimedOut),
    ("mariadb", "KILL %s", Unavailable),
    ("mariadb", "KILL QUERY %s", TimedOut),
]


@pytest.mark.parametrize(("kind", "by", "raised"), ENDED)
def test_what_whoever_runs_the_database_ends(kind: str, by: str, raised: type[Exception]) -> None:
    if reason := missing(kind):
        pytest.skip(reason)
    store: Any = filled(url(kind, "paramql_faults_killed"), DOCUMENTS)
    with pytest.raises(raised), store.driver.reading() as session:
        _ask_and_be_ended(session, store, kind, by)
    assert len(held(store)) == len(DOCUMENTS)
    store.close()


def _ask_and_be_ended(session: Any, store: Any, kind: str, by: str) -> None:
    [found] = session.rows(WHO[kind])
    threading.Timer(0.2, _end, [store, by, found["id"]]).start()
    session.rows(ENDLESS[kind])


def _end(store: Any, by: str, number: int) -> None:
    with store.driver.writing() as session:
        session.rows(by, [number])


def _end_at_once(made: Mariadb, session: Any) -> None:
    [found] = session.rows(WHO["mariadb"])
    with made.writing() as other:
        other.run("KILL %s", [found["id"]])
    session.rows("SELECT 1")


def test_a_lock_of_mariadb_that_is_gone_before_it_is_let_go() -> None:
    """What is let go at the end may be gone by then: that is no other fault."""
    if reason := missing("mariadb"):
        pytest.skip(reason)
    made = Mariadb(url("mariadb", "paramql_faults_lock"))
    with pytest.raises(Unavailable), made.making() as session:
        _end_at_once(made, session)
    with made.making() as session:
        assert session.rows("SELECT 1 AS one") == [{"one": 1}]
    made.close()


# --- SQLite, which is a file


def test_a_process_that_may_open_no_more_files(tmp_path: Path) -> None:
    at = f"sqlite:///{tmp_path / 'x.db'}"
    store: Any = filled(at, DOCUMENTS)
    with client(store) as asked:
        store.driver.close()
        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        lowest = os.dup(0)
        os.close(lowest)
        resource.setrlimit(resource.RLIMIT_NOFILE, (lowest, hard))
        try:
            answer = asked.get(address(MINE), USER)
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
        is_unavailable(answer)
        assert asked.get(address(MINE), USER).status_code == 200


def test_a_file_that_another_has_for_itself(tmp_path: Path) -> None:
    import sqlite3

    at = f"sqlite:///{tmp_path / 'x.db'}"
    filled(at, DOCUMENTS).close()
    store: Any = opened(at, SCHEMA, TIMEOUT)
    with client(store) as asked:
        store.driver.close()
        other = sqlite3.connect(tmp_path / "x.db", isolation_level=None)
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN IMMEDIATE")
        started = time.monotonic()
        is_unavailable(asked.get(address(MINE), USER))
        assert time.monotonic() - started < 5
        other.close()
        assert asked.get(address(MINE), USER).status_code == 200
