"""Django as an engine, on each database: fields, relations and a JSON document are asked, and must agree.

Importing this module imports Django, and gives it settings where it has none.
"""

from __future__ import annotations

import functools
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any as Anything
from typing import cast

import django
from django.conf import settings
from django.db import connections
from django.db.utils import load_backend

from paramql.backends import compile, target
from paramql.backends.django import DjangoTarget
from paramql.backends.places import JsonPath
from paramql.declare import Expression, Field
from paramql.schema import Schema
from paramql.testing.databases import opened
from paramql.testing.documents import as_stored
from paramql.testing.engine import key_of

if not settings.configured and "DJANGO_SETTINGS_MODULE" not in os.environ:  # pragma: no branch - a host has its own
    settings.configure(USE_TZ=True, USE_I18N=False)
django.setup()

from paramql.testing.django_models import DOCUMENT, Shelf, shelves  # noqa: E402 - Django must have been set up

_NAME = "paramql_django"

# --- databases


@functools.cache
def connected(name: str) -> str:
    """The alias of a connection to a database or schema that no other tests use."""
    known = _SETTINGS[name]()
    whole = connections.configure_settings({"default": known})["default"]
    connections[_alias(name)] = load_backend(known["ENGINE"]).DatabaseWrapper(whole, alias=_alias(name))
    return _alias(name)


def _alias(name: str) -> str:
    return f"{_NAME}_{name}"


def _sqlite() -> dict[str, Anything]:
    return {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}


def _postgresql(name: str) -> dict[str, Anything]:
    from psycopg.conninfo import conninfo_to_dict

    server = opened(name)
    server.rows(f"CREATE SCHEMA IF NOT EXISTS {_NAME}")
    known = conninfo_to_dict(server.connection.info.dsn)
    at = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "OPTIONS": {"options": f"-c search_path={_NAME}"},
        **{word: known.get(key, "") for word, key in at.items()},
    }


def _mariadb() -> dict[str, Anything]:
    import pymysql

    pymysql.install_as_MySQLdb()
    for name, module in [*sys.modules.items()]:  # or Django loads them anew, and PyMySQL's errors are of two kinds
        if name.startswith("pymysql."):
            sys.modules[f"MySQLdb{name.removeprefix('pymysql')}"] = module
    server = opened("mariadb")
    server.rows(f"CREATE DATABASE IF NOT EXISTS {_NAME} CHARACTER SET utf8mb4")
    known = server.connection
    return {
        "ENGINE": "django.db.backends.mysql",
        "NAME": _NAME,
        "USER": known.user.decode(),
        "PASSWORD": known.password.decode(),
        "HOST": known.unix_socket or known.host,
        "PORT": "" if known.unix_socket else known.port,
    }


_SETTINGS: Mapping[str, Callable[[], dict[str, Anything]]] = {
    "sqlite": _sqlite,
    "postgresql": functools.partial(_postgresql, "postgresql"),
    "postgresql-icu": functools.partial(_postgresql, "postgresql-icu"),
    "mariadb": _mariadb,
}

# --- the engine


class DjangoEngine:
    """A database through Django. All ways of asking must agree, and a condition's complement select the others."""

    def __init__(self, database: str) -> None:
        self.name = f"django on {database}"
        self.database = database
        self._turn = 0
        self._held: tuple[object, object] = (None, None)

    def load(self, schema: Schema, documents: Iterable[Mapping[str, Anything]]) -> None:
        """Make the tables and fill them, unless they hold just these documents."""
        if _HOLDERS.get(self.database) is self and self._held[0] is schema and self._held[1] is documents:
            return
        self._shelf = made(self.database, schema.fields)
        _HOLDERS[self.database] = self
        _fill(connected(self.database), self._shelf, schema, documents)
        self._asked = list(_targets(schema, key_of(schema), self._shelf, connected(self.database)))
        self._held = schema, documents

    def select(self, where: Expression) -> set[Anything]:
        """The keys: of columns, of child rows and of the documents, each asked in one of three ways, in turn."""
        self._turn += 1
        answers = [one.answer(where, (self._turn + number) % 3) for number, one in enumerate(self._asked)]
        assert all(answer == answers[0] for answer in answers), f"{where}: {answers}, turn {self._turn % 3}"
        return answers[0]


# Whose records the tables of a database hold now, and what those tables are.
_HOLDERS: dict[str, DjangoEngine] = {}
_SHELVES: dict[str, Shelf] = {}


def made(database: str, fields: tuple[Field, ...]) -> Shelf:
    """Empty tables for records of these fields, in place of those that were made before."""
    connection = connections[connected(database)]
    _HOLDERS.pop(database, None)
    dropped = _SHELVES.pop(database, None)
    with connection.cursor() as cursor:
        for shelf in dropped.all if dropped else ():
            cursor.execute(f"DROP TABLE {connection.ops.quote_name(shelf.model._meta.db_table)}")  # noqa: SLF001
    shelf = shelves(fields, connection.vendor, "records")
    with connection.schema_editor(atomic=False) as editor:
        for one in shelf.all:
            editor.create_model(one.model)
    _SHELVES[database] = shelf
    return shelf


def modelled(fields: tuple[Field, ...]) -> Anything:
    """A model of such records, of which there are no tables."""
    return shelves(fields, "sqlite", "modelled").model


def write(alias: str, top: Shelf) -> None:
    """Write the instances that are not yet written."""
    for shelf in top.all:
        shelf.model.objects.using(alias).bulk_create(shelf.instances)
        shelf.instances.clear()


@dataclass(frozen=True)
class _Asked:
    """A target, and a QuerySet of all keys there."""

    target: DjangoTarget
    keys: Anything

    def answer(self, where: Expression, way: int) -> set[Anything]:
        """By a condition, by Django's complement of its complement, or as what Django's complement leaves."""
        condition = compile(where, self.target)
        if way == 0:
            return set(self.keys.filter(condition))
        if way == 1:
            return set(self.keys.exclude(~condition))
        return set(self.keys) - set(self.keys.exclude(condition))


def _targets(schema: Schema, key: Field, top: Shelf, alias: str) -> Iterator[_Asked]:
    keys = top.model.objects.using(alias).values_list(top.attribute(key), flat=True)
    paths = {one.name: JsonPath(DOCUMENT, *one.path) for one in schema.fields if one != key}
    paths |= {key.name: cast(Anything, top.attribute(key))}
    for columns in (top.in_columns, top.in_rows, paths):
        yield _Asked(cast(DjangoTarget, target("django", schema, model=top.model, columns=columns)), keys)


def _fill(alias: str, top: Shelf, schema: Schema, documents: Iterable[Mapping[str, Anything]]) -> None:
    numbers = count(1)
    for one in documents:
        setattr(top.put(schema.load(one), numbers), DOCUMENT, json.loads(as_stored(schema, one)))
    write(alias, top)
