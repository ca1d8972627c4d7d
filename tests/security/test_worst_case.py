"""The slowest queries that a search has found cost so much and no more: counted, so that no other work disturbs it."""

from __future__ import annotations

import re
import sys
import time
import tracemalloc
from collections.abc import Callable
from typing import Any

import pytest

import paramql as pq
from asked_instances import NOON
from paramql.instances.schema import declared
from paramql.instances.stores import layout

LENGTH = 8192
SCHEMA = declared(pq.Tokens({"1": b"k" * 32}))
LAYOUT = layout("sqlite", SCHEMA)
# Those that `python benchmarks/worst_case.py` begins its search with, but for what is dear to databases alone, each of
# about so many characters. What the search finds from them is of no other kind.
SLOWEST: dict[str, Callable[[int], str]] = {
    "pairs": lambda n: "a" + "=&" * ((n - 2) // 2) + "a",
    "terms": lambda n: "filter=or(" + "id:1," * ((n - 15) // 5) + "id:1)",
    "lists": lambda n: "filter=or(" + ("org:in:(" + "%41," * 255 + "a),") * (n // 1031) + "id:1)",
    "steps": lambda n: "id=1" + ("&lastChanged=gt:now" + "-1d" * 330) * (n // 1009) + "&id=1",
}


def answered(text: str) -> object:
    """What the service does with a query before it asks its store, as if it were the first one."""
    SCHEMA.__dict__.pop("_quick", None)
    try:
        query = SCHEMA.parse(text, now=NOON, audience="somebody")
    except pq.QueryError as error:
        return error.to_problem()
    return LAYOUT.select(pq.page(query, LAYOUT.target))


def calls(run: Callable[[str], object], text: str) -> int:
    """How many functions are called."""
    count = 0

    def called(_: Any, event: str, __: Any) -> None:
        nonlocal count
        count += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(called)
    try:
        run(text)
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("text", SLOWEST.values(), ids=SLOWEST)
def test_the_slowest_query_takes_a_bounded_number_of_steps_and_bytes(text: Callable[[int], str]) -> None:
    answered(text(LENGTH // 2))
    assert 0.8 * LENGTH < len(text(LENGTH)) <= LENGTH
    assert calls(answered, text(LENGTH)) < 100 * LENGTH
    tracemalloc.start()
    answered(text(LENGTH))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8_000_000


@pytest.mark.parametrize("text", SLOWEST.values(), ids=SLOWEST)
def test_twice_the_text_takes_no_more_than_about_twice_the_steps(text: Callable[[int], str]) -> None:
    answered(text(LENGTH // 2))
    whole, half = text(LENGTH), text(LENGTH // 2)
    grown = len(whole) / len(half)
    assert calls(answered, whole) < 1.2 * grown * calls(answered, half) + 5000


def test_letters_whose_class_is_wide_cost_python_little_more_than_others() -> None:
    """K has a sign for kelvins, S a long one; a regular expression with both is dear to compile."""
    usual, wide = (seconds_to_prepare(f"t=icontains:{text}") for text in ("abca" * 25, "skks" * 25))
    assert wide < 20 * usual


def seconds_to_prepare(text: str) -> float:
    """The least that a predicate takes that is asked for the first time."""
    schema = pq.Schema(pq.Field("t", pq.Text()))
    where = schema.parse(text).where

    def once() -> float:
        re.purge()
        began = time.perf_counter()
        pq.compile(where, "python")
        return time.perf_counter() - began

    return min(once() for _ in range(9))
