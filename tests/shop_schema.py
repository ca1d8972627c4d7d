"""What may be asked of the shop's orders, written out: each example makes the same of a model that it has."""

from __future__ import annotations

import paramql as pq

SCHEMA = pq.Schema(
    pq.Field("id", pq.Integer(), unique=True),
    pq.Field("customer", pq.Text()),
    pq.Field("status", pq.Choice("new", "sent", "returned")),
    pq.Field("placed", pq.DateTime(), required=True, sortable=True),
    pq.Field("total", pq.Integer(), sortable=True),
    order="desc:placed",
    size=20,
    tokens=pq.Tokens({"2026-11": bytes(32)}),
)
