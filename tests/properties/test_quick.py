"""The short way through a query says what the whole way says, and keeps no more than it has room for."""

from __future__ import annotations

import datetime as dt
from dataclasses import fields
from random import Random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

import paramql as pq
from paramql.ast import And, Or
from paramql.check import check
from paramql.check.quick import Quick
from paramql.instances import SCHEMA as INSTANCES
from paramql.types import Clock
from strategies import schemas, spelling, texts
from strategies.filters import draft
from strategies.rows import rows

SCHEMA = texts.SCHEMA
NOW = dt.datetime(2019, 5, 1, 12, tzinfo=dt.UTC)
MEMBERS = [field.name for field in fields(pq.Query) if field.name != "rest"]
TARGETS = {
    "sqlite": {"table": "t"},
    "postgresql": {"table": "t", "paramstyle": "named"},
    "mariadb": {"table": "t"},
    "python": {},
}


def told(query: pq.Query | None) -> dict[str, object] | None:
    """Every member of a query."""
    return None if query is None else {name: getattr(query, name) for name in MEMBERS}


def whole(schema: pq.Schema, text: str) -> pq.Query | None:
    """The query, read the whole way; None where there are problems."""
    try:
        return check(text, schema, Clock(NOW))
    except pq.QueryError:
        return None


def hold_alike(schema: pq.Schema, text: str) -> bool:
    """Whether the short way, new and again, reads a text; what it reads must be what the whole way reads."""
    quick, expected = Quick(schema), whole(schema, text)
    for _ in range(2):
        found = quick.read(text, NOW, None)
        if found is None:
            return False
        assert expected is not None, text
        assert told(found) == told(expected), text
        assert repr(found) == repr(expected)
        hold_compiled_alike(schema, found.where, expected.where)
    return True


def hold_compiled_alike(schema: pq.Schema, one: pq.Expression, other: pq.Expression) -> None:
    for name, options in TARGETS.items():
        target = pq.target(name, schema, **options)
        made = [compiled(where, target) for where in (one, other, one)]
        assert made[0] == made[1] == made[2], (name, one)


def compiled(where: pq.Expression, target: pq.Target) -> object:
    """The text and parameters, the source, or why there is none."""
    try:
        made = pq.compile(where, target)
    except pq.CapabilityError as error:
        return str(error)
    return made.source if target.backend == "python" else made


# The two ways, of any text


@given(texts.raw)
@example("name=eq:&name=not:a&note=icontains:%C3%85&tags=in:a,%22%22,a")
@example("utm_x=1&utm_y=%zz&name=a")
@example("sized=gt:3&sized=3&name=exists:TRUE&lines=not:exists:false")
@example("placed=gt:2019-05-01T10:00:00 02:00&ratio=1e 5")
@example("order=id,desc:name&size=5&size=6&id=1")
@example("order=desc:name&order=id&name=x&size=005")
@example("filter=id:1&name=x")
@example("name=eq:a:b&name=not:a:b&name=x:y&name=neq:b")
@example("name=%EF%BF%BD&name=%00")
@example("name=eq%3Aa&id=%31&filter=id%3A1&name=%67t%3Ab")
@example("name=" + "a" * 65 + "&id=1")
@example("note=icontains:" + "a" * 129 + "&id=1")
@example("&".join(["id=1"] * 65))
@example("filter=or(id:1,name:exists:true)&filter=not(any(lines,and(sku:a,quantity:in:(1, 2))))")
@example("filter=or(id:exists:true,name:a)&id=1")
@example('filter=or(name:"b",id:1)&id=1')
@example("filter=or(name: b ,id:1)&id=1")
@example("filter=or(name:eq:(b,id:1)&id=1")
@example("filter=and(placed:now-1d,id:1)&placed=lt:today&id=1")
@example("placed=2019-05-01T10:00:00.1234Z&placed=2019-05-01T10:00:00.123Z")
@example("price=1.005&price=1.00&ratio=nan&ratio=1e999&kind=a, b&kind=eq:gt:")
@example("customer.born=2019-05-01&ref=123E4567-E89B-12D3-A456-426614174000&sizes=٣&id=²")
def test_both_ways_say_the_same(text: str | bytes) -> None:
    if isinstance(text, str):
        hold_alike(SCHEMA, text)


@given(st.integers(0, 2**32))
def test_generated_queries_mean_the_same_both_ways(seed: int) -> None:
    rng = Random(seed)
    wanted = rng.sample(schemas.everything(), 4)
    schema = schemas.schema(rng, wanted)
    record = rows(schema.fields, rng, 1)[0].record(schema.fields)
    for one in wanted:
        text = spelling.query(draft(schema, record, one, rng)[0], rng, ignore_case=schema.ignore_case)
        hold_alike(schema, text)


@given(st.integers(0, 2**32))
def test_a_plan_made_of_one_query_serves_another(seed: int) -> None:
    """What is kept of a query is right for all queries of its shape: literals change, the text around them does not."""
    rng, quick = Random(seed), Quick(SCHEMA)
    for _ in range(6):
        text = rng.choice(SHAPES).format(
            word=rng.choice(WORDS), number=rng.choice(NUMBERS), day=rng.choice(DAYS), flag=rng.choice(["true", "False"])
        )
        found, expected = quick.read(text, NOW, None), whole(SCHEMA, text)
        if found is not None:
            assert expected is not None, text
            assert told(found) == told(expected), text
            hold_compiled_alike(SCHEMA, found.where, expected.where)


