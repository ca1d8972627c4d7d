"""What is kept for the next request: so much, whatever clients send."""

from __future__ import annotations

from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")

_LARGEST = 8  # an entry is kept that weighs at most this part of all


class Bounded(dict[K, V]):
    """A store that is emptied when it is full, and fills again: what is asked often is soon there.

    most: how many entries. heaviest: what they weigh together, in any unit, such as characters of a text.

    >>> store = Bounded(most=2, heaviest=80)
    >>> for key in ("a", "b", "c"):
    ...     store.keep(key, key.upper(), weight=10)
    >>> store.keep("huge", "", weight=11)
    >>> store
    {'c': 'C'}
    """

    __slots__ = ("_heaviest", "_most", "_weight")

    def __init__(self, most: int, heaviest: int) -> None:
        super().__init__()
        self._most, self._heaviest, self._weight = most, heaviest, 0

    def keep(self, key: K, value: V, weight: int) -> None:
        """Put in, unless it weighs too much: then it would drive out all else."""
        if weight * _LARGEST > self._heaviest:
            return
        if len(self) >= self._most or self._weight + weight > self._heaviest:
            self.clear()
            self._weight = 0
        self._weight += weight
        self[key] = value
