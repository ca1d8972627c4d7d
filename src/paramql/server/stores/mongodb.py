"""MongoDB, by PyMongo and its pool. Each record is a document, its own text one of the members."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pymongo

import paramql as pq
from paramql.backends.mongodb import MongoTarget
from paramql.server.stores import Batch, Found, Mark, Mismatch, Row, counted, patience
from paramql.server.stores.mongodb_errors import translated

_VERSIONS, _MARKS = "paramql_versions", "paramql_loads"
_WAIT = 5.0


class MongoStore:
    """Records in the collection of a target, whose key is stored as `_id`.

    url: the database is its path. indexes: the paths of each, which are made when the collection is new. columns: the
    members that are read. timeout: seconds that an operation of a reader may take (None: any).

    A batch is atomic where the server has transactions (replica sets). Where it has none, a batch that was cut off is
    put again, whole, when the load is resumed.
    """

    def __init__(
        self,
        url: str,
        target: MongoTarget,
        indexes: Iterable[Sequence[str]] = (),
        columns: Sequence[str] = ("document",),
        timeout: float | None = None,
    ) -> None:
        self.target = target
        self._timeout = None if timeout is None else int(timeout * 1000)
        self._columns = dict.fromkeys(columns, True)
        self._client: pymongo.MongoClient[dict[str, Any]] = pymongo.MongoClient(url, **_waits(timeout))
        self._database = self._client.get_default_database("paramql")
        self._records = self._database[target.table or "records"]
        try:
            with translated():
                self._make([list(paths) for paths in indexes])
        except BaseException:
            self._client.close()
            raise

    def find(self, page: pq.Page, count_to: int | None) -> Found:
        """The rows of a page, and how many match."""
        stages = [{"$match": page.where}, *page.order_by, {"$limit": page.limit}, {"$project": self._columns}]
        with translated():
            rows: list[Row] = list(self._records.aggregate(stages, **self._limit))
            total = counted(page, rows, count_to)
            if total is None and count_to != 0:
                most: dict[str, Any] = {} if count_to is None else {"limit": count_to + 1}
                total = self._records.count_documents(page.counted, **most, **self._limit)
        return Found(rows, total)

    @property
    def _limit(self) -> Mapping[str, Any]:
        return {} if self._timeout is None else {"maxTimeMS": self._timeout}

    def check(self) -> None:
        """Raise `Unavailable` where the database does not answer."""
        with translated():
            self._client.admin.command("ping")

    def close(self) -> None:
        """Let all connections go."""
        self._client.close()

    def put(self, batch: Batch, mark: Mark | None = None) -> None:
        """Put documents, and how far their file has been read."""
        documents = {record["_id"]: record for record in map(self._document, batch)}
        puts = [pymongo.ReplaceOne({"_id": key}, document, upsert=True) for key, document in documents.items()]
        marks = [] if mark is None else [{"_id": mark.source, **mark._asdict()}]

        def write(session: Any) -> None:
            if puts:
                self._records.bulk_write(puts, session=session)
            for one in marks:
                self._database[_MARKS].replace_one({"_id": one["_id"]}, one, upsert=True, session=session)

        with translated():
            self._whole(write)

    def _document(self, put: tuple[str, Mapping[str, Any]]) -> dict[str, Any]:
        text, record = put
        return {**self.target.document(record), "document": text}

    def _whole(self, write: Callable[[Any], None]) -> None:
        """In a transaction, which is tried again where another stood in its way; in none where the server has none."""
        if "setName" not in self._client.admin.command("hello"):
            write(None)
            return
        with self._client.start_session() as session:
            session.with_transaction(write)

    def mark(self, source: str) -> Mark | None:
        """How far the load of a file had come that has not ended."""
        with translated():
            found = self._database[_MARKS].find_one({"_id": source}, {"_id": False})
        return Mark(**found) if found else None

    def finish(self, source: str | None) -> None:
        """A load has ended: the mark goes."""
        with translated():
            self._database[_MARKS].delete_one({"_id": source})

    def document(self, key: object) -> str | None:
        """The text of a record, as it was put."""
        with translated():
            found = self._records.find_one({"_id": key}, {"document": True})
        return found["document"] if found else None

    def _make(self, indexes: list[list[str]]) -> None:
        version = repr((indexes, sorted(map(repr, self.target.places.items()))))
        versions, name = self._database[_VERSIONS], self._records.name
        found = versions.find_one({"_id": name})
        if found is None:
            for paths in indexes:
                self._records.create_index([(path, pymongo.ASCENDING) for path in paths])
            versions.replace_one({"_id": name}, {"version": version}, upsert=True)
        elif found["version"] != version:
            raise Mismatch(f"the collection {name!r} was made by another version: load into a new database")


def _waits(timeout: float | None) -> Mapping[str, Any]:
    """How long is waited for a server, for a connection that is free, and for an answer."""
    wait = int((timeout or _WAIT) * 1000)
    waits = ("serverSelectionTimeoutMS", "connectTimeoutMS", "waitQueueTimeoutMS")
    return {**dict.fromkeys(waits, wait), "socketTimeoutMS": int(patience(timeout) * 1000)}
