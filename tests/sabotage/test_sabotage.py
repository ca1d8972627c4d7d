"""The tests test: every sabotage of the library is caught, by a generated triple or by a conformance case."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sabotage.forked import alone
from sabotage.saboteurs import SABOTAGES
from sabotage.victim import caught_by


@pytest.mark.parametrize("name", SABOTAGES)
def test_a_sabotage_is_caught(name: str, record_property: Callable[[str, object], None]) -> None:
    catcher = alone(caught_by, name)
    assert catcher is not None, f"nothing noticed: {name}"
    record_property("caught", [name, catcher])


def test_nothing_is_caught_where_nothing_is_wrong() -> None:
    assert alone(caught_by, "nothing") is None
