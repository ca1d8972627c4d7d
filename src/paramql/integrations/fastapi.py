"""FastAPI: a dependency that gives a checked query, and shows in `/openapi.json` what may be asked.

app = FastAPI(exception_handlers=EXCEPTION_HANDLERS)
Asked = Annotated[Query, Depends(Filters(orders))]

@app.get("/orders", responses=RESPONSES)
def list_orders(query: Asked) -> list[Order]: ...
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from inspect import Parameter, Signature
from typing import Annotated, Any

import fastapi
from pydantic import WithJsonSchema
from starlette.requests import Request

from paramql import openapi
from paramql.integrations.access import EVERYONE, Access
from paramql.integrations.answers import PROBLEM, link_header, next_link
from paramql.integrations.starlette import EXCEPTION_HANDLERS, parse
from paramql.query import Query
from paramql.schema import Schema

__all__ = ["EXCEPTION_HANDLERS", "RESPONSES", "Access", "Filters", "link_header", "next_link"]

# For `responses=` of an operation, a router or an application: what is answered where a query is wrong.
RESPONSES: dict[int | str, dict[str, Any]] = {
    400: {
        "description": "The query is wrong; every mistake is listed",
        "content": {PROBLEM: {"schema": openapi.problem_schema()}},
    }
}


class Filters:
    """A dependency: the query that a request asks of a schema, in functions of either kind (`def`, `async def`).

    access: a dependency of the host's own that gives an `Access`; it may take what any dependency takes. Every
    parameter of the schema is shown by `/openapi.json`. A parameter that an operation takes besides has to be left to
    it by the schema: `ignore=["name"]`; any other is refused. Raises TypeError for what is no schema, or no function.
    """

    def __init__(self, schema: Schema, access: Callable[..., Any] | None = None) -> None:
        if not isinstance(schema, Schema):
            raise TypeError(f"Filters takes a schema, such as pq.Schema(pq.Field('id', pq.Integer())), not {schema!r}")
        if access is not None and not callable(access):
            raise TypeError(f"access takes a dependency, a function that gives an Access, not {access!r}")
        self.schema = schema
        shown = (_shown(number, one) for number, one in enumerate(openapi.parameters(schema)))
        self.__signature__ = Signature([*_taken(access), *shown])

    async def __call__(self, request: Request, access: Access = EVERYONE, **_: object) -> Query:
        """The query of a request. Raises `QueryError` with every problem."""
        return parse(request, self.schema, access)


def _taken(access: Callable[..., Any] | None) -> Iterator[Parameter]:
    """What FastAPI is to give."""
    yield Parameter("request", Parameter.KEYWORD_ONLY, annotation=Request)
    if access is not None:
        yield Parameter("access", Parameter.KEYWORD_ONLY, annotation=Annotated[Any, fastapi.Depends(access)])


def _shown(number: int, parameter: Mapping[str, Any]) -> Parameter:
    """A parameter that FastAPI shows as the schema has it; any text is taken, since the schema is what checks it.

    What is said to programs (`x-filter`) stands in its JSON Schema, where FastAPI leaves room.
    """
    query = fastapi.Query(
        alias=parameter["name"],
        description=parameter.get("description"),
        deprecated=parameter.get("deprecated"),
    )
    shown = {**parameter["schema"], **{key: value for key, value in parameter.items() if key.startswith("x-")}}
    annotation = Annotated[str, WithJsonSchema(shown), query]
    return Parameter(f"shown_{number}", Parameter.KEYWORD_ONLY, default=shown.get("default"), annotation=annotation)
