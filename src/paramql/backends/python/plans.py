"""Which shapes have generated source: those used twice of late, and never more than a fixed number.

Literals never enter a plan, so requests cannot grow the store; shapes used once cannot drive out those used again.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any as Anything
from typing import TypeAlias, TypeVar

from paramql.backends.python.members import ACCESS, Word, is_list, is_record
from paramql.backends.python.shape import Shape
from paramql.backends.python.source import source_of
from paramql.backends.python.values import BY_WORD

Key: TypeAlias = tuple[Word, Shape]
Make: TypeAlias = Callable[..., Anything]
V = TypeVar("V")

MAX_NODES = 200
MAX_DEPTH = 24
_NAMES: dict[str, object] = {
    "Exception": Exception,
    "iter": iter,
    "type": type,
    "list": list,
    "is_list": is_list,
    "is_record": is_record,
    **{kind.exact.__name__: kind.exact for kind in BY_WORD.values()},
    **{f"is_{kind.word}": kind.fits for kind in BY_WORD.values()},
}


@dataclass(frozen=True, slots=True)
class Plan:
    """A shape's source and the function `make` that it defines."""

    source: str
    make: Make


class Plans:
    """The plans of at most `size` shapes; at most as many more are remembered as seen once. Safe between threads."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._lock = threading.Lock()
        self._seen: dict[Key, None] = {}
        self._plans: dict[Key, Plan] = {}

    def __len__(self) -> int:
        return len(self._seen) + len(self._plans)

    def find(self, key: Key) -> Plan | None:
        """The plan of a shape that is used for the second time, or has one already."""
        plan = self._plans.get(key)
        if plan is not None or not self._is_second_use(key):
            return plan
        return self.made(key)

    def made(self, key: Key) -> Plan | None:
        """The plan of a shape, made now unless there is one; None where the filter is too large for source."""
        plan = self._plans.get(key)
        if plan is None and _is_small(key[1]):
            plan = plan_of(key)
            with self._lock:
                _admit(self._plans, key, plan, self._size)
        return plan

    def _is_second_use(self, key: Key) -> bool:
        with self._lock:
            if key in self._seen:
                del self._seen[key]
                return True
            _admit(self._seen, key, None, self._size)
            return False


def plan_of(key: Key) -> Plan:
    """The plan of a shape, whether it is stored or not."""
    access, shape = key
    return compiled(source_of(shape, ACCESS[access]), access)


def compiled(source: str, access: Word) -> Plan:
    """Generated source, run. It sees the names in `_NAMES` and nothing else."""
    names: dict[str, Anything] = {"__builtins__": {}, "member": ACCESS[access].member, **_NAMES}
    exec(compile(source, "<paramql predicate>", "exec"), names)  # noqa: S102 - made of the schema's keys alone
    return Plan(source, names["make"])


def _admit(store: dict[Key, V], key: Key, value: V, size: int) -> None:
    """Put in, the oldest giving way."""
    if len(store) >= size:
        del store[next(iter(store))]
    store[key] = value


def _is_small(shape: Shape) -> bool:
    nodes, level = 0, [shape]
    for _ in range(MAX_DEPTH):
        nodes += len(level)
        level = [part for _, parts, *_ in level for part in parts]
        if not level:
            return nodes <= MAX_NODES
    return False


PLANS = Plans(128)
