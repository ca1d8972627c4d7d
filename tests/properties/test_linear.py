"""Time grows with the length of the input and no faster, whatever the input; limits hold before the work is done."""

from __future__ import annotations

import datetime as dt
import gc
import time
import tracemalloc
from collections.abc import Callable

import pytest

import paramql as pq
from paramql.declare import DEEPEST

WIDE = pq.Limits(
    query=10**7, clauses=10**6, items=10**6, operand=10**7, folded_operand=10**7, depth=DEEPEST, problems=10**6
)
FIELDS = (
    pq.Field("id", pq.Integer(), unique=True, sortable=True),
    pq.Field("name", pq.Text(ordered=True)),
    pq.Field("price", pq.Decimal(2)),
    pq.Field("placed", pq.DateTime()),
    pq.Field("lines", pq.ListOf(pq.Record(pq.Field("sku", pq.Text())))),
    *(pq.Field(f"field{number}", pq.Text()) for number in range(30)),
)
SCHEMA = pq.Schema(*FIELDS, limits=WIDE)
LIMITED = pq.Schema(*FIELDS)

# Each gives a text of about so many characters that once was, or might be, slow to read.
FAMILIES: dict[str, Callable[[int], str]] = {
    "a long value": lambda n: "name=" + "a" * n,
    "escaped": lambda n: "name=" + "%C3%A5" * (n // 6),
    "escaped alone": lambda n: "name=" + "%41b" * (n // 4),
    "broken at the end": lambda n: "name=" + "%41" * (n // 3) + "%",
    "many broken": lambda n: "&".join(["name=%zz"] * (n // 9)),
    "plus signs": lambda n: "name=" + "+" * n,
    "prefixes": lambda n: "name=" + "a:" * (n // 2),
    "not": lambda n: "name=" + "not:" * (n // 4),
    "empty pairs": lambda n: "&" * n,
    "clauses": lambda n: "&".join(["id=5"] * (n // 5)),
    "unknown names": lambda n: "&".join(f"fild{number}=1" for number in range(n // 9)),
    "a long name": lambda n: "field" * (n // 5) + "=1",
    "a dotted name": lambda n: "a." * (n // 2) + "a=1",
    "a list": lambda n: "id=in:" + ",".join(str(number) for number in range(n // 6)),
    "a quoted list": lambda n: "name=in:(" + ",".join(['"a\\"b"'] * (n // 7)) + ")",
    "commas": lambda n: "name=in:" + "," * n,
    "blanks": lambda n: "name=in:" + " " * n + ",",
    "an open quote": lambda n: 'name=in:"' + "a" * n,
    "backslashes": lambda n: 'name=in:"' + "\\" * n,
    "brackets in a list": lambda n: "name=in:" + "(" * n,
    "an integer": lambda n: "id=" + "9" * n,
    "a decimal": lambda n: "price=0." + "9" * n,
    "an instant": lambda n: "placed=2019-05-01T00:00:00." + "9" * n + "Z",
    "steps": lambda n: "placed=now" + "-1s" * (n // 3),
    "calendar steps": lambda n: "placed=now" + "+1d-1d" * (n // 6),
    "many orders": lambda n: "order=" + ",".join(["nil"] * (n // 4)),
    "never closed": lambda n: "filter=" + "not(" * (n // 4),
    "never opened": lambda n: "filter=id:1" + ")" * n,
    "a wide expression": lambda n: "filter=or(" + ",".join(["id:1"] * (n // 5)) + ")",
    "wide of different": lambda n: "filter=or(" + ",".join(f"id:{number}" for number in range(n // 7)) + ")",
    "wide below": lambda n: "filter=any(lines,or(" + ",".join(["sku:a"] * (n // 6)) + "))",
    "blanks in an expression": lambda n: "filter=or(" + " " * n + "id:1" + " " * n + ",id:2)",
    "an unquoted operand": lambda n: "filter=name:" + "a " * (n // 2),
    "a quoted operand": lambda n: 'filter=name:"' + '\\"' * (n // 2) + '"',
    "repeated filters": lambda n: "&".join(["filter=id:1"] * (n // 12)),
    "ignoring case": lambda n: "name=icontains:" + "aA" * (n // 2),
}
_SMALL = 2_000


@pytest.mark.parametrize("family", FAMILIES)
def test_time_is_linear_in_the_length(family: str) -> None:
    """Eight times the text takes at most some fifteen times as long; were it quadratic, sixty-four times."""
    write = FAMILIES[family]
    _seconds(write(600))
    assert any(_is_linear(write) for _ in range(4))


def _is_linear(write: Callable[[int], str]) -> bool:
    base, long = _seconds(write(_SMALL)), _seconds(write(8 * _SMALL))
    return long < 15 * max(base, 0.0005)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_text_beyond_the_limits_is_refused_at_once(family: str) -> None:
    text = FAMILIES[family](400_000)
    started = time.process_time()
    with pytest.raises(pq.QueryError) as caught:
        LIMITED.parse(text)
    assert [problem.code for problem in caught.value.problems] == ["too-long"]
    assert time.process_time() - started < 0.05


# What grows by what a text has many of; of so much at most that a schema may allow it to be nested.
MEMORY: dict[str, Callable[[int], str]] = {
    "clauses": lambda n: "&".join(["id=5"] * (50 * n)),
    "list items": lambda n: "id=in:" + ",".join(str(number) for number in range(50 * n)),
    "terms": lambda n: "filter=or(" + ",".join(f"id:{number}" for number in range(20 * n)) + ")",
    "nesting": lambda n: "filter=" + "and(id:1,or(id:2," * (n // 2) + "id:1" + "))" * (n // 2),
    "mistakes": lambda n: "&".join(f"fild{number}=1" for number in range(20 * n)),
    "mistakes in a list": lambda n: "id=in:" + ",".join(["x"] * (20 * n)),
}


@pytest.mark.no_cover
@pytest.mark.parametrize("zone", [None, dt.timezone(dt.timedelta(hours=1))], ids=["short way", "whole way"])
@pytest.mark.parametrize("text", MEMORY.values(), ids=MEMORY)
def test_memory_is_linear_in_the_length(text: Callable[[int], str], zone: dt.tzinfo | None) -> None:
    """Twice, four and eight times the text take at most about as many times the bytes; were it quadratic, 64 times."""
    least = DEEPEST // 8
    _peak(text(least), zone)
    base = _peak(text(least), zone)
    peaks = {times: _peak(text(times * least), zone) for times in (2, 4, 8)}
    assert {times: peak for times, peak in peaks.items() if peak > 1.25 * times * base + 20_000} == {}


def _peak(text: str, zone: dt.tzinfo | None) -> int:
    """How many bytes are held at most while it is read as the first query of its schema, errors told as well."""
    SCHEMA.__dict__.pop("_quick", None)
    gc.collect()
    tracemalloc.start()
    _seconds(text, zone)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


def test_the_deepest_tree_that_a_schema_may_allow_is_read_and_asked() -> None:
    """The limit of the limit: every part of the library walks trees by recursion."""
    text = "filter=" + "and(id:1,or(id:2," * (DEEPEST // 2) + "id:1" + "))" * (DEEPEST // 2)
    query = SCHEMA.parse(text)
    assert pq.render(SCHEMA.parse(pq.render(query))) == pq.render(query)
    assert all(pq.compile(query.where, "python")({"id": number}) == (number == 1) for number in range(3))
    assert pq.compile(query.where, "sqlite").text.count("?") == DEEPEST + 1
    with pytest.raises(ValueError, match="depth must be at most"):
        pq.Limits(depth=DEEPEST + 1)


def _seconds(text: str, zone: dt.tzinfo | None = None) -> float:
    """The processor time of the whole road, errors told as well."""
    started = time.process_time()
    try:
        pq.render(SCHEMA.parse(text, zone=zone))
    except pq.QueryError as error:
        str(error)
        error.to_problem()
    return time.process_time() - started
