"""What is asked of the service on invented instances: requests to paste into a shell, or to send and count."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from paramql.instances import keys
from paramql.instances.demo import QUERIES
from paramql.instances.policy import HEADER
from paramql.instances.service import PATH
from paramql.instances.visitors import ORG, PARTY, PERSON, owners_query

_PATIENCE = 30
_PAUSE = 0.05
_SAFE = "!$&'()*+,-./:;=?@_~%"


@dataclass(frozen=True)
class Asking:
    """A request. by: the variable of the shell that holds the token."""

    by: str
    query: str
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def curl(self) -> str:
        """The line for a shell."""
        more = "".join(f" -H '{name}: {value}'" for name, value in self.headers.items())
        return f'curl -s -H "Authorization: Bearer ${self.by}"{more} "$AT?{self.query}"'


REQUESTS = (
    *(Asking("OWNER", f"{owners_query(query)}&size=2") for query in QUERIES),
    Asking("OWNER", f"org={ORG}&lastChange=gt:2019&dueBefore=gtt:2019"),
    Asking("USER_", f"instanceOwner.partyId={PARTY}"),
    Asking("USER_", "status.isArchived=true", {HEADER: PERSON}),
)


def tokens(key: bytes) -> dict[str, str]:
    """By the variable of the shell."""
    return {"OWNER": keys.owner_token(key, ORG), "USER_": keys.user_token(key, PARTY)}


def told(key: bytes, address: str) -> Iterator[str]:
    """Lines for a shell: tokens, then what an application owner asks, and a user; then where the explorer is."""
    yield ""
    yield from (f"{name}='{token}'" for name, token in tokens(key).items())
    yield f"AT='{address}{PATH}'\n"
    yield from (one.curl for one in REQUESTS)
    yield f"curl -s {address}/openapi.json\n"
    yield f"The explorer: {address}/\n"


def answered(key: bytes, address: str) -> Iterator[str]:
    """The same requests sent, and a line of what came for each."""
    held = tokens(key)
    for one in REQUESTS:
        begin = time.perf_counter()
        status, body = _sent(f"{address}{PATH}?{quote(one.query, safe=_SAFE)}", held[one.by], one.headers)
        took = f"{(time.perf_counter() - begin) * 1000:.0f} ms"
        yield f"{status}  {_counted(body)} in {took}  {one.query}"


def _counted(body: Mapping[str, Any]) -> str:
    if problems := body.get("problems"):
        return f"{len(problems)} mistakes: {', '.join(one['code'] for one in problems)};"
    return f"{body['totalHits']:,} instances, {body['count']} on the page,"


def _sent(url: str, token: str, headers: Mapping[str, str]) -> tuple[int, Any]:
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {token}", **headers})  # noqa: S310 - http
    try:
        with urllib.request.urlopen(request, timeout=_PATIENCE) as answer:  # noqa: S310 - the service that was started
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.load(error)


def await_health(address: str) -> None:
    """Return once the service answers. Raises OSError where it does not, in half a minute."""
    deadline = time.monotonic() + _PATIENCE
    while True:
        try:
            with urllib.request.urlopen(f"{address}/health", timeout=_PATIENCE):  # noqa: S310 - as above
                return
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(_PAUSE)
