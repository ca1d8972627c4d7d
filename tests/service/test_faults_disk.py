"""A disk that is full while instances are loaded: what was kept is whole, and the load goes on once there is room."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from asked_instances import PARTY, SCHEMA, USER, address, client, documents, lines, missing
from faults import held, large, no_room, room
from paramql.cli.commands import run
from paramql.instances import loading
from paramql.instances.stores import opened

SMALL = {"sqlite": 2, "postgresql": 3, "mariadb": 6}  # megabytes, of which the empty tables take half
DOCUMENTS = large(documents(400), 12_000)


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
            assert 0 < len(kept) < len(DOCUMENTS)
            assert len(kept) % loading.BATCH == 0
            assert {*kept} == {one["id"] for one in DOCUMENTS[: len(kept)]}
            answer = asked.get(address(f"instanceOwner.partyId={PARTY}"), USER)
            assert answer.status_code == 200
        subprocess.run(["mount", "-o", "remount,size=40m", str(folder)], check=True)
        assert run(["instances", "load", str(file), "--database", at]) == 0
        assert f"from line {len(kept) + 1} on, where a load was cut off" in capsys.readouterr().err
        again: Any = opened(at, SCHEMA)
        assert sorted(held(again)) == sorted(one["id"] for one in DOCUMENTS)
        again.close()
