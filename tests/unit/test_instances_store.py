"""The store: what is put is found, whole; batches are atomic; documents come back as they were."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from paramql.instances import SCHEMA, Store, generate, load
from paramql.instances import store as storing

EVERYTHING = SCHEMA.parse("").where
DOCUMENTS = list(generate(250, seed=5))


def instances(documents: list[dict[str, Any]]) -> list[tuple[str, dict[str, Any]]]:
    return [(json.dumps(document, ensure_ascii=False), load(document)) for document in documents]


def test_documents_come_back_as_they_were_and_ids_newest_first() -> None:
    with Store() as store:
        assert store.add(instances(DOCUMENTS)) == len(DOCUMENTS)
        records = sorted((load(document) for document in DOCUMENTS), key=lambda it: (it["lastChanged"], it["id"]))
        assert store.select(EVERYTHING) == [record["id"] for record in reversed(records)]
        assert store.document(DOCUMENTS[0]["id"]) == json.dumps(DOCUMENTS[0], ensure_ascii=False)
        assert store.document("nobody's") is None


def test_an_instance_that_is_there_is_replaced_with_all_that_hangs_on_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storing, "BATCH", 3)
    document = next(one for one in DOCUMENTS if one["data"] and one.get("completeConfirmations"))
    bare = {**document, "org": "other", "data": [], "completeConfirmations": []}
    with Store() as store:
        store.add(instances([document, *DOCUMENTS[:4], document, bare]))
        assert store.select(SCHEMA.parse(f"id={document['id']}&org=other").where) == [document["id"]]
        for table in ("elements", "confirmations"):
            [(count,)] = store.connection.execute(f"SELECT count(*) FROM {table} WHERE instance = ?", [document["id"]])
            assert count == 0


def test_a_batch_is_there_wholly_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storing, "BATCH", 10)
    broken = load(DOCUMENTS[15]) | {"created": None}
    with Store() as store:
        with pytest.raises(sqlite3.IntegrityError):
            store.add([*instances(DOCUMENTS[:15]), ("{}", broken), *instances(DOCUMENTS[16:])])
        assert len(store.select(EVERYTHING)) == 10


def test_a_file_keeps_them_and_is_read_while_it_is_written(tmp_path: Path) -> None:
    path = str(tmp_path / "instances.db")
    with Store(path) as writer, Store(path) as reader:
        writer.add(instances(DOCUMENTS[:10]))
        writer.connection.execute("BEGIN IMMEDIATE")
        assert len(reader.select(EVERYTHING)) == 10
        writer.connection.rollback()
    with Store(path) as again:
        assert len(again.select(EVERYTHING)) == 10


SERVED = """org=ttd appId=ttd/a lastChanged=gt:2020 instanceOwner.partyId=1 dueBefore=lt:2019 created=2019
    visibleAfter=gt:2020 process.ended=gt:2020 dataValues.A2ArchRef=x A3Ref=0123456789ab id=1/x
    appId=a/b&process.currentTask=Task_1&lastChanged=gt:2020 org=ttd&excludeConfirmedBy=ttd""".split()


@pytest.mark.parametrize("query", SERVED)
def test_an_index_serves_what_selects_few(query: str) -> None:
    from paramql.explain import explain

    with Store() as store:
        plan = explain(SCHEMA.parse(query).where, store.target, store.connection).plan
    assert plan.is_served, plan
