"""The explorer's answers over HTTP: the page and its files, what may be asked, what a query means; and nothing else."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Iterator
from importlib.resources import files
from typing import Any

import pytest

import paramql as pq
from asked_instances import DIGDIR, PARTY, SECRET, USER, documents, filled
from asked_instances import client as client_of
from orders import NOON, ORDERS, store
from paramql.ast import Or
from paramql.instances import keys
from paramql.instances.policy import HEADER
from paramql.instances.visitors import explorer as invented
from paramql.server import Access, Explorer, Listing, Refusal, Visitor, application
from paramql.server.explorer.code import Code, written
from paramql.server.explorer.drawn import drawn
from paramql.server.explorer.files import GUARDS
from paramql.server.explorer.masks import masked
from served import Client

SCRIPT = "<img src=x onerror=alert(1)>"


def orders(**options: Any) -> Listing:
    return Listing(path="/orders", schema=ORDERS, store=store(), name="orders", clock=lambda: NOON, **options)


@pytest.fixture(name="client", scope="module")
def _client() -> Iterator[Client]:
    visitor = Visitor("Kari", "t", "id=1", {"X-Shop": "1"}, ["id=2"])
    with Client(application(orders(), title="Orders", explorer=Explorer(lambda: [visitor]))) as client:
        yield client


@pytest.fixture(name="narrowed", scope="module")
def _narrowed() -> Iterator[Client]:
    """A caller who may use names, lines.sku and late, which stands on a field that they may not use."""
    access = Access(only=frozenset({"name", "lines.sku", "late"}))
    with Client(application(orders(access=lambda _: access), title="x", explorer=Explorer())) as client:
        yield client


@pytest.fixture(name="instances", scope="module")
def _instances() -> Iterator[Client]:
    with client_of(filled("sqlite://", documents(20)), explorer=invented(keys.DEVELOPMENT)) as client:
        yield client


def explained(client: Client, query: str, token: str | None = None, name: str = "orders", **headers: str) -> Any:
    answer = client.get(f"/explorer/{name}/explain", token, headers, "POST", query.encode())
    assert answer.status_code == 200, answer.text
    return answer.json()


# --- the page and its files


def test_the_page_loads_its_own_files_and_nothing_from_elsewhere(client: Client) -> None:
    page = client.get("/")
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert {name: page.headers[name] for name in GUARDS} == GUARDS
    assert "'unsafe" not in page.headers["content-security-policy"]
    linked = re.findall(r'(?:src|href)="(explorer/[^"]+)"', page.text)
    assert len(linked) >= 7
    for name in linked:
        assert client.get(f"/{name}").status_code == 200, name
    assert not re.search(r"""(?:src|href)=["'](?:https?:)?//|<style|\son\w+=""", page.text)
    assert not re.search(r'<script(?! (?:type="module" )?src)', page.text)


def test_each_module_imports_what_is_served(client: Client) -> None:
    names = [file.name for file in (files("paramql.server.explorer") / "static").iterdir()]
    modules = [name for name in names if name.endswith(".js")]
    assert len(modules) > 10
    for name in modules:
        answer = client.get(f"/explorer/{name}")
        assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
        assert set(re.findall(r'from "\./([^"]+)"', answer.text)) <= set(names), name
        assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function", answer.text)
        assert "://" not in answer.text, "no other host"


