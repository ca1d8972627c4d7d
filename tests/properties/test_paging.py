"""Walking the pages gives each record once: at every size, with ties and nulls, whatever happens in between."""

from __future__ import annotations

import datetime as dt
import itertools
import random
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

import paramql as pq

NOON = dt.datetime(2026, 5, 1, 12, tzinfo=dt.UTC)
SCHEMA = pq.Schema(
    pq.Field("id", pq.Integer(), unique=True, sortable=True),
    pq.Field("height", pq.Integer(), sortable=True),
    pq.Field("name", pq.Text(), sortable=True),
    pq.Field("placed", pq.DateTime(), sortable=True, required=True),
    pq.Field("price", pq.Decimal(2), sortable=True),
    order="desc:placed",
    tokens=pq.Tokens({"a": b"k" * 32}),
)
ORDERS = ["", "height", "desc:height", "name,desc:height", "desc:price,name,placed", "id", "desc:id", "height,id,name"]
Fetch = Callable[[pq.Query], "pq.Result[dict[str, Any]]"]


def records(count: int, seed: int = 1) -> list[dict[str, Any]]:
    """Records with ties and missing values in every sort key but the required ones."""
    dice = random.Random(seed)
    return [record_of(number, dice) for number in range(count)]


def record_of(number: int, dice: random.Random) -> dict[str, Any]:
    """One record."""
    optional = {
        "height": dice.choice([None, -1, 0, 2]),
        "name": dice.choice([None, "", "a", "B", "å", "\U0001f600", "\uffff"]),
        "price": dice.choice([None, "0.1", "2.50", "-3"]),
    }
    placed = NOON + dt.timedelta(microseconds=dice.choice([0, 0, 1, 10**6]))
    return SCHEMA.load({"id": number, "placed": placed} | optional)


class Database:
    """The records in SQLite."""

    def __init__(self, rows: list[dict[str, Any]]) -> None:
        self.target = pq.target("sqlite", SCHEMA, table="t")
        self.db = sqlite3.connect(":memory:")
        self.db.row_factory = sqlite3.Row
        for statement in self.target.create():
            self.db.execute(statement)
        for row in rows:
            self.insert(row)

    def insert(self, record: dict[str, Any]) -> None:
        """Write a record."""
        row = self.target.row(record)
        self.db.execute(f"INSERT INTO t VALUES ({','.join('?' * len(row))})", tuple(row.values()))

    def delete(self, number: int) -> None:
        """Take a record out."""
        self.db.execute("DELETE FROM t WHERE id = ?", (number,))

    def fetch(self, query: pq.Query) -> pq.Result[dict[str, Any]]:
        """One page."""
        page = pq.page(query, self.target)
        sql = page.select()
        return page.finish([dict(row) for row in self.db.execute(sql.text, sql.params)])


def walk(text: str, fetch: Fetch) -> Iterator[list[int]]:
    """The ids of each page, to the last."""
    while True:
        query = SCHEMA.parse(text, now=NOON)
        result = fetch(query)
        yield [record["id"] for record in result.items]
        if result.next_token is None:
            return
        text = pq.link(query, result.next_token)


def in_memory(rows: list[dict[str, Any]]) -> Fetch:
    """Pages of a list."""
    return lambda query: pq.paginate(rows, query)


@pytest.mark.parametrize("order", ORDERS)
def test_every_page_size_gives_each_record_once_and_in_one_order(order: str) -> None:
    rows = records(23)
    database = Database(rows)
    whole = next(walk(f"size=1000&order={order}" if order else "size=1000", in_memory(rows)))
    assert sorted(whole) == list(range(23))
    for size in range(1, 25):
        text = f"size={size}&order={order}" if order else f"size={size}"
        for fetch in (in_memory(rows), database.fetch):
            pages = list(walk(text, fetch))
            assert [*itertools.chain(*pages)] == whole
            assert all(len(page) == size for page in pages[:-1])
            assert pages[-1]


def test_the_pages_of_a_filter_hold_what_it_selects() -> None:
    rows = records(200)
    database = Database(rows)
    text = "filter=or(height:gt:0,name:exists:false)&price=ne:2.50&order=name,desc:height&size=7"
    pages = [*itertools.chain(*walk(text, database.fetch))]
    assert pages == [*itertools.chain(*walk(text, in_memory(rows)))]
    wanted = pq.compile(SCHEMA.parse(text).where, "python").filter(rows)
    assert sorted(pages) == sorted(row["id"] for row in wanted)
    assert 0 < len(pages) < len(rows)


def test_a_scope_of_the_host_holds_on_every_page() -> None:
    rows = records(60)
    scope = SCHEMA.bind(pq.gt("height", -1))
    seen = [*itertools.chain(*walk("size=4", lambda query: pq.paginate(rows, query, scope)))]
    assert sorted(seen) == [row["id"] for row in rows if row.get("height", -1) > -1]


def test_a_schema_without_a_unique_field_cannot_be_paged() -> None:
    loose = pq.Schema(pq.Field("a", pq.Integer()))
    with pytest.raises(ValueError, match="paging needs a unique field"):
        pq.paginate([], loose.parse(""))


def test_totals_are_exact_capped_or_none() -> None:
    page = pq.page(SCHEMA.parse("size=1"), pq.target("sqlite", SCHEMA, table="t"))
    rows = [{"id": 1, "placed": "2026-05-01T12:00:00.000000Z"}]
    assert (page.finish(rows).total, page.finish(rows).total_is_exact) == (None, True)
    assert (page.finish(rows, 234).total, page.finish(rows, 234).total_is_exact) == (234, True)
    assert (page.finish(rows, 1001, cap=1000).total, page.finish(rows, 1001, cap=1000).total_is_exact) == (1000, False)


class Walking(RuleBasedStateMachine):
    """While a client walks, others insert and delete. A record that stays unchanged is seen exactly once."""

    @initialize(order=st.sampled_from(ORDERS), size=st.integers(1, 5), seed=st.integers(0, 1000))
    def start(self, order: str, size: int, seed: int) -> None:
        """Some records, and a client with its query."""
        self.dice = random.Random(seed)
        rows = [record_of(number, self.dice) for number in range(0, 40, 2)]
        self.database = Database(rows)
        self.unchanged = {row["id"] for row in rows}
        self.next: str | None = f"size={size}" + (f"&order={order}" if order else "")
        self.seen: list[int] = []
        self.fresh = itertools.count(1, 2)

    @rule()
    def turn(self) -> None:
        """Fetch a page."""
        if self.next is None:
            return
        query = SCHEMA.parse(self.next, now=NOON)
        result = self.database.fetch(query)
        self.seen += [record["id"] for record in result.items]
        self.next = None if result.next_token is None else pq.link(query, result.next_token)

    @rule()
    def insert(self) -> None:
        """Somebody adds a record, anywhere in the order."""
        self.database.insert(record_of(next(self.fresh), self.dice))

    @rule(number=st.integers(0, 40))
    def delete(self, number: int) -> None:
        """Somebody deletes a record."""
        self.database.delete(number)
        self.unchanged.discard(number)

    @invariant()
    def nothing_is_shown_twice(self) -> None:
        """No page repeats a record."""
        assert len(self.seen) == len(set(self.seen))

    def teardown(self) -> None:
        """At the end of the walk every unchanged record has been seen."""
        while getattr(self, "next", None) is not None:
            self.turn()
        assert getattr(self, "unchanged", set()) <= set(getattr(self, "seen", ()))
        if hasattr(self, "database"):
            self.database.db.close()


TestWalking = Walking.TestCase
