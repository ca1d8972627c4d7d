"""Names that a caller may not use: nothing is done with what is asked of them, and nothing is told of them."""

from __future__ import annotations

import base64

import pytest

import paramql as pq

ASKED: list[object] = []


def _looked_up(value: str) -> pq.Draft:
    ASKED.append(value)
    raise ConnectionError


FIELDS = (
    pq.Field("id", pq.Integer(), unique=True),
    pq.Field("name", pq.Text(), sortable=True),
    pq.Field("salary", pq.Integer(), sortable=True),
)
SCHEMA = pq.Schema(
    *FIELDS, pq.Parameter("looked", pq.Text(), _looked_up), order="desc:salary,name", tokens=pq.Tokens({"k": b"k" * 32})
)
RECORDS = [{"id": number, "name": "abc"[number % 3], "salary": 100_000 - number} for number in range(9)]


@pytest.mark.parametrize(
    "text", ["looked=x", "looked=x&id=1", "filter=or(looked:x,id:1)", "looked=in:x,y", "looked=not:x"]
)
@pytest.mark.parametrize("again", [False, True])
def test_a_host_is_not_asked_what_this_caller_may_not_ask(text: str, again: bool) -> None:
    for _ in range(1 + again):
        with pytest.raises(pq.QueryError) as caught:
            SCHEMA.parse(text, only=["id", "name"])
        assert {problem.code for problem in caught.value.problems} <= {"unknown-parameter", "unknown-field"}
    assert ASKED == []


@pytest.mark.parametrize("text", ["salry=1", b"salry=1", b"salry=1&name=\xff", "order=salary", b"order=salary"])
def test_no_hint_names_what_this_caller_may_not_use(text: str | bytes) -> None:
    with pytest.raises(pq.QueryError) as caught:
        SCHEMA.parse(text, only=["id", "name"])
    assert [problem.hint for problem in caught.value.problems if problem.hint and "salary" in problem.hint] == []
    with pytest.raises(pq.QueryError) as caught:
        SCHEMA.parse(b"salary=1", only=["id", "name"])
    assert caught.value.problems[0].code == "unknown-parameter"


def test_pages_are_not_sorted_by_what_this_caller_may_not_name() -> None:
    query = SCHEMA.parse("size=2", only=["id", "name"])
    assert list(map(str, query.order)) == ["asc:name", "asc:id"]
    token = pq.paginate(RECORDS, query).next_token
    assert token
    payload = base64.urlsafe_b64decode(token.split(".")[1] + "==").decode()
    assert '["a","3"]' in payload
    assert "100000" not in payload
    found = pq.paginate(RECORDS, SCHEMA.parse(f"size=2&continuationToken={token}", only=["id", "name"])).items
    assert [record["id"] for record in found] == [6, 1]


def test_the_canonical_text_says_nothing_of_an_order_that_was_not_asked_for() -> None:
    for only in (["id"], ["name"], ["salary", "name"], None):
        query = SCHEMA.parse("size=3", only=only)
        assert "order" not in pq.render(query)
        assert pq.render(SCHEMA.parse("order=desc:name", only=["name"])) == "order=desc:name"


def test_a_token_of_another_caller_s_default_order_is_refused() -> None:
    """What they ask for is the same text; the values in the token would fit, but they are of another field."""
    fields = (FIELDS[0], pq.Field("name", pq.Text(), sortable=True), pq.Field("grade", pq.Text(), sortable=True))
    schema = pq.Schema(*fields, order="name,desc:grade", tokens=pq.Tokens({"k": b"k" * 32}))
    records = [{"id": number, "name": "abc"[number % 3], "grade": "xyz"[number // 3]} for number in range(9)]
    token = pq.paginate(records, schema.parse("size=2", only=["id", "name"])).next_token
    again = f"size=2&continuationToken={token}"
    assert len(pq.paginate(records, schema.parse(again, only=["id", "name"])).items) == 2
    for only in (["id", "grade"], ["id"], None):
        with pytest.raises(pq.QueryError) as caught:
            schema.parse(again, only=only)
        assert [problem.code for problem in caught.value.problems] == ["invalid-token"]
