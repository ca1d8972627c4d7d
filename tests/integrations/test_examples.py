"""The examples are started and asked over HTTP: the same answers from each framework, and from the python target."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from openapi_spec_validator import validate

import paramql as pq
from applications import (
    APPLICATIONS,
    ROWS,
    SHARED,
    Running,
    documented_lines,
    expected,
    lines_to_write,
    marked_lines,
    running,
)
from paramql import openapi
from shop_schema import SCHEMA

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


PAGED = ["size=70", "total=gte:100&order=total&size=60", "order=desc:total&size=99"]


@pytest.mark.parametrize("name", APPLICATIONS)
def test_an_application_answers_over_http(name: str, tmp_path: Path) -> None:
    """It is started once: that takes longer than whatever is asked."""
    with running(name, tmp_path) as application:
        filters_select_what_the_python_target_selects(application)
        pages_followed_to_the_end_have_each_order_once(application)
        a_wrong_query_is_answered_with_every_problem(application)
        a_link_leads_on_from_its_own_query_only(application)
        if APPLICATIONS[name].has_document:
            the_document_shows_every_parameter_and_the_problems(application)


def filters_select_what_the_python_target_selects(application: Running) -> None:
    for query in FILTERS:
        (found,) = application.pages(query)
        assert found == expected(query), query
    assert {0, 3, len(ROWS)} < {len(expected(query)) for query in FILTERS}


def pages_followed_to_the_end_have_each_order_once(application: Running) -> None:
    for query in PAGED:
        pages, size = list(application.pages(query)), SCHEMA.parse(query).page.size
        assert len(pages) > 2
        assert [len(page) for page in pages[:-1]] == [size] * (len(pages) - 1)
        assert [id_ for page in pages for id_ in page] == expected(query)


def a_wrong_query_is_answered_with_every_problem(application: Running) -> None:
    for query in WRONG:
        answer = application.get(query)
        with pytest.raises(pq.QueryError) as caught:
            SCHEMA.parse(query)
        assert (answer.status_code, answer.headers["content-type"]) == (400, "application/problem+json"), query
        assert answer.json() == caught.value.to_problem()


def a_link_leads_on_from_its_own_query_only(application: Running) -> None:
    _, following = application.page("/orders?status=sent&size=5")
    assert following is not None
    answer = application.client.get(str(following).replace("status=sent", "status=new"))
    assert answer.json()["problems"][0]["code"] == "invalid-token"


def the_document_shows_every_parameter_and_the_problems(application: Running) -> None:
    document: Any = application.client.get("/openapi.json").json()
    validate(document)
    operation = document["paths"]["/orders"]["get"]
    shown = {one["name"]: one for one in operation["parameters"]}
    assert shown.keys() == {one["name"] for one in openapi.parameters(SCHEMA)}
    assert "startswith" in shown["customer"]["description"]
    assert operation["responses"]["400"]["content"].keys() == {"application/problem+json"}


@pytest.mark.parametrize("name", APPLICATIONS)
def test_ten_lines_are_enough(name: str) -> None:
    """What they are, the schema and its key among them; imports are not counted."""
    lines = lines_to_write(name)
    text = "\n".join(lines)
    assert all(word in text for word in ("pq.Tokens(", "schema_of(", "settings=")), text
    assert len(lines) <= 10, text


FILES = [*SHARED, *(file for application in APPLICATIONS.values() for file in application.files)]


@pytest.mark.parametrize("file", FILES)
def test_the_documentation_shows_the_lines_that_are_run(file: str) -> None:
    assert documented_lines(file) == marked_lines(file) != []
