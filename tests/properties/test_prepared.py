"""The short way through a query says what the whole way says, and keeps no more than the schema has names for."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from random import Random
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import paramql as pq
from paramql.ast import And
from paramql.check.controls import Controls
from paramql.check.prepared import Prepared, Rare
from paramql.check.reading import Meant, Reading
from paramql.instances import SCHEMA as INSTANCES
from paramql.types import Clock
from strategies import schemas, spelling, texts
from strategies.filters import draft
from strategies.rows import rows

SCHEMA = texts.SCHEMA
NOW = dt.datetime(2019, 5, 1, 12, tzinfo=dt.UTC)


class Never(Prepared):
    """Takes no query the short way."""

    def read(self, reading: Reading, controls: Controls) -> list[Meant]:
        raise Rare


def told(schema: pq.Schema, text: str | bytes, options: dict[str, Any]) -> object:
    """The query, or what the error says."""
    try:
        return schema.parse(text, **(options | {"now": options.get("now", NOW)}))
    except pq.QueryError as error:
        return error.text, error.problems


def told_the_whole_way(schema: pq.Schema, text: str | bytes, options: dict[str, Any]) -> object:
    kept = schema.__dict__.get("_prepared")
    schema.__dict__["_prepared"] = Never(schema)
    try:
        return told(schema, text, options)
    finally:
        schema.__dict__["_prepared"] = kept or Prepared(schema)


@given(texts.raw, texts.options)
@example("name=eq:&name=not:a&note=icontains:%C3%85&tags=in:a,%22%22,a", {})
@example("utm_x=1&utm_y=%zz&name=a", {})
@example("sized=gt:3&sized=3&name=exists:TRUE&lines=not:exists:false", {})
@example("placed=gt:2019-05-01T10:00:00 02:00&ratio=1e 5", {})
@example("order=id,desc:name&size=5&size=6&id=1", {})
@example("filter=id:1&name=x", {})
@example("name=eq:a:b&name=not:a:b&name=x:y&name=neq:b", {})
@example("name=%EF%BF%BD&name=%00", {})
@example("name=" + "a" * 1025, {})
@example("name=icontains:" + "a" * 129, {})
@example("&".join(["id=1"] * 65), {})
def test_both_ways_say_the_same(text: str | bytes, options: dict[str, Any]) -> None:
    assert told(SCHEMA, text, options) == told_the_whole_way(SCHEMA, text, options)


@given(st.integers(0, 2**32))
def test_generated_queries_mean_the_same_both_ways(seed: int) -> None:
    rng = Random(seed)
    wanted = rng.sample(schemas.everything(), 4)
    schema = schemas.schema(rng, wanted)
    record = rows(schema.fields, rng, 1)[0].record(schema.fields)
    for one in wanted:
        text = spelling.query(draft(schema, record, one, rng)[0], rng, ignore_case=schema.ignore_case)
        assert told(schema, text, {}) == told_the_whole_way(schema, text, {}), text


PLAIN = [
    "org=ttd&process.isComplete=true&lastChanged=gt:2019-05-01",
    "created=gte:2020-01-01T12:30:00Z&created=lt:2020-02&process.currentTask=in:Task_1,Task_2",
    "excludeConfirmedBy=ttd&size=20&order=desc:lastChanged",
    "instanceOwner.partyId=1337&appId=ttd/app%2D1",
    "id=not:eq:1337",
]


@pytest.mark.parametrize("text", PLAIN)
def test_plain_queries_go_the_short_way(text: str) -> None:
    reading, controls = Reading(INSTANCES, text, Clock(NOW), None), Controls()
    found = Prepared(INSTANCES).read(reading, controls)
    whole = told_the_whole_way(INSTANCES, text, {})
    assert isinstance(whole, pq.Query)
    assert And(tuple(part.asked for part in found)) == whole.asked
    assert reading.names == whole.names


def test_what_is_kept_is_bounded_whatever_is_sent() -> None:
    schema = pq.Schema(pq.Field("Name", pq.Text()), ignore=["x*"], ignore_case=True)
    prepared, rng = Prepared(schema), Random(1)
    for number in range(3000):
        name = "".join(rng.choice([char.lower(), char.upper()]) for char in "name")
        word = rng.choice(["", "eq:", "not:eq:", "ieq:", f"w{number}:", f"not:w{number}:", "not:not:", "gt:"])
        for text in (f"{name}={word}{number}", f"x{number}={number}", f"y{number}={number}"):
            with suppress(Rare):
                prepared.read(Reading(schema, text, Clock(NOW), None), Controls())
    assert set(prepared._heads) <= {("name", before + word) for before in ("", "not:") for word in ("", "eq:", "ieq:")}


def test_a_caller_who_may_not_use_all_names_is_read_the_whole_way() -> None:
    with pytest.raises(Rare):
        Prepared(SCHEMA).read(Reading(SCHEMA, "id=1", Clock(NOW), frozenset({"id"})), Controls())
