"""An application asked over HTTP, in this process: real requests and answers, without a socket between them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping
from typing import Any, Self

import httpx
from starlette.applications import Starlette
from starlette.types import Message

_CONTROL = re.compile(r"[\x00-\x20\x7f]")  # which a URL cannot hold
BASE = "http://service.example"


class Client:
    """Asks an application; one that fails is seen as a client sees it."""

    def __init__(self, app: Starlette) -> None:
        self.app = app
        self._loop = asyncio.new_event_loop()
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        self._client = httpx.AsyncClient(transport=transport, base_url=BASE)

    def get(
        self,
        address: str,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
        method: str = "GET",
        body: bytes | None = None,
    ) -> httpx.Response:
        """The answer to a request."""
        bearer = {} if token is None else {"Authorization": f"Bearer {token}"}
        asked = self._client.request(
            method,
            _CONTROL.sub(lambda one: f"%{ord(one[0]):02X}", address),
            headers=[*bearer.items(), *(headers or {}).items()],
            content=body,
        )
        return self._loop.run_until_complete(asked)

    def pages(self, address: str, token: str | None = None, **options: Any) -> Iterator[Any]:
        """The bodies of a page and of all that follow it by its links."""
        following: str | None = address
        while following:
            answer = self.get(following, token, **options)
            assert answer.status_code == 200, answer.text
            body = answer.json()
            yield body
            following = body["next"]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        async def close() -> None:
            await self._client.aclose()
            async with self.app.router.lifespan_context(self.app):
                pass  # which ends at once: the application stops

        self._loop.run_until_complete(close())
        self._loop.close()


async def answered(app: Any, path: str, query: bytes, headers: list[tuple[bytes, bytes]]) -> tuple[int, bytes]:
    """Status and body of a request whose bytes no client of HTTP would send; of a body that is packed, `{}`."""
    found: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        found.append(message)

    scope = {"type": "http", "method": "GET", "path": path, "query_string": query, "headers": headers}
    await app({"raw_path": path.encode(), "scheme": "http", "root_path": "", **scope}, receive, send)
    encodings = [value for name, value in found[0]["headers"] if name == b"content-encoding"]
    body = b"".join(message.get("body", b"") for message in found[1:])
    return found[0]["status"], b"{}" if encodings else body
