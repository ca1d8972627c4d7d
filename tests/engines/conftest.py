"""The databases, one after another."""

from __future__ import annotations

import pytest

from paramql.testing.databases import Database, missing, opened


@pytest.fixture(
    params=["sqlite", "postgresql", "postgresql-icu", "mariadb", "duckdb"], scope="session", name="database"
)
def _database(request: pytest.FixtureRequest) -> Database:
    if reason := missing(request.param):
        pytest.skip(reason)
    return opened(request.param)
