"""Invented documents: the same for the same seed, and varied enough to test with."""

from __future__ import annotations

import json
from collections import Counter

from paramql.instances import generate, load

DOCUMENTS = list(generate(1000, seed=3))


def test_the_seed_alone_decides() -> None:
    assert list(generate(50, seed=3)) == DOCUMENTS[:50]
    assert list(generate(50, seed=4)) != DOCUMENTS[:50]
    assert list(generate(0)) == []


def test_every_document_is_an_instance_and_survives_json() -> None:
    assert len({load(document)["id"] for document in DOCUMENTS}) == len(DOCUMENTS)
    assert json.loads(json.dumps(DOCUMENTS)) == DOCUMENTS


def test_there_is_some_of_everything() -> None:
    some = {
        "owners": len({document["org"] for document in DOCUMENTS}) >= 5,
        "applications": len({document["appId"] for document in DOCUMENTS}) >= 10,
        "ties": max(Counter(document["lastChanged"] for document in DOCUMENTS).values()) > 1,
        "running": any(document["process"].get("currentTask") for document in DOCUMENTS),
        "ended": any("ended" in document["process"] for document in DOCUMENTS),
        "nulls": any(document.get("dueBefore", "") is None for document in DOCUMENTS),
        "missing": any("presentationTexts" not in document for document in DOCUMENTS),
        "seven digits": any(len(document["created"]) == len("2019-01-01T00:00:00.1234567Z") for document in DOCUMENTS),
        "no digits": any(len(document["created"]) == len("2019-01-01T00:00:00Z") for document in DOCUMENTS),
        "deleted": any(document["status"].get("isHardDeleted") for document in DOCUMENTS),
        "unsaid": any("isArchived" not in document["status"] for document in DOCUMENTS),
        "confirmed": any(load(document)["confirmed"] for document in DOCUMENTS),
        "no data": any(document["data"] == [] for document in DOCUMENTS),
        "tags": any(len(element["tags"]) == 2 for document in DOCUMENTS for element in document["data"]),
        "scripts": set("åΣЁ申ط🚀") <= set(json.dumps(DOCUMENTS, ensure_ascii=False)),
    }
    assert [name for name, holds in some.items() if not holds] == []
