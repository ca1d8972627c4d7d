"""A shop's orders, in SQLite: a schema that has nothing to do with instances, for the part that serves any."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import paramql as pq
from paramql.server.stores.sql import Driver, Layout, SqlStore
from paramql.server.stores.sqlite import Sqlite

_THIRD = dt.datetime(2024, 5, 3, tzinfo=dt.UTC)
NOON = dt.datetime(2026, 5, 1, 12, tzinfo=dt.UTC)

ORDERS = pq.Schema(
    pq.Field("id", pq.Integer(), unique=True),
    pq.Field("name", pq.Text()),
    pq.Field("placed", pq.DateTime(), sortable=True, required=True),
    pq.Field("state", pq.Choice("new", "sent")),
    pq.Field("lines", pq.ListOf(pq.Record(pq.Field("sku", pq.Text()), pq.Field("count", pq.Integer())))),
    pq.Field("secret", pq.Text(), filterable=False),
    pq.Parameter("late", pq.Boolean(), lambda late: pq.lt("placed", _THIRD) if late else pq.exists("placed")),
    pq.Parameter("old", pq.Text(), None, notice="old does nothing"),
    order="desc:placed",
    tokens=pq.Tokens({"a": b"k" * 32}),
)
DOCUMENTS = [
    {
        "id": n,
        "name": "Åse" if n % 2 else None,
        "placed": f"2024-05-0{n % 4 + 1}T00:00:00Z",
        "lines": [{"sku": f"s{n}"}],
    }
    for n in range(30)
]


def layout(engine: str = "sqlite", schema: pq.Schema = ORDERS) -> Layout:
    """How orders lie in a database."""
    target: Any = pq.target(engine, schema, table="orders", columns={"lines": pq.Rows("lines", {"order_id": "id"})})
    kind = "LONGTEXT" if engine == "mariadb" else "text"
    make = (*target.create(), f"ALTER TABLE orders ADD COLUMN document {kind} NOT NULL")
    return Layout(target=target, make=make, tell=() if engine == "sqlite" else ("ANALYZE" + _TOLD[engine],))


_TOLD = {"postgresql": " orders", "mariadb": " TABLE orders"}


def put(document: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """A document as a store takes it."""
    return json.dumps(document, ensure_ascii=False), ORDERS.load(document)


def store(driver: Driver | None = None, documents: Any = DOCUMENTS) -> SqlStore:
    """A store that holds orders."""
    made = SqlStore(layout(), driver or Sqlite())
    made.put(list(map(put, documents)))
    return made
