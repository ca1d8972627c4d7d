"""From a document to a record: typed, strict about what makes an instance, lenient about the rest."""

from __future__ import annotations

import copy
import datetime as dt
from typing import Any

import pytest

import paramql as pq
from paramql.instances import SCHEMA, load

GUID = "0fc98a23-fe31-4ef5-8fb9-dd3f479354cD"
LEAST: dict[str, Any] = {
    "id": f"1337/{GUID}",
    "org": "ttd",
    "appId": "ttd/frontend-test",
    "instanceOwner": {"partyId": "1337"},
    "created": "2024-05-01T10:00:00.1234567Z",
    "lastChanged": "2024-05-01T12:00:00.1234567+02:00",
}


def with_(**members: Any) -> dict[str, Any]:
    return copy.deepcopy(LEAST) | members


def test_the_least_instance_has_every_required_value() -> None:
    instant = dt.datetime(2024, 5, 1, 10, 0, 0, 123456, dt.UTC)
    assert load(LEAST) == {
        "id": LEAST["id"],
        "org": "ttd",
        "appId": "ttd/frontend-test",
        "instanceOwner": {"partyId": 1337},
        "created": instant,
        "lastChanged": instant,
        "status": {"isArchived": False, "isSoftDeleted": False, "isHardDeleted": False},
        "confirmed": False,
        "data": [],
        "completeConfirmations": [],
        "derived": {
            "texts": [],
            "guidTail": "dd3f479354cd",
            "mainVersion": 3,
            "createdYear": 2024,
            "createdMonth": 24292,
            "createdDay": 739007,
        },
    }


def test_the_document_is_left_as_it_was() -> None:
    document = with_(data=[{"id": GUID}], status={"isArchived": True})
    before = copy.deepcopy(document)
    load(document)
    assert document == before


@pytest.mark.parametrize(
    ("members", "fault"),
    [
        ({"id": None}, "id is missing"),
        ({"id": GUID}, "id is not a party's number and a guid, joined by '/'"),
        ({"id": f"{'1' * 19}/{GUID}"}, "id is not a party's number and a guid, joined by '/'"),
        ({"id": 7}, "id is not a party's number and a guid, joined by '/'"),
        ({"org": ""}, "org is not a text"),
        ({"org": ["ttd"]}, "org is not a text"),
        ({"appId": "ttd"}, "appId is not org/app"),
        ({"appId": "a/b/c"}, "appId is not org/app"),
        ({"instanceOwner": None}, "instanceOwner.partyId is missing"),
        ({"instanceOwner": "1337"}, "instanceOwner.partyId is missing"),
        ({"instanceOwner": {"partyId": 1337}}, "instanceOwner.partyId is not a text of digits"),
        ({"instanceOwner": {"partyId": "1" * 19}}, "instanceOwner.partyId is not a text of digits"),
        ({"created": "yesterday"}, "created is not an RFC 3339 date-time"),
        ({"lastChanged": "2024-05-01T25:00:00Z"}, "lastChanged is not an RFC 3339 date-time"),
    ],
)
def test_what_an_instance_must_have(members: dict[str, Any], fault: str) -> None:
    with pytest.raises(ValueError, match=f"^{fault}$"):
        load(with_(**members))


def test_every_fault_is_named_at_once() -> None:
    with pytest.raises(ValueError, match=r"id is missing; org is missing; .*; lastChanged is missing"):
        load({})


@pytest.mark.parametrize("document", [None, 5, "x", [LEAST]])
def test_an_instance_is_an_object(document: object) -> None:
    with pytest.raises(ValueError, match="not an object"):
        load(document)


@pytest.mark.parametrize(
    "members",
    [
        {"process": None, "status": None, "data": None, "completeConfirmations": None, "presentationTexts": None},
        {
            "process": 5,
            "status": "x",
            "data": {},
            "completeConfirmations": "x",
            "dataValues": [],
            "presentationTexts": 1,
        },
        {"data": [None, 5, "x"], "completeConfirmations": [None, 5], "presentationTexts": {"a": None, "b": 5}},
        {"status": {"isArchived": "true"}, "process": {"currentTask": "Task_1", "ended": 5}, "dueBefore": "soon"},
    ],
)
def test_nulls_and_misfits_elsewhere_are_no_values(members: dict[str, Any]) -> None:
    assert load(with_(**members)) == load(LEAST)


def test_a_task_is_its_element_id() -> None:
    record = load(with_(process={"currentTask": {"elementId": "Task_1", "name": "x"}, "ended": "2024-05-01T10:00:00Z"}))
    assert record["process"] == {"currentTask": "Task_1", "ended": dt.datetime(2024, 5, 1, 10, tzinfo=dt.UTC)}


def test_flags_of_a_data_element_have_the_values_that_the_service_gives_them() -> None:
    record = load(
        with_(data=[{"dataType": "a"}, {"locked": True, "isRead": False, "deleteStatus": {"isHardDeleted": True}}])
    )
    assert [(one["locked"], one["isRead"], one["deleteStatus"]["isHardDeleted"]) for one in record["data"]] == [
        (False, True, False),
        (True, False, True),
    ]


@pytest.mark.parametrize(
    ("stakeholders", "confirmed"),
    [([], False), (["skd"], False), (["skd", "ttd"], True), (["TTD"], False), ([None], False)],
)
def test_confirmed_is_by_the_instances_own_org(stakeholders: list[str | None], confirmed: bool) -> None:
    confirmations = [{"stakeholderId": who} for who in stakeholders]
    assert load(with_(completeConfirmations=confirmations))["confirmed"] is confirmed


@pytest.mark.parametrize(
    ("values", "version"),
    [({}, 3), ({"A1ArchRef": "x"}, 1), ({"A2ArchRef": "x"}, 2), ({"A2ArchRef": None}, 3), ({"other": "x"}, 3)],
)
def test_the_version_is_told_by_the_archive_reference(values: dict[str, Any], version: int) -> None:
    assert load(with_(dataValues=values))["derived"]["mainVersion"] == version


def test_fewer_fields_may_be_loaded_and_the_required_ones_are_held_to() -> None:
    part = pq.Schema(*(field for field in SCHEMA.fields if field.required))
    assert load(LEAST, part) == {name: value for name, value in load(LEAST).items() if value != []} | {
        "derived": {"guidTail": "dd3f479354cd", "mainVersion": 3}
    }
    with pytest.raises(ValueError, match=r"^org is missing$"):
        load(with_(org=None), part)
