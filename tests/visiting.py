"""Somebody who asks a service that runs in the main thread, and has it stopped."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from typing import Any


class Visitor(threading.Thread):
    """Asks a service that runs in the main thread, and has it stopped."""

    def __init__(self, ask: Callable[[str], Any], signal_: int = signal.SIGTERM) -> None:
        super().__init__(daemon=True)
        self._ask, self._signal, self.address = ask, signal_, ""
        self.found: Any = None

    def started(self, address: str) -> None:
        self.address = address
        self.start()

    def run(self) -> None:
        try:
            self.found = self._ask(self.address)
        finally:
            os.kill(os.getpid(), self._signal)
