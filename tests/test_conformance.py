"""Every conformance case on every engine that can be started here: the specification by example, held."""

from __future__ import annotations

import pytest

from paramql.testing import Case, Engine, cases, engines, run

CASES = tuple(cases())
SELECTING = tuple(case for case in CASES if "ids" in case.expected)
ENGINES = tuple(engines())


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_case_is_answered_as_it_says(case: Case) -> None:
    run(case)


@pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.name)
@pytest.mark.parametrize("case", SELECTING, ids=str)
def test_an_engine_selects_the_records_that_a_case_says(case: Case, engine: Engine) -> None:
    run(case, engine)
