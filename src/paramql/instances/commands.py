"""The commands of `paramql instances`."""

from __future__ import annotations

import json
import sys

import click
from rich.console import Console
from rich.progress import track

from paramql.instances.generator import generate


@click.group("instances")
def commands() -> None:
    """Instances, as the service holds them."""


@commands.command("generate", context_settings={"ignore_unknown_options": True})  # -5 is a wrong COUNT
@click.argument("count", type=click.IntRange(min=0))
@click.option("--seed", type=int, default=0, show_default=True, help="The same seed gives the same documents.")
def generate_documents(count: int, seed: int) -> None:
    """Print COUNT invented instance documents, one on each line."""
    to = Console(stderr=True)
    is_hidden = not to.is_terminal or sys.stdout.isatty()
    for document in track(generate(count, seed), "", total=count, console=to, transient=True, disable=is_hidden):
        sys.stdout.buffer.write(json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode() + b"\n")
