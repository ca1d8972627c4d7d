"""Processes that have not imported the library yet, each forked of one that has imported all that the library needs.

So a sabotage costs what the library costs, and not its dependencies, whose imports take longer than most catchers.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import TypeVar
from unittest.mock import patch

T = TypeVar("T")
_TESTS = str(Path(__file__).parents[1])
_PATIENCE = 300


def alone(function: Callable[..., T], *arguments: object) -> T:
    """What a function returns in a process of its own, which imports the function's module."""
    with ProcessPoolExecutor(1, _context(), max_tasks_per_child=1) as pool:
        return pool.submit(function, *arguments).result(_PATIENCE)


@cache
def _context() -> ForkServerContext:
    """Forks of a process that has imported `sabotage.needed`."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["sabotage.needed"])
    paths = os.pathsep.join([_TESTS, os.environ.get("PYTHONPATH", "")])
    with patch.dict(os.environ, PYTHONPATH=paths):
        forkserver.ensure_running()
    return context
