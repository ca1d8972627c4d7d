"""A service whose database fails: behind a proxy that cuts, goes away and falls silent, or on a disk that is small."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from asked_instances import PARTY, USER, address, missing, url
from paramql.testing import databases, engines_mongodb
from proxy import Proxy
from served import Client

SERVERS = ("postgresql", "mariadb", "mongodb")
# Statements that end when they are ended.
ENDLESS = {
    "sqlite": "WITH RECURSIVE n(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n) SELECT count(*) FROM n",
    "postgresql": "SELECT pg_sleep(20)",
    "mariadb": f"SELECT count(*) FROM {', '.join(f'information_schema.collations AS c{n}' for n in range(5))}",
}
MINE = f"instanceOwner.partyId={PARTY}"


def proxied(kind: str, name: str) -> tuple[Proxy, str]:
    """A proxy before a server, and the URL of a store that is new by way of it."""
    address = url(kind, name)
    match kind:
        case "postgresql":
            info = databases.opened(kind).connection.info
            proxy = Proxy(f"{info.host}/.s.PGSQL.{info.port}")
            options = f"options=-csearch_path%3D{name}&sslmode=disable"
            return proxy, f"postgresql://{info.user}@127.0.0.1:{proxy.port}/{info.dbname}?{options}"
        case "mariadb":
            proxy = Proxy(databases.opened(kind).connection.unix_socket)
            return proxy, f"mariadb://root@127.0.0.1:{proxy.port}/{name}"
        case _:
            host, port = engines_mongodb.client().address or ("", 0)
            proxy = Proxy((host, port))
            return proxy, f"{address.replace(str(port), str(proxy.port))}?directConnection=true"


def unreachable(kind: str) -> str | None:
    """Why a proxy cannot stand before a server here; None where one can."""
    named = (*databases.URIS.values(), engines_mongodb.URI)
    if any(name in os.environ for name in named):
        return f"{kind}: a proxy stands only before servers that the tests have started"
    return missing(kind)


class Walk:
    """Pages followed by their links, each asked again for as long as the service says that it is to be."""

    def __init__(self, client: Client, query: str) -> None:
        self._client, self.following = client, address(query)
        self.found, self.refused = list[str](), 0

    def ask(self) -> httpx.Response:
        """The answer to the page that is next; one that is refused says so as it is promised to."""
        answer = self._client.get(self.following, USER)
        assert answer.status_code in {200, 503}, answer.text
        if answer.status_code == 503:
            self.refused += 1
            is_unavailable(answer)
        return answer

    def step(self, tries: int = 10) -> bool:
        """Have the next page; whether there is another one."""
        for _ in range(tries):
            if (answer := self.ask()).status_code == 200:
                body = answer.json()
                self.found += [one["id"] for one in body["instances"]]
                self.following = body["next"] or ""
                return bool(self.following)
            time.sleep(0.05)
        raise AssertionError(f"the page has not come after {tries} times")

    def end(self) -> list[str]:
        """Have the rest."""
        while self.step():
            pass
        return self.found


def is_unavailable(answer: httpx.Response) -> None:
    """Nothing of a database, and when to ask again."""
    told = answer.json()
    assert (answer.headers["content-type"], answer.headers["retry-after"]) == ("application/problem+json", "1")
    assert told == {
        "type": "about:blank",
        "title": "Service Unavailable",
        "status": 503,
        "detail": "the store cannot be reached, or is busy; try again",
    }


# --- a disk that is small


def no_room() -> str | None:
    """Why no small disk can be had here; None where one can."""
    with tempfile.TemporaryDirectory() as folder:
        if shutil.which("mount") and _mount(folder, 1).returncode == 0:
            subprocess.run(["umount", folder], check=True)
            return None
    return "a file system of a few megabytes can be mounted by root only, and not in every container"


def _mount(folder: str, megabytes: int) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "none", folder], capture_output=True, check=False
    )


@contextmanager
def room(kind: str, megabytes: int) -> Iterator[tuple[str, Path]]:
    """The URL of a store that is new, on a disk of its own; and where that is."""
    with disk(megabytes) as folder, _on[kind](folder, "paramql_full") as address:
        yield address, folder


@contextmanager
def disk(megabytes: int) -> Iterator[Path]:
    """The folder of a disk that is so large."""
    with tempfile.TemporaryDirectory(prefix="paramql-") as folder:
        os.chmod(folder, 0o755)  # noqa: PTH101 - for the server's user
        assert _mount(folder, megabytes).returncode == 0
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", folder], check=True)


@contextmanager
def crowded(folder: Path, megabytes: int) -> Iterator[None]:
    """A disk that has so much room left, as long as another's file is on it."""
    file, free = folder / "crowd", shutil.disk_usage(folder).free
    with file.open("wb") as stream:
        os.posix_fallocate(stream.fileno(), 0, free - megabytes * 1_000_000)
    yield
    file.unlink()


def enlarge(folder: Path, megabytes: int) -> None:
    """Make a disk larger."""
    subprocess.run(["mount", "-o", f"remount,size={megabytes}m", str(folder)], check=True)


@contextmanager
def _sqlite(folder: Path, name: str) -> Iterator[str]:
    yield f"sqlite:///{folder}/{name}.db"


@contextmanager
def _postgresql(folder: Path, name: str) -> Iterator[str]:
    """In a tablespace: what is written ahead is elsewhere."""
    connection = databases.opened("postgresql").connection
    (data,) = connection.execute("SHOW data_directory").fetchone()
    (folder / "space").mkdir()
    shutil.chown(folder / "space", Path(data).owner(), Path(data).group())
    connection.execute(f"CREATE TABLESPACE {name} LOCATION '{folder}/space'")
    try:
        yield f"{url('postgresql', name)}%20-cdefault_tablespace%3D{name}"
    finally:
        connection.execute(f"DROP SCHEMA {name} CASCADE")
        connection.execute(f"DROP TABLESPACE {name}")


@contextmanager
def _mariadb(folder: Path, name: str) -> Iterator[str]:
    """In the folder of a database, which may be a link; logs are elsewhere."""
    database = databases.opened("mariadb")
    address = url("mariadb", name)
    [(data,)] = database.rows("SELECT @@datadir")
    shutil.move(Path(data) / name, folder)
    (Path(data) / name).symlink_to(folder / name)
    try:
        yield address
    finally:
        database.rows(f"DROP DATABASE {name}")


_on = {"sqlite": _sqlite, "postgresql": _postgresql, "mariadb": _mariadb}


def large(found: list[dict[str, Any]], size: int) -> list[dict[str, Any]]:
    """The same instances, each of so many bytes at least that cannot be packed."""
    return [one | {"more": os.urandom(size // 2).hex()} for one in found]


def held(store: Any) -> list[str]:
    """The ids that a store holds."""
    import paramql as pq

    page = pq.page(store.target.schema.parse("size=1000"), store.target)
    return [json.loads(row["document"])["id"] for row in store.find(page, 0).rows]
