"""One sabotage in a process of its own, where the library has not been imported yet: what catches it.

The module's source is changed as it is imported, before anything else of the library is.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator, Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from random import Random
from types import CodeType, ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from paramql.testing import Engine

from sabotage.saboteurs import DJANGO, SABOTAGES, SQL, Sabotage

SCHEMAS = 60


class Finder(PathFinder):
    """Finds the module to be changed; all others are found as ever."""

    def __init__(self, sabotage: Sabotage) -> None:
        self.sabotage = sabotage

    def find_spec(  # type: ignore[override]
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """The module with another loader."""
        if name != f"paramql.{self.sabotage.module}":
            return None
        spec = PathFinder.find_spec(name, path)
        assert spec is not None
        assert spec.origin is not None
        spec.loader = Changed(name, spec.origin)
        spec.loader.sabotage = self.sabotage
        return spec


class Changed(SourceFileLoader):
    """Loads the changed source."""

    sabotage: Sabotage

    def get_code(self, fullname: str) -> CodeType:
        """What the changed source compiles to, whatever has been compiled before."""
        source = Path(self.path).read_text(encoding="utf-8")
        found = source.count(self.sabotage.old)
        if found != 1:
            sys.exit(f"{self.path} has {self.sabotage.old!r} {found} times: say anew what this sabotage changes")
        return compile(source.replace(self.sabotage.old, self.sabotage.new), self.path, "exec")


def catchers(sabotage: Sabotage | None) -> Iterator[str]:
    """What finds fault."""
    from paramql.testing import cases

    features = dict.fromkeys(case.feature for case in cases())
    first = [feature for feature in features if sabotage and feature == sabotage.first]
    yield from conformance(first, sabotage)
    yield from differential()
    yield from conformance([feature for feature in features if feature not in first], sabotage)


def differential() -> Iterator[str]:
    """A differential run in small."""
    from differential import Disagreement, ask
    from grid import Tally
    from strategies.engines import AT_ONCE
    from strategies.schemas import everything

    tally = Tally()
    for number in range(SCHEMAS):
        seed = f"sabotage {number}"
        try:
            ask(seed, Random(seed).choices(everything(), k=4), tally, AT_ONCE)
        except Disagreement as error:
            yield f"triple {tally.figures['triples'] + 1}: {error.engine}"


def conformance(features: Collection[str], sabotage: Sabotage | None) -> Iterator[str]:
    """The conformance cases of some features: what needs no records, then one engine after the other."""
    from paramql.backends import CapabilityError
    from paramql.testing import cases, run

    for engine in _engines(sabotage):
        for case in cases():
            try:
                if case.feature in features:
                    run(case, engine)
            except CapabilityError:
                continue
            except Exception as error:  # noqa: BLE001 - whatever it is, it is the fault that was made
                yield f"case {str(case)!r}{f', {engine.name}' if engine else ''}: {type(error).__name__}"


def _engines(sabotage: Sabotage | None) -> Iterator[Engine | None]:
    """None stands for no engine: problems, notices and canonical form are held to without one."""
    from paramql.testing import engines

    if sabotage not in [*SQL, *DJANGO]:
        yield None
    word = "django on sqlite" if sabotage in DJANGO else "sqlite" if sabotage in SQL else "python"
    yield from (engine for engine in engines() if engine.name.startswith(word))


def caught_by(name: str) -> str | None:
    """Make the change, and say who finds it first; None: nobody does."""
    sabotage = SABOTAGES.get(name)
    if sabotage:
        assert f"paramql.{sabotage.module}" not in sys.modules, "too late to change it"
        sys.meta_path.insert(0, Finder(sabotage))
    return next(catchers(sabotage), None)
