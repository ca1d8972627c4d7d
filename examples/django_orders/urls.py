"""A view, and its address."""

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.urls import path

# filters: begin
import paramql as pq
from paramql.integrations.django import next_link, paginate, parse

# filters: end
from shop import SCHEMA
from shop.models import Order


def shown(order: Order) -> dict[str, Any]:
    return {name: getattr(order, name) for name in ("id", "customer", "status", "placed", "total")}


# filters: begin
TABLE = pq.target("django", SCHEMA, model=Order)


def list_orders(request: HttpRequest) -> JsonResponse:
    query = parse(request, SCHEMA)
    result = paginate(Order.objects.all(), query, TABLE)
    return JsonResponse({"orders": list(map(shown, result.items)), "next": next_link(query, result)})


# filters: end

urlpatterns = [path("orders", list_orders)]
