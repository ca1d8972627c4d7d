"""SQLite: how conditions read, what they select on a real database, and which of them an index serves."""

from __future__ import annotations

import datetime as dt
import decimal
import itertools
import json
import math
import random
import sqlite3
import struct
import time
from decimal import Decimal as Number
from typing import Any as Anything

import pytest

import paramql as pq
from law import holds
from paramql.ast import TRUE, And, Any, Compare, Exists, Not, Op, Or
from paramql.backends.sql.target import SqlTarget
from paramql.declare import Expression
from paramql.testing.engines_sql import sql_target
from paramql.types import FOLDED

ID = pq.Field("id", pq.Integer(), unique=True)
NAME = pq.Field("customer.name", pq.Text(ordered=True))
PLACED = pq.Field("placed", pq.DateTime())
PRICE = pq.Field("price", pq.Decimal(2))
WEIGHT = pq.Field("weight", pq.Float())
PAID = pq.Field("paid", pq.Boolean())
STATE = pq.Field("state", pq.Choice("open", "closed"))
SEQUENCE = pq.Field("sequence", pq.Integer(), required=True)
LABEL = pq.Field("label", pq.Text(), required=True)
TAGS = pq.Field("tags", pq.ListOf(pq.Text()))
SKU, QUANTITY = pq.Field("sku", pq.Text()), pq.Field("quantity", pq.Integer())
LINES = pq.Field("lines", pq.ListOf(pq.Record(SKU, QUANTITY)))
SCHEMA = pq.Schema(ID, NAME, PLACED, PRICE, WEIGHT, PAID, STATE, SEQUENCE, TAGS, LINES)
NOON = dt.datetime(2019, 5, 1, 12, tzinfo=dt.UTC)

TABLE = sql_target("sqlite", SCHEMA, table="orders")
DOCUMENT = sql_target(
    "sqlite",
    SCHEMA,
    table="orders",
    columns={field.name: pq.JsonPath("doc", *field.path) for field in SCHEMA.fields if field is not ID},
)


def stored(target: SqlTarget, *records: dict[str, Anything]) -> sqlite3.Connection:
    """A database that holds records."""
    database = sqlite3.connect(":memory:")
    for statement in target.create():
        database.execute(statement)
    for record in records:
        insert(database, target.row({"sequence": 0, **record}))
    return database


def insert(database: sqlite3.Connection, row: dict[str, object]) -> None:
    names, holes = ", ".join(f"`{name}`" for name in row), ", ".join("?" * len(row))
    database.execute(f"INSERT INTO orders ({names}) VALUES ({holes})", tuple(row.values()))


def selected(database: sqlite3.Connection, target: SqlTarget, where: Expression) -> set[int]:
    sql = pq.compile(where, target)
    assert isinstance(sql.params, tuple)
    return {key for (key,) in database.execute(f"SELECT id FROM orders WHERE {sql.text}", sql.params)}


# --- how it reads

WHOLE = "CASE WHEN json_valid(`tags`) THEN `tags` END"
ELEMENT = "typeof(t1.key) = 'integer'"


