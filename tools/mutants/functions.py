"""The functions that there are mutants of: each stays as it is, until it becomes one of them."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import CodeType
from typing import Any, TypeAlias

from mutmut.mutation import trampoline

Function: TypeAlias = Any  # one whose code can be changed

KNOWN: list[tuple[str, dict[str, Function], Function]] = []  # module, mutants by name, function
_CALLED: set[CodeType] = set()


def leave_alone() -> None:
    """From now on, modules that are imported have their functions as they are: nothing is asked at each call."""
    making: Any = trampoline
    making.wrap_in_trampoline = as_it_is


@contextmanager
def watched() -> Iterator[None]:
    """What is called meanwhile is remembered."""
    sys.setprofile(lambda frame, event, _: _CALLED.add(frame.f_code) if event == "call" else None)
    try:
        yield
    finally:
        sys.setprofile(None)


def was_called(name: str) -> bool:
    """Whether the function that a mutant is of was called while it was watched: what it made then is of no mutant."""
    _, function = _of(name)
    return function.__code__ in _CALLED


def as_it_is(mutants: dict[str, Function], is_classmethod: bool = False) -> Callable[[Function], Function]:
    """A decorator in place of mutmut's."""

    def known(function: Function) -> Function:
        KNOWN.append((function.__module__, mutants, function))
        return function

    return known


def become(name: str) -> None:
    """The function that a mutant is of is the mutant from now on."""
    changed, function = _of(name)
    function.__code__ = changed.__code__
    function.__defaults__, function.__kwdefaults__ = changed.__defaults__, changed.__kwdefaults__


def _of(name: str) -> tuple[Function, Function]:
    """The mutant, and the function that it is of."""
    module, _, mutant = name.rpartition(".")
    importlib.import_module(module)
    return next((made[mutant], function) for where, made, function in KNOWN if where == module and mutant in made)
