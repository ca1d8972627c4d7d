"""Loading: bad lines are told by number, batches are whole, and a load that was killed loses nothing."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import paramql as pq
from asked_instances import SCHEMA, STORES, documents, lines, missing, url
from owned import forgetful
from paramql.instances import loading
from paramql.instances.loading import Report, instance, load_file, load_stream
from paramql.instances.stores import opened
from paramql.server import Mark, Unavailable

DOCUMENTS = documents(60)
ONE = DOCUMENTS[0]
_MAIN = "from paramql.instances import loading; loading.BATCH = 50; from paramql.cli import main; main()"


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "BATCH", 10)
    monkeypatch.setattr(loading, "_PAUSES", (0.0, 0.0))


def ids(store: Any) -> list[str]:
    page = pq.page(SCHEMA.parse("size=1000"), store.target)
    return [json.loads(row["document"])["id"] for row in store.find(page, 0).rows]


def total(store: Any) -> int:
    return int(store.find(pq.page(SCHEMA.parse("size=1"), store.target), None).total)


@pytest.fixture(name="store")
def _store(tmp_path: Path) -> Any:
    store = opened(f"sqlite:///{tmp_path / 'instances.db'}", SCHEMA)
    yield store
    store.close()


def nested(depth: int) -> dict[str, Any]:
    """So many objects, each the one member of another."""
    return {"x": nested(depth - 1)} if depth > 1 else {}


FAULTS: dict[str, tuple[bytes, str]] = {
    "not UTF-8": (b'{"id": "\xff"}', "not UTF-8"),
    "not JSON": (b'{"id": 1,}', "not JSON: Illegal trailing comma"),
    "no number": (b'{"id": NaN}', "NaN is no JSON"),
    "an array": (b"[]", "not an object"),
    "deep": (b"[" * 100_000, "nested too deeply"),
    "less deep": (json.dumps(ONE | {"x": nested(100)}).encode(), "nested too deeply, beyond 100 lists and objects"),
    "surrogates": (json.dumps(ONE | {"org": "\ud800", "appId": "a/\0"}).encode(), "org is not a text; appId is not"),
    "no instance": (b"{}", "id is missing; org is missing"),
    "many objects": (json.dumps(ONE | {"data": [{}] * 50_000}).encode(), "more than 50,000 objects"),
    "a long line": (json.dumps(ONE | {"x": "x" * loading.MOST}).encode(), "longer than 4,000,000 bytes"),
    "a long org": (json.dumps(ONE | {"org": "x" * 256}).encode(), "org has more than 255 characters"),
    "a long type": (
        json.dumps(ONE | {"data": [{}, {"dataType": "x" * 256}]}).encode(),
        "data.dataType has more than 255 characters",
    ),
    "a long task": (
        json.dumps(ONE | {"process": {"currentTask": {"elementId": "x" * 256}}}).encode(),
        "process.currentTask has more than 255 characters",
    ),
}


@pytest.mark.parametrize(("line", "fault"), FAULTS.values(), ids=FAULTS)
def test_a_line_that_is_no_instance_says_why(line: bytes, fault: str) -> None:
    with pytest.raises(ValueError, match=r".") as raised:
        instance(line)
    assert str(raised.value).startswith(fault) or fault.startswith("not JSON")


def test_bad_lines_are_left_out_and_told_by_number(store: Any) -> None:
    told: list[tuple[int, str]] = []
    report = Report(bad=lambda number, fault: told.append((number, fault)))
    text = lines(DOCUMENTS[:12]) + b"oops\n\n  \n" + lines(DOCUMENTS[12:25]) + b"{}"
    load_stream(store, io.BytesIO(text), report)
    assert [number for number, _ in told] == [13, 29]
    assert (report.loaded, report.unfit, len(ids(store))) == (25, 2, 25)
    document = store.document(DOCUMENTS[0]["id"])
    assert document == lines(DOCUMENTS[:1]).decode().strip()


@pytest.mark.parametrize("kind", STORES)
def test_the_longest_line_is_held_by_every_store(kind: str) -> None:
    """Of what is twice as long when it is sent."""
    if reason := missing(kind):
        pytest.skip(reason)
    one = json.dumps(ONE | {"x": "'\\" * 1_300_000}).encode()
    longest = one + b" " * (loading.MOST - len(one) - 1)
    store: Any = opened(url(kind, "paramql_longest"), SCHEMA)
    load_stream(store, io.BytesIO(longest + b"\n" + lines(DOCUMENTS[1:3])), Report())
    assert store.document(ONE["id"]) == one.decode()
    assert len(ids(store)) == 3
    store.close()


def test_a_load_that_was_cut_off_goes_on_where_it_was(store: Any, tmp_path: Path, monkeypatch: Any) -> None:
    file = tmp_path / "in.ndjson"
    file.write_bytes(lines(DOCUMENTS))
    put, calls = store.put, [0]

    def dying(batch: Any, mark: Any = None) -> None:
        calls[0] += 1
        if calls[0] == 4:
            raise KeyboardInterrupt
        put(batch, mark)

    monkeypatch.setattr(store, "put", dying)
    with pytest.raises(KeyboardInterrupt):
        load_file(store, str(file), Report())
    assert len(ids(store)) == 30
    again, moved = Report(), list[int]()
    again.moved = moved.append
    load_file(store, str(file), again)
    assert (again.began_at, again.loaded, len(ids(store))) == (30, 30, 60)
    assert moved[-1] == file.stat().st_size
    anew = Report()
    load_file(store, str(file), anew)
    assert (anew.began_at, anew.loaded) == (0, 60)


@pytest.mark.parametrize("changed", [True, False])
def test_a_file_that_has_changed_is_loaded_from_its_start(store: Any, tmp_path: Path, changed: bool) -> None:
    file = tmp_path / "in.ndjson"
    file.write_bytes(lines(DOCUMENTS))
    source = str(file.resolve())
    store.put([], Mark(source, loading._looks(str(file)), len(lines(DOCUMENTS[:50])), 50))
    if changed:
        os.utime(file, (1, 1))
    report = Report()
    load_file(store, str(file), report, restart=not changed)
    assert (report.began_at, report.loaded) == (0, 60)


def test_a_store_that_is_busy_is_asked_again(store: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    put, busy = store.put, [2]

    def often_busy(batch: Any, mark: Any = None) -> None:
        if busy[0]:
            busy[0] -= 1
            raise Unavailable
        put(batch, mark)

    monkeypatch.setattr(store, "put", often_busy)
    load_stream(store, io.BytesIO(lines(DOCUMENTS[:10])), Report())
    assert len(ids(store)) == 10
    busy[0] = 3
    with pytest.raises(Unavailable):
        load_stream(store, io.BytesIO(lines(DOCUMENTS[:10])), Report())


# Dies in a batch of its own, once all of it is written and before it is kept.
_DYING = """
import os, signal
from paramql.server.stores.driver import Writing
replace, marks = Writing.replace, []