@pytest.mark.parametrize(
    ("where", "text", "params"),
    [
        (TRUE, "1=1", ()),
        (Or(()), "1=0", ()),
        (Compare(NAME, Op.EQ, "Å"), "`customer.name` = ?", ("Å",)),
        (Not(Compare(NAME, Op.EQ, "Å")), "(`customer.name` <> ? OR `customer.name` IS NULL)", ("Å",)),
        (Not(Compare(SEQUENCE, Op.GT, 1)), "`sequence` <= ?", (1,)),
        (Compare(PRICE, Op.LT, Number("2.505")), "`price` <= ?", (250,)),
        (Compare(PLACED, Op.GTE, NOON), "`placed` >= ?", ("2019-05-01T12:00:00.000000Z",)),
        (Compare(PAID, Op.EQ, True), "`paid` = ?", (1,)),
        (Compare(ID, Op.IN, (1, 2)), "`id` IN (SELECT value FROM json_each(?))", ("[1,2]",)),
        (
            Not(Compare(NAME, Op.IN, ("a",))),
            "(`customer.name` NOT IN (SELECT value FROM json_each(?)) OR `customer.name` IS NULL)",
            ('["a"]',),
        ),
        (Compare(NAME, Op.CONTAINS, "%"), "instr(`customer.name`, ?) > 0", ("%",)),
        (Compare(NAME, Op.STARTSWITH, "ab"), "`customer.name` >= ? AND `customer.name` < ?", ("ab", "ac")),
        (
            Not(Compare(NAME, Op.STARTSWITH, "ab")),
            "(`customer.name` < ? OR `customer.name` >= ? OR `customer.name` IS NULL)",
            ("ab", "ac"),
        ),
        (Compare(NAME, Op.STARTSWITH, "\U0010ffff"), "`customer.name` >= ?", ("\U0010ffff",)),
        (Compare(NAME, Op.ENDSWITH, "ab"), "substr(`customer.name`, -?) = ?", (2, "ab")),
        (Compare(NAME, Op.ICONTAINS, "k*"), "`customer.name` GLOB ?", ("*[Kk\u212a][*]*",)),
        (Exists(NAME), "`customer.name` IS NOT NULL", ()),
        (Not(Exists(NAME)), "`customer.name` IS NULL", ()),
        (Compare(NAME, Op.CONTAINS, ""), "`customer.name` IS NOT NULL", ()),
        (Not(Compare(NAME, Op.ISTARTSWITH, "")), "`customer.name` IS NULL", ()),
        (Compare(LABEL, Op.CONTAINS, ""), "1=1", ()),
        (Not(Compare(LABEL, Op.CONTAINS, "")), "1=0", ()),
        (Not(Compare(PRICE, Op.EQ, Number("0.001"))), "1=1", ()),
        (
            And((Or((Compare(ID, Op.EQ, 1), Compare(ID, Op.EQ, 2))), Exists(NAME))),
            "(`id` = ? OR `id` = ?) AND `customer.name` IS NOT NULL",
            (1, 2),
        ),
        (
            Any(TAGS, Compare(TAGS.element, Op.EQ, "a")),
            f"EXISTS (SELECT 1 FROM json_each({WHOLE}) AS t1 WHERE {ELEMENT} AND t1.type = 'text' AND t1.value = ?)",
            ("a",),
        ),
    ],
    ids=str,
)
def test_how_a_condition_reads(where: Expression, text: str, params: tuple[object, ...]) -> None:
    assert pq.compile(where, "sqlite") == pq.Sql(text, params)


def test_how_a_path_reads() -> None:
    assert pq.compile(Compare(NAME, Op.GT, "a"), DOCUMENT).text == (
        """json_extract(`orders`.`doc`, '$."customer"."name"') > ? """
        """AND json_type(`orders`.`doc`, '$."customer"."name"') = 'text'"""
    )


def same(op: Op) -> list[Expression]:
    return [Compare(NAME, op, text) for text in ("a", "'; --", "é" * 100)]


def test_the_text_depends_on_the_shape_alone() -> None:
    shapes: list[list[Expression]] = [
        [Compare(ID, Op.IN, tuple(range(length))) for length in (1, 2, 256)],
        *(same(op) for op in pq.Text(ordered=True).ops - {Op.IN}),
        [Compare(PLACED, Op.GT, NOON.replace(year=year)) for year in (1, 9999)],
    ]
    for shape in shapes:
        for target in (TABLE, DOCUMENT):
            assert len({pq.compile(where, target).text for where in shape}) == 1


