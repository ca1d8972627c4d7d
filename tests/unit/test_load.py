"""Documents to records: what is there and of its type; all else is no value."""

from __future__ import annotations

import datetime as dt
import decimal
from collections import OrderedDict
from types import MappingProxyType
from typing import Any

import pytest

import paramql as pq

SKU, NOTE, NET = {"sku": "A"}, {"text": "x"}, decimal.Decimal("1.5")
SCHEMA = pq.Schema(
    pq.Field("id", pq.Integer(), unique=True),
    pq.Field("name.first", pq.Text()),
    pq.Field("name.last", pq.Text()),
    pq.Field("at", pq.DateTime("ms")),
    pq.Field("tags", pq.ListOf(pq.Text())),
    pq.Field(
        "lines",
        pq.ListOf(
            pq.Record(
                pq.Field("sku", pq.Text(), required=True),
                pq.Field("price.net", pq.Decimal(2)),
                pq.Field("notes", pq.ListOf(pq.Record(pq.Field("text", pq.Text(), required=True)))),
            )
        ),
    ),
)


@pytest.mark.parametrize(
    ("document", "record"),
    [
        ({"id": 1}, {"id": 1}),
        ({"id": 1, "other": 5}, {"id": 1}),
        ({"id": 1, "name": {"first": "Åse", "last": None}}, {"id": 1, "name": {"first": "Åse"}}),
        ({"id": 1, "name": "Åse"}, {"id": 1}),
        ({"id": 1, "name": {"first": 5}}, {"id": 1}),
        ({"id": 1, "name.first": "Åse"}, {"id": 1}),
        (
            {"id": 1, "at": "2019-05-01T10:00:00.1239999Z"},
            {"id": 1, "at": dt.datetime(2019, 5, 1, 10, 0, 0, 123_000, dt.UTC)},
        ),
        ({"id": 1, "at": "2019-05-01"}, {"id": 1}),
        ({"id": 1, "tags": ["a", None, 5, "b"]}, {"id": 1, "tags": ["a", "b"]}),
        ({"id": 1, "tags": ("a",)}, {"id": 1, "tags": ["a"]}),
        ({"id": 1, "tags": []}, {"id": 1, "tags": []}),
        ({"id": 1, "tags": "a"}, {"id": 1}),
        ({"id": 1, "lines": [None, 5, {"sku": "A"}]}, {"id": 1, "lines": [{"sku": "A"}]}),
        ({"id": 1, "lines": [SKU | {"price": {"net": 1.5}}]}, {"id": 1, "lines": [SKU | {"price": {"net": NET}}]}),
        ({"id": 1, "lines": [SKU | {"notes": [NOTE, []]}]}, {"id": 1, "lines": [SKU | {"notes": [NOTE]}]}),
        (OrderedDict(id=1, name=MappingProxyType({"first": "x"})), {"id": 1, "name": {"first": "x"}}),
    ],
)
def test_a_record_has_what_is_there_and_of_its_type(document: dict[str, Any], record: dict[str, Any]) -> None:
    assert SCHEMA.load(document) == record


@pytest.mark.parametrize("document", [None, [], "x", 5])
def test_a_document_is_an_object(document: Any) -> None:
    with pytest.raises(ValueError, match="a record is a JSON object"):
        SCHEMA.load(document)


@pytest.mark.parametrize(
    ("document", "says"),
    [
        ({}, "id: must have a value"),
        ({"id": "1"}, "id: is not a 64-bit integer"),
        ({"id": 1, "lines": [{"sku": "A"}, {}]}, "lines.sku: must have a value"),
        ({"id": 1, "lines": [{"sku": "A", "notes": [{}]}]}, "lines.notes.text: must have a value"),
    ],
)
def test_what_is_required_must_be_there_in_elements_too(document: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=f"^{says}$"):
        SCHEMA.load(document)


def test_when_strict_every_misfit_is_told() -> None:
    document = {"id": 1, "name": {"first": 5}, "tags": "x", "lines": [5, SKU | {"price": {"net": "1.234"}, "notes": 5}]}
    with pytest.raises(ValueError, match="finer than") as caught:
        SCHEMA.load(document, strict=True)
    assert str(caught.value).split("; ") == [
        "name.first: is not text",
        "tags: is not a list",
        "lines: an element is not an object",
        "lines.price.net: is finer than 2 digits after the point",
        "lines.notes: is not a list",
    ]
    with pytest.raises(ValueError, match="name: is not an object"):
        SCHEMA.load({"id": 1, "name": "Åse"}, strict=True)
    with pytest.raises(ValueError, match=r"lines\.price: is not an object"):
        SCHEMA.load({"id": 1, "lines": [SKU | {"price": 5}]}, strict=True)


def test_when_strict_what_is_missing_or_null_is_no_misfit() -> None:
    document = {"id": 1, "name": None, "tags": [None], "lines": [None], "other": object()}
    assert SCHEMA.load(document, strict=True) == {"id": 1, "tags": [], "lines": []}
