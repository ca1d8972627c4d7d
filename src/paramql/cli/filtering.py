"""The documents that a filter selects, in constant memory; what was read, selected and unfit is counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from paramql.cli.options import Refusal, named
from paramql.cli.reading import Entry
from paramql.cli.schemas import Load

Bad = Callable[[int, str], None]


@dataclass
class Tally:
    """How many documents were read, selected, unfit."""

    read: int = 0
    selected: int = 0
    unfit: int = 0


def select(
    entries: Iterable[Entry], load: Load, keep: Callable[[object], bool], bad: Bad, tally: Tally, limit: int | None
) -> Iterator[bytes]:
    """The documents that `keep` is true of, as they were read; at most `limit` of them. `bad` is told of the unfit."""
    for entry in entries:
        tally.read += 1
        record = _record(entry, load, bad, tally)
        if record is not None and keep(record):
            tally.selected += 1
            yield entry.raw if entry.raw.endswith(b"\n") else entry.raw + b"\n"
            if tally.selected == limit:
                return


def _record(entry: Entry, load: Load, bad: Bad, tally: Tally) -> Mapping[str, Any] | None:
    fault = entry.fault or ""
    if entry.document is not None:
        try:
            return load(entry.document)
        except ValueError as error:
            fault = str(error)
        except Exception as error:  # noqa: BLE001 - a loader of the schema's module may raise anything
            raise Refusal(f"the schema's own code failed: {named(error)}") from None
    tally.unfit += 1
    bad(entry.number, fault)
    return None