def test_a_list_in_a_column_that_json_each_has_too_needs_a_table() -> None:
    """Without one, `value` would be that of the elements."""
    named = pq.Schema(ID, pq.Field("value", pq.ListOf(pq.Text())))
    where = Any(named["value"], TRUE)
    with pytest.raises(pq.CapabilityError, match="cannot open the list 'value': its column 'value' needs a table"):
        pq.compile(where, "sqlite")
    path = sql_target("sqlite", named, columns={"value": pq.JsonPath("JSON", "a")})
    with pytest.raises(pq.CapabilityError, match="its column 'JSON' needs a table"):
        pq.compile(where, path)
    assert "`t`.`value`" in pq.compile(where, sql_target("sqlite", named, table="t")).text


@pytest.mark.parametrize("name", ["rowid", "oid", "_rowid_", "ROWID"])
def test_a_list_in_a_column_named_as_the_number_of_a_row_needs_a_table(name: str) -> None:
    """Every row of json_each has one, so the column would never be asked."""
    named = pq.Schema(ID, pq.Field(name, pq.ListOf(pq.Text())))
    with pytest.raises(pq.CapabilityError, match="needs a table"):
        pq.compile(named.parse(f"{name}=a").where, "sqlite")


def test_what_cannot_be_answered_is_refused_by_name() -> None:
    target = sql_target("sqlite", SCHEMA, columns={"price": pq.JsonPath("doc", "price", storage="text")})
    with pytest.raises(pq.CapabilityError, match="sqlite cannot answer gt of 'price': a decimal stored as text has"):
        pq.compile(Compare(PRICE, Op.GT, Number(1)), target)
    assert pq.compile(Compare(PRICE, Op.EQ, Number("2.5")), target).params == ("2.5",)


def test_every_style_of_parameters_reaches_sqlite() -> None:
    where = And((Compare(ID, Op.EQ, 1), Compare(NAME, Op.EQ, "a")))
    for style in ("qmark", "named", "numeric_dollar"):
        target = sql_target("sqlite", SCHEMA, table="orders", paramstyle=style)
        sql = pq.compile(where, target)
        given = sql.params if style != "numeric_dollar" else {str(n): value for n, value in enumerate(sql.params, 1)}
        rows = stored(target, {"id": 1, "customer": {"name": "a"}}).execute(
            f"SELECT id FROM orders WHERE {sql.text}", given
        )
        assert rows.fetchall() == [(1,)]


# --- what it selects

RECORDS: list[dict[str, Anything]] = [
    {"id": 1, "customer": {"name": "Åse"}, "placed": NOON, "paid": True, "tags": ["a", None], "lines": [{"sku": "x"}]},
    {"id": 2, "customer": {"name": "åse*"}, "placed": NOON.replace(year=1), "paid": False, "tags": []},
    {"id": 3, "tags": [None], "lines": [{"sku": "x", "quantity": 1}, {"sku": "y", "quantity": 5}]},
    {"id": 4, "customer": {}, "lines": [], "state": "open"},
]
ATOMS: list[Expression] = [
    *[
        Compare(NAME, op, text)
        for op in pq.Text(ordered=True).ops - {Op.IN}
        for text in ("Åse", "å", "e", "*", "Z", "")
    ],
    Compare(NAME, Op.IN, ("Åse", '"')),
    Compare(PLACED, Op.LTE, NOON),
    Compare(PAID, Op.EQ, True),
    Compare(STATE, Op.EQ, "open"),
    Exists(NAME),
    Exists(STATE),
    Any(TAGS, TRUE),
    Any(TAGS, Compare(TAGS.element, Op.EQ, "a")),
    Any(LINES, Not(Compare(QUANTITY, Op.GT, 1))),
    Any(LINES, And((Compare(SKU, Op.EQ, "x"), Compare(QUANTITY, Op.LT, 5)))),
]


@pytest.mark.parametrize("target", [TABLE, DOCUMENT], ids=["columns", "document"])
def test_a_condition_and_its_complement_split_the_rows(target: SqlTarget) -> None:
    database = stored(target, *RECORDS)
    for atom in ATOMS:
        for where in (atom, Not(atom), Or((atom, Exists(PAID)))):
            expected = {record["id"] for record in RECORDS if holds(where, record)}
            assert selected(database, target, where) == expected, pq.compile(where, target)


