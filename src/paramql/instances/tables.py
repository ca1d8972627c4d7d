"""The tables of instances in an SQL database: where each field lives, and the indexes that serve the parameters."""

from __future__ import annotations

from collections.abc import Iterator
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
# off the index; "no value" is such a value, too.
_ORDER = ("lastChanged", "id")
_SHARED = (
    (),
    ("org",),
    ("appId",),
    ("appId", "currentTask"),
    ("partyId",),
    ("currentTask",),
    ("ended",),
    ("dueBefore",),
    ("visibleAfter",),
    ("isSoftDeleted",),
    ("isHardDeleted",),
    ("mainVersion",),
    ("a2ArchRef",),
)
INDEXES = (
    *(("instances", (*columns, *_ORDER)) for columns in _SHARED),
    ("instances", ("created",)),
    ("instances", ("guidTail",)),
    ("elements", ("instance", "dataType")),
    ("confirmations", ("instance", "stakeholderId")),
)

# Without them SQLite takes any of the indexes that begin with what is asked for: a flag's rather than a party's.
_STATISTICS = {
    "sqlite": ("PRAGMA analysis_limit = 1000", "ANALYZE"),
    "postgresql": ("ANALYZE instances, elements, confirmations",),
    "mariadb": ("ANALYZE TABLE instances, elements, confirmations",),
}


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
    for table, columns in INDEXES:
        names = ", ".join(map(target.dialect.quoted, columns))
        yield f"CREATE INDEX {table}_{'_'.join(columns)} ON {table} ({names})"


def statistics(target: pq.SqlTarget) -> tuple[str, ...]:
    """Statements that count what the indexes hold, by which the engine chooses among them; for after loading."""
    return _STATISTICS[target.backend]
