"""One list of records behind an address: a query string goes in, a page comes out."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from starlette.requests import Request
from starlette.responses import Response

import paramql as pq
from paramql.server.answers import Refusal, accepts, is_known, joined
from paramql.server.stores import Row, Store

Show: TypeAlias = Callable[[Row, pq.Query, Any], str]


def _as_asked(query: pq.Query) -> pq.Query:
    return query


@dataclass(frozen=True, slots=True)
class Access:
    """What one request may see.

    caller: who asks, for `Listing.show`. audience: whom continuation tokens are for (a query has it with the path of
    the list). only: the names that may be used (None: all). restrict: the query as this caller may ask it, a scope
    ANDed to its `where`; it may raise `QueryError` or `Refusal`. problems: what is wrong with the request beside its
    query string. told: for the log.
    """

    caller: Any = None
    audience: str | None = None
    only: frozenset[str] | None = None
    restrict: Callable[[pq.Query], pq.Query] = _as_asked
    problems: tuple[pq.Problem, ...] = ()
    told: Mapping[str, str] = field(default_factory=dict)


def _everyone(_: Request) -> Access:
    return Access()


def _as_row(row: Row, _: pq.Query, __: Any) -> str:
    return json.dumps(dict(row), default=str)


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True, kw_only=True)
class Listing:
    """A list: any schema over any store.

    path: of its address, such as "/api/orders". name: of the records in the body. access: what a request may see; it
    raises `Refusal` for one that may see nothing. show: a record as JSON text. count_to: matches are counted so far
    (None: all; 0: not at all). base: what links begin with, such as "https://example.com". secured: the scheme that
    `/openapi.json` shows. headers: what else of a request decides, by name and description. item: a record, as a JSON
    Schema. examples: of values, by parameter. summary: a line for the documentation. public: the names that
    `/openapi.json` shows whom `access` refuses (None: all).
    """

    path: str
    schema: pq.Schema
    store: Store
    name: str = "items"
    access: Callable[[Request], Access] = _everyone
    show: Show = _as_row
    count_to: int | None = None
    base: str = ""
    secured: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    item: Mapping[str, Any] = field(default_factory=lambda: {"type": "object"})
    examples: Mapping[str, Sequence[str]] = field(default_factory=dict)
    summary: str = "Records that match, a page at a time"
    public: frozenset[str] | None = None
    clock: Callable[[], dt.datetime] = _now

    def answer(self, request: Request) -> Response:
        """The page that a request asks for. Raises `Refusal`, `QueryError` and what the store raises."""
        if not accepts(joined(request, "accept")):
            raise Refusal(406, "the answer is application/json, which the Accept header excludes")
        access = self.access(request)
        request.scope["told"] = dict(access.told)
        query = self.asked(request.scope["query_string"], access)
        request.scope["told"] |= {"names": sorted(query.names)}
        return self._page(request, query, access)

    def shown(self, request: Request) -> frozenset[str] | None:
        """The names that a request may see documented: those that it may use (None: all)."""
        try:
            return self.access(request).only
        except Refusal:
            return self.public

    def asked(self, text: bytes, access: Access) -> pq.Query:
        """The query of a raw query string. Raises `QueryError` of all that is wrong with it and with the request."""
        try:
            query = self.schema.parse(text, now=self.clock(), audience=self._audience(access), only=access.only)
        except pq.QueryError as error:
            raise pq.QueryError(error.text, [*access.problems, *error.problems]) from None
        if access.problems:
            raise pq.QueryError(query.text, access.problems)
        return query

    def _audience(self, access: Access) -> str:
        """Whom tokens are for, and where: another list may have the same schema and keys."""
        return json.dumps([self.path, access.audience])

    def _page(self, request: Request, query: pq.Query, access: Access) -> Response:
        page = pq.page(access.restrict(query), self.store.target)
        found = self.store.find(page, self.count_to)
        result = page.finish(found.rows, found.total, self.count_to)
        items = ",".join(self.show(row, query, access.caller) for row in result.items)
        head = json.dumps(self._head(query, result), ensure_ascii=False)
        what = f"{pq.render(query)} {result.total} {result.next_token is None} {items}"  # a token differs every time
        return _sent(request, f'{head[:-1]}, "{self.name}": [{items}]}}'.encode(), what)

    def _head(self, query: pq.Query, result: pq.Result[Row]) -> dict[str, Any]:
        total = {} if result.total is None else {"totalHits": result.total}
        exact = {} if result.total_is_exact else {"totalHitsIsExact": False}
        here, there = query.page.token and query.page.token.text, result.next_token
        links = {"self": self._address(query, here), "next": there and self._address(query, there)}
        return {**total, **exact, "count": len(result.items), **links}

    def _address(self, query: pq.Query, token: str | None) -> str:
        text = pq.link(query, token)
        return f"{self.base}{self.path}{'?' if text else ''}{text}"


def _sent(request: Request, body: bytes, what: str) -> Response:
    """The body, or that it is what the client has: `what` is what it says."""
    tag = f'W/"{hashlib.sha256(what.encode()).hexdigest()[:32]}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if is_known(request, tag):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type="application/json")