def test_what_is_no_array_is_no_list_and_what_is_no_json_no_error() -> None:
    database = stored(TABLE, {"id": 1, "tags": ["a"]})
    for key, text in enumerate(
        ['{"0":"a"}', '"a"', "5", "null", "a", "[", "", '{"key":"a"}', '["a",', '[["a"],{"a":"a"}]'], 2
    ):
        insert(database, {"id": key, "sequence": 0, "tags": text, "lines": text})
    some = Any(TAGS, Compare(TAGS.element, Op.EQ, "a"))
    assert selected(database, TABLE, some) == {1}
    assert selected(database, TABLE, Not(some)) == set(range(2, 12))
    assert selected(database, TABLE, Any(LINES, TRUE)) == {11}
    assert selected(database, TABLE, Any(LINES, Compare(SKU, Op.EQ, "a"))) == set()


def test_elements_of_other_types_are_no_records() -> None:
    """Their text is not read as JSON, whatever stands beside them."""
    database = stored(TABLE)
    insert(database, {"id": 1, "sequence": 0, "lines": '["x", 5, null, true, "{", [{"sku":"x"}], {"sku":"x"}]'})
    insert(database, {"id": 2, "sequence": 0, "lines": '["x", 5, null, "{"]'})
    where = Any(LINES, Or((Compare(SKU, Op.EQ, "x"), Not(Compare(QUANTITY, Op.GT, 1)))))
    assert selected(database, TABLE, where) == {1}
    assert selected(database, TABLE, Not(where)) == {2}


def test_misfits_in_documents_are_no_values() -> None:
    database = stored(DOCUMENT)
    documents = {
        1: {"customer": {"name": 5}, "placed": "2019-05-01", "price": 2.5, "paid": 1, "state": "lost", "weight": "1"},
        2: {"customer": {"name": ["Åse"]}, "placed": 5, "price": True, "paid": "true", "state": 1, "weight": True},
        3: {"customer": "Åse", "placed": "x" * 27, "price": 2**70, "paid": 0, "state": None, "weight": []},
    }
    for key, document in documents.items():
        insert(database, {"id": key, "doc": json.dumps(document)})
    for field in (NAME, PLACED, PRICE, PAID, STATE, WEIGHT):
        assert selected(database, DOCUMENT, Exists(field)) == set(), field.name
        assert selected(database, DOCUMENT, Not(Exists(field))) == {1, 2, 3}, field.name
    for where in (
        Compare(NAME, Op.GTE, ""),
        Compare(NAME, Op.CONTAINS, "Åse"),
        Compare(PLACED, Op.LT, NOON),
        Compare(PRICE, Op.GT, Number(1)),
        Compare(PAID, Op.EQ, True),
        Compare(WEIGHT, Op.LTE, 1.0),
    ):
        assert selected(database, DOCUMENT, where) == set()
        assert selected(database, DOCUMENT, Not(where)) == {1, 2, 3}


