"""Filters, places and sort values of MongoDB, as they are: what needs no server to be seen."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal as Number
from typing import Any as Anything

import bson
import pytest

import paramql as pq
from paramql import backends
from paramql.ast import TRUE, And, Any, Exists, Not, Or
from paramql.backends.mongodb import MongoTarget

SCHEMA = pq.Schema(
    pq.Field("id", pq.Integer(), unique=True),
    pq.Field("customer.name", pq.Text(ordered=True), sortable=True),
    pq.Field("placed", pq.DateTime(), required=True, sortable=True),
    pq.Field("price", pq.Decimal(2), sortable=True),
    pq.Field("state", pq.Choice("open", "closed")),
    pq.Field("tags", pq.ListOf(pq.Text())),
    pq.Field("of.marks", pq.ListOf(pq.Integer()), required=True),
    pq.Field("lines", pq.ListOf(pq.Record(pq.Field("sku", pq.Text()), pq.Field("quantity", pq.Integer())))),
)
NO_ARRAY = {"$not": {"$type": "array"}}
NO_ARRAYS = {"customer": NO_ARRAY}
SKU_A, SKU_B = ({"sku": {"$eq": word, **NO_ARRAY}} for word in "ab")
SCORES, TAGS = pq.Field("scores", pq.ListOf(pq.Integer())), SCHEMA["tags"]
SCORE, TAG, NAME = SCORES.element, TAGS.element, pq.Field("name", pq.Text())
WHOLE = {"$type": ["int", "long"]}


# --- what a filter looks like


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", {}),
        ("id=gt:5&id=lt:9", {"id": {"$gt": 5, "$lt": 9}}),
        ("id=1&placed=lt:2024", {"id": {"$eq": 1}, "placed": {"$lt": dt.datetime(2024, 1, 1, tzinfo=dt.UTC)}}),
        ("id=ne:5", {"id": {"$ne": 5}}),
        ("id=nin:5,6", {"id": {"$nin": [5, 6]}}),
        ("filter=not(id:gt:5)", {"id": {"$lte": 5}}),
        ("id=500&id=600", {"$and": [{"id": {"$eq": 500}}, {"id": {"$eq": 600}}]}),
        ("filter=or(id:5,id:6)", {"$or": [{"id": {"$eq": 5}}, {"id": {"$eq": 6}}]}),
        (
            "id=1&filter=or(id:5,id:6)",
            {"$and": [{"id": {"$eq": 1}}, {"$or": [{"id": {"$eq": 5}}, {"id": {"$eq": 6}}]}]},
        ),
        ("state=open", {"state": {"$eq": "open", **NO_ARRAY}}),
        ("state=exists:true", {"state": {"$in": ["open", "closed"], **NO_ARRAY}}),
        ("state=exists:false", {"$nor": [{"state": {"$in": ["open", "closed"], **NO_ARRAY}}]}),
        ("customer.name=$where", {"customer.name": {"$eq": "$where", **NO_ARRAY}, **NO_ARRAYS}),
        (
            "customer.name=startswith:a.b",
            {"customer.name": {"$type": "string", "$regex": r"\Aa\.b", **NO_ARRAY}, **NO_ARRAYS},
        ),
        (
            "customer.name=ieq:k]",
            {"customer.name": {"$type": "string", "$regex": "\\A[Kk\u212a]\\]\\z", **NO_ARRAY}, **NO_ARRAYS},
        ),
        ("of.marks=5", {"of.marks": {"$elemMatch": {"$type": ["int", "long"], "$eq": 5}}}),
        ("tags=a", {"tags": {"$elemMatch": {"$eq": "a"}}}),
        ("tags=endswith:a", {"tags": {"$elemMatch": {"$type": "string", "$regex": r"a\z"}}}),
        ("tags=exists:true", {"tags": {"$elemMatch": {"$type": "string"}}}),
        ("lines=exists:true", {"lines": {"$elemMatch": {"$type": "object"}}}),
        ("lines.sku=a", {"lines": {"$elemMatch": SKU_A}}),
        ("filter=all(lines,sku:a)", {"$nor": [{"lines": {"$elemMatch": {"0": {"$exists": False}, "$nor": [SKU_A]}}}]}),
        (
            "filter=any(lines,or(sku:a,sku:b))",
            {"lines": {"$elemMatch": {"sku": {"$nin": []}, "$or": [SKU_A, SKU_B]}}},
        ),
    ],
)
def test_a_filter_reads_as_one_writes_it(query: str, expected: object) -> None:
    assert pq.compile(SCHEMA.parse(query).where, "mongodb") == expected


def test_a_filter_that_nothing_meets_is_one_that_no_collection_is_read_for() -> None:
    assert pq.compile(Or(()), "mongodb") == {"_id": {"$in": []}}
    assert pq.compile(Or(()), "mongodb") is not pq.compile(Or(()), "mongodb")


def test_numbers_are_guarded_since_numbers_of_every_kind_are_compared() -> None:
    price = pq.compile(SCHEMA.parse("price=gt:5").where, "mongodb")["price"]
    assert price == {"$type": ["decimal", "int", "long"], "$gt": bson.Decimal128("5"), **NO_ARRAY}


def of(field: pq.Field, *ways: dict[str, Anything]) -> dict[str, Anything]:
    """What a list has to have one of."""
    met: list[dict[str, Anything]] = [{field.name: {"$elemMatch": way}} for way in ways]
    return met[0] if len(met) == 1 else {"$or": met}


@pytest.mark.parametrize(
    ("inner", "expected"),
    [
        (And((pq.gt(SCORE, 5), pq.lt(SCORE, 9))), of(SCORES, {**WHOLE, "$gt": 5, "$lt": 9})),
        (Not(pq.eq(SCORE, 5)), of(SCORES, {**WHOLE, "$ne": 5})),
        (Or((pq.eq(SCORE, 5), pq.gt(SCORE, 9))), of(SCORES, {**WHOLE, "$eq": 5}, {**WHOLE, "$gt": 9})),
        (
            And((pq.gt(SCORE, 1), Or((pq.lt(SCORE, 5), Not(pq.in_(SCORE, [7, 8])))))),
            of(SCORES, {**WHOLE, "$gt": 1, "$lt": 5}, {**WHOLE, "$gt": 1, "$nin": [7, 8]}),
        ),
        (
            And((Not(pq.eq(SCORE, 500)), Not(pq.eq(SCORE, 600)), Not(pq.eq(SCORE, 700)))),
            of(SCORES, {**WHOLE, "$ne": 500, "$not": {"$not": {"$ne": 600, "$not": {"$not": {"$ne": 700}}}}}),
        ),
        (
            And((pq.startswith(TAG, "a"), Not(pq.contains(TAG, "b")), Not(pq.endswith(TAG, "c|")))),
            of(TAGS, {"$type": "string", "$regex": r"\Aa", "$not": {"$regex": r"b|c\|\z"}}),
        ),
        (
            And((pq.contains(TAG, "a"), pq.contains(TAG, "b"), Not(pq.contains(TAG, "c")))),
            of(TAGS, {"$type": "string", "$regex": "a", "$not": {"$not": {"$regex": "b", "$not": {"$regex": "c"}}}}),
        ),
        (TRUE, of(TAGS, {"$type": "string"})),
    ],
)
def test_a_condition_on_one_scalar_of_a_list(inner: pq.Expression, expected: object) -> None:
    """Operators on an element have no `$or`: each way to meet the condition is a list of operators that all hold."""
    field = TAGS if "tags" in str(expected) else SCORES
    assert pq.compile(Any(field, inner), "mongodb") == expected


@pytest.mark.parametrize(
    ("inner", "is_true_of_nothing"),
    [
        ("sku:a", False),
        ("sku:not:a", True),
        ("and(sku:not:a,quantity:not:5)", True),
        ("and(sku:a,quantity:not:5)", False),
        ("or(sku:a,quantity:not:5)", True),
        ("or(sku:a,quantity:5)", False),
    ],
)
def test_what_an_element_without_members_meets_is_not_asked_of_arrays(inner: str, is_true_of_nothing: bool) -> None:
    """An array in the place of an element has no members by name, but numbers."""
    element = pq.compile(SCHEMA.parse_expression(f"any(lines,{inner})"), "mongodb")["lines"]["$elemMatch"]
    assert (element.get("0") == {"$exists": False}) is is_true_of_nothing


@pytest.mark.parametrize(
    ("where", "pattern"),
    [
        (pq.contains(NAME, ""), r"\A"),
        (pq.endswith(NAME, ""), r"\z"),
        (pq.contains(NAME, "a\0b"), r"a\x00b"),
        (pq.icontains(NAME, "k\0"), "[Kk\N{KELVIN SIGN}]\\x00"),
    ],
)
def test_what_hosts_alone_can_ask_of_texts(where: pq.Expression, pattern: str) -> None:
    """An empty part, and U+0000, which no regular expression of BSON has: its escape stands for it."""
    assert pq.compile(where, "mongodb") == {"name": {"$type": "string", "$regex": pattern, **NO_ARRAY}}


@pytest.mark.parametrize(
    ("type_", "pattern"),
    [
        (pq.Uuid(), r"\A[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\z"),
        (pq.Date(), r"\A[0-9]{4}-[0-9]{2}-[0-9]{2}\z"),
    ],
)
def test_a_text_of_another_shape_is_no_value(type_: Anything, pattern: str) -> None:
    assert pq.compile(Exists(pq.Field("v", type_)), "mongodb") == {"v": {"$regex": pattern, **NO_ARRAY}}


AT = pq.Field("at", pq.DateTime(), required=True)
BETWEEN = dt.datetime(2019, 5, 1, 12, 0, 0, 123456, dt.UTC)
BEFORE = BETWEEN.replace(microsecond=123000)


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (pq.eq(AT, BETWEEN), {"$in": []}),
        (Not(pq.eq(AT, BETWEEN)), {"$nin": []}),
        (pq.in_(AT, [BETWEEN, BEFORE]), {"$in": [BEFORE]}),
        (pq.gte(AT, BETWEEN), {"$gt": BEFORE}),
        (pq.lt(AT, BETWEEN), {"$lte": BEFORE}),
    ],
)
def test_an_instant_between_two_dates_of_bson(where: pq.Expression, expected: object) -> None:
    """A date of BSON has whole milliseconds."""
    assert pq.compile(where, "mongodb") == {"at": expected}


# --- what is refused


EITHER = Or((pq.gt(SCORE, 5), pq.eq(SCORE, 1)))


@pytest.mark.parametrize(
    ("most", "more", "message"),
    [
        (
            Any(SCORES, And((EITHER,) * 8)),
            Any(SCORES, And((EITHER,) * 9)),
            "mongodb cannot answer any with more than 256 ways to be met of 'scores'",
        ),
        (
            Any(TAGS, And(tuple(pq.contains(TAG, f"{n}") for n in range(16)))),
            Any(TAGS, And(tuple(pq.contains(TAG, f"{n}") for n in range(17)))),
            "mongodb cannot answer any with more than 16 comparisons of one kind of 'tags'",
        ),
        (
            pq.contains(NAME, "é" * 16_382),
            pq.contains(NAME, "é" * 16_382 + "a"),
            "mongodb cannot answer a regular expression of more than 32764 bytes of 'name'",
        ),
    ],
)
def test_what_would_grow_without_end_is_refused(most: pq.Expression, more: pq.Expression, message: str) -> None:
    """What a server takes is answered: 32,764 bytes of a regular expression; the other two are bounds of ours."""
    assert pq.compile(most, "mongodb")
    with pytest.raises(pq.CapabilityError) as raised:
        pq.compile(more, "mongodb")
    assert str(raised.value) == message


def test_binary_uuids_lie_between_the_first_and_the_last() -> None:
    """Other binary data is shorter, longer or of another subtype, and MongoDB orders by that first."""
    schema = pq.Schema(pq.Field("id", pq.Integer(), unique=True), pq.Field("u", pq.Uuid()))
    target = pq.target("mongodb", schema, columns={"u": pq.Column("u", storage="binary")})
    first, last, fifth = (bson.Binary.from_uuid(uuid.UUID(int=number)) for number in (0, 2**128 - 1, 5))
    assert pq.compile(Exists(schema["u"]), target) == {"u": {"$gte": first, "$lte": last, **NO_ARRAY}}
    after = pq.compile(pq.gte(schema["u"], str(uuid.UUID(int=5))), target)
    assert after == {"u": {"$gte": fifth, "$lte": last, **NO_ARRAY}}


# --- places


def test_a_document_has_each_value_in_its_place_and_storage() -> None:
    schema = pq.Schema(
        pq.Field("id", pq.Uuid(), unique=True),
        pq.Field("customer.name", pq.Text()),
        pq.Field("at", pq.DateTime()),
        pq.Field("days", pq.ListOf(pq.Date())),
        pq.Field("lines", pq.ListOf(pq.Record(pq.Field("price", pq.Decimal(2)), pq.Field("sold.at", pq.DateTime())))),
        pq.Field("notes", pq.ListOf(pq.Record(pq.Field("text", pq.Text())))),
    )
    columns = {
        "id": pq.Column("_id", storage="binary"),
        "customer.name": pq.JsonPath("buyer", "full name"),
        "days": pq.Column("d", storage="date"),
        "lines": pq.Rows("order.rows", {}, {"price": "p", "sold.at": pq.Column("t", storage="epoch_us")}),
    }
    target = pq.target("mongodb", schema, table="orders", columns=columns)
    assert isinstance(target, MongoTarget)
    noon = dt.datetime(2019, 5, 1, 12, 0, 0, 123456, dt.UTC)
    record = {
        "id": str(uuid.UUID(int=5)),
        "customer": {"name": "Ada"},
        "at": noon,
        "days": [noon.date(), None],
        "lines": [{"price": Number("2.5"), "sold": {"at": noon}}, None, {"sold": None}],
        "notes": [{"text": "a"}, {}],
    }
    assert target.document(record) == {
        "_id": bson.Binary(uuid.UUID(int=5).bytes, 4),
        "buyer": {"full name": "Ada"},
        "at": noon.replace(microsecond=123000),
        "d": [dt.datetime(2019, 5, 1, tzinfo=dt.UTC)],
        "order": {"rows": [{"p": bson.Decimal128("2.5"), "t": 1556712000123456}, {}]},
        "notes": [{"text": "a"}, {}],
    }
    assert target.path("customer.name") == "buyer.full name"
    assert target.table == "orders"
    where = schema.parse_expression("any(lines,and(price:gt:1,sold.at:lt:2019-06))")
    assert pq.compile(where, target) == {
        "order.rows": {
            "$elemMatch": {
                "p": {"$type": ["decimal", "int", "long"], "$gt": bson.Decimal128("1"), **NO_ARRAY},
                "t": {"$type": ["int", "long"], "$lt": 1559347200000000, **NO_ARRAY},
            }
        },
        "order": NO_ARRAY,
    }


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"nmae": "x"}, "columns names no fields: 'nmae'; there are .*'customer.name'"),
        ({"lines": pq.Rows("l", {}, {"x": "y"})}, "the columns of 'lines' name no fields: 'x'"),
        ({"id": "$id"}, r"'id' cannot live under the key '\$id'"),
        ({"id": "a..b"}, "'id' cannot live under the key ''"),
        ({"id": "a\0"}, r"^'id' cannot live under the key 'a\\x00': MongoDB gives it another meaning, or none$"),
        ({"id": pq.JsonPath("$a", "b")}, r"'id' cannot live under the key '\$a'"),
        ({"id": pq.JsonPath("a", "")}, "'id' cannot live under the key ''"),
        ({"id": pq.JsonPath("a", "b.c")}, "'id' cannot live under the key 'b.c'"),
        ({"lines": pq.Rows("l", {}, {"sku": "$x"})}, "'lines.sku' cannot live under the key"),
        ({"id": pq.Column("id", table="t")}, "'id': there are no other tables here"),
        ({"id": pq.Column("id", storage="text")}, "'id' cannot be stored as 'text'; there are 'integer'"),
        ({"lines": pq.Column("l", storage="text")}, "'lines' is a list of records"),
        ({"lines": pq.Rows("l", {"a": "b"})}, "leave their link empty"),
        ({"tags": pq.Rows("l", {})}, "'tags' is no list of records"),
        ({"id": pq.Rows("l", {})}, "'id' is no list of records"),
    ],
)
def test_a_wrong_place_is_told_when_the_target_is_made(columns: dict[str, Anything], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        pq.target("mongodb", SCHEMA, columns=columns)


def test_a_target_answers_for_its_own_backend_and_schema() -> None:
    with pytest.raises(ValueError, match=r"^the target was made for sqlite, not for mongodb$"):
        backends.load("mongodb").compile(TRUE, pq.target("sqlite", SCHEMA))
    with pytest.raises(ValueError, match="the target has no such field 'other'"):
        pq.compile(pq.eq(pq.Field("other", pq.Integer()), 5), pq.target("mongodb", SCHEMA))


def test_a_type_that_is_not_known_is_refused() -> None:
    class Colour(pq.Text):
        word = "colour"

    with pytest.raises(pq.CapabilityError, match="mongodb cannot store 'shade': it knows no colour"):
        pq.compile(pq.eq(pq.Field("shade", Colour()), "red"), "mongodb")


# --- order


def test_an_index_gives_the_order_of_required_keys() -> None:
    target = pq.target("mongodb", SCHEMA)
    assert target.order_by(SCHEMA.parse("order=desc:placed").order) == [{"$sort": {"placed": -1, "id": -1}}]


# --- what is read back where a page ends


@pytest.mark.parametrize(
    ("type_", "storage", "stored", "expected"),
    [
        (pq.Text(ordered=True), "text", "a", "a"),
        (pq.Text(ordered=True), "text", bson.Code("a"), None),
        (pq.Uuid(), "text", str(uuid.UUID(int=10)), str(uuid.UUID(int=10))),
        (pq.Uuid(), "text", str(uuid.UUID(int=10)).upper(), None),
        (pq.Uuid(), "binary", uuid.UUID(int=10), str(uuid.UUID(int=10))),
        (pq.Uuid(), "binary", bson.Binary.from_uuid(uuid.UUID(int=10)), str(uuid.UUID(int=10))),
        (pq.Uuid(), "binary", str(uuid.UUID(int=10)), None),
        (pq.Integer(), "integer", 5, 5),
        (pq.Integer(), "integer", True, None),
        (pq.Decimal(2), "decimal128", bson.Decimal128("2.50"), Number("2.5")),
        (pq.Decimal(2), "decimal128", 5, Number(5)),
        (pq.Decimal(2), "decimal128", 2.5, None),
        (pq.Decimal(2), "decimal128", True, None),
        (pq.DateTime(), "date", BEFORE, BEFORE),
        (pq.DateTime(), "date", 5, None),
        (pq.DateTime(), "epoch_us", 5, dt.datetime(1970, 1, 1, 0, 0, 0, 5, dt.UTC)),
        (pq.DateTime(), "epoch_us", 2**62, None),
        (pq.DateTime(), "epoch_us", "5", None),
        (pq.Date(), "text", "2019-05-01", dt.date(2019, 5, 1)),
        (pq.Date(), "text", 5, None),
        (pq.Date(), "date", dt.datetime(2019, 5, 1, tzinfo=dt.UTC), dt.date(2019, 5, 1)),
        (pq.Date(), "date", "2019-05-01", None),
        (pq.Integer(), "integer", None, None),
    ],
)
def test_a_stored_value_is_read_back_and_a_misfit_is_none(
    type_: Anything, storage: str, stored: object, expected: object
) -> None:
    schema = pq.Schema(pq.Field("id", pq.Integer(), unique=True), pq.Field("v", type_, sortable=True))
    target = pq.target("mongodb", schema, columns={"v": pq.Column("v", storage=storage)})
    assert target.position({"v": stored, "id": 1}, schema.parse("order=v").order) == (expected, 1)


def test_a_page_needs_documents_with_their_sort_keys() -> None:
    target, order = pq.target("mongodb", SCHEMA), SCHEMA.parse("order=placed").order
    with pytest.raises(TypeError, match=r"^the page needs 'placed' of its documents: have it in the projection$"):
        target.position({"id": 5}, order)
    with pytest.raises(TypeError, match=r"^the page needs documents as PyMongo gives them: mappings$"):
        target.position((5,), order)
