"""What `filter` says while it reads: selected lines on standard output; on standard error all that is to be told."""

from __future__ import annotations

import json
import sys
from typing import Protocol, Self

import click
from rich.console import Console
from rich.text import Text

from paramql.cli.bar import Bar
from paramql.cli.filtering import Tally

_MOST_FAULTS = 20


class Reporter(Protocol):
    """Prints what is selected, and says things to a person or to a program."""

    def say(self, event: str, text: str) -> None:
        """Something worth knowing."""

    def bad(self, number: int, fault: str) -> None:
        """A line that could not be taken, by its number."""

    def write(self, line: bytes) -> None:
        """A line that is selected, for standard output."""

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

    def write(self, line: bytes) -> None:
        """The line alone."""
        sys.stdout.buffer.write(line)

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
        self._bar = Bar(to, size)
        self._faults = 0

    def say(self, event: str, text: str) -> None:
        """The text alone."""
        self._to.print(Text(text))

    def bad(self, number: int, fault: str) -> None:
        """The first twenty."""
        self._faults += 1
        if self._faults <= _MOST_FAULTS:
            self._to.print(Text(f"{self._unit} {number}: {fault}"))

    def write(self, line: bytes) -> None:
        """Above the bar."""
        self._bar.write(line)

    def advance(self, size: int) -> None:
        """Now and then the bar moves."""
        self._bar.advance(size)

    def finish(self, tally: Tally) -> None:
        """How many there were, where somebody looks or something was wrong."""
        self._bar.hide()
        if self._faults > _MOST_FAULTS:
            self._to.print(Text(f"… and {self._faults - _MOST_FAULTS:,} more"))
        if self._to.is_terminal or tally.unfit:
            words = f"{tally.selected:,} of {tally.read:,} {self._unit}s selected"
            self._to.print(Text(words + (f", {tally.unfit:,} unfit and skipped" if tally.unfit else "")))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *raised: object) -> None:
        self._bar.hide()
