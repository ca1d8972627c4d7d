"""Schemas of dataclasses: what each annotation means, what attributes say of themselves, and what cannot be meant."""

from __future__ import annotations

import datetime as dt
import enum
import subprocess
import sys
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, make_dataclass
from decimal import Decimal as Number
from random import Random
from typing import Annotated, Literal, NewType, Optional, TypeVar
from typing import Any as Anything

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import TypeAliasType

import paramql as pq
from asked_models import complaints, hold_alike, types_of
from paramql.integrations.models import Asked, Hidden, ModelSchema, Named, schema_of, target_of
from strategies.values import stored

T = TypeVar("T")
NOON = dt.datetime(2019, 5, 1, 12)  # noqa: DTZ001 - as programs have them that think of no zone


class State(enum.Enum):
    OPEN = "open"
    CLOSED = "closed"


class Level(enum.IntEnum):
    LOW = 1
    HIGH = 2


class Odd(enum.Enum):
    A = 1.5


class Empty(enum.Enum):
    NONE = ""


class Sku(str):
    __slots__ = ()


OrderId = NewType("OrderId", int)
HIDDEN: Anything = Annotated[str, Hidden()]
Tags = TypeAliasType("Tags", list[str])


@dataclass
class Money:
    amount: Annotated[Number, pq.Decimal(2)]
    currency: Literal["NOK", "SEK"]


@dataclass
class Node:
    id: int
    parent: Node | None = None
    children: list[Node] = field(default_factory=list)


def one(annotation: Anything, **options: Anything) -> ModelSchema:
    """The schema of a dataclass with one field."""
    return schema_of(make_dataclass("One", [("a", annotation)]), **options)


# --- what annotations mean

MONEY = {"a.amount": pq.Decimal(2), "a.currency": pq.Choice("NOK", "SEK")}
LIST_OF_MONEY = pq.ListOf(
    pq.Record(
        pq.Field("amount", pq.Decimal(2), required=True), pq.Field("currency", pq.Choice("NOK", "SEK"), required=True)
    )
)


@pytest.mark.parametrize(
    ("annotation", "type_"),
    [
        (int, pq.Integer()),
        (str, pq.Text()),
        (float, pq.Float()),
        (bool, pq.Boolean()),
        (dt.datetime, pq.DateTime()),
        (dt.date, pq.Date()),
        (uuid.UUID, pq.Uuid()),
        (Annotated[Number, pq.Decimal(2)], pq.Decimal(2)),
        (Annotated[dt.datetime, pq.DateTime("ms")], pq.DateTime("ms")),
        (Annotated[str, "of another library", pq.Text(ordered=True)], pq.Text(ordered=True)),
        (Annotated[str, Asked(type=pq.Uuid()), Asked(type=pq.Choice("a"))], pq.Choice("a")),
        (Annotated[dict[str, str], pq.Text()], pq.Text()),
        (Sku, pq.Text()),
        (OrderId, pq.Integer()),
        (State, pq.Choice("open", "closed")),
        (Level, pq.Integer()),
        (Literal["a", "b"], pq.Choice("a", "b")),
        (Literal[1, 2], pq.Integer()),
        (Literal[True], pq.Boolean()),
        (Literal[State.OPEN], pq.Choice("open")),
        (Literal["a", None], pq.Choice("a")),  # noqa: PYI061 - as others may write it
        (list[str], pq.ListOf(pq.Text())),
        (Tags, pq.ListOf(pq.Text())),
        (set[uuid.UUID], pq.ListOf(pq.Uuid())),
        (frozenset[dt.date], pq.ListOf(pq.Date())),
        (tuple[int, ...], pq.ListOf(pq.Integer())),
        (Sequence[State], pq.ListOf(pq.Choice("open", "closed"))),
        (list[Annotated[Number, pq.Decimal(1)]], pq.ListOf(pq.Decimal(1))),
        (list[int | None] | None, pq.ListOf(pq.Integer())),
        (list[Money], LIST_OF_MONEY),
    ],
    ids=str,
)
def test_an_annotation_is_a_type(annotation: Anything, type_: Anything) -> None:
    assert types_of(one(annotation)) == {"a": type_}


@pytest.mark.parametrize(
    ("annotation", "required"),
    [
        (int, True),
        (int | None, False),
        (Optional[int], False),  # noqa: UP045 - likewise
        (Annotated[int | None, "beside"], False),
        (Annotated[int, Asked(required=False)], False),
        (Literal["a", None], False),  # noqa: PYI061
        (list[int], False),
    ],
    ids=str,
)
def test_what_may_be_none_is_not_required_and_a_list_may_be_empty(annotation: Anything, required: bool) -> None:
    assert one(annotation)["a"].required is required