def dying(writing, session, table, rows, key):
    replace(writing, session, table, rows, key)
    marks.extend(row for row in rows if table == "paramql_loads")
    if len(marks) == LAST:
        os.kill(os.getpid(), signal.SIGKILL)

Writing.replace = dying
"""
# The same in MongoDB, whose mark is the last to be written.
_DYING_IN_MONGODB = """
import os, signal
from pymongo.collection import Collection
replace_one, marks = Collection.replace_one, []

def dying(collection, *given, **options):
    if collection.name == "paramql_loads":
        marks.append(given)
        if len(marks) == LAST:
            os.kill(os.getpid(), signal.SIGKILL)
    return replace_one(collection, *given, **options)

Collection.replace_one = dying
"""
DYING = dict.fromkeys(STORES, _DYING) | {"mongodb": _DYING_IN_MONGODB}


def loader(file: Path, address: str, before: str = "") -> subprocess.Popen[str]:
    """A process that loads a file, 50 instances at a time."""
    command = [sys.executable, "-c", before + _MAIN, "instances", "load", str(file), "--database", address]
    return subprocess.Popen(command, stderr=subprocess.PIPE, text=True)


@contextmanager
def new(kind: str, folder: Path) -> Iterator[str]:
    """A server of MongoDB keeps the transaction of a client that is gone, for a minute; this one for two seconds."""
    if kind == "mongodb":
        with forgetful(folder / "data") as at:
            yield at
    else:
        yield url(kind, "paramql_killed")


@pytest.mark.parametrize("kind", STORES)
def test_a_killed_load_and_three_at_once_of_which_one_is_killed_lose_nothing(kind: str, tmp_path: Path) -> None:
    if reason := missing(kind):
        pytest.skip(reason)
    made, file = documents(500), tmp_path / "in.ndjson"
    file.write_bytes(lines(made))
    with new(kind, tmp_path) as at:
        first = loader(file, at, "LAST = 4" + DYING[kind])
        first.communicate(timeout=600)
        store: Any = opened(at, SCHEMA)
        assert (first.returncode, total(store)) == (-signal.SIGKILL, 150)
        together(file, at, kind)
        assert sorted(ids(store)) == sorted(one["id"] for one in made)
        assert [one for one in made if store.document(one["id"]) != lines([one]).decode().strip()] == []
        store.close()


def together(file: Path, at: str, kind: str) -> None:
    """Three loads at once, one of which dies, unless the others are so quick that it has no batch to die in."""
    three = [loader(file, at, before) for before in ("LAST = 1" + DYING[kind], "", "")]
    told = [one.communicate(timeout=600)[1] for one in three]
    assert three[0].returncode in (-signal.SIGKILL, 0), told
    assert [one.returncode for one in three[1:]] == [0, 0], told
    resumed = [int(line) for one in told for line in re.findall(r"from line (\d+) on, where a load was cut off", one)]
    assert resumed, told
    # Never before what was kept, nor within a batch.
    assert all(line >= 151 and line % 50 == 1 for line in resumed), told
