"""`paramql instances load`, `token` and `serve`: one line for what cannot be done."""

from __future__ import annotations

import io
import json
import logging
import signal
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import jwt
import pymysql
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm

from asked_instances import documents, lines
from paramql.cli.commands import run
from paramql.instances import keys, serving
from paramql.instances.service import PATH
from paramql.server import Unavailable, logs
from paramql.server.stores.sql import SqlStore
from visiting import Visitor

Capture = pytest.CaptureFixture[str]


@pytest.fixture(name="file")
def _file(tmp_path: Path) -> str:
    file = tmp_path / "in.ndjson"
    file.write_bytes(lines(documents(20)))
    return str(file)


@pytest.fixture(name="url")
def _url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'instances.db'}"


@pytest.fixture(autouse=True)
def _no_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(keys.VARIABLE, raising=False)


# --- load


def test_a_file_is_loaded(file: str, url: str, capsys: Capture) -> None:
    assert run(["instances", "load", file, "--database", url]) == 0
    assert capsys.readouterr().err == "20 instances loaded\n"


def test_a_terminal_has_a_bar(file: str, url: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    assert run(["instances", "load", file, "--database", url]) == 0
    assert "kB" in capsys.readouterr().err


def test_unfit_lines_are_told_the_first_of_them_whole(url: str, capsys: Capture, monkeypatch: Any) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines(documents(2)) + b"{}\n" * 25)))
    assert run(["instances", "load", "-", "--database", url]) == 3
    told = capsys.readouterr().err.splitlines()
    assert told[0].startswith("line 3: id is missing")
    assert told[-2:] == ["… and 5 more", "2 instances loaded, 25 lines unfit and left out"]


def _missing(name: str) -> Callable[..., Any]:
    def opened(*_: object) -> Any:
        raise ModuleNotFoundError(name=name)

    return opened


def _raising(error: Exception) -> Callable[..., Any]:
    def opened(*_: object) -> Any:
        raise error

    return opened


REFUSED: list[tuple[Callable[..., Any], str]] = [
    (_missing("psycopg"), "this needs more: pip install 'paramql[postgresql]'"),
    (_missing("sqlalchemy"), "this needs more: pip install 'paramql[server]'"),
    (_raising(ValueError("no such store")), "no such store"),
    (_raising(Unavailable()), "the database cannot be reached, or is busy"),
    (_raising(pymysql.err.OperationalError(1045, "Access denied")), "the database refuses: 1045 Access denied"),
]


