"""Whatever a client sends, it gets a query or a `QueryError` that points into what it sent."""

from __future__ import annotations

from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

import paramql as pq
from promises import hold_to_its_promises, hold_to_its_text
from strategies import schemas, texts

SCHEMA = texts.SCHEMA


@given(texts.raw, texts.options)
@example("a=%ED%A0%80", {})
@example(b"\xff=1", {})
@example("filter=" + "not(" * 2000, {})
@example("sizes=in:" + "(" * 2000, {})
def test_any_text_gives_a_query_or_problems_with_places(text: str | bytes, options: dict[str, Any]) -> None:
    try:
        query = SCHEMA.parse(text, **options)
    except pq.QueryError as error:
        hold_to_its_promises(text, error)
    else:
        hold_to_its_text(text, query)


@given(texts.anything, texts.options)
def test_bytes_are_read_as_their_text(text: str, options: dict[str, Any]) -> None:
    try:
        encoded = text.encode()
    except UnicodeEncodeError:
        return
    options = {"now": texts.NOON} | options
    assert _answer(text, options) == _answer(encoded, options)


@given(texts.anything | st.text(alphabet='and(or)ny,:lines sku"\\5', max_size=60))
def test_any_expression_gives_a_meaning_or_problems_with_places(text: str) -> None:
    try:
        SCHEMA.parse_expression(text)
    except pq.QueryError as error:
        hold_to_its_promises(text, error)


@given(st.randoms(), st.data())
def test_any_text_is_safe_with_any_schema(rng: Any, data: st.DataObject) -> None:
    schema = schemas.schema(rng)
    names = [name.text for name in schema.scope]
    text = data.draw(texts.slipped(st.sampled_from(names).map(lambda name: f"{name}=eq:1&filter=or({name}:in:(a,b))")))
    try:
        schema.parse(text)
    except pq.QueryError as error:
        hold_to_its_promises(text, error)


def _answer(text: str | bytes, options: dict[str, Any]) -> object:
    try:
        query = SCHEMA.parse(text, **options)
    except pq.QueryError as error:
        return error.to_problem()
    return pq.render(query), query.where, query.order, query.page, query.values, query.notices