def test_whole_seconds_answer_what_is_true_of_them() -> None:
    """What is stored is 12:00:00, whatever the fraction was."""
    target = sql_target("sqlite", SCHEMA, table="orders", columns={"placed": pq.Column("placed", storage="epoch_s")})
    database = stored(target, {"id": 1, "placed": NOON.replace(microsecond=900_000)}, {"id": 2})
    half = NOON.replace(microsecond=500_000)
    for op, expected in {Op.GT: set(), Op.GTE: set(), Op.LT: {1}, Op.LTE: {1}, Op.EQ: set()}.items():
        assert selected(database, target, Compare(PLACED, op, half)) == expected
        assert selected(database, target, Not(Compare(PLACED, op, half))) == {1, 2} - expected
    assert selected(database, target, Compare(PLACED, Op.IN, (half, NOON))) == {1}
    assert selected(database, target, Compare(PLACED, Op.IN, (half,))) == set()
    assert selected(database, target, Not(Compare(PLACED, Op.IN, (half,)))) == {1, 2}
    assert pq.compile(Compare(PLACED, Op.IN, (half,)), target) == ("1=0", ())
    one = pq.Field("times", pq.ListOf(pq.DateTime()))
    places = {"times": pq.Rows("times", {"of": "id"}, {"": pq.Column("at", storage="epoch_s")})}
    children = sql_target("sqlite", pq.Schema(ID, one), table="t", columns=places)
    assert pq.compile(Any(one, Compare(one.element, Op.EQ, half)), children).text == "1=0"
    assert pq.compile(Not(Any(one, Compare(one.element, Op.EQ, half))), children).text == "1=1"


def test_microseconds_since_1970_may_stand_for_an_instant() -> None:
    target = sql_target("sqlite", SCHEMA, table="orders", columns={"placed": pq.Column("placed", storage="epoch_us")})
    first, last = dt.datetime.min.replace(tzinfo=dt.UTC), dt.datetime.max.replace(tzinfo=dt.UTC)
    database = stored(target, {"id": 1, "placed": first}, {"id": 2, "placed": last})
    assert selected(database, target, Compare(PLACED, Op.GT, first)) == {2}
    assert selected(database, target, Compare(PLACED, Op.EQ, last)) == {2}


def test_what_is_stored_hangs_neither_on_the_hosts_decimals_nor_on_its_zone(monkeypatch: pytest.MonkeyPatch) -> None:
    record = {"id": 1, "price": Number("123456.75"), "placed": NOON.astimezone(dt.timezone(dt.timedelta(hours=5)))}
    monkeypatch.setenv("TZ", "America/New_York")
    time.tzset()
    try:
        with decimal.localcontext(decimal.Context(prec=3)):
            row = TABLE.row(record)
            (asked,) = pq.compile(Compare(PRICE, Op.EQ, Number("123456.75")), TABLE).params
    finally:
        monkeypatch.undo()
        time.tzset()
    assert (row["price"], row["placed"]) == (asked, "2019-05-01T12:00:00.000000Z") == (12345675, row["placed"])


def test_prefixes_stop_at_the_right_text() -> None:
    names = [
        "a",
        "ab",
        "abz",
        "ac",
        "b",
        "a\ud7ff".replace("\ud7ff", chr(0xD7FF)),
        "a\ue000",
        "\U0010ffff",
        "\U0010ffffa",
    ]
    database = stored(TABLE, *({"id": key, "customer": {"name": name}} for key, name in enumerate(names)))
    for prefix in [*names, "a\U0010ffff"]:
        found = selected(database, TABLE, Compare(NAME, Op.STARTSWITH, prefix))
        assert found == {key for key, name in enumerate(names) if name.startswith(prefix)}


def test_every_character_is_found_in_a_list_and_by_its_class() -> None:
    some = [*range(1, 0x500), 0x1E9E, 0x212A, 0x2028, 0xD7FF, 0xE000, 0xFFFF, 0x1F600, 0x10FFFF]
    database = stored(TABLE, *({"id": code, "customer": {"name": chr(code)}} for code in some))
    assert selected(database, TABLE, Compare(NAME, Op.IN, tuple(map(chr, some)))) == set(some)
    for code in some:
        assert code in selected(database, TABLE, Compare(NAME, Op.IEQ, chr(code))), hex(code)


