"""`make serve` and `make demo`: what is printed can be asked; where nobody watches, it asks for itself and ends."""

from __future__ import annotations

import re
import socket
import sys
import threading
import webbrowser
from collections.abc import Iterator

import httpx
import pytest

from paramql.instances import trial, tried
from visiting import Visitor

Capture = pytest.CaptureFixture[str]


@pytest.mark.usefixtures("quiet")
def test_what_is_printed_can_be_asked(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []

    def ask(address: str) -> list[int]:
        return [httpx.get(f"{address}/{one}").status_code for one in ("health", "openapi.json", "", "explorer/app.js")]

    visitor = Visitor(ask)
    told = tried.told

    def telling(key: bytes, address: str) -> Iterator[str]:
        said.extend(told(key, address))
        visitor.started(address)
        return iter(said)

    monkeypatch.setattr(trial, "told", telling)
    with pytest.raises(SystemExit):
        trial.main(30, 0)
    assert visitor.found == [200] * 4
    out = capsys.readouterr().out
    assert out.startswith("30 instances invented and loaded")
    asked = [line for line in said if line.startswith("curl")]
    assert len(asked) == 10
    assert all("org=" in line or "appId=" in line for line in asked if "$OWNER" in line)
    assert said[-1] == f"The explorer: {visitor.address}/\n"


@pytest.mark.usefixtures("quiet")
@pytest.mark.parametrize("display", [True, False])
def test_the_explorer_is_opened_where_there_is_a_display(display: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = threading.Event()
    monkeypatch.setattr(webbrowser, "open", lambda _: opened.set())
    monkeypatch.setattr(trial, "has_display", lambda: display)

    def ask(address: str) -> bool:
        tried.await_health(address)
        return opened.wait(10 if display else 0.2)

    visitor = Visitor(ask)

    def telling(_: bytes, address: str) -> tuple[str]:
        visitor.started(address)
        return ("",)

    monkeypatch.setattr(trial, "told", telling)
    with pytest.raises(SystemExit):
        trial.main(5, 0, opens=True)
    assert visitor.found is display


def test_where_nobody_watches_it_asks_for_itself_and_ends(capsys: Capture) -> None:
    trial.ask(200)
    out = capsys.readouterr().out
    assert out.count("\ncurl -s") == 10
    answers = re.findall(r"^(\d{3})  (.*?) in \d+ ms  (.*)$", out, re.MULTILINE)
    assert [status for status, *_ in answers] == [*["200"] * 6, "400", "200", "200"]
    assert answers[6][1] == "2 mistakes: unknown-parameter, unknown-operator;"
    assert sum(int(found.split(" ")[0].replace(",", "")) for _, found, _ in answers) > 10


def test_a_port_that_is_taken_is_left_alone() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        assert not trial.is_free(number)
    assert trial.is_free(number)


def test_a_service_that_does_not_answer_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tried, "_PATIENCE", 0.1)
    with pytest.raises(OSError, match="refused"):
        tried.await_health("http://127.0.0.1:9")


@pytest.mark.parametrize(
    ("variables", "expected"), [({}, False), ({"DISPLAY": ":0"}, True), ({"WAYLAND_DISPLAY": "w"}, True)]
)
def test_a_display(variables: dict[str, str], expected: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert trial.has_display() is expected


@pytest.mark.parametrize(("is_terminal", "ci", "expected"), [(True, "", True), (True, "1", False), (False, "", False)])
def test_somebody_at_a_terminal(is_terminal: bool, ci: str, expected: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CI", ci)
    for stream in (sys.stdin, sys.stdout):
        monkeypatch.setattr(stream, "isatty", lambda: is_terminal)
    assert trial.is_attended() is expected
