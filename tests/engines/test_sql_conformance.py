"""Every conformance case on every SQL database, with columns, JSON documents and child rows."""

from __future__ import annotations

from itertools import groupby

import pytest

from paramql.testing import Case, cases, run
from paramql.testing.engines_sql import SqlEngine, sql_engines

FEATURES = {
    feature: [case for case in group if "ids" in case.expected]
    for feature, group in groupby(cases(), key=lambda case: case.feature)
}


@pytest.mark.parametrize("feature", FEATURES)
@pytest.mark.parametrize("engine", list(sql_engines("postgresql", "mariadb", "duckdb")), ids=lambda engine: engine.name)
def test_a_case_selects_the_records_that_it_says(engine: SqlEngine, feature: str) -> None:
    wrong = [message for case in FEATURES[feature] if (message := complaint(case, engine))]
    assert not wrong, "\n\n".join(wrong)


def complaint(case: Case, engine: SqlEngine) -> str:
    try:
        run(case, engine)
    except AssertionError as error:
        return str(error)
    return ""
