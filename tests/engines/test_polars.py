"""Polars selects what the law says, from frames in memory and from files."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal as Number
from pathlib import Path
from random import Random
from typing import Any as Anything

import pytest

import paramql as pq
from law import holds
from paramql import backends
from paramql.ast import FALSE, TRUE, And, Any, Compare, Not, Op, Or
from paramql.testing.engines_polars import missing
from strategies import filters, rows, schemas
from strategies.values import TYPE_WORDS

if reason := missing():
    pytest.skip(reason, allow_module_level=True)

import polars as pl

from paramql.backends.polars import PolarsTarget
from strategies.cells import held
from strategies.frame import DRAWN, Frame, target_of

NOON = dt.datetime(2019, 5, 1, 12, 0, 0, 123456, dt.UTC)
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


# --- what is selected


def test_constants_select_all_or_nothing() -> None:
    frame = pl.DataFrame({"id": [1, 2]})
    assert frame.filter(pq.compile(TRUE, "polars")).height == 2
    assert frame.filter(pq.compile(FALSE, "polars")).height == 0


def test_one_element_meets_both_bounds() -> None:
    scores = pq.Field("scores", pq.ListOf(pq.Integer()))
    frame = pl.DataFrame({"scores": [[1, 9], [5], [None, 5], [], None, [None]]})
    inside = And((pq.gt(scores.element, 3), pq.lt(scores.element, 8)))
    outside = Not(Or((pq.lte(scores.element, 3), pq.gte(scores.element, 8))))
    for where in (inside, outside):
        asked = pq.compile(Any(scores, where), "polars")
        assert frame.select(asked).to_series().to_list() == [False, True, True, False, False, False]


def test_a_null_among_records_lacks_nothing_since_it_is_none() -> None:
    frame = target_of(SCHEMA).frame([{"id": 1, "lines": [None]}, {"id": 2, "lines": [{}]}, {"id": 3, "lines": []}])
    for text, ids in [("any(lines,sku:ne:a)", [2]), ("any(lines,sku:exists:false)", [2]), ("all(lines,sku:a)", [1, 3])]:
        assert frame.filter(pq.compile(SCHEMA.parse_expression(text), "polars"))["id"].to_list() == ids


def test_lists_that_hold_nothing_are_no_trouble() -> None:
    """Frames without rows, lists that are all empty, structs and elements that are null."""
    target = target_of(SCHEMA)
    where = SCHEMA.parse_expression("or(any(lines,and(sku:ne:x,quantity:gt:5)),tags:in:(a,b),customer.name:ieq:k)")
    for records in (
        [],
        [{"id": 1}],
        [{"id": 1, "lines": [], "tags": []}],
        [{"id": 1, "lines": [None], "tags": [None]}],
    ):
        assert target.frame(records).filter(pq.compile(where, target)).height == 0


def test_a_text_is_taken_literally() -> None:
    name = pq.Field("name", pq.Text())
    texts = ["a.b", "axb", "a\nb\n", "(?i)[a]", "\0", "\\", "]^-", "a\0b", ""]
    frame = pl.DataFrame({"name": texts})
    for op in (Op.EQ, Op.IEQ, Op.CONTAINS, Op.ICONTAINS, Op.STARTSWITH, Op.ISTARTSWITH, Op.ENDSWITH, Op.IENDSWITH):
        for literal in texts:
            where = Compare(name, op, literal)
            expected = [text for text in texts if holds(where, {"name": text})]
            assert frame.filter(pq.compile(where, "polars"))["name"].to_list() == expected, (op, literal)


def test_the_longest_texts_in_any_case_are_answered_and_longer_ones_refused() -> None:
    name = pq.Field("name", pq.Text())
    frame = pl.DataFrame({"name": ["ᲀ" * 16_384, "В" * 16_383]})
    assert frame.filter(pq.compile(pq.ieq(name, "в" * 16_384), "polars")).height == 1
    with pytest.raises(pq.CapabilityError, match="polars cannot answer icontains of 'name' with more than 16384"):
        pq.compile(pq.icontains(name, "a" * 16_385), "polars")


def test_a_type_that_is_not_known_is_refused() -> None:
    class Colour(pq.Text):
        word = "colour"

    with pytest.raises(pq.CapabilityError, match="polars cannot store 'shade': it knows no colour"):
        pq.compile(pq.eq(pq.Field("shade", Colour()), "red"), "polars")


# --- frames of the host's


def test_columns_may_be_narrower_than_the_types() -> None:
    frame = pl.DataFrame(
        {
            "id": pl.Series([1, 2, 3], dtype=pl.Int16),
            "state": pl.Series(["open", "closed", None], dtype=pl.Enum(["open", "closed"])),
            "price": pl.Series([Number("2.50"), None, Number("9.99")], dtype=pl.Decimal(6, 2)),
        }
    )
    for text, expected in [
        ("id=gt:1", [2, 3]),
        ("id=in:3,4000000000", [3]),
        ("state=open", [1]),
        ("state=ne:open", [2, 3]),
    ]:
        assert frame.filter(pq.compile(SCHEMA.parse(text).where, "polars"))["id"].to_list() == expected
    assert frame.filter(pq.compile(SCHEMA.parse("price=gte:2.5").where, "polars"))["id"].to_list() == [1, 3]


def test_a_filter_reads_only_the_parts_of_a_file_that_it_needs(tmp_path: Path) -> None:
    target = target_of(SCHEMA)
    records = [SCHEMA.load({"id": number, "placed": NOON, "price": str(number)}) for number in range(1000)]
    target.frame(records).write_parquet(tmp_path / "records.parquet", row_group_size=100)
    scan = pl.scan_parquet(tmp_path / "records.parquet")
    where = SCHEMA.parse("price=gte:998.5&customer.name=exists:false").where
    assert scan.filter(pq.compile(where, target)).collect()["id"].to_list() == [999]
    assert "SELECTION" in scan.filter(pq.compile(where, target)).explain()


def test_a_frame_has_each_value_in_its_place_and_storage() -> None:
    schema = pq.Schema(
        pq.Field("id", pq.Uuid(), unique=True),
        pq.Field("customer.name", pq.Text()),
        pq.Field("customer.age", pq.Integer()),
        pq.Field("at", pq.DateTime()),
        pq.Field("days", pq.ListOf(pq.Date())),
        pq.Field("lines", pq.ListOf(pq.Record(pq.Field("price", pq.Decimal(2)), pq.Field("sold.at", pq.DateTime())))),
        pq.Field("rate", pq.Decimal(4, digits=9)),
    )
    columns = {
        "customer.age": pq.Column("customer.age"),
        "at": pq.Column("at", storage="utc_ms"),
        "days": pq.JsonPath("calendar", "days"),
        "lines": pq.Rows(
            "rows", {}, {"price": pq.Column("p", storage="scaled"), "sold.at": pq.Column("t", storage="naive")}
        ),
    }
    target = target_of(schema, columns)
    record = {
        "id": str(uuid.UUID(int=5)),
        "customer": {"name": "Ada", "age": 36},
        "at": NOON,
        "days": [NOON.date(), None],
        "lines": [{"price": Number("2.5"), "sold": {"at": NOON}}, None, {"sold": None}],
    }
    frame = target.frame([record, {"id": str(uuid.UUID(int=6))}])
    assert dict(frame.schema) == target.dtypes
    assert frame.schema["rows"] == pl.List(pl.Struct({"p": pl.Int64, "t": pl.Datetime("us")}))
    assert frame.schema["rate"] == pl.Decimal(9, 4)
    assert frame.to_dicts() == [
        {
            "id": str(uuid.UUID(int=5)),
            "customer": {"name": "Ada"},
            "customer.age": 36,
            "at": NOON.replace(microsecond=123000),
            "calendar": {"days": [NOON.date(), None]},
            "rows": [{"p": 250, "t": NOON.replace(tzinfo=None)}, None, {"p": None, "t": None}],
            "rate": None,
        },
        {
            "id": str(uuid.UUID(int=6)),
            "customer": None,
            "customer.age": None,
            "at": None,
            "calendar": None,
            "rows": None,
            "rate": None,
        },
    ]


def test_an_operand_finer_than_a_column_is_not_cut() -> None:
    at = pq.Field("at", pq.DateTime())
    schema = pq.Schema(pq.Field("id", pq.Integer(), unique=True), at)
    target = target_of(schema, {"at": pq.Column("at", storage="utc_ms")})
    frame = target.frame([{"id": 1, "at": NOON}])
    for op, expected in [(Op.EQ, 0), (Op.GTE, 0), (Op.LT, 1)]:
        assert frame.filter(pq.compile(Compare(at, op, NOON), target)).height == expected
    assert frame.filter(pq.compile(pq.in_(at, [NOON]), target)).height == 0
    assert frame.filter(pq.compile(pq.in_(at, [NOON, NOON.replace(microsecond=123000)]), target)).height == 1


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"nmae": "x"}, "columns names no fields: 'nmae'"),
        ({"id": ""}, "'id' needs a column"),
        ({"id": pq.JsonPath("a", "")}, "'id' needs a column, and fields of structs, that have names"),
        ({"id": pq.Column("id", storage="text")}, "'id' cannot be stored as 'text'; there are 'integer'"),
        ({"id": pq.Column("id", table="t")}, "leave table= out"),
        ({"lines": pq.Rows("a", {"b": "c"})}, "leave their link empty"),
    ],
)
def test_a_wrong_place_is_told_when_the_target_is_made(columns: dict[str, Anything], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        pq.target("polars", SCHEMA, columns=columns)


def test_an_operand_between_the_lowest_decimal_and_the_next_whole_is_answered() -> None:
    """The next lower point of the grid has more digits than the column."""
    price = pq.Field("price", pq.Decimal(2, digits=5))
    frame = pl.DataFrame({"price": pl.Series([Number("-999.99"), Number(0), None], dtype=pl.Decimal(5, 2))})
    for op, expected in [(Op.GT, 2), (Op.GTE, 2), (Op.LT, 0), (Op.LTE, 0), (Op.EQ, 0)]:
        assert frame.filter(pq.compile(Compare(price, op, Number("-999.995")), "polars")).height == expected


def test_a_target_answers_for_its_own_backend() -> None:
    with pytest.raises(ValueError, match="made for sqlite, not for polars"):
        backends.load("polars").compile(TRUE, pq.target("sqlite", SCHEMA))


# --- order


@pytest.mark.parametrize(
    "order", ["id", "desc:placed", "customer.name", "desc:customer.name,price", "desc:price,placed"]
)
@pytest.mark.parametrize("storage", ["decimal", "scaled"])
def test_pages_give_each_record_once_and_no_value_last(order: str, storage: str) -> None:
    rng = Random(order)
    target = target_of(SCHEMA, {"price": pq.Column("price", storage=storage)})
    records = [
        {
            "id": number,
            "placed": NOON + dt.timedelta(microseconds=rng.choice([0, 1])),
            "customer": {"name": rng.choice([None, "", "a", "B", "å", "\U0001f600", "\uffff"])},
            "price": rng.choice([None, Number("0.1"), Number("2.5"), Number(-3)]),
        }
        for number in range(40)
    ]
    frame = target.frame(records)
    whole = pq.paginate(records, SCHEMA.parse(f"order={order}&size=100"))
    for size in (1, 7, 40):
        assert pages(target, frame, f"order={order}&size={size}") == [record["id"] for record in whole.items]


def pages(target: PolarsTarget, frame: pl.DataFrame, text: str) -> list[int]:
    """The ids of all pages, one after the other."""
    ids: list[int] = []
    token = ""
    while True:
        page = pq.page(SCHEMA.parse(text + token), target)
        found = frame.lazy().filter(page.where).sort(**page.order_by).head(page.limit).collect()
        result = page.finish(found.to_dicts())
        ids += [row["id"] for row in result.items]
        if result.next_token is None or len(ids) > 1000:
            return ids
        token = f"&continuationToken={result.next_token}"


def test_a_page_needs_rows_with_their_sort_keys() -> None:
    target, order = target_of(SCHEMA), SCHEMA.parse("order=price").order
    assert target.position({"id": 5, "price": None}, order) == (None, 5)
    with pytest.raises(ValueError, match="'price' is stored with more digits than"):  # it is sorted among the values
        target.position({"id": 5, "price": Number(10) ** 18}, order)
    for row in ({"id": 5}, (5,)):
        with pytest.raises(TypeError, match="needs the column 'price' of its rows by name"):
            target.position(row, order)


# --- what is drawn


@pytest.mark.parametrize("types", [*TYPE_WORDS, "any"])
def test_drawn_filters_select_what_the_law_says(types: str) -> None:
    rng = Random(f"polars {types}")
    wanted = [one for one in schemas.everything() if types in (one.type, "any")]
    for _ in range(7):
        leaves = rng.sample(wanted, 4)
        schema = schemas.schema(rng, leaves)
        drawn = rows.rows(schema.fields, rng, 12)
        storages = {word: rng.choice(names) for word, names in DRAWN.items()}
        if storages["datetime"] == "utc_ms":
            drawn = [held(row) for row in drawn]
        frame = Frame(schema, drawn, rng, storages)
        for leaf in leaves * 3:
            _ask(frame, schema, drawn, leaf, rng)


def _ask(frame: Frame, schema: pq.Schema, drawn: list[rows.Row], leaf: schemas.Wanted, rng: Random) -> None:
    assert schema.key is not None
    records = {row.cells[schema.key.name]: row.record(schema.fields) for row in drawn}
    draft, _ = filters.draft(schema, rng.choice(list(records.values())), leaf, rng)
    meant = filters.meaning(draft, schema)
    where, expected = schema.bind(meant), {key for key, record in records.items() if holds(meant, record)}
    told = f"{where}\n{pq.compile(where, frame.target)}\n{records}"
    assert frame.select(where) == expected, told
    assert frame.select(Not(where)) == records.keys() - expected, told
