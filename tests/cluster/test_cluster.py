"""A cluster of Spark's selects what SQLite does, and leaves out the folders that it need not read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from benchmarks.cluster import FILES, MONTHS, QUERIES, Application, agree, cluster, pruned
from paramql.testing import engines_spark

pytestmark = [pytest.mark.spark, pytest.mark.slow, pytest.mark.filterwarnings("ignore")]


@pytest.fixture(scope="module", name="applications")
def _applications() -> Iterator[dict[int, Application]]:
    if reason := engines_spark.missing():
        pytest.skip(reason)
    with cluster(100_000) as applications:
        yield applications


def test_applications_have_executors_on_as_many_workers(applications: dict[int, Any]) -> None:
    assert {number: one.ask(version=None)["executors"] for number, one in applications.items()} == {1: 1, 2: 2}


@pytest.mark.parametrize("workers", [1, 2])
def test_a_cluster_selects_what_sqlite_does(applications: dict[int, Any], workers: int) -> None:
    assert agree(applications[workers], 97) == 100_000 // 97 + 1


@pytest.mark.parametrize(
    ("query", "months", "filtered"),
    [
        (QUERIES[0], 1, "month = 2025-03"),
        (QUERIES[1], 2, "array_contains"),
        (QUERIES[2], 3, "month >= 2026-06"),
        (QUERIES[5], MONTHS, ""),
    ],
)
def test_folders_that_cannot_match_are_not_read(
    applications: dict[int, Any], query: str, months: int, filtered: str
) -> None:
    found = applications[2].count(query)
    assert found.files == months * FILES // MONTHS
    told = pruned(applications[2].ask(plan=query))
    assert filtered in told if filtered else not told
