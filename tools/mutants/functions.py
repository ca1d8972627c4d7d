"""The functions that there are mutants of: each stays as it is, until it becomes one of them."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any, TypeAlias

from mutmut.mutation import trampoline

Function: TypeAlias = Any  # one whose code can be changed

KNOWN: list[tuple[str, dict[str, Function], Function]] = []  # module, mutants by name, function


def leave_alone() -> None:
    """From now on, modules that are imported have their functions as they are: nothing is asked at each call."""
    making: Any = trampoline
    making.wrap_in_trampoline = as_it_is


def as_it_is(mutants: dict[str, Function], is_classmethod: bool = False) -> Callable[[Function], Function]:
    """A decorator in place of mutmut's."""

    def known(function: Function) -> Function:
        KNOWN.append((function.__module__, mutants, function))
        return function

    return known


def become(name: str) -> None:
    """The function that a mutant is of is the mutant from now on."""
    module, _, mutant = name.rpartition(".")
    importlib.import_module(module)
    mutants, function = next((made, of) for where, made, of in KNOWN if where == module and mutant in made)
    changed = mutants[mutant]
    function.__code__ = changed.__code__
    function.__defaults__, function.__kwdefaults__ = changed.__defaults__, changed.__kwdefaults__