@pytest.mark.parametrize("name", ["{}", "a{}", "{}K", "{}\ue000\ue001", "*{}?"])
def test_what_glob_takes_for_one_character_is_told_apart(name: str) -> None:
    codes = [*range(0xFFFA, 0x10000), *range(0xE000, 0xE007)]
    database = stored(TABLE, *({"id": code, "customer": {"name": name.format(chr(code))}} for code in codes))
    for char in "\ufffd\ufffe\uffff":
        for op in (Op.EQ, Op.CONTAINS, Op.STARTSWITH, Op.ENDSWITH, Op.IEQ, Op.ICONTAINS, Op.ISTARTSWITH, Op.IENDSWITH):
            asked = Compare(NAME, op, name.format(char).lower() if op in FOLDED else name.format(char))
            assert selected(database, TABLE, asked) == {ord(char)}
            assert selected(database, TABLE, pq.not_(asked)) == {*codes} - {ord(char)}


def test_numbers_are_exact_in_lists() -> None:
    draw = random.Random(5)
    floats = [0.1 + 0.2, 5e-324, 1.7976931348623157e308, -0.0, 2.0**53]
    while len(floats) < 2000:
        (number,) = struct.unpack("d", draw.randbytes(8))
        if math.isfinite(number):
            floats.append(number)
    database = stored(TABLE, *({"id": key, "weight": number} for key, number in enumerate(floats)))
    assert selected(database, TABLE, Compare(WEIGHT, Op.IN, tuple(floats))) == set(range(len(floats)))
    bounds = (-(2**63), 2**63 - 1, 2**53 + 1)
    database = stored(TABLE, *({"id": number} for number in bounds))
    assert selected(database, TABLE, Compare(ID, Op.IN, bounds)) == set(bounds)
    assert selected(database, TABLE, Compare(ID, Op.IN, (2**53, 2**63 - 2))) == set()


# --- how deep and how long


def nested(words: tuple[str, ...], lists: list[pq.Field], leaf: Expression) -> Expression:
    if not words:
        return leaf
    word, *others = words
    inner = nested(tuple(others), lists[1:] if word == "all" else lists, leaf)
    match word:
        case "all":
            return Not(Any(lists[0], Not(inner)))
        case _:
            return (And if word == "and" else Or)((leaf, inner))


def test_the_deepest_trees_with_a_scope_and_a_keyset_on_top_are_parsed() -> None:
    """SQLite 3.40 has room for a hundred symbols on its parser's stack."""
    number = pq.Field("n", pq.Integer())
    deepest = pq.Field("l", pq.ListOf(pq.Record(number)))
    third = pq.Field("l", pq.ListOf(pq.Record(number, deepest)))
    second = pq.Field("l", pq.ListOf(pq.Record(number, third)))
    first = pq.Field("l", pq.ListOf(pq.Record(number, second)))
    schema = pq.Schema(ID, number, first)
    columns = {"l": pq.Rows("c", {"p": "id"}, {"l": pq.Rows("d", {"p": "n"})})}
    targets = [sql_target("sqlite", schema, table="t"), sql_target("sqlite", schema, table="t", columns=columns)]
    databases = [sqlite3.connect(":memory:") for _ in targets]
    for target, database in zip(targets, databases, strict=True):
        for statement in target.create():
            database.execute(statement)
    leaf: Expression = Not(Compare(number, Op.EQ, 1))
    keyset = Or((Compare(number, Op.LT, 1), And((Compare(number, Op.EQ, 1), Compare(ID, Op.LT, 3)))))
    for words in itertools.product(("and", "or", "all"), repeat=8):
        if words.count("all") != 3 or any(a == b for a, b in itertools.pairwise(words)):
            continue
        scope = Or((leaf, And((leaf, Or((leaf, leaf))))))
        where = And((nested(words, [first, second, third, deepest], leaf), scope, Compare(number, Op.LTE, 1), keyset))
        for target, database in zip(targets, databases, strict=True):
            sql = pq.compile(where, target)
            assert isinstance(sql.params, tuple)
            database.execute(f"SELECT 1 FROM t WHERE {sql.text}", sql.params)


