"""What cases cannot say: whole sentences, the names that a query used, the host's functions, and time."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any as Anything

import pytest

import paramql as pq
from asking import NOON, problem, refused
from paramql.ast import Compare, Draft, FineDateTime, Op
from paramql.check import wording
from paramql.problems import CODES
from paramql.source import Span
from paramql.types import Type

LINES = pq.Field("lines", pq.ListOf(pq.Record(pq.Field("sku", pq.Text()), pq.Field("quantity", pq.Integer()))))
LEAVES = pq.Field("leaves", pq.ListOf(pq.Record(pq.Field("green", pq.Boolean()))))
TREES = pq.Field("trees", pq.ListOf(pq.Record(LEAVES)))
SCHEMA = pq.Schema(
    pq.Field("id", pq.Integer(), unique=True),
    pq.Field("name", pq.Text(), sortable=True),
    pq.Field("lastChanged", pq.DateTime(), sortable=True),
    pq.Field("due", pq.Date()),
    pq.Field("price", pq.Decimal(2)),
    pq.Field("ratio", pq.Float()),
    pq.Field("archived", pq.Boolean()),
    pq.Field("key", pq.Uuid()),
    pq.Field("status", pq.Choice("open", "closed")),
    pq.Field("tags", pq.ListOf(pq.Text())),
    pq.Field("secret", pq.Text(), filterable=False),
    LINES,
    TREES,
    pq.Parameter("verbose", pq.Boolean(), None),
    pq.Parameter("old", pq.Text(), None, notice="old is going away"),
    pq.Field("title", pq.Text(), operators=["contains"]),
    ignore=["utm_*"],
    tokens=pq.Tokens({"k": bytes(32)}),
)

# --- sentences

_DATETIME = "such as 2019-05-01T12:30:00Z, 2019-05-01, 2019-05 or today-7d"
_TEXT = "eq, ne, in, nin, contains, startswith, endswith, ieq, icontains, istartswith, iendswith, exists"
_TOKEN = "take it from the next link of the page before, with the same query"
_SENTENCES = [
    ("lastChange=1", "there is no parameter 'lastChange'", "did you mean lastChanged?"),
    ("nothingLikeIt=1", "there is no parameter 'nothingLikeIt'", None),
    ("=1", "a parameter needs a name", None),
    ("oder=name", "there is no parameter 'oder'", "did you mean order?"),
    ("filter=nmae:1", "there is no field 'nmae'", "did you mean name?"),
    ("filter=any(line,sku:1)", "there is no field 'line'", "did you mean lines?"),
    ("filter=any(lines,skuu:1)", "an element of 'lines' has no field 'skuu'", "did you mean sku?"),
    ("filter=any(lines,size:1)", "an element of 'lines' has no field 'size'", None),
    ("filter=any(trees.leaves,gren:true)", "an element of 'trees.leaves' has no field 'gren'", "did you mean green?"),
    ("filter=any(tags,x:1)", "any takes a list of records, which 'tags' is not", None),
    ("filter=all(name,x:1)", "all takes a list of records, which 'name' is not", None),
    ("id=gtt:5", "'gtt' is not an operator", "did you mean gt?"),
    ("id=neq:5", "'neq' is not an operator", "did you mean ne?"),
    ("id=GT:5", "'GT' is not an operator", "did you mean gt?"),
    ("archived=is:true", "'is' is not an operator", "operators here: eq, ne, exists"),
    ("id=not:not:5", "'not' is not an operator", "not: may stand once, before the operator"),
    ("name=gt:x", "'name' does not take gt", f"operators here: {_TEXT}"),
    ("lines=5", "'lines' does not take eq", "operators here: exists"),
    ("verbose=not:true", "'verbose' does not take not", "operators here: eq"),
    ("id=five", "'five' is not an integer", "a whole number such as 12 or -3"),
    ("id=9223372036854775808", "9223372036854775808 is beyond 64 bits", f"from {-(2**63)} to {2**63 - 1}"),
    ("price=1e3", "'1e3' is not a decimal number", "a number such as 12.50, without exponent"),
    ("price=12345678901234567", "12345678901234567 is too large", "at most 16 digits before the point"),
    ("ratio=.5", "'.5' is not a number", "a number such as 1.5 or 2e10"),
    ("ratio=1e999", "1e999 is beyond a double", "up to about 1.8e308"),
    ("archived=yes", "'yes' is neither true nor false", "true or false"),
    ("id=exists:1", "'1' is neither true nor false", "true or false"),
    ("key=x", "'x' is not a UUID", "such as 123e4567-e89b-12d3-a456-426614174000"),
    ("status=opened", "'opened' is not one of the words that may stand here", "one of open, closed"),
    ("lastChanged=gt:2019-13-01", "there is no month 13", "months run from 01 to 12"),
    ("lastChanged=2019-02-30", "there is no day 2019-02-30", "the days of 2019-02 run from 01 to 28"),
    ("lastChanged=yesterday", "'yesterday' is not a date-time", _DATETIME),
    ("lastChanged=now-9999y", "'now-9999y' is outside the calendar", "years 0001 to 9999, in UTC"),
    ("due=today-1h", "'h' is finer than a day", "units of a date are d, w, mo and y"),
    ("lastChanged=", "a value is missing here", _DATETIME),
    ("name=", "a value is missing here", 'the empty text is asked for by eq: alone, in a list by ""'),
    ("filter=", "a value is missing here", None),
    ("order=", "a value is missing here", "such as desc:name"),
    ("size=", "a value is missing here", "from 1 to 1,000"),
    ("name=%zz", "'%zz' is not percent-encoded UTF-8", "a percent sign itself is written %25"),
    ("name=%00", "U+0000 cannot stand in a query", None),
    ("filter=or(id:1", "expected ')' or ',', found the end", None),
    ("filter=AND(id:1)", "'AND' is no group: groups are lower case", "did you mean and(?"),
    ("filter=xor(id:1)", "there is no group 'xor'", "there are and( or( not( any( all("),
    (r'key=in:"\n"', 'within double quotes a backslash stands before " or \\ only: \\" and \\\\', None),
    ('filter=name:x:"y"', "double quotes stand round the whole value, or not at all", None),
    ('filter=name:eq:x:"y"', "double quotes stand round the whole value, or not at all", None),
    ("title=urn:x", "'title' does not take eq", "operators here: contains"),
    ("continuationToken=", "the continuation token is not valid for this query", _TOKEN),
    ("size=5&size=5", "'size' is given twice", "give it once"),
    ("order=name,desc:name", "'name' is given twice", "give it once"),
    ("verbose=true&verbose=true", "'verbose' is given twice", "give it once"),
    ("size=5.0", "'5.0' is not a number of records", "from 1 to 1,000"),
    ("size=010", "'010' is not a number of records", "from 1 to 1,000, without leading zeros"),
    ("size=1001", "a page has from 1 to 1,000 records, not 1001", None),
    ("order=nam", "'nam' cannot be sorted by", "did you mean name?"),
    ("order=status", "'status' cannot be sorted by", "sortable: name, lastChanged"),
    ("order=DESC:name", "'DESC' is not a direction", "did you mean desc?"),
    ("order=name:desc", "'name' is not a direction", "asc or desc, before the name: desc:name"),
    ("name=" + "x" * 1025, "the value is 1,025 characters long; at most 1,024 are allowed", None),
    ("name=ieq:" + "x" * 129, "the value is 129 characters long; at most 128 are allowed", None),
    ("x=" + "x" * 8191, "the query is 8,193 characters long; at most 8,192 are allowed", None),
    ("&".join(["id=1"] * 65), "there are 65 clauses in the query; at most 64 are allowed", None),
    ("id=in:" + ",".join(["1"] * 300), "there are 300 items in the list; at most 256 are allowed", None),
    ("filter=" + "not(" * 9, "nested 9 levels deep here; at most 8 of and, or, not, any, all", None),
    ("filter=" + "any(lines," * 4, "nested 4 levels deep here; at most 3 of any, all", None),
]


@pytest.mark.parametrize(("text", "message", "hint"), _SENTENCES, ids=lambda text: (text or "")[:40])
def test_a_mistake_is_told_in_a_sentence(text: str, message: str, hint: str | None) -> None:
    found = problem(SCHEMA, text)
    assert (found.message, found.hint) == (message, hint)
    of_all = text.count("&") == 64 or len(text) > 8192
    assert found.parameter == (None if of_all else text.partition("=")[0])


def test_every_problem_that_a_query_alone_can_have_is_among_the_sentences() -> None:
    codes = {problem(SCHEMA, text).code for text, _, _ in _SENTENCES}
    assert codes == CODES - {"conflict"}


_OPERATOR = "did you mean the operator"
_NOTICES = [
    ("due=gt:now+1d", "repaired-plus", "a blank was read as '+'", "a plus sign in a URL is written %2B"),
    ("name=GT:x", "looks-like-operator", "'GT:' was read as part of the text", "did you mean the operator gt?"),
    ("name=exist:x", "looks-like-operator", "'exist:' was read as part of the text", f"{_OPERATOR} exists?"),
    ("old=x", "parameter", "old is going away", None),
    ("nmae=x", "ignored-parameter", "there is no parameter 'nmae'; it was ignored", "did you mean name?"),
]


@pytest.mark.parametrize(("text", "code", "message", "hint"), _NOTICES)
def test_a_doubt_is_told_in_a_sentence(text: str, code: str, message: str, hint: str | None) -> None:
    (notice,) = SCHEMA.parse(text, lenient=True, now=NOON).notices
    assert (notice.code, notice.message, notice.hint) == (code, message, hint)
    assert notice.parameter == text.partition("=")[0]


def test_notices_are_in_order_of_position() -> None:
    query = SCHEMA.parse("filter=name:GT:x&old=x&nope=1&name=contians:y", lenient=True)
    assert [notice.span.start for notice in query.notices] == [12, 17, 23, 35]


def test_an_element_is_never_asked_less_than_was_written() -> None:
    """Not even leniently: what is left out of a quantifier changes what it selects."""
    assert problem(SCHEMA, "filter=any(lines,nope:1)", lenient=True).code == "unknown-parameter"


# --- what cannot stand in a query


@pytest.mark.parametrize("text", ["name=a\0&id=x", b"name=a\0&id=x", b"name=a\0&id=\xff"])
def test_of_what_cannot_stand_in_a_query_the_character_is_told(text: str | bytes) -> None:
    first, _ = refused(SCHEMA, text)
    assert (first.code, first.message) == ("unsupported-character", "U+0000 cannot stand in a query")


def test_of_an_expression_that_is_no_text_nothing_else_is_told() -> None:
    with pytest.raises(pq.QueryError) as caught:
        SCHEMA.parse_expression("nmae:\0")
    assert [one.code for one in caught.value.problems] == ["unsupported-character"]


def test_an_error_has_the_text_that_was_sent() -> None:
    """Of bytes that are no text, a mark in the place of each."""
    for sent, kept in (("name=\ud800", "name=\ud800"), (b"name=\xed\xff", "name=\ufffd\ufffd")):
        with pytest.raises(pq.QueryError) as caught:
            SCHEMA.parse(sent)
        assert caught.value.text == kept


# --- how long a query with a token may be

_SHORT = pq.Schema(
    pq.Field("name", pq.Text()), limits=pq.Limits(query=100), tokens=SCHEMA.tokens, controls={"continuationToken": "t"}
)


@pytest.mark.parametrize("length", [1, 96, 97])
def test_a_token_may_be_as_long_as_the_query_is_allowed_to_be(length: int) -> None:
    assert problem(_SHORT, "name=" + "x" * 95 + "&t=" + "y" * length).code == "invalid-token"  # and not too-long


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("name=" + "x" * 96, 101),
        ("name=" + "x" * 96 + "&t=" + "y" * 20, 124),
        ("name=" + "x" * 95 + "&t=" + "y" * 98, 201),
        ("name=x&t=" + "y" * 192, 201),
        ("name=å&t=" + "y" * 190, 204),  # as it stands in a URL
        ("name=å&t=" + "y" * 191, 205),
        ("name=å&t=" + "y" * 192, 201),  # it is not looked at further
    ],
)
def test_of_a_query_that_is_too_long_the_length_is_told(text: str, found: int) -> None:
    message = f"the query is {found} characters long; at most 100 are allowed"
    assert problem(_SHORT, text) == pq.Problem("too-long", message, None, Span(0, len(text)))


# --- what is shown of what was sent

_LONG, _STRANGE = "x" * 500, "a\u202e\x1b[31m\r\nb" * 10


@pytest.mark.parametrize("value", [_LONG, _STRANGE])
@pytest.mark.parametrize(
    "text",
    [
        "{}=1",
        "id={}",
        "price={}",
        "ratio={}",
        "key={}",
        "status={}",
        "archived={}",
        "lastChanged={}",
        "due={}",
        "due=in:{}",
        "order={}",
        "order={}:name",
        "size={}",
        "filter={}:1",
        "filter={}(id:1)",
        "filter=any({},x:1)",
        "filter=any(lines,{}:1)",
        "filter=id:{}",
        "{}=%zz",
        "{}=%00",
    ],
)
def test_nothing_sent_is_shown_at_length_or_with_effects(text: str, value: str) -> None:
    for found in refused(SCHEMA, text.format(value.replace("\r\n", "%0d%0a"))):
        shown = (found.message, found.parameter or "", found.hint or "")
        assert all(said.isprintable() for said in shown)
        assert len(found.message) < 64 + 60
        assert len(found.parameter or "") <= 64


def test_a_notice_shows_no_more() -> None:
    (notice,) = SCHEMA.parse(f"{_STRANGE.replace(chr(13), '%0d')}=1", lenient=True).notices
    assert notice.message.isprintable()
    assert len(notice.parameter or "") <= 64


# --- suggestions


@pytest.mark.parametrize(
    ("word", "candidates", "guess"),
    [
        ("lastchange", ["created", "lastChanged", "changed"], "lastChanged"),
        ("ogr", ["org", "appId"], "org"),
        ("ORG", ["org"], "org"),
        ("stauts.isarchivd", ["status.isArchived", "status.isSoftDeleted", "archived"], "status.isArchived"),
        ("zzz", ["org", "appId"], None),
        ("", ["org"], None),
        ("o" * 63 + "g", ["o" * 64], "o" * 64),
        ("o" * 65, ["o" * 64], None),
        ("i", ["id"], "id"),
        ("org", [], None),
    ],
)
def test_the_nearest_name_is_suggested_if_it_is_near(word: str, candidates: list[str], guess: str | None) -> None:
    assert wording.nearest(word, candidates) == (guess and f"did you mean {guess}?")


def test_tokens_are_suggested_where_there_are_some() -> None:
    field = pq.Field("id", pq.Integer(), unique=True)
    with_tokens = pq.Schema(field, tokens=pq.Tokens({"k": b"k" * 32}))
    assert problem(with_tokens, "continuationTokn=x").hint == "did you mean continuationToken?"
    assert problem(pq.Schema(field), "continuationTokn=x").hint is None


@pytest.mark.parametrize(("count", "hint"), [(12, "f11"), (13, "f11, …"), (20, "f11, …")])
def test_many_sortable_fields_are_not_all_listed(count: int, hint: str) -> None:
    many = pq.Schema(*(pq.Field(f"f{number}", pq.Integer(), sortable=True) for number in range(count)))
    listed = ", ".join(f"f{number}" for number in range(11))
    assert problem(many, "order=nothing").hint == f"sortable: {listed}, {hint}"


def test_where_nothing_is_sortable_nothing_is_listed() -> None:
    assert problem(pq.Schema(pq.Field("n", pq.Integer())), "order=n").hint is None


@pytest.mark.parametrize(
    ("text", "operator"),
    [
        ("contians:x", "contains"),
        ("containss:x", "contains"),
        ("ontains:x", "contains"),
        ("contaims:x", "contains"),
        ("exist:x", "exists"),
        ("not:startwith:x", "startswith"),
        ("In:x", "in"),
        ("NOT:x", "not"),
        ("iendwsith:x", "iendswith"),
    ],
)
def test_text_that_is_one_slip_from_an_operator_earns_a_notice(text: str, operator: str) -> None:
    (notice,) = SCHEMA.parse(f"name={text}").notices
    assert notice.hint == f"did you mean the operator {operator}?"


@pytest.mark.parametrize("text", ["urn:x", "gtt:x", "contnias:x", "consist:x", "eq:contians:x", "http:x", "cnotians:x"])
def test_other_text_earns_none(text: str) -> None:
    assert SCHEMA.parse(f"name={text}").notices == ()


# --- names


def test_a_query_says_which_names_it_used_and_where_each_first_stands() -> None:
    text = "name=x&filter=or(any(lines,sku:y),id:1,lines.quantity:gt:0)&name=z&verbose=true&utm_x=1&order=lastChanged"
    assert SCHEMA.parse(text).names == {
        "name": Span(0, 4),
        "lines": Span(21, 26),
        "lines.sku": Span(27, 30),
        "id": Span(34, 36),
        "lines.quantity": Span(39, 53),
        "verbose": Span(67, 74),
    }


def test_names_are_as_declared_by_way_of_the_lists() -> None:
    schema = pq.Schema(TREES, ignore_case=True)
    names = SCHEMA.parse("filter=any(trees,all(leaves,green:true))").names
    assert list(names) == ["trees", "trees.leaves", "trees.leaves.green"]
    assert list(schema.parse("filter=any(TREES.Leaves,GREEN:true)").names) == ["trees.leaves", "trees.leaves.green"]


@pytest.mark.parametrize(
    ("only", "text", "allowed"),
    [
        (["lines"], "lines.sku=x", True),
        (["lines"], "filter=any(lines,quantity:1)", True),
        (["lines.sku"], "lines.sku=x", True),
        (["lines.sku"], "filter=any(lines,sku:x)", True),
        (["lines.sku"], "filter=any(lines,quantity:1)", False),
        (["lines.sku"], "lines=exists:true", False),
        (["lines.sku"], "lines.quantity=1", False),
        (["lines"], "linesx=1", False),
        (["trees.leaves"], "filter=any(trees,any(leaves,green:true))", True),
        (["trees.leaves.green"], "filter=any(trees.leaves,green:true)", True),
        (["trees.leaves.green"], "filter=any(trees,leaves:exists:true)", False),
        (["name"], "order=name", True),
        (["name"], "order=lastChanged", False),
        (["verbose"], "verbose=true", True),
        (["name"], "verbose=true", False),
        (["secret"], "secret=x", False),
        ([], "id=1", False),
    ],
)
def test_a_caller_may_use_what_stands_in_only_and_what_is_below_it(only: list[str], text: str, allowed: bool) -> None:
    if allowed:
        SCHEMA.parse(text, only=only)
    else:
        assert problem(SCHEMA, text, only=only).code in ("unknown-parameter", "not-sortable")


# --- parameters that are the host's functions


def parametrized(where: Callable[..., Draft], type_: Type, **options: Anything) -> pq.Schema:
    fields = (pq.Field("at", pq.DateTime()), pq.Field("name", pq.Text()), pq.Field("n", pq.Integer()))
    return pq.Schema(*fields, pq.Parameter("p", type_, where, **options))


def refusing(value: str) -> Draft:
    raise ValueError("" if value == "empty" else f"nobody knows {value}")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("x", "nobody knows x"),
        ("empty", "this value cannot be used here"),
        ("y" * 200, f"nobody knows {'y' * 63}…"),
        ("a%0d%0ab", r"nobody knows a\r\nb"),
    ],
)
def test_a_refusal_of_the_host_is_an_invalid_value(value: str, message: str) -> None:
    schema = parametrized(refusing, pq.Text())
    found = problem(schema, f"p={value}")
    assert (found.code, found.message, found.hint) == ("invalid-value", message, None)
    assert found.span == (2, 2 + len(value))


def test_of_a_list_each_item_is_refused_in_its_place() -> None:
    found = refused(parametrized(refusing, pq.Text()), "p=in:x,y")
    assert [(one.message, one.span) for one in found] == [("nobody knows x", (5, 6)), ("nobody knows y", (7, 8))]


def test_of_a_list_with_a_mistake_the_host_is_asked_nothing() -> None:
    found = refused(parametrized(refusing, pq.Integer()), "p=in:1,x")
    assert [one.message for one in found] == ["'x' is not an integer"]


def test_a_mistake_in_the_function_of_the_host_is_not_hidden() -> None:
    with pytest.raises(TypeError):
        parametrized(lambda value: value + 1, pq.Text()).parse("p=x")
    with pytest.raises(KeyError):
        parametrized(lambda value: pq.eq("nope", value), pq.Text()).parse("p=x")
    with pytest.raises(TypeError, match="'n' does not take contains"):
        parametrized(lambda value: pq.contains("n", value), pq.Text()).parse("p=x")


@pytest.mark.parametrize(
    ("type_", "field", "value"),
    [
        (pq.Text(), pq.Choice("open"), "x"),
        (pq.Text(), pq.Uuid(), "x"),
        (pq.Text(), pq.Decimal(2), "x"),
        (pq.Text(), pq.Integer(), "x"),
        (pq.Integer(), pq.Decimal(2, digits=4), "100"),
        (pq.DateTime(), pq.Date(), "2019-05-01T00:00:00.1234567Z"),
    ],
)
def test_a_value_that_does_not_fit_the_field_is_an_invalid_value(type_: Type, field: Type, value: str) -> None:
    schema = pq.Schema(pq.Field("c", field), pq.Parameter("p", type_, lambda asked: pq.eq("c", asked)))
    found = problem(schema, f"p={value}")
    assert (found.code, found.message, found.span) == (
        "invalid-value",
        "this value cannot be used here",
        (2, 2 + len(value)),
    )


def test_of_a_list_the_item_that_does_not_fit_is_told() -> None:
    def where(value: str) -> Draft:
        return pq.eq("n", 1 if value == "1" else value)

    (found,) = refused(parametrized(where, pq.Text()), "p=in:1,x")
    assert (found.code, found.span) == ("invalid-value", (7, 8))


@pytest.mark.parametrize(
    "where",
    [
        lambda value: pq.eq("n", 1 // (value - 9999)),
        lambda value: pq.eq("n", int(10.0**value)),
        lambda value: pq.eq("n", 10**value),
        lambda value: SCHEMA.bind(pq.eq("id", str(value))),
    ],
)
def test_arithmetic_that_fails_is_an_invalid_value(where: Callable[..., Draft]) -> None:
    found = problem(parametrized(where, pq.Integer()), "p=9999")
    assert (found.code, found.message, found.span) == ("invalid-value", "this value cannot be used here", (2, 6))


def test_a_parameter_may_take_other_operators() -> None:
    asked: list[tuple[Op, object]] = []

    def where(op: Op, value: int) -> Draft:
        asked.append((op, value))
        return Compare("n", op, value)

    schema = parametrized(where, pq.Integer(), operators=["eq", "in", "gt", "contains"])
    assert schema.parse("p=gt:5").where == schema.parse("n=gt:5").where
    assert schema.parse("p=nin:1,2").where == schema.parse("filter=not(or(n:1,n:2))").where
    assert asked == [(Op.GT, 5), (Op.EQ, 1), (Op.EQ, 2)]
    assert problem(schema, "p=contains:5").code == "operator-not-allowed"


_FINE = "2019-05-01T00:00:00.1234567Z"


def test_a_datetime_finer_than_microseconds_reaches_a_function_that_can_take_it() -> None:
    schema = parametrized(lambda value: pq.gte("at", value), pq.DateTime())
    assert schema.parse(f"p={_FINE}").where == schema.parse(f"at=gte:{_FINE}").where


@pytest.mark.parametrize(
    "where",
    [lambda value: pq.gte("at", value - dt.timedelta(days=1)), lambda value: pq.eq("n", value.year)],
)
def test_a_datetime_finer_than_microseconds_is_refused_where_the_function_cannot(where: Callable[..., Draft]) -> None:
    schema = parametrized(where, pq.DateTime())
    schema.parse("p=2019-05-01T00:00:00.123456Z")
    assert problem(schema, f"p={_FINE}") == _too_fine("p")


def _too_fine(parameter: str) -> pq.Problem:
    span, hint = Span(len(parameter) + 1, len(parameter) + 1 + len(_FINE)), "such as 2019-05-01T12:30:00.123456Z"
    return pq.Problem("invalid-value", "a fraction of a second has at most six digits here", parameter, span, hint)


def test_an_option_has_a_value_that_python_knows() -> None:
    schema = pq.Schema(pq.Field("n", pq.Integer()), pq.Parameter("asOf", pq.DateTime(), None))
    assert schema.parse("asOf=2019").values == {"asOf": dt.datetime(2019, 1, 1, tzinfo=dt.UTC)}
    assert problem(schema, f"asOf={_FINE}") == _too_fine("asOf")
    assert not any(isinstance(value, FineDateTime) for value in schema.parse("asOf=now").values.values())


# --- problems in number, and in time


def test_no_more_than_twenty_problems_are_told() -> None:
    assert len(refused(SCHEMA, "&".join(["id=x"] * 64))) == 20
    assert len(refused(SCHEMA, "order=" + ",".join(["x"] * 4000))) == 20
    assert len(refused(SCHEMA, "&".join(["%"] * 4000))) == 20


_GARBAGE = [
    "a&" * 4096,
    "ab=&" * 2048,
    "&".join(f"lastChanged{number:02}{'x' * 50}=1" for number in range(64)),
    "filter=and(" + ",".join(f"lastChanged{number}:1" for number in range(64)) + ")",
    "order=" + ",".join(f"name{number}" for number in range(900)),
    "order=name," * 800,
    "size=1&" * 1100,
    "%" * 8192,
    "%ff" * 2700,
    "name=" + "%C3%A6" * 1300 + "%zz",
    "filter=" + "not(" * 2000,
    "filter=" + "(" * 8000,
    "filter=" + '"' * 8000,
    "filter=" + "a:" * 4000,
    "filter=" + "a." * 4000,
    "filter=" + " " * 8000,
    "filter=or(" + ",".join(["id:1"] * 1500),
    "filter=or(" + ",".join(["id:1"] * 1500) + ")",
    "filter=or(" + ",".join(["name:in:(" + ",".join(["%41"] * 256) + ")"] * 7) + ")",
    "name=in:" + '"' * 8000,
    "name=in:" + "," * 8000,
    "name=in:" + " ," * 4000,
    'name=in:"' + "\\" * 8000,
    "&".join(["lastChanged=gt:now" + "-1d" * 330] * 8),
    "&".join(["price=gt:0." + "1" * 1000] * 8),
    "&".join(["ratio=gt:0." + "1" * 1000] * 8),
    "&".join(["lastChanged=gt:2019-05-01T10:00:00." + "1" * 980 + "Z"] * 8),
    "id=" + "9" * 1000,
    "lastChanged=now-" + "9" * 1000 + "y",
]


@pytest.mark.no_cover
@pytest.mark.parametrize("text", _GARBAGE, ids=lambda text: text[:30])
def test_the_worst_of_8192_characters_takes_little_time(text: str) -> None:
    text = text[:8192]
    assert spent(text) < 0.4


@pytest.mark.no_cover
@pytest.mark.parametrize("text", _GARBAGE[:22], ids=lambda text: text[:30])
def test_time_is_linear_in_the_length_of_the_text(text: str) -> None:
    """Four times the text, with limits out of the way, takes at most about four times as long."""
    short, long = text[:4000] * 2, text[:4000] * 8  # both put together, so that both go the same way
    assert spent(long, UNLIMITED) < 8 * spent(short, UNLIMITED) + 0.05


_NO = 10**9
UNLIMITED = pq.Schema(*SCHEMA.fields, limits=pq.Limits(query=_NO, clauses=_NO, items=_NO, operand=_NO))


def spent(text: str, schema: pq.Schema = SCHEMA) -> float:
    """Seconds of this process for one query, the least of three."""
    return min(_once(schema, text) for _ in range(3))


def _once(schema: pq.Schema, text: str) -> float:
    schema.__dict__.pop("_quick", None)  # nothing is kept from the time before
    started = time.process_time()
    with suppress(pq.QueryError):
        schema.parse(text, now=NOON)
    return time.process_time() - started


def test_a_mistake_costs_no_more_than_fifteen_times_what_the_right_query_costs() -> None:
    right = "&".join(f"name=x{number}" for number in range(40))
    for wrong in (
        right.replace("name=x3", "nmae=x3", 10),
        right.replace("name=x3", "id=gtt:3", 10),
        right.replace("name=x3", "lastChanged=2019-13", 10),
    ):
        assert spent(wrong) < 15 * spent(right) + 0.01


def test_the_problems_reported_are_the_first_by_position() -> None:
    text = "nosuch=1&id=x&" + "&".join(["name=%zz"] * 25)
    with pytest.raises(pq.QueryError) as caught:
        SCHEMA.parse(text)
    codes = [problem.code for problem in caught.value.problems]
    assert codes == ["unknown-parameter", "invalid-value", *["invalid-encoding"] * 18]


@pytest.mark.parametrize("text", ["kind=a:b", "kind=not:a:b", "filter=kind:a:b"])
def test_a_word_with_a_colon_is_asked_for_by_eq(text: str) -> None:
    schema = pq.Schema(pq.Field("kind", pq.Choice("new", "a:b")))
    with pytest.raises(pq.QueryError) as caught:
        schema.parse(text)
    (problem,) = caught.value.problems
    assert (problem.code, problem.hint) == ("unknown-operator", "the word itself is asked for by eq:a:b")
    assert schema.parse(text.replace("a:b", "eq:a:b")).names


@pytest.mark.parametrize("text", ["p=a", "p=a&n=1"])
def test_a_function_that_gives_no_expression_is_told_so(text: str) -> None:
    wrong: Anything = lambda _: None  # noqa: E731 - as a host may write it
    schema = pq.Schema(pq.Field("n", pq.Integer()), pq.Parameter("p", pq.Text(), wrong))
    with pytest.raises(TypeError, match="parameter 'p': where gave None, which is no expression"):
        schema.parse(text)


def test_a_rule_that_gives_no_problems_is_told_so() -> None:
    wrong: Anything = lambda _: ["no"]  # noqa: E731 - as a host may write it
    schema = pq.Schema(pq.Field("n", pq.Integer()), rules=[wrong])
    with pytest.raises(TypeError, match=r"a rule returns problems, made by pq.Problem, not 'no'"):
        schema.parse("n=1")


def test_only_a_query_has_a_canonical_text() -> None:
    where: Anything = SCHEMA.parse("id=1").where
    with pytest.raises(TypeError, match=r"render takes a query; pq\.encode"):
        pq.render(where)
