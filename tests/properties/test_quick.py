"""The short way through a query says what the whole way says."""

from __future__ import annotations

from random import Random

from hypothesis import example, given
from hypothesis import strategies as st

from both_ways import NOW, SCHEMA, hold_alike, hold_compiled_alike, told, whole
from paramql.check.quick import Quick
from strategies import schemas, spelling, texts
from strategies.filters import draft
from strategies.rows import rows

# The two ways, of any text

WORDS_OF_GROUPS = [
    "and(",
    "or(",
    "name:eq:",
    "name:not:",
    "not(",
    ")",
    ")",
    ",",
    ",",
    "id:1",
    "name:not:a",
    "id:gt:2",
    "id:in:(",
    "id:in:3",
    "id:gt:(",
    "name:a b",
    " ",
]
WORDS_OF_GROUPS += ["tags:a", "placed:2019-05-01", "id:1),", "any(lines,", "lines:exists:true", '"', "id:x"]


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
@example("filter=placed:exists:true&id=1")
@example("filter=placed:exists:false&filter=id:1")
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


@given(st.lists(st.sampled_from(WORDS_OF_GROUPS), min_size=1, max_size=24).map("".join))
@example("and(id:1,or(id:2,and(id:3,not(and(id:4,id:5)))))")
@example("not(not(and(not(id:1),and(id:2,id:3))))")
@example("or(or(id:1),id:in:(1,2),not(or(name:a,or(id:nin:(3),name:ne:b))))")
@example("not(id:1,id:2)")
@example("and(id:1,)")
@example("and()")
@example("or(name:eq:,name:x)")
@example("or(name:not:,name:x)")
@example("name:eq:")
@example("id:in:3")
@example("and(id:not:in:3,id:1)")
@example("and(id:1")
@example("id:1)")
@example("id:1,id:2")
@example("id:in:(1,2")
@example("and(id:in:(1),id:2")
@example("and(id:in:(1 ),id:2)")
@example("and( id:1, id:2 )")
@example("or(or:a,and:b)")
@example("not(" * 8 + "id:1" + ")" * 8)
@example("not(" * 9 + "id:1" + ")" * 9)
def test_any_words_of_groups_mean_the_same_both_ways(text: str) -> None:
    hold_alike(SCHEMA, "filter=" + text)
    hold_alike(SCHEMA, f"name=x&filter=and(id:1,{text})&filter={text}")


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
