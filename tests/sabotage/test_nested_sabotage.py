"""The tests of MongoDB and Polars test: each sabotage of those backends makes them fail, the written examples aside."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from paramql.testing import engines_mongodb, engines_polars
from sabotage.forked import alone
from sabotage.nested import MONGODB, POLARS, failing

MISSING = {"mongodb": engines_mongodb.missing, "polars": engines_polars.missing}
ALL = [("mongodb", one.name) for one in MONGODB] + [("polars", one.name) for one in POLARS]


@pytest.mark.slow
@pytest.mark.parametrize(("engine", "name"), ALL)
def test_a_wrong_backend_is_caught(engine: str, name: str, record_property: Callable[[str, object], None]) -> None:
    if reason := MISSING[engine]():
        pytest.skip(reason)
    catcher = alone(failing, name)
    assert catcher is not None, f"nothing noticed: {name}"
    record_property("caught", [name, catcher])
