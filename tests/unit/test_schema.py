"""The road, whole: text and bytes in, a query or all its problems out."""

from __future__ import annotations

import datetime as dt
import runpy
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import paramql as pq
from asking import NOON, problem, refused
from paramql.ast import TRUE, Compare, Op
from paramql.source import Span

ID = pq.Field("id", pq.Integer(), unique=True)
AT = pq.Field("at", pq.DateTime(), sortable=True)
NAME = pq.Field("name", pq.Text())
TOKENS = pq.Tokens({"k": bytes(32)})
SCHEMA = pq.Schema(ID, AT, NAME, pq.Parameter("option", pq.Text(), None), order="desc:at", tokens=TOKENS)


def test_a_query_keeps_all_that_was_asked() -> None:
    text = "at=gte:today&name=urn:x&order=at&size=20&option=o&name=contians:y"
    query = SCHEMA.parse(text, now=NOON, audience="me")
    assert query.text == text
    assert query.where == pq.all_of(
        Compare(AT, Op.GTE, NOON.replace(hour=0)),
        Compare(NAME, Op.EQ, "urn:x"),
        Compare(NAME, Op.EQ, "contians:y"),
    )
    assert [str(key) for key in query.order] == ["asc:at", "asc:id"]
    assert (query.page.size, query.page.token, query.page.after) == (20, None, None)
    assert query.values == {"option": "o"}
    assert query.names == {"at": Span(0, 2), "name": Span(13, 17), "option": Span(41, 47)}
    assert [(notice.code, notice.span) for notice in query.notices] == [("looks-like-operator", Span(55, 63))]
    assert (query.now, query.asked_at, query.audience) == (NOON, NOON, "me")


def test_nothing_asked_is_everything() -> None:
    query = SCHEMA.parse("")
    assert query.where == TRUE
    assert [str(key) for key in query.order] == ["desc:at", "desc:id"]
    assert query.page.size == 100


def test_the_clock_is_read_once() -> None:
    before = dt.datetime.now(dt.UTC)
    query = SCHEMA.parse("at=now&at=in:now,now")
    assert before <= query.now <= dt.datetime.now(dt.UTC)
    assert query.where == pq.all_of(Compare(AT, Op.EQ, query.now), Compare(AT, Op.IN, (query.now,)))


def test_bytes_are_utf_8() -> None:
    assert SCHEMA.parse("name=Åse".encode()).where == SCHEMA.parse("name=Åse").where


def test_bytes_go_the_short_way_too() -> None:
    SCHEMA.parse("name=Åse".encode())
    assert SCHEMA.parse("name=Åse".encode()) is SCHEMA.parse("name=Åse")


def test_every_byte_that_is_not_utf_8_is_told_with_all_other_mistakes() -> None:
    found = refused(SCHEMA, b"name=\xc3\xa6\xff\xe2\x82&id=x&na\xfeme=1&name=%ff")
    assert [(one.code, one.parameter, one.span) for one in found] == [
        ("invalid-encoding", "name", Span(6, 7)),
        ("invalid-value", "id", Span(12, 13)),
        ("invalid-encoding", r"na\udcfeme", Span(16, 17)),
        ("invalid-encoding", "name", Span(27, 30)),
    ]
    assert found[0].message == "the byte 0xFF is not UTF-8 here"


def test_the_text_of_an_error_can_be_printed() -> None:
    with pytest.raises(pq.QueryError) as caught:
        SCHEMA.parse(b"name=\xff\xe2\x82&id=x")
    assert caught.value.text == "name=\ufffd\ufffd&id=x"
    assert str(caught.value).encode()


def test_characters_that_stores_refuse_are_told_apart_from_bytes() -> None:
    for text in ("name=\udcff", "name=\ud800", "name=a\0"):
        found = problem(SCHEMA, text)
        assert found.code == "unsupported-character"
        assert found.span.end == len(text)
    assert problem(SCHEMA, b"name=\0").code == "unsupported-character"
    assert problem(SCHEMA, "na\0me=1").code == "unsupported-character"


def test_a_zone_is_of_times_without_offset() -> None:
    query = SCHEMA.parse("at=2024-07-01", zone=ZoneInfo("Europe/Oslo"))
    assert query.where == Compare(AT, Op.EQ, dt.datetime(2024, 6, 30, 22, tzinfo=dt.UTC))


def test_names_for_this_caller_may_be_any_iterable_also_on_the_second_page() -> None:
    first = SCHEMA.parse("name=x&size=1", now=NOON, only=(name for name in ["name", "at"]))
    rows = [{"id": number, "name": "x", "at": NOON} for number in (1, 2)]
    token = pq.paginate(rows, first).next_token
    names = (name for name in ["name", "at"])
    second = SCHEMA.parse(f"name=x&size=1&continuationToken={token}", only=names, now=NOON)
    assert [row["id"] for row in pq.paginate(rows, second).items] == [1]


