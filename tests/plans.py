"""How an engine finds instances: what it says it does (its plan), and how many rows it looks at."""

from __future__ import annotations

import copy
import datetime as dt
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from typing import Any as Anything
from typing import NamedTuple

import paramql as pq
from bulk import Record, add
from paramql.instances import SCHEMA as SERVED
from paramql.instances.tables import indexes, select, statistics, tables, target
from paramql.position import token_after
from paramql.query import Position
from paramql.testing.databases import Database

NOW = dt.datetime(2026, 5, 1, tzinfo=dt.UTC)
TOKENS = pq.Tokens({"a": b"k" * 32})
SCHEMA = copy.copy(SERVED)
SCHEMA.tokens = TOKENS
# The rows of a child table in a statement; the elements of a JSON list are none.
_ALIAS = re.compile(r"[`\"](\w+)[`\"] AS (t\d+) WHERE")


class Access(NamedTuple):
    """How rows of a table are come by: "search" of an index, "walk" of a whole index in its order, "scan"."""

    table: str
    how: str
    by: str | None = None
    condition: str = ""

    def __str__(self) -> str:
        by = f" by {self.by}" if self.by else ""
        return f"{self.how} {self.table}{by}" + (f" ({self.condition})" if self.condition else "")


@dataclass(frozen=True)
class Measured:
    """A page: the accesses in the plan, whether rows are sorted, rows looked at, rows returned."""

    accesses: tuple[Access, ...]
    is_sorted: bool
    examined: int
    returned: int

    @property
    def ratio(self) -> float:
        """Rows looked at by rows returned."""
        return self.examined / max(self.returned, 1)

    @property
    def main(self) -> tuple[Access, ...]:
        """How the instances are come by."""
        return tuple(access for access in self.accesses if access.table == "instances")


