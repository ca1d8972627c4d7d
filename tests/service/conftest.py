"""What tests of a service that runs in the main thread need."""

from __future__ import annotations

import signal
from collections.abc import Iterator

import pytest

from paramql.instances import serving


@pytest.fixture(name="quiet")
def _quiet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The log stays pytest's, and the signal what it was."""
    monkeypatch.setattr(serving, "to_standard_error", lambda: None)
    before = signal.getsignal(signal.SIGTERM)
    yield
    signal.signal(signal.SIGTERM, before)
