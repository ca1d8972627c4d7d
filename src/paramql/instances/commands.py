"""The commands of `paramql instances`. What serves and loads needs the extra `[server]`, imported when it is asked."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn, track
from rich.text import Text

from paramql.instances.generator import generate

_DATABASE = "sqlite:///instances.db"
_DATABASE_HELP = "Where instances are: sqlite:///FILE, postgresql://, mariadb://, mongodb://"
_EXTRAS = {"psycopg": "postgresql", "psycopg_pool": "postgresql", "pymysql": "mariadb", "pymongo": "mongodb"}
_NUMBER = click.IntRange(0, 10**18 - 1)
_MOST_FAULTS = 20
_UNFIT = 3


class Refused(click.ClickException):
    """Something that cannot be done, said in one line."""

    exit_code = 2


@click.group("instances")
def commands() -> None:
    """Instances, as the service holds them, and the service."""


@commands.command("generate", context_settings={"ignore_unknown_options": True})  # -5 is a wrong COUNT
@click.argument("count", type=click.IntRange(min=0))
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed gives the same documents.")
def generate_documents(count: int, seed: int) -> None:
    """Print COUNT invented instance documents, one on each line."""
    to = Console(stderr=True)
    is_hidden = not to.is_terminal or sys.stdout.isatty()
    for document in track(generate(count, seed), "", total=count, console=to, transient=True, disable=is_hidden):
        sys.stdout.buffer.write(json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")


@contextmanager
def _refusing() -> Iterator[None]:
    """What a person can mend is said in a line."""
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)  # it warns of each try, in several lines
    try:
        yield
    except ModuleNotFoundError as error:
        raise Refused(f"this needs more: pip install 'paramql[{_EXTRAS.get(error.name or '', 'server')}]'") from None
    except ValueError as error:
        raise Refused(str(error)) from None
    except Exception as error:
        from paramql.server import Full, Unavailable

        if isinstance(error, Full):
            raise Refused("the database has no room left") from None
        if isinstance(error, Unavailable):
            raise Refused("the database cannot be reached, or is busy") from None
        if type(error).__module__.partition(".")[0] in (*_EXTRAS, "sqlite3"):
            raise Refused(f"the database refuses: {' '.join(map(str, error.args))}") from None
        raise


@commands.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True))
@click.option("--database", default=_DATABASE, show_default=True, help=_DATABASE_HELP)
@click.option("--restart", is_flag=True, help="From the first line, even where a load of the file was cut off.")
def load_documents(file: str, database: str, restart: bool) -> None:
    """Load FILE, an instance document on each line (-: standard input), into a database.

    Documents that are there are replaced. A line that is no instance is reported by its number and left out; the exit
    status is 3 then. A load that was cut off goes on where it was.
    """
    with _refusing():
        from paramql.instances import loading
        from paramql.instances.stores import opened

        to = Console(stderr=True, highlight=False, markup=False, emoji=False, soft_wrap=True)
        size = None if file == "-" else Path(file).stat().st_size
        columns = BarColumn(), DownloadColumn(), TimeRemainingColumn()
        with (
            closing(opened(database)) as filled,
            Progress(*columns, console=to, transient=True, disable=not to.is_terminal) as bar,
        ):
            task = bar.add_task("", total=size)
            faults = _Faults(to)
            report = loading.Report(bad=faults.add, moved=lambda offset: bar.update(task, completed=offset))
            if file == "-":
                loading.load_stream(filled, sys.stdin.buffer, report)
            else:
                loading.load_file(filled, file, report, restart=restart)
    _tell(to, report, faults)


class _Faults:
    """Says what is wrong with the first unfit lines."""

    def __init__(self, to: Console) -> None:
        self._to, self.count = to, 0

    def add(self, number: int, fault: str) -> None:
        """Of a line."""
        self.count += 1
        if self.count <= _MOST_FAULTS:
            self._to.print(Text(f"line {number}: {fault}"))


def _tell(to: Console, report: Any, faults: _Faults) -> None:
    if faults.count > _MOST_FAULTS:
        to.print(f"… and {faults.count - _MOST_FAULTS:,} more")
    resumed = f", from line {report.began_at + 1:,} on, where a load was cut off" if report.began_at else ""
    unfit = f", {report.unfit:,} lines unfit and left out" if report.unfit else ""
    to.print(f"{report.loaded:,} instances loaded{resumed}{unfit}")
    if report.unfit:
        raise click.exceptions.Exit(_UNFIT)


@commands.command("token")
@click.option("--org", help="Of an application owner.")
@click.option("--party", type=_NUMBER, help="Of a user, on behalf of a party.")
@click.option("--user", type=_NUMBER, help="The number of that user.")
@click.option(
    "--scope", multiple=True, help="What it allows. [default, of an owner: altinn:serviceowner/instances.read]"
)
@click.option("--hours", type=click.FloatRange(min=0, min_open=True), default=8, show_default=True)
def mint(org: str | None, party: int | None, user: int | None, scope: tuple[str, ...], hours: float) -> None:
    """Print a bearer token, signed with PARAMQL_INSTANCES_KEY; without it, with the key of `serve --development`."""
    if (org is None) == (party is None) or org == "":
        raise click.UsageError("give --org or --party")
    if user is not None and party is None:
        raise click.UsageError("--user goes with --party")
    with _refusing():
        from paramql.instances import callers, keys

        key, seconds = keys.secret_or_development(), int(hours * 3600)
        if org is not None:
            click.echo(keys.owner_token(key, org, scope or callers.SCOPES[:1], seconds=seconds))
            return
        assert party is not None
        click.echo(keys.user_token(key, party, user, scope, seconds=seconds))


@commands.command("serve")
@click.option("--database", default=_DATABASE, show_default=True, help=_DATABASE_HELP)
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="0: any that is free.")
@click.option("--base-url", help="What links begin with. [default: the address that is listened on]")
@click.option("--jwks", help="Published keys that bearer tokens are verified with: a file or an https address.")
@click.option("--issuer", help="Whom bearer tokens must be from.")
@click.option("--audience", help="Whom bearer tokens must be for.")
@click.option("--owners", type=click.Path(exists=True, dir_okay=False), help="Parties by number, as JSON.")
@click.option("--timeout", type=click.FloatRange(min=0.1), default=10, show_default=True, help="Of a statement.")
@click.option("--count-to", type=click.IntRange(min=0), help="How far matches are counted. [default: all]")
@click.option("--explorer", is_flag=True, help="Have a page at / that helps to ask.")
@click.option("--development", is_flag=True, help="Take a key that everybody knows, and have the page.")
def serve(host: str, port: int, **given: Any) -> None:
    """Serve instances: GET /storage/api/v1/instances, /openapi.json, /health; with the explorer, a page at /.

    The variable PARAMQL_INSTANCES_KEY, at least 32 bytes, signs continuation tokens; bearer tokens are verified with
    it, too, or with the keys of --jwks. Where the key was changed, PARAMQL_INSTANCES_FORMER_KEY is the one before: the
    links that it signed lead on.
    """
    with _refusing():
        from paramql.instances import keys, serving, visitors

        is_explored, is_development = given.pop("explorer"), given.pop("development")
        key = keys.secret_or_development() if is_development else keys.secret()
        if key is None:
            raise Refused(f"set {keys.VARIABLE} to at least 32 bytes, or say --development")
        owners, base, store = (given.pop(name) for name in ("owners", "base_url", "database"))
        chosen = {name: value for name, value in given.items() if value is not None}
        owned = serving.owners_in(owners) if owners else None
        page = visitors.explorer(key) if is_explored or is_development else None
        settings = serving.Settings(
            store=store, key=key, former=keys.former(), base=base, owners=owned, explorer=page, **chosen
        )
        serving.run(settings, host, port, lambda address: click.echo(f"serving {address}", err=True))
