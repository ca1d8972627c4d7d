"""What the page asks: which lists there are, what may be asked of one, and what a query means."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Sequence
from typing import TYPE_CHECKING, Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from paramql.declare import repeated
from paramql.server.answers import Refusal
from paramql.server.explorer.explained import explained
from paramql.server.explorer.form import form
from paramql.server.listing import Listing

if TYPE_CHECKING:
    from paramql.server.explorer import Visitor

_HEADERS = {"Cache-Control": "no-store"}
_BYTES = 4  # that a character takes at most


def question_routes(listings: Sequence[Listing], title: str, visitors: Callable[[], Sequence[Visitor]]) -> list[Route]:
    """Their addresses. Raises ValueError for listings that share a name."""
    if twice := repeated(one.name for one in listings):
        raise ValueError(f"the explorer tells lists apart by name, and two are {twice!r}; name one of them otherwise")

    def start(_: Request) -> Response:
        return _json({"title": title, "lists": [_told(one) for one in listings], "visitors": _visiting(visitors())})

    return [
        Route("/explorer/start", start, methods=["GET"]),
        *(Route(f"/explorer/{one.name}/form", _asking(one), methods=["GET"]) for one in listings),
        *(Route(f"/explorer/{one.name}/explain", _explaining(one), methods=["POST"]) for one in listings),
    ]


def _told(listing: Listing) -> dict[str, Any]:
    return {
        "name": listing.name,
        "path": listing.path,
        "summary": listing.summary,
        "isSecured": listing.secured is not None,
        "headers": dict(listing.headers),
    }


def _visiting(visitors: Sequence[Visitor]) -> list[dict[str, Any]]:
    return [
        {"name": one.name, "token": one.token, "query": one.query, "headers": one.headers, "queries": one.queries}
        for one in visitors
    ]


def _asking(listing: Listing) -> Callable[[Request], Response]:
    def answer(request: Request) -> Response:
        return _json(form(listing, listing.access(request)))

    return answer


def _explaining(listing: Listing) -> Any:
    """The raw query string is the body: an address would not keep each character as it was typed.

    Nothing is read of who may ask nothing.
    """

    async def answer(request: Request) -> Response:
        access = await run_in_threadpool(listing.access, request)
        text = await _body(request.stream(), _BYTES * 2 * listing.schema.limits.query)
        return await run_in_threadpool(lambda: _json(explained(listing, request, access, text)))

    return answer


async def _body(stream: AsyncIterator[bytes], most: int) -> bytes:
    """All of it. Raises `Refusal` (413) once it is longer than any query may be."""
    body = b""
    async for chunk in stream:
        body += chunk
        if len(body) > most:
            raise Refusal(413, f"a query has at most {most:,} bytes")
    return body


def _json(answer: Any) -> Response:
    return Response(json.dumps(answer), headers=_HEADERS, media_type="application/json")
