"""The command `filter`: the documents of a file, or of standard input, that a query selects."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO, Never
from urllib.parse import parse_qsl

import click

import paramql as pq
from paramql.cli import output, schemas
from paramql.cli.filtering import Tally, select
from paramql.cli.infer import NoFieldsError, infer
from paramql.cli.nameless import judge
from paramql.cli.options import SCHEMA_HELP, Refusal, Times, WrongQuery, common, parsed, telling, written
from paramql.cli.progress import Reporter, ToPerson, ToProgram
from paramql.cli.reading import Entry, Input, NotTextError, read
from paramql.cli.schemas import Source

SOME_UNFIT = 3
SAMPLE = 1000
_MOST_NOTES = 3
_NO_EFFECT = "{} has no effect here"


@click.command("filter", short_help="Print the documents that a query selects.")
@click.argument("file")
@click.argument("query")
@click.option("--schema", metavar="MODULE:NAME", help=f"{SCHEMA_HELP} [default: inferred from the first documents]")
@common
def filter_file(file: str, query: str, schema: str | None, as_json: bool, **times: Any) -> None:
    """Print the documents of FILE ("-": standard input) that QUERY selects, as they were read.

    FILE holds a JSON object on each line, or one JSON array of objects. They come in the order of the input; `size`
    ends the output early. What is unfit is reported by number on standard error, and skipped.
    """
    with _opened(file) as stream:
        documents = _read(stream, file)
        with _reporter(documents.unit, stream, as_json) as reporter:
            found = _source(schema, documents, reporter)
            if found is None:
                _judge_alone(query, reporter, as_json=as_json)
                return
            source, entries = found
            with _told_of_sample(source, documents, reporter):
                checked = parsed(source.schema, query, Times(**times), as_json=as_json, stderr=True)
            tally = _filter(checked, source, entries, reporter)
            reporter.finish(tally)
    if tally.unfit:
        raise click.exceptions.Exit(SOME_UNFIT)


def _opened(file: str) -> AbstractContextManager[BinaryIO]:
    if file == "-":
        return nullcontext(sys.stdin.buffer)
    try:
        return Path(file).open("rb")
    except (OSError, ValueError) as error:
        raise Refusal(f"cannot read {file!r}: {getattr(error, 'strerror', error)}") from None


def _read(stream: BinaryIO, file: str) -> Input:
    try:
        return read(stream)
    except NotTextError:
        raise Refusal(f"{file!r} is binary, or not UTF-8; JSON was expected") from None


def _reporter(unit: str, stream: BinaryIO, as_json: bool) -> Reporter:
    return ToProgram() if as_json else ToPerson(output.console(stderr=True), unit, _size(stream))


def _size(stream: BinaryIO) -> int | None:
    """How long a file is; None for what may never end."""
    try:
        status = os.fstat(stream.fileno())
    except OSError:
        return None
    return status.st_size if stat.S_ISREG(status.st_mode) else None


def _source(path: str | None, documents: Input, reporter: Reporter) -> tuple[Source, Iterable[Entry]] | None:
    """The schema, named or inferred, and the entries, those that were looked at for that among them.

    None where the schema is to be inferred from nothing.
    """
    if path is not None:
        return schemas.named(path), documents.entries
    first = list(islice(documents.entries, SAMPLE))
    if not first:
        return None
    try:
        inferred = infer(entry.document for entry in first if entry.document is not None)
    except NoFieldsError as error:
        _give_up(first, error.notes, reporter)
    reporter.say("schema", inferred.source)
    for note in inferred.notes:
        reporter.say("note", note)
    return Source(inferred.schema, is_inferred=True), chain(first, documents.entries)


def _judge_alone(query: str, reporter: Reporter, *, as_json: bool) -> None:
    """An input without documents is fine, and so is a query if nothing but its names can be wrong."""
    with telling(as_json=as_json, stderr=True):
        judge(written(query))
    reporter.finish(Tally())
    reporter.say("note", "the input is empty")


def _give_up(first: list[Entry], notes: tuple[str, ...], reporter: Reporter) -> Never:
    """No document tells a schema."""
    unfit = [entry for entry in first if entry.fault is not None]
    for entry in unfit:
        reporter.bad(entry.number, entry.fault or "")
    reporter.finish(Tally(len(first), 0, len(unfit)))
    if len(first) == len(unfit):
        raise Refusal("there is no document to infer a schema from")
    if not notes:
        raise Refusal("the first documents have no members to infer a schema from; name one with --schema")
    more = f"; and {len(notes) - _MOST_NOTES:,} more" if len(notes) > _MOST_NOTES else ""
    reasons = "; ".join(notes[:_MOST_NOTES]) + more
    raise Refusal(f"no member of the first documents can be a field ({reasons}); name a schema with --schema")


@contextmanager
def _told_of_sample(source: Source, documents: Input, reporter: Reporter) -> Iterator[None]:
    """Where a name is unknown, say that it may stand in documents that were not looked at."""
    try:
        yield
    except WrongQuery as wrong:
        if source.is_inferred and "unknown-parameter" in wrong.codes and next(documents.entries, None):
            reporter.say("note", f"only the first {SAMPLE:,} documents were looked at for names; --schema names others")
        raise


def _filter(query: pq.Query, source: Source, entries: Iterable[Entry], reporter: Reporter) -> Tally:
    asked = {source.schema.control(name) for name, _ in parse_qsl(query.text, keep_blank_values=True)}
    if "order" in asked:
        raise Refusal("filter keeps the order of its input; leave the order out of the query, and sort the output")
    for note in (*(notice.message for notice in query.notices), *map(_NO_EFFECT.format, query.values)):
        reporter.say("note", note)
    tally, keep = Tally(), pq.compile(query.where, "python")
    limit = query.page.size if "size" in asked else None
    for line in select(_watched(entries, reporter), source.loader(query.where), keep, reporter.bad, tally, limit):
        reporter.write(line)
    return tally


def _watched(entries: Iterable[Entry], reporter: Reporter) -> Iterator[Entry]:
    for entry in entries:
        reporter.advance(len(entry.raw))
        yield entry
