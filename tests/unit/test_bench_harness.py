"""The harness of the benchmarks: turns, medians, and query strings that are what they are said to be."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from itertools import count
from random import Random

import pytest

import paramql as pq
from benchmarks import by_hand, flights, jobs, lark_peer, queries
from benchmarks.harness import Case, Times, measure, over, spread, warmed


def test_a_ratio_is_of_times_of_the_same_round() -> None:
    times = Times({"one": [2.0, 40.0, 6.0], "base": [1.0, 10.0, 2.0]})
    assert times.spread("one", "base") == (3, 2, 4)
    assert times.figure("part", "one", "base", inverse=True).ratio == pytest.approx((1 / 3, 1 / 4, 1 / 2))
    assert times.micros("one") == 6e6


def test_a_spread_leaves_out_the_outermost_tenths() -> None:
    assert spread([*range(11)]) == (5, 1, 9)


def test_every_case_is_warmed_and_timed_once_a_round_in_changing_order() -> None:
    done: list[str] = []
    ticks = count()

    def noting(name: str) -> Case:
        return Case(lambda _: over(done.append, [f"warm {name}"], [name]))

    cases = {name: noting(name) for name in "abc"}
    times = measure(cases, 20, lambda: float(next(ticks)))
    assert Counter(done) == {**dict.fromkeys("abc", 20), **{f"warm {name}": 20 for name in "abc"}}
    rounds = {tuple(done[at : at + 6]) for at in range(0, len(done), 6)}
    assert len(rounds) > 1
    assert all(before == f"warm {after}" for before, after in zip(done[::2], done[1::2], strict=True))
    assert times.micros("a") == 1e6, "one tick of the clock between the two readings"


def test_a_case_that_is_always_the_same_is_run_once_to_warm_it() -> None:
    done: list[int] = []
    warmed(lambda: done.append(1), 5).prepare(0)
    assert done == [1]


@pytest.mark.parametrize("draw", [jobs.five, jobs.six, jobs.ten])
def test_new_strings_have_shapes_of_their_own_and_known_ones_few(draw: Callable[[Random], jobs.Shape]) -> None:
    strings = jobs.Strings(draw, 1, known=4)
    new, known = strings.new(200), strings.known(200)
    assert len(set(new) | set(known)) == 400
    assert len({_shape(text) for text in new}) == 200
    assert len({_shape(text) for text in known}) == 4
    assert not {_shape(text) for text in new} & {_shape(text) for text in known}


def _shape(text: str) -> str:
    """Names and operators: an operand has no colon and no bracket."""
    return re.sub(r"[^=:,()&]+(?=[,)&]|$)", "", text)


def test_mistaken_strings_have_three_problems() -> None:
    schema = jobs.schema()
    for text in jobs.Strings(jobs.six_mistaken, 1).new(20):
        with pytest.raises(pq.QueryError) as caught:
            schema.parse(text)
        codes = sorted(problem.code for problem in caught.value.problems)
        assert codes == ["invalid-value", "unknown-operator", "unknown-parameter"]


def test_the_peer_made_with_lark_writes_the_same_sql() -> None:
    schema = jobs.schema()
    ours = queries.whole(schema, pq.target("sqlite", schema))
    theirs = lark_peer.parser(lark_peer.columns(jobs.TEXTS, jobs.MOMENTS, jobs.FLAGS, jobs.NUMBERS))
    for text in jobs.Strings(jobs.ten, 1).new(30):
        sql = ours(text)
        assert (sql.text, sql.params) == theirs(text.removeprefix("filter="))


@pytest.mark.parametrize("origin", ["JFK", "LGA"])
@pytest.mark.parametrize("delay", ["NA", "15", "16"])
@pytest.mark.parametrize("month", ["01", "05", "12"])
def test_what_is_written_by_hand_selects_what_the_query_does(origin: str, delay: str, month: str) -> None:
    row = {"origin": origin, "dep_delay": delay, "time_hour": f"2013-{month}-01T10:00:00Z"}
    flight = flights.record(1, row)
    keep = pq.compile(flights.SCHEMA.parse(by_hand.ASKED).where, "python")
    assert by_hand.of_flight(flight) == by_hand.of_sparse_flight(flight) == keep(flight)
    assert keep(flight) == (origin == "JFK" and delay == "16" and month == "05")