@pytest.mark.parametrize(("opened", "told"), REFUSED)
def test_what_cannot_be_done_is_a_line(
    opened: Callable[..., Any], told: str, file: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("paramql.instances.stores.opened", opened)
    assert run(["instances", "load", file]) == 2
    assert capsys.readouterr().err == f"Error: {told}\n"


def test_what_nobody_expects_is_not_hidden(file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("paramql.instances.stores.opened", _raising(RuntimeError("a bug")))
    with pytest.raises(RuntimeError):
        run(["instances", "load", file])


# --- token


def minted(capsys: Capture, *options: str, key: bytes) -> dict[str, Any]:
    assert run(["instances", "token", *options]) == 0
    told: dict[str, Any] = jwt.decode(
        capsys.readouterr().out.strip(), key, ["HS256"], audience=keys.AUDIENCE, issuer=keys.ISSUER
    )
    return told


def test_tokens_for_development(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    owner = minted(capsys, "--org", "digdir", key=keys.secret_or_development())
    assert (owner["urn:altinn:org"], owner["scope"]) == ("digdir", "altinn:serviceowner/instances.read")
    monkeypatch.setenv(keys.VARIABLE, "k" * 40)
    user = minted(capsys, "--party", "1337", "--user", "7", "--hours", "1", key=b"k" * 40)
    assert (user["urn:altinn:partyid"], user["urn:altinn:userid"], user["exp"] - user["iat"]) == (1337, 7, 3600)
    scoped = minted(capsys, "--org", "x", "--scope", "a", "--scope", "b", key=b"k" * 40)
    assert scoped["scope"] == "a b"
    assert minted(capsys, "--party", "1", "--scope", "a", key=b"k" * 40)["scope"] == "a"


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ([], "give --org or --party"),
        (["--org", "x", "--party", "1"], "give --org or --party"),
        (["--org", "x", "--user", "1"], "--user goes with --party"),
        (["--org", ""], "give --org or --party"),
        (["--party", "99999999999999999999"], "is not in the range"),
    ],
)
def test_a_token_is_somebodys(options: list[str], told: str, capsys: Capture) -> None:
    assert run(["instances", "token", *options]) == 2
    assert told in capsys.readouterr().err


def test_a_key_that_is_too_short_signs_nothing(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(keys.VARIABLE, "short")
    for command in (["token", "--org", "x"], ["serve", "--jwks", "https://x.example"]):
        assert run(["instances", *command]) == 2
        assert "has 5 bytes; it needs at least 32 bytes" in capsys.readouterr().err


# --- serve


@pytest.mark.usefixtures("quiet")
def test_a_service_serves_until_it_is_stopped(
    file: str, url: str, tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    run(["instances", "load", file, "--database", url])
    owners = tmp_path / "owners.json"
    owners.write_text('{"Person:01017012345": 50000001}', encoding="utf-8")
    key = keys.secret_or_development()

    def ask(address: str) -> list[Any]:
        owner, user = keys.owner_token(key, "digdir"), keys.user_token(key, 50_000_001)
        headers = {"X-Ai-InstanceOwnerIdentifier": "Person:01017012345"}
        return [
            httpx.get(f"{address}{PATH}?org=digdir", headers={"Authorization": f"Bearer {owner}"}).json(),
            httpx.get(f"{address}{PATH}", headers={"Authorization": f"Bearer {user}", **headers}).json(),
        ]

    visitor = Visitor(ask)
    monkeypatch.setattr("paramql.instances.commands.click.echo", lambda line, **_: visitor.started(line.split()[1]))
    arguments = ["--database", url, "--port", "0", "--development", "--owners", str(owners), "--count-to", "1"]
    with pytest.raises(SystemExit) as ended:
        run(["instances", "serve", *arguments])
    assert ended.value.code == 0
    by_owner, by_user = visitor.found
    assert by_owner["self"] == f"{visitor.address}{PATH}?org=digdir"
    assert (by_owner["totalHits"], by_owner["totalHitsIsExact"]) == (1, False)
    assert by_user["count"] > 0


@pytest.mark.usefixtures("quiet")
def test_what_is_being_answered_is_answered_before_it_stops(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    find = SqlStore.find
    asked = threading.Event()

    def slow(*given: Any) -> Any:
        asked.set()
        time.sleep(0.5)
        return find(*given)

    monkeypatch.setattr(SqlStore, "find", slow)
    settings = serving.Settings(store=url, key=b"k" * 32, base="http://[::1]")
    answers: list[int] = []

    def ask(address: str) -> None:
        token = keys.owner_token(b"k" * 32, "x")
        headers = {"Authorization": f"Bearer {token}"}
        inner = threading.Thread(
            target=lambda: answers.append(httpx.get(f"{address}{PATH}?org=x", headers=headers).status_code)
        )
        inner.start()
        asked.wait(10)

    visitor = Visitor(ask, signal.SIGINT)
    serving.run(settings, "127.0.0.1", 0, visitor.started)
    deadline = time.monotonic() + 5
    while not answers and time.monotonic() < deadline:
        time.sleep(0.01)
    assert answers == [200]


@pytest.mark.usefixtures("quiet")
def test_the_key_has_to_be_given(capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run(["instances", "serve"]) == 2
    assert "set PARAMQL_INSTANCES_KEY to at least 32 bytes, or say --development" in capsys.readouterr().err
    monkeypatch.setenv(keys.VARIABLE, "short")
    assert run(["instances", "serve", "--port", "0", "--database", "sqlite://"]) == 2
    assert "at least 32 bytes" in capsys.readouterr().err


@pytest.mark.parametrize("text", ["[]", '{"Person:1": 1}', '{"Person:01017012345": true}', "oops"])
def test_owners_are_parties_by_number(text: str, tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "owners.json").write_text(text, encoding="utf-8")
    assert run(["instances", "serve", "--development", "--owners", str(tmp_path / "owners.json")]) == 2
    assert capsys.readouterr().err.startswith("Error: ")


def test_published_keys_verify_where_they_are_given(url: str, tmp_path: Path) -> None:
    published = ECAlgorithm.to_jwk(ec.generate_private_key(ec.SECP256R1()).public_key())
    (tmp_path / "jwks.json").write_text(f'{{"keys": [{published}]}}', encoding="utf-8")
    settings = serving.Settings(store=url, key=b"k" * 32, jwks=str(tmp_path / "jwks.json"))
    assert serving.made(settings, "http://x").routes


@pytest.mark.usefixtures("quiet")
def test_a_service_without_its_published_keys_does_not_start(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(keys.VARIABLE, "k" * 32)
    (tmp_path / "none.json").write_text('{"keys": []}', encoding="utf-8")
    for place in (str(tmp_path / "none.json"), "http://x.example", str(tmp_path / "nothing")):
        assert run(["instances", "serve", "--database", "sqlite://", "--port", "0", "--jwks", place]) == 2
        assert place in capsys.readouterr().err.replace("\n", "")


def test_the_log_goes_to_standard_error_as_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    given: dict[str, Any] = {}
    monkeypatch.setattr(logging, "basicConfig", given.update)
    logs.to_standard_error()
    [handler] = given["handlers"]
    record = logging.LogRecord("x", logging.INFO, "", 1, "said %s", ("so",), None)
    assert json.loads(handler.formatter.format(record))["message"] == "said so"


@pytest.mark.parametrize(
    ("options", "key", "expected"),
    [([], "k" * 32, None), (["--explorer"], "k" * 32, 0), (["--development"], "", 3), (["--development"], "k" * 32, 0)],
)
def test_the_explorer_is_there_where_it_is_wanted(
    options: list[str], key: str, expected: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tokens are given to who opens it only where the key is the one that everybody knows."""
    given: list[serving.Settings] = []
    monkeypatch.setenv(keys.VARIABLE, key)
    monkeypatch.setattr(serving, "run", lambda settings, *_: given.append(settings))
    assert run(["instances", "serve", *options]) == 0
    [settings] = given
    assert expected == (None if settings.explorer is None else len(settings.explorer.visitors()))
