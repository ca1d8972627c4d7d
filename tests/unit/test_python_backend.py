"""Predicates over Python records agree with the law at every tier, whatever the records hold."""

from __future__ import annotations

import collections
import datetime as dt
import sqlite3
from collections.abc import Callable, Iterator
from decimal import Decimal as Number
from itertools import permutations
from random import Random
from types import SimpleNamespace
from typing import Any as Anything

import pytest
from hypothesis import given
from hypothesis import strategies as st

from law import holds
from paramql.ast import FALSE, TRUE, Any, Compare, Exists, FineDateTime, Not, Op
from paramql.backends import python
from paramql.backends.python.members import ACCESS, Word, is_record
from paramql.backends.python.plans import compiled, plan_of
from paramql.backends.python.predicate import PATIENCE, Predicate, generated
from paramql.backends.python.shape import shape_of
from paramql.backends.python.source import source_of
from paramql.backends.python.tree import build
from paramql.backends.python.values import PREPARE
from paramql.builders import contains, eq, exists, gt, gte, icontains, ieq, in_, lt, lte, not_
from paramql.declarations import SortKey
from paramql.declare import Expression, Field, ListOf, Record
from paramql.folding import _siblings
from paramql.schema import Schema
from paramql.simplify import all_of, simplify
from paramql.types import DateTime, Integer, Text
from strategies.misfits import (
    CITY,
    CODE,
    DAY,
    FIELDS,
    FLAGS,
    JUNK,
    LINES,
    MAY,
    NAME,
    NOON,
    NUMBER,
    NUMBERS,
    PAID,
    PARTS,
    PLACED,
    PRICE,
    SIZE,
    SKU,
    TAGS,
    TIMES,
    WEIGHT,
    Recorder,
    a_filter,
    as_objects,
    cleaned,
)

# --- the ways to ask --------------------------------------------------------------------------------

SEEDS = st.integers(0, 2**32)


def ways(where: Expression, records: list[Anything], access: Word = "mapping") -> dict[str, list[bool]]:
    """What a filter says of records: the tree, the generated predicate one at a time, and in a list."""
    where = simplify(where)
    literals: list[object] = []
    key = (access, shape_of(where, literals))
    keep = generated(plan_of(key), where, access, literals)
    tree = build(where, ACCESS[access].member)
    kept = {id(record) for record in keep.filter(records)}
    return {
        "tree": [tree(record) for record in records],
        "keep": [keep(record) for record in records],
        "filter": [id(record) in kept for record in records],
    }


def agree(where: Expression, records: list[Anything], law: list[bool], access: Word = "mapping") -> None:
    for way, answers in ways(where, records, access).items():
        wrong = [record for record, answer, right in zip(records, answers, law, strict=True) if answer is not right]
        assert not wrong, (way, where, wrong[0])


@given(SEEDS)
def test_every_tier_agrees_with_the_law(seed: int) -> None:
    rng = Random(seed)
    draw = Recorder(rng, lacks=rng.choice([0, 0.2]), none=0.1)
    where, records = a_filter(rng, FIELDS), [draw.record(FIELDS) for _ in range(20)]
    agree(where, records, [holds(where, record) for record in records])


@given(SEEDS)
def test_a_value_of_a_wrong_type_is_no_value_at_every_tier(seed: int) -> None:
    rng = Random(seed)
    draw = Recorder(rng, lacks=0.05, none=0.05, wrong=0.25)
    where, records = a_filter(rng, FIELDS), [draw.record(FIELDS) for _ in range(20)]
    agree(where, records, [holds(where, cleaned(record, FIELDS)) for record in records])


@given(SEEDS, st.sampled_from(["mapping", "attribute"]))
def test_mappings_and_objects_mix(seed: int, access: Word) -> None:
    rng = Random(seed)
    draw, chance = Recorder(rng, lacks=rng.choice([0, 0.2])), rng.choice([0.1, 0.5, 1])
    where, records = a_filter(rng, FIELDS), [draw.record(FIELDS) for _ in range(20)]
    mixed = [as_objects(record, lambda: rng.random() < chance) for record in records]
    agree(where, mixed, [holds(where, record) for record in records], access)


def strict(where: Expression, way_out: str, access: Word = "mapping") -> Predicate:
    """The generated predicate, a way out taken away: where it would ask something more patient, it raises."""
    literals: list[object] = []
    key = (access, shape_of(where, literals))
    source = source_of(key[1], ACCESS[access])
    source = source.replace(way_out, "raise")
    keep: Predicate = compiled(source, access).make(None, *literals)
    return keep