def test_a_browser_that_has_a_file_is_told_so(client: Client) -> None:
    tag = client.get("/explorer/app.js").headers["etag"]
    again = client.get("/explorer/app.js", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/explorer/dom.js", headers={"If-None-Match": tag}).status_code == 200


@pytest.mark.parametrize(
    "path", ["/explorer/", "/explorer/__init__.py", "/explorer/..%2ffiles.py", "/explorer/../files.py", "/index.html"]
)
def test_there_are_no_other_files(client: Client, path: str) -> None:
    assert client.get(path).status_code == 404


def test_there_is_no_page_where_the_host_wants_none() -> None:
    with Client(application(orders(), title="Orders")) as client:
        for path in ("/", "/explorer/app.js", "/explorer/start", "/explorer/orders/form"):
            assert client.get(path).status_code == 404
        assert client.get("/explorer/orders/explain", method="POST", body=b"id=1").status_code == 404


def test_the_hosts_own_page_comes_first() -> None:
    from starlette.responses import Response
    from starlette.routing import Route

    own = [Route("/", lambda _: Response("mine"))]
    with Client(application(orders(), title="x", routes=own, explorer=Explorer())) as client:
        assert client.get("/").text == "mine"


def test_two_lists_of_one_name_cannot_be_told_apart() -> None:
    with pytest.raises(ValueError, match="two are 'orders'"):
        application(orders(), orders(), title="x", explorer=Explorer())


# --- what there is, and what may be asked


def test_it_says_which_lists_there_are_and_who_can_ask(client: Client) -> None:
    found = client.get("/explorer/start").json()
    assert found["title"] == "Orders"
    assert found["lists"] == [
        {
            "name": "orders",
            "path": "/orders",
            "summary": "Records that match, a page at a time",
            "isSecured": False,
            "headers": {},
        }
    ]
    assert found["visitors"] == [
        {"name": "Kari", "token": "t", "query": "id=1", "headers": {"X-Shop": "1"}, "queries": ["id=2"]}
    ]


def test_the_form_has_names_with_types_operators_and_choices(client: Client) -> None:
    found = client.get("/explorer/orders/form").json()
    by_name = {one["name"]: one for one in found["parameters"]}
    assert list(by_name) == "id name placed state lines lines.sku lines.count late old".split()
    assert by_name["state"]["choices"] == ["new", "sent"]
    assert by_name["late"]["choices"] == ["true", "false"]
    assert by_name["id"]["operators"] == "eq ne in nin gt gte lt lte exists".split()
    assert (by_name["lines"]["type"], by_name["lines"]["accepts"], by_name["lines"]["isOfList"]) == (
        "record",
        None,
        True,
    )
    assert (by_name["old"]["isOption"], by_name["old"]["notice"], by_name["old"]["operators"]) == (
        True,
        "old does nothing",
        ["eq"],
    )
    assert found["controls"] == {
        "order": {"name": "order", "keys": ["placed"], "default": ["desc:placed"]},
        "size": {"name": "size", "default": 100, "most": 1000},
        "token": {"name": "continuationToken"},
        "filter": {"name": "filter"},
    }
    for one in found["parameters"]:
        for example in one["examples"]:
            ORDERS.parse(f"{one['name']}={example}")


def test_each_operator_of_the_form_is_accepted(client: Client) -> None:
    for one in client.get("/explorer/orders/form").json()["parameters"]:
        for word in one["operators"]:
            value = "true" if word == "exists" else re.sub(r"^[a-z]+:", "", one["examples"][0])
            assert not explained(client, f"{one['name']}={word}:{value}")["problems"], (one["name"], word)


# --- what a query means


def test_a_wrong_query_is_told_with_places_in_the_text_as_it_was_typed(client: Client) -> None:
    found = explained(client, 'name="😀 é&plced=gtt:2024&placed=gtt:2024')
    assert [one["span"] for one in found["problems"]] == [{"start": 10, "end": 15}, {"start": 32, "end": 35}]
    assert [one["hint"] for one in found["problems"]] == ["did you mean placed?", "did you mean gt?"]
    assert found.keys() == {"problems"}


def test_a_right_query_is_told_as_a_tree_and_as_code(client: Client) -> None:
    found = explained(client, "name=ne:Åse&old=x&size=3&filter=or(any(lines,sku:s1),not(and(id:1,id:2)))")
    assert found["canonical"] == pq.render(
        ORDERS.parse("name=ne:Åse&old=x&size=3&filter=or(any(lines,sku:s1),not(and(id:1,id:2)))")
    )
    assert [one["message"] for one in found["notices"]] == ["old does nothing"]
    assert (found["order"], found["size"]) == (["desc:placed", "desc:id"], 3)
    assert found["names"] == ["name", "old", "lines", "lines.sku", "id"]
    assert found["tree"]["of"][0] == {"node": "clause", "name": "name", "operator": "ne", "value": "Åse"}
    code = {one["language"]: one for one in found["code"]}
    assert list(code) == ["python", "sqlite", "postgresql", "mariadb", "duckdb", "mongodb"]
    where = ORDERS.parse("name=ne:Åse&filter=or(any(lines,sku:s1),not(and(id:1,id:2)))").where
    assert code["sqlite"]["text"] == pq.compile(where, "sqlite").text
    assert code["sqlite"]["params"] == [
        json.dumps(one, ensure_ascii=False) for one in pq.compile(where, "sqlite").params
    ]
    assert code["python"]["text"] == pq.compile(where, "python").source
    assert json.loads(code["mongodb"]["text"]) == pq.compile(where, "mongodb")
    assert "Åse" not in code["postgresql"]["text"]


def test_what_a_query_asks_of_time_is_told_as_it_was_meant(client: Client) -> None:
    found = explained(client, "placed=gte:today")
    assert found["tree"] == {"node": "clause", "name": "placed", "operator": "gte", "value": "2026-05-01T00:00:00Z"}
    [mongodb] = [one for one in found["code"] if one["language"] == "mongodb"]
    assert json.loads(mongodb["text"]) == {"placed": {"$gte": {"$date": "2026-05-01T00:00:00+00:00"}}}


SKU_IS_A = {"node": "clause", "name": "sku", "operator": "eq", "value": "a"}
TREES = {
    "": {"node": "everything"},
    "id=in:1,2": {"node": "clause", "name": "id", "operator": "in", "value": ["1", "2"]},
    "id=nin:1,2": {"node": "clause", "name": "id", "operator": "nin", "value": ["1", "2"]},
    "name=exists:true": {"node": "clause", "name": "name", "operator": "exists", "value": "true"},
    "name=exists:false": {"node": "clause", "name": "name", "operator": "exists", "value": "false"},
    "filter=all(lines,sku:a)": {
        "node": "all",
        "name": "lines",
        "of": [SKU_IS_A],
    },
    "filter=not(any(lines,sku:a))": {
        "node": "not",
        "of": [{"node": "any", "name": "lines", "of": [SKU_IS_A]}],
    },
    "id=not:gt:1": {"node": "not", "of": [{"node": "clause", "name": "id", "operator": "gt", "value": "1"}]},
}


@pytest.mark.parametrize(("query", "expected"), TREES.items())
def test_the_tree(client: Client, query: str, expected: dict[str, Any]) -> None:
    assert explained(client, query)["tree"] == expected


def test_a_tree_of_nothing() -> None:
    assert drawn(Or(())) == {"node": "nothing"}


def test_what_a_language_cannot_say_is_told() -> None:
    """A row of text under a column that a database cannot hold is refused by that one, not by all."""
    field = pq.Field("x.y", pq.Text())
    assert [one.refused for one in written(pq.Schema(field).bind(pq.eq("x.y", "1")))] == [None] * 6


def test_a_refusal_has_no_text(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> Any:
        raise pq.CapabilityError("cannot answer eq of 'x'")

    monkeypatch.setattr(pq, "compile", refuse)
    assert set(written(pq.all_of())) >= {Code("mongodb", "MongoDB", refused="cannot answer eq of 'x'")}


def test_what_json_has_no_word_for_is_text() -> None:
    schema = pq.Schema(pq.Field("price", pq.Decimal(2)), pq.Field("day", pq.Date()))
    code = {one.language: one for one in written(schema.parse("price=9.95&day=2024-05-01").where)}
    assert code["postgresql"].params == ('"9.95"', '"2024-05-01"')


# --- what must not be told


def test_what_a_caller_may_not_use_is_in_no_answer(narrowed: Client) -> None:
    told = narrowed.get("/explorer/orders/form").text
    queries = [
        "name=x",
        "late=true",
        "lines.sku=a",
        "filter=any(lines,sku:a)",
        "",
        "nam=x",
        "stat=x",
        "secre=x",
        "plac=1",
    ]
    told += "".join(json.dumps(explained(narrowed, query)) for query in queries)
    for hidden in ("placed", "state", "secret", "count", "sent"):
        assert not re.search(rf"\b{hidden}\b", told.replace("len(list_filter", "")), hidden
    assert "hidden_1" in told
    assert "lines" in told


@pytest.mark.parametrize("hidden", ["placed", "secret", "lines.count", "state", "derived"])
def test_a_hidden_name_is_answered_as_one_that_does_not_exist(narrowed: Client, hidden: str) -> None:
    """By a schema that has nothing but what this caller may use, too."""
    fewer = pq.Schema(
        pq.Field("id", pq.Integer(), unique=True, filterable=False),
        pq.Field("name", pq.Text()),
        pq.Field("lines", pq.ListOf(pq.Record(pq.Field("sku", pq.Text())))),
        pq.Parameter("late", pq.Boolean(), lambda _: pq.exists("name")),
        tokens=ORDERS.tokens,
    )
    access = Access(only=frozenset({"name", "lines.sku", "late"}))
    listing = Listing(path="/o", schema=fewer, store=store(), name="orders", access=lambda _: access)
    query = f"{hidden}=x&filter=not({hidden}:x)&order={hidden}"
    with Client(application(listing, title="x", explorer=Explorer())) as client:
        assert explained(client, query) == explained(narrowed, query)


def test_masks_hide_what_stands_in_a_list_too() -> None:
    inner = pq.Record(pq.Field("a", pq.Integer()), pq.Field("tags", pq.ListOf(pq.Text())))
    schema = pq.Schema(pq.Field("rows", pq.ListOf(inner)), pq.Field("b", pq.Integer()))
    where = schema.parse("filter=not(any(rows,or(a:1,tags:x,a:exists:true)))&b=2&b=exists:true").where
    seen = pq.compile(masked(where, {"rows.tags", "b"}), "sqlite").text
    assert seen == pq.compile(where, "sqlite").text.replace('."a"', '."hidden_1"')
    assert not re.search(r"rows|tags|\bb\b", pq.compile(masked(where, set()), "sqlite").text)


def test_instances_tell_no_name_of_what_parameters_stand_on(instances: Client) -> None:
    query = (
        "org=digdir&searchString=x&A3Ref=966c26f8ad91&mainVersionInclude=3&excludeConfirmedBy=digdir&dueBefore=gt:2019"
    )
    told = instances.get("/explorer/instances/form", DIGDIR).text
    told += json.dumps(explained(instances, query, DIGDIR, "instances"))
    assert "hidden_" in told
    assert not re.search("derived|guidTail|mainVersion[^IE]|days|digits", told)


def test_what_the_policy_adds_is_not_told(instances: Client) -> None:
    found = json.dumps(explained(instances, f"instanceOwner.partyId={PARTY}&data=exists:true", USER, "instances"))
    assert "isHardDeleted" not in found


# --- who may ask


def test_nobody_is_told_anything_without_a_token(instances: Client) -> None:
    for method, path, body in (("GET", "form", None), ("POST", "explain", b"org=digdir")):
        answer = instances.get(f"/explorer/instances/{path}", method=method, body=body)
        assert (answer.status_code, answer.headers["content-type"]) == (401, "application/problem+json")
        assert answer.headers["www-authenticate"] == "Bearer"


def test_what_a_caller_must_send_is_a_mistake_in_the_query(instances: Client) -> None:
    [problem] = explained(instances, "dueBefore=gt:2019", DIGDIR, "instances")["problems"]
    assert (problem["code"], problem["span"]) == ("conflict", {"start": 0, "end": 17})
    header = {HEADER: "Person:01017012345"}
    assert [
        one["code"]
        for one in explained(instances, f"instanceOwner.partyId={PARTY}", USER, "instances", **header)["problems"]
    ] == ["conflict"]
    assert explained(instances, "", USER, "instances", **header)["problems"] == []


def test_what_a_caller_may_not_ask_is_refused(instances: Client) -> None:
    answer = instances.get("/explorer/instances/explain", DIGDIR, method="POST", body=b"org=skd")
    assert (answer.status_code, answer.json()["title"]) == (403, "Forbidden")


def test_tokens_are_given_away_only_where_everybody_knows_the_key() -> None:
    assert invented(SECRET).visitors() == ()
    owner, user, person = invented(keys.DEVELOPMENT).visitors()
    assert owner.query == "org=digdir"
    assert user.token == person.token
    assert set(person.headers) == {HEADER}


# --- limits, and text that means harm


def test_a_query_that_is_longer_than_any_is_not_read(client: Client) -> None:
    answer = client.get("/explorer/orders/explain", method="POST", body=b"a" * 70_000)
    assert (answer.status_code, answer.headers["content-type"]) == (413, "application/problem+json")
    assert [one["code"] for one in explained(client, f"name={'a' * 9000}")["problems"]] == ["too-long"]


def test_headers_are_limited_as_elsewhere(client: Client) -> None:
    answer = client.get("/explorer/orders/explain", headers={"X-Long": "a" * 17_000}, method="POST", body=b"")
    assert answer.status_code == 431


@pytest.mark.parametrize(
    "query", [SCRIPT, f"{SCRIPT}=1", f"name={SCRIPT}", f"id={SCRIPT}", f"filter={SCRIPT}", "\x00=\x1b"]
)
def test_answers_are_json_and_never_a_page(client: Client, query: str) -> None:
    answer = client.get("/explorer/orders/explain", method="POST", body=query.encode())
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["cache-control"] == "no-store"


def test_bytes_that_are_no_text_are_a_mistake(client: Client) -> None:
    answer = client.get("/explorer/orders/explain", method="POST", body=b"name=\xff")
    assert [one["code"] for one in answer.json()["problems"]] == ["invalid-encoding"]


def test_a_body_without_end_is_read_no_further_than_a_query_can_be_long() -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"a" * 1000

    from paramql.server.explorer.questions import _body

    with pytest.raises(Refusal, match="65,536"):
        asyncio.run(_body(endless(), 65_536))


def test_the_log_has_names_and_codes_and_no_values(client: Client, caplog: Any) -> None:
    caplog.set_level("INFO", "paramql.server")
    explained(client, "name=Kari")
    explained(client, "name=eq:Kari&nope=Kari")
    told = [record.told for record in caplog.records]
    assert [one.get("names") or one.get("problems") for one in told] == [["name"], ["unknown-parameter"]]
    assert "Kari" not in json.dumps(told)
