"""Make mutants and ask about each: `python -m tools.mutants [paramql.tokens ...]`. Stopped, it goes on where it was.

What has been found so far is told in `build/mutants.md`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import pytest

from tools.mutants import functions
from tools.mutants.asking import Asking
from tools.mutants.made import MUTANTS, ROOT, SETTINGS, Module, make, modules
from tools.mutants.telling import told
from tools.mutants.typed import ask_types

_OPTIONS = ("--rootdir=.", "-q", "-p", "no:cacheprovider", "-p", "no:xdist")


def main(wanted: list[str]) -> None:
    """Made, refused by types, noticed by tests, told."""
    make()
    os.chdir(MUTANTS)
    sys.path.insert(0, str(MUTANTS / "src"))
    found = modules()
    ask_types(found)
    asking = Asking(found, tuple(wanted or ["paramql"]), tell_all)
    functions.leave_alone()
    asking.import_watched()
    arguments = [*_OPTIONS, *SETTINGS["pytest_add_cli_args"], *SETTINGS["pytest_add_cli_args_test_selection"]]
    sys.exit(pytest.main(arguments, plugins=[asking]))


def tell_all(found: Sequence[Module]) -> None:
    """Write down what is known of all mutants."""
    (ROOT / "build").mkdir(exist_ok=True)
    (ROOT / "build" / "mutants.md").write_text(told(found), encoding="utf-8")


main(sys.argv[1:])
