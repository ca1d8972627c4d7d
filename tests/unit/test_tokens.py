"""Continuation tokens: what is signed holds, and whatever is wrong with one is one and the same error."""

from __future__ import annotations

import base64
import datetime as dt
import hmac
import os
import subprocess
import sys
from typing import Any

import pytest

import paramql as pq
from paramql.position import binding
from paramql.source import in_url
from paramql.tokens import BadToken, Opened

OLD, NEW, FOREIGN = b"o" * 32, b"n" * 32, b"f" * 32
NOON = dt.datetime(2026, 5, 1, 12, tzinfo=dt.UTC)
RECORDS = [{"id": number, "height": number % 3 or None} for number in range(10)]
QUERY = "id=gte:0&size=2"


def schema(tokens: pq.Tokens | None, *more: pq.Field) -> pq.Schema:
    """A schema whose queries are paged by height, then id."""
    key, height = pq.Field("id", pq.Integer(), unique=True), pq.Field("height", pq.Integer(), sortable=True)
    return pq.Schema(key, height, *more, order="desc:height", tokens=tokens)


HOURLY = schema(pq.Tokens({"a": OLD}, max_age=dt.timedelta(hours=1)))


def token_of(text: str = QUERY, asked: pq.Schema = HOURLY, audience: str | None = None) -> str:
    """The token of the first page."""
    token = pq.paginate(RECORDS, asked.parse(text, now=NOON, audience=audience)).next_token
    assert token is not None
    return token


def refusal(token: str, text: str = QUERY, asked: pq.Schema = HOURLY, **more: object) -> tuple[object, ...]:
    """The problem that a token meets, apart from its place."""
    with pytest.raises(pq.QueryError) as caught:
        asked.parse(f"{text}&continuationToken={token}", **({"now": NOON} | more))  # type: ignore[arg-type]
    (problem,) = caught.value.problems
    written = caught.value.text[problem.span.start : problem.span.end]
    assert written == token
    return (problem.code, problem.message, problem.parameter, problem.hint)


def flipped(token: str, at: int) -> str:
    """The token with one character changed."""
    return token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :]


def test_every_misuse_is_one_and_the_same_error() -> None:
    good = token_of()
    wider = schema(HOURLY.tokens, pq.Field("more", pq.Text()))
    signed_by_others = token_of(asked=schema(pq.Tokens({"a": FOREIGN})))
    found = {
        refusal("x"),
        refusal("a.b.c"),
        refusal("a" * 5000),
        refusal("é"),
        refusal(good[:-1]),
        refusal(good + "="),
        refusal(good + ".x"),
        refusal(signed_by_others),
        refusal(good.replace("a.", "b.", 1)),
        refusal(good, "id=gte:1&size=2"),
        refusal(good, "id=gte:0&size=2&order=height"),
        refusal(good, audience="someone"),
        refusal(token_of(audience="someone")),
        refusal(good, asked=wider),
        refusal(good, now=NOON + dt.timedelta(hours=1, seconds=1)),
        *(refusal(flipped(good, at)) for at in range(0, len(good), 7)),
    }
    assert {code for code, *_ in found} == {"invalid-token"}
    assert len(found) == 1


@pytest.mark.parametrize("values", [(), ("1",), ("1", "2", "3"), (None, None), ("x", "1"), ("1", "")])
def test_values_that_do_not_fit_the_order_are_refused_even_if_signed(values: tuple[str | None, ...]) -> None:
    assert HOURLY.tokens is not None
    bound = binding(HOURLY.parse(QUERY, now=NOON))
    assert refusal(HOURLY.tokens.mint(Opened(NOON, NOON, bound, values))) == refusal("x")


def test_no_page_begins_again_where_a_record_lacks_a_value_that_it_must_have() -> None:
    """No value, of a text that is required, would be read as the empty one: all others come after it."""
    named = pq.Schema(pq.Field("id", pq.Text(), unique=True), tokens=HOURLY.tokens)
    token = pq.paginate([{"id": "a"}, {}, {}], named.parse("size=2", now=NOON)).next_token
    assert token is not None
    assert refusal(token, "size=2", named) == refusal("x", "size=2", named)


def test_values_finer_than_their_type_are_refused_even_if_signed() -> None:
    at = pq.Field("at", pq.DateTime("ms"), sortable=True)
    asked = pq.Schema(pq.Field("id", pq.Integer(), unique=True), at, order="at", tokens=HOURLY.tokens)
    assert asked.tokens is not None
    bound = binding(asked.parse("size=2", now=NOON))
    for written in ("2026-05-01T12:00:00.1234Z", "2026-05-01T12:00:00.1234567Z"):
        token = asked.tokens.mint(Opened(NOON, NOON, bound, (written, "1")))
        assert refusal(token, "size=2", asked) == refusal("x", "size=2", asked)


