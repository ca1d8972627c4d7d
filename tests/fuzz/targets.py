"""What is fuzzed: each target takes any bytes, and raises where a promise is broken."""

from __future__ import annotations

import asyncio
import datetime as dt
import json
from collections.abc import Callable, Mapping
from functools import cache

import paramql as pq
from asked_instances import DIGDIR, NOON, PARTY, USER, client, documents, filled
from paramql.instances.service import PATH
from paramql.position import binding
from paramql.tokens import Opened
from promises import hold_to_its_promises, hold_to_its_text
from served import Client, answered
from strategies.texts import FIELDS, SCHEMA

KEYS = pq.Tokens({"a": b"k" * 32})
PAGED = pq.Schema(*FIELDS, order="desc:placed,name", tokens=KEYS)
TABLE = pq.target("sqlite", PAGED, table="things")


def query(data: bytes) -> None:
    """A query string: what it asks for, or problems with places in it. Half of them as bytes, half as text."""
    text = data if len(data) % 2 else data.decode("utf-8", "surrogateescape")
    try:
        found = SCHEMA.parse(text, now=NOON)
    except pq.QueryError as error:
        hold_to_its_promises(text, error)
    else:
        hold_to_its_text(text, found)


def expression(data: bytes) -> None:
    """An expression: a meaning whose text means the same, or problems with places in it."""
    text = data.decode("utf-8", "replace")
    try:
        found = SCHEMA.parse_expression(text)
    except pq.QueryError as error:
        hold_to_its_promises(text, error)
    else:
        pq.compile(found, "sqlite")
        try:
            canonical = pq.encode(found)
        except ValueError:  # a constant has no text, and a computed parameter may give one
            return
        assert pq.encode(SCHEMA.parse(canonical).where) == canonical, canonical


def token(data: bytes) -> None:
    """A continuation token as it comes, and sort values that we have signed: a page, or the one error."""
    _resumed(data.decode("latin-1"))
    leads_on(data)


def leads_on(data: bytes) -> bool:
    """Whether a token that we have signed, with a sort value from each line, leads on."""
    values = tuple(text or None for text in data.decode("utf-8", "replace").split("\n"))
    first = PAGED.parse("order=placed,price,customer.born", now=NOON)
    try:
        signed = KEYS.mint(Opened(NOON, NOON + dt.timedelta(seconds=len(data)), binding(first), values))
    except ValueError:
        return False
    return _resumed(signed, "order=placed,price,customer.born&")


def _resumed(text: str, before: str = "") -> bool:
    escaped = text.replace("%", "%25").replace("&", "%26").replace("+", "%2B")
    try:
        found = PAGED.parse(f"{before}continuationToken={escaped}", now=NOON)
    except pq.QueryError as error:
        codes = {one.code for one in error.problems}
        assert codes <= {"invalid-token", "empty-value", "too-long", "unsupported-character"}, codes
        return False
    sql = pq.page(found, TABLE).select()
    assert sql.text.count("?") == len(sql.params)
    return True


@cache
def _service() -> Client:
    return client(filled("sqlite://", documents(20)))


def request(data: bytes) -> None:
    """A request to the instances service, a query string and lines of headers: an answer in JSON, and no failure."""
    asked, *lines = data.split(b"\n")
    bearer, own = (DIGDIR, b"org=digdir&") if len(data) % 2 else (USER, f"instanceOwner.partyId={PARTY}&".encode())
    headers = [(b"authorization", f"Bearer {bearer}".encode())]
    headers += [(name.lower().strip(), value) for name, _, value in (line.partition(b":") for line in lines[:5])]
    status, body = asyncio.run(answered(_service().app, PATH, own + asked, headers))
    assert status in {200, 304, 400, 401, 403, 406, 414, 431}, status
    assert status == 304 or json.loads(body) is not None


TARGETS: Mapping[str, Callable[[bytes], None]] = {
    "query": query,
    "expression": expression,
    "token": token,
    "request": request,
}
