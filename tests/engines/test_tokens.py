"""On every engine a token of the wrong kind is one and the same error, and one of an older key still leads on."""

from __future__ import annotations

import base64
import datetime as dt
import itertools
from collections.abc import Iterator
from typing import Any as Anything

import pytest

import paramql as pq
from pagers import PAGERS, InMemory, Pager

OLD, NEW, FOREIGN = b"o" * 32, b"n" * 32, b"f" * 32
NOON = dt.datetime(2019, 5, 1, 12, 0, 0, 1, tzinfo=dt.UTC)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
TOLD = [
    (
        "invalid-token",
        "the continuation token is not valid for this query",
        "continuationToken",
        "take it from the next link of the page before, with the same query",
    )
]
QUERY = "word=exists:true&order=desc:word,at&size=2"


def schema(keys: dict[str, bytes], *more: pq.Field) -> pq.Schema:
    """Paged by text and instants, an hour long."""
    return pq.Schema(
        pq.Field("id", pq.Integer(), unique=True, sortable=True),
        pq.Field("word", pq.Text(), sortable=True),
        pq.Field("at", pq.DateTime(), sortable=True),
        *more,
        tokens=pq.Tokens(keys, max_age=dt.timedelta(hours=1)),
    )


HOURLY = schema({"a": OLD})
RECORDS = [
    HOURLY.load({"id": number, "word": "b>?~"[number % 4 :], "at": NOON if number % 3 else None}) for number in range(9)
]


@pytest.fixture(params=[name for name in PAGERS if not name.endswith("rows")], scope="module", name="pager")
def _pager(request: pytest.FixtureRequest) -> Pager:
    if reason := PAGERS[request.param].missing():
        pytest.skip(reason)
    pager = PAGERS[request.param].make()
    pager.load(HOURLY, RECORDS)
    return pager


def token_of(pager: Pager, asked: pq.Schema = HOURLY, text: str = QUERY, **more: Anything) -> str:
    """The token of the first page."""
    token = pager.page(asked.parse(text, now=NOON, **more)).token
    assert token is not None
    return token


def answer(pager: Pager, token: str, asked: pq.Schema = HOURLY, text: str = QUERY, **more: Anything) -> object:
    """The page that the token leads to, or what the client is told, but for the place of the token."""
    try:
        now = more.pop("now", NOON)
        return pager.page(asked.parse(f"{text}&continuationToken={token}", now=now, **more))
    except pq.QueryError as error:
        return [(one.code, one.message, one.parameter, one.hint) for one in error.problems]


def misused(pager: Pager) -> Iterator[object]:
    """The answers to tokens that are not ours, not whole, not for this query, not of now."""
    good = token_of(pager)
    yield from (answer(pager, token) for token in spoiled(good))
    yield answer(pager, token_of(pager, schema({"a": FOREIGN})))
    yield answer(pager, good, text=QUERY.replace("true", "true&id=gt:0"))
    yield answer(pager, good, text=QUERY.replace("desc:", ""))
    yield answer(pager, good, text=QUERY.replace(",at", ""))
    yield answer(pager, good, audience="another")
    yield answer(pager, token_of(pager, audience="another"))
    yield answer(pager, good, schema({"a": OLD}, pq.Field("more", pq.Text())))
    yield answer(pager, good, schema({"b": NEW}))
    yield answer(pager, good, now=NOON + dt.timedelta(hours=1, microseconds=1))


def spoiled(token: str) -> Iterator[str]:
    """Cut, changed, spelled in another way."""
    head, payload, signature = token.split(".")
    yield from ("", "x", "..", "a..", token * 20, token[:-1], token[1:], token[: len(token) // 2], token.swapcase())
    yield from (token.upper(), token.lower(), f"{token}=", f"{head}.{payload}=.{signature}", f"{token}.", f".{token}")
    yield from (f"b.{payload}.{signature}", f"A.{payload}.{signature}", f"{head}.{signature}.{payload}")
    yield from (f"%20{token}", f"{token}%0A", f"{token},{token}", f"%22{token}%22", f"{token}%EF%BC%9D")
    standard = base64.b64encode(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))).decode()
    yield f"{head}.{standard.replace('+', '%2B').replace('/', '%2F')}.{signature}"
    yield f"{head}.{base64.b64encode(payload.encode()).decode()}.{signature}"
    for part in (payload, signature):
        for twin in twins(part):
            yield token.replace(part, twin)
    yield from (token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :] for at in range(0, len(token), 5))


def twins(part: str) -> list[str]:
    """Other texts that decode to the same bytes."""
    padding = "=" * (-len(part) % 4)
    meant = base64.urlsafe_b64decode(part + padding)
    other = (part[:-1] + letter for letter in LETTERS if letter != part[-1])
    return [text for text in other if base64.urlsafe_b64decode(text + padding) == meant]


def test_every_misuse_is_one_and_the_same_error_on_every_engine(pager: Pager) -> None:
    found = list(misused(pager))
    assert len(found) > 60
    assert [one for one in found if one != TOLD] == []


def test_every_engine_makes_the_same_token_of_a_page(pager: Pager) -> None:
    memory = InMemory()
    memory.load(HOURLY, RECORDS)
    assert token_of(pager) == token_of(memory)


def test_a_token_of_an_older_key_that_is_kept_leads_on(pager: Pager) -> None:
    rotated, found, text = schema({"b": NEW, "a": OLD}), list[int](), QUERY
    for asked in itertools.chain([HOURLY], itertools.repeat(rotated)):
        query = asked.parse(text, now=NOON)
        shown = pager.page(query)
        found += shown.keys
        if shown.token is None:
            break
        assert shown.token.startswith("a." if asked is HOURLY else "b.")
        text = pq.link(query, shown.token)
    assert found == [one["id"] for one in pq.paginate(RECORDS, HOURLY.parse(QUERY.replace("size=2", "size=99"))).items]
    assert len(found) == len(RECORDS)
