"""Logs as lines of JSON: what was asked for and how it went, never the values of a filter, never the text of an error.

A line of a request has the parameters that it used, by name, or the codes of what was wrong with them.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
import secrets
import time
import traceback
from typing import Any

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

REQUESTS = logging.getLogger("paramql.server")
_FRAMES = 8


class Lines(logging.Formatter):
    """Each record a JSON object. Of an exception: its type and where it was raised; its text may hold values."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        at = dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {"time": at, "level": record.levelname.lower(), "logger": record.name}
        line |= getattr(record, "told", None) or {"message": record.getMessage()}
        if record.exc_info and record.exc_info[1]:
            line |= _raised(record.exc_info[1])
        return json.dumps(line)


def _raised(error: BaseException) -> dict[str, Any]:
    """What an exception is and where it was raised."""
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    return {"error": type(error).__name__, "at": [f"{it.filename}:{it.lineno}" for it in frames]}


class Failed(Exception):
    """What is raised in the place of what was: an answer that has begun can only be broken off by the server."""


def to_standard_error(level: int = logging.INFO) -> None:
    """Have everything logged as lines on standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(Lines())
    logging.basicConfig(level=level, handlers=[handler], force=True)


class Watch:
    """Logs each request once it is answered, names it in the answer, and says that the answer is what it says it is."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer, and log."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        sent, started = _Sent(send), time.perf_counter()
        try:
            await self._app(scope, receive, sent)
        except Exception as error:  # noqa: BLE001 - whatever it is
            told = {"request": sent.id, "event": "failed", **_raised(error)}
            REQUESTS.error("failed: %s", told["error"], extra={"told": told})
            if sent.has_begun:
                raise Failed from None
            await _failed(scope, receive, sent)
        finally:
            _log(scope, sent, time.perf_counter() - started)


async def _failed(scope: Scope, receive: Receive, sent: _Sent) -> None:
    """Nothing of the error reaches the client, but the request's name, by which the log has it."""
    from paramql.server.answers import problem

    await problem(500, "the service has failed")(scope, receive, sent)


class _Sent:
    """Passes an answer on, with what every answer has, and keeps its status and size."""

    def __init__(self, send: Send) -> None:
        self._send, self.status, self.size, self.id = send, 500, 0, secrets.token_hex(8)
        self.has_begun = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status, self.has_begun = message["status"], True
            headers = MutableHeaders(scope=message)
            headers["X-Request-Id"] = self.id
            headers.setdefault("X-Content-Type-Options", "nosniff")
        self.size += len(message.get("body", b""))
        await self._send(message)


def _log(scope: Scope, sent: _Sent, seconds: float) -> None:
    told = {
        "event": "request",
        "request": sent.id,
        "method": scope["method"],
        # What is no address of this service may hold a query whose signs are escaped.
        **({"path": scope["path"]} if "endpoint" in scope else {}),
        "status": sent.status,
        "ms": round(seconds * 1000, 1),
        "bytes": sent.size,
        **scope.get("told", {}),
    }
    level = logging.ERROR if sent.status >= 500 else logging.INFO
    REQUESTS.log(level, "request", extra={"told": told})
