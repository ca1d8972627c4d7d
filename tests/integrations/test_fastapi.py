"""FastAPI: a query is a dependency, in functions of either kind; the document shows what the schema takes."""

from __future__ import annotations

from typing import Annotated, Any, assert_type

import pytest
from fastapi import APIRouter, Depends, FastAPI, Header, HTTPException
from openapi_spec_validator import validate

import paramql as pq
from orders import ORDERS
from paramql import openapi
from paramql.integrations.fastapi import EXCEPTION_HANDLERS, RESPONSES, Access, Filters
from served import Client

SCHEMA = pq.Schema(pq.Field("id", pq.Integer(), unique=True), pq.Field("org", pq.Text()), ignore=["verbose"])


async def access_of(x_org: Annotated[str | None, Header()] = None) -> Access:
    """Whoever asks sees their own."""
    if x_org is None:
        raise HTTPException(401)
    return Access(audience=x_org, only=["id"], scope=SCHEMA.bind(pq.eq("org", x_org)))


ASKED = Filters(SCHEMA)
ROUTER = APIRouter(prefix="/api", responses=RESPONSES)


@ROUTER.get("/thread/{kind}")
def in_a_thread(kind: int, asked: Annotated[pq.Query, Depends(ASKED)], verbose: bool = False) -> Any:
    assert_type(asked, pq.Query)
    return [kind, pq.render(asked), verbose]


@ROUTER.get("/coroutine")
async def in_a_coroutine(asked: Annotated[pq.Query, Depends(Filters(SCHEMA, access_of))]) -> Any:
    return pq.compile(asked.where, "sqlite").params


@ROUTER.get("/orders")
async def list_orders(asked: Annotated[pq.Query, Depends(Filters(ORDERS))]) -> Any:
    return asked.page.size


APP = FastAPI(exception_handlers=EXCEPTION_HANDLERS)
APP.include_router(ROUTER)


def ask(address: str, org: str | None = None) -> Any:
    with Client(APP) as client:
        return client.get(f"/api{address}", headers={"X-Org": org} if org else None).json()


def test_a_query_is_asked_beside_parameters_that_the_schema_leaves_alone() -> None:
    assert ask("/thread/7?id=gt:1&id=lt:9&verbose=true") == [7, "id=gt:1&id=lt:9", True]
    assert [one["code"] for one in ask("/thread/7?verbos=true&id=x")["problems"]] == [
        "unknown-parameter",
        "invalid-value",
    ]


def test_what_a_caller_sees_comes_from_a_dependency_of_the_host() -> None:
    assert ask("/coroutine?id=5", "digdir") == [5, "digdir"]
    assert ask("/coroutine?org=skd", "digdir")["problems"][0]["code"] == "unknown-parameter"
    assert ask("/coroutine?id=5") == {"detail": "Unauthorized"}


def test_a_parameter_that_is_sent_again_is_another_condition() -> None:
    assert ask("/thread/1?size=7&id=in:1,2&id=in:2,3")[1] == "id=in:(1,2)&id=in:(2,3)&size=7"
    assert ask("/orders?name=a&name=b&size=7") == 7


def test_a_test_may_give_another_query() -> None:
    APP.dependency_overrides[ASKED] = lambda: SCHEMA.parse("id=3")
    assert ask("/thread/1")[1] == "id=eq:3"
    APP.dependency_overrides.clear()


def test_the_document_has_each_parameter_as_the_schema_does() -> None:
    document = APP.openapi()
    validate(document)
    operation = document["paths"]["/api/orders"]["get"]
    for shown, meant in zip(operation["parameters"], openapi.parameters(ORDERS), strict=True):
        shown["schema"].pop("title")
        shown |= {key: shown["schema"].pop(key) for key in list(shown["schema"]) if key.startswith("x-")}
        assert shown == {**meant, "required": False}
    assert operation["responses"]["400"]["content"]["application/problem+json"]["schema"] == openapi.problem_schema()
    names = [one["name"] for one in document["paths"]["/api/coroutine"]["get"]["parameters"]]
    assert names == ["id", "org", "size", "filter", "x-org"]


@pytest.mark.parametrize("wrong", [("orders",), (SCHEMA, Access())])
def test_a_mistake_of_the_host_is_told_when_it_is_made(wrong: Any) -> None:
    with pytest.raises(TypeError, match=r" takes a (schema|dependency), .* not "):
        Filters(*wrong)
