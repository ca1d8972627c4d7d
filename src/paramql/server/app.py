"""The application: lists behind their addresses, `/health`, `/openapi.json`, and the explorer where it is wanted."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Lifespan

from paramql.server.answers import HANDLERS
from paramql.server.explorer import Explorer, explorer_routes
from paramql.server.limits import Limits
from paramql.server.listing import Listing
from paramql.server.logs import Watch
from paramql.server.openapi import described

MOST_HEADERS, MOST_AT_ONCE, BODY_TIMEOUT = 16_384, 200, 10
_HEALTH, _OPENAPI = "/health", "/openapi.json"
_CHECKS = 4  # stores that are asked at once whether they answer


def application(
    *listings: Listing,
    title: str,
    version: str = "1",
    routes: Iterable[Route] = (),
    explorer: Explorer | None = None,
    most_headers: int = MOST_HEADERS,
    most_at_once: int = MOST_AT_ONCE,
    body_timeout: float = BODY_TIMEOUT,
    compress: bool = True,
) -> Starlette:
    """An ASGI application of lists. Their stores are closed when it stops. routes: the host's own.

    explorer: has a page at `/` that helps to ask; it tells a caller what they may use, and code of what they ask.
    most_headers: bytes of headers that a request may have; beyond it is refused (431).
    most_at_once: requests that are answered or wait for it, those of clients that have left, too; others are 503. Those
    of `/health` and `/openapi.json` are counted by themselves, and none while its body is still to come.
    body_timeout: seconds in which the body of a request has to come, on routes of the host, too; later, it is 408.
    compress: long answers are, for who takes that. Turn it off where a secret stands in an answer beside what an
    attacker can choose: its length would tell of the secret (BREACH).
    """
    whole = json.dumps(described(listings, title, version), ensure_ascii=False)

    def openapi(request: Request) -> Response:
        shown = {one.path: only for one in listings if (only := one.shown(request)) is not None}
        part = json.dumps(described(listings, title, version, shown), ensure_ascii=False) if shown else whole
        return Response(part, media_type="application/json", headers={"Cache-Control": "private, no-cache"})

    made = Starlette(
        routes=[
            *(Route(listing.path, listing.answer, methods=["GET"]) for listing in listings),
            Route(_HEALTH, _health(listings), methods=["GET"]),
            Route(_OPENAPI, openapi, methods=["GET"]),
            *routes,
            *(explorer_routes(explorer, listings, title) if explorer else ()),
        ],
        middleware=[
            Middleware(Watch),
            Middleware(Limits, most_headers, most_at_once, body_timeout, aside=(_HEALTH, _OPENAPI)),
            *([Middleware(GZipMiddleware, minimum_size=1024, compresslevel=5)] if compress else ()),
        ],
        exception_handlers=dict(HANDLERS),
        lifespan=_closing(listings),
    )
    made.router.redirect_slashes = False  # to where the Host header says
    return made


def _health(listings: Sequence[Listing]) -> Callable[[Request], Awaitable[Response]]:
    threads = ThreadPoolExecutor(_CHECKS, "paramql-health")  # lists may have taken all the others

    async def health(_: Request) -> Response:
        for listing in listings:
            await asyncio.get_running_loop().run_in_executor(threads, listing.store.check)
        return Response('{"status": "ok"}', media_type="application/json", headers={"Cache-Control": "no-store"})

    return health


def _closing(listings: Sequence[Listing]) -> Lifespan[Starlette]:
    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        yield
        for listing in listings:
            listing.store.close()

    return lifespan
