"""MongoDB selects what the law says, whatever stands in the documents."""

from __future__ import annotations

import datetime as dt
import itertools
import os
import uuid
from collections.abc import Iterator
from decimal import Decimal as Number
from random import Random
from typing import Any as Anything
from typing import ClassVar

import pytest

import paramql as pq
from law import holds
from paramql.ast import TRUE, And, Any, Compare, Exists, Expr, Not, Op, Or
from paramql.backends.mongodb import MongoTarget
from paramql.backends.mongodb.storage import STORAGES
from paramql.testing.engines_mongodb import DATABASE, URI, client, missing
from paramql.types import Type
from strategies import filters, rows, schemas
from strategies.values import TYPE_WORDS

if reason := missing():
    pytest.skip(reason, allow_module_level=True)

import bson

from strategies.cells import held
from strategies.collection import DRAWN, Collection

SCHEMA = pq.Schema(
    pq.Field("id", pq.Integer(), unique=True, sortable=True),
    pq.Field("customer.name", pq.Text(ordered=True), sortable=True),
    pq.Field("placed", pq.DateTime(), required=True, sortable=True),
    pq.Field("price", pq.Decimal(2), sortable=True),
    pq.Field("state", pq.Choice("open", "closed")),
    pq.Field("tags", pq.ListOf(pq.Text())),
    pq.Field("lines", pq.ListOf(pq.Record(pq.Field("sku", pq.Text()), pq.Field("quantity", pq.Integer())))),
    tokens=pq.Tokens({"a": b"k" * 32}),
)
NO_ARRAY = {"$not": {"$type": "array"}}
NO_ARRAYS = {"customer": NO_ARRAY}
SKU_A, SKU_B = ({"sku": {"$eq": word, **NO_ARRAY}} for word in "ab")
OPERATORS = {
    *("$eq", "$ne", "$gt", "$gte", "$lt", "$lte", "$in", "$nin", "$regex", "$type", "$not", "$elemMatch", "$exists"),
    *("$and", "$or", "$nor"),
}


def collected(documents: list[dict[str, Anything]]) -> Anything:
    """A collection of these documents, and no others."""
    collection = client()[DATABASE]["given"]
    collection.drop()
    collection.insert_many(documents)
    return collection


def found(collection: Anything, where: Anything) -> list[Anything]:
    """The ids of the documents that a filter selects."""
    return sorted(document["_id"] for document in collection.find(where))


def dictionaries(node: Anything) -> Iterator[dict[str, Anything]]:
    """Every document in a filter."""
    if isinstance(node, dict):
        yield node
    for inner in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        yield from dictionaries(inner)


def nesting(node: Anything) -> int:
    """How deep documents stand in documents."""
    inner = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return isinstance(node, dict) + max(map(nesting, inner), default=0)


# --- what is selected


# SecantusDB orders binary data by its bytes alone, where MongoDB looks at length and subtype first.
FOREIGN = [bson.Binary(b"x"), bson.Binary(b"\0" * 17, 4), bson.Binary(b"\xff" * 16, 0)] if URI in os.environ else []

# What is there in the place of a value, and is none: all that BSON has, the values of other types among it.
ODD = [
    *(None, [], {}, bson.MinKey(), bson.MaxKey(), bson.Regex(r"\Aa"), bson.Regex("a"), bson.Code("a")),
    *(bson.ObjectId(), bson.Timestamp(5, 1), *FOREIGN),
    *("", "z", "99999999", True, False, 0, 5, 5.0, 5.5, -1e300, 2**62, bson.Decimal128("5"), bson.Decimal128("-1E+30")),
    *(dt.datetime(2019, 5, 1, tzinfo=dt.UTC), "2019-05-01"),
    *(bson.Binary(uuid.UUID(int=5).bytes, 4), str(uuid.UUID(int=5)), str(uuid.UUID(int=10)).upper()),
]  # fmt: skip
KINDS: dict[tuple[str, str], tuple[Type, Anything, tuple[type, ...]]] = {
    ("text", "text"): (pq.Text(ordered=True), "a", (str,)),
    ("choice", "text"): (pq.Choice("a", "b"), "a", ()),
    ("uuid", "text"): (pq.Uuid(), str(uuid.UUID(int=7)), ()),
    ("uuid", "binary"): (pq.Uuid(), str(uuid.UUID(int=7)), ()),
    ("integer", "integer"): (pq.Integer(), 5, (int,)),
    ("decimal", "decimal128"): (pq.Decimal(2), Number(5), (bson.Decimal128, int)),
    ("float", "double"): (pq.Float(), 5.0, (float, int)),
    ("boolean", "bool"): (pq.Boolean(), True, (bool,)),
    ("datetime", "date"): (pq.DateTime("ms"), dt.datetime(2019, 5, 1, tzinfo=dt.UTC), (dt.datetime,)),
    ("datetime", "epoch_us"): (pq.DateTime(), dt.datetime(1970, 1, 1, 0, 0, 0, 5, dt.UTC), (int,)),
    ("date", "text"): (pq.Date(), dt.date(2019, 5, 1), ()),
    ("date", "date"): (pq.Date(), dt.date(2019, 5, 1), (dt.datetime,)),
}
SHAPED = {
    "uuid/text": str(uuid.UUID(int=5)),
    "uuid/binary": bson.Binary(uuid.UUID(int=5).bytes, 4),
    "date/text": "2019-05-01",
}


