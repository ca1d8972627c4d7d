"""Orders over HTTP with Starlette and sqlite3.

pip install 'paramql[server]'
uvicorn --app-dir examples starlette_orders:app
curl -i 'http://127.0.0.1:8000/orders?status=sent&total=gte:900&size=5'
"""

import datetime as dt
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Literal

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

# filters: begin
import paramql as pq
from paramql.integrations.models import schema_of
from paramql.integrations.starlette import EXCEPTION_HANDLERS, link_header, parse

# filters: end
from shop import SORTABLE, TOKENS, orders


@dataclass
class Order:
    id: int
    customer: str | None
    status: Literal["new", "sent", "returned"]
    placed: dt.datetime
    total: int | None


def connected() -> sqlite3.Connection:
    connection = sqlite3.connect("file:starlette_orders?mode=memory&cache=shared", uri=True)
    connection.row_factory = sqlite3.Row
    return connection


def fetched(sql: pq.Sql) -> list[dict[str, Any]]:
    with closing(connected()) as connection:
        return [dict(row) for row in connection.execute(sql.text, sql.params)]


# filters: begin
SCHEMA = schema_of(Order, settings=SORTABLE | {"id": {"unique": True}}, order="desc:placed", size=20, tokens=TOKENS)
TABLE = pq.target("sqlite", SCHEMA, table="orders")


def list_orders(request: Request) -> JSONResponse:
    query = parse(request, SCHEMA)
    page = pq.page(query, TABLE)
    result = page.finish(fetched(page.select()))
    return JSONResponse(result.items, headers=link_header(query, result))


app = Starlette(routes=[Route("/orders", list_orders)], exception_handlers=EXCEPTION_HANDLERS)
# filters: end

kept = connected()  # what is in memory lasts as long as a connection to it
for statement in TABLE.create():
    kept.execute(statement)
rows = [TABLE.row(order) for order in orders()]
kept.executemany("INSERT INTO orders VALUES (:id, :customer, :status, :placed, :total)", rows)
kept.commit()
