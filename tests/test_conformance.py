"""Every conformance case on every engine that can be started here: the specification by example, held."""

from __future__ import annotations

from itertools import groupby

import pytest

from paramql.testing import Case, Engine, cases, engines, run

FEATURES = {feature: tuple(group) for feature, group in groupby(cases(), key=lambda case: case.feature)}
features = pytest.mark.parametrize("feature", FEATURES)


@features
def test_every_case_is_answered_as_it_says(feature: str) -> None:
    hold(FEATURES[feature])


@features
@pytest.mark.parametrize("engine", list(engines()), ids=lambda engine: engine.name)
def test_every_engine_selects_the_records_that_the_cases_say(feature: str, engine: Engine) -> None:
    hold([case for case in FEATURES[feature] if "ids" in case.expected], engine)


def hold(some: tuple[Case, ...] | list[Case], engine: Engine | None = None) -> None:
    """Run cases; fail with all that went wrong."""
    wrong = [message for case in some if (message := complaint(case, engine))]
    assert not wrong, "\n\n".join([f"{len(wrong)} of {len(some)} cases", *wrong])


def complaint(case: Case, engine: Engine | None) -> str:
    """What is wrong with a case, if anything."""
    try:
        run(case, engine)
    except AssertionError as error:
        return str(error)
    return ""
