"""The tables of instances in an SQL database: where each field lives, and the indexes that serve the parameters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

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
# As rows, lists are searched two to five times faster than as JSON (60,000 instances).
_LISTS = {
    "data": pq.Rows("elements", {"instance": "id"}, {"deleteStatus.isHardDeleted": "isHardDeleted"}),
    "completeConfirmations": pq.Rows("confirmations", {"instance": "id"}),
}
_TEXTS = frozenset({"id", "org", "appId", "process.currentTask", "dataValues.A2ArchRef", "derived.guidTail"})
# MariaDB's indexes take texts whose length has a limit.
_STORAGE = {"mariadb": "nopad_bin"}
_DOCUMENT = {"sqlite": "TEXT", "postgresql": "text", "mariadb": "LONGTEXT CHARACTER SET utf8mb4"}

# The order of pages, newest first. An index of values that many instances share ends in it, so that a page is read
# off the index; "no value" is such a value, too. With each, how many of a million instances share a value, or lack one.
_ORDER = ("lastChanged", "id")
_SHARED: Mapping[tuple[str, ...], tuple[int, ...]] = {
    (): (),
    ("org",): (200_000,),
    ("appId",): (50_000,),
    ("appId", "currentTask"): (50_000, 10_000),
    ("partyId",): (1_000,),
    ("currentTask",): (250_000,),
    ("ended",): (300_000,),
    ("dueBefore",): (300_000,),
    ("visibleAfter",): (400_000,),
    ("isSoftDeleted",): (500_000,),
    ("isHardDeleted",): (500_000,),
    ("mainVersion",): (400_000,),
    ("a2ArchRef",): (10,),
}
_INDEXES: Mapping[tuple[str, tuple[str, ...]], tuple[int, ...]] = {
    **{("instances", (*columns, *_ORDER)): (*counts, 2, 1) for columns, counts in _SHARED.items()},
    ("instances", ("created",)): (2,),
    ("instances", ("guidTail",)): (1,),
    ("elements", ("instance", "dataType")): (2, 1),
    ("confirmations", ("instance", "stakeholderId")): (2, 1),
}
_MILLION = 1_000_000
_TOLD = "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('{table}', '{index}', '{told}')"


def target(engine: Engine, schema: pq.Schema = SCHEMA) -> pq.SqlTarget:
    """What filters of instances are compiled for."""
    storage = _STORAGE.get(engine)
    columns = {
        name: pq.Column(column, storage=storage if name in _TEXTS else None) for name, column in _COLUMNS.items()
    }
    return pq.target(engine, schema, table="instances", columns={**columns, **_LISTS})


def tables(target: pq.SqlTarget) -> Iterator[str]:
    """Statements that make the tables."""
    yield from target.create()
    yield f"ALTER TABLE instances ADD COLUMN document {_DOCUMENT[target.backend]} NOT NULL DEFAULT '{{}}'"


def indexes(target: pq.SqlTarget) -> Iterator[str]:
    """Statements that make the indexes beside those on keys and links."""
    for table, columns in _INDEXES:
        names = ", ".join(map(target.dialect.quoted, columns))
        yield f"CREATE INDEX {_name(table, columns)} ON {table} ({names})"


def statistics(target: pq.SqlTarget) -> Iterator[str]:
    """Statements by which the engine knows how many rows share a value, and chooses among indexes; for after loading.

    SQLite is told what is to be expected of instances, whether there are some or none: it counts only when asked, and
    without counts takes any index that begins with what is looked for, a flag's as gladly as a party's.
    """
    if target.backend != "sqlite":
        yield f"ANALYZE {'TABLE ' if target.backend == 'mariadb' else ''}instances, elements, confirmations"
        return
    yield "ANALYZE sqlite_schema"
    for (table, columns), counts in _INDEXES.items():
        told = " ".join(map(str, (_MILLION, *counts)))
        yield _TOLD.format(table=table, index=_name(table, columns), told=told)
    yield "ANALYZE sqlite_schema"


def _name(table: str, columns: tuple[str, ...]) -> str:
    return "_".join((table, *columns))