@pytest.mark.parametrize(("annotation", "required"), [(Money, True), (Money | None, False)], ids=str)
def test_a_dataclass_in_another_has_dotted_names(annotation: Anything, required: bool) -> None:
    schema = one(annotation)
    assert types_of(schema) == MONEY
    assert {field.required for field in schema.fields} == {required}


# --- what attributes say of themselves, and what is said of them


@dataclass
class Line:
    sku: Annotated[str, Named("article"), Asked(sortable=True, unique=True, operators=["eq", "in"])]
    cost: Annotated[int, Hidden()]
    quantity: int | None = None


@dataclass
class Order:
    id: Annotated[int, Asked(unique=True)]
    customer_name: Annotated[str | None, Named("customer.name")]
    password: Annotated[str, Hidden] | None
    placed: Annotated[dt.datetime, Asked(sortable=True, operators=["gt", "lt"])]
    lines: list[Line]
    first: Line | None = None
    _cache: str = ""


def names(schema: pq.Schema) -> list[str]:
    """The names of the fields; of lists, those of the elements, too."""
    found = []
    for one in schema.fields:
        found.append(one.name)
        if isinstance(one.type, pq.ListOf) and isinstance(one.type.of, pq.Record):
            found += [f"{one.name}.{inner.name}" for inner in one.type.of.fields]
    return found


ALL = ["id", "customer.name", "placed", "lines", "lines.article", "lines.quantity", "first.article", "first.quantity"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, ALL),
        ({"hide": ["lines", "first.quantity"]}, ["id", "customer.name", "placed", "first.article"]),
        ({"only": ["id", "lines.sku"]}, ["id", "lines", "lines.article"]),
        ({"only": ["id", "lines"]}, ["id", "lines", "lines.article", "lines.quantity"]),
        ({"only": ["id", "lines"], "hide": ["lines.sku"]}, ["id", "lines", "lines.quantity"]),
        ({"only": ["id", "first.sku"]}, ["id", "first.article"]),
        ({"only": ["id", "_cache"]}, ["id", "_cache"]),
        ({"only": ["id", "lines"], "hide": ["lines.sku", "lines.quantity"]}, ["id"]),
        (
            {"rename": {"id": "no", "first": "top", "lines": "items", "lines.sku": "code"}},
            ["no", "customer.name", "placed", "items", "items.code", "items.quantity", "top.article", "top.quantity"],
        ),
        ({"only": ["first.sku"], "rename": {"first.sku": "code"}}, ["code"]),
    ],
)
def test_what_is_hidden_does_not_exist_and_names_are_those_that_are_given(
    options: dict[str, Anything], expected: list[str]
) -> None:
    assert names(schema_of(Order, **options)) == expected


def test_a_hidden_name_is_refused_as_any_unknown_one_is() -> None:
    schema = schema_of(Order)
    for name in ("password", "lines.cost", "_cache", "nothing"):
        with pytest.raises(pq.QueryError) as caught:
            schema.parse(f"{name}=1")
        assert [problem.code for problem in caught.value.problems] == ["unknown-parameter"]
        assert "cost" not in str(caught.value.problems[0].hint)


@pytest.mark.parametrize(
    "annotation",
    [
        Annotated[str, Hidden()],
        Annotated[str, "beside", Hidden],
        Annotated[HIDDEN | None, "beside"],
        Annotated[Annotated[str, Hidden()], pq.Text()],
        TypeAliasType("Secret", HIDDEN),  # pyright: ignore[reportGeneralTypeIssues]
        NewType("Word", HIDDEN) | None,  # pyright: ignore[reportGeneralTypeIssues]
    ],
    ids=str,
)
def test_wherever_a_mark_stands_beside_it_hides(annotation: Anything) -> None:
    schema = schema_of(make_dataclass("One", [("id", int), ("a", annotation)]))
    assert names(schema) == ["id"]


def test_settings_go_before_marks_and_marks_before_the_annotation() -> None:
    schema = schema_of(Order, settings={"placed": {"operators": ["eq"], "type": pq.DateTime("s"), "required": False}})
    assert schema["placed"] == pq.Field("placed", pq.DateTime("s"), sortable=True, operators=["eq"])
    assert schema["id"] == pq.Field("id", pq.Integer(), unique=True)
    assert schema_of(Order)["placed"].words == {"gt", "lt"}


def test_in_an_element_nothing_is_unique_or_sortable_whatever_its_class_says() -> None:
    schema = schema_of(Order)
    lines = schema["lines"].type
    assert isinstance(lines, pq.ListOf)
    assert isinstance(lines.of, pq.Record)
    assert lines.of.fields[0] == pq.Field("article", pq.Text(), required=True, operators=["eq", "in"])


