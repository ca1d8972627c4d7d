"""What strangers send to the service: right requests, requests with mistakes, and requests that mean harm."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from urllib.parse import quote

from paramql.instances import keys
from paramql.instances.service import PATH

KEY = b"a key of the benchmark, of its own"
OWNER, USER = keys.owner_token(KEY, "digdir", seconds=86_400), keys.user_token(KEY, 50_000_001, seconds=86_400)
Sent = tuple[str, str]

GOOD = (
    ("org=digdir&size=20", OWNER),
    ("appId=digdir/kontaktskjema&process.currentTask=Task_1&size=20", OWNER),
    ("org=digdir&process.ended=gt:2020-03-10&size=20", OWNER),
    ("org=digdir&excludeConfirmedBy=digdir&size=20", OWNER),
    ("org=digdir&status.isArchived=true&lastChanged=gte:2019-05&lastChanged=lt:2020&size=20", OWNER),
    ("org=digdir&dueBefore=gt:2019-02&dueBefore=lt:2019-03-01&size=20", OWNER),
    ("org=digdir&filter=any(data,and(dataType:vedlegg,size:gt:1000000))&size=20", OWNER),
    ("instanceOwner.partyId=50000001&size=20", USER),
)
BAD = (
    ("org=digdir&orgg=x&created=gtt:2019&size=0&order=name", OWNER),
    ("org=digdir&created=2019-13-45", OWNER),
    ("org=digdir&filter=and(created:gt:2019,or(", OWNER),
    ('org=digdir&process.currentTask=in:(a,"b', OWNER),
    ("org=digdir&continuationToken=a.b.c", OWNER),
    ("created=gt:2019", OWNER),
    ("org=skd", OWNER),
    ("org=digdir", "no.token.atall"),
    ("org=digdir", ""),
    ("instanceOwner.partyId=50000002", USER),
    ("org=digdir&status.isArchived=maybe&status.isSoftDeleted=2", OWNER),
    ("&".join(["org=digdir", *(f"lastChangedd{number}=1" for number in range(60))]), OWNER),
)
_PAYLOADS = (
    "' OR '1'='1",
    "'; DROP TABLE instances; --",
    '{"$gt": ""}',
    "%' OR id LIKE '%",
    "\x00",
    "../../../../etc/passwd",
    "${jndi:ldap://127.0.0.1/a}",
    "a" * 4000,
    "\u202e\u0000\ud7ff\U0010ffff",
    "(" * 2000,
    "\\" * 2000,
)


def good() -> list[Sent]:
    """What a client asks that has read the page."""
    return [(get(query, token), "wait") for query, token in GOOD]


def bad() -> list[Sent]:
    """Mistakes, of names and of callers."""
    return [(get(query, token), "wait") for query, token in BAD]


def malicious(worst: list[str]) -> list[Sent]:
    """Attempts at others' rows, at the statement, at time and memory, at the protocol."""
    return [*((get(query, OWNER), "wait") for query in _queries(worst)), *_forged(), *_of_http()]


def get(query: str, token: str, *headers: str) -> str:
    """A request for a page, its bytes as Latin-1."""
    bearer = [f"Authorization: Bearer {token}"] if token else []
    lines = [f"GET {PATH}?{query} HTTP/1.1", "Host: service.example", *bearer, *headers]
    return "\r\n".join([*lines, "", ""])


def _queries(worst: list[str]) -> Iterator[str]:
    for payload in _PAYLOADS:
        quoted = quote(payload.encode("utf-8", "surrogatepass"), safe="")[:7000]
        yield f"org=digdir&process.currentTask={quoted}"
        yield f"org=digdir&{quoted}=1"
        yield f"org=digdir&filter=org:{quoted}"
        yield f"org=digdir&order={quoted}"
    yield from (quote(text, safe='=&:(),.%+-"')[:8192] for text in worst)
    yield "org=digdir&filter=" + "not(" * 2000
    yield "org=digdir&filter=or(" + ",".join(f"process.currentTask:contains:{number}" for number in range(63)) + ")"
    yield "org=digdir&filter=" + "or(" * 7 + ",".join(["any(data,size:gt:1)"] * 60) + ")" * 7
    yield "org=digdir&searchString=" + "a" * 2000
    yield "org=digdir&process.currentTask=in:" + ",".join(f"Task_{number}" for number in range(256))
    yield (
        "org=digdir&size=1000&filter=not(any(data,or(" + ",".join(f"filename:icontains:{n}" for n in range(60)) + ")))"
    )
    for clause in ("any(data,size:gt:{})", "id:contains:{}", "excludeConfirmedBy:w{}", "data:exists:true"):
        clauses = ",".join(clause.format(n) for n in range(60))
        yield f"org=digdir&instanceOwner.partyId=in:{','.join(map(str, range(250)))}&filter=or({clauses})"
    yield "org=digdir&filter=and(" + ",".join(f"any(data,size:gt:{n})" for n in range(60)) + ")"
    yield "org=digdir&id=in:" + ",".join(["x" * 30] * 300)
    yield "&".join(["org=digdir"] * 700)
    yield "org=digdir&created=now" + "-1d" * 2000
    yield "org=digdir&" + "%" * 6000
    yield "org=digdir&x=" + "a" * 60_000
    yield "org=digdir&instanceOwner.partyId=" + "9" * 4000


def _forged() -> Iterator[Sent]:
    """Bearer tokens without a signature, of another key, of another's claims; continuation tokens of our own making."""
    head, claims, _ = OWNER.split(".")
    none = base64.urlsafe_b64encode(b'{"alg":"none","typ":"JWT"}').decode().rstrip("=")
    skd = base64.urlsafe_b64encode(json.dumps({"urn:altinn:org": "skd"}).encode()).decode().rstrip("=")
    stranger = keys.owner_token(b"a key of somebody else, who is none", "skd")
    for token in (f"{none}.{claims}.", f"{head}.{skd}.x", stranger, "x" * 7000, "\xff\xfe"):
        yield get("org=skd", token), "wait"
    for token in ("1.e30.x", "." * 4000, "A" * 4096, "%00", "1." + "A" * 3000 + ".B"):
        yield get(f"org=digdir&continuationToken={token}", OWNER), "wait"


def _of_http() -> Iterator[Sent]:
    """What is hardly HTTP; clients that leave; headers without end."""
    whole = get("org=digdir&size=1000", OWNER)
    yield whole, "leave"
    yield whole[:40], "leave"
    yield "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + "\x00" * 100, "leave"
    yield "GET / HTTP/9.9\r\n\r\n", "wait"
    yield "\x00\xff\x00\xff\r\n\r\n", "wait"
    yield get("org=digdir", OWNER, *(f"X-{number}: {'a' * 100}" for number in range(300))), "wait"
    yield get("org=digdir", OWNER, "X-Long: " + "a" * 40_000), "wait"
    yield whole.replace("GET", "POST").replace("\r\n\r\n", "\r\nContent-Length: 9\r\n\r\nsize=1000"), "wait"
    yield whole.replace("GET", "DELETE"), "wait"
    yield whole.replace(PATH, "/../../etc/passwd"), "wait"
    yield get("org=digdir", OWNER, "Accept: text/html;q=x, */*;q=0"), "wait"
    yield get("org=digdir", OWNER, "Range: bytes=0-1,0-2,0-3", "If-None-Match: " + '"x",' * 900), "wait"
    yield get("instanceOwner.partyId=1", USER, "X-Ai-InstanceOwnerIdentifier: Person:1' OR 1=1"), "wait"