def test_a_token_cannot_be_spelled_in_two_ways() -> None:
    good = token_of()
    head, payload, signature = good.split(".")
    last = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    same = [
        c
        for c in last
        if base64.urlsafe_b64decode(signature[:-1] + c + "=") == base64.urlsafe_b64decode(signature + "=")
    ]
    assert len(same) > 1
    for character in set(same) - {signature[-1]}:
        refusal(f"{head}.{payload}.{signature[:-1]}{character}")


@pytest.fixture(name="compared")
def _compared(monkeypatch: pytest.MonkeyPatch) -> list[tuple[bytes, bytes]]:
    """What `hmac.compare_digest` is given, pair by pair."""
    pairs, compare = list[tuple[bytes, bytes]](), hmac.compare_digest

    def spy(one: bytes, other: bytes) -> bool:
        pairs.append((one, other))
        return compare(one, other)

    monkeypatch.setattr(hmac, "compare_digest", spy)
    return pairs


def signature_of(token: str) -> bytes:
    """The last part of it."""
    return token.rpartition(".")[2].encode()


def test_signatures_and_bindings_are_compared_in_constant_time(compared: list[tuple[bytes, bytes]]) -> None:
    """The signature of each token with what it should be, and if it is ours, what it is for with what is asked."""
    good = token_of()
    bound, other = (binding(HOURLY.parse(text, now=NOON)).encode() for text in (QUERY, "id=gte:1&size=2"))
    signature, forged = signature_of(good), flipped(good, len(good) - 2)
    assert HOURLY.parse(f"{QUERY}&continuationToken={good}", now=NOON).page.after is not None
    assert compared == [(signature, signature), (bound, bound)]
    compared.clear()
    refusal(forged)
    assert compared == [(signature, signature_of(forged))]
    compared.clear()
    refusal(good, "id=gte:1&size=2")
    assert compared == [(signature, signature), (other, bound)]


def test_a_token_with_an_unknown_key_is_compared_like_any_other(compared: list[tuple[bytes, bytes]]) -> None:
    """Or time would tell which keys there are."""
    unknown = token_of().replace("a.", "b.", 1)
    refusal(unknown)
    assert [given for _, given in compared] == [signature_of(unknown)]


@pytest.mark.parametrize(("text", "at"), [(QUERY, -2), ("id=gte:1&size=2", 0)])
def test_nothing_but_the_comparison_in_constant_time_decides(
    monkeypatch: pytest.MonkeyPatch, text: str, at: int
) -> None:
    """Where it takes what is wrong for equal, so does the library: it looks by no other way, as `==` would be."""
    good = token_of()
    wrong = flipped(good, at % len(good)) if at else good
    assert refusal(wrong, text) == refusal("x")
    monkeypatch.setattr(hmac, "compare_digest", lambda *_: True)
    assert HOURLY.parse(f"{text}&continuationToken={wrong}", now=NOON).page.after is not None


def test_an_empty_token_is_invalid_too() -> None:
    with pytest.raises(pq.QueryError) as caught:
        HOURLY.parse("continuationToken=")
    assert [problem.code for problem in caught.value.problems] == ["invalid-token"]


def test_without_keys_there_is_no_such_parameter() -> None:
    with pytest.raises(pq.QueryError) as caught:
        schema(None).parse("continuationToken=x")
    assert [problem.code for problem in caught.value.problems] == ["unknown-parameter"]


def test_keys_rotate() -> None:
    old = token_of()
    rotated = schema(pq.Tokens({"b": NEW, "a": OLD}))
    assert token_of(asked=rotated).startswith("b.")
    assert rotated.parse(f"{QUERY}&continuationToken={old}", now=NOON).page.after is not None
    assert refusal(old, asked=schema(pq.Tokens({"b": NEW}))) == refusal("x")


def test_the_size_may_change_between_pages() -> None:
    query = HOURLY.parse(f"id=gte:0&size=3&continuationToken={token_of()}", now=NOON)
    assert [record["id"] for record in pq.paginate(RECORDS, query).items] == [2, 7, 4]


def test_a_filter_spelled_differently_is_the_same_filter() -> None:
    token = token_of("height=in:2,1&size=2&id=gte:0")
    query = HOURLY.parse(f"id=gte:0&height=in:(1,2)&continuationToken={token}", now=NOON)
    assert query.page.after is not None


