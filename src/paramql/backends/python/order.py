"""The order of records in memory, and where a record stands in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from typing import Any as Anything
from typing import TypeVar

from paramql.backends.grid import on_grid
from paramql.backends.python.members import by_key
from paramql.backends.python.values import kind_of
from paramql.declarations import SortKey
from paramql.declare import Field
from paramql.types import Type

R = TypeVar("R")


def order_by(order: Sequence[SortKey]) -> Callable[[Iterable[R]], list[R]]:
    """What sorts records by the keys; no value comes last in either direction.

    >>> from paramql.types import Integer
    >>> sort = order_by([SortKey(Field("n", Integer(), sortable=True), descending=True)])
    >>> sort([{"n": 1}, {}, {"n": 2}])
    [{'n': 2}, {'n': 1}, {}]
    """

    def sort(records: Iterable[R]) -> list[R]:
        return reduce(_sorted_by, reversed(order), list(records))

    return sort


def position(record: object, order: Sequence[SortKey]) -> tuple[Anything, ...]:
    """The sort values of a record. Raises ValueError for one that is finer than its type: no page can end there."""
    found = ((key.field, _value(record, key.field)) for key in order)
    return tuple(None if value is None else on_grid(field, value) for field, value in found)


def _sorted_by(records: list[R], key: SortKey) -> list[R]:
    """A stable sort by one key, so that the keys sorted by before break its ties."""
    found = [(record, _value(record, key.field)) for record in records]
    present = sorted((one for one in found if one[1] is not None), key=_second, reverse=key.descending)
    return [record for record, _ in present] + [record for record, value in found if value is None]


def _second(pair: tuple[object, Anything]) -> Anything:
    return pair[1]


def _value(record: object, field: Field) -> Anything:
    assert isinstance(field.type, Type)  # lists are not sortable
    value = reduce(by_key, field.path, record)
    return value if kind_of(field.type).fits(value) else None
