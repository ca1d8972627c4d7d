"""Stores that are asked page by page, the same way for every engine. The unique field of what they hold is `id`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import count
from typing import Any as Anything
from typing import NamedTuple, Protocol, cast

import paramql as pq
from paramql.backends.places import Target
from paramql.declarations import SortKey
from paramql.testing import engines_mongodb, engines_polars
from paramql.testing.databases import missing, opened
from paramql.testing.engines_mongodb import exact_places
from paramql.testing.engines_sql import in_columns, in_document, in_rows, sql_target

Record = Mapping[str, Anything]
TABLE, KEY, MOST = "paged", "id", 200
_PLACES = {"columns": in_columns, "document": in_document, "rows": in_rows}


class Shown(NamedTuple):
    """A page: the keys of its records, and the token of the next one."""

    keys: list[int]
    token: str | None


class Pager(Protocol):
    """Holds records, of which some come and go."""

    def load(self, schema: pq.Schema, records: Sequence[Record]) -> None:
        """Hold these typed records and no others."""
        ...

    def page(self, query: pq.Query, scope: pq.Expression | None = None) -> Shown:
        """One page. Raises CapabilityError where the backend refuses."""
        ...

    def insert(self, record: Record) -> None:
        """Hold one more."""
        ...

    def delete(self, key: int) -> None:
        """Hold one less, if it is there."""
        ...


def walk(pager: Pager, schema: pq.Schema, text: str, scope: pq.Expression | None = None) -> Iterator[Shown]:
    """Each page, to the last. Raises AssertionError where they have no end."""
    for _ in range(MOST):
        query = schema.parse(text)
        shown = pager.page(query, scope)
        yield shown
        if shown.token is None:
            return
        text = pq.link(query, shown.token)
    raise AssertionError("the pages have no end")


def _shown(target: Target, result: pq.Result[Anything], key: SortKey) -> Shown:
    return Shown([cast(int, target.position(row, [key])[0]) for row in result.items], result.next_token)


class InMemory:
    """A list of records."""

    def load(self, schema: pq.Schema, records: Sequence[Record]) -> None:
        self._records = list(records)

    def page(self, query: pq.Query, scope: pq.Expression | None = None) -> Shown:
        result = pq.paginate(self._records, query, scope)
        return Shown([one[KEY] for one in result.items], result.next_token)

    def insert(self, record: Record) -> None:
        self._records.append(record)

    def delete(self, key: int) -> None:
        self._records = [one for one in self._records if one[KEY] != key]


class Sql:
    """A table of a database, in one style."""

    def __init__(self, database: str, style: str) -> None:
        self._name, self._style = database, style

    def load(self, schema: pq.Schema, records: Sequence[Record]) -> None:
        self._database = opened(self._name)
        self._key = SortKey(schema[KEY])
        places = _PLACES[self._style](schema)
        self.target = sql_target(self._database.name, schema, table=TABLE, columns=places)
        self._database.clear()
        for statement in self.target.create():
            self._database.run(statement)
        for record in records:
            self.insert(record)

    def page(self, query: pq.Query, scope: pq.Expression | None = None) -> Shown:
        page = pq.page(query, self.target, scope)
        statement = page.select()
        cursor = self._database.connection.cursor()
        cursor.execute(statement.text, statement.params)
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        return _shown(self.target, page.finish(rows), self._key)

    def insert(self, record: Record) -> None:
        self._database.insert(TABLE, self.target.row(record))
        for table, rows in self.target.children(record).items():
            for row in rows:
                self._database.insert(table, row)

    def delete(self, key: int) -> None:
        self._database.rows(f"DELETE FROM {TABLE} WHERE {KEY} = {self._database.mark}", (key,))


class Mongo:
    """A collection."""

    def load(self, schema: pq.Schema, records: Sequence[Record]) -> None:
        self._key = SortKey(schema[KEY])
        self._target = cast(Anything, pq.target("mongodb", schema, columns=exact_places(schema.fields)))
        self._collection = engines_mongodb.client()[engines_mongodb.DATABASE][TABLE]
        self._collection.drop()
        for record in records:
            self.insert(record)

    def page(self, query: pq.Query, scope: pq.Expression | None = None) -> Shown:
        page = pq.page(query, self._target, scope)
        rows = self._collection.aggregate([{"$match": page.where}, *page.order_by, {"$limit": page.limit}])
        return _shown(self._target, page.finish(rows), self._key)

    def insert(self, record: Record) -> None:
        self._collection.insert_one(self._target.document(record))

    def delete(self, key: int) -> None:
        self._collection.delete_one({KEY: key})


class Polars:
    """A frame, made anew where something comes or goes."""

    def load(self, schema: pq.Schema, records: Sequence[Record]) -> None:
        self._target, self._key = cast(Anything, pq.target("polars", schema)), SortKey(schema[KEY])
        self._hold(list(records))

    def page(self, query: pq.Query, scope: pq.Expression | None = None) -> Shown:
        page = pq.page(query, self._target, scope)
        rows = self._frame.lazy().filter(page.where).sort(**page.order_by).head(page.limit).collect().to_dicts()
        return _shown(self._target, page.finish(rows), self._key)

    def insert(self, record: Record) -> None:
        self._hold([*self._records, record])

    def delete(self, key: int) -> None:
        self._hold([one for one in self._records if one[KEY] != key])

    def _hold(self, records: list[Record]) -> None:
        self._records, self._frame = records, self._target.frame(records)


class SqlAlchemy:
    """A table of SQLAlchemy's; lists of records are in rows of others."""

    def __init__(self, database: str) -> None:
        self._name = database

    def load(self, schema: pq.Schema, records: Sequence[Record]) -> None:
        import sqlalchemy as sa

        from paramql.testing.engines_sqlalchemy import _HOLDS, connected
        from paramql.testing.sqlalchemy_tables import column, shelves

        self._connection, self._key, self._numbers = connected(self._name), SortKey(schema[KEY]), count(1)
        if self._name in _HOLDS:
            _HOLDS[self._name][1].drop_all(self._connection)
        metadata = sa.MetaData()
        cast(Anything, _HOLDS)[self._name] = self, metadata
        self._shelf = shelves(schema.fields, metadata, self._connection.dialect.name)
        metadata.create_all(self._connection)
        self._table = self._shelf.table
        self._id = self._table.c[column(schema[KEY])]
        self._target = pq.target("sqlalchemy", schema, table=self._table, columns=self._shelf.in_tables)
        self._keep(records)

    def page(self, query: pq.Query, scope: pq.Expression | None = None) -> Shown:
        import sqlalchemy as sa

        page = pq.page(query, self._target, scope)
        asked = sa.select(self._table).where(page.where).order_by(*page.order_by).limit(page.limit)
        return _shown(self._target, page.finish(self._connection.execute(asked)), self._key)

    def insert(self, record: Record) -> None:
        self._keep([record])

    def delete(self, key: int) -> None:
        self._connection.execute(self._table.delete().where(self._id == key))

    def _keep(self, records: Iterable[Record]) -> None:
        for record in records:
            self._shelf.put(record, self._numbers)
        for shelf in self._shelf.all:
            if shelf.rows:
                self._connection.execute(shelf.table.insert(), shelf.rows)
                shelf.rows.clear()


