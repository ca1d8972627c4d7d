"""The test kit: it reads every case, lets what is right pass, and says what is wrong of what is not."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any as Anything

import jsonschema
import pytest

from paramql.declare import Expression
from paramql.problems import CODES
from paramql.schema import Schema
from paramql.testing import Case, Group, PythonEngine, cases, engines, run
from paramql.testing.engines_sql import SqlEngine
from paramql.testing.known import KNOWN
from paramql.types import Integer

WRITTEN = Path(__file__).parents[1] / "conformance"
SHIPPED = Path(__file__).parents[2] / "src" / "paramql" / "testing" / "cases"
FILES = sorted(WRITTEN.glob("*.json"))

DESCRIPTION = {"fields": [{"name": "id", "type": "text", "unique": True}, {"name": "n", "type": "integer"}]}
GROUP = Group("feature", DESCRIPTION, ({"id": "a", "n": 1}, {"id": "b", "n": 2}))


def case(query: str, given: Mapping[str, Anything] | None = None, hides: str = "", **expected: Anything) -> Case:
    return Case(GROUP, "a case", query, given or {}, expected, tuple(hides.split()))


# --- the cases


def test_there_are_as_many_cases_as_a_language_needs() -> None:
    assert len(list(cases())) >= 300


@pytest.mark.parametrize("file", [file for file in FILES if file.name != "schema.json"], ids=lambda file: file.stem)
def test_a_file_of_cases_follows_the_json_schema(file: Path) -> None:
    schema = json.loads((WRITTEN / "schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(json.loads(file.read_text("utf-8")))


def test_every_file_of_cases_is_shipped_by_a_link_of_its_own() -> None:
    assert {file.name for file in SHIPPED.iterdir()} == {file.name for file in FILES}
    for file in FILES:
        assert (SHIPPED / file.name).read_text("utf-8") == file.read_text("utf-8"), (
            "links need a checkout that has them"
        )


def test_names_of_cases_are_unique() -> None:
    names = [str(one) for one in cases()]
    assert len(names) == len(set(names))


def test_records_selected_are_records_of_the_case() -> None:
    for one in cases():
        assert set(one.expected.get("ids", ())) <= {row["id"] for row in one.group.rows}, one


def test_spans_lie_in_the_query_and_in_order() -> None:
    for one in cases():
        spans = [problem["span"] for problem in one.expected.get("problems", ())]
        assert spans == sorted(spans), one
        assert all(0 <= start <= end <= len(one.query) for start, end in spans), one


def test_every_code_has_a_case() -> None:
    assert {problem["code"] for one in cases() for problem in one.expected.get("problems", ())} == CODES


def test_a_long_query_is_written_in_parts() -> None:
    longest = max(cases(), key=lambda one: len(one.query))
    assert longest.query == "t=" + 10_000 * "x"


# --- the runner


def test_a_case_that_is_right_passes() -> None:
    run(case("n=1", ids=["a"], canonical="n=eq:1", size=100), PythonEngine())
    run(case("n=x", problems=[{"code": "invalid-value", "span": [2, 3], "parameter": "n", "suggestion": "number"}]))


WRONG = {
    "ids": (case("n=1", ids=["b"]), "not selected: \\['b'\\]\n  selected: \\['a'\\]"),
    "canonical": (case("n=1", canonical="n=1"), "canonical: 'n=1'\n  found: 'n=eq:1'"),
    "a code": (case("n=x", problems=[{"code": "syntax", "span": [2, 3]}]), "found: .*invalid-value"),
    "a span": (case("n=x", problems=[{"code": "invalid-value", "span": [0, 1]}]), r"found: .*\[2, 3\]"),
    "a parameter": (case("n=x", problems=[{"code": "invalid-value", "span": [2, 3], "parameter": "m"}]), "'n'"),
    "a suggestion": (case("n=x", problems=[{"code": "invalid-value", "span": [2, 3], "suggestion": "15"}]), "whole"),
    "a problem too many": (case("n=1", problems=[{"code": "syntax", "span": [0, 0]}]), r"found: \[\]"),
    "a problem too few": (case("n=x&m=y", problems=[{"code": "invalid-value", "span": [2, 3]}]), "unknown-parameter"),
    "no problem": (case("n=x", ids=["a"]), r"problems: \[\]"),
    "a notice": (case("n=1", notices=["repaired-plus"]), r"notices: .*\n  found: \[\]"),
    "an order": (case("", order=["asc:id"], ids=["b", "a"]), r"ids, in order: \['b', 'a'\]"),
    "what is hidden": (
        case("n=x", hides="n", problems=[{"code": "invalid-value", "span": [2, 3]}]),
        "the answer without n",
    ),
}


def run_both_ways(one: Case) -> None:
    run(one)
    run(one, PythonEngine())


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_a_case_that_is_wrong_says_what_was_expected_and_what_was_found(wrong: tuple[Case, str]) -> None:
    one, message = wrong
    with pytest.raises(AssertionError, match=f"^feature: a case\n  query: (.|\n)*{message}"):
        run_both_ways(one)


def test_a_canonical_form_that_is_refused_fails_the_case(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("paramql.testing.runner.render", lambda _: "m=1")
    with pytest.raises(AssertionError, match="its canonical form is refused"):
        run(case("n=1", ids=["a"]))


def test_a_canonical_form_beyond_the_limits_is_not_asked_again() -> None:
    short = Group("feature", {**DESCRIPTION, "limits": {"query": 5}}, GROUP.rows)
    run(Case(short, "short", "n=1", {}, {"ids": ["a"], "canonical": "n=eq:1"}), PythonEngine())


# --- engines


class Empty:
    """An engine that never selects anything."""

    name = "empty"

    def load(self, schema: Schema, documents: Iterable[Mapping[str, Anything]]) -> None:
        """Hold nothing."""

    def select(self, where: Expression) -> set[Anything]:
        """Select nothing."""
        return set()


def test_an_engine_of_ones_own_is_any_object_with_a_name_load_and_select() -> None:
    run(case("n=3", ids=[]), Empty())
    with pytest.raises(AssertionError, match=r"engine: empty\n  not selected: \['a'\]"):
        run(case("n=1", ids=["a"]), Empty())


def test_ways_of_asking_python_that_differ_are_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    engine, schema = PythonEngine(), GROUP.schema
    engine.load(schema, GROUP.rows)
    answers = iter([[{"id": "a"}], []])

    class Predicate:
        def __call__(self, record: object) -> bool:
            return False

        def filter(self, records: object) -> object:
            return next(answers)

    monkeypatch.setattr("paramql.testing.engine.compile", lambda *_: Predicate())
    with pytest.raises(AssertionError, match="then set"):
        engine.select(schema.parse("n=1").where)


def test_an_engine_holds_the_last_records_only() -> None:
    engine = SqlEngine("sqlite")
    engine.load(GROUP.schema, GROUP.rows)
    engine.load(GROUP.schema, GROUP.rows[:1])
    assert engine.select(GROUP.schema.parse("").where) == {"a"}


def test_engines_of_one_database_do_not_disturb_each_other() -> None:
    one, other = SqlEngine("sqlite"), SqlEngine("sqlite", "document")
    for engine, rows in ((one, GROUP.rows), (other, GROUP.rows[:1])):
        engine.load(GROUP.schema, rows)
    where = GROUP.schema.parse("").where
    assert [engine.select(where) for engine in (one, other, one)] == [{"a", "b"}, {"a"}, {"a", "b"}]


def test_an_engine_takes_typed_records_as_it_takes_documents() -> None:
    engine = SqlEngine("sqlite", "document")
    engine.load(GROUP.schema, [GROUP.schema.load(row) for row in GROUP.rows])
    assert engine.select(GROUP.schema.parse("n=2").where) == {"b"}


def test_a_schema_without_a_unique_field_cannot_be_tested() -> None:
    from paramql.declare import Field

    with pytest.raises(ValueError, match="needs a unique field"):
        PythonEngine().load(Schema(Field("n", Integer())), [])


def test_engines_are_those_that_can_be_had_here_each_made_once() -> None:
    names = [engine.name for engine in engines()]
    assert {"python", "sqlite, columns"} <= set(names) <= set(KNOWN)
    assert list(engines()) == list(engines())
