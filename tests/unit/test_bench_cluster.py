"""The page of the cluster, and what is asked besides: what needs no cluster."""

from __future__ import annotations

from benchmarks.cluster import QUERIES, Answer, held_in_sqlite, page, pruned

FACTS = {
    "date": "2026-01-02",
    "spark": "4.3.0",
    "java": "17",
    "python": "3.11.7",
    "cores": 2,
    "rows": 1_000,
    "files": 40,
    "size": 12,
    "months": 20,
    "rounds": 1,
    "sample": 10,
}


def test_a_page_has_the_medians_and_what_folders_are_read_by() -> None:
    times = {1: [3.0, 1.0, 2.0], 2: [1.0, 1.0, 9.0]}
    found = {"month=a": {number: [Answer(7, 2, one) for one in some] for number, some in times.items()}}
    written = page(found, {"month=a": "(month = a)", "title=b": ""}, FACTS)
    assert "| `month=a` | 7 | 2 | 2.00 | 1.00 | 2.00 |\n" in written
    assert "| `month=a` | `(month = a)` |\n| `title=b` | none: every file is read |\n" in written
    assert "1,000 invented orders" in written


def test_what_folders_are_read_by_is_found_in_a_plan() -> None:
    plan = "Batched: true\nLocation: x\nPartitionFilters: [isnotnull(month#12), (month#12 = 2025-03)]\nReadSchema: y"
    assert pruned(plan) == "isnotnull(month), (month = 2025-03)"
    assert pruned("Batched: true") == ""


def test_sqlite_selects_of_the_same_documents() -> None:
    document = {
        "id": 7,
        "month": "2025-03",
        "due": 1767225600000000,
        "status": "open",
        "amount": "990.01",
        "title": "Order BEEF",
        "customer": {"name": "Berit 1"},
        "tags": ["urgent"],
        "lines": [{"sku": "x1", "quantity": 9}],
    }
    empty = dict.fromkeys(document) | {"id": 8, "month": "2026-07", "customer": {"name": None}}
    selected = held_in_sqlite([document, empty])
    assert [selected(query) for query in QUERIES] == [[7], [7], [8], [7], [7], [7], [7]]
