"""What may be asked of instances, each answer checked against a plain loop over the documents, by Python and SQLite."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import paramql as pq
from paramql.instances import SCHEMA, Store, generate, load

Document = dict[str, Any]
COUNT = 1500
DOCUMENTS = {document["id"]: document for document in generate(COUNT, seed=11)}
RECORDS = [load(document) for document in DOCUMENTS.values()]
APP = "digdir/be-om-api-tilgang"
ONE = next(iter(DOCUMENTS.values()))
DUE = next(due[:10] for document in DOCUMENTS.values() if (due := document.get("dueBefore") or "")[10:] == "T00:00:00Z")
A2 = next(
    document["dataValues"]["A2ArchRef"]
    for document in DOCUMENTS.values()
    if "A2ArchRef" in document.get("dataValues", {})
)


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    with Store() as made:
        texts = (json.dumps(document) for document in DOCUMENTS.values())
        assert made.add(zip(texts, RECORDS, strict=True)) == COUNT
        yield made


def moment(text: str | None) -> dt.datetime | None:
    """RFC 3339 text to microseconds, by the standard library alone."""
    return None if text is None else dt.datetime.fromisoformat(text)


def day(year: int, month: int, number: int) -> dt.datetime:
    return dt.datetime(year, month, number, tzinfo=dt.UTC)


def task(document: Document) -> str | None:
    current = document["process"].get("currentTask")
    return current["elementId"] if current else None


def after(text: str | None, limit: dt.datetime) -> bool:
    instant = moment(text)
    return instant is not None and instant > limit


def before(text: str | None, limit: dt.datetime) -> bool:
    instant = moment(text)
    return instant is not None and instant < limit


def confirmed_by(document: Document, who: str) -> bool:
    return any(one["stakeholderId"] == who for one in document.get("completeConfirmations", []))


# The examples of the service's page: four queries and a range.
DOCUMENTED: dict[str, Callable[[Document], bool]] = {
    f"appId={APP}&process.currentTask=Task_2&lastChanged=gt:2019-05-01": lambda it: (
        it["appId"] == APP and task(it) == "Task_2" and after(it["lastChanged"], day(2019, 5, 1))
    ),
    "org=digdir&process.ended=gt:2020-03-10": lambda it: (
        it["org"] == "digdir" and after(it["process"].get("ended"), day(2020, 3, 10))
    ),
    "org=digdir&excludeConfirmedBy=digdir": lambda it: it["org"] == "digdir" and not confirmed_by(it, "digdir"),
    f"appId={APP}&process.currentTask=Task_1": lambda it: it["appId"] == APP and task(it) == "Task_1",
    "dueBefore=gt:2019-02&dueBefore=lt:2019-03-01": lambda it: (
        after(it.get("dueBefore"), day(2019, 2, 1)) and before(it.get("dueBefore"), day(2019, 3, 1))
    ),
}


def flag(document: Document, name: str) -> bool:
    return document["status"].get(name, False) is True


def texts(document: Document) -> list[str]:
    return list(document.get("presentationTexts", {}).values())


def version(document: Document) -> int:
    values = document.get("dataValues", {})
    return 1 if "A1ArchRef" in values else 2 if "A2ArchRef" in values else 3


def is_complete(document: Document) -> bool:
    return document["process"].get("ended") is not None


def own(document: Document) -> bool:
    return confirmed_by(document, document["org"])


OTHERS: dict[str, Callable[[Document], bool]] = {
    "process.isComplete=true": is_complete,
    "process.isComplete=FALSE": lambda it: not is_complete(it),
    "process.isComplete=not:true": lambda it: not is_complete(it),
    "PROCESS.CURRENTTASK=Task_3": lambda it: task(it) == "Task_3",
    "process.currentTask=exists:false": lambda it: task(it) is None,
    "instanceOwner.partyId=in:50000001,50000002,50000003": lambda it: (
        it["instanceOwner"]["partyId"] in ("50000001", "50000002", "50000003")
    ),
    "created=gte:2019-06-01&created=lt:2019-07-01": lambda it: "2019-06" <= it["created"] < "2019-07",
    "visibleAfter=lte:2019-12-31T23:59:59Z": lambda it: before(it.get("visibleAfter"), day(2020, 1, 1)),
    "visibleAfter=exists:false": lambda it: it.get("visibleAfter") is None,
    f"dueBefore=ne:{DUE}": lambda it: it.get("dueBefore") != f"{DUE}T00:00:00Z",
    f"dueBefore={DUE}": lambda it: it.get("dueBefore") == f"{DUE}T00:00:00Z",
    "excludeConfirmedBy=digdir&excludeConfirmedBy=skd": lambda it: (
        not confirmed_by(it, "digdir") and not confirmed_by(it, "skd")
    ),
    "excludeConfirmedBy=in:digdir,skd": lambda it: not (confirmed_by(it, "digdir") and confirmed_by(it, "skd")),
    "excludeConfirmedBy=not:digdir": lambda it: confirmed_by(it, "digdir"),
    "status.isArchived=true": lambda it: flag(it, "isArchived"),
    "status.isArchived=false": lambda it: not flag(it, "isArchived"),
    "status.isSoftDeleted=true": lambda it: flag(it, "isSoftDeleted"),
    "status.isHardDeleted=ne:true": lambda it: not flag(it, "isHardDeleted"),
    "confirmed=true": own,
    "confirmed=false": lambda it: not own(it),
    "searchString=ÅRSREGN": lambda it: any("årsregn" in text.lower() for text in texts(it)),
    "searchString=ΟΔΌΣ": lambda it: any("οδός" in text.lower().replace("σ", "ς") for text in texts(it)),
    "searchString=50 %25 rabatt_på [alt] *nå*": lambda it: any("50 % rabatt_på" in text for text in texts(it)),
    "mainVersionInclude=3": lambda it: version(it) == 3,
    "mainVersionInclude=in:1,2": lambda it: version(it) < 3,
    "mainVersionExclude=3": lambda it: version(it) != 3,
    "mainVersionExclude=1&mainVersionExclude=2": lambda it: version(it) == 3,
    f"dataValues.A2ArchRef={A2}": lambda it: it.get("dataValues", {}).get("A2ArchRef") == A2,
    f"A3Ref={ONE['id'][-12:].upper()}": lambda it: it["id"] == ONE["id"],
    f"id={ONE['id']}": lambda it: it["id"] == ONE["id"],
    "data.dataType=vedlegg": lambda it: any(one["dataType"] == "vedlegg" for one in it["data"]),
    "filter=any(data,and(tags:urgent,size:lt:1000))": lambda it: any(
        "urgent" in one["tags"] and one["size"] < 1000 for one in it["data"]
    ),
    "data.locked=true": lambda it: any(one["locked"] for one in it["data"]),
    "filter=any(data,isRead:false)": lambda it: any(not one["isRead"] for one in it["data"]),
    "data.deleteStatus.isHardDeleted=true": lambda it: any("deleteStatus" in one for one in it["data"]),
    "data.fileScanResult=Infected": lambda it: any(one.get("fileScanResult") == "Infected" for one in it["data"]),
    "completeConfirmations.confirmedOn=gte:2020": lambda it: any(
        one["confirmedOn"] >= "2020" for one in it.get("completeConfirmations", [])
    ),
    "process.endEvent=anything&org=ttd": lambda it: it["org"] == "ttd",
    "includeDataElements=false&org=ttd": lambda it: it["org"] == "ttd",
}


@pytest.mark.parametrize("query", DOCUMENTED)
def test_the_documented_queries_select_what_a_plain_loop_does(query: str, store: Store) -> None:
    check(query, DOCUMENTED[query], store)


@pytest.mark.parametrize("query", OTHERS)
def test_every_parameter_selects_what_a_plain_loop_does(query: str, store: Store) -> None:
    check(query, OTHERS[query], store)


def check(query: str, wanted: Callable[[Document], bool], store: Store) -> None:
    expected = {key for key, document in DOCUMENTS.items() if wanted(document)}
    where = SCHEMA.parse(query).where
    assert 0 < len(expected) < COUNT
    assert {record["id"] for record in pq.compile(where, "python").filter(RECORDS)} == expected
    assert set(store.select(where)) == expected


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("lastChange=gt:2019-05-01", ["unknown-parameter"]),
        ("lastChanged=gtt:2019-05-01", ["unknown-operator"]),
        ("lastChanged=gt:2019-13-01", ["invalid-value"]),
        ("process.isComplete=yes", ["invalid-value"]),
        ("process.isComplete=exists:true", ["operator-not-allowed"]),
        ("confirmed=exists:true", ["operator-not-allowed"]),
        ("mainVersionExclude=in:1,2", ["operator-not-allowed"]),
        ("A3Ref=12345", ["invalid-value"]),
        ("A3Ref=in:0123456789ab,12345", ["invalid-value"]),
        ("searchString=" + "x" * 129, ["invalid-value"]),
        ("order=created", ["not-sortable"]),
        ("continuationToken=x", ["unknown-parameter"]),
        ("derived.guidTail=0123456789ab", ["unknown-parameter"]),
        ("filter=or(includeDataElements:false,org:ttd)", ["unknown-parameter"]),
    ],
)
def test_what_is_wrong_is_refused(query: str, codes: list[str]) -> None:
    with pytest.raises(pq.QueryError) as caught:
        SCHEMA.parse(query)
    assert [problem.code for problem in caught.value.problems] == codes


def test_what_no_client_may_name_is_not_suggested() -> None:
    with pytest.raises(pq.QueryError) as caught:
        SCHEMA.parse("derived.guidTai=x&derived.text=y&mainVersion=3")
    assert "derived" not in "".join(problem.hint or "" for problem in caught.value.problems)


def test_options_are_read_and_the_deprecated_one_earns_a_notice() -> None:
    query = SCHEMA.parse("includedataelements=false&process.endEvent=EndEvent_1&size=50&order=asc:lastChanged")
    assert dict(query.values) == {"includeDataElements": False, "process.endEvent": "EndEvent_1"}
    assert [notice.parameter for notice in query.notices] == ["process.endEvent"]
    assert query.page.size == 50
    assert [str(key) for key in query.order] == ["asc:lastChanged", "asc:id"]


def test_newest_first_and_a_hundred_unless_told() -> None:
    query = SCHEMA.parse("org=ttd")
    assert [str(key) for key in query.order] == ["desc:lastChanged", "desc:id"]
    assert query.page.size == 100
