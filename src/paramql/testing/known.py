"""The engines of the test kit, by name: why one cannot be had here, how it is started, which version was met."""

from __future__ import annotations

import functools
import os
import platform
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from importlib.util import find_spec

from paramql.testing import databases, engines_mongodb, engines_polars
from paramql.testing.engine import Engine, PythonEngine
from paramql.testing.engines_sql import STYLES, SqlEngine

_VERSIONS = {
    "sqlite": "SELECT sqlite_version()",
    "postgresql": "SHOW server_version",
    "mariadb": "SELECT version()",
    "duckdb": "SELECT version()",
}


@dataclass(frozen=True)
class Known:
    """An engine: why it is missing (None: it is not), how it is started, and its version, asked of what was started."""

    missing: Callable[[], str | None]
    start: Callable[[], Engine]
    version: Callable[[], str]


def engines() -> Iterator[Engine]:
    """The engines that can be started here; each starts its server when it is first asked to hold records."""
    return (started(name) for name, known in KNOWN.items() if not known.missing())


@functools.cache
def started(name: str) -> Engine:
    """The engine of a name, made once."""
    return KNOWN[name].start()


def _told(database: str) -> str:
    """The numbers of a database's version, as it says."""
    connected = databases.opened(database)
    ((told,),) = connected.rows(_VERSIONS[connected.name])
    return re.sub(r"[^0-9.].*", "", told.removeprefix("v"))


def _none() -> None:
    """There is nothing that it needs."""


def _mongodb_version() -> str:
    if engines_mongodb.URI in os.environ:
        return str(engines_mongodb.client().server_info()["version"])
    return f"SecantusDB {version('secantusdb')}"


def _sqlalchemy_missing(database: str) -> str | None:
    needed = {"sqlalchemy": "SQLAlchemy", **({"duckdb_engine": "duckdb-engine"} if database == "duckdb" else {})}
    if lacking := [package for module, package in needed.items() if not find_spec(module)]:
        return f"sqlalchemy on {database}: install {' and '.join(lacking)} (pip install 'paramql[test]')"
    return databases.missing(database)


def _sqlalchemy(database: str) -> Engine:
    from paramql.testing.engines_sqlalchemy import SqlAlchemyEngine

    return SqlAlchemyEngine(database)


def _sqlalchemy_version(database: str) -> str:
    return f"{version('SQLAlchemy')} on {_told(database)}"


def _django_missing(database: str) -> str | None:
    if not find_spec("django"):
        return f"django on {database}: install Django (pip install 'paramql[test]')"
    return databases.missing(database)


def _django(database: str) -> Engine:
    from paramql.testing.engines_django import DjangoEngine

    return DjangoEngine(database)


def _django_version(database: str) -> str:
    return f"{version('Django')} on {_told(database)}"


KNOWN = {
    "python": Known(_none, PythonEngine, platform.python_version),
    **{
        f"{name}, {style}": Known(
            partial(databases.missing, name), partial(SqlEngine, name, style), partial(_told, name)
        )
        for name in databases.OPEN
        for style in STYLES
    },
    "mongodb": Known(engines_mongodb.missing, engines_mongodb.MongoEngine, _mongodb_version),
    "polars": Known(engines_polars.missing, engines_polars.PolarsEngine, partial(version, "polars")),
    **{
        f"sqlalchemy on {name}": Known(
            partial(_sqlalchemy_missing, name), partial(_sqlalchemy, name), partial(_sqlalchemy_version, name)
        )
        for name in databases.OPEN
    },
    **{
        f"django on {name}": Known(
            partial(_django_missing, name), partial(_django, name), partial(_django_version, name)
        )
        for name in databases.OPEN
        if name != "duckdb"
    },
}
