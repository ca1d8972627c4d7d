"""A schema guessed from documents: types that fit all values, and a note for whatever could not be taken in."""

from __future__ import annotations

from typing import Any

import pytest

import paramql as pq
from paramql.cli import infer as inferring
from paramql.cli.infer import NoFieldsError, infer


def types(*documents: dict[str, Any]) -> dict[str, object]:
    return {field.name: field.type for field in infer(documents).schema.fields}


def only_type(*values: object) -> object:
    return types(*({"a": value} for value in values))["a"]


@pytest.mark.parametrize(
    ("values", "type_"),
    [
        ((True, False), pq.Boolean()),
        ((1, 2), pq.Integer()),
        ((1, 2.5), pq.Float()),
        ((2**70,), pq.Float()),
        (("2024-05-01T10:00:00Z", "2024-05-01T10:00:00.1234567+02:00"), pq.DateTime()),
        (("2024-05-01",), pq.Date()),
        (("2024-05-01", "2024-05-01T10:00:00Z"), pq.Text(ordered=True)),
        (("2024-05-01T10:00:00Z", "soon"), pq.Text(ordered=True)),
        (("2024-13-01",), pq.Text(ordered=True)),
        ((None, "x"), pq.Text(ordered=True)),
        ((["a"], []), pq.ListOf(pq.Text(ordered=True))),
        (([None, 1], [2.5]), pq.ListOf(pq.Float())),
        (([{"b": 1}, None, {"b": 2.5}],), pq.ListOf(pq.Record(pq.Field("b", pq.Float())))),
    ],
)
def test_the_type_is_the_one_that_fits_all_values(values: tuple[object, ...], type_: object) -> None:
    assert only_type(*values) == type_


def test_objects_become_dotted_names() -> None:
    assert types({"a": {"b": {"c": 1}, "d": "x"}}) == {"a.b.c": pq.Integer(), "a.d": pq.Text(ordered=True)}


@pytest.mark.parametrize(
    ("document", "note"),
    [
        ({"a b": 1}, "left out: 'a b' is not a name"),
        ({"a.b": 1}, "left out: 'a.b': a dot in a name is a step into an object"),
        ({"a": None}, "left out: 'a': no value tells its type"),
        ({"a": []}, "left out: 'a': no value tells its type"),
        ({"a": [[1]]}, "left out: 'a': no value tells its type"),
        ({"a": [{}]}, "left out: 'a': its objects have no member that can be a field"),
        ({"a": {}}, "left out: 'a': its objects have no member that can be a field"),
        ({"a": [1, 2, "x"]}, "'an element of a' is mostly integer; where it is text, it does not fit"),
    ],
)
def test_what_cannot_be_taken_in_is_noted(document: dict[str, Any], note: str) -> None:
    [found] = infer([document | {"z": 1}]).notes
    assert found.startswith(note)


def test_values_of_several_kinds_are_of_the_most_frequent_one() -> None:
    inferred = infer([{"a": 1}, {"a": {"b": 1}}, {"a": {"b": True}}, {"a": {"b": 2}}])
    assert [field.name for field in inferred.schema.fields] == ["a.b"]
    assert inferred.notes == (
        "'a' is mostly object; where it is integer, it does not fit",
        "'a.b' is mostly integer; where it is boolean, it does not fit",
    )


def test_controls_give_way_to_fields() -> None:
    schema = infer([{"size": 1, "_size": 2, "order": 3}]).schema
    assert schema.controls["size"] == "__size"
    assert schema.controls["filter"] == "filter"
    assert schema.parse("size=gt:0&__size=5").page.size == 5
    assert infer([{"continuationToken": 1}]).schema.parse("continuationToken=1").names


def test_the_source_makes_the_same_schema() -> None:
    inferred = infer([{"size": 1, "a": {"b": "2024-05-01T10:00:00Z"}, "c": [{"d": ["x"], "e": 1.5}], "f": [True]}])
    made = eval(inferred.source, {"pq": pq})
    assert made.fields == inferred.schema.fields
    assert made.controls == inferred.schema.controls


def test_depth_and_number_of_fields_have_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    deep: dict[str, Any] = {"z": 1}
    for _ in range(500):
        deep = {"a": deep, "b": [[deep]] if _ < 5 else 1}
    assert len(types(deep)) < 20
    monkeypatch.setattr(inferring, "_MOST_FIELDS", 3)
    assert len(types({f"a{number}": 1 for number in range(9)})) == 3


@pytest.mark.parametrize(
    ("above", "inside", "name"),
    [
        (15, {"b": 1}, None),
        (16, {"b": 1}, "b"),
        (16, {"b": None}, "b"),
        (14, {"b": [1]}, None),
        (15, {"b": [1]}, "b"),
        (13, {"b": [{"c": 1}]}, None),
        (14, {"b": [{"c": 1}]}, "c"),
    ],
)
def test_what_lies_too_deep_is_told(above: int, inside: dict[str, Any], name: str | None) -> None:
    for _ in range(above):
        inside = {"a": inside}
    notes = infer([inside | {"z": 1}]).notes
    told = [note for note in notes if note.endswith(f"{name}': what is inside 16 others is not looked at")]
    assert notes[:1] == tuple(told), notes


def test_documents_without_members_tell_nothing() -> None:
    with pytest.raises(NoFieldsError) as told:
        infer([{}])
    assert told.value.notes == ()