def is_value(word: str, storage: str, value: Anything, kinds: tuple[type, ...]) -> bool:
    """Whether an odd value happens to be one of the storage."""
    if f"{word}/{storage}" in SHAPED:
        return bool(value == SHAPED[f"{word}/{storage}"] and type(value) is type(SHAPED[f"{word}/{storage}"]))
    is_text = type(value) in (str, bson.Code)
    return (
        isinstance(value, kinds)
        and (word == "boolean" or not isinstance(value, bool))
        and (not is_text or type(value) is str)
    )


def test_every_storage_is_tried() -> None:
    assert set(KINDS) == {(word, name) for word, storages in STORAGES.items() for name in storages}


@pytest.mark.parametrize(("word", "storage"), KINDS)
def test_what_is_not_of_the_type_is_no_value(word: str, storage: str) -> None:
    type_, value, kinds = KINDS[word, storage]
    odd = [one for one in ODD if not is_value(word, storage, one, kinds)]
    scalar, listed = pq.Field("up.v", type_), pq.Field("l", pq.ListOf(type_))
    schema = pq.Schema(pq.Field("_id", pq.Integer(), unique=True), scalar, listed)
    columns = {"up.v": pq.Column("up.v", storage=storage), "l": pq.Column("l", storage=storage)}
    target = pq.target("mongodb", schema, columns=columns)
    assert isinstance(target, MongoTarget)
    stored = target.document({"up": {"v": value}})["up"]["v"]
    documents: list[dict[str, Anything]] = [{"up": {"v": one}, "l": [one, [stored]]} for one in odd]
    documents += [{"up": {"v": [stored]}, "l": stored}, {"up": [{"v": stored}]}, {"up": stored}, {}, {"up": None}]
    collection = collected([{**document, "_id": number} for number, document in enumerate(documents)])
    for op in type_.ops | ({Op.GT, Op.LT, Op.GTE, Op.LTE} if type_.sortable else set()):
        operand = (value,) if op is Op.IN else value
        for where in (Compare(scalar, op, operand), Any(listed, Compare(listed.element, op, operand))):
            assert found(collection, pq.compile(where, target)) == []
            assert len(found(collection, pq.compile(Not(where), target))) == len(documents)
        assert found(collection, pq.compile(Any(listed, Not(Compare(listed.element, op, operand))), target)) == []
    for there in (Exists(scalar), Exists(listed)):
        assert found(collection, pq.compile(there, target)) == []
        assert len(found(collection, pq.compile(Not(there), target))) == len(documents)


ELEMENT = pq.Field("scores", pq.ListOf(pq.Integer())).element
WORD = pq.Field("tags", pq.ListOf(pq.Text())).element


