"""Every conformance case, and on every engine: the specification by example, held, and the page that counts it."""

from __future__ import annotations

import re
from itertools import groupby

import pytest

from agreement import cells
from paramql.testing import cases, run
from paramql.testing.agreement import GROUPS, answers, selecting
from paramql.testing.known import KNOWN, started

FEATURES = {feature: tuple(group) for feature, group in groupby(cases(), key=lambda case: case.feature)}
SELECTING = {group: selecting(group) for group in GROUPS}
CELLS = cells()


@pytest.mark.parametrize("feature", FEATURES)
def test_every_case_is_answered_as_it_says(feature: str) -> None:
    wrong = []
    for case in FEATURES[feature]:
        try:
            run(case)
        except AssertionError as error:
            wrong.append(str(error))
    assert not wrong, told(wrong, len(FEATURES[feature]))


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("name", KNOWN)
def test_every_engine_selects_the_records_that_the_cases_say(name: str, group: str) -> None:
    """And the page of the documentation has the count."""
    if reason := KNOWN[name].missing():
        pytest.skip(reason)
    found = answers(started(name), SELECTING[group])
    assert not found.wrong, told(found.wrong, len(SELECTING[group]))
    assert CELLS.get((name, group)) == str(found), "docs/agreement.md says otherwise: run `make agreement`"


@pytest.mark.parametrize("name", KNOWN)
def test_every_engine_says_its_version(name: str) -> None:
    if reason := KNOWN[name].missing():
        pytest.skip(reason)
    assert re.search(r"[0-9]+[.][0-9]+", KNOWN[name].version())


def told(wrong: list[str], count: int) -> str:
    """All that went wrong."""
    return "\n\n".join([f"{len(wrong)} of {count} cases", *wrong])
