"""Fuzz a target: `python -m fuzz query --seconds 600`, or `--runs N`; `--keep` adds what was found to what is kept.

It begins with the inputs that are kept and with generated ones. What it finds is written to `build/fuzz`, and ends it.
`--swift` changes those that are kept, and those found before, without asking what the changes reach: it learns nothing,
and asks several times as many.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from random import Random
from typing import Any, TypeAlias

from fuzz import corpus

atheris: Any = importlib.import_module("atheris")  # of the extra `fuzz`, without types

_REACHED = (
    "lark.parsers.lalr_interactive_parser",
    "lark.parsers.lalr_parser",
    "paramql.syntax.lark_trees",
    "paramql.backends.python",
    "paramql.backends.python.source",
    "paramql.backends.sqlite",
    "paramql.server.stores.sqlite",
    "fuzz.targets",
)
Target: TypeAlias = Callable[[bytes], None]
Mutator: TypeAlias = Callable[[bytes, int, int], bytes]

FOLDER = Path(__file__).parents[2] / "build" / "fuzz"
_LONGEST, _SWIFT, _KEPT = 1_000, 300, 150  # bytes; most of what can go wrong is short


def main() -> None:
    """As the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", choices=corpus.names())
    parser.add_argument("--seconds", type=int, default=0)
    parser.add_argument("--runs", type=int, default=-1)
    parser.add_argument("--swift", action="store_true", help="without guidance, and several times as fast")
    parser.add_argument(
        "--keep", action="store_true", help="add what was found, and is short, to what is kept; do no more"
    )
    options = parser.parse_args()
    found = FOLDER / options.target / "found"
    found.mkdir(parents=True, exist_ok=True)
    if options.keep:
        corpus.add(options.target, [file.read_bytes() for file in found.iterdir() if file.stat().st_size < _KEPT])
        return
    fuzzed = target_of(options.target, options.swift)  # first: nothing of what is fuzzed is imported yet
    limits = [f"-max_total_time={options.seconds}", f"-runs={options.runs}", "-timeout=10", "-rss_limit_mb=4096"]
    settings = [*limits, f"-dict={dictionary()}", f"-artifact_prefix={FOLDER / options.target}/"]
    begin = swiftly if options.swift else guided
    begin(fuzzed, [sys.argv[0], *settings], inputs(options.target), FOLDER / options.target)
    atheris.Fuzz()


def target_of(name: str, swift: bool) -> Target:
    """The target, and unless it is to be swift, told what each input reaches."""
    if not swift:
        with atheris.instrument_imports(include=["paramql", "lark", "starlette"]):
            for module in _REACHED:  # some are imported where they are needed, which is too late
                importlib.import_module(module)
    target: Target = importlib.import_module("fuzz.targets").TARGETS[name]
    return target


def guided(fuzzed: Target, settings: list[str], begun: list[bytes], folder: Path) -> None:
    """What reaches a new place is kept, and changed further."""
    unpack(folder / "known", begun)
    atheris.Setup([*settings, f"-max_len={_LONGEST}", str(folder / "found"), str(folder / "known")], fuzzed)


def swiftly(fuzzed: Target, settings: list[str], begun: list[bytes], folder: Path) -> None:
    """What is known and was found is changed, each as often as the others."""
    kept = [*begun, *(file.read_bytes() for file in (folder / "found").iterdir())]
    changed = changes([one for one in kept if len(one) <= _SWIFT])
    atheris.Setup([*settings, f"-max_len={_SWIFT}"], fuzzed, custom_mutator=changed)


def changes(inputs: list[bytes]) -> Mutator:
    """One of them, or the beginning of one and the end of another, changed up to three times; oftener short ones."""

    def changed(_: bytes, most: int, seed: int) -> bytes:
        rng = Random(seed)
        data, other = sorted((rng.choice(inputs), rng.choice(inputs)), key=len)
        if seed % 4 == 0:
            data = data[: rng.randrange(len(data) + 1)] + other[rng.randrange(len(other) + 1) :]
        for _time in range(1 + seed % 3):
            data = atheris.Mutate(data, most)
        return data

    return changed


def inputs(target: str) -> list[bytes]:
    """What a target begins with."""
    return [*corpus.kept(target), *importlib.import_module("fuzz.seeds").seeds(target)]


def dictionary() -> Path:
    """The words to put in, as a file."""
    words = FOLDER / "words.dict"
    words.write_text(importlib.import_module("fuzz.dictionary").as_libfuzzer_has_it(), encoding="ascii")
    return words


def unpack(folder: Path, inputs: Iterable[bytes]) -> None:
    """A file for each input, as fuzzers want them."""
    folder.mkdir(parents=True, exist_ok=True)
    for data in inputs:
        (folder / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)


main()
