"""The slowest query of 8,192 characters that a search finds: its time beside a plain one's, and its memory.

`python benchmarks/worst_case.py [--seconds 60] [--starts 8]` writes its part of `benchmarks/STRANGERS.md`. What is
timed is what the instances service does with a query before it asks its store: read, check and, where it is accepted,
write the statement of a page; where it is not, the problem details. Nothing is known from the time before.

A candidate is a beginning, a piece that is repeated until there are 8,192 characters, and an end, all three of words of
the grammar, of operators and of names. Hill climbing from each start, five that are known to be slow and others that
are drawn: a change is kept where it makes things slower.
"""

from __future__ import annotations

import argparse
import gc
import json
import statistics
import sys
import time
import tracemalloc
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import paramql as pq
from asked_instances import NOON
from benchmarks import strangers
from fuzz.dictionary import words
from paramql.instances.schema import declared
from paramql.instances.stores import layout

LENGTH = 8192
WORDS = [
    *(word for word in words() if word),
    *("and(", "or(", "not(", "any(data,", ")", "in:(", "in:", ",", ":", "a", "1", "%41", "%C3%A6", "%", "&", "=", " "),
    *("org=", "filter=", "lastChanged=", "lastChanged:gt:", "order=", "asc:lastChanged", "id:1", "now", "-1d", '"a",'),
]
# What is right, as long, and of as many parts as a query may have.
PLAIN = "&".join(f"appId=startswith:org/{number:02}{'a' * 106}" for number in range(64))[:LENGTH]


@dataclass(frozen=True)
class Candidate:
    """A beginning, what is repeated, an end."""

    start: tuple[str, ...]
    again: tuple[str, ...]
    end: tuple[str, ...]

    @property
    def text(self) -> str:
        """The query: what is repeated stands there whole each time."""
        start, again, end = ("".join(words) for words in (self.start, self.again, self.end))
        return (start + again * max(1, (LENGTH - len(start) - len(end)) // len(again)) + end)[:LENGTH]


# What was slow while the library was written, to begin with besides what is drawn.
KNOWN = (
    Candidate(("filter=or(",), ("id:1,",), ("id:1)",)),
    Candidate(("filter=or(",), ("org:in:(", *["%41,"] * 255, "a),"), ("id:1)",)),
    Candidate(("a",), ("=", "&"), ("a",)),
    Candidate(("id=1",), ("&lastChanged=gt:now", *["-1d"] * 330), ("&id=1",)),
    Candidate(
        ("instanceOwner.partyId=in:1", *(f",{n}" for n in range(250)), "&filter=or("), ("id:contains:a,",), (")",)
    ),
)


class Asked:
    """What the service does with a query, each time as if it were the first."""

    def __init__(self) -> None:
        self._layout = layout("sqlite", declared(pq.Tokens({"1": b"k" * 32})))
        self.schema = self._layout.target.schema

    def __call__(self, text: str) -> object:
        """The statement, or the problem details."""
        self.schema.__dict__.pop("_quick", None)
        self._layout.target.__dict__.pop("_plans", None)
        try:
            query = self.schema.parse(text, now=NOON, audience="somebody")
        except pq.QueryError as error:
            return error.to_problem()
        return self._layout.select(pq.page(query, self._layout.target))


def spent(asked: Asked, text: str, times: int = 1) -> float:
    """Seconds of this process, the least of so many times."""
    return min(_once(asked, text) for _ in range(times))


def _once(asked: Asked, text: str) -> float:
    gc.collect(0)
    started = time.process_time()
    asked(text)
    return time.process_time() - started


def climbed(asked: Asked, seed: int, seconds: float) -> tuple[float, Candidate, int]:
    """The slowest that is found from one start, and how many were tried."""
    rng, tried = Random(seed), 0
    best = KNOWN[seed] if seed < len(KNOWN) else Candidate(*(_some(rng, most) for most in (3, 4, 2)))
    slowest, end = spent(asked, best.text), time.monotonic() + seconds
    while time.monotonic() < end:
        tried += 1
        other = _changed(best, rng)
        if spent(asked, other.text) > slowest and (again := spent(asked, other.text, 2)) > slowest * 1.01:
            best, slowest = other, again
    return slowest, best, tried


def _some(rng: Random, most: int) -> tuple[str, ...]:
    return tuple(rng.choice(WORDS) for _ in range(rng.randint(1, most)))


def _changed(one: Candidate, rng: Random) -> Candidate:
    """One to three pieces put in, taken out, put in another's place or doubled."""
    for _ in range(rng.randint(1, 3)):
        name = rng.choice(("start", "again", "again", "again", "end"))
        pieces = list(getattr(one, name))
        at = rng.randrange(len(pieces) + 1)
        match rng.randrange(4):
            case 0:
                pieces.insert(at, rng.choice(WORDS))
            case 1:
                del pieces[at : at + 1]
            case 2:
                pieces[at : at + 1] = [rng.choice(WORDS)]
            case _:
                pieces[at:at] = pieces[: rng.randint(1, 40)] if len(pieces) < 400 else []
        one = replace(one, **{name: tuple(pieces) or (rng.choice(WORDS),)})
    return one


def peak(asked: Asked, text: str) -> int:
    """Bytes that are needed at once."""
    asked(text)
    tracemalloc.start()
    asked(text)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


def ratio(asked: Asked, text: str, rounds: int = 15) -> dict[str, float]:
    """Milliseconds of a query and of the plain one, in turns, and the median of how many times as long it takes."""
    pairs = [(_once(asked, text), _once(asked, PLAIN)) for _ in range(rounds)]
    return {
        "ms": statistics.median(one for one, _ in pairs) * 1000,
        "plain": statistics.median(plain for _, plain in pairs) * 1000,
        "ratio": statistics.median(one / plain for one, plain in pairs),
    }


def measured(asked: Asked, found: Sequence[tuple[float, Candidate, int]]) -> list[dict[str, Any]]:
    """A row for each start."""
    return [
        {
            "from": "known" if seed < len(KNOWN) else "drawn",
            "tried": tried,
            "text": one.text,
            "answer": _answer(asked, one.text),
            "peak": peak(asked, one.text),
            **ratio(asked, one.text),
        }
        for seed, (_, one, tried) in enumerate(found)
    ]


def _answer(asked: Asked, text: str) -> str:
    try:
        asked.schema.parse(text, now=NOON)
    except pq.QueryError as error:
        return ", ".join(sorted({problem.code for problem in error.problems}))
    return "accepted"


def main() -> None:
    """Search, and write down."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60, help="for each start")
    parser.add_argument("--starts", type=int, default=10)
    options = parser.parse_args()
    asked = Asked()
    for one in KNOWN:  # what is imported and made once is not of one query
        asked(one.text)
    found = []
    for seed in range(options.starts):
        found.append(climbed(asked, seed, options.seconds))
        print(seed, f"{found[-1][0] * 1000:.1f} ms", found[-1][2], found[-1][1].text[:100], flush=True)
    rows = measured(asked, found)
    told = {"seconds": options.seconds, "rows": rows, "plain_peak": peak(asked, PLAIN), "plain": PLAIN}
    strangers.keep("worst", told)
    print(json.dumps([{**row, "text": row["text"][:300]} for row in rows], indent=1))


if __name__ == "__main__":
    main()
