"""The schema that a command works with, and what the schema's module says about documents and tables."""

from __future__ import annotations

import importlib
import sqlite3
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial, reduce
from inspect import isfunction, signature
from pathlib import Path
from types import ModuleType
from typing import Any, assert_never

import click

import paramql as pq
from paramql.ast import And, Compare, Exists, Not, Or
from paramql.ast import Any as Some
from paramql.cli import options

INSTANCES = "paramql.instances:SCHEMA"
Load = Callable[[Mapping[str, Any]], Mapping[str, Any]]
_OPTION = "--schema"


@dataclass(frozen=True)
class Source:
    """A schema, and the functions that its module has for it.

    `load(document, schema)` makes a record; it raises ValueError for what is no document of its kind, and `schema` may
    have fewer fields. `create(connection)` makes tables and indexes in SQLite and gives the target. A module's function
    counts if it has that name and those parameters. examples: values by name, where the module has a mapping EXAMPLES.
    """

    schema: pq.Schema
    load: Callable[..., Mapping[str, Any]] | None = None
    create: Callable[[sqlite3.Connection], pq.SqlTarget] | None = None
    is_inferred: bool = False
    examples: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def loader(self, where: pq.Expression) -> Load:
        """What makes of a document a record with the fields that an expression asks about, and all required ones.

        By an inferred schema a value that does not fit makes a document unfit: the guess was wrong, not the document.
        """
        asked = {field.name for field in _asked(where)}
        fields = [field for field in self.schema.fields if field.required or field.name in asked]
        part = pq.Schema(*(fields or self.schema.fields[:1]), controls=self.schema.controls)
        if self.load is not None:
            return partial(self.load, schema=part)
        return partial(part.load, strict=self.is_inferred and bool(asked))

    def tables(self, connection: sqlite3.Connection) -> pq.SqlTarget:
        """Make the tables; where the module does not say how, a column for each field and no index but the key's."""
        if self.create is not None:
            try:
                return self.create(connection)
            except Exception as error:  # noqa: BLE001 - and its functions
                raise options.Refusal(f"the schema's own code failed: {options.named(error)}") from None
        target = pq.target("sqlite", self.schema, table="records")
        for statement in target.create():
            connection.execute(statement)
        return target


def named(path: str) -> Source:
    """The schema at `module:NAME`; modules of the working directory are found too. Raises `click.BadParameter`."""
    module_name, _, name = path.partition(":")
    if not (module_name and name):
        raise click.BadParameter(f"{path!r} is not of the form module:NAME", param_hint=_OPTION)
    module = _imported(module_name)
    try:
        schema = reduce(getattr, name.split("."), module)
    except Exception as error:  # noqa: BLE001 - so may its attributes
        raise click.BadParameter(options.named(error), param_hint=_OPTION) from None
    if not isinstance(schema, pq.Schema):
        raise click.BadParameter(f"{path} is a {type(schema).__name__}, no paramql.Schema", param_hint=_OPTION)
    examples = getattr(module, "EXAMPLES", None)
    return Source(
        schema,
        _own(module, "load", "document", "schema"),
        _own(module, "create", "connection"),
        examples=examples if isinstance(examples, Mapping) else {},
    )


def _imported(name: str) -> ModuleType:
    if (here := str(Path.cwd())) not in sys.path:
        sys.path.insert(0, here)
    try:
        return importlib.import_module(name)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a module of the user's may raise anything
        raise click.BadParameter(f"{name}: {options.named(error)}", param_hint=_OPTION) from None


def _own(module: ModuleType, name: str, *parameters: str) -> Callable[..., Any] | None:
    found = getattr(module, name, None)
    return found if isfunction(found) and tuple(signature(found).parameters) == parameters else None


def _asked(where: pq.Expression) -> Iterator[pq.Field]:
    """The fields of the record that an expression looks at."""
    match where:
        case And(operands) | Or(operands):
            for operand in operands:
                yield from _asked(operand)
        case Not(operand):
            yield from _asked(operand)
        case Compare(field) | Some(field) | Exists(field):
            yield field
        case _:
            assert_never(where)
