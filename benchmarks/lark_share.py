"""How many of some query strings Lark was called for, found out in a process of its own, after the same warming.

Nothing in paramql is touched: the interpreter tells of every call of a function, and the first one of Lark's counts.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from types import FrameType

import paramql as pq
from benchmarks import jobs


def shares(groups: Sequence[tuple[Sequence[str], Sequence[str]]]) -> list[float]:
    """The share of each group's strings that went to Lark; a group is what warms a schema, and the strings."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return list(pool.map(share, *zip(*groups, strict=True)))


def share(warm: Sequence[str], strings: Sequence[str]) -> float:
    """Of one group."""
    schema = jobs.schema()
    target = pq.target("sqlite", schema)
    for text in warm:
        pq.compile(schema.parse(text).where, target)
    return sum(_is_called_for(text, schema, target) for text in strings) / len(strings)


def _is_called_for(text: str, schema: pq.Schema, target: pq.SqlTarget) -> bool:
    found = False

    def notice(frame: FrameType, event: str, argument: object) -> None:
        nonlocal found
        if event == "call" and frame.f_globals.get("__name__", "").partition(".")[0] == "lark":
            found = True
            sys.setprofile(None)

    sys.setprofile(notice)
    try:
        pq.compile(schema.parse(text).where, target)
    finally:
        sys.setprofile(None)
    return found
