"""Servers of a test's own, which it may kill and start again, each with a store that is new."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, NamedTuple

from asked_instances import SCHEMA
from paramql.instances.stores import opened
from paramql.server import Unavailable
from paramql.testing import databases


class Server(NamedTuple):
    """One of this test's own: the URL of a new store, and what kills it and starts it again."""

    url: str
    kill: Callable[[], None]
    start: Callable[[], None]


@contextmanager
def _postgresql(_: Path) -> Iterator[Server]:
    import psycopg

    uri = databases._started_postgresql()
    with psycopg.connect(uri, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET synchronous_commit = on")
        connection.execute("SELECT pg_reload_conf()")
        [data] = connection.execute("SHOW data_directory").fetchone() or [""]
    pid = int((Path(data) / "postmaster.pid").read_text().split()[0])
    user = Path(data).owner() if os.getuid() == 0 else None
    yield from _own(uri, _command(pid), user, pid, signal.SIGQUIT)  # at once, as if it had crashed


@contextmanager
def _mariadb(_: Path) -> Iterator[Server]:
    socket = databases._started_mariadb()
    told = "CREATE DATABASE paramql_own; SET GLOBAL innodb_flush_log_at_trx_commit = 1"
    subprocess.run(["mariadb", f"--socket={socket}", "-e", told], check=True)
    pid = int((Path(socket).parent / "pid").read_text())
    yield from _own(f"mariadb://root@localhost/paramql_own?unix_socket={socket}", _command(pid), None, pid)


@contextmanager
def _mongodb(folder: Path) -> Iterator[Server]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    command = [str(Path(sys.executable).with_name("secantusd-py")), "--port", str(port), "--sync-on-commit"]
    command += ["--storage-path", str(folder / "data")]
    yield from _own(f"mongodb://127.0.0.1:{port}/paramql_own?directConnection=true", command)


def _command(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/cmdline").read_text().split("\0")[:-1]


def _own(
    address: str, command: list[str], user: str | None = None, pid: int | None = None, by: int = signal.SIGKILL
) -> Iterator[Server]:
    """A server by its command, which runs already where it has a number."""
    running: list[subprocess.Popen[bytes]] = []

    def kill() -> None:
        number = running[-1].pid if running else pid
        assert number
        with suppress(ProcessLookupError):  # it may have ended itself
            os.kill(number, by)
        while not _is_gone(number):
            time.sleep(0.05)

    def start() -> None:
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": "/", "user": user}
        running.append(subprocess.Popen(command, start_new_session=True, **quiet))  # type: ignore[call-overload]

    def _is_gone(number: int) -> bool:
        if running:
            return running[-1].poll() is not None
        with suppress(ChildProcessError):
            os.waitpid(number, os.WNOHANG)
        return not Path(f"/proc/{number}").exists()

    if pid is None:
        start()
    try:
        yield Server(address, kill, start)
    finally:
        kill()


OWN: dict[str, Any] = {"postgresql": _postgresql, "mariadb": _mariadb, "mongodb": _mongodb}


@contextmanager
def forgetful(folder: Path, seconds: float = 2.0) -> Iterator[str]:
    """The URL of a new store, whose server gives up a transaction of MongoDB that nobody goes on with for so long."""
    import secantus  # type: ignore[import-untyped]

    with secantus.SecantusDBServer(storage_path=str(folder), transaction_lifetime_seconds=seconds) as server:
        yield f"{server.uri.rstrip('/')}/paramql_own?directConnection=true"


def awaited(address: str) -> None:
    """Wait until a server answers."""
    for _ in range(100):
        with suppress(Unavailable):
            opened(address, SCHEMA, 0.2).close()
            return
    raise AssertionError("the server did not start")
