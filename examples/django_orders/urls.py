"""A view, and its address."""

from typing import Any

from django.http import HttpRequest, JsonResponse
from django.urls import path

# filters: begin
from paramql.integrations.django import next_link, paginate, parse
from paramql.integrations.models import schema_of, target_of

# filters: end
from shop import SORTABLE, TOKENS
from shop.models import Order

SHOWN = ("id", "customer", "status", "placed", "total")


def shown(order: Order) -> dict[str, Any]:
    return {name: getattr(order, name) for name in SHOWN}


# filters: begin
SCHEMA = schema_of(Order, only=SHOWN, settings=SORTABLE, order="desc:placed", size=20, tokens=TOKENS)
TABLE = target_of(SCHEMA)


def list_orders(request: HttpRequest) -> JsonResponse:
    query = parse(request, SCHEMA)
    result = paginate(Order.objects.all(), query, TABLE)
    return JsonResponse({"orders": list(map(shown, result.items)), "next": next_link(query, result)})


# filters: end

urlpatterns = [path("orders", list_orders)]
