"""Orders over HTTP with Starlette and sqlite3.

pip install 'paramql[server]'
uvicorn --app-dir examples starlette_orders:app
curl -i 'http://127.0.0.1:8000/orders?status=sent&total=gte:900&size=5'
"""

import sqlite3
from collections.abc import Iterable
from contextlib import closing
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

# filters: begin
import paramql as pq
from paramql.integrations.starlette import EXCEPTION_HANDLERS, link_header, parse

# filters: end
from shop import SCHEMA, orders


def connected() -> sqlite3.Connection:
    connection = sqlite3.connect("file:starlette_orders?mode=memory&cache=shared", uri=True)
    connection.row_factory = sqlite3.Row
    return connection


def fetched(text: str, params: Iterable[Any] = ()) -> list[dict[str, Any]]:
    with closing(connected()) as connection:
        return [dict(row) for row in connection.execute(text, tuple(params))]


# filters: begin
TABLE = pq.target("sqlite", SCHEMA, table="orders")


def list_orders(request: Request) -> JSONResponse:
    query = parse(request, SCHEMA)
    page = pq.page(query, TABLE)
    sql = page.select()
    result = page.finish(fetched(sql.text, sql.params))
    return JSONResponse(result.items, headers=link_header(query, result))


app = Starlette(routes=[Route("/orders", list_orders)], exception_handlers=EXCEPTION_HANDLERS)
# filters: end

kept = connected()  # what is in memory lasts as long as a connection to it
for statement in TABLE.create():
    kept.execute(statement)
rows = [TABLE.row(order) for order in orders()]
kept.executemany("INSERT INTO orders VALUES (:id, :customer, :status, :placed, :total)", rows)
kept.commit()
