"""The databases, one after another."""

from __future__ import annotations

import pytest

from databases import DATABASES, Database, Unavailable


@pytest.fixture(params=DATABASES, scope="session", name="database")
def _database(request: pytest.FixtureRequest) -> Database:
    try:
        return DATABASES[request.param]()
    except Unavailable as reason:
        pytest.skip(str(reason))
