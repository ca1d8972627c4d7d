"""A plugin of pytest's: in place of running the tests, it runs for each mutant those that may notice it."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib import import_module
from itertools import accumulate

import pytest
from _pytest.runner import runtestprotocol

from tools.mutants.functions import KNOWN, become, was_called, watched
from tools.mutants.made import KILLED, MUTANTS, NO_TESTS, SETTINGS, STATS, SURVIVED, TIME, Module, mutants, original

_AT_ONCE = 2
_TOOK = MUTANTS / "took.json"
# Seconds that the tests take which a mutant is asked at first, and whom it survives by all; then it may hang for more.
_SHORT, _LONG, _PATIENCE = 6, 600, 30
# Asked of all mutants: what they reach is not known, as what is kept of one input is not reached by another.
_WRITTEN = "tests/unit/test_written.py"
_BROAD = ("tests/properties", _WRITTEN)
# Asked first of what is made while modules are imported, tests' own among them: they take some seconds together.
_OF_WHAT_IS_MADE = ("tokens", "only", "paging", "sqlite", "mongodb_filters", "mapped_storages", "stored_forms")
_AT_IMPORT = (_WRITTEN, *(f"tests/unit/test_{name}.py" for name in _OF_WHAT_IS_MADE))


class Asking:
    """Of the mutants that are not known yet, those whose names begin with one of the wanted."""

    def __init__(
        self, found: list[Module], wanted: tuple[str, ...], tell_all: Callable[[Sequence[Module]], None]
    ) -> None:
        self._found, self._wanted, self._tell_all = found, wanted, tell_all
        self._tests: dict[str, list[str]] = json.loads(STATS.read_text("utf-8"))["tests_by_mangled_function_name"]
        self._noticed: Counter[tuple[str, str]] = Counter()
        self._running: dict[int, tuple[Module, str]] = {}
        told, self._tell = os.pipe()
        self._reports = os.fdopen(told, encoding="utf-8")

    @pytest.hookimpl(wrapper=True)
    def pytest_collection(self) -> Iterator[None]:
        """What tests call while they are imported makes what is there before there is a mutant."""
        with watched():
            yield

    def import_watched(self) -> None:
        """The same of the modules themselves, before the set-up of the tests imports some."""
        with watched():
            for name in sorted({name.rpartition(".")[0] for module in self._found for name in module.states}):
                import_module(name)

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """First the quick tests; those who survive are asked more and more, in the order of what it takes."""
        assert KNOWN, "the tests are not of the mutants"
        self._items = {item.nodeid: item for item in session.items}
        self._took = self._seconds_unchanged(session.items)
        self._ask(list(mutants(self._found, None)), _SHORT)
        self._ask_alone(*_AT_IMPORT)
        self._ask(list(mutants(self._found, SURVIVED)), _LONG)
        self._ask_alone(_WRITTEN, *SETTINGS["pytest_add_cli_args_test_selection"])
        return True

    def _seconds_unchanged(self, tests: Sequence[pytest.Item]) -> dict[str, float]:
        """How long each takes; without a mutant none fails."""
        if not _TOOK.exists():
            pid = os.fork()
            if pid == 0:
                _be_quiet()
                took: dict[str, float] = {}
                failed = first_failing(tests, took)
                _TOOK.write_text(json.dumps([failed, took]), encoding="utf-8")
                os._exit(0)
            os.waitpid(pid, 0)
        failed, took = json.loads(_TOOK.read_text(encoding="utf-8"))
        if failed:
            sys.exit(f"without a mutant, {failed} fails")
        return took

    def _ask(self, asked: Sequence[tuple[Module, str]], seconds: float) -> None:
        for number, (module, name) in enumerate(asked):
            if number % 100 == 0:
                print(f"{number} of {len(asked)}", flush=True)
                self._tell_all(self._found)
            if name.startswith(self._wanted):
                self._begin(module, name, self._noticing(name, seconds))
        while self._running:
            self._end()

    def _ask_alone(self, *tests: str) -> None:
        """Ask what is called at import in a process that imports what there is with the mutant in it."""
        left = mutants(self._found, SURVIVED, NO_TESTS)
        asked = [one for one in left if one[1].startswith(self._wanted) and was_called(one[1])]
        print(f"{len(asked)} by themselves", flush=True)
        with ThreadPoolExecutor(_AT_ONCE) as threads:
            states = threads.map(partial(_alone, tests), (name for _, name in asked))
            for (module, name), state in zip(asked, states, strict=True):
                module.tell(name, state)
        self._tell_all(self._found)

    def _noticing(self, name: str, seconds: float) -> list[pytest.Item]:
        """The tests that may: first those that noticed others of its function, then the quickest."""
        function = original(name)
        may = {*self._tests.get(function, []), *(one for one in self._items if one.startswith(_BROAD))}
        ordered = sorted(may & {*self._items}, key=lambda one: (-self._noticed[function, one], self._took[one]))
        until = accumulate(self._took[one] for one in ordered)
        return [self._items[one] for one, end in zip(ordered, until, strict=True) if end < seconds]

    def _begin(self, module: Module, name: str, tests: Sequence[pytest.Item]) -> None:
        if not tests:
            module.tell(name, NO_TESTS)
            return
        while len(self._running) >= _AT_ONCE:
            self._end()
        pid = os.fork()
        if pid:
            self._running[pid] = module, name
            return
        _be_quiet()
        _be_bounded(3 * sum(self._took[one.nodeid] for one in tests) + _PATIENCE)
        become(name)
        failed = first_failing(tests)
        if failed:
            os.write(self._tell, f"{failed}\n".encode())
        os._exit(KILLED if failed else SURVIVED)

    def _end(self) -> None:
        pid, status = os.wait()
        module, name = self._running.pop(pid)
        state = {0: SURVIVED, 1: KILLED}.get(os.waitstatus_to_exitcode(status), TIME)
        module.tell(name, state)
        if state == KILLED:
            self._noticed[original(name), self._reports.readline().strip()] += 1


def first_failing(tests: Sequence[pytest.Item], took: dict[str, float] | None = None) -> str:
    """The first test that fails, or nothing; how long each took."""
    for item, following in zip(tests, [*tests[1:], None], strict=True):
        began = time.monotonic()
        failed = any(one.failed for one in runtestprotocol(item, log=False, nextitem=following))
        if took is not None:
            took[item.nodeid] = time.monotonic() - began
        if failed:
            return item.nodeid
    return ""


def _alone(tests: Sequence[str], name: str) -> int:
    """The state of a mutant that is there from the first import; mutmut's own functions choose it."""
    chosen = {"MUTANT_UNDER_TEST": name, "PYTHONPATH": str(MUTANTS / "src")}
    options = ["-x", "-q", *SETTINGS["pytest_add_cli_args"]]
    command = [sys.executable, "-m", "pytest", *options, *tests]
    try:
        done = subprocess.run(  # noqa: S603 - ours
            command, cwd=MUTANTS, env=os.environ | chosen, capture_output=True, timeout=_LONG, check=False
        )
    except subprocess.TimeoutExpired:
        return TIME
    return SURVIVED if done.returncode == 0 else KILLED


def _be_quiet() -> None:
    quiet = os.open(os.devnull, os.O_WRONLY)
    os.dup2(quiet, 1)
    os.dup2(quiet, 2)


def _be_bounded(seconds: float) -> None:
    """What runs for longer is killed, what waits for longer, too."""
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 1))
    signal.alarm(int(4 * seconds))
