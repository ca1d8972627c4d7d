"""The instances service over any store: the same documents, callers and clock for every test that asks it."""

from __future__ import annotations

import datetime as dt
import json
import os
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

import paramql as pq
from paramql.instances import generate, keys
from paramql.instances.loading import instance
from paramql.instances.policy import Policy
from paramql.instances.schema import declared
from paramql.instances.service import PATH, service
from paramql.instances.stores import opened
from paramql.server import Bearer, Filled, SharedKey
from paramql.testing import databases, engines_mongodb
from served import BASE, Client

SECRET = b"a secret that the tests share..."
NOON = dt.datetime(2026, 5, 1, 12, tzinfo=dt.UTC)
SCHEMA = declared(pq.Tokens({"1": b"k" * 32}))
STORES = ("sqlite", "postgresql", "mariadb", "mongodb")
_NAME = "paramql_service"

DIGDIR, SKD = keys.owner_token(SECRET, "digdir"), keys.owner_token(SECRET, "skd")
PARTY, OTHER = 50_000_001, 50_000_002
USER, ANOTHER = keys.user_token(SECRET, PARTY, 7), keys.user_token(SECRET, OTHER)
PERSON = "Person:01017012345"


def client(store: Filled, policy: Policy | None = None, **options: Any) -> Client:
    """The service over a store, as its clients meet it."""
    options = {"bearer": Bearer(SharedKey(SECRET), keys.ISSUER, keys.AUDIENCE)} | options
    return Client(
        service(store, SCHEMA, policy=policy or Policy(party=_party), base=BASE, clock=lambda: NOON, **options)
    )


def _party(kind: str, number: str) -> int | None:
    return {("person", "01017012345"): PARTY}.get((kind, number))


def documents(count: int, seed: int = 1, parties: int = 3) -> list[dict[str, Any]]:
    """Invented instances of a few parties, so that each of them has some."""
    made = list(generate(count, seed))
    for number, document in enumerate(made):
        party = PARTY + number % parties
        document["id"] = f"{party}/{document['id'].partition('/')[2]}"
        document["instanceOwner"]["partyId"] = str(party)
    return made


def lines(found: Iterable[dict[str, Any]]) -> bytes:
    """Documents as a file has them."""
    return b"".join(json.dumps(one, ensure_ascii=False).encode() + b"\n" for one in found)


def filled(url: str, found: Iterable[dict[str, Any]]) -> Filled:
    """A store that holds documents."""
    store = opened(url, SCHEMA, 20)
    store.put([instance(line) for line in lines(found).splitlines()])
    return store


def kept(store: Any, query: str = "") -> list[str]:
    """Those on the page that a query asks for."""
    page = pq.page(SCHEMA.parse(f"size=1000&{query}"), store.target)
    return [json.loads(row["document"])["id"] for row in store.find(page, None).rows]


@contextmanager
def over_stores(found: Sequence[dict[str, Any]], **options: Any) -> Iterator[dict[str, Client]]:
    """The service over each store that there is here, by its kind."""
    with ExitStack() as stack:
        kinds = [kind for kind in STORES if not missing(kind)]
        yield {kind: stack.enter_context(client(filled(url(kind), found), **options)) for kind in kinds}


def missing(kind: str) -> str | None:
    """Why there is no such store here; None where there is one."""
    return engines_mongodb.missing() if kind == "mongodb" else databases.missing(kind)


@cache
def server(kind: str) -> str:
    """Where stores are, up to the name, which `url` adds."""
    if kind == "sqlite":
        return f"sqlite:///{tempfile.mkdtemp(prefix='paramql-')}/"
    if kind == "mongodb":
        host, port = engines_mongodb.client().address or ("", 0)
        return (os.environ.get(engines_mongodb.URI) or f"mongodb://{host}:{port}").rstrip("/") + "/"
    raise KeyError(kind)


def url(kind: str, name: str = _NAME) -> str:
    """The URL of a store of that kind that is new."""
    match kind:
        case "sqlite":
            file = Path(server(kind).removeprefix("sqlite:///")) / f"{name}.db"
            for one in file.parent.glob(f"{name}.db*"):
                one.unlink()
            return f"sqlite:///{file}"
        case "mongodb":
            engines_mongodb.client().drop_database(name)
            return f"{server(kind)}{name}"
        case "postgresql" | "postgresql-icu":
            return _postgresql(databases.opened(kind).connection, name)
        case _:
            return _mariadb(databases.opened(kind).connection, name)


def _postgresql(connection: Any, name: str) -> str:
    connection.execute(f"DROP SCHEMA IF EXISTS {name} CASCADE")
    connection.execute(f"CREATE SCHEMA {name}")
    info = connection.info
    user = quote(info.user) + (f":{quote(info.password)}" if info.password else "")
    options = f"options=-csearch_path%3D{name}"
    return f"postgresql+psycopg://{user}@/{info.dbname}?host={quote(info.host, '')}&port={info.port}&{options}"


def _mariadb(connection: Any, name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP DATABASE IF EXISTS {name}")
        cursor.execute(f"CREATE DATABASE {name}")
    words = [one.decode() if isinstance(one, bytes) else one for one in (connection.user, connection.password) if one]
    user = ":".join(map(quote, words))
    where = f"?unix_socket={connection.unix_socket}" if connection.unix_socket else ""
    return f"mariadb://{user}@{connection.host or 'localhost'}:{connection.port or 3306}/{name}{where}"


def address(query: str) -> str:
    """Of a page."""
    return f"{PATH}?{query}"


def ids(asking: Client, query: str, token: str, **options: Any) -> list[str]:
    """The ids of every match, page by page; as many as the first page says."""
    pages = list(asking.pages(address(query), token, **options))
    found = [one["id"] for page in pages for one in page["instances"]]
    assert {page["totalHits"] for page in pages} == {len(found)}
    return found


def of(found: Sequence[dict[str, Any]], org: str) -> list[dict[str, Any]]:
    """The instances of an owner."""
    return [one for one in found if one["org"] == org]
