"""Requests that no client ought to send, byte by byte: an answer that says so, and never a failure."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter

import pytest

from asked_instances import DIGDIR, PARTY, SCHEMA, USER, client, documents, filled
from paramql.instances.service import PATH
from served import answered

NAMES = [
    *(field.name for field in SCHEMA.fields),
    *(parameter.name for parameter in SCHEMA.parameters),
    *"order size filter continuationToken data.dataType data.size x".split(),
]
WORDS = ["", "", *"eq: ne: gt: gte: in: nin: not: contains: icontains: startswith: exists: ieq: gtt:".split()]
VALUES = """1 true 2019 2019-05-01 now-1y today a,b (a,b) %00 %ff %ED%A0%80 é 𝒳 ';-- " \\ {$gt:1} -1 1e9 0 null NaN İ ﬀ
    %F0%9F%98%80 + %2B ( ) any(data,size:gt:1) or(org:digdir,id:1) and( not(not(org:digdir)) 2019-02-30 0000-01-01
    9999-12-31T23:59:59.9999999Z 0001-01-01T00:00:00%2B14:00 now-99999y now%2B999999999d""".split()
VALUES += ["", "9" * 30, "x" * 1000, "ß" * 120]
HEADERS = [
    (b"x-ai-instanceowneridentifier", b"\xff"),
    (b"x-ai-instanceowneridentifier", b"Person:01017012345"),
    (b"accept", b"*/*;q=;;,\xff"),
    (b"authorization", b"Bearer \xff"),
    (b"if-none-match", b"*, \xff"),
    (b"accept-encoding", b"gzip;q=what"),
]


def drawn(rng: random.Random) -> tuple[bytes, list[tuple[bytes, bytes]]]:
    """A query string as it stands in a request, and headers."""
    token, sent = rng.choice([(DIGDIR, "org=digdir"), (USER, f"instanceOwner.partyId={PARTY}")])
    parts = [f"{rng.choice(NAMES)}={rng.choice(WORDS)}{rng.choice(VALUES)}" for _ in range(rng.choice([1, 1, 1, 3]))]
    text = "&".join([sent, *parts] if rng.random() < 0.95 else parts)
    headers = [(b"authorization", f"Bearer {token}".encode()), *(one for one in HEADERS if rng.random() < 0.05)]
    return (text.encode("latin-1", "replace") if rng.random() < 0.1 else text.encode()), headers


@pytest.mark.parametrize("share", range(2))
def test_whatever_is_sent_there_is_an_answer(share: int) -> None:
    rng, statuses = random.Random(share), Counter[int]()
    with client(filled("sqlite://", documents(20))) as service:
        for _ in range(200):
            query, headers = drawn(rng)
            status, body = asyncio.run(answered(service.app, PATH, query, headers))
            statuses[status] += 1
            assert status in {200, 400, 401, 403, 406}, (query, headers)
            assert json.loads(body) is not None
    assert statuses[200] > 10
    assert statuses[400] > 100
