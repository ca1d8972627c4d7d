"""A schema as declared: names looked up, and what a schema says that cannot be meant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

import paramql as pq
from paramql.declare import Field, ListOf, Parameter, Record
from paramql.types import Boolean, Integer, Text

ID = Field("id", Integer(), unique=True)
TEXT = Field("name.first", Text(), sortable=True)
NOTES = Field("notes", ListOf(Record(Field("text", Text()))))
LINES = Field("lines", ListOf(Record(Field("sku", Text()), Field("price.net", Integer()), NOTES)))
OPTION = Parameter("verbose", Boolean(), None)


def schema(*more: Field | Parameter, **options: Any) -> pq.Schema:
    return pq.Schema(ID, TEXT, LINES, OPTION, *more, **options)


def test_every_public_name_is_found_with_the_lists_on_its_path() -> None:
    orders = schema()
    found = {name.text: [outer.name for outer in name.lists] for name in orders.scope}
    assert found == {
        "id": [],
        "name.first": [],
        "lines": [],
        "lines.sku": ["lines"],
        "lines.price.net": ["lines"],
        "lines.notes": ["lines"],
        "lines.notes.text": ["lines", "notes"],
        "verbose": [],
    }
    assert orders.find("lines.notes.text") is not None
    assert orders.find("lines.notes.txt") is None


def test_fields_are_had_by_name() -> None:
    orders = schema()
    assert orders["name.first"] is TEXT
    assert orders.key is ID
    assert pq.Schema(TEXT).key is None
    for name in ("nope", "lines.sku", "verbose"):
        with pytest.raises(KeyError):
            orders[name]


def test_inside_an_element_names_are_its_own() -> None:
    orders = schema()
    lines = orders.find("lines")
    assert lines
    inner = orders.scope.element(lines)
    assert {name.text for name in inner} == {"sku", "price.net", "notes", "notes.text"}
    assert orders.scope.element(lines) is inner


def test_names_match_in_any_case_where_the_schema_says_so() -> None:
    orders = schema(ignore_case=True, ignore=["UTM_*"])
    name = orders.find("NAME.First")
    assert name
    assert name.text == "name.first"
    assert orders.control("SIZE") == "size"
    assert orders.ignores("utm_x")
    assert orders.find("\N{KELVIN SIGN}ey") is None
    assert schema().find("NAME.first") is None
    assert schema().control("SIZE") is None


def test_controls_have_the_names_that_the_schema_gives_them() -> None:
    orders = schema(controls={"size": "limit", "filter": "$filter"})
    assert [orders.control(name) for name in ("limit", "$filter", "order", "size")] == ["size", "filter", "order", None]


def test_a_continuation_token_is_unknown_without_keys() -> None:
    assert schema().control("continuationToken") is None
    tokens = pq.Tokens({"k": bytes(32)})
    assert schema(tokens=tokens).control("continuationToken") == "continuationToken"


@pytest.mark.parametrize(
    ("pattern", "name", "ignored"),
    [
        ("utm_*", "utm_source", True),
        ("utm_*", "utm_", True),
        ("utm_*", "xutm_source", False),
        ("a.b", "a.b", True),
        ("a.b", "axb", False),
        ("*_id", "some_id", True),
        ("*_id", "some_ids", False),
        ("a*b*c", "aXbYc", True),
        ("a*b*c", "abcbc", True),
        ("a*b*c", "acb", False),
        ("x**y", "x\ny", True),
        ("", "a", False),
    ],
)
def test_ignored_names_may_have_stars(pattern: str, name: str, ignored: bool) -> None:
    assert pq.Schema(Field("own", Text()), ignore=[pattern]).ignores(name) == ignored


def test_many_stars_take_little_time() -> None:
    orders = pq.Schema(ID, ignore=["*a*a*a*a*a*a*b"])
    assert not orders.ignores("a" * 8000)


def test_an_order_ends_with_the_unique_key_in_the_direction_of_the_key_before_it() -> None:
    orders = schema(order="desc:name.first")
    assert list(map(str, orders.with_key(orders.order))) == ["desc:name.first", "desc:id"]
    assert list(map(str, orders.with_key(()))) == ["asc:id"]
    assert orders.with_key(orders.with_key(())) == orders.with_key(())
    assert pq.Schema(TEXT).with_key(()) == ()


def test_a_default_order_is_text_or_a_list() -> None:
    keyed = Field("id", Integer(), unique=True, sortable=True)
    for order in ("name.first,desc:id", ["asc:name.first", "desc:id"]):
        assert list(map(str, pq.Schema(keyed, TEXT, order=order).order)) == ["asc:name.first", "desc:id"]


def test_a_page_may_be_as_large_as_every_store_can_be_asked_for() -> None:
    assert schema(max_size=1_000_000).max_size == 1_000_000


def raising(**options: Any) -> Callable[[], object]:
    return lambda: schema(**options)


@pytest.mark.parametrize(
    ("make", "error", "says"),
    [
        (pq.Schema, ValueError, "at least one Field"),
        (lambda: pq.Schema(OPTION), ValueError, "at least one Field"),
        (lambda: schema("id"), TypeError, "not 'id'"),  # type: ignore[arg-type]
        (lambda: schema(Field("key", Text(), unique=True)), ValueError, "one unique field"),
        (lambda: schema(Field("id", Text())), ValueError, "the name 'id' is declared twice"),
        (lambda: schema(Field("verbose", Text())), ValueError, "the name 'verbose' is declared twice"),
        (lambda: schema(Parameter("lines.sku", Text(), None)), ValueError, "'lines.sku' is declared twice"),
        (lambda: schema(Field("ID", Text()), ignore_case=True), ValueError, r"'id' is declared twice \(ignore_case\)"),
        (lambda: schema(Field("size", Text())), ValueError, "rename one of them: controls={'size': 'another'}"),
        (
            lambda: schema(Field("limit", Text()), controls={"size": "limit"}),
            ValueError,
            "rename one of them: controls={'size': 'another'}",
        ),
        (lambda: schema(Field("Order", Text()), ignore_case=True), ValueError, "controls={'order': 'another'}"),
        (lambda: schema(Field("name", Text())), ValueError, "'name' is a text, so it can have no member 'name.first'"),
        (lambda: schema(Field("lines.x", Text())), ValueError, "'lines' is a list, so it can have no member 'lines.x'"),
        (
            lambda: pq.Schema(Field("a", ListOf(Record(Field("b", Text()), Field("b.c", Text()))))),
            ValueError,
            "'b' is a text, so it can have no member 'b.c'",
        ),
        (raising(controls={"sort": "x"}), ValueError, r"controls renames \['sort'\]; there are order, size"),
        (raising(controls={"size": "order"}), ValueError, "gives the name 'order' twice"),
        (raising(controls={"size": "page size"}), ValueError, "gives the name 'page size'; use letters"),
        (raising(controls={"size": ""}), ValueError, "gives the name ''; use letters"),
        (raising(ignore="utm_*"), TypeError, "ignore takes a list of names"),
        (raising(ignore=["i*"]), ValueError, "'id' has a meaning and is ignored"),
        (raising(ignore=["size"]), ValueError, "'size' has a meaning and is ignored"),
        (raising(ignore=["page*"], controls={"size": "page.size"}), ValueError, "'page.size' has a meaning"),
        (lambda: pq.Schema([ID]), TypeError, "fields are given one by one"),  # type: ignore[arg-type]
        (lambda: schema(Field("NAME", Text()), ignore_case=True), ValueError, "'NAME' is a text, so .* 'name.first'"),
        (
            lambda: pq.Schema(Field("a", ListOf(Record(Field("b", Text()), Field("B.c", Text())))), ignore_case=True),
            ValueError,
            "'b' is a text, so it can have no member 'B.c'",
        ),
        (raising(controls={"size": "Order"}, ignore_case=True), ValueError, "'order' twice .ignore_case.; rename one"),
        (raising(ignore=["a", 5]), TypeError, "ignore takes a list of names"),
        (raising(rules=[print, "x"]), TypeError, "rules takes a list of functions"),
        (raising(rules=print), TypeError, "rules takes a list of functions"),
        (raising(rules=5), TypeError, "rules takes a list of functions"),
        (raising(ignore=5), TypeError, "ignore takes a list of names"),
        (raising(ignore_case="no"), TypeError, "a schema: ignore_case must be True or False, not 'no'"),
        (raising(controls=["size"]), TypeError, r"each word, not \['size'\]: controls={'size': 'limit'}"),
        (raising(controls={"size": 1}), TypeError, "controls takes a new name for each word"),
        (raising(controls={1: "size", "x": "y"}), TypeError, "controls takes a new name for each word"),
        (raising(controls=0), TypeError, "controls takes a new name for each word, not 0"),
        (raising(order=5), TypeError, "order takes text, not 5: order='desc:placed'"),
        (raising(order=["name.first", 5]), TypeError, "order takes text"),
        (raising(tokens={"k": bytes(32)}), TypeError, "tokens must be made by Tokens"),
        (raising(tokens=False), TypeError, "tokens must be made by Tokens"),
        (raising(limits={"clauses": 5}), TypeError, "limits must be made by Limits"),
        (raising(limits=0), TypeError, "limits must be made by Limits"),
        (raising(size=True), TypeError, "size must be an int, not True"),
        (raising(size="20"), TypeError, "size must be an int, not '20'"),
        (raising(max_size=10.0), TypeError, "max_size must be an int, not 10.0"),
        (raising(size=0), ValueError, "size=0 must be from 1 to max_size=1000"),
        (raising(max_size=1_000_001), ValueError, "max_size=1000001 must be at most 1,000,000"),
        (raising(max_size=10**30), ValueError, "at most 1,000,000, which every store can be asked for"),
        (raising(size=20, max_size=10), ValueError, "size=20 must be from 1 to max_size=10"),
        (raising(order="desc:id"), ValueError, "order='desc:id': name a field that is sortable=True"),
        (raising(order="nope"), ValueError, "name a field that is sortable=True"),
        (raising(order="verbose"), ValueError, "name a field that is sortable=True"),
        (raising(order="down:name.first"), ValueError, "name a field that is sortable=True"),
        (raising(order=""), ValueError, "name a field that is sortable=True"),
        (raising(order="name.first,desc:name.first"), ValueError, "order names 'name.first' twice"),
    ],
)
def test_a_schema_that_cannot_be_meant_says_what_to_change(
    make: Callable[[], Any], error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        make()


def test_a_name_that_no_control_has_without_tokens_may_be_left_to_the_host() -> None:
    assert schema(ignore=["continuationToken"]).ignores("continuationToken")
