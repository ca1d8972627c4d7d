"""A bar that shows how far a long input is read, and the selected lines, which may go to the same terminal."""

from __future__ import annotations

import sys
from time import monotonic

from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn

_LONG = 4 * 1024 * 1024
_STEP = 256 * 1024
_PAUSE = 0.1


class Bar:
    """On a terminal, below whatever is printed; elsewhere nothing, and the lines go their way.

    Where standard output is a terminal, too, the bar makes room for lines and comes back below them, at most ten times
    a second. Lines of a file (its size is known) are held until then; those of a pipe are not, for it may be silent
    for long.
    """

    def __init__(self, to: Console, size: int | None) -> None:
        columns = BarColumn(), DownloadColumn(), TimeRemainingColumn()
        self._progress = Progress(*columns, console=to, transient=True, redirect_stdout=False)
        self._task = self._progress.add_task("", total=size)
        self._is_on_terminal, self._is_shared = to.is_terminal, sys.stdout.isatty()
        self._may_hold, self._held = size is not None, list[bytes]()
        self._done = self._since = 0
        self._due = 0.0

    def write(self, line: bytes) -> None:
        """Print a line, now or soon."""
        if not self._is_shared:
            sys.stdout.buffer.write(line)
            return
        self._held.append(line)
        if not (self._may_hold and self._progress.live.is_started):
            self.hide()

    def advance(self, size: int) -> None:
        """So many more bytes have been read; now and then the bar moves."""
        self._since += size
        if self._since >= _STEP:
            self._move()

    def _move(self) -> None:
        self._done, self._since = self._done + self._since, 0
        self._progress.update(self._task, completed=self._done)
        if self._is_on_terminal and self._done >= _LONG and monotonic() >= self._due:
            if self._held:
                self.hide()
            self._progress.start()  # nothing, where it is there already
            self._due = monotonic() + _PAUSE

    def hide(self) -> None:
        """Take the bar away, and print the lines that were held."""
        if self._progress.live.is_started:
            self._progress.stop()
        if self._held:
            sys.stdout.buffer.write(b"".join(self._held))
            sys.stdout.buffer.flush()
            self._held.clear()
