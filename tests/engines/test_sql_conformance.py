"""Every conformance case on every SQL database, with columns, JSON documents and child rows."""

from __future__ import annotations

from itertools import groupby

import pytest

from paramql.testing import Case, cases, run
from paramql.testing.databases import missing
from paramql.testing.engines_sql import STYLES, SqlEngine

FEATURES = {
    feature: [case for case in group if "ids" in case.expected]
    for feature, group in groupby(cases(), key=lambda case: case.feature)
}


DATABASES = ("postgresql", "postgresql-icu", "mariadb", "duckdb")


@pytest.fixture(scope="session", params=[(name, style) for name in DATABASES for style in STYLES], ids=", ".join)
def engine(request: pytest.FixtureRequest) -> SqlEngine:
    if reason := missing(request.param[0]):
        pytest.skip(reason)
    return SqlEngine(*request.param)


@pytest.mark.parametrize("feature", FEATURES)
def test_a_case_selects_the_records_that_it_says(engine: SqlEngine, feature: str) -> None:
    wrong = [message for case in FEATURES[feature] if (message := complaint(case, engine))]
    assert not wrong, "\n\n".join(wrong)


def complaint(case: Case, engine: SqlEngine) -> str:
    try:
        run(case, engine)
    except AssertionError as error:
        return str(error)
    return ""