class TestOneElement:
    """Conditions on one element of a list of scalars, which hosts can make: operators there have no `$or`."""

    schema: ClassVar = pq.Schema(
        pq.Field("_id", pq.Integer(), unique=True),
        pq.Field("scores", pq.ListOf(pq.Integer())),
        pq.Field("tags", pq.ListOf(pq.Text())),
    )

    @staticmethod
    def between(low: int, high: int) -> pq.Expression:
        return And((pq.gt(ELEMENT, low), pq.lt(ELEMENT, high)))

    @staticmethod
    def word(has: str, lacks: str) -> pq.Expression:
        return And(
            (pq.contains(WORD, has), pq.endswith(WORD, "c"), pq.not_(pq.contains(WORD, lacks)), pq.ne(WORD, "bac"))
        )

    def test_any_condition_on_an_element_is_answered(self) -> None:
        rng = Random(5)
        records = [
            {"scores": rng.sample(range(10), rng.randint(0, 3)), "tags": rng.sample(["abc", "bac", "c", "ac", "b"], 2)}
            for _ in range(30)
        ]
        collection = collected([{"_id": number, **record} for number, record in enumerate(records)])
        for where in self.conditions():
            expected = [number for number, record in enumerate(records) if holds(where, record)]
            assert found(collection, pq.compile(self.schema.bind(where), "mongodb")) == expected, where

    def conditions(self) -> Iterator[Expr[Anything]]:
        """Pairs joined and negated, of bounds and of texts."""
        numbers = [
            self.between(2, 5),
            self.between(3, 9),
            pq.in_(ELEMENT, [1, 4]),
            pq.ne(ELEMENT, 4),
            pq.nin(ELEMENT, [2, 8]),
        ]
        words = [self.word("a", "b"), self.word("b", "ac"), pq.icontains(WORD, "A"), pq.ne(WORD, "c"), TRUE]
        for name, conditions in (("scores", numbers), ("tags", words)):
            for one, other in itertools.product(conditions, conditions):
                for inner in (And((one, other)), Or((one, other)), Or((Not(one), other)), Not(And((one, Not(other))))):
                    yield Any(self.schema[name], inner)


def test_a_text_with_u0000_is_found_by_its_escape() -> None:
    """BSON has no regular expression with U+0000 in it."""
    name = pq.Field("name", pq.Text())
    collection = collected([{"_id": 1, "name": "a\0b"}, {"_id": 2, "name": "ab"}, {"_id": 3, "name": "a"}])
    for op in (Op.CONTAINS, Op.ICONTAINS, Op.EQ):
        assert found(collection, pq.compile(Compare(name, op, "a\0b"), "mongodb")) == [1]


def test_a_text_is_taken_literally() -> None:
    name = pq.Field("name", pq.Text())
    texts = ["a.b", "axb", "a\nb\n", "(?i)[a]", "\\", "]^-", "a|b", "a{2}", "aa", "#x y"]
    collection = collected([{"_id": number, "name": text} for number, text in enumerate(texts)])
    for op in (Op.EQ, Op.IEQ, Op.CONTAINS, Op.ICONTAINS, Op.STARTSWITH, Op.ISTARTSWITH, Op.ENDSWITH, Op.IENDSWITH):
        for literal in texts:
            where = Compare(name, op, literal)
            expected = [number for number, text in enumerate(texts) if holds(where, {"name": text})]
            assert found(collection, pq.compile(where, "mongodb")) == expected, (op, literal)


def test_a_text_ends_where_it_ends_and_not_before_a_line_feed() -> None:
    name = pq.Field("name", pq.Text())
    collection = collected([{"_id": 1, "name": "ab"}, {"_id": 2, "name": "ab\n"}, {"_id": 3, "name": "c\nab"}])
    assert found(collection, pq.compile(pq.endswith(name, "b"), "mongodb")) == [1, 3]
    assert found(collection, pq.compile(pq.startswith(name, "a"), "mongodb")) == [1, 2]
    assert found(collection, pq.compile(pq.ieq(name, "AB"), "mongodb")) == [1]


def test_conditions_on_one_field_all_hold() -> None:
    collection = collected([{"_id": number, "id": number} for number in range(9)])
    for text, ids in [
        ("id=gt:1&id=gt:5", [6, 7, 8]),
        ("id=gt:5&id=lt:8&id=ne:6", [7]),
        ("id=ne:1&id=ne:2&id=lt:4", [0, 3]),
    ]:
        assert found(collection, pq.compile(SCHEMA.parse(text).where, "mongodb")) == ids


