"""Why a survivor is left alone: known by the lines that it changes, as mutmut's numbers change with the code."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

_KEPT = Path(__file__).with_name("reasons.tsv")


class Survivor(NamedTuple):
    """A mutant that no test notices: where it is, the lines that it changes, and what they are then."""

    module: str
    function: str
    before: str
    after: str


class Reason(NamedTuple):
    """Of what kind it is, and why it is so."""

    kind: str
    why: str


MISSING = Reason("missing", "")
# What each kind is called, and what is said of it.
KINDS = {
    "missing": ("Without a reason", "Not looked at yet: kill it, or say in `tools/mutants/reasons.tsv` why not."),
    "same": (
        "The same answer",
        "No input is answered otherwise: what is changed is decided elsewhere as well, or twice.",
    ),
    "slower": (
        "The same answer, sooner or later",
        "What is kept or tried first differs: time and memory, nothing else.",
    ),
    "elsewhere": ("Noticed by tests that are not asked here", "They need a server or a second process."),
    "unreachable": (
        "Nothing reaches it",
        "No call does; it says what holds anyway, or closes a match that is whole by types.",
    ),
    "bound": ("One more, or one less", "A bound that is not promised to the last one."),
    "words": ("Words", "What is said to a programmer, or to nobody."),
}


def reasons() -> Mapping[Survivor, Reason]:
    """Those that were given, of survivors that there were when they were."""
    lines = [line.split("\t") for line in _KEPT.read_text(encoding="utf-8").splitlines()]
    return {Survivor(*line[:4]): Reason(*line[4:]) for line in lines}
