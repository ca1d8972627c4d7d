"""What is written of filters: SQL of each dialect, documents of MongoDB, source for Python; what is said of mistakes.

`queries.txt` has what is asked, a line each; beside it stands what was written, which a test compares. Where a change
of it is meant, `PARAMQL_WRITE=1 make test` writes it anew, and the difference is read before it is taken.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import partial, reduce
from importlib import import_module
from operator import getitem
from pathlib import Path
from typing import Any, cast

import paramql as pq
from paramql.backends.mongodb.target import MongoTarget
from paramql.backends.sql.target import SqlTarget
from paramql.check import check
from paramql.declarations import SortKey
from paramql.types import Clock
from strategies.texts import FIELDS

FOLDER = Path(__file__).parent
NOON = dt.datetime(2019, 5, 1, 12, tzinfo=dt.UTC)
KEYS = pq.Tokens({"k": b"k" * 32})


def _schema(operand: int = 64) -> pq.Schema:
    """Anew, so that nothing of it has been asked."""
    return pq.Schema(*FIELDS, order="desc:placed", ignore=["utm_*"], tokens=KEYS, limits=pq.Limits(operand=operand))


SCHEMA = _schema()
RECORD: dict[str, Any] = {
    "id": 7,
    "name": "é\"'\\",
    "customer": {"name": "", "born": dt.date(2019, 5, 1)},
    "price": Decimal("1050.50"),
    "ratio": 0.1,
    "placed": NOON.replace(microsecond=123_000),
    "open": False,
    "kind": "a, b",
    "ref": "123e4567-e89b-12d3-a456-426614174000",
    "tags": ["a", "b"],
    "sizes": [1, -2],
    "lines": [
        {
            "sku": "s",
            "quantity": 1,
            "at": {"moment": NOON},
            "marks": [],
            "parts": [{"code": "x", "weight": Decimal("0.5")}],
        },
        {"at": {"day": dt.date(1, 1, 1)}},
    ],
}
_PLACES: dict[str, Mapping[str, Any]] = {
    "columns": {},
    "document": {field.name: pq.JsonPath("doc", *field.path) for field in SCHEMA.fields if field.name != "id"},
    "joined": {
        "name": pq.Column("called", table="customers"),
        "tags": pq.Column("tags", table="customers"),
        "customer.name": pq.JsonPath("doc", "name", table="customers"),
        "price": pq.Column("price", table="things"),
    },
    "rows": {
        "tags": pq.Rows("tags", {"of": "id"}),
        "sizes": pq.Rows("sizes", {"of": "id"}),
        "lines": pq.Rows("lines", {"of": "id"}, {"parts": pq.Rows("parts", {"line": "number"}, {"code": "part"})}),
    },
}
PLACED = {
    "sqlite": ("columns", "document", "rows", "joined"),
    "postgresql": ("columns", "document", "rows"),
    "mariadb": ("columns", "document", "rows"),
    "duckdb": ("columns", "rows"),
}
SCALARS = ("id", "name", "customer.born", "price", "ratio", "placed", "open", "kind", "ref")
_STYLES = {("sqlite", "rows"): "named", ("postgresql", "rows"): "pyformat", ("duckdb", "rows"): "numeric_dollar"}


def queries(name: str) -> list[str]:
    """What is asked."""
    return (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()


def _sql(dialect: str, places: str) -> Iterator[str]:
    schema, options = _schema(1_000), {"paramstyle": style} if (style := _STYLES.get((dialect, places))) else {}
    target = sql_target(dialect, schema, columns=_PLACES[places], **options)
    for text in queries("queries"):
        first, again, whole = (
            pq.compile(where, target)
            for where in (schema.parse(text, now=NOON).where, schema.parse(text, now=NOON).where, _whole(schema, text))
        )
        assert first == again == whole, text
        yield from (f"? {text}", f"  {first.text}", f"  {first.params!r}")


def _whole(schema: pq.Schema, text: str) -> pq.Expression:
    """What is asked, read the whole way."""
    return check(text, schema, Clock(NOON)).where


def _pages(dialect: str) -> Iterator[str]:
    for places in ("columns", "document"):
        target = sql_target(dialect, SCHEMA, columns=_PLACES[places])
        for text in queries("orders"):
            query = SCHEMA.parse(text, now=NOON)
            for one in (query, _further(query)):
                sql = pq.page(one, target).select()
                yield from (f"? {text} of {places}", f"  {sql.text}", f"  {sql.params!r}")
    target, query = sql_target(dialect, SCHEMA), SCHEMA.parse("filter=or(open:true,open:false)", now=NOON)
    parts = [SCHEMA.parse(f"open={word}").where for word in ("true", "false")]
    for one in (query, _further(query)):
        page = partial(target.select, one.where, one.order, 5, after=one.page.after)
        for statement in (page(), page(columns="`id`", hint="HINT"), page(parts=parts)):
            yield from (f"  {statement.text}", f"  {statement.params!r}")


def _stored(dialect: str) -> Iterator[str]:
    """Each storage of columns and of documents: what is asked, and what is written."""
    names = import_module(f"paramql.backends.{dialect}").DIALECT
    for storages, place, column in (
        (names.columns, pq.Column, ""),
        (names.documents, partial(pq.JsonPath, "doc"), "doc"),
    ):
        for field in map(SCHEMA.field, SCALARS):
            for storage in storages[field.type.word]:
                columns = {field.name: place(field.name, storage=storage)}
                target = sql_target(dialect, SCHEMA, columns=columns)
                yield f"? {column} {field.name} as {storage}: {target.row(RECORD)[column or field.name]!r}"
                for text in _asked_of(field.name):
                    yield from _compiled(text, target)


def at(record: Any, path: Sequence[str]) -> Any:
    """The value of a record at a path."""
    return reduce(getitem, path, record)


def sql_target(dialect: str, schema: pq.Schema, **options: Any) -> SqlTarget:
    """A target whose table is `things`."""
    return cast(SqlTarget, pq.target(dialect, schema, table="things", **options))


def _compiled(text: str, target: pq.Target) -> Iterator[str]:
    try:
        sql = pq.compile(SCHEMA.parse(text, now=NOON).where, target)
    except pq.CapabilityError as error:
        yield f"  {error}"
    else:
        yield from (f"  {sql.text}", f"  {sql.params!r}")


def _asked_of(name: str) -> list[str]:
    """What of the queries asks of a field alone, without the signs of negation."""
    return [one for one in queries("queries") if one.startswith(f"{name}=") and "not" not in one and len(one) < 100][:6]


def _tables(dialect: str) -> Iterator[str]:
    """What makes the tables, and what stands in their rows."""
    for places in PLACED[dialect]:
        columns = {**_PLACES[places], "lines": pq.Rows("lines", {"of": "id"})} if places == "rows" else _PLACES[places]
        target = sql_target(dialect, SCHEMA, columns=columns)
        yield from (f"? {places}", *target.create(), f"  {target.row(RECORD)!r}")
        yield from (f"  {name}: {row!r}" for name, rows in target.children(RECORD).items() for row in rows)


def _further(query: pq.Query) -> pq.Query:
    """The page after one that ended at a value of each key, none of the last but one."""
    ended: dict[str, Any] = {"id": 7, "name": "é", "price": None, "placed": NOON, "customer.born": NOON.date()}
    return query.with_page(after=tuple(ended[key.field.name] for key in query.order))


_DOCUMENTS: Mapping[str, Mapping[str, Any]] = {
    "plain": {},
    "nested": {
        **{field.name: pq.JsonPath("of", *field.path) for field in SCHEMA.fields if field.name != "id"},
        "placed": pq.Column("of.placed", storage="epoch_us"),
        "ref": pq.Column("ref", storage="binary"),
        "customer.born": pq.Column("born", storage="date"),
        "lines": pq.Rows("all.lines", {}, {"sku": "article", "parts": pq.Rows("parts", {}, {"code": "part"})}),
    },
}


def _documents(places: str) -> Iterator[str]:
    """Filters, pipelines and documents of MongoDB."""
    target = cast(MongoTarget, pq.target("mongodb", SCHEMA, table="things", columns=_DOCUMENTS[places]))
    for text in queries("queries"):
        found = pq.compile(_whole(_schema(1_000), text), target)
        yield from (f"? {text}", f"  {found!r}")
    for text in queries("orders"):
        query = SCHEMA.parse(text, now=NOON)
        for one in (query, _further(query)):
            page = pq.page(one, target)
            yield from (f"? {text}", f"  {page.where!r}", f"  {page.order_by!r}")
    document = target.document(RECORD)
    yield from ("? stored", f"  {document!r}", f"  {[target.path(name) for name in SCALARS]}")
    yield f"  {target.position(document, [SortKey(field) for field in SCHEMA.fields if field.sortable])!r}"


def _source(access: str) -> Iterator[str]:
    target = pq.target("python", SCHEMA, access=access)
    for text in queries("sources"):
        made = pq.compile(SCHEMA.parse(text, now=NOON).where, target)
        yield from (f"? {text}", *made.source.splitlines())


def _said() -> Iterator[str]:
    for text in queries("mistakes"):
        try:
            notices = SCHEMA.parse(text, now=NOON).notices
        except pq.QueryError as error:
            yield from (f"? {text}", *str(error).splitlines(), *map(_as_line, error.problems))
        else:
            yield from (f"? {text}", *(f"{one.message} {one.hint}" for one in notices), *map(_as_line, notices))


def _as_line(problem: pq.Problem) -> str:
    return f"{problem.code} {problem.parameter!r} {problem.span!r}"


WRITTEN: dict[str, Callable[[], Iterator[str]]] = {
    **{f"{name} {place}": partial(_sql, name, place) for name, places in PLACED.items() for place in places},
    **{f"{name} pages": partial(_pages, name) for name in PLACED},
    **{f"{name} stored": partial(_stored, name) for name in PLACED},
    **{f"{name} tables": partial(_tables, name) for name in PLACED},
    **{f"mongodb {places}": partial(_documents, places) for places in _DOCUMENTS},
    **{f"python {access}": partial(_source, access) for access in ("mapping", "attribute")},
    "said": _said,
}
