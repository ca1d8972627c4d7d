"""The largest filters that the limits allow, with a host's scope and a place in three keys, answered everywhere."""

from __future__ import annotations

import itertools
from decimal import Decimal as Number
from functools import cache
from itertools import product
from typing import Any as Anything

import pytest

import paramql as pq
from law import holds
from pagers import PAGERS, Pager, walk

LINES = pq.ListOf(pq.Record(pq.Field("n", pq.Integer()), pq.Field("t", pq.Text())))
FIELDS = (
    pq.Field("id", pq.Integer(), unique=True, sortable=True),
    pq.Field("word", pq.Text(ordered=True), sortable=True),
    pq.Field("price", pq.Decimal(2), sortable=True),
    pq.Field("at", pq.DateTime(), sortable=True),
    pq.Field(
        "a",
        pq.ListOf(pq.Record(pq.Field("n", pq.Integer()), pq.Field("b", pq.ListOf(pq.Record(pq.Field("c", LINES)))))),
    ),
    pq.Field("tags", pq.ListOf(pq.Text())),
)
SCHEMA = pq.Schema(*FIELDS, order="desc:word,price", tokens=pq.Tokens({"a": b"k" * 32}))
LIMITS = SCHEMA.limits
FOLDED, LONG = "\u017f" + "k" * (LIMITS.folded_operand - 1), "y" * LIMITS.operand
ITEMS = ",".join(str(10**17 + number) for number in range(LIMITS.items - 30)) + "," + ",".join(map(str, range(30)))


def spine(number: int) -> str:
    """Eight deep below an `or`, three lists in each other."""
    return f"all(a,or(n:lt:{number},any(b,not(all(c,or(n:gt:{number},and(t:ne:x,t:icontains:{'q' * 9})))))))"


SPINES = ",".join(map(spine, range(7, 20)))
NESTED = [f"all(a,any(b,not(all(c,or(n:gte:{n},t:{'ieq' if n % 2 else 'ne'}:{'q' * 60})))))" for n in range(32)]
# Each at one limit or several: of clauses, depth, lists in lists, items, lengths; near that of the whole query.
WORST = {
    "everything at once": "&".join(
        [
            f"filter=or({SPINES},not(any(a,n:gt:2)))",
            f"tags=not:contains:{LONG}",
            f"tags=not:iendswith:{FOLDED}",
            f"id=in:{','.join(map(str, range(LIMITS.items)))}",
            *[f"tags=ne:{'z' * 400}{number}" for number in range(8)],
        ]
    ),
    "lists in lists": f"filter=or({','.join(NESTED)})",
    "items": "&".join([f"id=in:{ITEMS}", *["id=ne:7"] * 63]),
    "lists of items": "&".join(f"id=not:in:{','.join(str(10**9 + n * 9 + m) for m in range(10))}" for n in range(64)),
    "in any case": "filter=and(" + ",".join(f"tags:not:icontains:{'k' * 98}{number}" for number in range(64)) + ")",
    "nothing that is in a list": "&".join(f"tags=ne:{'z' * 100}{number}" for number in range(64)),
    "bounds": "&".join([*["price=gte:0.25"] * 32, *["at=lt:2019-05-01T12:00:00.000005Z"] * 32]),
}
SCOPE = SCHEMA.parse_expression("or(price:gt:1,id:in:(1,2,3),not(tags:é))")


def records() -> list[dict[str, Anything]]:
    found = [
        {
            "id": number,
            "word": f"n{number % 3}" if number % 4 else None,
            "price": str(Number(number % 7) / 4) if number % 5 else None,
            "at": f"2019-05-01T12:00:00.{number % 9:06}Z",
            "tags": [["y" * 1100, "é"], [FOLDED.upper()], ["e"]][min(number % 10, 2)],
            "a": [{"n": number, "b": [{"c": [{"n": number, "t": "Q" if number % 2 else "x"}]}]}][: number % 8],
        }
        for number in range(30)
    ]
    return [SCHEMA.load(one) for one in found]


RECORDS = records()


@cache
def whole(query: str) -> list[int]:
    """The keys in order: what the law selects, as the reference sorts it."""
    asked = SCHEMA.parse(f"{query}&size=99")
    found = [one["id"] for one in pq.paginate(RECORDS, asked, SCOPE).items]
    assert set(found) == {one["id"] for one in RECORDS if holds(asked.where, one) and holds(SCOPE, one)}
    return found


# A locale has no say in what is large.
NAMES = [name for name in PAGERS if "icu" not in name]


def asked(name: str, case: str) -> Anything:
    """DuckDB takes seconds to plan that many conditions on child rows."""
    is_slow = name == "duckdb, rows" or (name, case) == ("sqlalchemy on duckdb", "lists in lists")
    return pytest.param(name, WORST[case], marks=pytest.mark.soak if is_slow else (), id=f"{name}: {case}")


@pytest.fixture(scope="module", name="pager")
def _pager(request: pytest.FixtureRequest) -> Pager:
    if reason := PAGERS[request.param].missing():
        pytest.skip(reason)
    pager = PAGERS[request.param].make()
    pager.load(SCHEMA, RECORDS)
    return pager


@pytest.mark.parametrize("query", WORST.values(), ids=WORST)
def test_they_have_as_many_clauses_as_there_may_be(query: str) -> None:
    assert len(query) < LIMITS.query - 400  # the token
    with pytest.raises(pq.QueryError, match="at most 64"):
        SCHEMA.parse(f"{query}&id=gt:0")


@pytest.mark.parametrize(("pager", "query"), [asked(*pair) for pair in product(NAMES, WORST)], indirect=["pager"])
def test_the_largest_filters_are_answered_page_by_page(pager: Pager, query: str) -> None:
    expected = whole(query)
    assert 8 < len(expected) < len(RECORDS)
    assert [*itertools.chain(*(shown.keys for shown in walk(pager, SCHEMA, f"{query}&size=8", SCOPE)))] == expected
