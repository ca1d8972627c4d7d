"""A small shop: what lists of its orders have in common, whatever the framework; and 300 orders, the same each time."""

import datetime as dt
import os
from collections.abc import Iterator
from typing import Any

import paramql as pq

# filters: begin
TOKENS = pq.Tokens({"2026-11": os.environ.get("SHOP_KEY", "of an example: a server's is secret").encode()})
SORTABLE = {"placed": {"sortable": True}, "total": {"sortable": True}}
# filters: end


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
