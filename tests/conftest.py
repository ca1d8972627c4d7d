"""How many examples the property tests generate; chosen by the variable HYPOTHESIS_PROFILE."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

SLOW_IS_FINE = [HealthCheck.too_slow, HealthCheck.data_too_large]

# The same examples in every run, so that a failure is the fault of a change and not of chance.
settings.register_profile(
    "test", max_examples=200, derandomize=True, deadline=None, database=None, suppress_health_check=SLOW_IS_FINE
)
# New examples in every run, and many: `make soak`.
settings.register_profile("soak", max_examples=10_000, deadline=None, suppress_health_check=SLOW_IS_FINE)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "test"))