def test_a_whole_number_is_a_float_as_it_is_in_json() -> None:
    weight = pq.Field("weight", pq.Float())
    collection = collected([{"_id": 1, "weight": 5}, {"_id": 2, "weight": 2**53 + 1}, {"_id": 3, "weight": 5.5}])
    assert found(collection, pq.compile(pq.eq(weight, 5.0), "mongodb")) == [1]
    assert found(collection, pq.compile(pq.gt(weight, 2.0**53), "mongodb")) == [2]
    assert found(collection, pq.compile(Exists(weight), "mongodb")) == [1, 2, 3]


def test_an_instant_finer_than_a_date_is_not_cut() -> None:
    at, noon = pq.Field("at", pq.DateTime()), dt.datetime(2019, 5, 1, 12, 0, 0, 123456, dt.UTC)
    schema = pq.Schema(pq.Field("_id", pq.Integer(), unique=True), at)
    target = pq.target("mongodb", schema)
    assert isinstance(target, MongoTarget)
    collection = collected([target.document({"_id": 1, "at": noon})])
    whole = noon.replace(microsecond=123000)
    for where, ids in [
        *((pq.eq(at, noon), []), (pq.gte(at, noon), []), (pq.lt(at, noon), [1]), (pq.gt(at, whole), [])),
        *((pq.eq(at, whole), [1]), (pq.in_(at, [noon]), []), (pq.in_(at, [noon, whole]), [1])),
    ]:
        assert found(collection, pq.compile(where, target)) == ids, where


def test_an_empty_part_is_in_every_text() -> None:
    name = pq.Field("name", pq.Text())
    collection = collected([{"_id": 1, "name": ""}, {"_id": 2, "name": "a\n"}, {"_id": 3, "name": 5}, {"_id": 4}])
    for op in (Op.CONTAINS, Op.STARTSWITH, Op.ENDSWITH, Op.ICONTAINS, Op.ISTARTSWITH, Op.IENDSWITH):
        assert found(collection, pq.compile(Compare(name, op, ""), "mongodb")) == [1, 2]
    assert found(collection, pq.compile(Compare(name, Op.IEQ, ""), "mongodb")) == [1]


def test_the_deepest_filter_stays_far_from_the_depth_that_servers_refuse() -> None:
    record = pq.Record(pq.Field("v", pq.Integer()))
    for name in ("c", "b", "a"):
        record = pq.Record(pq.Field(name, pq.ListOf(record)))
    (top,) = record.fields
    schema = pq.Schema(pq.Field("_id", pq.Integer(), unique=True), top)
    inner = "and(v:gt:1,or(v:lt:9,v:ne:5))"
    text = f"or(not(any(a,any(b,not(any(c,{inner}))))),_id:5)"
    where = schema.parse_expression(text)
    collection = collected(
        [{"_id": 1, "a": [{"b": [{"c": [{"v": 5}]}]}]}, {"_id": 2, "a": [{"b": [{"c": [{"v": 1}]}]}]}]
    )
    assert nesting(pq.compile(where, "mongodb")) < 40
    assert found(collection, pq.compile(where, "mongodb")) == [1]


# --- order


def pages(target: Anything, collection: Anything, text: str) -> list[int]:
    """The ids of all pages, one after the other."""
    ids: list[int] = []
    token = ""
    while True:
        query = SCHEMA.parse(text + token)
        page = pq.page(query, target)
        stages = [{"$match": page.where}, *page.order_by, {"$limit": page.limit}]
        result = page.finish(collection.aggregate(stages))
        ids += [document["_id"] for document in result.items]
        if result.next_token is None or len(ids) > 1000:
            return ids
        token = f"&continuationToken={result.next_token}"


@pytest.mark.parametrize(
    "order", ["id", "desc:placed", "customer.name", "desc:customer.name,price", "desc:price,placed"]
)
def test_pages_give_each_document_once_and_no_value_last(order: str) -> None:
    rng = Random(order)
    target = pq.target("mongodb", SCHEMA, columns={"id": "_id"})
    assert isinstance(target, MongoTarget)
    names = [None, "", "a", "B", "å", "\U0001f600", "\uffff", ["a"], 5]
    prices = [None, Number("0.1"), Number("2.50"), Number(-3), "5", 2.5]
    records: list[dict[str, Anything]] = []
    for number in range(40):
        placed = dt.datetime(2026, 5, 1, tzinfo=dt.UTC) + dt.timedelta(milliseconds=rng.choice([0, 1, 500]))
        records.append({"id": number, "placed": placed, "name": rng.choice(names), "price": rng.choice(prices)})
    collection = collected(
        [
            {
                **target.document({"id": one["id"], "placed": one["placed"]}),
                "customer": {"name": one["name"]},
                "price": bson.Decimal128(one["price"]) if isinstance(one["price"], Number) else one["price"],
            }
            for one in records
        ]
    )
    typed = [
        {
            "id": one["id"],
            "placed": one["placed"],
            "customer": {"name": one["name"] if isinstance(one["name"], str) else None},
            "price": one["price"] if isinstance(one["price"], Number) else None,
        }
        for one in records
    ]
    whole = pq.paginate(typed, SCHEMA.parse(f"order={order}&size=100"))
    for size in (1, 7, 40):
        assert pages(target, collection, f"order={order}&size={size}") == [one["id"] for one in whole.items]