@given(SEEDS)
def test_typed_records_never_need_the_slow_ways(seed: int) -> None:
    rng = Random(seed)
    where = simplify(a_filter(rng, FIELDS))
    whole = [Recorder(rng).record(FIELDS) for _ in range(20)]
    gappy = [Recorder(rng, lacks=0.2).record(FIELDS) for _ in range(20)]
    right = [record for record in whole + gappy if holds(where, record)]
    assert list(filter(strict(where, "whole = False"), whole)) == [record for record in whole if record in right]
    keep = strict(where, "return slow(r)")
    assert [record for record in gappy + whole if keep(record)] == [
        record for record in gappy + whole if record in right
    ]
    assert strict(where, "if slow(r):\n                    kept.append(r)").filter(whole + gappy) == right
    objects = [as_objects(record, lambda: True) for record in whole]
    keep = strict(where, "return slow(r)", "attribute")
    assert [keep(record) for record in objects] == [record in right for record in whole]


# --- single records -----------------------------------------------------------------------------------

LABEL, WORDS = Field("label", Text(ordered=True)), Field("words", ListOf(Text()))
MISLEADING: list[tuple[Expression, Anything, bool]] = [
    (eq(SIZE, 1), {"size": True}, False),
    (eq(SIZE, 1), {"size": 1.0}, False),
    (in_(SIZE, [1]), {"size": True}, False),
    (gt(SIZE, 0), {"size": Number(1)}, False),
    (eq(PAID, True), {"order": {"paid": 1}}, False),
    (not_(eq(PAID, False)), {"order": {"paid": 0}}, True),
    (eq(WEIGHT, 1.0), {"weight": 1}, True),
    (eq(WEIGHT, 1.0), {"weight": Number(1)}, False),
    (eq(PRICE, Number(1)), {"order": {"price": 1}}, True),
    (eq(PRICE, Number(1)), {"order": {"price": 1.0}}, False),
    (exists(WEIGHT), {"weight": float("nan")}, False),
    (exists(PRICE), {"order": {"price": Number("sNaN")}}, False),
    (lt(PRICE, Number(1)), {"order": {"price": Number("nan")}}, False),
    (exists(PLACED), {"placed": NOON.replace(tzinfo=None)}, False),
    (exists(PLACED), {"placed": NOON.astimezone(dt.timezone(dt.timedelta(hours=2)))}, True),
    (eq(PLACED, NOON), {"placed": NOON.astimezone(dt.timezone(dt.timedelta(hours=2)))}, True),
    (not_(gt(PLACED, NOON)), {"placed": NOON.replace(tzinfo=None)}, True),
    (gt(DAY, MAY), {"order": {"day": NOON.replace(year=2020)}}, False),
    (exists(DAY), {"order": {"day": NOON}}, False),
    (contains(LABEL, "a"), {"label": ["a"]}, False),
    (contains(LABEL, "a"), {"label": {"a": 1}}, False),
    (contains(LABEL, "a"), {"label": 5}, False),
    (icontains(LABEL, "a"), {"label": b"a"}, False),
    (in_(LABEL, ["a", "b"]), {"label": ["a"]}, False),
    (eq(Field("size.real", Integer()), 1), {"size": 1}, False),
    (gt(Field("placed.year", Integer()), 1), {"placed": NOON}, False),
    (Any(WORDS, eq(WORDS.element, "a")), {"words": "a"}, False),
    (Any(WORDS, eq(WORDS.element, "a")), {"words": {"a": 1}}, False),
    (Any(WORDS, eq(WORDS.element, "a")), {"words": [None, 1, "a"]}, True),
    (Any(WORDS, eq(WORDS.element, "a")), {"words": ("a",)}, True),
    (Any(WORDS, not_(eq(WORDS.element, "a"))), {"words": ["a", None, 5]}, False),
    (Any(NUMBERS, eq(NUMBERS.element, 1)), {"numbers": [True]}, False),
    (Any(FLAGS, eq(FLAGS.element, True)), {"order": {"flags": [1]}}, False),
    (Any(TIMES, not_(eq(TIMES.element, NOON))), {"times": [NOON.replace(tzinfo=None)]}, False),
    (Any(LINES, eq(SKU, "a")), {"order": {"lines": [None, {}, {"sku": "a"}]}}, True),
    (Any(LINES, not_(eq(SKU, "a"))), {"order": {"lines": [None, 5, "sku", [], ("sku",)]}}, False),
    (Any(LINES, TRUE), {"order": {"lines": [None, 5, "sku", [], ("sku",)]}}, False),
    (Any(LINES, TRUE), {"order": {"lines": [{}]}}, True),
    (Any(LINES, not_(Any(PARTS, eq(CODE, "a")))), {"order": {"lines": [{"parts": [{"code": "a"}]}]}}, False),
    (Any(LINES, not_(Any(PARTS, eq(CODE, "a")))), {"order": {"lines": [{"parts": [None]}]}}, True),
    (not_(eq(NAME, "a")), None, True),
    (eq(NAME, "a"), 5, False),
    (eq(NAME, "a"), [], False),
    (gt(NUMBER, 5), {"number": None}, False),
    (not_(gt(NUMBER, 5)), {}, True),
    (Compare(LABEL, Op.IENDSWITH, "b"), {"label": "ab\n"}, False),
    (Compare(LABEL, Op.IENDSWITH, "B"), {"label": "a\nb"}, True),
    (Compare(LABEL, Op.ISTARTSWITH, "b"), {"label": "a\nb"}, False),
    (Compare(LABEL, Op.ISTARTSWITH, "A"), {"label": "a\nb"}, True),
    (ieq(LABEL, "K^]-\\"), {"label": "\u212a^]-\\"}, True),
    (ieq(LABEL, "k."), {"label": "k\n"}, False),
    (ieq(LABEL, "ß"), {"label": "ss"}, False),
    (ieq(LABEL, "ß"), {"label": "ẞ"}, True),
    (gt(LABEL, "\uffff"), {"label": "\U0001f600"}, True),
    (TRUE, {}, True),
    (TRUE, None, True),
    (FALSE, {}, False),
]