class Store:
    """Instances in a database."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.target = target(database.name, SCHEMA)  # type: ignore[arg-type]
        self.quote = database.quote

    def create(self) -> None:
        """Make the tables, without indexes."""
        for statement in tables(self.target):
            self.database.rows(statement)

    def index(self) -> None:
        """Make the indexes, and have the engine count what they hold."""
        for statement in indexes(self.target):
            self.database.rows(statement)
        for statement in statistics(self.target):
            self.database.rows(statement)

    def add(self, records: Sequence[Record]) -> None:
        """Write records, all at once."""
        add(self.database, self.target, records)

    def measured(self, text: str) -> Measured:
        """The page that a query string asks for."""
        return _MEASURES[self.database.name](self.database, self.statement(text))

    def statement(self, text: str, columns: str = "*") -> pq.Sql:
        """What fetches that page."""
        return select(pq.page(SCHEMA.parse(text, now=NOW), self.target), columns)

    def ids(self, text: str) -> list[str]:
        """The ids on that page, and the first one beyond it."""
        sql = self.statement(text, ", ".join(f"{self.quote}{name}{self.quote}" for name in ("id", "lastChanged")))
        return [id_ for id_, _ in self.database.rows(sql.text, sql.params)]

    def count(self, text: str) -> int:
        """How many instances match."""
        sql = pq.page(SCHEMA.parse(text, now=NOW), self.target).counted
        [(found,)] = self.database.rows(f"SELECT count(*) FROM instances WHERE {sql.text}", sql.params)
        return int(found)

    def after(self, text: str, skipped: int) -> str:
        """The query string of the page that comes after so many matches, with a real token."""
        query = SCHEMA.parse(text, now=NOW)
        page = pq.page(query, self.target)
        quoted = ", ".join(f"{self.quote}{name}{self.quote}" for name in ("lastChanged", "id"))
        found = f"SELECT {quoted} FROM instances WHERE {page.where.text} ORDER BY {page.order_by.text}"
        rows = self.database.rows(f"{found} LIMIT 1 OFFSET {skipped - 1}", page.where.params)
        return pq.link(query, token_after(query, self._position(rows[0], query), TOKENS))

    def _position(self, row: tuple[Anything, ...], query: pq.Query) -> Position:
        return self.target.position(dict(zip(("lastChanged", "id"), row, strict=True)), query.order)


def _aliases(sql: pq.Sql) -> dict[str, str]:
    """The tables of a statement, by what it calls them."""
    return {"instances": "instances"} | {alias: table for table, alias in _ALIAS.findall(sql.text)}


# --- SQLite: its plan in words; rows are counted by a function that each one is shown to first

_USING = r"(?: USING (?:COVERING |AUTOMATIC |PARTIAL )*(?:INDEX )?(\S+)?)?"
# The whole of a statement, or each of its parts.
_PART = re.compile(r"(FROM `instances` WHERE )(.*?)( UNION ALL|\) AS `instances`| ORDER BY)")
_STEP = re.compile(rf"(SEARCH|SCAN) (\S+){_USING}(?: \((.*)\))?.*")


def _sqlite(database: Database, sql: pq.Sql) -> Measured:
    shown = _plan(database, sql)
    ticks, connection = count(), database.connection
    connection.create_function("tick", 1, lambda _: next(ticks) >= 0)
    first = _PART.sub(r"\1tick(instances.rowid) AND (\2)\3", sql.text)
    names = _aliases(sql)
    ticked = pq.Sql(_ALIAS.sub(_tick, first), sql.params)
    assert _plan(database, ticked) == shown, (_plan(database, ticked), shown)
    returned = len(database.rows(ticked.text, ticked.params))
    steps = (_step(line) for line in shown if _STEP.fullmatch(line))
    accesses = tuple(step._replace(table=names[step.table]) for step in steps if step.table in names)
    is_sorted = any(line.startswith("USE TEMP B-TREE") for line in shown)
    return Measured(accesses, is_sorted, next(ticks), returned)


def _tick(match: re.Match[str]) -> str:
    return f"{match[0]} tick({match[2]}.rowid) AND"


def _plan(database: Database, sql: pq.Sql) -> list[str]:
    return [str(row[3]) for row in database.rows(f"EXPLAIN QUERY PLAN {sql.text}", sql.params)]


def _step(line: str) -> Access:
    match = _STEP.fullmatch(line)
    assert match
    word, table, index, condition = match.groups()
    how = "search" if word == "SEARCH" else "walk" if index else "scan"
    return Access(table, how, index, condition or "")


# --- PostgreSQL


def _postgresql(database: Database, sql: pq.Sql) -> Measured:
    [[[found]]] = database.rows(f"EXPLAIN (ANALYZE, TIMING OFF, FORMAT JSON) {sql.text}", sql.params)
    nodes = list(_nodes(found["Plan"]))
    accesses = tuple(_accesses(nodes))
    is_sorted = any(node["Node Type"] in ("Sort", "Incremental Sort") for node in nodes)
    return Measured(accesses, is_sorted, sum(map(_looked_at, nodes)), round(found["Plan"]["Actual Rows"]))


def _nodes(node: Mapping[str, Anything]) -> Iterator[Mapping[str, Anything]]:
    yield node
    for below in node.get("Plans", ()):
        yield from _nodes(below)


def _accesses(nodes: Iterable[Mapping[str, Anything]]) -> Iterator[Access]:
    table = ""
    for node in nodes:
        kind, index, condition = node["Node Type"], node.get("Index Name"), node.get("Index Cond", "")
        table = node.get("Relation Name", table)
        if kind in ("Index Scan", "Index Only Scan", "Bitmap Index Scan"):
            yield Access(table, "search" if condition else "walk", index, condition)
        elif kind == "Seq Scan":
            yield Access(table, "scan")


def _looked_at(node: Mapping[str, Anything]) -> int:
    if node["Node Type"] not in ("Index Scan", "Index Only Scan", "Bitmap Heap Scan", "Seq Scan"):
        return 0
    read = sum(node.get(name, 0) for name in ("Actual Rows", "Rows Removed by Filter", "Rows Removed by Index Recheck"))
    return round(float(read) * int(node["Actual Loops"]))


# --- MariaDB

_HOW = {"ALL": "scan", "index": "walk"}


def _mariadb(database: Database, sql: pq.Sql) -> Measured:
    names = _aliases(sql)
    returned = len(database.rows(sql.text, sql.params))
    [[shown]] = database.rows(f"ANALYZE FORMAT=JSON {sql.text}", sql.params)
    members = list(_members(json.loads(shown)))
    nodes = [node for key, node in members if key == "table" and node.get("table_name") in names]
    accesses = tuple(_table(node, names) for node in nodes)
    return Measured(accesses, any(key == "filesort" for key, _ in members), sum(map(_read, nodes)), returned)


def _read(node: Mapping[str, Anything]) -> int:
    """Rows read; of those that a condition on the index has kept out, the server says the share that it let through."""
    shares = float(node.get("r_icp_filtered") or 100) / 100
    return round(float(node.get("r_rows") or 0) * int(node.get("r_loops") or 0) / shares)


def _members(node: Anything) -> Iterator[tuple[str, Anything]]:
    if isinstance(node, list):
        for item in node:
            yield from _members(item)
    if isinstance(node, dict):
        for key, value in node.items():
            yield key, value
            yield from _members(value)


def _table(node: Mapping[str, Anything], names: Mapping[str, str]) -> Access:
    name, index = str(node["table_name"]), node.get("key")
    condition = ", ".join(node.get("used_key_parts", ()))
    return Access(names.get(name, name), _HOW.get(node["access_type"], "search"), index, condition)


_MEASURES: Mapping[str, Callable[[Database, pq.Sql], Measured]] = {
    "sqlite": _sqlite,
    "postgresql": _postgresql,
    "mariadb": _mariadb,
}