def test_chains_of_thousands_are_parsed() -> None:
    database = stored(TABLE, {"id": 2999})
    some: list[Expression] = [Compare(ID, Op.EQ, number) for number in range(3000)]
    assert selected(database, TABLE, Or(tuple(some))) == {2999}
    assert selected(database, TABLE, And(tuple(map(Not, some[:-1])))) == {2999}
    assert selected(database, TABLE, Not(And(tuple(some)))) == {2999}


# --- plans


def varied(key: int) -> dict[str, Anything]:
    """One record in twenty has no values."""
    if key % 20 == 0:
        return {"id": key, "sequence": key}
    placed = NOON - dt.timedelta(hours=key)
    values = {"placed": placed, "price": Number(key) / 100, "weight": key / 8}
    return {"id": key, "sequence": key, "customer": {"name": f"{key:x}"}, **values}


@pytest.fixture(name="indexed", scope="module")
def _indexed() -> sqlite3.Connection:
    database = stored(TABLE, *map(varied, range(2000)))
    for column in ("customer.name", "placed", "price", "sequence", "weight"):
        database.execute(f"CREATE INDEX `by_{column}` ON orders (`{column}`)")
    database.execute("ANALYZE")
    return database


INDEXED: list[Expression] = [
    *[Compare(NAME, op, "abc") for op in (Op.EQ, Op.GT, Op.GTE, Op.LT, Op.LTE, Op.STARTSWITH)],
    Compare(NAME, Op.IN, ("a", "b")),
    Compare(PLACED, Op.GTE, NOON),
    And((Compare(PLACED, Op.GTE, NOON), Compare(PLACED, Op.LT, NOON.replace(year=2020)))),
    Compare(PRICE, Op.EQ, Number("2.5")),
    Compare(WEIGHT, Op.IN, (0.5, 1.5)),
    *[Not(Compare(PLACED, op, NOON)) for op in (Op.GT, Op.GTE, Op.LT, Op.LTE)],
    Not(Compare(SEQUENCE, Op.GT, 10)),
    Not(Exists(PLACED)),
    Or((Compare(PRICE, Op.EQ, Number(1)), Not(Compare(PLACED, Op.GT, NOON)))),
]


@pytest.mark.parametrize("where", INDEXED, ids=lambda where: pq.compile(where, "sqlite").text)
def test_an_index_serves(indexed: sqlite3.Connection, where: Expression) -> None:
    sql = pq.compile(where, TABLE)
    assert isinstance(sql.params, tuple)
    plan = [row[-1] for row in indexed.execute(f"EXPLAIN QUERY PLAN SELECT * FROM orders WHERE {sql.text}", sql.params)]
    assert any(step.startswith("SEARCH orders USING INDEX") for step in plan), plan
    assert not any(step.startswith("SCAN orders") for step in plan), plan


def test_an_index_on_the_expression_serves_a_path() -> None:
    database = stored(DOCUMENT)
    database.execute("""CREATE INDEX by_price ON orders (json_extract(doc, '$."price"'))""")
    for op in (Op.EQ, Op.GT, Op.LTE):
        sql = pq.compile(Compare(PRICE, op, Number(1)), DOCUMENT)
        assert isinstance(sql.params, tuple)
        ((*_, step),) = database.execute(f"EXPLAIN QUERY PLAN SELECT * FROM orders WHERE {sql.text}", sql.params)
        assert step.startswith("SEARCH orders USING INDEX by_price")


def test_the_index_on_the_links_finds_the_rows_of_a_parent() -> None:
    target = sql_target("sqlite", SCHEMA, table="orders", columns={"tags": pq.Rows("tags", {"order_id": "id"})})
    sql = pq.compile(Not(Any(TAGS, Compare(TAGS.element, Op.EQ, "a"))), target)
    assert isinstance(sql.params, tuple)
    plan = stored(target).execute(f"EXPLAIN QUERY PLAN SELECT * FROM orders WHERE {sql.text}", sql.params)
    assert any("SEARCH t1 USING INDEX tags_order_id" in row[-1] for row in plan)
