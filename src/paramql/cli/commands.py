"""The commands: check, explain, filter, reference, names; `instances` is a group in a module of its own."""

from __future__ import annotations

import importlib
import io
import os
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import closing
from typing import Any, cast

import click

import paramql as pq
from paramql.cli import output, schemas
from paramql.cli.filter_file import filter_file
from paramql.cli.options import BAD_USE, SCHEMA_HELP, Refusal, Times, common, named, parsed, to_json
from paramql.explain import Branch, Explanation, explain, statement
from paramql.openapi import reference, typed_names

# As the shell reports what a signal ended.
INTERRUPTED = 128 + 2
READER_GONE = 128 + 13

_ELSEWHERE = {"instances": "paramql.instances.commands"}
_EXAMPLES_HELP = "Where the schema is; a mapping EXAMPLES beside it, of names to values, is used."
_EPILOG = "Exit status: 0; 2 for a wrong query or wrong use; 3 where documents were unfit and skipped."


class _Commands(click.Group):
    """Commands, some of which stand in modules that are imported only when they are named."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *_ELSEWHERE])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in _ELSEWHERE:
            return cast(click.Command, importlib.import_module(_ELSEWHERE[cmd_name]).commands)
        return super().get_command(ctx, cmd_name)


def run(arguments: Sequence[str]) -> int:
    """Run the command and give its exit status. Whatever goes wrong is said in a line, never in a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    try:
        _invoke(arguments)
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.ClickException as error:
        _show(error, arguments)
        return error.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return READER_GONE
    except KeyboardInterrupt:
        return INTERRUPTED
    except (OSError, sqlite3.Error, pq.CapabilityError) as error:
        _show(Refusal(str(error)), arguments)
        return BAD_USE
    return 0


def _show(error: click.ClickException, arguments: Sequence[str]) -> None:
    if "--json" in arguments:
        click.echo(to_json({"error": error.format_message()}), err=True)
    else:
        error.show()


def _invoke(arguments: Sequence[str]) -> None:
    try:
        with paramql.make_context("paramql", list(arguments)) as context:
            paramql.invoke(context)
    finally:
        sys.stdout.flush()


@click.group("paramql", cls=_Commands, epilog=_EPILOG, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(pq.__version__, message="%(prog)s %(version)s")
def paramql() -> None:
    """Filters in URLs, checked against a schema."""


@paramql.command(short_help="Say whether a query is right, and if not, why.")
@click.argument("query")
@click.option("--schema", metavar="MODULE:NAME", default=schemas.INSTANCES, show_default=True, help=SCHEMA_HELP)
@common
def check(query: str, schema: str, as_json: bool, **times: Any) -> None:
    """Say whether QUERY is right; if so, its canonical text, if not, every mistake in its place."""
    checked = parsed(schemas.named(schema).schema, query, Times(**times), as_json=as_json)
    facts = _facts(checked)
    if as_json:
        click.echo(to_json({"ok": True, **facts, "notices": [notice.to_dict() for notice in checked.notices]}))
        return
    to = output.console()
    output.show_facts(to, ((name, _shown(value)) for name, value in facts.items() if value))
    output.show_problems(to, checked.text, checked.notices, "notice")


def _facts(query: pq.Query) -> dict[str, Any]:
    return {
        "canonical": pq.render(query),
        "names": list(query.names),
        "options": dict(query.values),
        "order": [str(key) for key in query.order],
        "size": query.page.size,
    }


def _shown(value: object) -> str:
    match value:
        case list():
            return ", ".join(value)
        case dict():
            return ", ".join(f"{name}={inner}" for name, inner in value.items())
        case _:
            return str(value)


@paramql.command("explain", short_help="Show what a query becomes.")
@click.argument("query")
@click.option("--schema", metavar="MODULE:NAME", default=schemas.INSTANCES, show_default=True, help=SCHEMA_HELP)
@common
def explain_query(query: str, schema: str, as_json: bool, **times: Any) -> None:
    """Show what QUERY means: its tree, the Python and the SQL that it becomes, and whether an index serves it."""
    source = schemas.named(schema)
    checked = parsed(source.schema, query, Times(**times), as_json=as_json)
    with closing(sqlite3.connect(":memory:")) as connection:
        target = source.tables(connection)
        explained = explain(checked.where, target, connection)
    if as_json:
        click.echo(to_json(_explained(checked, explained)))
    else:
        _show_explained(checked, explained, statement(explained.sql, target))


def _explained(query: pq.Query, explained: Explanation) -> dict[str, object]:
    plan = explained.plan
    return {
        "canonical": pq.render(query),
        "tree": _nested(explained.tree),
        "python": explained.source,
        "sql": {"text": explained.sql.text, "params": explained.sql.params},
        "plan": [_nested(step) for step in plan.steps],
        "indexes": plan.indexes,
        "served": plan.is_served,
        "inner": plan.inner,
        "verdict": plan.verdict,
    }


def _nested(branch: Branch) -> dict[str, object]:
    return {"label": branch.label, "children": [_nested(child) for child in branch.children]}


def _show_explained(query: pq.Query, explained: Explanation, statement: str) -> None:
    to, plan = output.console(), explained.plan
    output.show_section(to, "Query", pq.render(query))
    output.show_section(to, "Meaning", "\n".join(explained.tree.lines()))
    output.show_section(to, "Python", explained.source, "python")
    output.show_section(to, "SQLite", statement, "sql")
    output.show_section(to, "Parameters", "\n".join(map(repr, explained.sql.params)) or "none")
    output.show_section(to, "Plan", "\n".join(line for step in plan.steps for line in step.lines()))
    to.print(plan.verdict)


@paramql.command("reference", short_help="Write the reference of a schema's filters.")
@click.option("--schema", metavar="MODULE:NAME", default=schemas.INSTANCES, show_default=True, help=_EXAMPLES_HELP)
@click.option("--title", default="Filters", show_default=True, help="Of the page.")
def write_reference(schema: str, title: str) -> None:
    """Write the reference of a schema's filters for clients, in Markdown: names, operators, order, pages, errors."""
    source = schemas.named(schema)
    try:
        click.echo(reference(source.schema, title, examples=source.examples), nl=False)
    except Exception as error:  # noqa: BLE001 - functions of the schema may raise anything
        raise Refusal(f"the reference cannot be written: {named(error)}") from None


@paramql.command("names", short_help="Write the class of names for typed clients.")
@click.option("--schema", metavar="MODULE:NAME", default=schemas.INSTANCES, show_default=True, help="Where it is.")
@click.option("--class", "title", default="Record", show_default=True, help="The name of the class.")
def write_names(schema: str, title: str) -> None:
    """Write the class of names that type checkers read, for clients that use paramql.client."""
    try:
        click.echo(typed_names(schemas.named(schema).schema, title), nl=False)
    except ValueError as error:
        raise click.BadParameter(str(error), param_hint="--class") from None


paramql.add_command(filter_file)