@pytest.mark.parametrize(("where", "record", "answer"), MISLEADING)
def test_a_record_that_misleads(where: Expression, record: Anything, answer: bool) -> None:
    agree(where, [record], [answer])
    agree(Not(where), [record], [not answer])


class Evil:
    """An object that raises whatever it is asked."""

    def __getattribute__(self, name: str) -> Anything:
        raise OSError(name)

    def __getitem__(self, key: str) -> Anything:
        raise LookupError(key)

    def __eq__(self, other: object) -> bool:
        raise ArithmeticError

    def __gt__(self, other: object) -> bool:
        raise ArithmeticError

    def __iter__(self) -> Iterator[Anything]:
        raise StopIteration

    __hash__ = None  # type: ignore[assignment]


class EvilText(str):
    """Text that cannot be searched."""

    __slots__ = ()

    def __contains__(self, item: object) -> bool:
        raise ZeroDivisionError


class EvilList(list[Anything]):
    """A list that cannot be walked through, or stops in the middle."""

    def __contains__(self, item: object) -> bool:
        raise ZeroDivisionError

    def __iter__(self) -> Iterator[Anything]:
        raise ZeroDivisionError


class EvilMapping(collections.UserDict[str, Anything]):
    """A mapping that breaks."""

    def __getitem__(self, key: str) -> Anything:
        raise ZeroDivisionError


EVILS: list[Anything] = [Evil(), EvilText("a"), EvilList([1]), EvilMapping(), *JUNK]


@pytest.mark.parametrize("access", ACCESS)
@pytest.mark.parametrize("number", range(len(EVILS)), ids=[type(evil).__name__ for evil in EVILS])
def test_no_record_makes_it_raise_and_negation_is_the_complement(number: int, access: Word) -> None:
    evil = EVILS[number]  # pytest itself would ask it what it is
    places: list[Anything] = [evil, {"name": evil, "size": evil, "tags": evil}, {"order": evil}]
    places += [{"order": {"lines": [evil], "place": evil, "paid": evil}, "tags": [evil], "numbers": [evil]}]
    rng = Random(1)
    for _ in range(12):
        where = a_filter(rng, FIELDS)
        one, other = ways(where, places, access), ways(Not(where), places, access)
        for way in one:
            assert [not answer for answer in one[way]] == other[way]


UNREACHED: list[tuple[Expression, Anything]] = [
    (exists(NAME), EvilMapping()),
    (exists(CITY), {"order": EvilMapping()}),
    (Any(WORDS, TRUE), EvilMapping()),
    (Any(WORDS, TRUE), {"words": EvilList(["a"])}),
    (Any(LINES, exists(SKU)), {"order": {"lines": [EvilMapping()]}}),
]


@pytest.mark.parametrize(("where", "record"), UNREACHED)
def test_what_cannot_be_reached_or_walked_through_is_no_value(where: Expression, record: Anything) -> None:
    for access in ACCESS:
        agree(where, [record], [False], access)


