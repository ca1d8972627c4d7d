"""Query strings for Hypothesis: right ones, ones with a slip or two, and any text at all; and a schema for them."""

from __future__ import annotations

import datetime as dt
from random import Random
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

import paramql as pq
from paramql.ast import Compare, Op
from strategies import filters, spelling
from strategies.filters import depth
from strategies.schemas import everything

_WANTED = everything()


def _either(value: str) -> pq.Draft:
    if value == "never":
        raise ValueError("never is not to be\nasked for")
    return pq.any_of(pq.eq("name", value), pq.contains("lines.sku", value))


def _sized(op: Op, value: int) -> pq.Draft:
    return pq.any_("lines", Compare("quantity", op, value))


PART = pq.Record(
    pq.Field("code", pq.Text()), pq.Field("weight", pq.Decimal(3)), pq.Field("hidden", pq.Text(), filterable=False)
)
LINE = pq.Record(
    pq.Field("sku", pq.Text(ordered=True)),
    pq.Field("quantity", pq.Integer()),
    pq.Field("at.day", pq.Date()),
    pq.Field("at.moment", pq.DateTime()),
    pq.Field("secret", pq.Text(), filterable=False),
    pq.Field("marks", pq.ListOf(pq.Uuid())),
    pq.Field("parts", pq.ListOf(PART)),
)
FIELDS: tuple[pq.Field | pq.Parameter, ...] = (
    pq.Field("id", pq.Integer(), unique=True, sortable=True),
    pq.Field("name", pq.Text(ordered=True), sortable=True),
    pq.Field("note", pq.Text(), operators=["eq", "icontains"]),
    pq.Field("customer.name", pq.Text()),
    pq.Field("customer.born", pq.Date(), sortable=True),
    pq.Field("price", pq.Decimal(2, digits=10), sortable=True),
    pq.Field("ratio", pq.Float()),
    pq.Field("placed", pq.DateTime("ms"), sortable=True, required=True),
    pq.Field("open", pq.Boolean()),
    pq.Field("kind", pq.Choice("new", "used", "gt:", "a, b")),
    pq.Field("ref", pq.Uuid()),
    pq.Field("tags", pq.ListOf(pq.Text())),
    pq.Field("sizes", pq.ListOf(pq.Integer())),
    pq.Field("lines", pq.ListOf(LINE)),
    pq.Field("password", pq.Text(), filterable=False),
    pq.Field("salary", pq.Integer(), filterable=False, sortable=False),
    pq.Parameter("either", pq.Text(), _either, notice="either is deprecated"),
    pq.Parameter("sized", pq.Integer(), _sized, operators=["gt"]),
    pq.Parameter("expand", pq.Boolean(), None),
)
SCHEMA = pq.Schema(
    *FIELDS, order="desc:placed", ignore=["utm_*"], tokens=pq.Tokens({"k": b"k" * 32}), limits=pq.Limits(operand=64)
)
NAMES = [
    "id",
    "name",
    "note",
    "customer.name",
    "customer.born",
    "price",
    "ratio",
    "placed",
    "open",
    "kind",
    "ref",
    "tags",
]
NAMES += ["sizes", "lines", "lines.sku", "lines.at.day", "lines.parts.code", "lines.marks", "either", "sized", "expand"]
HIDDEN = ["password", "salary", "lines.secret", "lines.parts.hidden"]
STRANGE = ["nam", "passwrod", "Name", "lines.", ".", "a..b", "1a", "utm_x", "é", "", "__class__", "secret", "lines.nil"]
CONTROLS = ["order", "size", "continuationToken", "filter"]
WORDS = (
    "eq: ne: gt: gte: lt: lte: in: nin: contains: startswith: ieq: iendswith: exists: not: gtt: GT: contians:".split()
)
BRANCHES = ["and(", "or(", "not(", "any(", "all(", "any(lines,", "all(lines.parts,", "and(or(not("]
OPERANDS = """5 -0 1e5 1e999 007 2.505 0.1234567 true TRUE yes 2019-05-01 2019-05 2019-13 2019-02-30T10:00 0000
2019-05-01T10:00:00+02:00 2019-05-01T23:59:60Z now today-1mo now-90m today+9999999999y now+1h-2d x new used gt:
never 123e4567-e89b-12d3-a456-426614174000 asc:name desc:placed,id (1,2) a,"b,c" "q" ("" , x) urn:a:b""".split()
BROKEN = ["%", "%2", "%zz", "%ff", "%ED%A0%80", "%C3", "%00", "\0", "\ud800", "%E2%82", "%F0%9F%98", "%c0%af"]
PUNCTUATION = [*"&=:,()\"\\+ ;#?/.-'", "&&", "%26", "%3D", "%2C", "%22", "%20", "  ", "%5C%22"]

_FRAGMENTS = [NAMES, HIDDEN, STRANGE, CONTROLS, WORDS, BRANCHES, OPERANDS, BROKEN, PUNCTUATION]
_fragment = st.sampled_from(_FRAGMENTS).flatmap(st.sampled_from) | st.text(max_size=4)
_name = st.sampled_from([*NAMES, *NAMES, *CONTROLS, "filter", *HIDDEN, *STRANGE])
_value = st.lists(
    st.sampled_from([WORDS, WORDS, OPERANDS, OPERANDS, PUNCTUATION, BRANCHES, NAMES, BROKEN]).flatmap(st.sampled_from),
    max_size=4,
)
_pair = st.tuples(_name, _value.map("".join)).map("=".join)


def accepted(seed: int) -> str:
    """A query that the schema accepts."""
    rng = Random(seed)
    while True:
        draft, _ = filters.draft(SCHEMA, {}, rng.choice(_WANTED), rng)
        if depth(draft) <= 6:
            return spelling.query(draft, rng)


asked = st.integers(0, 2**32).map(accepted)


@st.composite
def slipped(draw: st.DrawFn, texts: st.SearchStrategy[str] = asked) -> str:
    """A text with a few characters dropped, doubled, swapped, or others put in."""
    text = draw(texts)
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(text)))
        end = min(len(text), at + draw(st.integers(0, 3)))
        put = draw(st.one_of(st.just(""), _fragment, st.just(text[at:end] * 2), st.just(text[at:end][::-1])))
        text = text[:at] + put + text[end:]
    return text


fragments = st.lists(_fragment, max_size=12).map("".join)
paired = st.lists(_pair, max_size=4).map("&".join)
anything = st.one_of(asked, slipped(), paired, fragments, st.text())
raw = st.one_of(anything, st.binary(), anything.map(lambda text: text.encode("utf-8", "surrogatepass")))

NOON = dt.datetime(2019, 5, 1, 12, tzinfo=dt.UTC)
zones = st.sampled_from(
    [dt.UTC, ZoneInfo("Europe/Oslo"), ZoneInfo("America/New_York"), dt.timezone(dt.timedelta(hours=-12))]
)
moments = st.datetimes(timezones=st.just(dt.UTC)) | st.sampled_from(
    [
        dt.datetime(2019, 3, 31, 1, 30, tzinfo=dt.UTC),
        dt.datetime(1, 1, 1, tzinfo=dt.UTC),
        dt.datetime.max.replace(tzinfo=dt.UTC),
    ]
)
subsets = st.none() | st.lists(st.sampled_from([*NAMES, *HIDDEN, "nothing"]), max_size=8)
options = st.fixed_dictionaries(
    {},
    optional={
        "now": moments,
        "zone": zones,
        "lenient": st.booleans(),
        "audience": st.none() | st.text(max_size=5),
        "only": subsets,
    },
)