def test_options_and_parameters_are_those_of_a_schema() -> None:
    late = pq.Parameter("late", pq.Boolean(), lambda _: pq.gt("placed", NOON))
    schema = schema_of(Order, late, hide=["first"], order="desc:placed", size=7, ignore=["utm_*"])
    query = schema.parse("late=true&utm_x=1")
    assert (schema.size, str(query.order[0]), schema.model) == (7, "desc:placed", Order)


# --- what cannot be


@pytest.mark.parametrize(
    ("annotation", "complaint"),
    [
        (Number, "'a': a Decimal needs to know how many digits it has after the point; annotate it"),
        (
            dict[str, int],
            "'a': dict is of no type that can be asked about; hide it, or say what it holds: settings={'a'",
        ),
        (bytes, "'a': bytes is of no type"),
        (Mapping[str, int], "'a': Mapping is of no type"),
        (int | str, "'a': int | str is no one type"),
        (Optional[int | str], "'a': Union[int, str] is no one type"),  # noqa: UP045
        (Anything, "'a': Any is of no type"),
        (T, "'a': ~T is no one type"),
        (list, "'a': list is no list of one type; say of what: list[str]"),
        (tuple[int, str], "'a': tuple[int, str] is no list of one type"),
        (tuple[int], "'a': tuple[int] is no list of one type"),
        (list[list[int]], "'a': a list of lists cannot be asked about"),
        (list[bytes], "'a': bytes is of no type"),
        (list[Annotated[str, Hidden()]], "'a': its mark stands within its type; put it beside"),
        (list[Annotated[str, Asked(sortable=True)]], "'a': its mark stands within its type"),
        (Literal["a", 1], "'a': its values are not all words: 'a', 1"),
        (Odd, "'a': its values are not all words: 1.5"),
        (Empty, "'a': Choice takes at least one word"),
        (Annotated[str, Asked(operators=["gt"])], "'a': a text does not take gt"),
        (Annotated[bool, Asked(unique=True)], "'a' cannot be unique"),
        (Annotated[str, Named("not a name")], "'not a name' is not a name"),
        (Annotated[Money, Asked(sortable=True)], "'a' is Money, of which the members may be asked: say it of 'a.id'"),
        (Annotated[Money, Asked(unique=True)], "'a' is Money, of which"),
        ("Nowhere", "the annotations of One cannot be read: name 'Nowhere' is not defined"),
    ],
    ids=str,
)
def test_what_cannot_be_asked_about_says_what_to_write_instead(annotation: Anything, complaint: str) -> None:
    (found,) = complaints(make_dataclass("One", [("a", annotation)]))
    assert found.startswith(complaint)


def test_all_complaints_come_at_once() -> None:
    found = complaints(
        make_dataclass("Many", [("id", int), ("price", Number), ("extra", bytes), ("money", Money)]),
        hide=["pasword"],
        rename={"ids": "x"},
        settings={"id": {"sorted": True}, "money.amount": {"operators": ["contains"]}},
    )
    assert [line.partition("; ")[0] for line in found] == [
        "settings of 'id' has 'sorted'",
        "'price': a Decimal needs to know how many digits it has after the point",
        "'extra': bytes is of no type that can be asked about",
        "'money.amount': a decimal does not take contains",
        "hide names 'pasword', which is not there",
        "rename names 'ids', which is not there: did you mean 'id'?",
    ]


def test_what_leads_back_to_itself_is_told_and_may_be_asked_as_far_as_it_is_named() -> None:
    assert [line.partition(";")[0] for line in complaints(Node)] == [
        "'parent' leads back to Node",
        "'children' leads back to Node",
    ]
    assert complaints(Node, only=["id", "parent"])[0].endswith("only=['parent.id']")
    schema = schema_of(Node, only=["id", "parent.id", "parent.parent.id", "children.id"])
    assert names(schema) == ["id", "parent.id", "parent.parent.id", "children", "children.id"]
    assert schema.record(Node(1, Node(2), [Node(3)])) == {"id": 1, "parent": {"id": 2}, "children": [{"id": 3}]}


@pytest.mark.parametrize("model", [5, int, "Order", Order(1, None, None, dt.datetime.now(dt.UTC), [])])
def test_what_is_no_model_is_refused(model: object) -> None:
    with pytest.raises(ValueError, match="is no model: give a dataclass"):
        schema_of(model)


@pytest.mark.parametrize(
    ("options", "complaint"),
    [
        ({"only": "id"}, "only takes a list of attributes"),
        ({"hide": [1]}, "hide takes a list of attributes"),
        ({"relations": "lines"}, "relations takes a list"),
        ({"rename": ["id"]}, "rename takes public names"),
        ({"rename": {"id": 1}}, "rename takes public names"),
        ({"settings": {"id": True}}, "settings takes settings"),
    ],
)
def test_what_is_said_in_another_form_is_refused(options: dict[str, Anything], complaint: str) -> None:
    with pytest.raises(TypeError, match=complaint):
        schema_of(Order, **options)