@pytest.mark.parametrize(("word", "storage"), [kind for kind in KINDS if KINDS[kind][0].sortable])
def test_every_storage_sorts_and_is_read_back(word: str, storage: str) -> None:
    type_, value, kinds = KINDS[word, storage]
    schema = pq.Schema(pq.Field("_id", pq.Integer(), unique=True), pq.Field("v", type_, sortable=True))
    target = pq.target("mongodb", schema, columns={"v": pq.Column("v", storage=storage)})
    assert isinstance(target, MongoTarget)
    odd = [one for one in ODD if not is_value(word, storage, one, kinds)]
    documents = [{"_id": number, "v": one} for number, one in enumerate(odd)]
    collection = collected([*documents, {"_id": 100, **target.document({"v": value})}])
    for direction in ("", "desc:"):
        order = schema.parse(f"order={direction}v").order
        rows = list(collection.aggregate(target.order_by(order)))
        assert rows[0]["_id"] == 100
        assert [target.position(row, order)[0] for row in rows] == [value] + [None] * len(odd)


# --- what is drawn


@pytest.mark.parametrize("types", [*TYPE_WORDS, "any"])
def test_drawn_filters_select_what_the_law_says(types: str) -> None:
    rng = Random(f"mongodb {types}")
    wanted = [one for one in schemas.everything() if types in (one.type, "any")]
    for _ in range(7):
        leaves = rng.sample(wanted, 4)
        schema = schemas.schema(rng, leaves)
        drawn = rows.rows(schema.fields, rng, 12)
        storages = {word: rng.choice(names) for word, names in DRAWN.items()}
        if storages["datetime"] == "date":
            drawn = [held(row) for row in drawn]
        collection = Collection(schema, drawn, rng, storages)
        for leaf in leaves * 3:
            _ask(collection, schema, drawn, leaf, rng)


def _ask(collection: Collection, schema: pq.Schema, drawn: list[rows.Row], leaf: schemas.Wanted, rng: Random) -> None:
    assert schema.key is not None
    records = {row.cells[schema.key.name]: row.record(schema.fields) for row in drawn}
    draft, _ = filters.draft(schema, rng.choice(list(records.values())), leaf, rng)
    meant = filters.meaning(draft, schema)
    where, expected = schema.bind(meant), {key for key, record in records.items() if holds(meant, record)}
    told = f"{where}\n{pq.compile(where, collection.target)}\n{records}"
    assert collection.select(where) == expected, told
    assert collection.select(Not(where)) == records.keys() - expected, told
    documents = list(dictionaries(pq.compile(where, collection.target)))
    assert {key for document in documents for key in document if key.startswith("$")} <= OPERATORS


@pytest.mark.parametrize("seed", range(8))
def test_indexes_change_nothing(seed: int) -> None:
    rng = Random(f"indexed {seed}")
    leaves = rng.sample(schemas.everything(), 4)
    schema = schemas.schema(rng, leaves)
    drawn = rows.rows(schema.fields, rng, 12)
    collection = Collection(schema, drawn, rng, {"datetime": "epoch_us"})
    records = [row.record(schema.fields) for row in drawn]
    drafts = [filters.draft(schema, rng.choice(records), leaf, rng)[0] for leaf in leaves * 2]
    asked = [schema.bind(filters.meaning(draft, schema)) for draft in drafts]
    found = [(collection.select(where), collection.select(Not(where))) for where in asked]
    collection.index()
    assert [(collection.select(where), collection.select(Not(where))) for where in asked] == found
