"""What tests of stores, and of a service that runs in the main thread, need."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from asked_instances import STORES, missing, url
from paramql.instances import serving


@pytest.fixture(name="quiet")
def _quiet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The log stays pytest's, and the signal what it was."""
    monkeypatch.setattr(serving, "to_standard_error", lambda: None)
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)


@pytest.fixture(params=STORES, name="kind")
def _kind(request: pytest.FixtureRequest) -> str:
    if reason := missing(request.param):
        pytest.skip(reason)
    return str(request.param)


@pytest.fixture(name="at")
def _at(kind: str) -> str:
    return url(kind, "paramql_stores")
