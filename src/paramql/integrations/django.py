"""Django: the query of a request, a page of a queryset, and a middleware that answers what is wrong.

    MIDDLEWARE = [..., "paramql.integrations.django.ProblemMiddleware"]

    def list_orders(request: HttpRequest) -> HttpResponse:
        query = parse(request, orders)
        result = paginate(Order.objects.all(), query, target)
        ...

Views of either kind may use it: `paginate` in `def`, `await apaginate` in `async def`.
"""

# In Django's stubs a queryset has two types, in Django itself none.
# pyright: reportInvalidTypeVarUse=false

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.db.models import Model, QuerySet
from django.db.models.query import FlatValuesListIterable, ValuesListIterable
from django.http import HttpRequest, HttpResponse
from django.utils.deprecation import MiddlewareMixin

from paramql.backends import CapabilityError
from paramql.backends.places import Target
from paramql.integrations.access import EVERYONE, Access
from paramql.integrations.answers import PROBLEM, details_of, link_header, next_link
from paramql.paging import Page, Result, page
from paramql.problems import QueryError
from paramql.query import Query
from paramql.schema import Schema

__all__ = ["Access", "ProblemMiddleware", "apaginate", "link_header", "next_link", "paginate", "parse"]

M = TypeVar("M", bound=Model)
R = TypeVar("R")
_NAMELESS = (FlatValuesListIterable, ValuesListIterable)


def parse(request: HttpRequest, schema: Schema, access: Access = EVERYONE) -> Query:
    """The query that a request asks, read from the raw query string. Raises `QueryError` with every problem."""
    return access.parse(schema, query_string(request.META))


def query_string(meta: Mapping[str, Any]) -> str | bytes:
    """The raw query string of a request's `META`: of WSGI each character is a byte (PEP 3333)."""
    text: str = meta.get("QUERY_STRING", "")
    return text.encode("latin-1") if "wsgi.version" in meta else text


def paginate(rows: QuerySet[M, R], query: Query, target: Target) -> Result[R]:
    """The page of a query over a queryset, whose own conditions still hold; its order is the query's.

    Raises TypeError for a queryset that cannot be paged: one that is sliced, of `union()`, of bare tuples or values.
    """
    asked = page(query, target)
    return asked.finish(_chosen(rows, asked))


async def apaginate(rows: QuerySet[M, R], query: Query, target: Target) -> Result[R]:
    """The same, for `async def`."""
    asked = page(query, target)
    return asked.finish([row async for row in _chosen(rows, asked)])


def _chosen(rows: Any, asked: Page) -> Any:
    found = selected(rows, asked.where, asked.order_by)
    if found._iterable_class in _NAMELESS:  # noqa: SLF001 - nothing else tells
        raise TypeError("the rows of a page have names, to be found again: use values() or values_list(named=True)")
    return found[: asked.limit]


def selected(rows: Any, where: Any, order_by: Iterable[Any]) -> Any:
    """The rows of a queryset that a condition selects, in that order, whatever order it had."""
    found = rows.all()
    if found.query.is_sliced or found.query.combinator:
        raise TypeError("a queryset that is sliced or made by union() takes no filters: give one that is neither")
    found = found if found.query.standard_ordering else found.reverse()  # that of reverse() outlasts order_by()
    return found.filter(where).order_by(*order_by)


def problem_response(members: Mapping[str, Any]) -> HttpResponse:
    """A problem detail as a response, with the status that it names."""
    body = json.dumps(members, ensure_ascii=False).encode()
    return HttpResponse(body, content_type=PROBLEM, status=members["status"])


class ProblemMiddleware(MiddlewareMixin):
    """What is wrong with a query is answered by status 400, with every problem; other exceptions are left alone."""

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """The answer, where a view raised `QueryError` or `CapabilityError`."""
        return problem_response(details_of(exception)) if isinstance(exception, QueryError | CapabilityError) else None
