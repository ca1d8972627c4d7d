"""What `filter` says on standard error while it reads: unfit lines, how far it is, and how it went."""

from __future__ import annotations

import json
import sys
from typing import Protocol, Self

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn
from rich.text import Text

from paramql.cli.filtering import Tally

_MOST_FAULTS = 20
_LONG = 4 * 1024 * 1024
_STEP = 256 * 1024


class Reporter(Protocol):
    """Says things to a person or to a program."""

    def say(self, event: str, text: str) -> None:
        """Something worth knowing."""

    def bad(self, number: int, fault: str) -> None:
        """A line that could not be taken, by its number."""

    def advance(self, size: int) -> None:
        """So many more bytes have been read."""

    def finish(self, tally: Tally) -> None:
        """All has been read."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *raised: object) -> None: ...


class ToProgram:
    """One JSON object a line: `{"bad": {"number": 3, "fault": "..."}}` and the like, the tally last."""

    def say(self, event: str, text: str) -> None:
        """`{"note": "..."}`."""
        self._write({event: text})

    def bad(self, number: int, fault: str) -> None:
        """Every one of them."""
        self._write({"bad": {"number": number, "fault": fault}})

    def advance(self, size: int) -> None:
        """Nothing to say."""

    def finish(self, tally: Tally) -> None:
        """`{"read": 10, "selected": 3, "unfit": 1}`."""
        self._write({"read": tally.read, "selected": tally.selected, "unfit": tally.unfit})

    def _write(self, event: dict[str, object]) -> None:
        click.echo(json.dumps(event, ensure_ascii=False), err=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        pass


class ToPerson:
    """Sentences; the first unfit lines only; on a terminal a bar where the input is long, and the tally."""

    def __init__(self, to: Console, unit: str, size: int | None) -> None:
        self._to, self._unit = to, unit
        self._bar = Progress(BarColumn(), DownloadColumn(), TimeRemainingColumn(), console=to, transient=True)
        self._task = self._bar.add_task("", total=size)
        self._shows_bar = to.is_terminal and not sys.stdout.isatty()
        self._faults = self._done = self._since = 0

    def say(self, event: str, text: str) -> None:
        """The text alone."""
        self._to.print(Text(text))

    def bad(self, number: int, fault: str) -> None:
        """The first twenty."""
        self._faults += 1
        if self._faults <= _MOST_FAULTS:
            self._to.print(Text(f"{self._unit} {number}: {fault}"))

    def advance(self, size: int) -> None:
        """Now and then the bar moves."""
        self._since += size
        if self._since >= _STEP:
            self._move()

    def _move(self) -> None:
        self._done, self._since = self._done + self._since, 0
        if self._shows_bar and self._done >= _LONG:
            self._bar.start()  # nothing, where it is there already
            self._bar.update(self._task, completed=self._done)

    def _hide_bar(self) -> None:
        if self._bar.live.is_started:
            self._bar.stop()

    def finish(self, tally: Tally) -> None:
        """How many there were, where somebody looks or something was wrong."""
        self._hide_bar()
        if self._faults > _MOST_FAULTS:
            self._to.print(Text(f"… and {self._faults - _MOST_FAULTS:,} more"))
        if self._to.is_terminal or tally.unfit:
            words = f"{tally.selected:,} of {tally.read:,} {self._unit}s selected"
            self._to.print(Text(words + (f", {tally.unfit:,} unfit and skipped" if tally.unfit else "")))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self._hide_bar()
