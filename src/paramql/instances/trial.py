"""`make serve` and `make demo`: the service on SQLite with invented instances, and what to ask it.

Where nobody sits at a terminal the demonstration asks it all itself, tells what was answered, and ends.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import tempfile
import threading
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from paramql.instances import keys
from paramql.instances.generator import generate
from paramql.instances.loading import Report, load_file
from paramql.instances.serving import Settings, run, running
from paramql.instances.stores import opened
from paramql.instances.tried import answered, await_health, told
from paramql.instances.visitors import OWNERS, explorer

COUNT = 10_000
PORT = 8080
_HOST = "127.0.0.1"


def main(count: int = COUNT, port: int = PORT, *, opens: bool = False) -> None:
    """Invent, load, tell what to ask, and serve until a signal comes. opens: the explorer, in a browser."""
    with _invented(count) as settings:

        def started(address: str) -> None:
            print("\n".join(told(settings.key, address)), flush=True)
            if opens and has_display():
                threading.Thread(target=_open, args=[address], daemon=True).start()

        run(settings, _HOST, port if is_free(port) else 0, started)


def ask(count: int = COUNT) -> None:
    """Invent, load, tell what to ask, ask it, tell what came, and end."""
    with _invented(count) as settings, running(settings, _HOST) as address:
        print("\n".join(told(settings.key, address)), flush=True)
        await_health(address)
        for line in answered(settings.key, address):
            print(line, flush=True)


@contextmanager
def _invented(count: int) -> Iterator[Settings]:
    with tempfile.TemporaryDirectory(prefix="paramql-instances-") as folder:
        url, key = filled(Path(folder), count), keys.DEVELOPMENT
        print(f"{count:,} instances invented and loaded into SQLite", flush=True)
        yield Settings(store=url, key=key, owners=OWNERS, explorer=explorer(key))


def filled(folder: Path, count: int) -> str:
    """The URL of a store that holds invented instances."""
    file, url = folder / "instances.ndjson", f"sqlite:///{folder / 'instances.db'}"
    with file.open("w", encoding="utf-8") as stream:
        for document in generate(count):
            stream.write(json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n")
    store = opened(url)
    load_file(store, str(file), Report())
    store.close()
    return url


def has_display() -> bool:
    """Whether a browser could be seen."""
    return sys.platform in {"darwin", "win32"} or bool({"DISPLAY", "WAYLAND_DISPLAY"} & os.environ.keys())


def is_attended() -> bool:
    """Whether somebody sits at a terminal."""
    return sys.stdin.isatty() and sys.stdout.isatty() and not os.environ.get("CI")


def _open(address: str) -> None:
    await_health(address)
    webbrowser.open(f"{address}/")


def is_free(port: int) -> bool:
    """Whether nobody listens there."""
    with socket.socket() as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((_HOST, port))
        except OSError:
            return False
        return True


if __name__ == "__main__":  # pragma: no cover - `make serve` and `make demo` do it
    if "--demonstrate" not in sys.argv:
        main()
    elif is_attended():
        main(opens=True)
    else:
        ask()
