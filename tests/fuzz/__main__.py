"""Fuzz a target: `python -m fuzz query --seconds 600`, or `--runs N`; `--keep` keeps the inputs that reach most.

It begins with the inputs that are kept and with generated ones. What it finds is written to `build/fuzz`, and ends it.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

atheris: Any = importlib.import_module("atheris")  # of the extra `fuzz`, without types

with atheris.instrument_imports(include=["paramql", "lark", "starlette"]):
    from fuzz import corpus, dictionary
    from fuzz.seeds import seeds
    from fuzz.targets import TARGETS

FOLDER = Path(__file__).parents[2] / "build" / "fuzz"
_LONGEST = 1_000  # bytes; most of what can go wrong is short


def main() -> None:
    """As the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("target", choices=TARGETS)
    parser.add_argument("--seconds", type=int, default=0)
    parser.add_argument("--runs", type=int, default=-1)
    parser.add_argument("--keep", action="store_true", help="reduce what was found to what is kept, and do no more")
    options = parser.parse_args()
    known, found = FOLDER / options.target / "known", FOLDER / options.target / "found"
    unpack(known, [*corpus.kept(options.target), *seeds(options.target)])
    found.mkdir(parents=True, exist_ok=True)
    if options.keep:
        corpus.keep(options.target, [file.read_bytes() for file in found.iterdir() if file.stat().st_size < 300])
        return
    words = FOLDER / "words.dict"
    words.write_text(dictionary.as_libfuzzer_has_it(), encoding="ascii")
    limits = [f"-max_total_time={options.seconds}", f"-runs={options.runs}", f"-max_len={_LONGEST}", "-timeout=10"]
    settings = [f"-dict={words}", f"-artifact_prefix={FOLDER / options.target}/", "-rss_limit_mb=4096"]
    atheris.Setup([sys.argv[0], *limits, *settings, str(found), str(known)], TARGETS[options.target])
    atheris.Fuzz()


def unpack(folder: Path, inputs: Iterable[bytes]) -> None:
    """A file for each input, as fuzzers want them."""
    folder.mkdir(parents=True, exist_ok=True)
    for data in inputs:
        (folder / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)


main()
