"""Django REST framework: a filter backend and a pagination that read one query, and what answers a wrong one.

    REST_FRAMEWORK = {"EXCEPTION_HANDLER": "paramql.integrations.rest_framework.exception_handler"}

    class OrderList(ListAPIView):
        queryset = Order.objects.all()
        serializer_class = OrderSerializer
        filter_backends = [ParamqlFilterBackend]
        pagination_class = KeysetPagination
        filter_target = pq.target("django", orders, model=Order)

A view may have a method `get_filter_access()`, which answers with an `Access`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model, QuerySet
from django.http import HttpResponseBase
from rest_framework import views
from rest_framework.filters import BaseFilterBackend
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.schemas.openapi import AutoSchema

from paramql import openapi
from paramql.ast import TRUE
from paramql.backends import CapabilityError, compile
from paramql.backends.places import Target
from paramql.integrations.access import EVERYONE, Access
from paramql.integrations.answers import PROBLEM, details_of, next_link
from paramql.integrations.django import paginate, problem_response, query_string, selected
from paramql.paging import Result
from paramql.problems import QueryError
from paramql.query import Query
from paramql.schema import Schema

__all__ = ["Access", "KeysetPagination", "ParamqlFilterBackend", "ProblemSchema", "exception_handler", "query_of"]

M = TypeVar("M", bound=Model)
R = TypeVar("R")
_KEPT = "paramql_query"
_OF_PAGES = ("size", "continuationToken")


def query_of(request: Request) -> Query:
    """The query of a request, once `ParamqlFilterBackend` has read it."""
    if _KEPT not in vars(request):
        raise ImproperlyConfigured("there is no query yet: put ParamqlFilterBackend in filter_backends")
    query: Query = vars(request)[_KEPT]
    return query


def _filtered(view: Any) -> tuple[Schema, Target]:
    """What may be asked of a view, and where its fields live."""
    target = getattr(view, "filter_target", None)
    if isinstance(target, Target) and isinstance(target.schema, Schema):
        return target.schema, target
    raise ImproperlyConfigured(
        f"{type(view).__name__} needs filter_target = pq.target('django', schema, model=...), not {target!r}"
    )


class ParamqlFilterBackend(BaseFilterBackend):
    """Filters and sorts a queryset as the query string asks; `filter_target` of the view says what may be asked.

    An object that is asked for by its key is found among those that the query selects, too.
    """

    def filter_queryset(self, request: Request, queryset: QuerySet[M, R], view: views.APIView) -> QuerySet[M, R]:
        """The rows that the query selects, in its order. Raises `QueryError` with every problem."""
        schema, target = _filtered(view)
        access: Access = getattr(view, "get_filter_access", lambda: EVERYONE)()
        vars(request)[_KEPT] = query = access.parse(schema, query_string(request.META))
        return selected(queryset, compile(query.where, target), target.order_by(query.order))

    def get_schema_operation_parameters(self, view: views.APIView) -> list[dict[str, Any]]:
        """What may be asked, as OpenAPI 3.0 has it: all but what pages are asked for with."""
        return _shown(view, of_pages=False)


class KeysetPagination(BasePagination):
    """Pages that start where the page before ended; `size` and `next` are those of the query that was filtered by."""

    def paginate_queryset(self, queryset: Any, request: Request, view: views.APIView | None = None) -> list[Any]:
        """The rows of the page, of those that `ParamqlFilterBackend` has left."""
        _, target = _filtered(view)
        self.request, query = request, query_of(request)
        self.result: Result[Any] = paginate(queryset, replace(query, where=TRUE), target)
        return self.result.items

    def get_paginated_response(self, data: Any) -> Response:
        """The rows, and the address of the next page; null on the last one."""
        following = next_link(query_of(self.request), self.result)
        return Response({"next": following and self.request.build_absolute_uri(following), "results": data})

    def get_paginated_response_schema(self, schema: Mapping[str, Any]) -> dict[str, Any]:
        """A page, as OpenAPI 3.0 has it."""
        link = {"type": "string", "format": "uri", "nullable": True, "description": "The next page; null on the last"}
        return {"type": "object", "required": ["next", "results"], "properties": {"next": link, "results": schema}}

    def get_schema_operation_parameters(self, view: views.APIView) -> list[dict[str, Any]]:
        """How many rows, and where they start."""
        return _shown(view, of_pages=True)


def _shown(view: views.APIView, *, of_pages: bool) -> list[dict[str, Any]]:
    schema, _ = _filtered(view)
    names = [schema.controls[word] for word in _OF_PAGES]
    return [_as_3_0(one) for one in openapi.parameters(schema) if (one["name"] in names) == of_pages]


def exception_handler(error: Exception, context: dict[str, Any]) -> HttpResponseBase | None:
    """What is wrong with a query is answered by status 400, with every problem; the rest as REST framework does."""
    if not isinstance(error, QueryError | CapabilityError):
        return views.exception_handler(error, context)
    views.set_rollback()
    return problem_response(details_of(error))


class ProblemSchema(AutoSchema):
    """The document of views that filter: what is answered where a query is wrong is in it, too."""

    def get_responses(self, path: str, method: str) -> dict[str, Any]:
        """The answers of an operation, by status."""
        responses: dict[str, Any] = super().get_responses(path, method)
        backends = getattr(self.view, "filter_backends", ())
        if self.allows_filters(path, method) and any(issubclass(one, ParamqlFilterBackend) for one in backends):
            content = {PROBLEM: {"schema": _as_3_0(openapi.problem_schema())}}
            responses["400"] = {"description": "The query is wrong; every mistake is listed", "content": content}
        return responses


def _as_3_0(part: Any) -> Any:
    """A part of a document as OpenAPI 3.0 has it, whose schemas have one example, one type and no constant."""
    match part:
        case {"examples": [first, *_], **rest}:
            return _as_3_0({**rest, "example": first})
        case dict():
            return {name: _as_3_0(value) for name, value in part.items()}
        case list():
            return [_as_3_0(value) for value in part]
        case _:
            return part
