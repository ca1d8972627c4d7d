"""Over generated schemas: what clients are told is valid, is taken, and is true of what is answered."""

from __future__ import annotations

import datetime as dt
import decimal
import re
from random import Random
from typing import Any
from urllib.parse import quote

from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import validate

import paramql as pq
from differential import Data, drawn
from paramql.openapi import page_schema, parameters, problem_schema, record_schema
from strategies import texts
from strategies.schemas import everything

seeds = st.integers(0, 2**64)
FEW = settings(max_examples=settings().max_examples // 4)
# To JSON Schema 1.0 is an integer; and of a number it cannot count the digits.
NO_SCHEMA_CAN_SAY = {"is not a -bit integer", "is finer than  digits after the point"}
PROBLEM = Draft202012Validator(problem_schema())


@given(seeds)
def test_examples_are_taken_by_the_schema_that_shows_them(seed: int) -> None:
    schema = _drawn(Random(seed)).schema
    for one in parameters(schema):
        shown = one["schema"].get("items", one["schema"]).get("examples", [])
        assert shown or schema.control(one["name"]), one
        for example in shown:
            asked = schema.parse(f"{one['name']}={quote(example)}").names
            assert list(asked) == ([] if schema.control(one["name"]) else [one["name"]])


@FEW
@given(seeds)
def test_what_clients_are_told_is_valid_openapi(seed: int) -> None:
    schema = _drawn(Random(seed)).schema
    answers = {"200": {"description": "A page", "content": {"application/json": {"schema": page_schema(schema)}}}}
    paths = {"/x": {"get": {"parameters": parameters(schema), "responses": answers}}}
    validate({"openapi": "3.1.0", "info": {"title": "x", "version": "1"}, "paths": paths})


@given(seeds)
def test_every_order_that_is_taken_is_valid(seed: int) -> None:
    """As one text, and as an array that is sent with commas or as a parameter again and again."""
    rng = Random(seed)
    schema = _drawn(rng).schema
    if keys := [field.name for field in schema.fields if field.sortable]:
        spelled = [rng.choice((key.upper(), key)) if schema.ignore_case else key for key in keys]
        order = [rng.choice(("", "asc:", "desc:")) + key for key in rng.sample(spelled, rng.randint(1, len(keys)))]
        assert schema.parse(f"order={','.join(order)}").order
        assert _order(schema).is_valid(order)
        assert _order(schema).is_valid([",".join(order)])


@FEW
@given(seeds, st.data())
def test_every_order_that_is_valid_is_taken_but_for_keys_that_stand_twice(seed: int, data: st.DataObject) -> None:
    schema = _drawn(Random(seed)).schema
    if "order" in {one["name"] for one in parameters(schema)}:
        order = data.draw(st.from_regex(_order(schema).schema["items"]["pattern"], fullmatch=True))
        assert _codes(schema, f"order={order}") <= {"duplicate-parameter"}, order


def _codes(schema: pq.Schema, text: str) -> set[str]:
    try:
        schema.parse(text)
    except pq.QueryError as error:
        return {problem.code for problem in error.problems}
    return set()


def _order(schema: pq.Schema) -> Any:
    (shown,) = (one["schema"] for one in parameters(schema) if one["name"] == "order")
    return _checking(shown)


@FEW
@given(seeds)
def test_pages_of_records_are_what_their_schema_says(seed: int) -> None:
    data = _drawn(Random(seed))
    result = pq.paginate(data.records, data.schema.parse("size=7"))
    body = {"count": len(result.items), "self": "?size=7", "next": None, "items": _json(result.items)}
    assert not list(_checking(page_schema(data.schema)).iter_errors(body))


@FEW
@given(seeds)
def test_documents_load_whole_where_they_are_valid(seed: int) -> None:
    data = _drawn(Random(seed))
    valid = _checking(record_schema(data.schema))
    for row in data.rows:
        document = row.document(data.schema.fields, lambda _, value: _json(value))
        if valid.is_valid(document):
            assert _complaints(data.schema, document) <= NO_SCHEMA_CAN_SAY


@FEW
@given(texts.anything)
def test_what_is_refused_is_refused_as_the_document_says(text: str) -> None:
    assert not list(PROBLEM.iter_errors(_refused(text)))


def _refused(text: str) -> Any:
    """The problem detail of a text; of one that is taken, an empty one."""
    try:
        texts.SCHEMA.parse(text)
    except pq.QueryError as error:
        return error.to_problem()
    return pq.QueryError(text, []).to_problem()


def _complaints(schema: pq.Schema, document: dict[str, Any]) -> set[str]:
    """What keeps a document from being loaded whole."""
    try:
        schema.load(document, strict=True)
    except ValueError as error:
        return {re.sub(r"^\S+: |\d+", "", text) for text in str(error).split("; ")}
    return set()


def _drawn(rng: Random) -> Data:
    return drawn(rng, rng.choices(everything(), k=3))


def _checking(schema: dict[str, Any]) -> Draft202012Validator:
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema, format_checker=FormatChecker())


def _json(value: Any) -> Any:
    """A typed value as JSON has it."""
    match value:
        case dict():
            return {key: _json(inner) for key, inner in value.items()}
        case list():
            return list(map(_json, value))
        case decimal.Decimal():
            return format(value, "f")
        case dt.datetime():
            return value.isoformat().replace("+00:00", "Z")
        case dt.date():
            return value.isoformat()
        case _:
            return value
