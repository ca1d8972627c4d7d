"""The stores of the service, by URL: SQLite, PostgreSQL, MariaDB, MongoDB."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import cast

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

import paramql as pq
from paramql.backends.mongodb import MongoTarget
from paramql.instances import tables
from paramql.instances.schema import SCHEMA
from paramql.server.stores import Filled
from paramql.server.stores.sql import Driver, Layout, SqlStore

_ORDER = ("lastChanged", "id")
_READ = ("document", *_ORDER)
# In MongoDB, what instances are looked up by, in the order of pages.
_LOOKED_UP = (
    "",
    "org",
    "appId",
    "appId process.currentTask",
    "instanceOwner.partyId",
    "process.currentTask",
    "process.ended",
    "dueBefore",
    "visibleAfter",
    "created",
    "dataValues.A2ArchRef",
    "derived.guidTail",
)


def opened(url: str, schema: pq.Schema = SCHEMA, timeout: float | None = None) -> Filled:
    """The store at a URL as SQLAlchemy spells it (`sqlite:///file.db`, `postgresql://`, `mariadb://`), or `mongodb://`.

    Its tables and indexes are made where there are none. timeout: seconds that a reader's statement may take. Raises
    ValueError for a URL that names no store, ModuleNotFoundError where its driver is not installed, `Mismatch` for
    tables that were made otherwise, `Unavailable` where the database does not answer.
    """
    kind, colon, _ = url.partition(":")
    kind = kind.partition("+")[0]
    if not colon or kind not in _OPENED:
        raise ValueError(f"there is no store {url.partition(':')[0][:64]!r}; URLs begin with {', '.join(_OPENED)}")
    return _OPENED[kind](url, schema, timeout)


def layout(engine: tables.Engine, schema: pq.Schema = SCHEMA) -> Layout:
    """How instances lie in an SQL database. SQLite is told what to expect when its tables are made, others count."""
    target = tables.target(engine, schema)
    told = tuple(tables.statistics(target))
    is_told = engine == "sqlite"
    columns = ", ".join(map(target.dialect.quoted, _READ))
    made = (*tables.tables(target), *tables.indexes(target))
    return Layout(
        target=target,
        make=(*made, *(told if is_told else ())),
        again=[tables.unless_there(statement) for statement in made] if engine == "mariadb" else (),
        tell=() if is_told else told,
        select=lambda page: tables.select(page, columns),
    )


def _sqlite(url: str, timeout: float | None) -> Driver:
    from paramql.server.stores.sqlite import Sqlite

    made = _checked(url)
    if made.query:
        raise ValueError("the URL of a SQLite database takes no parameters: sqlite:///FILE")
    return Sqlite(made.database or ":memory:", timeout)


def _postgresql(url: str, timeout: float | None) -> Driver:
    from paramql.server.stores.postgresql import Postgresql

    return Postgresql(f"postgresql:{url.partition(':')[2]}", timeout)


def _mariadb(url: str, timeout: float | None) -> Driver:
    from paramql.server.stores.mariadb import Mariadb

    _checked(url)
    return Mariadb(url, timeout)


def _checked(url: str) -> URL:
    """The parts of a URL. Raises ValueError for what is none."""
    try:
        return make_url(url)
    except ArgumentError:
        kind = url.partition(":")[0]  # what follows may hold a password
        raise ValueError(f"what begins with '{kind}:' is no URL of a database: {kind}://...") from None


def _sql(engine: tables.Engine, driver: Callable[[str, float | None], Driver]) -> Callable[..., Filled]:
    return lambda url, schema, timeout: SqlStore(layout(engine, schema), driver(url, timeout))


def _mongodb(url: str, schema: pq.Schema, timeout: float | None) -> Filled:
    from paramql.server.stores.mongodb import MongoStore

    target = cast(MongoTarget, pq.target("mongodb", schema, table="instances", columns=_places(schema.fields)))
    indexes = [list(map(target.path, (*names.split(), *_ORDER))) for names in _LOOKED_UP]
    columns = ["document", *map(target.path, _ORDER)]
    return MongoStore(url, target, indexes, columns, timeout)


def _places(fields: Iterable[pq.Field]) -> Mapping[str, pq.Column | pq.Rows]:
    """Instants as integers, since a date of BSON has no microseconds; the key as MongoDB's own."""
    placed: dict[str, pq.Column | pq.Rows] = {}
    for field in fields:
        of = field.type.of if isinstance(field.type, pq.ListOf) else field.type
        if isinstance(of, pq.Record):
            placed[field.name] = pq.Rows(field.name, {}, _places(of.fields))
        elif isinstance(of, pq.DateTime):
            placed[field.name] = pq.Column(field.name, storage="epoch_us")
        elif field.unique:
            placed[field.name] = pq.Column("_id")
    return placed


_OPENED: Mapping[str, Callable[..., Filled]] = {
    "sqlite": _sql("sqlite", _sqlite),
    "postgresql": _sql("postgresql", _postgresql),
    "mariadb": _sql("mariadb", _mariadb),
    "mongodb": _mongodb,
}
