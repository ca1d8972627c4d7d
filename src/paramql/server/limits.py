"""How much is taken of clients: bytes of headers, requests at once, seconds for a body to come."""

from __future__ import annotations

import asyncio
from collections.abc import Collection

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from paramql.server.answers import Refusal, busy, problem, refused


class Limits:
    """Refuses long headers (431), too many requests at once (503), and bodies that are too long in coming (408).

    A request whose client has left is among those that are answered: nobody would count them otherwise. One whose body
    is still to come is not: so clients would hold all places who do nothing. aside: paths that are counted by
    themselves, so that they are answered whatever else is asked.
    """

    def __init__(
        self, app: ASGIApp, most_headers: int, most_at_once: int, body_timeout: float, aside: Collection[str] = ()
    ) -> None:
        self._app, self._most, self._timeout, self._aside = app, most_headers, body_timeout, frozenset(aside)
        self._places, self._places_aside = _Places(most_at_once), _Places(most_at_once)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, or refuse to."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif sum(len(name) + len(value) for name, value in scope["headers"]) > self._most:
            await problem(431, f"the headers have more than {self._most} bytes")(scope, receive, send)
        else:
            await self._counted(scope, receive, send)

    async def _counted(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        places = self._places_aside if path in self._aside else self._places
        places.taken += 1
        try:
            app: ASGIApp = refused(scope, busy()) if places.are_too_few else self._app
            await app(scope, _Body(receive, places, self._timeout), send)
        finally:
            places.taken -= 1


class _Places:
    """How many requests are answered now."""

    def __init__(self, most: int) -> None:
        self._most, self.taken = most, 0

    @property
    def are_too_few(self) -> bool:
        return self.taken > self._most


class _Body:
    """What a client sends: its request takes no place while it is waited for, and that has an end."""

    def __init__(self, receive: Receive, places: _Places, timeout: float) -> None:
        self._receive, self._places, self._timeout = receive, places, timeout
        self._end: float | None = None
        self._is_whole = False

    async def __call__(self) -> Message:
        """What comes next. Raises `Refusal`."""
        if self._is_whole:
            return await self._receive()
        self._places.taken -= 1
        try:
            message = await self._in_time()
        finally:
            self._places.taken += 1
        self._is_whole = not message.get("more_body", False)
        if self._places.are_too_few:
            raise busy()
        return message

    async def _in_time(self) -> Message:
        self._end = self._end or asyncio.get_running_loop().time() + self._timeout
        try:
            async with asyncio.timeout_at(self._end):
                return await self._receive()
        except TimeoutError:
            told = f"the body of the request has not come within {self._timeout:g} seconds"
            raise Refusal(408, told, {"Connection": "close"}) from None
