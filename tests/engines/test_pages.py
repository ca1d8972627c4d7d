"""On every engine the pages hold each record once, in one order, whatever comes and goes between them."""

from __future__ import annotations

import datetime as dt
import itertools
from random import Random
from typing import Any as Anything

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

import paramql as pq
from pagers import PAGERS, Pager, Record, walk

NOON = dt.datetime(2019, 5, 1, 12, tzinfo=dt.UTC)
UUIDS = [f"00000000-0000-4000-8000-{number:012x}" for number in (0, 10, 2**47)]
SCHEMA = pq.Schema(
    pq.Field("id", pq.Integer(), unique=True, sortable=True),
    pq.Field("word", pq.Text(), sortable=True),
    pq.Field("at", pq.DateTime(), sortable=True),
    pq.Field("day", pq.Date(), sortable=True),
    pq.Field("price", pq.Decimal(2, digits=12), sortable=True),
    pq.Field("weight", pq.Float(), sortable=True),
    pq.Field("ticket", pq.Uuid(), sortable=True),
    pq.Field("must", pq.Integer(), sortable=True, required=True),
    tokens=pq.Tokens({"a": b"k" * 32}),
)
# Those that collations put in another order, or take for the same.
WORDS = "a|A|b|B|z|Å|å|a\u030a|aa|ab|æ|ø|ss|ß|a b|a-b|ab |\u00e9|e\u0301|\U0001f600|\uffff|\ud7ff|1|10|2|_|%|~".split(
    "|"
)
ORDERS = ["", "desc:id", "word", "desc:day,at", "weight,word", "desc:price,desc:must", "must,desc:word,price", "day,id"]
EVERY_SIZE = "must,desc:word,price"
# MariaDB's own UUIDs are in an order of their own, and refused; SQLAlchemy and Django have no others there.
UNORDERED = {"sqlalchemy on mariadb": "ticket", "django on mariadb": "ticket"}


def record_of(number: int, rng: Random) -> Record:
    """A record with gaps, and with ties in every key."""
    drawn = {
        "id": number,
        "word": rng.choice([None, "", *WORDS]),
        "at": rng.choice(
            [None, NOON, NOON + dt.timedelta(microseconds=1), NOON.replace(year=1), NOON.replace(year=9999)]
        ),
        "day": rng.choice([None, "2019-05-01", "0001-01-01", "9999-12-31"]),
        "price": rng.choice([None, "0.1", "-3", "9999999999.99"]),
        "weight": rng.choice([None, -1.5, 0.1, 0.1 + 2**-55, 1e300]),
        "ticket": rng.choice([None, *UUIDS]),
        "must": rng.choice([0, 1]),
    }
    return SCHEMA.load(drawn)


def records(numbers: range) -> list[Record]:
    rng = Random("pages")
    return [record_of(number, rng) for number in numbers]


@pytest.fixture(params=[name for name in PAGERS if not name.endswith("rows")], scope="module", name="name")
def _name(request: pytest.FixtureRequest) -> str:
    if reason := PAGERS[request.param].missing():
        pytest.skip(reason)
    return str(request.param)


@pytest.fixture(scope="module", name="pager")
def _pager(name: str) -> Pager:
    return PAGERS[name].make()


def asked(order: str, size: int) -> str:
    return f"size={size}&order={order}" if order else f"size={size}"


def whole(held: list[Record], order: str) -> list[int]:
    """The keys in order, by the reference."""
    return [record["id"] for record in pq.paginate(held, SCHEMA.parse(asked(order, 1000))).items]


def test_pages_of_every_size_give_each_record_once_in_one_order(pager: Pager) -> None:
    held = records(range(9))
    pager.load(SCHEMA, held)
    for order in ORDERS:
        expected = whole(held, order)
        for size in range(1, 11) if order == EVERY_SIZE else (1, 2, 4):
            pages = [shown.keys for shown in walk(pager, SCHEMA, asked(order, size))]
            assert [*itertools.chain(*pages)] == expected, (order, size)
            assert all(len(page) == size for page in pages[:-1])
            assert pages[-1]


