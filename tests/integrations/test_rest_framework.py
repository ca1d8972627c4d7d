"""Django REST framework: filters and pages read one query, whatever the view, and its document shows them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings
from rest_framework import mixins
from rest_framework.exceptions import NotFound
from rest_framework.filters import OrderingFilter
from rest_framework.generics import ListAPIView, RetrieveAPIView, RetrieveUpdateDestroyAPIView
from rest_framework.pagination import CursorPagination, LimitOffsetPagination, PageNumberPagination
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.serializers import CharField, IntegerField, Serializer
from rest_framework.test import APIRequestFactory
from rest_framework.viewsets import ModelViewSet

import paramql as pq
from applications import expected
from django_shop import ROWS, Order, filled
from paramql import openapi
from paramql.integrations.rest_framework import (
    Access,
    KeysetPagination,
    ParamqlFilterBackend,
    ProblemSchema,
    exception_handler,
    query_of,
)
from shop_schema import SCHEMA

TABLE = pq.target("django", SCHEMA, model=Order)
SETTINGS = {"UNAUTHENTICATED_USER": None, "EXCEPTION_HANDLER": "paramql.integrations.rest_framework.exception_handler"}


@pytest.fixture(autouse=True, scope="module")
def _served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("rest_framework")
    with override_settings(REST_FRAMEWORK=SETTINGS, ALLOWED_HOSTS=["testserver"]), filled(folder):
        yield


class OrderSerializer(Serializer):
    id = IntegerField()
    status = CharField()


class Filtered:
    """What views have in common."""

    queryset: Any = ROWS.all()
    serializer_class: Any = OrderSerializer
    renderer_classes: Any = (JSONRenderer,)
    filter_backends: Any = (ParamqlFilterBackend,)
    filter_target: Any = TABLE


class Paged(Filtered, ListAPIView):
    pagination_class: Any = KeysetPagination


class Whole(Filtered, ListAPIView):
    pagination_class = None


class Mine(Filtered, RetrieveAPIView):
    def get_filter_access(self) -> Access:
        """Of one customer, who may ask for little."""
        return Access(only=["status"], scope=SCHEMA.bind(pq.eq("customer", "Bo")))


def ask(view: type[Any], address: str, **path: Any) -> Any:
    answer = view.as_view()(APIRequestFactory().get(address), **path)
    if hasattr(answer, "render"):
        answer.render()
    return answer


def ids(rows: Any) -> list[int]:
    return [row["id"] for row in rows]


def test_a_list_is_filtered_and_sorted_with_and_without_pages() -> None:
    query = "total=gte:300&order=total"
    assert ids(ask(Whole, f"/?{query}").data) == expected(query)
    query += "&size=30"
    first = ask(Paged, f"/?{query}").data
    second = ask(Paged, first["next"]).data
    assert first["next"].startswith("http://testserver/?total=gte:300&order=total&size=30&continuationToken=")
    assert ids(first["results"]) + ids(second["results"]) == expected(query)[:60]
    assert ask(Paged, "/?id=7").data == {"next": None, "results": [{"id": 7, "status": "sent"}]}


class Viewed(Filtered, ModelViewSet):
    pagination_class = KeysetPagination


class One(Filtered, RetrieveUpdateDestroyAPIView):
    pagination_class = KeysetPagination


class Either(Filtered, mixins.RetrieveModelMixin, ListAPIView):
    pagination_class = KeysetPagination


class Numbered(PageNumberPagination):
    page_size, page_size_query_param = 20, "many"


LEFT = pq.target(
    "django",
    pq.Schema(*SCHEMA.fields, order="desc:placed", ignore=["page", "many"], tokens=SCHEMA.tokens),
    model=Order,
)


class ByNumber(Filtered, ListAPIView):
    pagination_class = Numbered
    filter_target = LEFT


@pytest.mark.parametrize("asked", ["size", "continuationToken"])
@pytest.mark.parametrize(
    ("view", "path"),
    [
        (Whole.as_view(), {}),
        (ByNumber.as_view(), {}),
        (Mine.as_view(), {"pk": 1}),
        (One.as_view(), {"pk": 1}),
        (Viewed.as_view({"get": "retrieve"}), {"pk": 1}),
    ],
    ids=["whole", "numbered", "mine", "one", "viewed"],
)
def test_where_there_are_no_pages_of_the_querys_none_can_be_asked_for(view: Any, path: Any, asked: str) -> None:
    token = ask(Paged, "/?size=1").data["next"].partition("continuationToken=")[2]
    value = {"size": "2", "continuationToken": token}[asked]
    answer = view(APIRequestFactory().get(f"/?{asked}={value}"), **path)
    assert answer.status_code == 400
    assert f"there is no parameter '{asked}'".encode() in answer.content


def test_lists_have_pages_whatever_the_view_is_beside() -> None:
    for view in (Viewed.as_view({"get": "list"}), Either.as_view(), Paged.as_view()):
        assert len(view(APIRequestFactory().get("/?size=2")).data["results"]) == 2  # pyright: ignore[reportAttributeAccessIssue]


def test_another_pagination_pages_by_the_querys_order() -> None:
    found, following = [], "/?total=gte:300&order=total&many=30"
    while following:
        answer = ask(ByNumber, following).data
        found, following = found + ids(answer["results"]), answer["next"]
    assert found == expected("total=gte:300&order=total")


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"pagination_class": Numbered}, r"reads 'page' and 'many', .* use KeysetPagination, .*ignore=\['page', 'many"),
        ({"pagination_class": LimitOffsetPagination}, r"LimitOffsetPagination of Wrong reads 'limit' and 'offset'"),
        ({"pagination_class": CursorPagination}, "CursorPagination of Wrong sorts anew what the query has sorted"),
        ({"filter_backends": [ParamqlFilterBackend, OrderingFilter]}, "OrderingFilter of Wrong sorts anew"),
    ],
)
def test_what_would_sort_anew_or_page_by_unknown_parameters_is_a_mistake_of_the_host(said: Any, why: str) -> None:
    for kind in (ListAPIView, ModelViewSet):
        wrong: Any = type("Wrong", (Filtered, kind), said)
        view = wrong.as_view({"get": "list"}) if kind is ModelViewSet else wrong.as_view()
        with pytest.raises(ImproperlyConfigured, match=why):
            view(APIRequestFactory().get("/"))


def test_the_order_is_the_querys_whatever_the_queryset_had() -> None:
    class Turned(Paged):
        queryset = ROWS.order_by("total").reverse()

    found, following = [], "/?order=total&size=100"
    while following:
        answer = ask(Turned, following).data
        found, following = found + ids(answer["results"]), answer["next"]
    assert found == expected("order=total")
    with pytest.raises(TypeError, match="sliced or made by union"):
        ask(type("Cut", (Paged,), {"queryset": ROWS.all()[:5]}), "/")


def test_one_object_is_found_among_those_that_a_caller_may_see() -> None:
    [mine, *_] = expected("customer=Bo&status=sent")
    [other, *_] = expected("customer=ne:Bo")
    assert ask(Mine, "/", pk=mine).data == {"id": mine, "status": "sent"}
    assert ask(Mine, "/?status=sent", pk=mine).status_code == 200
    assert ask(Mine, "/?status=new", pk=mine).status_code == 404
    assert ask(Mine, "/", pk=other).status_code == 404
    assert ask(Mine, "/?customer=Bo", pk=mine).status_code == 400


@pytest.mark.parametrize("view", [Paged, Whole, Mine])
def test_a_wrong_query_is_answered_with_every_problem(view: type[Any]) -> None:
    answer = ask(view, "/?statu=sent&status=gtee:1", pk=1)
    assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    assert b'"unknown-parameter"' in answer.content
    assert b'"unknown-operator"' in answer.content


def test_other_errors_are_answered_as_before() -> None:
    answer: Any = exception_handler(NotFound(), {})
    assert answer.data == {"detail": "Not found."}
    assert exception_handler(LookupError("a fault of the view's"), {}) is None


def test_pages_without_filters_and_views_without_a_target_are_mistakes_of_the_host() -> None:
    class Unfiltered(Paged):
        filter_backends = ()

    class Aimless(Paged):
        filter_target = "orders"

    with pytest.raises(ImproperlyConfigured, match="put ParamqlFilterBackend in filter_backends"):
        ask(Unfiltered, "/?id=7")
    with pytest.raises(ImproperlyConfigured, match=r"Aimless needs filter_target = .*, not 'orders'"):
        ask(Aimless, "/?id=7")


def test_a_view_can_read_the_query() -> None:
    class Told(Paged):
        def get_serializer_context(self) -> dict[str, Any]:
            """What was asked, for the serializer."""
            seen.append(query_of(self.request))
            return {}

    seen: list[pq.Query] = []
    ask(Told, "/?id=7")
    assert seen[0].names.keys() == {"id"}


def test_filters_and_pages_show_each_parameter_once_as_openapi_3_0_has_it() -> None:
    view = Paged()
    filters = ParamqlFilterBackend().get_schema_operation_parameters(view)
    pages = KeysetPagination().get_schema_operation_parameters(view)
    assert [one["name"] for one in pages] == ["size", "continuationToken"]
    assert {one["name"] for one in filters + pages} == {one["name"] for one in openapi.parameters(SCHEMA)}
    assert "examples" not in repr(filters)
    assert KeysetPagination().get_paginated_response_schema({"type": "array"})["properties"]["results"] == {
        "type": "array"
    }


def test_problems_are_shown_where_a_view_filters() -> None:
    class Unfiltered(Paged):
        filter_backends = ()
        pagination_class = None

    for kind, statuses in ((Paged, {"200", "400"}), (Unfiltered, {"200"})):
        schema = ProblemSchema()
        schema.view = kind(request=Request(APIRequestFactory().get("/")), format_kwarg=None)
        assert schema.get_responses("/orders", "GET").keys() == statuses
