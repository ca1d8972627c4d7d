"""The tables of instances in an SQL database: where each field lives, and the indexes that serve the parameters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal, NamedTuple

import paramql as pq
from paramql.instances.schema import SCHEMA

Engine = Literal["sqlite", "postgresql", "mariadb"]

_COLUMNS = {
    "id": "id",
    "org": "org",
    "appId": "appId",
    "instanceOwner.partyId": "partyId",
    "process.currentTask": "currentTask",
    "process.ended": "ended",
    "status.isArchived": "isArchived",
    "status.isSoftDeleted": "isSoftDeleted",
    "status.isHardDeleted": "isHardDeleted",
    "dataValues.A2ArchRef": "a2ArchRef",
    "derived.texts": "texts",
    "derived.guidTail": "guidTail",
    "derived.mainVersion": "mainVersion",
}
_LISTS = (
    ("data", "elements", (("dataType", "dataType"), ("deleteStatus.isHardDeleted", "isHardDeleted"))),
    ("completeConfirmations", "confirmations", (("stakeholderId", "stakeholderId"),)),
)
_NARROW = frozenset({"id", "org", "appId", "instanceOwner.partyId", "process.currentTask"})
_TEXTS = frozenset(
    "id org appId process.currentTask dataValues.A2ArchRef derived.guidTail dataType stakeholderId".split()
)
# MariaDB's indexes take texts whose length has a limit.
_STORAGE = {"mariadb": "nopad_bin"}
_DOCUMENT = {"sqlite": "TEXT", "postgresql": "text", "mariadb": "LONGTEXT CHARACTER SET utf8mb4"}


class _Index(NamedTuple):
    """An index: what rows are looked up by in it, which rows it has, on which engines.

    shared: of a million rows, how many have a value of the first columns in common, or none.
    """

    columns: tuple[str, ...]
    shared: tuple[int, ...] = ()
    table: str = "instances"
    where: str = ""
    engines: tuple[Engine, ...] = ("sqlite", "postgresql", "mariadb")

    @property
    def is_flag(self) -> bool:
        """Whether it helps only those who look for what few instances are."""
        return "mariadb" in self.engines and self.shared[0] >= _MOST

    @property
    def name(self) -> str:
        """What it is called."""
        return "_".join([self.table, *self.columns, *re.findall(r"[A-Za-z]+", self.where.lower())])


# The order of pages, newest first. An index of values that many instances share ends in it, so that a page is read
# off the index; "no value" is such a value, too.
_ORDER, _TIES = ("lastChanged", "id"), (2, 1)
_INDEXES = (
    _Index(_ORDER, _TIES),
    _Index(("org", *_ORDER), (200_000, *_TIES)),
    _Index(("appId", *_ORDER), (50_000, *_TIES)),
    _Index(("appId", "currentTask", *_ORDER), (50_000, 10_000, *_TIES)),
    _Index(("partyId", *_ORDER), (1_000, *_TIES)),
    _Index(("currentTask", *_ORDER), (250_000, *_TIES)),
    _Index(("ended", *_ORDER), (300_000, *_TIES)),
    _Index(("dueBefore", *_ORDER), (300_000, *_TIES)),
    _Index(("visibleAfter", *_ORDER), (400_000, *_TIES)),
    _Index(("a2ArchRef", *_ORDER), (10, *_TIES)),
    _Index(("created",), (2,)),
    _Index(("guidTail",), (1,)),
    _Index(("instance", "dataType"), (2, 1), "elements"),
    _Index(("instance", "stakeholderId"), (2, 1), "confirmations"),
    # Flags. An index of either value, where there is one of both, PostgreSQL reads rather than an owner's.
    _Index(("isArchived", *_ORDER), (500_000, *_TIES), engines=("sqlite", "mariadb")),
    _Index(("confirmed", *_ORDER), (500_000, *_TIES), engines=("sqlite", "mariadb")),
    _Index(("isSoftDeleted", *_ORDER), (500_000, *_TIES), engines=("sqlite", "mariadb")),
    _Index(("isHardDeleted", *_ORDER), (500_000, *_TIES), engines=("sqlite", "mariadb")),
    _Index(("mainVersion", *_ORDER), (400_000, *_TIES), engines=("sqlite", "mariadb")),
    _Index(_ORDER, where='"isArchived"', engines=("postgresql",)),
    _Index(_ORDER, where='NOT "isArchived"', engines=("postgresql",)),
    _Index(_ORDER, where='"confirmed"', engines=("postgresql",)),
    _Index(_ORDER, where='"isSoftDeleted"', engines=("postgresql",)),
    _Index(_ORDER, where='"isHardDeleted"', engines=("postgresql",)),
    _Index(_ORDER, where='"mainVersion" < 3', engines=("postgresql",)),
    # To PostgreSQL the rows without a value are in no order.
    _Index(_ORDER, where="ended IS NULL", engines=("postgresql",)),
    _Index(_ORDER, _TIES, where="ended IS NOT NULL", engines=("sqlite", "postgresql")),
)
_MILLION = 1_000_000
_MOST = 400_000
_TOLD = "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('{table}', '{index}', '{told}')"


def target(engine: Engine, schema: pq.Schema = SCHEMA) -> pq.SqlTarget:
    """What filters of instances are compiled for.

    Lists live in rows: there they are searched two to five times faster than as JSON (60,000 instances).
    """
    storage = _STORAGE.get(engine)
    columns: dict[str, pq.Column | pq.Rows] = {
        name: pq.Column(column, storage=storage if name in _TEXTS else None) for name, column in _COLUMNS.items()
    }
    for name, table, inside in _LISTS:
        within = {field: pq.Column(column, storage=storage if field in _TEXTS else None) for field, column in inside}
        columns[name] = pq.Rows(table, {"instance": "id"}, within)
    return pq.target(engine, schema, table="instances", columns=columns)


def tables(target: pq.SqlTarget) -> Iterator[str]:
    """Statements that make the tables."""
    yield from target.create()
    yield f"ALTER TABLE instances ADD COLUMN document {_DOCUMENT[target.backend]} NOT NULL DEFAULT '{{}}'"


def indexes(target: pq.SqlTarget) -> Iterator[str]:
    """Statements that make the indexes beside those on keys and links."""
    for index in _of(target):
        names = ", ".join(map(target.dialect.quoted, index.columns))
        where = f" WHERE {index.where}" if index.where else ""
        yield f"CREATE INDEX {index.name} ON {index.table} ({names}){where}"


def statistics(target: pq.SqlTarget) -> Iterator[str]:
    """Statements by which the engine knows how many rows share a value, and chooses among indexes; for after loading.

    SQLite is told what is to be expected of instances, whether there are some or none: it counts only when asked, and
    without counts takes any index that begins with what is looked for, a flag's as gladly as a party's.
    """
    if target.backend != "sqlite":
        yield f"ANALYZE {'TABLE ' if target.backend == 'mariadb' else ''}instances, elements, confirmations"
        return
    yield "ANALYZE sqlite_schema"
    for index in _of(target):
        told = " ".join(map(str, (_MILLION, *index.shared)))
        yield _TOLD.format(table=index.table, index=index.name, told=told)
    yield "ANALYZE sqlite_schema"


def hint(target: pq.SqlTarget, query: pq.Query) -> str:
    """What is to be said of indexes for a page: MariaDB takes a flag's for an owner's, and reads it from its end.

    Source: its cost of a lookup has a cap, that of a range has none (`worst_seeks`, MariaDB 10.11).
    """
    if target.backend != "mariadb":
        return ""
    few = not _NARROW.isdisjoint(query.names)
    names = [index.name for index in _of(target) if index.table == "instances" and not (few and index.is_flag)]
    return f"FORCE INDEX (PRIMARY, {', '.join(names)})"


def lookups() -> Iterator[list[str]]:
    """The fields that instances are looked up by, for a store that has no tables: each list an index."""
    fields = {column: name for name, column in _COLUMNS.items()}
    for index in _INDEXES:
        if index.table == "instances" and "mariadb" in index.engines:
            yield [fields.get(column, column) for column in index.columns]


def _of(target: pq.SqlTarget) -> list[_Index]:
    return [index for index in _INDEXES if target.backend in index.engines]