def test_a_dataclass_has_no_target_but_records() -> None:
    with pytest.raises(ValueError, match=r"Order lives in no database: .* takes schema.record\(instance\)"):
        target_of(schema_of(Order))
    with pytest.raises(TypeError, match="a schema that schema_of has made"):
        target_of(pq.Schema(pq.Field("a", pq.Text())))  # type: ignore[arg-type]


# --- records


@dataclass
class Everything:
    id: Annotated[int, Asked(unique=True)]
    text: str | None
    number: Annotated[Number, pq.Decimal(2)] | None
    ratio: float | None
    flag: bool | None
    at: dt.datetime | None
    day: dt.date | None
    ref: uuid.UUID | None
    state: State | None
    level: Level | None
    words: list[str] | None
    refs: set[uuid.UUID] | None
    money: Money | None
    parts: list[Money] | None


def test_a_record_has_the_values_as_the_types_have_them() -> None:
    words: Anything = ["a", None]
    parts: Anything = [Money(Number(2), "SEK"), None]
    moments = (NOON, NOON.date())
    one = Everything(
        *(1, "x", Number("2.50"), 1, True, *moments, uuid.UUID(int=1), State.OPEN, Level.HIGH, words),
        refs={uuid.UUID(int=2)},
        money=Money(Number(1), "NOK"),
        parts=parts,
    )
    assert schema_of(Everything).record(one) == {
        "id": 1,
        "text": "x",
        "number": Number("2.5"),
        "ratio": 1.0,
        "flag": True,
        "at": NOON.replace(tzinfo=dt.UTC),
        "day": NOON.date(),
        "ref": str(uuid.UUID(int=1)),
        "state": "open",
        "level": 2,
        "words": ["a", None],
        "refs": [str(uuid.UUID(int=2))],
        "money": {"amount": 1, "currency": "NOK"},
        "parts": [{"amount": 2, "currency": "SEK"}],
    }


def test_what_is_not_of_its_type_stays_as_it_is_and_is_no_value() -> None:
    odd, schema = Order(1, 5, None, "soon", None), schema_of(Order)  # type: ignore[arg-type]
    assert schema.record(odd) == {"id": 1, "customer": {"name": 5}, "placed": "soon"}
    keep = pq.compile(schema.parse("customer.name=exists:true").where, "python")
    assert not keep(schema.record(odd))


def random_one(schema: ModelSchema, number: int, rng: Random) -> Everything:
    """An instance, with values that engines disagree about."""

    def value(name: str) -> Anything:
        type_: Anything = schema[name].type
        return None if rng.random() < 0.2 else stored(type_, rng)

    def money() -> Money:
        return Money(Number(rng.randint(0, 9)), rng.choice(["NOK", "SEK"]))

    ref, state = value("ref"), value("state")
    return Everything(
        id=number,
        ref=ref and uuid.UUID(ref),
        state=state and State(state),
        level=rng.choice([None, *Level]),
        words=[rng.choice(["a", "b", "c"]) for _ in range(rng.randint(0, 2))],
        refs={uuid.UUID(int=rng.randint(0, 3)) for _ in range(rng.randint(0, 2))},
        money=rng.choice([None, money()]),
        parts=[money() for _ in range(rng.randint(0, 2))],
        **{name: value(name) for name in ("text", "number", "ratio", "flag", "at", "day")},
    )


SCHEMA = schema_of(Everything)
INSTANCES = [random_one(SCHEMA, number, Random(number)) for number in range(40)]
RECORDS = [SCHEMA.record(one) for one in INSTANCES]
DOCUMENTS = [
    SCHEMA.load(asdict(one) | {"state": one.state and one.state.value, "refs": list(one.refs or ())})
    for one in INSTANCES
]


@given(st.integers(0, 2**32))
def test_records_are_selected_as_documents_of_the_same_values_are(seed: int) -> None:
    def documents(where: pq.Expression) -> set[int]:
        return {document["id"] for document in pq.compile(where, "python").filter(DOCUMENTS)}

    hold_alike(SCHEMA, RECORDS, seed, documents)


def test_no_library_is_imported_for_a_dataclass() -> None:
    script = """
import dataclasses, sys
from paramql.integrations.models import schema_of
schema_of(dataclasses.make_dataclass("One", [("a", int)]))
print(sorted({"django", "pydantic", "sqlalchemy"} & sys.modules.keys()))
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_to_look_at_a_model_takes_no_library_of_other_models(monkeypatch: pytest.MonkeyPatch) -> None:
    for library in ("sqlalchemy", "django.db.models"):
        monkeypatch.delitem(sys.modules, library, raising=False)
    model = make_dataclass("Order", [("id", int)])
    assert [field.name for field in schema_of(model).fields] == ["id"]
