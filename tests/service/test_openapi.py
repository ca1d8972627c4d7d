"""`/openapi.json`: valid by the standard's own schema, and it has just what a client may ask."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

import paramql as pq
from orders import ORDERS, store
from paramql.instances import SCHEMA
from paramql.instances.described import EXAMPLES, INSTANCE
from paramql.openapi import record_schema
from paramql.server import Listing, application
from paramql.server.openapi import described
from served import Client

KEYLESS = pq.Schema(pq.Field("id", pq.Integer(), unique=True))
LISTINGS = {
    "orders": Listing(path="/orders", schema=ORDERS, store=store(), headers={"X-Shop": "Whose"}, base="https://x"),
    "instances": Listing(
        path="/i",
        schema=SCHEMA,
        store=store(),
        item=INSTANCE,
        examples=EXAMPLES,
        secured={"type": "http", "scheme": "bearer"},
    ),
    "keyless": Listing(path="/k", schema=KEYLESS, store=store()),
}


def parameters(name: str) -> dict[str, Any]:
    operation = described([LISTINGS[name]], "x", "1")["paths"][LISTINGS[name].path]["get"]
    return {one["name"]: one for one in operation["parameters"]}


@pytest.mark.parametrize("name", LISTINGS)
def test_it_is_valid(name: str) -> None:
    validate(described([LISTINGS[name]], "Lists", "1"))


@pytest.mark.parametrize("name", LISTINGS)
def test_examples_are_accepted_and_each_name_is_known(name: str) -> None:
    schema = LISTINGS[name].schema
    for one in parameters(name).values():
        if one["in"] == "query" and (found := schema.find(one["name"])):
            examples = (one["schema"].get("items") or one["schema"])["examples"]
            assert examples, found
            for example in examples:
                schema.parse(f"{one['name']}={example}")


def test_it_has_what_may_be_asked_and_nothing_else() -> None:
    shown = parameters("orders")
    asked = "id name placed state lines lines.sku lines.count late old order size continuationToken filter X-Shop"
    assert list(shown) == asked.split()
    assert shown["old"]["deprecated"]
    assert shown["lines.sku"]["description"].startswith("some element of a list; text")
    assert shown["state"]["schema"]["items"]["examples"] == ["new", "in:new,sent"]
    assert "gte, lt" in shown["placed"]["description"]
    assert list(parameters("keyless")) == ["id", "size", "filter"]
    assert not [name for name in parameters("instances") if name.startswith("derived")]


def test_tokens_are_told_of_where_they_are_needed() -> None:
    open_, closed = (described([LISTINGS[name]], "x", "1") for name in ("orders", "instances"))
    assert (open_["components"]["securitySchemes"], open_["servers"]) == ({}, [{"url": "https://x"}])
    assert "401" not in open_["paths"]["/orders"]["get"]["responses"]
    assert closed["paths"]["/i"]["get"]["security"] == [{"token": []}]
    assert {"401", "403"} <= closed["paths"]["/i"]["get"]["responses"].keys()


def test_pages_and_errors_are_as_the_document_says() -> None:
    listing = Listing(path="/orders", schema=ORDERS, store=store(), item=record_schema(ORDERS))
    with Client(application(listing, title="Lists")) as client:
        document = client.get("/openapi.json").json()
        answers = document["paths"]["/orders"]["get"]["responses"]
        page = answers["200"]["content"]["application/json"]["schema"]
        mistake = answers["400"]["content"]["application/problem+json"]["schema"] | {
            "components": document["components"]
        }
        right, wrong = client.get("/orders?id=lt:20&size=7"), client.get("/orders?id=x&order=&nope=1&filter=or(")
        assert (right.status_code, wrong.status_code) == (200, 400)
        assert right.json()["next"]
        assert len(wrong.json()["problems"]) == 4
        for schema, body in ((page, right.json()), (mistake, wrong.json())):
            assert not list(Draft202012Validator(schema).iter_errors(body))
            assert list(Draft202012Validator(schema).iter_errors(body | {"count": "7", "status": "400"}))
