"""The tables of instances in an SQL database: where each field lives, and the indexes that serve the parameters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Literal, NamedTuple

import paramql as pq
from paramql.ast import Op
from paramql.instances.parts import named, operands, parts
from paramql.instances.schema import FIELDS, SCHEMA
from paramql.instances.spans import DAY, MONTH, SPANS, YEAR

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
} | {date.field(unit): date.column(unit) for date, unit in SPANS}
_LISTS = (
    ("data", "elements", (("dataType", "dataType"), ("deleteStatus.isHardDeleted", "isHardDeleted"))),
    ("completeConfirmations", "confirmations", (("stakeholderId", "stakeholderId"),)),
)
# What an index is always looked up by, where it is asked for.
_LOOKED_UP = frozenset(
    "id org appId instanceOwner.partyId process.currentTask dataValues.A2ArchRef derived.guidTail".split()
)
_FLAGS = frozenset("status.isArchived status.isSoftDeleted status.isHardDeleted confirmed derived.mainVersion".split())
# What many instances have, and many do not.
_OFTEN = ("process.ended", "process.currentTask", "dueBefore")
_SPANS = frozenset(date.field(unit) for date, unit in SPANS)
# What most instances are: columns, and the condition.
_MOSTLY = {
    "isSoftDeleted": pq.eq(FIELDS["status.isSoftDeleted"], value=False),
    "isHardDeleted": pq.eq(FIELDS["status.isHardDeleted"], value=False),
    "confirmed": pq.eq(FIELDS["confirmed"], value=False),
    "visibleAfter": pq.not_(pq.exists(FIELDS["visibleAfter"])),
}
_TEXTS = frozenset(
    "id org appId process.currentTask dataValues.A2ArchRef derived.guidTail dataType stakeholderId".split()
)
# MariaDB's indexes take texts whose length has a limit.
_STORAGE = {"mariadb": "nopad_bin"}
_DOCUMENT = {"sqlite": "TEXT", "postgresql": "text", "mariadb": "LONGTEXT CHARACTER SET utf8mb4"}


class _Index(NamedTuple):
    """An index: what rows are looked up by in it, which rows it has, on which engines.

    shared: of a million rows, how many have a value of the first columns in common, or none. rows: of a million, how
    many it has.
    """

    columns: tuple[str, ...]
    shared: tuple[int, ...] = ()
    table: str = "instances"
    where: str = ""
    rows: int = 1_000_000
    engines: tuple[Engine, ...] = ("sqlite", "postgresql", "mariadb")

    @property
    def name(self) -> str:
        """What it is called."""
        words = re.findall("[A-Za-z]+", self.where)
        return "_".join([self.table, *self.columns, *(word.lower() for word in words if word not in self.columns)])


# The order of pages, newest first. An index of values that many instances share ends in it, so that a page is read
# off the index; "no value" is such a value, too.
_ORDER, _TIES = ("lastChanged", "id"), (2, 1)
_INDEXES: tuple[_Index, ...] = (
    _Index(_ORDER, _TIES),
    # The oldest last changes are of instances that nobody has archived.
    _Index(("org", "isArchived", *_ORDER), (200_000, 100_000, *_TIES)),
    _Index(("org", *_ORDER), (200_000, *_TIES)),
    _Index(("appId", *_ORDER), (50_000, *_TIES)),
    _Index(("appId", "currentTask", *_ORDER), (50_000, 10_000, *_TIES)),
    _Index(("partyId", *_ORDER), (1_000, *_TIES)),
    _Index(("currentTask", *_ORDER), (250_000, *_TIES)),
    _Index(("ended", *_ORDER), (300_000, *_TIES)),
    _Index(("dueBefore", *_ORDER), (300_000, *_TIES)),
    _Index(("visibleAfter", *_ORDER), (400_000, *_TIES)),
    # Few in truth. Told so, SQLite would look up a user's rows by them, others' among them, rather than by the party.
    _Index(("a2ArchRef", *_ORDER), (20_000, *_TIES)),
    _Index(("created",), (20_000,)),
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
    _Index(_ORDER, _TIES, where="ended IS NOT NULL", rows=550_000, engines=("sqlite", "postgresql")),
    _Index(_ORDER, _TIES, where='"a2ArchRef" IS NOT NULL', rows=40_000, engines=("sqlite", "postgresql")),
)
# Months and years have more; SQLite is told so few that it finds their parts by them, not by an owner.
_SHARED = {DAY: 1_000, MONTH: 2_000, YEAR: 4_000}
_INDEXES += tuple(
    _Index((name, *_ORDER), (_SHARED[unit], *_TIES), where=f'"{name}" IS NOT NULL', engines=("sqlite", "postgresql"))
    for name, unit in ((date.column(unit), unit) for date, unit in SPANS)
)
_INDEXES += tuple(_Index((date.column(unit), *_ORDER), engines=("mariadb",)) for date, unit in SPANS)
_MAKING = re.compile("^(CREATE (TABLE|INDEX)|ALTER TABLE [a-z]+ ADD COLUMN)")
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
    if target.backend == "postgresql":
        # Not counted, a span is taken for few: rather than by an owner with as many its parts are found by itself.
        yield from (
            f'ALTER TABLE instances ALTER COLUMN "{date.column(unit)}" SET STATISTICS 0' for date, unit in SPANS
        )


def indexes(target: pq.SqlTarget) -> Iterator[str]:
    """Statements that make the indexes beside those on keys and links."""
    for index in _of(target):
        names = ", ".join(map(target.dialect.quoted, index.columns))
        where = f" WHERE {index.where}" if index.where else ""
        yield f"CREATE INDEX {index.name} ON {index.table} ({names}){where}"


def unless_there(statement: str) -> str:
    """The statement, of those above, for a database in which it may have been run.

    >>> unless_there("CREATE INDEX instances_created ON instances (created)")
    'CREATE INDEX IF NOT EXISTS instances_created ON instances (created)'
    """
    return _MAKING.sub(r"\g<0> IF NOT EXISTS", statement, count=1)


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
        told = " ".join(map(str, (index.rows, *index.shared)))
        yield _TOLD.format(table=index.table, index=index.name, told=told)
    yield "ANALYZE sqlite_schema"


def select(page: pq.Page, columns: str = "*") -> pq.Sql:
    """The statement of a page of instances, so written that indexes serve it; columns: those of the order, and more."""
    assert isinstance(page.target, pq.SqlTarget)
    query = replace(page.query, where=page.matching)
    rest, conditions = parts(page.target, query)
    return replace(page, matching=rest).select(columns, hint(page.target, query), conditions)


def hint(target: pq.SqlTarget, query: pq.Query) -> str:
    """What is to be said of indexes for a page.

    MariaDB takes what most instances are for few, and reads an index of it from its end. Source: its cost of a lookup
    has a cap, that of a range has none (`worst_seeks`, MariaDB 10.11).
    """
    if target.backend != "mariadb":
        return ""
    first, left_out = _searched(target, query)
    own = [index for index in _of(target) if index.table == "instances"]
    names = [one.name for one in own if one.columns[0] not in left_out and (not first or one.columns[0] in first)]
    return f"FORCE INDEX ({', '.join(['PRIMARY', *names])})"


def _searched(target: pq.SqlTarget, query: pq.Query) -> tuple[set[str], set[str]]:
    """The columns that an index is to begin with (any, where there are none), and those that it is not to."""
    asked = operands(query.where)
    equal = named(asked, Op.EQ)
    looked_up = _columns(_LOOKED_UP & equal)
    if found := parts(target, query).conditions:
        inner = {name for part in found for name in named(operands(part))}
        return _columns(inner) | (set() if _SPANS & inner else looked_up), set()
    mostly = {column for column, most in _MOSTLY.items() if most in asked}
    lacking = {name for name in _OFTEN if pq.not_(pq.exists(FIELDS[name])) in asked}
    return looked_up or (_columns(equal | lacking) - mostly if equal <= _FLAGS else set()), mostly


def _columns(fields: Iterable[str]) -> set[str]:
    return {_COLUMNS.get(name, name) for name in fields}


def _of(target: pq.SqlTarget) -> list[_Index]:
    return [index for index in _INDEXES if target.backend in index.engines]