SHAPES = [
    "name={word}&id={number}",
    "name=startswith:{word}&id=in:{number},7&customer.born=lt:{day}",
    "placed=gte:{day}&placed=lt:{day}&open={flag}&size=5",
    "filter=or(name:{word},and(id:gt:{number},not(placed:{day})))",
    "filter=and(id:in:({number},8),tags:{word})&tags=not:{word}",
    "filter=any(lines,and(sku:{word},quantity:{number}))&name=exists:{flag}",
    "filter=or(name:exists:{flag},customer.name:ieq:{word})&note=icontains:{word}",
    "price={number}&order=desc:name&ratio=lte:{number}",
]
WORDS = [
    "a",
    "Å",
    "",
    "a,b",
    "a)b",
    '"q"',
    " a ",
    "x:y",
    "gt:a",
    "\uffff",
    "\U0010ffff",
    "%41",
    "a+b",
    "b" * 600,
    "(c)",
]
NUMBERS = ["1", "-1", "0", "01", "9" * 20, "1.5", "2.505", "x", "٣", "%31", "1e3"]
DAYS = [
    "2019-05-01",
    "2019-05",
    "now-1d",
    "2019-05-01T10:00:00Z",
    "2019-05-01T10:00:00.5Z",
    "2019-02-30",
    "%32019-05-01",
]


# What goes which way


@pytest.mark.parametrize(
    "text",
    [
        "org=ttd&process.isComplete=true&lastChanged=gt:2019-05-01",
        "created=gte:2020-01-01T12:30:00Z&created=lt:2020-02&process.currentTask=in:Task_1,Task_2",
        "excludeConfirmedBy=ttd&size=20&order=desc:lastChanged",
        "instanceOwner.partyId=1337&appId=ttd/app%2D1&created=gt%3A2020-01-01",
        "id=not:eq:1337&process.ended=exists:true",
        "filter=or(org:ttd,and(created:gt:2020,any(data,and(dataType:model,size:gt:1000))))",
    ],
)
def test_usual_queries_go_the_short_way(text: str) -> None:
    assert hold_alike(INSTANCES, text)


@pytest.mark.parametrize(
    "text",
    ["", "created=gt:today-1d", "org=", "nmae=x", "filter=or(org:ttd", "process.endEvent=x", "org=%zz", "org=a&&org=b"],
)
def test_what_is_odd_goes_the_whole_way(text: str) -> None:
    assert not hold_alike(INSTANCES, text)


def test_operands_are_made_when_they_are_looked_at() -> None:
    query = SCHEMA.parse("id=1&name=a")
    assert isinstance(query.where, And)
    assert isinstance(SCHEMA.parse("filter=or(id:1,name:a)").where, Or)
    assert hash(query.where) == hash(And(query.where.operands))
    assert And(query.where.operands) == query.where != And(())


def test_the_same_text_gives_the_same_query_until_its_time_is_looked_at() -> None:
    schema = pq.Schema(pq.Field("id", pq.Integer(), unique=True))
    first = schema.parse("id=1&id=in:1,2")
    assert schema.parse("id=1&id=in:1,2") is first
    now = first.now
    again = schema.parse("id=1&id=in:1,2")
    assert again is not first
    assert again.now >= now == first.now == first.asked_at


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


def test_what_is_kept_is_bounded_whatever_is_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("paramql.check.quick._MOST", 20)
    schema = pq.Schema(pq.Field("Name", pq.Text()), pq.Field("n", pq.Integer()), ignore=["x*"], ignore_case=True)
    quick, rng = Quick(schema), Random(1)
    for number in range(2000):
        name = "".join(rng.choice([char.lower(), char.upper()]) for char in "name")
        word = rng.choice(["", "eq:", "not:eq:", "ieq:", f"w{number}:", "not:not:", "gt:"])
        for text in (f"{name}={word}{number}", f"x{number}={number}&n=1", f"filter=or(n:1,and({name}:{word}{number}))"):
            quick.read(text, None, None)
        assert max(len(quick.kept), len(quick._heads), len(quick._frames), len(quick._plans)) <= 20


def test_texts_of_a_target_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("paramql.backends.sql.assembled._MOST", 5)
    target, quick = pq.target("sqlite", SCHEMA, table="t"), Quick(SCHEMA)
    for number in range(1, 40):
        query = quick.read("&".join(["id=1"] * number) + "&name=" + ("gt:a" if number % 2 else "a"), None, None)
        assert query is not None
        assert str(pq.compile(query.where, target)).count("?") == number + 1
        assert max(len(target._assembled._texts), len(target._assembled._pieces)) <= 5


def test_where_seconds_are_stored_the_text_depends_on_the_fraction() -> None:
    schema = pq.Schema(pq.Field("at", pq.DateTime()), pq.Field("n", pq.Integer()))
    target = pq.target("sqlite", schema, table="t", columns={"at": pq.Column("at", storage="epoch_s")})
    for text in (
        "at=gt:2019-05-01T10:00:00.5Z&n=1",
        "at=gte:2019-05-01T10:00:00Z&n=1",
        "at=2019-05-01T10:00:00.5Z&n=1",
    ):
        where = schema.parse(text).where
        assert isinstance(where, And)
        assert pq.compile(where, target) == pq.compile(And(where.operands), target)


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
