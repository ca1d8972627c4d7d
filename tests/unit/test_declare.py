"""Fields, lists, parameters and limits: what they hold, and what they say when they cannot be meant."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from typing import Any

import pytest

from paramql.ast import Compare, Op
from paramql.builders import eq
from paramql.declare import OPERATORS, Field, Limits, ListOf, Name, Parameter, Record
from paramql.types import Boolean, Choice, Date, DateTime, Decimal, Integer, Text, Uuid

ITEM = Record(Field("sku", Text()), Field("price.net", Integer()))


def test_a_field_is_found_at_its_name() -> None:
    field = Field("customer.name", Text())
    assert field.path == ("customer", "name")
    assert (field.unique, field.required, field.sortable, field.filterable) == (False, False, False, True)


def test_what_is_unique_always_has_a_value() -> None:
    assert Field("id", Integer(), unique=True).required


def test_fields_are_values() -> None:
    field = Field("tags", ListOf(Text()), operators=["eq"])
    assert field == Field("tags", ListOf(Text()), operators={"ne"})
    assert hash(field) == hash(Field("tags", ListOf(Text()), operators=["eq"]))
    assert field != Field("tags", ListOf(Text()))
    assert pickle.loads(pickle.dumps(field)) == field
    with pytest.raises(AttributeError):
        field.name = "other"  # type: ignore[misc]


def test_the_element_of_a_list_of_values_is_a_field_without_a_name() -> None:
    element = Field("tags", ListOf(Text())).element
    assert (element.name, element.path, element.type, element.required) == ("", (), Text(), True)
    assert element == Field("other", ListOf(Text())).element


@pytest.mark.parametrize(
    ("field", "words"),
    [
        (Field("a", Boolean()), {"eq", "exists"}),
        (Field("a", Uuid()), {"eq", "in", "exists"}),
        (Field("a", Integer()), {"eq", "in", "gt", "gte", "lt", "lte", "exists"}),
        (Field("a", Text(ordered=True)), set(OPERATORS)),
        (Field("a", ListOf(Date())), {"eq", "in", "gt", "gte", "lt", "lte", "exists"}),
        (Field("a", ListOf(ITEM)), {"exists"}),
        (Field("a", Integer(), operators=["ne", "nin"]), {"eq", "in"}),
        (Field("a", Text(), operators=[Op.ICONTAINS, "exists"]), {"icontains", "exists"}),
    ],
)
def test_a_field_takes_the_operators_of_its_type_that_are_allowed(field: Field, words: set[str]) -> None:
    assert field.words == words


@pytest.mark.parametrize(
    ("make", "error", "says"),
    [
        (lambda: Field("1a", Text()), ValueError, "'1a' is not a name: letters, digits"),
        (lambda: Field("a..b", Text()), ValueError, "not a name"),
        (lambda: Field("", Text()), ValueError, "not a name"),
        (lambda: Field("ñ", Text()), ValueError, "not a name"),
        (lambda: Field("a\n", Text()), ValueError, "not a name"),
        (lambda: Field("a", ITEM), TypeError, "a Record stands in a list"),  # type: ignore[arg-type]
        (lambda: Field("a", Text), TypeError, "must be a type such as Text()"),  # type: ignore[arg-type]
        (lambda: Field("a", str), TypeError, "must be a type such as Text()"),  # type: ignore[arg-type]
        (lambda: Field("a", Boolean(), unique=True), ValueError, "a boolean has no order"),
        (lambda: Field("a", ListOf(Text()), unique=True), ValueError, "a list has no order"),
        (lambda: Field("a", Choice("x"), sortable=True), ValueError, "cannot be sortable: a choice has no order"),
        (lambda: Field("a", ListOf(ITEM), sortable=True), ValueError, "cannot be sortable: a list has no order"),
        (lambda: Field("a", Text(), operators=["like"]), ValueError, r"unknown operators \['like'\]"),
        (lambda: Field("a", Text(), operators="eq"), TypeError, "a list of words, not 'eq': operators="),
        (lambda: Field("a", Text(), operators=Op.EQ), TypeError, "'a': operators takes a list of words"),
        (lambda: Field("a", Text(), operators=5), TypeError, "a list of words, not 5"),  # type: ignore[arg-type]
        (lambda: Field("a", Text(), operators=[5]), TypeError, "a list of words"),  # type: ignore[list-item]
        (lambda: Field("a", Text(), operators=[["eq"]]), TypeError, "a list of words"),  # type: ignore[list-item]
        (lambda: Field("a", Text(), unique=1), TypeError, "'a': unique must be True or False, not 1"),  # type: ignore[arg-type]
        (lambda: Field("a", Text(), required=None), TypeError, "required must be True or False"),  # type: ignore[arg-type]
        (lambda: Field("a", Text(), sortable="no"), TypeError, "sortable must be True or False"),  # type: ignore[arg-type]
        (lambda: Field("a", Text(), filterable=0), TypeError, "filterable must be True or False"),  # type: ignore[arg-type]
        (lambda: Field("a", Boolean(), operators=["gt"]), ValueError, "a boolean does not take gt; leave it out"),
        (lambda: Field("a", Text(), operators=["eq", "lt", "gt"]), ValueError, "a text does not take gt, lt"),
        (lambda: Field("a", ListOf(ITEM), operators=["eq", "exists"]), ValueError, "a list does not take eq"),
        (lambda: Field("a", Text(), operators=[]), ValueError, "operators names none"),
        (lambda: Field(5, Text()), TypeError, "5 is not a name: a name is a str"),  # type: ignore[arg-type]
        (Record, ValueError, "at least one field"),
        (lambda: Record([Field("a", Text())]), TypeError, "fields, given one by one: Record"),  # type: ignore[arg-type]
        (lambda: Record(Parameter("a", Text(), None)), TypeError, "Record takes fields"),  # type: ignore[arg-type]
        (lambda: Record(Field("a", Text()), Field("a", Text())), ValueError, "two fields named 'a'"),
        (lambda: Record(Field("a", Text(), unique=True)), ValueError, "neither unique nor sortable"),
        (lambda: Record(Field("a", Text(), sortable=True)), ValueError, "neither unique nor sortable"),
        (lambda: ListOf(ListOf(Text())), TypeError, "ListOf takes a type"),  # type: ignore[arg-type]
        (lambda: ListOf(Field("a", Text())), TypeError, "ListOf takes a type"),  # type: ignore[arg-type]
        (lambda: Parameter("a b", Text(), None), ValueError, "not a name"),
        (lambda: Parameter("a", ListOf(Text()), None), TypeError, "the type must be a type such as Text()"),  # type: ignore[arg-type]
        (lambda: Parameter("a", Text(), None, operators=["exists"]), ValueError, "'exists' is for fields"),
        (
            lambda: Parameter("a", Boolean(), lambda flag: eq("a", flag), operators=["in"]),
            ValueError,
            "none of its operators fits a boolean",
        ),
        (lambda: Parameter("a", Text(), None, operators=["eq", "in"]), ValueError, "takes eq alone; leave operators"),
        (lambda: Parameter("a", Text(), None, operators=["gt"]), ValueError, "takes eq alone; leave operators"),
        (lambda: Parameter("a", Text(), "eq"), TypeError, "where is a function of the value"),  # type: ignore[arg-type]
        (lambda: Parameter(None, Text(), None), TypeError, "a name is a str"),  # type: ignore[arg-type]
        (lambda: Parameter("a", Text(), None, notice=5), TypeError, "notice must be a sentence, not 5: notice="),  # type: ignore[arg-type]
        (lambda: Parameter("a", Text(), eq, operators="gt"), TypeError, "'a': operators takes a list of words"),
        (lambda: Limits(clauses=True), TypeError, "clauses must be an int, not True"),
        (lambda: Limits(items=1.5), TypeError, "items must be an int, not 1.5"),  # type: ignore[arg-type]
        (lambda: Limits(items=float("nan")), TypeError, "items must be an int, not nan"),  # type: ignore[arg-type]
        (lambda: Limits(query="9"), TypeError, "query must be an int, not '9'"),  # type: ignore[arg-type]
        (lambda: Decimal(1.5), TypeError, "Decimal takes ints"),  # type: ignore[arg-type]
        (lambda: Decimal(True), TypeError, "Decimal takes ints"),
        (lambda: Decimal(2, digits="9"), TypeError, "Decimal takes ints"),  # type: ignore[arg-type]
        (lambda: Text(ordered=1), TypeError, "Text takes ordered=True or False"),  # type: ignore[arg-type]
        (lambda: Choice(["a", "b"]), TypeError, "Choice takes words, given one by one"),  # type: ignore[arg-type]
        (lambda: Choice("a", 5), TypeError, "Choice takes words, given one by one"),  # type: ignore[arg-type]
        (lambda: DateTime(["ms"]), ValueError, "DateTime takes precision='us', 'ms' or 's'"),  # type: ignore[arg-type]
        (lambda: Choice("a\0"), ValueError, "cannot be asked for: U"),
        (lambda: Choice("a", "\ud800"), ValueError, "cannot be asked for: U"),
        (lambda: Choice("a" * 1025), ValueError, "longer than 1024"),
        (lambda: Limits(depth=0), ValueError, "depth must be at least 1"),
        (lambda: Limits(problems=-1), ValueError, "problems must be at least 1"),
        (lambda: Limits(depth=10_000), ValueError, "depth must be at most"),
    ],
)
def test_what_cannot_be_meant_fails_when_it_is_made(make: Callable[[], Any], error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        make()


def test_a_parameter_takes_eq_and_in_cut_to_what_its_type_has() -> None:
    assert Parameter("a", Integer(), lambda value: eq("n", value)).words == {"eq", "in"}
    assert Parameter("a", Boolean(), lambda value: eq("n", value)).words == {"eq"}


def test_a_parameter_with_more_operators_is_told_which() -> None:
    assert not Parameter("a", Integer(), None).is_widened
    assert not Parameter("a", Integer(), None, operators=["ne"]).is_widened
    assert Parameter("a", Integer(), lambda op, value: Compare("n", op, value), operators=["eq", "gt"]).is_widened


def test_an_option_takes_eq_alone() -> None:
    assert Parameter("a", Integer(), None).words == {"eq"}
    assert Parameter("a", Integer(), None) == Parameter("a", Integer(), None, operators=["eq"])


def test_a_name_stands_for_a_field_by_way_of_lists() -> None:
    sku = Field("sku", Text())
    name = Name("lines.sku", (Field("lines", ListOf(Record(sku))),), sku)
    assert (name.text, name.target) == ("lines.sku", sku)
