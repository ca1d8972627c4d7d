"""A disk that is full while instances are loaded: what was kept is whole, and the load goes on once there is room."""

from __future__ import annotations

import gc
import tempfile
from pathlib import Path
from typing import Any

import pytest

from asked_instances import PARTY, SCHEMA, USER, address, client, documents, lines, missing
from faults import SERVERS, crowded, disk, enlarge, held, is_unavailable, large, no_room, room
from owned import OWN, awaited
from paramql.cli.commands import run
from paramql.instances import loading
from paramql.instances.stores import opened

SMALL = {"sqlite": 2, "postgresql": 3, "mariadb": 6}  # megabytes, of which the empty tables take half
DOCUMENTS = large(documents(400), 12_000)
LARGE = large(documents(200), 150_000)
MINE = address(f"instanceOwner.partyId={PARTY}")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "BATCH", 20)
    monkeypatch.setattr(loading, "_PAUSES", (0.0,))


@pytest.fixture(name="file")
def _file(tmp_path: Path) -> Path:
    file = tmp_path / "in.ndjson"
    file.write_bytes(lines(DOCUMENTS))
    return file


@pytest.mark.parametrize("kind", SMALL)
def test_a_disk_that_is_full_is_told_in_a_line_and_what_was_kept_is_whole(
    kind: str, file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if reason := missing(kind) or no_room():
        pytest.skip(reason)
    with room(kind, SMALL[kind]) as (at, folder):
        assert run(["instances", "load", str(file), "--database", at]) == 2
        assert capsys.readouterr().err == "Error: the database has no room left\n"
        store: Any = opened(at, SCHEMA, 5)
        with client(store) as asked:
            kept = held(store)
            are_whole_batches(kept, DOCUMENTS)
            assert asked.get(MINE, USER).status_code == 200
        enlarge(folder, 40)
        assert run(["instances", "load", str(file), "--database", at]) == 0
        assert f"from line {len(kept) + 1} on, where a load was cut off" in capsys.readouterr().err
        holds_all(at)


# PyMySQL leaves the socket of a connection that was refused to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("kind", SERVERS)
def test_a_server_whose_whole_disk_is_full_and_that_is_started_again(
    kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where it cannot write ahead it ends: until then it answers nothing, so neither does the service."""
    if reason := missing(kind) or no_room():
        pytest.skip(reason)
    file = tmp_path / "in.ndjson"
    file.write_bytes(lines(LARGE))
    loads = ["instances", "load", str(file), "--database"]
    with disk(250) as folder:
        monkeypatch.setattr(tempfile, "tempdir", str(folder))
        monkeypatch.setattr(loading, "_PAUSES", ())  # a try of PostgreSQL takes half a minute
        monkeypatch.setattr("pymongo.client_session_shared._WITH_TRANSACTION_RETRY_TIME_LIMIT", 1)  # seconds, not 120
        with OWN[kind](folder) as server:
            awaited(server.url)
            store: Any = opened(server.url, SCHEMA, 5)
            with client(store) as asked:
                with crowded(folder, 11):
                    assert run([*loads, server.url]) == 2
                    assert capsys.readouterr().err == "Error: the database cannot be reached, or is busy\n"
                    is_unavailable(asked.get(MINE, USER))
                server.kill()
                server.start()
                awaited(server.url)
                are_whole_batches(kept := held(store), LARGE)
                assert run([*loads, server.url]) == 0
                assert f"from line {len(kept) + 1} on, where a load was cut off" in capsys.readouterr().err
                assert asked.get(MINE, USER).status_code == 200
                assert sorted(held(store)) == sorted(one["id"] for one in LARGE)
    gc.collect()


def are_whole_batches(kept: list[str], of: list[dict[str, Any]]) -> None:
    """Some, not all, and of the file's beginning."""
    assert 0 < len(kept) < len(of)
    assert len(kept) % loading.BATCH == 0
    assert {*kept} == {one["id"] for one in of[: len(kept)]}


def holds_all(at: str) -> None:
    """Each document, once."""
    store: Any = opened(at, SCHEMA)
    assert sorted(held(store)) == sorted(one["id"] for one in DOCUMENTS)
    store.close()