def test_now_is_frozen_on_the_first_page_and_the_age_counts_from_the_last() -> None:
    field = pq.Field("seen", pq.DateTime())
    dated = schema(HOURLY.tokens, field)
    records = [record | {"seen": NOON - dt.timedelta(minutes=record["id"] or 0)} for record in RECORDS]
    text, now, seen = "seen=gt:now-6m&size=2", NOON, []
    while True:
        query = dated.parse(text, now=now)
        assert query.now == NOON
        result = pq.paginate(records, query)
        seen += [record["id"] for record in result.items]
        if result.next_token is None:
            break
        text, now = pq.link(query, result.next_token), now + dt.timedelta(minutes=50)
    assert set(seen) == {0, 1, 2, 3, 4, 5}


def test_a_sort_value_too_long_for_a_url_is_refused_by_name() -> None:
    tokens = pq.Tokens({"a": OLD})
    named = pq.Schema(pq.Field("id", pq.Text(), unique=True), tokens=tokens)
    sentence = "^the sort values of a record are too long for a continuation token; sort by shorter ones$"
    with pytest.raises(ValueError, match=sentence):
        pq.paginate([{"id": "x" * 5000}, {"id": "y"}], named.parse("size=1"))


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        ({}, "^Tokens takes at least one key: Tokens"),
        ({"a b": OLD}, "the key id"),
        ({5: OLD}, "the key id"),
        ({"a": b"short"}, "at least 32"),
    ],
)
def test_wrong_keys_are_refused_when_made(keys: Any, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        pq.Tokens(keys)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (({"a": "x" * 32},), "the key 'a' must be bytes"),
        (({"a": bytearray(32)},), "the key 'a' must be bytes"),
        ((OLD,), "^Tokens takes keys by id"),
        (({"a": OLD}, 3600), "max_age must be a timedelta"),
    ],
)
def test_keys_of_another_type_are_refused_when_made(arguments: tuple[Any, ...], sentence: str) -> None:
    with pytest.raises(TypeError, match=sentence):
        pq.Tokens(*arguments)


def test_links_repeat_the_clients_own_text() -> None:
    query = HOURLY.parse("id=gte:0&&size=2&height=exists:true", now=NOON)
    token = token_of("id=gte:0&size=2&height=exists:true")
    assert pq.link(query, token) == f"id=gte:0&size=2&height=exists:true&continuationToken={token}"
    assert pq.link(HOURLY.parse(pq.link(query, token), now=NOON)) == "id=gte:0&size=2&height=exists:true"


def test_links_encode_what_cannot_stand_in_a_url_and_nothing_twice() -> None:
    named = schema(HOURLY.tokens, pq.Field("name", pq.Text()))
    assert pq.link(named.parse('name=eq:å "b"%20c+d')) == "name=eq:%C3%A5%20%22b%22%20c+d"


def test_a_query_as_long_as_allowed_still_has_later_pages() -> None:
    limit = pq.Limits().query
    text = "id=gte:0&size=2&filter=not(id:in:(" + ",".join(["999"] * 200)
    text += "+" * (limit - len(text) - 2) + "))"
    query, token = HOURLY.parse(text, now=NOON), token_of(text)
    following = HOURLY.parse(f"{text}&continuationToken={token}", now=NOON)
    assert len(query.text) == limit
    assert following.page.after is not None
    for longer in (f"{text}&id=1", f"{text}+&continuationToken={token}", f"continuationToken={token}&{text}&id=1"):
        with pytest.raises(pq.QueryError) as caught:
            HOURLY.parse(longer, now=NOON)
        assert [problem.code for problem in caught.value.problems] == ["too-long"]
    with pytest.raises(pq.QueryError, match="at most 8,192"):
        HOURLY.parse(f"id=1&continuationToken={'a' * 2 * limit}")


