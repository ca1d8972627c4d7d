"""What is answered, in any framework: problem details (RFC 9457), and the link to the next page (RFC 8288)."""

from __future__ import annotations

from collections.abc import Iterable
from http import HTTPStatus
from typing import Any, TypeAlias

from paramql.backends import CapabilityError
from paramql.links import link
from paramql.paging import Result
from paramql.problems import Problem, QueryError
from paramql.query import Query

PROBLEM = "application/problem+json"
# A query that is wrong, and one that the backend cannot answer exactly: the client's to mend.
Mistake: TypeAlias = QueryError | CapabilityError


def details(status: int, detail: str | None = None, problems: Iterable[Problem] | None = None) -> dict[str, Any]:
    """The members of a problem detail. `problems`: every mistake in the query, where that is what is wrong.

    >>> details(503, "the store is busy")
    {'type': 'about:blank', 'title': 'Service Unavailable', 'status': 503, 'detail': 'the store is busy'}
    """
    members: dict[str, Any] = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": status}
    if detail is not None:
        members["detail"] = detail
    if problems is not None:
        members["problems"] = [one.to_dict() for one in problems]
    return members


def details_of(error: Mistake) -> dict[str, Any]:
    """The members of the problem detail of a mistake; its status is 400.

    >>> details_of(CapabilityError("sqlite cannot sort 'name'"))["detail"]
    "sqlite cannot sort 'name'"
    """
    return error.to_problem() if isinstance(error, QueryError) else details(400, str(error), [])


def next_link(query: Query, result: Result[Any]) -> str | None:
    """Where the next page is, relative to the address of this one (RFC 3986, 5.2); None on the last page.

    >>> import paramql as pq
    >>> schema = pq.Schema(pq.Field("id", pq.Integer(), unique=True), tokens=pq.Tokens({"a": bytes(32)}))
    >>> query = schema.parse("id=gt:0&size=1")
    >>> next_link(query, pq.paginate([{"id": 1}, {"id": 2}], query))
    '?id=gt:0&size=1&continuationToken=a...'
    """
    return None if result.next_token is None else f"?{link(query, result.next_token)}"


def link_header(query: Query, result: Result[Any]) -> dict[str, str]:
    """The header `Link` that leads to the next page; none on the last page."""
    following = next_link(query, result)
    return {} if following is None else {"Link": f'<{following}>; rel="next"'}
