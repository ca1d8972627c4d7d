"""The bar of `paramql filter` and the selected lines, on one terminal: what its screen shows in the end."""

from __future__ import annotations

import io
import os
import re
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from paramql.cli import bar
from paramql.cli.commands import run
from paramql.cli.output import console

pty = pytest.importorskip("pty")  # there is none on Windows

COUNT, EVERY = 2000, 40
DOCUMENTS = "".join(f'{{"n":{number},"is":{str(number % EVERY == 0).lower()}}}\n' for number in range(COUNT))
SELECTED = [line for line in DOCUMENTS.splitlines() if "true" in line]
TALLY = f"{len(SELECTED)} of 2,000 lines selected"
_STEP = re.compile(r"\x1b\[(?:(?P<up>\d+)A|(?P<erase>2K)|[?\d;]*[hlm])|(?P<back>\r)|(?P<down>\n)|(?P<sign>[^\x1b])")


def screen(written: str) -> list[str]:
    """The rows that a terminal shows after so much was written to it, the blank ones at its end left out."""
    rows, row, column = [""], 0, 0
    steps = list(_STEP.finditer(written))
    assert "".join(step[0] for step in steps) == written, "something that this terminal does not know"
    for step in steps:
        match step.lastgroup:
            case "up":
                row -= int(step["up"])
            case "erase":
                rows[row] = ""
            case "back":
                column = 0
            case "down":
                row += 1
                rows.extend([""] * (row + 1 - len(rows)))
            case "sign":
                rows[row] = rows[row].ljust(column)[:column] + step[0] + rows[row][column + 1 :]
                column += 1
            case _:
                pass  # colours, and whether the cursor is seen
    return "\n".join(rows).rstrip("\n").split("\n")


def test_the_screen_of_these_tests_shows_what_a_terminal_shows() -> None:
    assert screen("ab\rc\r\n\x1b[?25ld\r\x1b[1A\x1b[2Ke\r\n\x1b[1mf\x1b[0m\r\n\r\n") == ["e", "f"]


@contextmanager
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[bytes]]:
    """Standard output and standard error are a terminal; what it was sent is there at the end."""
    master, slave = pty.openpty()
    sent: list[bytes] = []
    reader = threading.Thread(target=lambda: sent.extend(iter(lambda: _read(master), b"")))
    reader.start()
    try:
        with monkeypatch.context() as patch, open(slave, "wb", buffering=0, closefd=False) as raw:
            for name, value in (("TERM", "xterm"), ("COLUMNS", "100"), ("LINES", "30"), ("NO_COLOR", "1")):
                patch.setenv(name, value)
            for name in ("stdout", "stderr"):
                stream = io.TextIOWrapper(io.BufferedWriter(raw), "utf-8", line_buffering=True)
                patch.setattr(sys, name, stream)
            yield sent
    finally:
        os.close(slave)
        reader.join()
        os.close(master)


def _read(master: int) -> bytes:
    try:
        return os.read(master, 65_536)
    except OSError:  # all have closed the other end
        return b""


@pytest.fixture(params=["file", "pipe"])
def source(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The documents, in a file or on standard input."""
    path = tmp_path / "documents"
    path.write_text(DOCUMENTS)
    if request.param == "file":
        return str(path)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(DOCUMENTS.encode())))
    return "-"


@pytest.fixture
def filtered(source: str, monkeypatch: pytest.MonkeyPatch) -> Callable[[float], str]:
    """Filters on a terminal, with that pause between two draws of the bar, and gives what was sent to it."""

    def on_terminal(pause: float) -> str:
        for name, value in (("_STEP", 500), ("_LONG", 3000), ("_PAUSE", pause)):
            monkeypatch.setattr(bar, name, value)
        with terminal(monkeypatch) as sent:
            assert run(["filter", source, "is=true"]) == 0
        return b"".join(sent).decode()

    return on_terminal


@pytest.mark.parametrize("pause", [0, 1000])
def test_lines_stand_above_the_bar_and_none_of_it_is_left(pause: float, filtered: Callable[[float], str]) -> None:
    sent = filtered(pause)
    assert screen(sent)[-len(SELECTED) - 1 :] == [*SELECTED, TALLY]
    assert not any("━" in row for row in screen(sent))
    drawn, last = sent.index("━"), sent.index(SELECTED[-1])
    assert drawn < last, "lines come after the bar was first drawn"
    assert ("━" in sent[sent.index(SELECTED[-2]) : last]) is (pause == 0), "the bar comes back where it may"


def test_the_bar_stands_below_the_lines_that_were_printed(filtered: Callable[[float], str]) -> None:
    """Wherever the bar has just been drawn, it is the last row."""
    sent = filtered(0)
    ends = [match.end() for match in re.finditer(r"━[^\r\n]*", sent)]
    for end in ends[:: len(ends) // 20 or 1]:
        *above, last = screen(sent[:end])
        assert "━" in last
        assert not any("━" in row for row in above)


@pytest.mark.parametrize(("size", "is_held"), [(10_000_000, True), (None, False)])
def test_only_lines_of_a_file_wait_for_the_bar(
    size: int | None, is_held: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pipe may be silent for long after a line."""
    with terminal(monkeypatch), monkeypatch.context() as patch:
        shown = bar.Bar(console(stderr=True), size)
        shown.advance(5_000_000)
        patch.setattr(sys, "stdout", io.TextIOWrapper(printed := io.BytesIO()))
        shown.write(b"line\n")
        assert (printed.getvalue() == b"") is is_held
        shown.hide()
        assert printed.getvalue() == b"line\n"
