"""What other libraries make of the same questions, as docs/comparison.md quotes it: `python -m benchmarks.behaviour`.

Each library is asked in an environment of its own, which is made where it is not there: see `benchmarks.environments`.
"""

from __future__ import annotations

import datetime as dt
import importlib
import json
import sys
from collections.abc import Iterator
from importlib.metadata import version

from benchmarks import asked, environments
from benchmarks.environments import Unavailable
from benchmarks.peers import Peer

_WIDEST = 88


def answers(name: str) -> dict[str, str]:
    """What came of each question, and the version; in the environment of the peer."""
    peer = importlib.import_module(f"benchmarks.asked.{name}")
    answer = peer.answering()
    return {
        "": version(_peer(name).name.split()[0]),
        **{one: _told(answer, text) for one, text in peer.QUESTIONS.items()},
    }


def _told(answer: asked.Answer, text: str) -> str:
    """An answer in a line; a refusal by its class and what it says."""
    try:
        told = answer(text)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is what came of it
        told = f"{type(error).__name__}: {error}"
    return " ".join((told if isinstance(told, str) else json.dumps(told, default=str)).split())


def lines() -> Iterator[str]:
    """The text that the page quotes."""
    told = {name: _asked(name) for name in asked.NAMES}
    yield f"{dt.datetime.now(dt.UTC):%Y-%m-%d}, Python {sys.version.split()[0]}: " + ", ".join(
        f"{_peer(name).name.split()[0]} {found['']}" for name, found in told.items()
    )
    for question in asked.ALL:
        yield ""
        yield f"{question}:"
        for name, found in told.items():
            if question in found:
                text = importlib.import_module(f"benchmarks.asked.{name}").QUESTIONS[question]
                yield f"  {_peer(name).name.split()[0]}: {cut(text, 40)}"
                yield f"    {cut(found[question], _WIDEST)}"


def _asked(name: str) -> dict[str, str]:
    try:
        environments.prepare(name, _peer(name).requirements)
        found: dict[str, str] = environments.answer(name, "benchmarks.behaviour", name)
    except Unavailable as why:
        found = {"": f"was not asked: {why}"}
    return found


def _peer(name: str) -> Peer:
    peer: Peer = importlib.import_module(f"benchmarks.peers.{name}").PEER
    return peer


def cut(text: str, widest: int) -> str:
    """A text as it is shown."""
    return text if len(text) <= widest else f"{text[: widest - 1]}… ({len(text):,} characters)"


if __name__ == "__main__":
    print(json.dumps(answers(sys.argv[1])) if len(sys.argv) > 1 else "\n".join(lines()))
