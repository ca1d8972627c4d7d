"""Loading a file of instance documents, one JSON object on each line, into a store: batch by batch, from where it was.

With each batch the store keeps how far the file has been read, so a load that is cut off goes on from its last batch;
a file that has changed since is loaded from its start. A line that is no instance is reported, and left out.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from paramql.instances.document import load
from paramql.server.stores import Filled, Mark, Unavailable

BATCH = 1000
# Bytes of a line, and objects in it. MariaDB takes 16 MB at once, in which a text can be twice as long; a document of
# MongoDB has 16 MB, for the text and its members, of which an empty object of a list takes 68 bytes.
MOST, MOST_OBJECTS = 4_000_000, 50_000
_PAUSES = (0.1, 1.0, 5.0)
_LONGEST = 255
_DEEPEST = 100  # lists and objects; whoever shows a document walks through them
_TOO_DEEP = f"nested too deeply, beyond {_DEEPEST} lists and objects"
# What MariaDB's indexes hold: other texts may be as long as they like.
_KEPT_SHORT = (("org",), ("appId",), ("process", "currentTask"), ("dataValues", "A2ArchRef"))
_KEPT_SHORT_IN = (("data", "dataType"), ("completeConfirmations", "stakeholderId"))


class Line(NamedTuple):
    """A line by its number, and the place in the file where it ends."""

    number: int
    end: int
    text: bytes


@dataclass(slots=True)
class Report:
    """What a load says of itself, while it runs: `bad` of each unfit line, `moved` of each batch."""

    bad: Callable[[int, str], None] = lambda *_: None
    moved: Callable[[int], None] = lambda *_: None
    loaded: int = 0
    unfit: int = 0
    began_at: int = 0


def load_file(store: Filled, path: str, report: Report, *, restart: bool = False) -> None:
    """Put the instances of a file into a store. restart: from its first line, even if a load of it was cut off."""
    source, of = _source(path), _looks(path)
    mark = None if restart else store.mark(source)
    if mark is None or mark.of != of:
        mark = Mark(source, of, 0, 0)
    with Path(path).open("rb") as stream:
        stream.seek(mark.offset)
        _load(store, stream, mark, report)
    store.finish(source)


def load_stream(store: Filled, stream: BinaryIO, report: Report) -> None:
    """Put the instances of a stream, which cannot be gone back in: a load that is cut off starts anew."""
    _load(store, stream, None, report)
    store.finish(None)


def instance(line: bytes) -> tuple[str, dict[str, Any]]:
    """The text and the record of a line. Raises ValueError, saying what is wrong with it."""
    if len(line) > MOST:
        raise ValueError(f"longer than {MOST:,} bytes")
    try:
        text = line.decode().strip()
        document = json.loads(text, parse_constant=_refuse)
    except UnicodeDecodeError:
        raise ValueError("not UTF-8") from None
    except json.JSONDecodeError as error:
        raise ValueError(f"not JSON: {error.msg} at character {error.pos + 1}") from None
    except RecursionError:
        raise ValueError(_TOO_DEEP) from None
    if text.count("{") > MOST_OBJECTS:
        raise ValueError(f"more than {MOST_OBJECTS:,} objects")
    if _is_deep(document, text):
        raise ValueError(_TOO_DEEP)
    record = load(document)
    if fault := next(_too_long(record), None):
        raise ValueError(fault)
    return text, record


def _is_deep(document: Any, text: str) -> bool:
    """Whether more than so many lists and objects stand in each other. Most texts do not have as many brackets."""
    if text.count("[") + text.count("{") <= _DEEPEST:
        return False
    level = [document]
    for _ in range(_DEEPEST):
        level = [inner for one in level if isinstance(one, dict | list) for inner in _inside(one)]
    return any(isinstance(one, dict | list) for one in level)


def _inside(one: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return one.values() if isinstance(one, dict) else one


def _source(path: str) -> str:
    """The file by name; the end of a name that is too long to be kept whole."""
    return os.path.realpath(path)[-_LONGEST:]


def _looks(path: str) -> str:
    seen = Path(path).stat()
    return f"{seen.st_size} {seen.st_mtime_ns}"


def _load(store: Filled, stream: BinaryIO, mark: Mark | None, report: Report) -> None:
    report.began_at = mark.line if mark else 0
    for lines in _batches(stream, mark or Mark("", "", 0, 0)):
        batch = list(_fit(lines, report))
        last = lines[-1]
        _put(store, batch, mark and mark._replace(offset=last.end, line=last.number))
        report.loaded += len(batch)
        report.moved(last.end)


def _put(store: Filled, batch: list[tuple[str, dict[str, Any]]], mark: Mark | None) -> None:
    """A batch; again, where another load or a restart of the database stood in its way."""
    for pause in _PAUSES:
        try:
            store.put(batch, mark)
        except Unavailable:
            time.sleep(pause)
        else:
            return
    store.put(batch, mark)


def _batches(stream: BinaryIO, start: Mark) -> Iterator[list[Line]]:
    lines: list[Line] = []
    offset = start.offset
    for number, text in enumerate(stream, start.line + 1):
        offset += len(text)
        lines.append(Line(number, offset, text))
        if len(lines) == BATCH:
            yield lines
            lines = []
    if lines:
        yield lines


def _fit(lines: list[Line], report: Report) -> Iterator[tuple[str, dict[str, Any]]]:
    for line in lines:
        if not line.text.strip():
            continue
        try:
            yield instance(line.text)
        except ValueError as error:
            report.unfit += 1
            report.bad(line.number, str(error))


def _refuse(word: str) -> None:
    raise ValueError(f"{word} is no JSON")


def _too_long(record: dict[str, Any]) -> Iterator[str]:
    named = [(path, _at(record, path)) for path in _KEPT_SHORT]
    for name, inner in _KEPT_SHORT_IN:
        named += [((name, inner), element.get(inner)) for element in record.get(name) or ()]
    for path, value in named:
        if isinstance(value, str) and len(value) > _LONGEST:
            yield f"{'.'.join(path)} has more than {_LONGEST} characters"


def _at(record: Any, path: tuple[str, ...]) -> Any:
    for name in path:
        record = (record or {}).get(name)
    return record
