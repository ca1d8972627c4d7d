"""The applications of `examples/`, each started as its users would, and asked over HTTP."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

import paramql as pq
from shop import orders
from shop_schema import SCHEMA

ROOT = Path(__file__).resolve().parents[1]
EXAMPLES = ROOT / "examples"
SHARED = ["shop/__init__.py"]
ROWS = list(orders())
_PATIENCE = 60.0


@dataclass(frozen=True)
class Application:
    """An application: the files that its lines for filters stand in, the commands that start it, where its orders are.

    prepare: a command that is run before. items: the member of a page that has the orders; None: the page is a list.
    has_document: whether there is `/openapi.json`.
    """

    files: Sequence[str]
    start: Sequence[str]
    prepare: Sequence[str] = ()
    items: str | None = "orders"
    has_document: bool = False


def _asgi(name: str) -> list[str]:
    return ["-m", "uvicorn", "--app-dir", str(EXAMPLES), "--log-level", "warning", "--port", "{port}", name]


def _django(name: str) -> dict[str, Any]:
    manage = str(EXAMPLES / name / "manage.py")
    return {"start": [manage, "runserver", "--noreload", "{port}"], "prepare": [manage, "migrate", "--verbosity", "0"]}


APPLICATIONS = {
    "starlette": Application(["starlette_orders.py"], _asgi("starlette_orders:app"), items=None),
    "fastapi": Application(["fastapi_orders.py"], _asgi("fastapi_orders:app"), has_document=True),
    "django": Application(["django_orders/settings.py", "django_orders/urls.py"], **_django("django_orders")),
    "rest_framework": Application(
        ["rest_framework_orders/settings.py", "rest_framework_orders/urls.py"],
        **_django("rest_framework_orders"),
        items="results",
        has_document=True,
    ),
}


def expected(text: str) -> list[int]:
    """The ids of all orders that a query selects, in its order, as the python target has them."""
    query = SCHEMA.parse(text).with_page(size=len(ROWS))
    return [row["id"] for row in pq.paginate(ROWS, query).items]


@dataclass(frozen=True)
class Running:
    """An application that runs."""

    name: str
    client: httpx.Client

    def get(self, query: str) -> httpx.Response:
        """The answer to a query."""
        return self.client.get(f"/orders?{query}")

    def page(self, address: str | httpx.URL) -> tuple[list[int], httpx.URL | None]:
        """The ids of a page, and where the next one is."""
        answer = self.client.get(address)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"] == "application/json"
        body, items = answer.json(), APPLICATIONS[self.name].items
        following = answer.links.get("next", {}).get("url") if items is None else body["next"]
        shown = body if items is None else body[items]
        return [order["id"] for order in shown], answer.url.join(following) if following else None

    def pages(self, query: str) -> Iterator[list[int]]:
        """The ids of a page, and of all that follow it by their links."""
        address: str | httpx.URL | None = f"/orders?{query}"
        while address:
            ids, address = self.page(address)
            yield ids


@contextmanager
def running(name: str, folder: Path) -> Iterator[Running]:
    """An application, started in a folder of its own and stopped in the end."""
    application, port = APPLICATIONS[name], _free_port()
    environment = os.environ | {"SHOP_DATABASE": str(folder / "orders.sqlite"), "COVERAGE_PROCESS_START": ""}
    if application.prepare:
        subprocess.run([sys.executable, *application.prepare], env=environment, check=True)
    command = [sys.executable, *(part.format(port=port) for part in application.start)]
    with (
        (folder / "log").open("w+") as log,
        subprocess.Popen(command, env=environment, cwd=folder, stdout=log, stderr=log) as process,
        httpx.Client(base_url=f"http://127.0.0.1:{port}") as client,
    ):
        try:
            _wait(client, process)
            yield Running(name, client)
        finally:
            process.terminate()


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


def _wait(client: httpx.Client, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and process.poll() is None:
        try:
            client.get("/nothing")
        except httpx.ConnectError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError("the application does not answer")


_SHOWN = re.compile(r"^<!-- [^\n]*examples/([\w/.]+)[^\n]*-->\n```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def documented_lines(file: str) -> list[str]:
    """The lines of a file of the examples that the documentation shows, but for empty ones."""
    page = (ROOT / "docs" / "frameworks.md").read_text(encoding="utf-8")
    return [line for of, body in _SHOWN.findall(page) if of == file for line in body.splitlines() if line.strip()]


def marked_lines(file: str) -> list[str]:
    """The lines between `# filters: begin` and `# filters: end` in a file of the examples, but for empty ones."""
    parts = re.split(r" *# filters: begin\n", (EXAMPLES / file).read_text(encoding="utf-8"))[1:]
    assert all("# filters: end\n" in part for part in parts), f"{file}: no end"
    marked = "\n".join(part.partition("# filters: end\n")[0] for part in parts)
    return [line for line in marked.splitlines() if line.strip()]


def lines_to_write(name: str) -> list[str]:
    """What an application has for filters alone: those of the shop, and its own; imports are not counted."""
    lines = [line for file in (*SHARED, *APPLICATIONS[name].files) for line in marked_lines(file)]
    return [line for line in lines if not line.startswith(("import ", "from "))]
