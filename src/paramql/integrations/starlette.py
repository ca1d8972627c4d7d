"""Starlette, and any framework built on it: the query of a request, and answers to one that is wrong.

app = Starlette(routes=[...], exception_handlers=EXCEPTION_HANDLERS)

async def list_orders(request: Request) -> Response:
    query = parse(request, orders)
    ...
"""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from paramql.backends import CapabilityError
from paramql.integrations.access import EVERYONE, Access
from paramql.integrations.answers import PROBLEM, details_of, link_header, next_link
from paramql.problems import QueryError
from paramql.query import Query
from paramql.schema import Schema

__all__ = ["EXCEPTION_HANDLERS", "Access", "link_header", "next_link", "parse", "problem_response"]


def parse(request: HTTPConnection, schema: Schema, access: Access = EVERYONE) -> Query:
    """The query that a request asks, read from the raw query string. Raises `QueryError` with every problem.

    >>> import paramql as pq
    >>> request = Request({"type": "http", "query_string": b"id=in:1,2&size=5"})
    >>> parse(request, pq.Schema(pq.Field("id", pq.Integer(), unique=True))).page.size
    5
    """
    return access.parse(schema, request.scope["query_string"])


def problem_response(members: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> Response:
    """A problem detail as a response, with the status that it names."""
    return Response(json.dumps(members, ensure_ascii=False), members["status"], headers, PROBLEM)


async def _mistaken(_: Request, error: Any) -> Response:
    return problem_response(details_of(error))


# What is wrong with a query is answered by status 400, with every problem: `Starlette(exception_handlers=...)`.
EXCEPTION_HANDLERS: dict[int | type[Exception], Callable[[Request, Any], Coroutine[Any, Any, Response]]] = {
    QueryError: _mistaken,
    CapabilityError: _mistaken,
}