class Django:
    """A model of Django's; lists of records are in rows of others."""

    def __init__(self, database: str) -> None:
        self._name = database

    def load(self, schema: pq.Schema, records: Sequence[Record]) -> None:
        from paramql.testing.engines_django import connected, made

        self._key, self._numbers, self._alias = SortKey(schema[KEY]), count(1), connected(self._name)
        self._shelf = made(self._name, schema.fields)
        self._target = pq.target("django", schema, model=self._shelf.model, columns=self._shelf.in_columns)
        self._keep(records)

    def page(self, query: pq.Query, scope: pq.Expression | None = None) -> Shown:
        page = pq.page(query, self._target, scope)
        asked = self._records.filter(page.where).order_by(*page.order_by)[: page.limit]
        return _shown(self._target, page.finish(asked), self._key)

    def insert(self, record: Record) -> None:
        self._keep([record])

    def delete(self, key: int) -> None:
        self._records.filter(**{self._shelf.attribute(self._key.field): key}).delete()

    @property
    def _records(self) -> Anything:
        return self._shelf.model.objects.using(self._alias)

    def _keep(self, records: Iterable[Record]) -> None:
        from paramql.testing.engines_django import write

        for record in records:
            self._shelf.put(record, self._numbers)
        write(self._alias, self._shelf)


class Known(NamedTuple):
    """Why an engine is missing, if it is, and how it is made."""

    missing: Callable[[], str | None]
    make: Callable[[], Pager]


DATABASES = ("sqlite", "postgresql", "postgresql-icu", "mariadb", "duckdb")
PAGERS = {
    "python": Known(lambda: None, InMemory),
    **{
        f"{name}, {style}": Known(partial(missing, name), partial(Sql, name, style))
        for name in DATABASES
        for style in _PLACES
    },
    "mongodb": Known(engines_mongodb.missing, Mongo),
    "polars": Known(engines_polars.missing, Polars),
    **{f"sqlalchemy on {name}": Known(partial(missing, name), partial(SqlAlchemy, name)) for name in DATABASES},
    **{f"django on {name}": Known(partial(missing, name), partial(Django, name)) for name in DATABASES[:-1]},
}
