"""What is written of filters: SQL of each dialect, source for Python, and what is said of mistakes.

`queries.txt` has what is asked, a line each; beside it stands what was written, which a test compares. Where a change
of it is meant, `PARAMQL_WRITE=1 make test` writes it anew, and the difference is read before it is taken.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import paramql as pq
from paramql.check import check
from paramql.types import Clock
from strategies.texts import FIELDS

FOLDER = Path(__file__).parent
NOON = dt.datetime(2019, 5, 1, 12, tzinfo=dt.UTC)
KEYS = pq.Tokens({"k": b"k" * 32})


def _schema() -> pq.Schema:
    """Anew, so that nothing of it has been asked."""
    return pq.Schema(*FIELDS, order="desc:placed", ignore=["utm_*"], tokens=KEYS, limits=pq.Limits(operand=64))


SCHEMA = _schema()
_PLACES: dict[str, Mapping[str, Any]] = {
    "columns": {},
    "document": {field.name: pq.JsonPath("doc", *field.path) for field in SCHEMA.fields if field.name != "id"},
    "rows": {
        "tags": pq.Rows("tags", {"of": "id"}),
        "sizes": pq.Rows("sizes", {"of": "id"}),
        "lines": pq.Rows("lines", {"of": "id"}, {"parts": pq.Rows("parts", {"line": "number"}, {"code": "part"})}),
    },
}
_PLACED = {
    "sqlite": ("columns", "document", "rows"),
    "postgresql": ("columns", "document", "rows"),
    "mariadb": ("columns", "document", "rows"),
    "duckdb": ("columns", "rows"),
}
_STYLES = {("sqlite", "rows"): "named", ("postgresql", "rows"): "pyformat", ("duckdb", "rows"): "numeric_dollar"}


def queries(name: str) -> list[str]:
    """What is asked."""
    return (FOLDER / f"{name}.txt").read_text(encoding="utf-8").splitlines()


def _sql(dialect: str, places: str) -> Iterator[str]:
    schema, options = _schema(), {"paramstyle": style} if (style := _STYLES.get((dialect, places))) else {}
    target = pq.target(dialect, schema, table="things", columns=_PLACES[places], **options)
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
        target = pq.target(dialect, SCHEMA, table="things", columns=_PLACES[places])
        for text in queries("orders"):
            query = SCHEMA.parse(text, now=NOON)
            for one in (query, _further(query)):
                sql = pq.page(one, target).select()
                yield from (f"? {text} of {places}", f"  {sql.text}", f"  {sql.params!r}")


def _further(query: pq.Query) -> pq.Query:
    """The page after one that ended at a value of each key, none of the last but one."""
    ended: dict[str, Any] = {"id": 7, "name": "é", "price": None, "placed": NOON, "customer.born": NOON.date()}
    return query.with_page(after=tuple(ended[key.field.name] for key in query.order))


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
    **{f"{name} {place}": partial(_sql, name, place) for name, places in _PLACED.items() for place in places},
    **{f"{name} pages": partial(_pages, name) for name in _PLACED},
    **{f"python {access}": partial(_source, access) for access in ("mapping", "attribute")},
    "said": _said,
}