def as_long_as_allowed(character: str) -> str:
    """A query of that character whose links are as long as they may be."""
    text, limit = "size=2", pq.Limits().query
    while (left := (limit - len(in_url(f"{text}&name=ne:"))) // len(in_url(character))) > 0:
        text += "&name=ne:" + character * min(left, 700)
    return text


@pytest.mark.parametrize("character", ["é", "🚀", '"', " "])
def test_a_query_whose_links_would_be_too_long_is_too_long(character: str) -> None:
    named, text = schema(HOURLY.tokens, pq.Field("name", pq.Text())), as_long_as_allowed(character)
    following = pq.link(named.parse(text, now=NOON), token_of(text, named))
    assert named.parse(following, now=NOON).page.after is not None
    with pytest.raises(pq.QueryError, match="at most 8,192") as caught:
        named.parse(text + character * 9, now=NOON)
    assert caught.value.problems[0].span == (0, len(text) + 9)
    without = schema(None, pq.Field("name", pq.Text()))
    assert without.parse(text + character * 9, now=NOON).page.size == 2


# --- tokens by themselves: what mutants of them have left to be asked

KEYS = pq.Tokens({"a": OLD}, max_age=dt.timedelta(hours=1))
LONGEST = 4096
KEPT = (
    "a."
    "WyIyMDI2LTA1LTAxVDEyOjAwOjAwKzAwOjAwIiwiMjAyNi0wNS0wMVQxMjowMDowMCswMDowMCIsIjQ3YWFhM2MwMGQxYTU2ZDEwM2M0MmQ1NzY4"
    "ZTYxZDM5MThiNWFmZmY4ZTgyZTE2NDlkYzk2NTI2NzRjMzdhOTciLFsiMiIsIjUiXV0."
    "ls8VdPo0t-qSLUf38qSTq6MNIAvm672LQfmrd0kjplk"
)


def test_a_token_is_written_in_this_way_and_in_no_other() -> None:
    """Links that clients keep outlast a new version of the library."""
    token = KEYS.mint(Opened(NOON, NOON, "what it is for", ("å, b", None, "1")))
    assert token == (
        "a."
        "WyIyMDI2LTA1LTAxVDEyOjAwOjAwKzAwOjAwIiwiMjAyNi0wNS0wMVQxMjowMDowMCswMDowMCIsIndoYXQgaXQgaXMgZm9yIixbIsOlLCBi"
        "IixudWxsLCIxIl1d."
        "N5so3JPwVkwHqemtRjCZNJq6bdp5ta2b4dF9jOPPVz8"
    )


def test_a_link_that_a_client_has_kept_leads_on() -> None:
    """What a token is bound to is said in this way and in no other, too."""
    assert token_of() == KEPT
    assert HOURLY.parse(f"{QUERY}&continuationToken={KEPT}", now=NOON).page.after == (2, 5)


def test_whatever_a_token_ends_in_it_opens() -> None:
    for number in range(200):
        content = Opened(NOON, NOON, "x" * (number % 3), (str(number),))
        assert KEYS.open(KEYS.mint(content), NOON) == content


def test_a_token_is_taken_for_as_long_as_it_says_and_may_be_as_long_as_it_says() -> None:
    content = Opened(NOON, NOON, "", ("",))
    assert KEYS.open(KEYS.mint(content), NOON + dt.timedelta(hours=1)) == content
    with pytest.raises(BadToken):
        KEYS.open(KEYS.mint(content), NOON + dt.timedelta(hours=1, microseconds=1))
    sizes = {size: content._replace(values=("x" * size,)) for size in range(2900, 3000)}
    minted = {len(token): content for content in sizes.values() if (token := _minted(content))}
    assert max(minted) == LONGEST
    assert KEYS.open(KEYS.mint(minted[LONGEST]), NOON) == minted[LONGEST]


def _minted(content: Opened) -> str | None:
    try:
        return KEYS.mint(content)
    except ValueError:
        return None


def test_what_is_no_token_by_its_looks_is_not_signed_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """Or a client has the service sign megabytes."""
    monkeypatch.setattr("paramql.tokens._sign", None)
    for token in ("a" * (LONGEST + 1), "a.é.x"):
        with pytest.raises(BadToken):
            KEYS.open(token, NOON)


_MINTED = """
import datetime as dt, paramql as pq
line = pq.Record(pq.Field("sku", pq.Text(), operators=["eq", "in", "contains", "ieq"]))
lines = pq.Field("lines", pq.ListOf(line))
fields = pq.Field("id", pq.Integer(), unique=True, operators=["eq", "in", "gt", "lt"]), lines
print(pq.Schema(*fields, tokens=pq.Tokens({"k": b"k" * 32})).fingerprint)
"""


def test_a_token_leads_on_in_every_process() -> None:
    """Sets have another order in each."""
    found = set()
    for seed in "123":
        environment = os.environ | {"PYTHONHASHSEED": seed}
        found.add(
            subprocess.run([sys.executable, "-c", _MINTED], env=environment, capture_output=True, check=True).stdout
        )
    assert len(found) == 1