@pytest.mark.parametrize(
    ("mistake", "says"),
    [
        (lambda: SCHEMA.parse("", now=dt.datetime(2024, 1, 1)), "now must be an aware datetime"),  # noqa: DTZ001
        (lambda: SCHEMA.parse_expression("id:1", now=dt.datetime(2024, 1, 1)), "now must be an aware"),  # noqa: DTZ001
        (lambda: SCHEMA.parse("", now="x"), "now must be an aware datetime"),  # type: ignore[arg-type]
        (lambda: SCHEMA.parse("", zone="Europe/Oslo"), "zone must be a tzinfo: ZoneInfo"),  # type: ignore[arg-type]
        (lambda: SCHEMA.parse("", only="name"), "only takes a list of names"),
        (lambda: SCHEMA.parse("", only=5), "only takes a list of names: only="),  # type: ignore[arg-type]
        (lambda: SCHEMA.parse("", only={"id": False}), "only takes a list of names: only="),
        (lambda: SCHEMA.parse("", only=[1]), "only takes a list of names: only="),  # type: ignore[list-item]
        (lambda: SCHEMA.parse("id=1", audience=5), "audience must be a str, .* not 5"),  # type: ignore[arg-type]
        (lambda: SCHEMA.parse(b"id=1", audience=5), "audience must be a str"),  # type: ignore[arg-type]
        (lambda: SCHEMA.parse("id=1", only=["id"], audience=b"me"), "audience must be a str"),  # type: ignore[arg-type]
        (lambda: SCHEMA.parse(None), "parse takes a query string, as str or bytes, not NoneType"),  # type: ignore[arg-type]
        (lambda: SCHEMA.parse({"id": 1}, only=["id"]), "as str or bytes, not dict"),  # type: ignore[arg-type]
        (lambda: SCHEMA.parse_expression(b"id:1"), "parse_expression takes a str, not bytes"),  # type: ignore[arg-type]
    ],
)
def test_a_mistake_of_the_host_is_a_type_error(mistake: Callable[[], Any], says: str) -> None:
    with pytest.raises(TypeError, match=says):
        mistake()


# --- expressions by themselves


def test_an_expression_is_not_percent_encoded() -> None:
    assert SCHEMA.parse_expression("name:a%20b+c") == Compare(NAME, Op.EQ, "a%20b+c")
    assert SCHEMA.parse_expression("or(id:1,at:now)", now=NOON) == pq.any_of(
        Compare(ID, Op.EQ, 1), Compare(AT, Op.EQ, NOON)
    )


@pytest.mark.parametrize(
    ("text", "code", "span"),
    [
        ("", "empty-value", (0, 0)),
        ("or(id:1", "syntax", (7, 7)),
        ("or(id:x,id:1)", "invalid-value", (6, 7)),
        ("nope:1", "unknown-parameter", (0, 4)),
        ("option:1", "unknown-parameter", (0, 6)),
        ("name:a\0b", "unsupported-character", (6, 7)),
        ("not(" * 9, "too-deep", (32, 36)),
        (f"or({','.join(['id:1'] * 65)})", "too-many", (0, 328)),
        ("id:" + "1" * 8192, "too-long", (0, 8195)),
    ],
)
def test_a_wrong_expression_is_a_query_error_as_in_a_query(text: str, code: str, span: tuple[int, int]) -> None:
    with pytest.raises(pq.QueryError) as caught:
        SCHEMA.parse_expression(text)
    (found,) = caught.value.problems
    assert (found.code, found.span) == (code, span)
    assert found.parameter == (None if code in ("too-many", "too-long") else "filter")


# --- the public API


def test_the_public_api_does_what_its_types_say() -> None:
    """`make check` holds the types of this program, and of one that must be refused, by mypy and pyright."""
    runpy.run_path(str(Path(__file__).parents[1] / "typing" / "api.py"))["main"]()


# --- rules


def rule(query: pq.Query) -> list[pq.Problem] | None:
    if "name" in query.names and "id" in query.names:
        return [
            pq.Problem("conflict", "send name or id", "name", query.names["name"]),
            pq.Problem("conflict", "not\nboth \u202eof them"),
        ]
    return None


RULED = pq.Schema(ID, NAME, rules=[rule, lambda query: [pq.Problem("conflict", "no 5")] if "5" in query.text else []])


def test_rules_of_the_host_are_asked_of_a_query_that_is_right() -> None:
    RULED.parse("id=1")
    found = refused(RULED, "id=5&name=x")
    assert [(one.message, one.span) for one in found] == [
        (r"not\nboth \u202eof them", Span(0, 11)),
        ("no 5", Span(0, 11)),
        ("send name or id", Span(5, 9)),
    ]


def test_rules_are_not_asked_of_a_query_that_is_wrong() -> None:
    assert problem(RULED, "id=x5&name=x").code == "invalid-value"
