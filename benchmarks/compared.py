"""Every peer in its own environment: the figures of all, or why one is missing."""

from __future__ import annotations

import importlib
import sys
from typing import Any, NamedTuple

from benchmarks import environments
from benchmarks.environments import Unavailable
from benchmarks.harness import Figure, Spread
from benchmarks.peers import NAMES, Peer
from benchmarks.queries import Sizes


class Compared(NamedTuple):
    """A peer's figures with the versions of what was installed, or why there are none."""

    peer: dict[str, str]
    figures: list[Figure]
    versions: dict[str, str]
    missing: str = ""


def compared(sizes: Sizes, *, only_ready: bool) -> list[Compared]:
    """All peers, one after the other; `only_ready`: no environment is made."""
    return [_compared(name, sizes, only_ready) for name in NAMES]


def _compared(name: str, sizes: Sizes, only_ready: bool) -> Compared:
    peer: Peer = importlib.import_module(f"benchmarks.peers.{name}").PEER
    facts = {key: getattr(peer, key) for key in ("name", "schema", "bound", "logic", "whole", "note")}
    if only_ready and not environments.exists(name, peer.requirements):
        return Compared(facts, [], {}, "its environment has not been made: `make bench` makes it")
    print(f"measuring {peer.name}", file=sys.stderr, flush=True)
    try:
        environments.prepare(name, peer.requirements)
        found = environments.answer(name, "benchmarks.peer_run", name, *map(str, sizes))
    except Unavailable as why:
        return Compared(facts, [], {}, str(why))
    return Compared(facts, [*map(figure, found["figures"])], _of_interest(found["versions"], peer))


def figure(plain: dict[str, Any]) -> Figure:
    """As it was before it became JSON."""
    return Figure(**{**plain, "ratio": Spread(**plain["ratio"])})


def _of_interest(versions: dict[str, str], peer: Peer) -> dict[str, str]:
    asked = {requirement.split("[")[0].split(">")[0].split("<")[0] for requirement in peer.requirements}
    asked |= {"SQLAlchemy", "Django", "pydantic", "lark"}
    known = {name.lower().replace("_", "-"): (name, version) for name, version in versions.items()}
    found = (known.get(name.lower().replace("_", "-")) for name in sorted(asked, key=str.lower))
    return dict(filter(None, found))