@pytest.mark.parametrize(
    ("op", "value", "other"),
    [
        (Op.IN, ("b", "ab"), "a"),
        (Op.CONTAINS, "b", "B"),
        (Op.STARTSWITH, "a", "ba"),
        (Op.ENDSWITH, "b", "ba"),
        (Op.IEQ, "AB", "abb"),
        (Op.ICONTAINS, "B", "a"),
        (Op.ISTARTSWITH, "A", "ba"),
        (Op.IENDSWITH, "B", "ba"),
    ],
)
def test_generated_source_answers_by_every_operator_itself(op: Op, value: Anything, other: str) -> None:
    for where in (Compare(NAME, op, value), Any(WORDS, Compare(WORDS.element, op, value))):
        keep = strict(where, "return slow(r)")
        assert [keep({"name": name, "words": [name]}) for name in ("ab", other, None)] == [True, False, False]


def test_bounds_of_one_value_are_all_asked() -> None:
    """Two become a range; others stand beside it."""
    bounds = [gt(SIZE, 0), lt(SIZE, 5), lt(SIZE, 9), gte(SIZE, 2), lte(SIZE, 4), gt(SIZE, -3)]
    records = [{"size": size} for size in range(-5, 12)]
    for several in permutations(bounds, 4):
        where = all_of(*several)
        agree(where, records, [holds(where, record) for record in records])


def test_a_list_that_every_record_has_is_walked_through() -> None:
    tags = Field("tags", ListOf(Text()), required=True)
    for where in (Any(tags, TRUE), Any(tags, eq(tags.element, "a")), Any(tags, contains(tags.element, "a"))):
        for access in ACCESS:
            agree(where, [{"tags": ["a"]}, {"tags": []}, {"tags": None}, {}], [True, False, False, False], access)


def test_answers_are_booleans_whatever_comparisons_give() -> None:
    class Loose(int):
        def __gt__(self, other: object) -> Anything:
            return "yes"

    agree(gt(SIZE, 1), [{"size": Loose(0)}], [True])


# --- objects --------------------------------------------------------------------------------------------


def test_a_named_tuple_is_a_record_and_a_tuple_is_a_list() -> None:
    Line = collections.namedtuple("Line", "sku size")  # noqa: PYI024 - made as a host would
    assert is_record(Line("a", None))
    assert not is_record(("a", None))
    for access in ACCESS:
        agree(Any(LINES, eq(SKU, "a")), [{"order": {"lines": (Line("a", None),)}}], [True], access)


def test_rows_of_sqlite_are_records() -> None:
    connection = sqlite3.connect(":memory:")
    connection.row_factory = sqlite3.Row
    (row,) = connection.execute("select 5 as size, null as name")
    connection.close()
    agree(all_of(gt(SIZE, 4), not_(exists(NAME)), not_(exists(WEIGHT))), [row], [True])


def test_a_member_that_no_attribute_can_be_called_is_found_by_both_ways() -> None:
    for name in ("items", "class", "a-b", "__debug__"):
        field = Field(f"order.{name}", Text())
        inner = {name: "a"}, SimpleNamespace(**{name: "a"})
        for record in [*({"order": one} for one in inner), *(SimpleNamespace(order=one) for one in inner)]:
            for access in ACCESS:
                agree(eq(field, "a"), [record], [True], access)


def test_a_list_is_no_record_whatever_its_members_are_called() -> None:
    items = Field("items", Text())
    where = Any(Field("lines", ListOf(Record(items))), not_(eq(items, "a")))
    for access in ACCESS:
        agree(
            where, [{"lines": [[]]}, SimpleNamespace(lines=[["b"], 5]), {"lines": [{}]}], [False, False, True], access
        )


def test_attributes_of_values_count_where_access_is_by_attribute() -> None:
    where = eq(Field("placed.year", Integer()), 2019)
    agree(where, [SimpleNamespace(placed=NOON)], [True], "attribute")
    agree(where, [SimpleNamespace(placed=NOON)], [False], "mapping")


def test_a_target_knows_how_its_records_are_reached() -> None:
    schema = Schema(NAME)
    made = python.make_target(schema, access="attribute")
    assert (made.backend, made.schema, made.table, made.access) == ("python", schema, None, "attribute")
    assert "r.name" in python.compile(eq(NAME, "a"), made).source
    assert "r['name']" in python.compile(eq(NAME, "a"), python.make_target(schema)).source
    with pytest.raises(ValueError, match="access must be 'mapping' or 'attribute', not 'index'"):
        python.make_target(schema, access="index")  # type: ignore[arg-type]


def test_a_target_sorts_its_records_and_says_where_they_stand() -> None:
    target, order = python.make_target(Schema(NAME)), (SortKey(SIZE, descending=True), SortKey(NAME))
    records = [{"size": size, "name": name} for size, name in ((1, "b"), (2, None), (None, "a"), (1, "a"))]
    assert target.order_by(order)(records) == [records[1], records[3], records[0], records[2]]
    assert target.position(records[2], order) == (None, "a")


