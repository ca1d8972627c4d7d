"""MongoDB and Polars as engines of the test kit: the largest filters, and what they keep of documents."""

from __future__ import annotations

from decimal import Decimal as Number

import pytest

import paramql as pq
from law import holds
from paramql.ast import Compare, Exists, Op
from paramql.backends.mongodb import make_target
from paramql.position import after
from paramql.testing import Engine, engines_mongodb, engines_polars


@pytest.fixture(params=["mongodb", "polars"], scope="session", name="engine")
def _engine(request: pytest.FixtureRequest) -> Engine:
    if reason := (engines_mongodb if request.param == "mongodb" else engines_polars).missing():
        pytest.skip(reason)
    return engines_mongodb.MongoEngine() if request.param == "mongodb" else engines_polars.PolarsEngine()


def test_an_engine_takes_records_anew_and_empty_ones(engine: Engine) -> None:
    schema = pq.Schema(pq.Field("id", pq.Integer(), unique=True), pq.Field("at", pq.DateTime()))
    engine.load(schema, [{"id": 1}, {"id": 2, "at": "2019-05-01T12:00:00.000001Z"}])
    assert engine.select(Exists(schema["at"])) == {2}
    engine.load(schema, [])
    assert engine.select(Compare(schema["id"], Op.GT, 0)) == set()


def test_an_engine_that_is_not_installed_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(engines_mongodb.URI, raising=False)
    for module in (engines_mongodb, engines_polars):
        monkeypatch.setattr(module, "find_spec", lambda _: None)
    assert engines_mongodb.missing() == (
        "MongoDB: install pymongo and secantus (pip install 'paramql[test]'), or name a server in PARAMQL_MONGODB_URI"
    )
    assert engines_polars.missing() == "Polars: install it (pip install 'paramql[polars]')"
    monkeypatch.setenv(engines_mongodb.URI, "mongodb://127.0.0.1")
    monkeypatch.setattr(engines_mongodb, "find_spec", lambda name: name == "pymongo" or None)
    assert engines_mongodb.missing() is None


def test_values_that_do_not_fit_stay_where_they_are() -> None:
    """So that a filter meets them, and finds that they are no values."""
    record = pq.Record(pq.Field("n", pq.Integer()))
    schema = pq.Schema(
        pq.Field("id", pq.Integer(), unique=True),
        pq.Field("at", pq.DateTime()),
        pq.Field("up.n", pq.Integer()),
        pq.Field("numbers", pq.ListOf(pq.Integer())),
        pq.Field("lines", pq.ListOf(record)),
    )
    spots = make_target(schema, columns=engines_mongodb.exact_places(schema.fields)).spots.values()
    document = {
        "id": 1,
        "at": 5,
        "up": {"n": 2**70, "more": [2**63]},
        "numbers": [1, "x", None, [5]],
        "lines": [{"n": "x"}, 5, None, {"n": 1, "more": True}],
    }
    assert engines_mongodb.as_stored(spots, document) == {
        **document,
        "at": "5",
        "up": {"n": float(2**70), "more": [float(2**63)]},
    }
    assert engines_mongodb.as_stored(spots, {"id": 1, "numbers": "x"}) == {"id": 1, "numbers": "x"}


LINES = pq.ListOf(pq.Record(pq.Field("n", pq.Integer()), pq.Field("t", pq.Text())))
DEEP = pq.Schema(
    pq.Field("id", pq.Integer(), unique=True, sortable=True),
    pq.Field("x.name", pq.Text(ordered=True), sortable=True),
    pq.Field("p", pq.Decimal(2), sortable=True),
    pq.Field("a", pq.ListOf(pq.Record(pq.Field("b", pq.ListOf(pq.Record(pq.Field("c", LINES))))))),
    pq.Field("tags", pq.ListOf(pq.Text())),
    order="desc:x.name,p",
)
LARGEST = {
    "nesting": "filter=" + "and(id:ne:99,or(id:gt:5," * 4 + "p:1" + "))" * 4,
    "clauses": "filter=or(" + ",".join(f"and(id:{number},x.name:icontains:n)" for number in range(31)) + ")",
    "lists in lists": "filter=not(all(a,any(b,not(any(c,and(n:gt:3,or(t:ieq:q,t:eq:z)))))))",
    "items": "id=in:" + ",".join(map(str, range(256))),
    "a long part": "tags=contains:" + "y" * 1024,
    "a long part in any case": "tags=not:iendswith:" + "ß" * 128,
}


@pytest.mark.parametrize("query", LARGEST.values(), ids=LARGEST)
def test_the_largest_filters_are_answered_with_a_scope_and_a_position_on_top(engine: Engine, query: str) -> None:
    records = [
        {
            "id": number,
            "x": {"name": f"n{number % 3}"} if number % 4 else None,
            "p": str(number / 4),
            "tags": ["y" * 1100, "é"],
            "a": [{"b": [{"c": [{"n": number, "t": "Q"}]}]}],
        }
        for number in range(30)
    ]
    asked = DEEP.parse(query)
    scope = DEEP.parse_expression("or(p:gt:1,id:in:(1,2,3))")
    where = pq.all_of(asked.where, scope, after(asked.order, ("n1", Number("2.5"), 5)))
    expected = {record["id"] for record in records if holds(where, DEEP.load(record))}
    engine.load(DEEP, records)
    assert engine.select(where) == expected
    assert expected, "a filter that selects nothing tells nothing"
