"""An application of FastAPI's, asked by its protocol."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from benchmarks.asked import mistakes


def get(app: Any, query: str) -> object:
    """The body; of a refusal the status, and of each mistake where it is and what it is."""
    sent: list[dict[str, Any]] = []
    asyncio.run(_call(app, query, sent))
    status, body = sent[0]["status"], json.loads(b"".join(one.get("body", b"") for one in sent))
    if status == 200:
        return body
    return f"{status}, " + mistakes((".".join(map(str, one["loc"])), one["msg"]) for one in body["detail"])


async def _call(app: Any, query: str, sent: list[dict[str, Any]]) -> None:
    scope = {"type": "http", "method": "GET", "path": "/", "query_string": query.encode(), "headers": []}

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    await app(scope, receive, send)
