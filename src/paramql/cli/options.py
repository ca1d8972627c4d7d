"""What the commands share: options, a query read by a schema, and one-line refusals."""

from __future__ import annotations

import datetime as dt
import json
import os
import zoneinfo
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple, TypeVar

import click

import paramql as pq
from paramql.cli import output

BAD_USE = 2
SCHEMA_HELP = "Where the schema is; functions load(document, schema) and create(connection) beside it are used."
F = TypeVar("F", bound=Callable[..., Any])


class Refusal(click.ClickException):
    """Something that cannot be done, said in one line."""

    exit_code = BAD_USE


class Times(NamedTuple):
    """How times in a query are read."""

    now: dt.datetime | None
    zone: dt.tzinfo | None


def _moment(context: click.Context, parameter: click.Parameter, value: str | None) -> dt.datetime | None:
    try:
        return None if value is None else pq.DateTime().load(value)
    except ValueError as error:
        raise click.BadParameter(f"{value!r} is {error}") from None


def _zone(context: click.Context, parameter: click.Parameter, value: str | None) -> dt.tzinfo | None:
    try:
        return None if value is None else zoneinfo.ZoneInfo(value)
    except (ValueError, OSError, zoneinfo.ZoneInfoNotFoundError):
        raise click.BadParameter(f"there is no time zone {value!r}") from None


_OPTIONS = (
    click.option("--now", metavar="TIME", callback=_moment, help="What 'now' and 'today' are, for relative times."),
    click.option("--zone", metavar="NAME", callback=_zone, help="The zone of times without an offset. [default: UTC]"),
    click.option("--json", "as_json", is_flag=True, help="Answer for programs."),
)


def common(command: F) -> F:
    """The options of every command that takes a query."""
    for option in _OPTIONS:
        command = option(command)
    return command


def parsed(schema: pq.Schema, query: str, times: Times, *, as_json: bool, stderr: bool = False) -> pq.Query:
    """The query. One that is wrong is shown with its problems, and ends the command."""
    with telling(as_json=as_json, stderr=stderr):
        return schema.parse(written(query), now=times.now, zone=times.zone)


@contextmanager
def telling(*, as_json: bool, stderr: bool) -> Iterator[None]:
    """Shows the problems of a query that is read inside, and ends the command.

    stderr: whether programs, too, find the problems there, since standard output is for documents.
    """
    try:
        yield
    except pq.QueryError as error:
        if as_json:
            problems = [problem.to_dict() for problem in error.problems]
            click.echo(to_json({"ok": False, "problems": problems}), err=stderr)
        else:
            output.show_problems(output.console(stderr=True), error.text, error.problems)
        raise WrongQuery(error) from None
    except Exception as error:  # noqa: BLE001 - functions of the schema may raise anything
        raise Refusal(f"the schema's own code failed: {named(error)}") from None


class WrongQuery(click.exceptions.Exit):
    """The end of a command whose query is wrong; that has been said."""

    def __init__(self, error: pq.QueryError) -> None:
        super().__init__(BAD_USE)
        self.codes = {problem.code for problem in error.problems}


def written(query: str) -> str | bytes:
    """The query as it was given: bytes where they are no text."""
    return query if query.isascii() else os.fsencode(query)


def named(error: BaseException) -> str:
    """An exception in one line."""
    return f"{type(error).__name__}: {' '.join(str(error).split())}"


def to_json(answer: object) -> str:
    """An answer for programs: JSON on one line, in ASCII, so that every terminal and locale takes it."""
    return json.dumps(answer)