def test_uuids_are_in_the_order_of_their_text_or_not_sorted_by(name: str, pager: Pager) -> None:
    held = records(range(9))
    pager.load(SCHEMA, held)
    for order in ("ticket", "desc:ticket"):
        if name in UNORDERED:
            with pytest.raises(pq.CapabilityError, match="mariadb cannot sort by 'ticket'"):
                pager.page(SCHEMA.parse(asked(order, 3)))
        else:
            assert [*itertools.chain(*(shown.keys for shown in walk(pager, SCHEMA, asked(order, 3))))] == whole(
                held, order
            )


def test_text_is_in_the_order_of_its_code_points(pager: Pager) -> None:
    held = [SCHEMA.load({"id": number, "word": word, "must": 0}) for number, word in enumerate(WORDS)]
    pager.load(SCHEMA, held)
    expected = sorted(range(len(WORDS)), key=WORDS.__getitem__)
    for order, keys in (("word", expected), ("desc:word", expected[::-1])):
        for size in (4, 100):
            found = itertools.chain(*(shown.keys for shown in walk(pager, SCHEMA, asked(order, size))))
            assert [*found] == keys


def test_text_is_sorted_to_its_end(pager: Pager) -> None:
    """Also where an engine looks no further into it than its beginning: MariaDB at 1,024 bytes."""
    starts = ["x" * 255, "x" * 1024, "\U0001f600" * 255, "å" * 600, "x" * 2700]
    words = [start + end for start in starts for end in ("z", "", "y", "yx")]
    drawn = [{"id": number, "word": word, "must": 0} for number, word in enumerate([*words, None])]
    held: list[Record] = [*map(SCHEMA.load, drawn)]
    pager.load(SCHEMA, held)
    for order in ("word", "desc:word", "must,desc:word"):
        assert [*itertools.chain(*(shown.keys for shown in walk(pager, SCHEMA, asked(order, 2))))] == whole(held, order)


# --- what comes and goes


class Walking(RuleBasedStateMachine):
    """While a client walks, others insert and delete. A record that stays is seen exactly once."""

    pager: Pager

    @initialize(order=st.sampled_from(ORDERS), size=st.integers(1, 4), seed=st.integers(0, 1000))
    def start(self, order: str, size: int, seed: int) -> None:
        """Some records, and a client with its query."""
        self.dice = Random(seed)
        held = [record_of(number, self.dice) for number in range(0, 24, 2)]
        self.pager.load(SCHEMA, held)
        self.unchanged = {record["id"] for record in held}
        self.next: str | None = asked(order, size)
        self.seen: list[int] = []
        self.fresh = itertools.count(1, 2)

    @rule()
    def turn(self) -> None:
        """Fetch a page."""
        if self.next is not None:
            query = SCHEMA.parse(self.next)
            shown = self.pager.page(query)
            self.seen += shown.keys
            self.next = None if shown.token is None else pq.link(query, shown.token)

    @rule()
    def insert(self) -> None:
        """Somebody adds a record, anywhere in the order."""
        self.pager.insert(record_of(next(self.fresh), self.dice))

    @rule(number=st.integers(0, 24))
    def delete(self, number: int) -> None:
        """Somebody deletes a record: one that was seen, one that was not, the last of a page."""
        self.pager.delete(number)
        self.unchanged.discard(number)

    @rule()
    def delete_the_last_that_was_seen(self) -> None:
        """The place where the next page starts is no record any more."""
        if self.seen:
            self.delete(self.seen[-1])

    @invariant()
    def nothing_is_shown_twice(self) -> None:
        """No page repeats a record."""
        assert len(self.seen) == len(set(self.seen))

    def teardown(self) -> None:
        """At the end of the walk every unchanged record has been seen."""
        while getattr(self, "next", None) is not None:
            self.turn()
            self.nothing_is_shown_twice()
        assert getattr(self, "unchanged", set()) <= set(getattr(self, "seen", ()))


RUNS = max(4, settings().max_examples // 50)


def test_what_stays_is_seen_exactly_once_whatever_comes_and_goes(pager: Pager) -> None:
    made: Anything = type("Walking", (Walking,), {"pager": pager})
    run_state_machine_as_test(made, settings=settings(max_examples=RUNS, stateful_step_count=20))
