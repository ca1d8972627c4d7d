"""What a schema is to its clients: parameters whose examples are taken, and JSON Schemas that hold."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import validate

import paramql as pq
from orders import ORDERS
from paramql import instances
from paramql.cli.commands import run
from paramql.client import Fields, fields
from paramql.declare import Name
from paramql.openapi import page_schema, parameters, problem_schema, record_schema, reference, typed_names, value_schema
from paramql.openapi.asking import example_of, operators_of
from paramql.problems import CODES
from paramql.types import Type

WORDS = pq.Choice("a b", "gt:", "x,y", "(z)", '"', "plain")


class Colour(Type):
    """A type of the host's own."""

    word = "colour"
    accepts = "a colour"

    def parse(self, text: str, clock: Any) -> str:
        return text

    def load(self, value: object) -> str:
        return str(value)


SCHEMA = pq.Schema(
    pq.Field("id", pq.Integer(), unique=True),
    pq.Field("price", pq.Decimal(2, digits=5), required=True, sortable=True),
    pq.Field("weight", pq.Float()),
    pq.Field("shown.at", pq.DateTime(), required=True),
    pq.Field("shown.until", pq.Date()),
    pq.Field("key", pq.Uuid()),
    pq.Field("odd", WORDS),
    pq.Field("is_new", pq.Boolean()),
    pq.Field("tags", pq.ListOf(pq.Text()), operators=["startswith"]),
    pq.Field("lines", pq.ListOf(pq.Record(pq.Field("sku", pq.Text()), pq.Field("net", pq.Text(), filterable=False)))),
    pq.Field("hidden", pq.Text(), filterable=False),
    pq.Field("secrets", pq.ListOf(pq.Record(pq.Field("one", pq.Text(), filterable=False)))),
    pq.Field("colour", Colour()),
    pq.Parameter("even", pq.Integer(), lambda number: pq.eq("id", 1 // (number % 2 - 1))),
    pq.Parameter("verbose", pq.Boolean(), None),
    rules=[lambda query: [pq.Problem("conflict", "ask for two")] if len(query.names) < 2 else None],
)
DOCUMENT: dict[str, Any] = {
    "id": 1,
    "price": "9.95",
    "weight": None,
    "shown": {"at": "2024-05-01T12:00:00Z", "until": "2024-05-01"},
    "key": "0190163d-8694-739b-aea5-966c26f8ad91",
    "odd": "gt:",
    "is_new": True,
    "tags": ["a", None],
    "lines": [{"sku": "s"}, None],
    "colour": "red",
}


def faults(schema: dict[str, Any], instance: object) -> list[str]:
    """Where an instance is not what a schema says."""
    Draft202012Validator.check_schema(schema)
    checked = Draft202012Validator(schema, format_checker=FormatChecker()).iter_errors(json.loads(json.dumps(instance)))
    return [error.json_path for error in checked]


def by_name(schema: pq.Schema, **options: Any) -> dict[str, dict[str, Any]]:
    return {one["name"]: one for one in parameters(schema, **options)}


def test_parameters_are_valid_openapi() -> None:
    operation = {"parameters": parameters(SCHEMA), "responses": {"200": {"description": "A page"}}}
    document = {"openapi": "3.1.0", "info": {"title": "x", "version": "1"}, "paths": {"/x": {"get": operation}}}
    validate(document)
    validate({**document, "components": {"schemas": {"R": record_schema(SCHEMA), "P": problem_schema()}}})


def test_examples_are_taken_and_of_what_is_refused_there_are_none() -> None:
    shown = by_name(SCHEMA)
    assert shown["odd"]["schema"]["items"]["examples"] == ["eq:a b", "in:(a b,plain)"]
    assert shown["tags"]["schema"]["items"]["examples"] == ["startswith:blue"]
    assert shown["lines"]["schema"]["items"]["examples"] == ["exists:true"]
    assert shown["verbose"]["schema"] == {"type": "string", "examples": ["true"]}
    assert shown["even"]["schema"]["items"]["examples"] == ["12"], "of 13 the host's function fails"
    never = pq.Schema(pq.Field("id", pq.Integer()), pq.Parameter("odd", pq.Text(), lambda _: pq.eq("id", "x")))
    assert "examples" not in by_name(never)["odd"]["schema"]["items"]


def test_examples_of_the_host_have_to_be_right() -> None:
    assert by_name(SCHEMA, examples={"id": ["gt:7"]})["id"]["schema"]["items"]["examples"] == ["gt:7"]
    with pytest.raises(ValueError, match=r"the example 'seven' of 'id' is refused: 'seven' is not an integer; give"):
        parameters(SCHEMA, examples={"id": ["seven"]})


@pytest.mark.parametrize(
    ("order", "valid"),
    [
        (["placed.at"], True),
        (["as-of_2,desc:id"], True),
        (["asc:id", "placed.at"], True),
        (["placedXat"], False),
        (["up:id"], False),
        (["id,"], False),
        (["id desc"], False),
        (["ID"], False),
    ],
)
def test_an_order_is_one_key_or_several(order: list[str], valid: bool) -> None:
    """Those of `total,desc:id`, too, and of a parameter that stands twice."""
    keys = [pq.Field(name, pq.Integer(), sortable=True) for name in ("id", "placed.at", "as-of_2")]
    for schema, told in ((pq.Schema(*keys), valid), (pq.Schema(*keys, ignore_case=True), valid or order == ["ID"])):
        shown = by_name(schema)["order"]["schema"]
        assert (not faults(shown, order)) == told
        assert not faults(shown, shown["items"]["examples"])


def test_programs_are_told_the_type_and_the_operators() -> None:
    shown = by_name(SCHEMA)
    assert shown["id"]["x-filter"]["operators"] == ["eq", "ne", "in", "nin", "gt", "gte", "lt", "lte", "exists"]
    assert shown["lines.sku"]["x-filter"]["list"] is True
    assert shown["is_new"]["x-filter"]["values"] == ["true", "false"]
    assert shown["lines"]["x-filter"] == {"type": "record", "operators": ["exists"], "list": True}
    assert by_name(ORDERS)["old"] | {"description": "", "deprecated": True} == by_name(ORDERS)["old"] | {
        "description": ""
    }


@pytest.mark.parametrize("word", ["text", "datetime", "choice"])
def test_each_operator_has_an_example(word: str) -> None:
    type_ = {"text": pq.Text(ordered=True), "datetime": pq.DateTime(), "choice": WORDS}[word]
    name = Name("f", (), pq.Field("f", type_))
    schema = pq.Schema(pq.Field("f", type_))
    for operator in operators_of(name):
        asked = schema.parse(f"f={example_of(name, operator)}")
        assert pq.render(asked).startswith(f"f={operator}:"), operator


def test_what_a_caller_may_not_use_is_in_none_of_it() -> None:
    assert list(by_name(SCHEMA, only=["id", "lines"])) == ["id", "lines", "lines.sku", "size", "filter"]
    assert "(?:price)" in by_name(SCHEMA, only=["price"])["order"]["schema"]["items"]["pattern"]
    assert "order" not in by_name(SCHEMA, only=["id"])
    assert "default" not in by_name(SCHEMA)["order"]["description"]
    assert list(record_schema(SCHEMA, only=["shown", "lines.sku"])["properties"]) == ["shown", "lines"]
    assert record_schema(SCHEMA)["properties"]["secrets"]["items"] == {"type": ["object", "null"], "properties": {}}
    text = json.dumps([parameters(SCHEMA), record_schema(SCHEMA), page_schema(SCHEMA)])
    assert not [name for name in ("hidden", "one", "net") if f'"{name}"' in text]


@pytest.mark.parametrize("describe", [parameters, record_schema, reference])
def test_the_names_of_a_caller_are_a_list(describe: Callable[..., object]) -> None:
    with pytest.raises(TypeError, match=r"only takes a list of names: only=\['org'\]"):
        describe(SCHEMA, only="id")


def test_documents_that_load_are_valid() -> None:
    assert SCHEMA.load(DOCUMENT, strict=True)
    assert faults(record_schema(SCHEMA), DOCUMENT) == []


@pytest.mark.parametrize(
    ("member", "value"),
    [
        *(("id", None), ("id", "1"), ("id", 2**63), ("price", 1000), ("price", "1e3"), ("shown", None)),
        *(("shown", {"until": "2024-05-01"}), ("shown", {"at": "noon"}), ("key", "k"), ("odd", "even")),
        *(("is_new", 1), ("tags", "a"), ("tags", [1]), ("lines", [{"sku": 1}])),
    ],
)
def test_documents_that_do_not_load_are_not(member: str, value: object) -> None:
    with pytest.raises(ValueError, match=member):
        SCHEMA.load(DOCUMENT | {member: value}, strict=True)
    assert faults(record_schema(SCHEMA), DOCUMENT | {member: value})


def test_a_page_and_its_errors_are_as_they_are_said_to_be() -> None:
    body = {"count": 1, "self": "?size=1", "next": None, "orders": [DOCUMENT]}
    assert faults(page_schema(SCHEMA, "orders"), body) == []
    assert faults(page_schema(SCHEMA, "orders"), body | {"orders": [{"id": "x"}]})
    assert faults(page_schema(SCHEMA, "orders", item={"const": 7}), body | {"orders": [7]}) == []
    with pytest.raises(pq.QueryError) as caught:
        SCHEMA.parse("id=x&nope=1&order=&filter=and(")
    assert len(caught.value.problems) == 4
    assert faults(problem_schema(), caught.value.to_problem()) == []
    assert faults(problem_schema(), caught.value.to_problem() | {"problems": [{"code": "other"}]})


def asked_in(page: str) -> list[str]:
    """The query strings that a reference shows, but for the one that it shows to be wrong."""
    found = [line for block in fenced("text", page) for line in block.splitlines()]
    assert found.pop() == "no-such-name=1"
    return found


def fenced(kind: str, page: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)


def codes(schema: pq.Schema, text: str) -> set[str]:
    """What is wrong with a query."""
    try:
        schema.parse(text)
    except pq.QueryError as error:
        return {problem.code for problem in error.problems}
    return set()


@pytest.mark.parametrize("schema", [SCHEMA, ORDERS, instances.SCHEMA], ids=["every type", "orders", "instances"])
def test_what_a_reference_shows_is_taken(schema: pq.Schema) -> None:
    examples = instances.EXAMPLES if schema is instances.SCHEMA else None
    page = reference(schema, "Filters of it", examples=examples)
    for text in asked_in(page):
        assert codes(schema, text) <= {"conflict"}, text
    for one in parameters(schema):
        assert f"`{one['name']}`" in page
        for word in one.get("x-filter", {}).get("operators", ()):
            assert f"| `{word}` |" in page
    assert faults(problem_schema(), json.loads(fenced("json", page)[0])) == []
    assert all(f"| `{code}` |" in page for code in CODES)


def test_a_reference_has_an_example_of_each_operator_of_each_name() -> None:
    shown = asked_in(reference(ORDERS))
    for one in parameters(ORDERS):
        for word in one.get("x-filter", {}).get("operators", ()):
            begins = f"{one['name']}={'' if word == 'eq' else f'{word}:'}"
            assert [text for text in shown if text.startswith(begins)], begins
    assert "filter=any(lines,sku:eq:blue)" in shown


def test_a_reference_is_of_what_the_schema_has() -> None:
    plain = reference(
        pq.Schema(pq.Field("a", pq.Text(), operators=["exists"]), pq.Field("b", pq.Text(), filterable=False))
    )
    assert "`contains`" not in plain
    assert "order" not in asked_in(plain)
    assert "any(" not in plain
    assert "`b`" not in plain
    alone = reference(pq.Schema(pq.Field("a", pq.Text(), filterable=False), pq.Parameter("o", pq.Text(), None)))
    assert asked_in(alone) == ["o=blue", "size=20"]
    assert "`id`" not in reference(ORDERS, only=["name"])
    assert "list: one of x\\|y" in reference(pq.Schema(pq.Field("a", pq.ListOf(pq.Choice("x|y")))))
    listed = pq.Schema(pq.Field("a", pq.Text(), operators=["in"]), pq.Field("c", WORDS, operators=["in"]))
    assert "filter=or(a:in:(blue,green),not(c:in:(a%20b,plain)))" in asked_in(reference(listed))
    never = pq.Schema(pq.Field("a", pq.Integer()), pq.Parameter("o", pq.Text(), lambda _: pq.eq("a", "x")))
    assert "### `o`\n\nText: any text.\n\n## And" in reference(never)
    with pytest.raises(ValueError, match="do not ignore it"):
        reference(pq.Schema(pq.Field("a", pq.Text()), ignore=["no-*"]))


def test_the_page_of_the_instances_is_what_the_command_writes(capsys: pytest.CaptureFixture[str]) -> None:
    """`paramql reference --title "What may be asked of instances" > docs/instances-filters.md` writes it."""
    assert run(["reference", "--title", "What may be asked of instances"]) == 0
    page = Path(__file__).resolve().parents[2] / "docs" / "instances-filters.md"
    assert capsys.readouterr().out == page.read_text(encoding="utf-8")


def test_the_class_of_names_knows_what_the_schema_has() -> None:
    """`tests/typing/orders_names.py` is one, for type checkers; `typed_names(ORDERS, "Order")` writes it."""
    source = typed_names(ORDERS, "Order")
    assert source == (Path(__file__).resolve().parents[1] / "typing" / "orders_names.py").read_text(encoding="utf-8")
    made: dict[str, Any] = {}
    exec(typed_names(SCHEMA, "Thing"), made)
    thing = fields(SCHEMA, made["Thing"])
    assert str(thing.shown.at > "2024") == "shown.at=gt:2024"
    assert str(thing.lines.any(lambda line: line.sku == "s")) == "filter=any(lines,sku:eq:s)"
    assert made["ThingLines"].__annotations__.keys() == {"sku"}
    assert not {"hidden", "colour", "net"} & made["Thing"].__annotations__.keys()


def test_classes_of_names_do_not_share_a_title_and_words_of_python_are_left_out() -> None:
    odd = pq.Schema(
        *(pq.Field(name, pq.Integer()) for name in ("data.values.x", "dataValues.y", "in", "x-y", "from.z", "__a")),
        pq.Field("list", pq.ListOf(pq.Record(pq.Field("class", pq.Text())))),
    )
    made: dict[str, Any] = {}
    exec(typed_names(odd, "It"), made)
    titles = {
        name for name, one in made.items() if isinstance(one, type) and issubclass(one, Fields) and one is not Fields
    }
    assert titles == {"It", "ItData", "ItDataValues", "ItDataValues_", "ItList"}
    assert made["It"].__annotations__.keys() == {"data", "dataValues", "list"}
    ordered = typed_names(pq.Schema(pq.Field("a", pq.Text(ordered=True)), pq.Field("b", pq.Text())))
    assert "import Fields, OrderedText, Text\n" in ordered
    assert "    a: OrderedText\n    b: Text\n" in ordered
    assert "class Nothing(Fields):\n    pass\n" in typed_names(pq.Schema(pq.Field("in", pq.Text())), "Nothing")
    with pytest.raises(ValueError, match="'class' is no name of a class"):
        typed_names(odd, "class")


def test_a_type_of_the_hosts_own_may_be_anything() -> None:
    assert value_schema(Colour()) == {}
