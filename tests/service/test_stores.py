"""Stores: what is put is found, replaced whole and kept with how far its file was read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest

import orders
import paramql as pq
from asked_instances import SCHEMA, documents, filled, kept, missing, url
from paramql.instances import load
from paramql.instances.stores import opened
from paramql.server import Mark, Unavailable
from paramql.server.stores.mariadb import Mariadb
from paramql.server.stores.mongodb import MongoStore
from paramql.server.stores.postgresql import Postgresql
from paramql.server.stores.sql import SqlStore

DOCUMENTS = documents(8)


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
    assert kept(store, "org=other&data=exists:false&completeConfirmations=exists:false") == [one["id"]]
    assert set(kept(store)) == {each["id"] for each in DOCUMENTS}
    store.close()
    again: Any = opened(at, SCHEMA)
    again.finish("/a/file")
    again.finish(None)
    assert again.mark("/a/file") is None
    assert len(kept(again)) == len(DOCUMENTS)
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
    assert (len(kept(store)), store.mark("f")) == (2, None)
    store.close()


def test_a_count_stops_at_its_cap_and_is_left_out(at: str) -> None:
    store = filled(at, DOCUMENTS)
    page = pq.page(SCHEMA.parse("size=2"), store.target)
    assert [store.find(page, most).total for most in (None, 3, 0)] == [8, 4, None]
    store.close()


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
    assert (len(kept(store)), store.mark("f")) == (8, Mark("f", "", 1, 1))
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
    assert len(kept(store)) == 30
    store.close()


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