def test_every_letter_is_found_in_any_case_and_no_other() -> None:
    """As the table of folds has them; the neighbours of a letter are other ones."""
    for folded, members in _siblings().items():
        found: Anything = PREPARE[Op.IEQ](folded)
        assert all(map(found, members)), members
        assert not any(map(found, {chr(ord(one) + 1) for one in members} - set(members)))
        assert not any(map(found, set(map(chr, range(256))) - set(members)))


def test_a_value_of_another_type_is_sorted_as_none() -> None:
    target, order = python.make_target(Schema(NAME)), (SortKey(SIZE),)
    records = [{"size": "2"}, {"size": 3}, {"size": 1}]
    assert target.order_by(order)(records) == [records[2], records[1], records[0]]
    assert target.position(records[0], order) == (None,)


def test_an_object_without_the_attribute_is_sorted_as_without_a_value() -> None:
    target, order = python.make_target(Schema(NAME)), (SortKey(SIZE),)
    records = [SimpleNamespace(), SimpleNamespace(size=2), SimpleNamespace(size=1)]
    assert target.order_by(order)(records) == [records[2], records[1], records[0]]
    assert target.position(records[0], order) == (None,)


def test_a_type_of_the_host_is_not_asked_what_it_makes_of_no_value() -> None:
    class Lower(Text):
        """Text stored in lower case."""

        def load(self, value: Anything) -> str:
            return super().load(value.lower())

    order = (SortKey(Field("name", Lower(), sortable=True)),)
    assert python.make_target(Schema(NAME)).position({"name": "ABC"}, order) == ("abc",)
    assert python.make_target(Schema(NAME)).position({"name": None}, order) == (None,)


# --- lists of records -----------------------------------------------------------------------------------


def test_filter_takes_any_iterable_once_and_keeps_the_order() -> None:
    records = [{"size": size % 1000} for size in range(2 * PATIENCE)]
    right = [record for record in records if record["size"] >= 990]
    for _ in range(3):
        keep = python.compile(gte(SIZE, 990))
        assert keep.filter(iter(records)) == keep.filter(records) == keep.filter(tuple(records)) == right
        assert keep.filter([]) == []


def test_an_error_of_the_iterable_is_not_swallowed() -> None:
    def broken() -> Iterator[Anything]:
        yield {"size": 1}
        raise OSError

    for _ in range(3):
        keep = python.compile(eq(SIZE, 1))
        with pytest.raises(OSError):  # noqa: PT011 - which it is does not matter
            keep.filter(broken())


# --- what the simplifier changes ------------------------------------------------------------------------


def test_operands_off_the_grid_mean_what_the_law_says() -> None:
    fine = FineDateTime(NOON, "7")
    records = [{"placed": NOON}, {"placed": NOON + dt.timedelta(microseconds=1)}, {}]
    for op in (Op.EQ, Op.GT, Op.LTE):
        where = Compare(PLACED, op, fine)
        assert python.compile(where).filter(records) == [record for record in records if holds(where, record)]
    assert python.compile(Compare(PLACED, Op.IN, (fine, NOON))).filter(records) == records[:1]
    coarse = Field("placed", DateTime("s"))
    assert python.compile(lt(coarse, NOON.replace(microsecond=1))).filter(records) == records[:1]
    earlier, between = lt(coarse, NOON.replace(microsecond=3)), [{"placed": NOON.replace(microsecond=1)}]
    assert python.compile(earlier).filter(between) == python.compile(simplify(earlier)).filter(between) == []
    assert python.compile(eq(PRICE, Number("1.005")))({"order": {"price": Number("1.00")}}) is False
    assert python.compile(exists(NUMBER))({"number": 1}) is True
    assert python.compile(Exists(TAGS))({"tags": [None]}) is False


def test_a_type_of_the_host_is_folded_as_it_says() -> None:
    class Lower(Text):
        """Text stored in lower case."""

        def fold(self, op: Op, value: Anything) -> Anything:
            return super().fold(op, value.lower())

    assert python.compile(eq(Field("name", Lower()), "ABC"))({"name": "abc"}) is True


@pytest.mark.parametrize("take", [python.compile, lambda where: build(where, ACCESS["mapping"].member)])
def test_what_is_no_expression_is_named(take: Callable[[Anything], object]) -> None:
    odd: Anything = "odd"
    for _ in range(2):
        for where in (odd, Any(LINES, odd), Not(odd)):
            with pytest.raises(AssertionError, match="'odd'"):
                take(where)
