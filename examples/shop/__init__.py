"""A small shop: what may be asked of its orders, whatever the framework, and 300 orders, the same each time."""

import datetime as dt
import os
from collections.abc import Iterator
from typing import Any

import paramql as pq

KEY = os.environ.get("SHOP_KEY", "of an example; a server has 32 bytes of its own, from its secrets")

SCHEMA = pq.Schema(
    pq.Field("id", pq.Integer(), unique=True),
    pq.Field("customer", pq.Text()),
    pq.Field("status", pq.Choice("new", "sent", "returned")),
    pq.Field("placed", pq.DateTime(), required=True, sortable=True),
    pq.Field("total", pq.Integer(), sortable=True),
    order="desc:placed",
    size=20,
    tokens=pq.Tokens({"2026-11": KEY.encode()}),
)


def orders() -> Iterator[dict[str, Any]]:
    """Orders as records of the schema; several are placed in the same hour, some have no customer or no total."""
    begin = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    for number in range(1, 301):
        yield {
            "id": number,
            "customer": ("Åse", "Bo", None, "Ståle & Co", "100% Bo")[number * 7 % 5],
            "status": ("new", "sent", "sent", "returned")[number * number % 4],
            "placed": begin + dt.timedelta(hours=number * 37 % 83 * 24),
            "total": number * 7919 % 1000 if number % 11 else None,
        }
