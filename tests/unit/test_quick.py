"""The short way through a query: what takes it, and what is kept for the next one."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from copy import copy
from decimal import Decimal as Number
from random import Random
from typing import Any, Literal
from zoneinfo import ZoneInfo

import pytest

import paramql as pq
from both_ways import NOW, SCHEMA, hold_alike, told, whole
from paramql.ast import TRUE, And, Compare, Op, Or, Scalar
from paramql.check.joined import _words
from paramql.check.quick import Quick
from paramql.instances import SCHEMA as INSTANCES
from paramql.plan import PlannedAnd
from paramql.simplify import simplify
from paramql.types import Clock, Folded, LiteralError
from paramql.types.base import fold_to


@pytest.mark.parametrize(
    "text",
    [
        "org=ttd&process.isComplete=true&lastChanged=gt:2019-05-01",
        "created=gte:2020-01-01T12:30:00Z&created=lt:2020-02&process.currentTask=in:Task_1,Task_2",
        "excludeConfirmedBy=ttd&size=20&order=desc:lastChanged",
        "instanceOwner.partyId=1337&appId=ttd/app%2D1&created=gt%3A2020-01-01",
        "id=not:eq:1337&process.ended=exists:true",
        "org=urn:ttd:x&appId=not:https://ttd.no/a",
        "org=eq:urn:ttd&appId=in:urn:a,b:c",
        "filter=or(org:ttd,and(created:gt:2020,any(data,and(dataType:model,size:gt:1000))))",
    ],
)
def test_usual_queries_go_the_short_way(text: str) -> None:
    assert hold_alike(INSTANCES, text)


@pytest.mark.parametrize(
    "text",
    [
        "id=0",
        "id=10&name=a",
        "id=999999999999999999",
        "size=1&id=1",
        "size=1000&id=1",
        "size=501&id=1",
        "customer.born=2019-05-01",
        "customer.born=gt:2019-05&id=1",
        "placed=2019-05-01T12:00:00Z&kind=new",
        "id=in:1,2",
        "id=in:(1,2)",
        "id=nin:( 1 , 2 )",
        "name=in:(a,b c)&open=true",
        "sized=gt:3",
        "utm_x=1&id=1",
        "order=name&id=1",
    ],
)
def test_usual_literals_go_the_short_way(text: str) -> None:
    assert hold_alike(SCHEMA, text)


_NARROW = pq.Schema(
    pq.Field("id", pq.Text(), unique=True, sortable=True),
    pq.Field("number", pq.Integer(), sortable=True),
    pq.Parameter("mine", pq.Text(), lambda value: pq.eq("id", value)),
    ignore=["x*"],
    size=5,
    max_size=7,
    limits=pq.Limits(operand=10, items=3),
)


@pytest.mark.parametrize("way", ["new", "again"])
@pytest.mark.parametrize(
    "text",
    [
        *(f"id={'a' * length}&number=1" for length in (10, 11)),
        *(f"id=in:a,{'b' * length}" for length in (10, 11)),
        *(f"id=in:{','.join('ab' * many)}&number=1" for many in (1, 2)),
        *(f"id=in:({','.join('abc'[:many])})" for many in (3, 2)),
        *(f"mine={'a' * length}" for length in (10, 11)),
        *(f"x={'a' * length}&id=a" for length in (10, 11, 3000)),
        *(f"id=a&size={size}" for size in (7, 8, "07", "0" * 9 + "7", "0" * 10 + "7")),
        *(f"id=a&order={order}" for order in ("id,number", "number,id", "desc:id,number")),
        *(
            f"filter={text}"
            for text in ("id:aaaaaaaaaa", "id:aaaaaaaaaaa", "or(id:a,number:1)", "or(id:aaaaaaaaaaa,id:b)")
        ),
        *(f"number={'1' * length}" for length in (10, 11)),
    ],
)
def test_what_is_as_long_as_allowed_is_allowed_both_ways(text: str, way: str) -> None:
    """Asked of a schema by itself, and after what has its shape."""
    if way == "again":
        with suppress(pq.QueryError):
            _NARROW.parse(text.replace("aa", "a"))
    assert told(_parsed(text)) == told(whole(_NARROW, text))
    hold_alike(_NARROW, text)


def _parsed(text: str) -> pq.Query | None:
    try:
        return _NARROW.parse(text, now=NOW)
    except pq.QueryError:
        return None


@pytest.mark.parametrize(
    "text",
    [
        "org:ttd",
        "or(org:ttd,and(created:gt:2020-01-01,not(created:lt:2020-02-01)))",
        "not(and(org:in:(ttd,nav),not(or(appId:not:ttd/app,created:lt:2020-01-01)),org:nin:(skd)))",
        "and(or(org:ttd))",
    ],
)
def test_groups_are_put_together_without_lark(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    expected = INSTANCES.parse_expression(text)
    monkeypatch.setattr("paramql.check.filters.parse_filter", None)
    found = Quick(INSTANCES).read(f"filter={text}", None, None)
    assert found is not None
    assert found.where == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "created=gt:today-1d",
        "org=",
        "nmae=x",
        "filter=or(org:ttd",
        "process.endEvent=x",
        "org=%zz",
        "org=a&&org=b",
        "org=EQ:a",
        "org=contain:a",
        "status.isArchived=urn:true",
    ],
)
def test_what_is_odd_goes_the_whole_way(text: str) -> None:
    assert not hold_alike(INSTANCES, text)


def test_operands_are_made_when_they_are_looked_at() -> None:
    query = SCHEMA.parse("id=1&name=a")
    assert isinstance(query.where, And)
    assert isinstance(SCHEMA.parse("filter=or(id:1,name:a)").where, Or)
    assert hash(query.where) == hash(And(query.where.operands))
    assert And(query.where.operands) == query.where != And(())
    assert copy(query.where) == query.where
    with pytest.raises(AttributeError, match="a query has no 'were'"):
        query.were  # type: ignore[attr-defined]  # noqa: B018 - it is looked at
    assert query.rest is not None
    assert query.with_page(size=3).page.size == 3
    assert SCHEMA.parse("placed=now").rest is None


def test_the_same_text_gives_the_same_query_until_its_time_is_looked_at() -> None:
    schema = pq.Schema(pq.Field("id", pq.Integer(), unique=True))
    schema.parse("id=1&id=in:1,2")
    first = schema.parse("id=1&id=in:1,2")  # met again, it is kept
    assert schema.parse("id=1&id=in:1,2") is first
    now = first.now
    again = schema.parse("id=1&id=in:1,2")
    assert again is not first
    assert again.now >= now == first.now == first.asked_at


def test_the_time_that_nobody_gives_is_now_in_utc() -> None:
    schema = pq.Schema(pq.Field("id", pq.Integer(), unique=True))
    before = dt.datetime.now(dt.UTC)
    for text in ("id=1&id=2", "filter=or(id:1,id:2)"):
        assert before <= schema.parse(text).now <= dt.datetime.now(dt.UTC)


def test_what_the_host_computes_is_computed_for_each_query() -> None:
    allowed = ["a"]
    mine = pq.Parameter("mine", pq.Boolean(), lambda _: pq.in_("id", list(allowed)))
    schema = pq.Schema(pq.Field("id", pq.Text(), unique=True), mine)
    seen = []
    for name in "bc":
        seen.append(schema.parse("mine=true&id=a").where)
        allowed.append(name)
    assert seen[0] != seen[1]


def test_rules_look_at_every_query() -> None:
    asked: list[str] = []
    schema = pq.Schema(pq.Field("id", pq.Integer(), unique=True), rules=[lambda query: asked.append(query.text)])
    for _ in range(3):
        schema.parse("id=1&id=2")
    assert len(asked) == 3


def test_rules_may_look_at_names_and_at_the_time() -> None:
    """Names are found by reading again, which asks no rule."""
    asked: list[str] = []

    def rule(query: pq.Query) -> None:
        asked.append(str(query.now + dt.timedelta(days=len(query.names))))

    schema = pq.Schema(pq.Field("id", pq.Integer(), unique=True), rules=[rule])
    assert set(schema.parse("filter=or(id:1,id:2)").names) == {"id"}
    assert len(asked) == 1


def test_what_is_kept_is_bounded_whatever_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("paramql.check.quick._MOST", 20)
    schema = pq.Schema(pq.Field("Name", pq.Text()), pq.Field("n", pq.Integer()), ignore=["x*"], ignore_case=True)
    quick, rng = Quick(schema), Random(1)
    for number in range(2000):
        name = "".join(rng.choice([char.lower(), char.upper()]) for char in "name")
        word = rng.choice(["", "eq:", "not:eq:", "ieq:", f"w{number}:", "not:not:", "gt:"])
        for text in (f"{name}={word}{number}", f"x{number}={number}&n=1", f"filter=or(n:1,and({name}:{word}{number}))"):
            quick.read(text, None, None)
            quick.read(text, None, None)
        assert max(len(quick.kept), len(quick._frames), len(quick._plans)) <= 20
    assert {head.partition("=")[0] for head in quick._heads} <= {"Name", "n", "filter"}
    assert {clause.partition(":")[0] for clause in quick._clauses._known} <= {"Name", "n"}
    assert len(quick._heads) + len(quick._clauses._known) <= 12
    for number in range(2000):
        with suppress(ValueError):
            _words("and(" * (number % 9) + "," * number)
    assert _words.cache_info().currsize <= 512


def test_what_strangers_name_drives_nothing_out() -> None:
    schema = pq.Schema(pq.Field("id", pq.Integer(), unique=True), ignore=["x*"])
    quick = Quick(schema)
    quick.read("id=1&id=2", None, None)
    before = dict(quick._heads), dict(quick._frames)
    for number in range(2000):
        assert quick.read(f"x{number}=1&id=1&x=2", None, None)
    assert (quick._heads, quick._frames) == before
    assert quick.read("&".join(["x=1"] * 500), None, None) is None
    assert schema.parse("&".join(["x=1"] * 500)).where == TRUE


def test_what_a_caller_may_use_decides_on_the_short_way_too() -> None:
    schema = pq.Schema(pq.Field("id", pq.Integer(), unique=True), pq.Field("a", pq.Text()), ignore=["x"])
    for _ in range(4):
        assert schema.parse("id=1&x=1&size=5", only={"id"}).where == schema.parse("id=1", only=frozenset(["id"])).where
        with pytest.raises(pq.QueryError, match="there is no parameter 'a'"):
            schema.parse("id=1&a=x", only=frozenset(["id"]))
        assert schema.parse("id=1&a=x", only=["id", "a"]) is not None
        assert schema.parse("filter=id:1", only=frozenset(["id"])).where == schema.parse("id=1").where
    with pytest.raises(TypeError, match="only takes a list of names"):
        schema.parse("id=1", only=frozenset([1]))  # type: ignore[list-item]


class Lower(pq.Text):
    """Text in lower case."""

    def parse(self, text: str, clock: Clock) -> str:
        return str(super().parse(text, clock)).lower()


class Small(pq.Integer):
    """A whole number up to ten."""

    def parse(self, text: str, clock: Clock) -> int:
        if (value := super().parse(text, clock)) > 10:
            raise LiteralError("invalid-value", "this is more than ten")
        return value


class Even(pq.Integer):
    """A whole number, of which the even ones are stored."""

    def fold(self, op: Op, value: Scalar) -> Folded | Literal[False]:
        assert isinstance(value, int)
        return fold_to(op, value - value % 2, value % 2 == 0)


def test_a_type_of_the_hosts_own_reads_alike_on_both_ways() -> None:
    schema = pq.Schema(pq.Field("l", Lower()), pq.Field("s", Small()), pq.Field("e", Even()))
    evens = ("e=4&s=5", "e=lt:4&s=5", "e=in:4,6&s=5", "filter=or(e:lt:4,s:5)", "e=5&s=5", "e=gt:5&s=5")
    for text in ("l=ABC", "l=in:A,B", "s=5", "filter=or(l:ABC,s:5)", *evens):
        assert schema.parse(text).where == schema.parse(text, lenient=True, zone=ZoneInfo("Europe/Oslo")).where
    assert schema.parse("l=ABC").where == Compare(schema["l"], Op.EQ, "abc")
    with pytest.raises(pq.QueryError):
        schema.parse("s=50")


def test_texts_of_a_target_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("paramql.backends.sql.assembled._MOST", 5)
    target, quick = pq.target("sqlite", SCHEMA, table="t"), Quick(SCHEMA)
    for number in range(1, 40):
        word = ["gt:", "lt:", "gte:", "lte:", "ne:", "eq:"][number % 6]
        query = quick.read("&".join([f"id={word}1"] * number) + "&name=" + ("gt:a" if number % 2 else "a"), None, None)
        assert query is not None
        assert str(pq.compile(query.where, target)).count("?") == number + 1
        assert max(len(target._assembled._texts), len(target._assembled._pieces)) <= 5


@pytest.mark.parametrize("style", ["qmark", "named", "numeric_dollar"])
@pytest.mark.parametrize("many", [2, 31, 32, 33])
def test_the_text_is_the_same_whatever_was_asked_before(style: str, many: int) -> None:
    """What is asked for the first time is put together of known parts; who keeps statements by their text sees one."""
    schema = pq.Schema(pq.Field("id", pq.Integer(), unique=True), pq.Field("name", pq.Text()))
    target = pq.target("sqlite", schema, table="t", paramstyle=style)
    pq.compile(schema.parse("name=a&id=1").where, target)
    for word in ("b", "c", "d"):
        where = schema.parse("&".join(["id=1"] * (many - 1) + [f"name={word}"])).where
        assert isinstance(where, PlannedAnd)
        assert pq.compile(where, target) == pq.compile(And(where.operands), target)


def test_parameters_that_no_literal_gives_stand_where_they_should() -> None:
    """Instants in a document are text that is looked at: what it must look like is a parameter, too."""
    schema = pq.Schema(pq.Field("id", pq.Integer(), unique=True), pq.Field("at", pq.DateTime()))
    target = pq.target("sqlite", schema, table="t", columns={"at": pq.JsonPath("document", "at")})
    where = schema.parse("id=1&at=gt:2019-05-01&id=lt:9").where
    assert isinstance(where, And)
    assert pq.compile(where, target) == pq.compile(And(where.operands), target)
    assert len(pq.compile(where, target).params) > 3


def test_where_seconds_are_stored_the_text_depends_on_the_fraction() -> None:
    schema = pq.Schema(pq.Field("at", pq.DateTime()), pq.Field("n", pq.Integer()))
    target = pq.target("sqlite", schema, table="t", columns={"at": pq.Column("at", storage="epoch_s")})
    for text in (
        "at=gt:2019-05-01T10:00:00.5Z&n=1",
        "at=gte:2019-05-01T10:00:00Z&n=1",
        "at=2019-05-01T10:00:00.5Z&n=1",
        "at=gte:2019-05-01T10:00:00Z&at=lt:2019-05-01T10:00:00.5Z",
    ):
        where = schema.parse(text).where
        assert isinstance(where, And)
        assert pq.compile(where, target) == pq.compile(And(where.operands), target)


def test_of_a_plan_there_are_as_many_literals_as_it_takes() -> None:
    query = SCHEMA.parse("id=1&name=a")
    assert isinstance(query.where, PlannedAnd)
    with pytest.raises(ValueError, match=r"^$"):
        query.where.plan.values(["1"])


def test_what_one_request_does_to_its_query_another_does_not_see() -> None:
    schema = pq.Schema(pq.Field("id", pq.Integer(), unique=True), pq.Field("a", pq.Text()))
    first = schema.parse("id=1&a=x")
    with pytest.raises(TypeError):
        first.values["u"] = 1  # type: ignore[index]
    with pytest.raises(AttributeError):
        first.names.clear()  # type: ignore[attr-defined]
    for style in ("named", "pyformat"):
        target = pq.target("postgresql", schema, table="t", paramstyle=style)
        params = pq.compile(first.where, target).params
        assert isinstance(params, dict)
        params["mine"] = 1
        assert "mine" not in pq.compile(schema.parse("id=1&a=x").where, target).params


@pytest.mark.parametrize(
    "text",
    [
        "filter=placed:exists:true&id=1",  # of a field that every record has: a constant, which leaves the shape
        "&".join(f"id={number}" for number in range(40)) + "&filter=or(" + ",".join(["id:1"] * 30) + ")",
        "filter=or(" + ",".join(["id:1"] * 65) + ")",
        "name=a&size=5&size=6",
        "name=exists:true&open=exists:true&note=exists:true&size=5&size=6",
        "name=a&order=id&order=desc:id",
        "name=a&order=nil",
        "name=" + "a" * 65 + "&id=1",
        "filter=and(name:" + "a" * 65 + ",id:1)",
        "name=a%00b&id=1",
        "name=%67t%3Aa&id=1",
        "filter=or(name: a,id:1)",
        'filter=or(name:"b",id:1)',
        'filter=or(id:in:(1"2"),name:a)',
        "filter=or(id:in:3,name:a)",
        "filter=or(id:in:(1 ),name:a)",
        "filter=or(name:a,not(and(id:1,lines:exists:true)))&name=exists:false&open=TRUE",
        "filter=or(name: ab,note: cd)",
        'filter=name:"name:bar"',  # within the quotes stands what looks like a clause
        'filter=or(id:1,name:"name:bar")',
        "filter=or(and(name:x,placed:exists:false),name:y)",  # of which one literal says nothing
        "name=a&open=TRUE",
        "name=a&size=1001",
        "filter=and(or(name:a,)id:1)",
        "filter=or(and()name:a)",
        "lines.at.moment=2019-W01-1",  # which Python would take for a date
        "name=contians:urn:x",  # which earns a notice
        "name=in:(ab,cd",
        "name=in:ab,cd)",
    ],
)
def test_what_a_plan_cannot_say_is_read_by_itself(text: str) -> None:
    assert not hold_alike(SCHEMA, text)


@pytest.mark.parametrize(
    "text",
    [
        "name=a&id=in:(1,2)&tags=in:a,%C3%A5&utm_x=1",
        "name=%C3%A5+b&id=1&note=icontains:%C3%85",
        "filter=or(name:a,not(and(id:1,lines:exists:true)))&name=exists:false&open=true",
        "filter=or(id:1,id:2,name:exists:false)",
        "filter=any(lines,quantity:in:(1,2))",
        "filter=or(name:a%20b,id:1)",
        "name=a&filter=or(id:1,name:b)&filter=not(id:2)",
        "filter=and(id:1,name:a)",
        "filter=not(any(lines,and(sku:a,quantity:in:(1,2))))&id=1",
        "name=exists:false&open=not:exists:true",
        "order=desc:name,id&name=a&id=1&size=3",
        "sized=gt:3&id=not:in:1,2",
        "price=1.5&ratio=2e3&customer.born=2019-05-01&ref=123E4567-E89B-12D3-A456-426614174000",
        "name=" + "å" * 60 + "&id=1",
        "name=a&size=1000",
        "name=a&size=999",
        "name=icontains:%EF%BF%BE&id=1",  # the text of SQLite is another for what GLOB does not tell apart
        "name=startswith:%F4%8F%BF%BF&note=icontains:%EF%BF%BE",
        "&".join(["id=1"] * 64),  # as many clauses as are allowed
        "&".join(["id=1"] * 64) + "&size=5&order=name",
        "filter=or(" + ",".join(["id:1"] * 64) + ")",
        "name=in:a,%C2%A0b",  # a blank that separates nothing
        "name=in:X,XL",
        "id=in:" + ",".join(["1"] * SCHEMA.limits.items),
        "name=in:" + "a" * 64,
        "name=icontains:\ufffe&id=1",
        "&".join(["name=exists:true", "open=not:exists:false"] * 16) + "&order=desc:id",
    ],
)
def test_a_plan_says_it(text: str) -> None:
    assert hold_alike(SCHEMA, text)


@pytest.mark.parametrize("operator", ["contains", "startswith", "icontains"])
@pytest.mark.parametrize("length", [511, 512, 513, 4096])
def test_a_plan_says_long_texts(operator: str, length: int) -> None:
    schema = pq.Schema(pq.Field("id", pq.Integer(), unique=True), pq.Field("name", pq.Text()), limits=LONG)
    assert hold_alike(schema, f"name={operator}:{'a' * length}&id=1")
    assert hold_alike(schema, "&".join(["id=1" + "0" * 16] * 63 + [f"name={operator}:{'a' * length}"]))


LONG = pq.Limits(operand=4096, folded_operand=4096)


def test_a_plan_says_as_long_a_query_as_there_may_be() -> None:
    schema = pq.Schema(pq.Field("id", pq.Integer(), unique=True), pq.Field("name", pq.Text()))
    text = "&".join(["name=" + "a" * 122] * 64) + "b"
    assert len(text) == schema.limits.query
    assert hold_alike(schema, text)


@pytest.mark.parametrize(
    ("type_", "whole", "finer"),
    [
        (pq.DateTime("ms"), dt.datetime(2019, 5, 1, 12, tzinfo=dt.UTC), dt.datetime(2019, 5, 1, 12, 0, 0, 5, dt.UTC)),
        (pq.DateTime("s"), dt.datetime(2019, 5, 1, 12, tzinfo=dt.UTC), dt.datetime(2019, 5, 1, 12, 0, 0, 5, dt.UTC)),
        (pq.Decimal(2), Number("2.5"), Number("2.505")),
    ],
)
@pytest.mark.parametrize("op", [Op.EQ, Op.IN, Op.GTE, Op.LT])
def test_what_is_finer_than_its_type_is_told_on_its_grid_whatever_was_asked_before(
    type_: Any, whole: Any, finer: Any, op: Op
) -> None:
    schema = pq.Schema(pq.Field("id", pq.Integer(), unique=True), pq.Field("v", type_, sortable=True))
    used = pq.target("sqlite", schema)
    for value in (whole, whole, finer, whole, finer):
        where = Compare(schema["v"], op, (value,) if op is Op.IN else value)
        assert pq.compile(where, used) == pq.compile(simplify(where), pq.target("sqlite", schema))
