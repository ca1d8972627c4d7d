"""What a person sees, coloured and in tables on a terminal, plain in a pipe."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from textwrap import indent

from rich.console import Console
from rich.syntax import Syntax
from rich.table import Table
from rich.text import Text

import paramql as pq
from paramql.source import underline

_STYLES = {"problem": "bold red", "notice": "bold yellow"}


class _Console(Console):
    """Lets the end of its reader be known, as a file does; Rich would end the process."""

    def on_broken_pipe(self) -> None:
        raise  # noqa: PLE0704 - it is called while the error is handled


def console(*, stderr: bool = False) -> Console:
    """A console that wraps and interprets nothing; colours follow the terminal and NO_COLOR."""
    return _Console(stderr=stderr, highlight=False, markup=False, emoji=False, soft_wrap=True)


def show_problems(to: Console, text: str, problems: Iterable[pq.Problem], kind: str = "problem") -> None:
    """Each problem under its place in the query, with its code, its sentence and its hint."""
    width = _width()
    for problem in problems:
        line, carets = underline(text, problem.span, width - 2).split("\n")  # two, for an ellipsis at either end
        hint = f" ({problem.hint})" if problem.hint else ""
        words = Text.assemble((f"{problem.code}: ", "bold"), problem.message, (hint, "dim"))
        gap = " " if len(carets) + 1 + words.cell_len <= width else "\n"
        to.print(Text(line))
        to.print(Text.assemble((carets, _STYLES[kind]), gap, words))


def _width() -> int:
    """How many columns a text of carets may have: those of the terminal, within reason."""
    return max(40, min(100, shutil.get_terminal_size((100, 24)).columns))


def show_facts(to: Console, facts: Iterable[tuple[str, str]]) -> None:
    """Names and values: a table on a terminal, `name: value` lines in a pipe."""
    if not to.is_terminal:
        for name, value in facts:
            to.print(Text(f"{name}: {value}"))
        return
    table = Table.grid(padding=(0, 2))
    for name, value in facts:
        table.add_row(Text(name, "bold"), Text(value))
    to.print(table)


def show_section(to: Console, title: str, body: str, language: str | None = None) -> None:
    """A titled text; code is coloured on a terminal."""
    to.print(Text(title, "bold cyan"))
    indented = indent(body.rstrip("\n"), "  ") + "\n"
    if language and to.is_terminal and not to.no_color:
        to.print(Syntax(indented, language, background_color="default", word_wrap=True))
    else:
        to.print(Text(indented))
