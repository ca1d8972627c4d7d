"""The tutorial is followed, file by file and command by command; `curl` asks the application in this process."""

from __future__ import annotations

import re
import runpy
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from served import Client

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "tutorial.md").read_text(encoding="utf-8")
ORDERS, FILL, ACCESS = re.findall(r"^```python\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
ASKED = re.findall(r"^\$ (curl .+)\n(.+)$", PAGE, re.MULTILINE)
FIRST, PROGRAM = re.findall(r"^\$ next=\$\((curl .+) \| python3 -c '(.+)'\)$", PAGE, re.MULTILINE)[0]
BASE = "http://127.0.0.1:8000"
CALLER: Any = {"Caller": "Åse".encode()}  # as curl sends it
MASKED = re.compile(r"continuationToken=first\.[\w.-]+")


@pytest.fixture(name="open_to_all")
def _open_to_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    """The application as the page has it first, over the table that it fills."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "orders", raising=False)  # another module of that name, of other tests
    made = run("orders.py", ORDERS)
    run("fill.py", FILL)
    del sys.modules["orders"]
    with Client(made["app"]) as client:
        yield client


def run(name: str, text: str) -> dict[str, Any]:
    Path(name).write_text(text, encoding="utf-8")
    return runpy.run_path(name)


def ask(client: Client, command: str) -> str:
    """What a command prints, but for the text of tokens."""
    words = shlex.split(command)[1:]
    address, headers, pairs = "", {}, []
    while words:
        match words.pop(0):
            case "-H":
                name, _, value = words.pop(0).partition(": ")
                headers[name] = value
            case "--data-urlencode":
                pairs.append(quote(words.pop(0), safe="=:"))
            case "-G" | "-s":
                pass
            case given:
                address = given.removeprefix(BASE)
    text = client.get(f"{address}?{'&'.join(pairs)}" if pairs else address, headers=headers).text
    return MASKED.sub("continuationToken=…", text)


def test_each_command_prints_what_the_page_says(open_to_all: Client) -> None:
    scoped = ORDERS.replace("Asked =", f"{ACCESS}\n\nAsked =").replace("(SCHEMA)", "(SCHEMA, access)")
    following = link_in(open_to_all.get(shlex.split(FIRST)[2].removeprefix(BASE)).text)
    with Client(run("scoped.py", scoped)["app"]) as for_callers:
        for command, printed in ASKED:
            to = for_callers if "-H" in command else open_to_all
            assert ask(to, command.replace("$next", following)) == printed, command
        assert for_callers.get("/orders").status_code == 422
        assert for_callers.get("/orders", headers=CALLER).json() == {
            "orders": [],
            "next": None,
        }
    assert len(ASKED) == 8
    assert "$next" in "".join(command for command, _ in ASKED)


def link_in(answer: str) -> str:
    """What the program of the page prints of an answer."""
    done = subprocess.run([sys.executable, "-c", PROGRAM], input=answer, capture_output=True, text=True, check=True)
    return done.stdout.strip()
