"""What is fuzzed: each target takes any bytes, and raises where a promise is broken.

A target is to take little time: of what is dear, such as an error drawn with its carets, one input in eight is asked.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any
from zlib import crc32

import anyio.to_thread

import paramql as pq
from asked_instances import DIGDIR, NOON, PARTY, SECRET, USER, client, documents, filled
from paramql.instances import keys
from paramql.instances.service import PATH
from paramql.position import binding
from paramql.server import Bearer, SharedKey
from paramql.server.bearer import Claims
from paramql.tokens import Opened
from promises import hold_to_its_look, hold_to_its_places, hold_to_its_sql, hold_to_its_text
from served import Client, answered
from strategies.texts import FIELDS, SCHEMA

KEYS = pq.Tokens({"a": b"k" * 32})
PAGED = pq.Schema(*FIELDS, order="desc:placed,name", tokens=KEYS)
TABLE = pq.target("sqlite", PAGED, table="things")
ORDER = "order=placed,price,customer.born"
BOUND = binding(PAGED.parse(ORDER, now=NOON))
GENUINE = [
    KEYS.mint(Opened(NOON, NOON, BOUND, (f"2019-05-{day:02}T12:00:00Z", "10.5", None, str(day))))
    for day in range(1, 29)
]


def query(data: bytes) -> None:
    """A query string: what it asks for, or problems with places in it. Half of them as bytes, half as text."""
    text = data if len(data) % 2 else data.decode("utf-8", "surrogateescape")
    try:
        found = SCHEMA.parse(text, now=NOON)
    except pq.QueryError as error:
        _hold(data, text, error)
    else:
        hold_to_its_text(text, found)
        if _is_chosen(data):
            hold_to_its_sql(found)


def _hold(data: bytes, text: str | bytes, error: pq.QueryError) -> None:
    hold_to_its_places(text, error)
    if _is_chosen(data):
        hold_to_its_look(error)


def _is_chosen(data: bytes) -> bool:
    return crc32(data) % 8 == 0


def expression(data: bytes) -> None:
    """An expression: a meaning whose text means the same, or problems with places in it."""
    text = data.decode("utf-8", "replace")
    try:
        found = SCHEMA.parse_expression(text)
    except pq.QueryError as error:
        _hold(data, text, error)
    else:
        if _is_chosen(data):
            _read_again(found)


def _read_again(found: pq.Expression) -> None:
    pq.compile(found, "sqlite")
    try:
        canonical = pq.encode(found)
    except ValueError:  # a constant has no text, and a computed parameter may give one
        return
    assert pq.encode(SCHEMA.parse(canonical).where) == canonical, canonical


def token(data: bytes) -> None:
    """A continuation token, ours or not, or sort values that we have signed: a page, or the one error.

    No token leads on but those that were signed: whatever is changed in one.
    """
    if data.startswith(b"a.") or len(data) % 2:
        text = data.decode("latin-1")
        assert not _resumed(text) or text in GENUINE, text
    else:
        leads_on(data)


def leads_on(data: bytes) -> bool:
    """Whether a token that we have signed, with a sort value from each line, leads on."""
    values = tuple(text or None for text in data.decode("utf-8", "replace").split("\n"))
    try:
        signed = KEYS.mint(Opened(NOON, NOON + dt.timedelta(seconds=len(data)), BOUND, values))
    except ValueError:
        return False
    return _resumed(signed)


def _resumed(text: str) -> bool:
    escaped = text.replace("%", "%25").replace("&", "%26").replace("+", "%2B")
    try:
        found = PAGED.parse(f"{ORDER}&continuationToken={escaped}", now=NOON)
    except pq.QueryError as error:
        codes = {one.code for one in error.problems}
        assert codes <= {"invalid-token", "empty-value", "too-long", "unsupported-character"}, codes
        return False
    sql = pq.page(found, TABLE).select()
    assert sql.text.count("?") == len(sql.params)
    return True


class _Remembered(SharedKey):
    """Verifies the tokens that are sent with every request once."""

    def __init__(self, key: bytes) -> None:
        super().__init__(key)
        self._known: dict[str, Claims] = {}

    def verified(self, token: str, **expected: Any) -> Claims:
        """The claims."""
        found = self._known.get(token) or super().verified(token, **expected)
        if token in {DIGDIR, USER}:
            self._known[token] = found
        return found


@cache
def _service() -> Client:
    return client(filled("sqlite://", documents(6)), bearer=Bearer(_Remembered(SECRET), keys.ISSUER, keys.AUDIENCE))


@cache
def _loop() -> asyncio.AbstractEventLoop:
    return asyncio.new_event_loop()


@contextmanager
def _in_one_thread() -> Iterator[None]:
    """What is done in threads is done in this one: handing over takes longer than answering."""

    async def here(work: Callable[[], Any], *_: Any, **__: Any) -> Any:
        return work()

    threads: Any = anyio.to_thread
    before, threads.run_sync = threads.run_sync, here
    try:
        yield
    finally:
        threads.run_sync = before


def request(data: bytes) -> None:
    """A request to the instances service, a query string and lines of headers: JSON of the caller's own, no failure."""
    asked, *lines = data.split(b"\n")
    is_owner = len(data) % 2 == 1
    bearer, own = (DIGDIR, b"org=digdir&") if is_owner else (USER, f"instanceOwner.partyId={PARTY}&".encode())
    headers = [(b"authorization", f"Bearer {bearer}".encode())]
    headers += [(name.lower().strip(), value) for name, _, value in (line.partition(b":") for line in lines[:5])]
    with _in_one_thread():
        status, body = _loop().run_until_complete(answered(_service().app, PATH, own + asked, headers))
    assert status in {200, 304, 400, 401, 403, 406, 414, 431}, status
    told = json.loads(body or b"{}")
    assert body or status == 304
    for one in told.get("instances", ()):
        assert one["org"] == "digdir" if is_owner else one["instanceOwner"]["partyId"] == str(PARTY)


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    "query": query,
    "expression": expression,
    "token": token,
    "request": request,
}
