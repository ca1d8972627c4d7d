"""What stands in documents as text is a value where it has the form that it is written in, and none where not."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import sqlite3
import time
from collections.abc import Iterator
from decimal import Decimal as Number
from typing import Any

import pytest

import paramql as pq
from paramql.backends.sql.storage import decimal_pattern, decimal_text, naive

DECIMALS = [pq.Decimal(scale, digits=digits) for digits in (1, 2, 3) for scale in range(digits + 1)]
PARTS = ("0", "1", "9", "10", "00", "01", "99", "100", "999", "1000", "9999", "5", "50", "05", "001", "500", "0005")
TEXTS = [
    *("", "-", ".", "-0", "+1", "1.", ".5", "1e2", "1,5", " 1", "1 ", "--1", "1-", "1.5.5", "0.0", "NaN", "x", "0x1"),
    *(f"{sign}{whole}" for sign in ("", "-") for whole in PARTS),
    *(f"{sign}{whole}.{part}" for sign in ("", "-") for whole in PARTS for part in PARTS),
]


def written(decimal: pq.Decimal) -> set[str]:
    """All numbers of a type, as they are written."""
    most = 10**decimal.digits
    return {decimal_text(decimal, _tidy(Number(one).scaleb(-decimal.scale))) for one in range(1 - most, most)}


def _tidy(number: Number) -> Number:
    return Number(0) if not number else number.normalize()


@pytest.mark.parametrize("decimal", DECIMALS, ids=repr)
def test_a_pattern_of_decimals_matches_those_that_are_written_and_no_others(decimal: pq.Decimal) -> None:
    matches, expected = re.compile(decimal_pattern(decimal)).fullmatch, written(decimal)
    assert {one for one in expected if not matches(one)} == set()
    assert {one for one in TEXTS if matches(one)} == expected & {*TEXTS}


def test_a_pattern_of_whole_numbers_has_no_point() -> None:
    assert decimal_pattern(pq.Decimal(0, digits=3)) == "(0|-?[1-9][0-9]{0,2})"


def there(type_: Any, storage: str, stored: list[Any]) -> list[Any]:
    """Those that SQLite takes for a value."""
    schema = pq.Schema(pq.Field("id", pq.Integer(), unique=True), pq.Field("v", type_))
    target = pq.target("sqlite", schema, columns={"v": pq.JsonPath("doc", "v", storage=storage)})
    condition = pq.compile(schema.parse("v=exists:true").where, target)
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE t (id INTEGER, doc TEXT)")
    rows = ((number, json.dumps({"v": one})) for number, one in enumerate(stored))
    connection.executemany("INSERT INTO t VALUES (?, ?)", rows)
    found = connection.execute(f"SELECT id FROM t WHERE {condition.text} ORDER BY id", condition.params)
    return [stored[number] for (number,) in found]


@pytest.mark.parametrize("decimal", DECIMALS, ids=repr)
def test_sqlite_takes_the_same_texts_for_decimals(decimal: pq.Decimal) -> None:
    expected = written(decimal)
    assert there(decimal, "text", [*expected]) == [*expected]
    assert {*there(decimal, "text", TEXTS)} == expected & {*TEXTS}


@pytest.mark.parametrize(
    ("type_", "right", "wrong"),
    [
        (
            pq.Uuid(),
            ["123e4567-e89b-12d3-a456-426614174000", "ffffffff-ffff-ffff-ffff-ffffffffffff"],
            [
                "123E4567-e89b-12d3-a456-426614174000",
                "123e4567e89b12d3a456426614174000",
                "123e4567-e89b-12d3-a456-42",
                "",
            ],
        ),
        (pq.Date(), ["2019-05-01", "9999-12-31"], ["2019-5-1", "2019-05-01T", "x019-05-01", "2019-0f-01", "20190501"]),
        (
            pq.DateTime(),
            ["2019-05-01T12:30:00.000000Z", "2019-05-01T23:59:59.999999Z"],
            ["2019-05-01T12:30:00Z", "2019-05-01T12:30:00.000000+00:00", "2019-05-01 12:30:00.000000Z", "2019-05-01"],
        ),
    ],
)
def test_sqlite_takes_a_text_of_the_form_for_a_value(type_: Any, right: list[str], wrong: list[str]) -> None:
    assert there(type_, "text", [*right, *wrong]) == right


@pytest.fixture(params=["Asia/Tokyo", "America/New_York"])
def abroad(request: pytest.FixtureRequest) -> Iterator[str]:
    """A machine in another zone than UTC's."""
    before = os.environ.get("TZ")
    os.environ["TZ"] = request.param
    time.tzset()
    yield request.param
    os.environ.pop("TZ") if before is None else os.environ.update(TZ=before)
    time.tzset()


def test_a_wall_time_is_of_utc_wherever_the_machine_stands(abroad: str) -> None:
    noon = dt.datetime(2019, 5, 1, 12, tzinfo=dt.UTC)
    assert naive(pq.DateTime(), noon) == dt.datetime(2019, 5, 1, 12)  # noqa: DTZ001 - that is what is stored
