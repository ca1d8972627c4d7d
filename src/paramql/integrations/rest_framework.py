"""Django REST framework: a filter backend and a pagination that read one query, and what answers a wrong one.

    REST_FRAMEWORK = {"EXCEPTION_HANDLER": "paramql.integrations.rest_framework.exception_handler"}

    class OrderList(ListAPIView):
        queryset = Order.objects.all()
        serializer_class = OrderSerializer
        filter_backends = [ParamqlFilterBackend]
        pagination_class = KeysetPagination
        filter_target = pq.target("django", orders, model=Order)

A view may have a method `get_filter_access()`, which answers with an `Access`.
Without `KeysetPagination` the parameters `size` and `continuationToken` do not exist.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from django.core.exceptions import ImproperlyConfigured
from django.db.models import Model, QuerySet
from django.http import HttpResponseBase
from rest_framework import mixins, views
from rest_framework.filters import BaseFilterBackend, OrderingFilter
from rest_framework.pagination import BasePagination, CursorPagination
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
from paramql.schema import Schema, unpaged

__all__ = ["Access", "KeysetPagination", "ParamqlFilterBackend", "ProblemSchema", "exception_handler", "query_of"]

M = TypeVar("M", bound=Model)
R = TypeVar("R")
_KEPT = "paramql_query"
_OF_ONE = ("retrieve", "update", "partial_update", "destroy")
_FOR_ONE = (mixins.RetrieveModelMixin, mixins.UpdateModelMixin, mixins.DestroyModelMixin)


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

    An object that is asked for by its key is found among those that the query selects, too. Raises
    `ImproperlyConfigured` where something else of the view would sort the rows again, or pages by parameters that the
    schema refuses.
    """

    def filter_queryset(self, request: Request, queryset: QuerySet[M, R], view: views.APIView) -> QuerySet[M, R]:
        """The rows that the query selects, in its order. Raises `QueryError` with every problem."""
        schema, target = _filtered(view)
        _check_order(view)
        _check_pages(view, schema)
        access: Access = getattr(view, "get_filter_access", lambda: EVERYONE)()
        schema = schema if _is_paged(view) else unpaged(schema)
        vars(request)[_KEPT] = query = access.parse(schema, query_string(request.META))
        return selected(queryset, compile(query.where, target), target.order_by(query.order))

    def get_schema_operation_parameters(self, view: views.APIView) -> list[dict[str, Any]]:
        """What may be asked, as OpenAPI 3.0 has it: all but what pages are asked for with."""
        schema, _ = _filtered(view)
        return [_as_3_0(one) for one in openapi.parameters(unpaged(schema))]


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
        schema, _ = _filtered(view)
        others = [one["name"] for one in openapi.parameters(unpaged(schema))]
        return [_as_3_0(one) for one in openapi.parameters(schema) if one["name"] not in others]


# --- what a view has beside filters


def _is_paged(view: Any) -> bool:
    """Whether the answer is a page: a list, and `KeysetPagination` is there."""
    return isinstance(getattr(view, "paginator", None), KeysetPagination) and not _is_of_one(view)


def _is_of_one(view: Any) -> bool:
    """Whether an object is asked for by its key."""
    if action := getattr(view, "action", None):
        return action in _OF_ONE
    return isinstance(view, _FOR_ONE) and not isinstance(view, mixins.ListModelMixin)


def _check_order(view: Any) -> None:
    """Raises ImproperlyConfigured for what sorts by another order than the query's."""
    others: list[Any] = [one for one in getattr(view, "filter_backends", ()) if issubclass(one, OrderingFilter)]
    paginator = getattr(view, "paginator", None)
    if isinstance(paginator, CursorPagination):
        others.append(type(paginator))
    if others:
        raise ImproperlyConfigured(
            f"{others[0].__name__} of {type(view).__name__} sorts anew what the query has sorted: leave it out; "
            "ParamqlFilterBackend sorts, KeysetPagination pages by the same order"
        )


def _check_pages(view: Any, schema: Schema) -> None:
    """Raises ImproperlyConfigured for another pagination whose own parameters would be answered as unknown."""
    paginator = getattr(view, "paginator", None)
    asked = [getattr(paginator, name) for name in dir(paginator) if name.endswith("_query_param")]
    if refused := [name for name in asked if name and not schema.ignores(name)]:
        raise ImproperlyConfigured(
            f"{type(paginator).__name__} of {type(view).__name__} reads {' and '.join(map(repr, refused))}, which the "
            f"schema refuses: use KeysetPagination, or leave them to the host, Schema(..., ignore={refused})"
        )


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
