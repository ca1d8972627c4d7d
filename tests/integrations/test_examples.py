"""The examples are started and asked over HTTP: the same answers from each framework, and from the python target."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from openapi_spec_validator import validate

import paramql as pq
from applications import APPLICATIONS, ROWS, Running, documented_lines, expected, marked_lines, running
from paramql import openapi
from shop import SCHEMA

FILTERS = [
    "size=1000",
    "customer=Bo&size=300",
    "customer=icontains:%C3%A5&total=gte:500&size=300",
    "customer=contains:%25&size=300",
    "filter=or(status:returned,not(total:exists:true))&order=total,desc:placed&size=300",
    "placed=gte:2026-02&placed=lt:2026-03&status=in:new,sent&size=300",
    "customer=exists:false&order=desc:total&size=300",
    "id=in:7,8,9",
    "id=lt:1",
]
WRONG = [
    "statu=sent&total=gtee:900&size=0",
    "customer=%C3%A5&placed=2026-13&statu=sent",
    "total=",
    "id=%GG",
    "utm_source=mail",
    "continuationToken=made.up.one",
]


@pytest.fixture(name="application", scope="module", params=APPLICATIONS)
def _application(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(request.param, tmp_path_factory.mktemp(request.param)) as application:
        yield application


def test_filters_select_what_the_python_target_selects(application: Running) -> None:
    for query in FILTERS:
        (found,) = application.pages(query)
        assert found == expected(query), query
    assert {0, 3, len(ROWS)} < {len(expected(query)) for query in FILTERS}


@pytest.mark.parametrize("query", ["size=70", "total=gte:100&order=total&size=60", "order=desc:total&size=99"])
def test_pages_followed_to_the_end_have_each_order_once(application: Running, query: str) -> None:
    pages = list(application.pages(query))
    size = SCHEMA.parse(query).page.size
    assert len(pages) > 2
    assert [len(page) for page in pages[:-1]] == [size] * (len(pages) - 1)
    assert [id_ for page in pages for id_ in page] == expected(query)


def test_a_wrong_query_is_answered_with_every_problem(application: Running) -> None:
    for query in WRONG:
        answer = application.get(query)
        with pytest.raises(pq.QueryError) as caught:
            SCHEMA.parse(query)
        assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json"), query
        assert answer.json() == caught.value.to_problem()


def test_a_link_leads_on_from_its_own_query_only(application: Running) -> None:
    _, following = application.page("/orders?status=sent&size=5")
    assert following is not None
    answer = application.client.get(str(following).replace("status=sent", "status=new"))
    assert answer.json()["problems"][0]["code"] == "invalid-token"


@pytest.mark.parametrize("application", ["fastapi", "rest_framework"], indirect=True)
def test_the_document_shows_every_parameter_and_the_problems(application: Running) -> None:
    document: Any = application.client.get("/openapi.json").json()
    validate(document)
    operation = document["paths"]["/orders"]["get"]
    shown = {one["name"]: one for one in operation["parameters"]}
    assert shown.keys() == {one["name"] for one in openapi.parameters(SCHEMA)}
    assert "startswith" in shown["customer"]["description"]
    assert operation["responses"]["400"]["content"].keys() == {"application/problem+json"}


@pytest.mark.parametrize("name", APPLICATIONS)
def test_ten_lines_are_enough(name: str) -> None:
    lines = marked_lines(name)
    assert 3 < len(lines) <= 10, "\n".join(lines)


@pytest.mark.parametrize("name", APPLICATIONS)
def test_the_documentation_shows_the_lines_that_are_run(name: str) -> None:
    assert documented_lines(name) == marked_lines(name)
