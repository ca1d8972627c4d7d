"""Statements that are built once for each shape of filter, and told the literals when they are executed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any as Anything
from typing import Generic, TypeVar

from sqlalchemy import Select

from paramql.backends.sqlalchemy.condition import Asked, Condition, Form
from paramql.declare import Expression

S = TypeVar("S", bound=Select[Anything])
_MOST_STATEMENTS = 500


class Prepared(Generic[S]):
    """A statement that filters are put to: `session.scalars(*orders(query.where))`.

    Where one of the same shape was put to it before, nothing is built, and SQLAlchemy need not find out that it has
    compiled the statement already: most of the work that it has with a statement.
    """

    def __init__(self, statement: S, read: Callable[[Expression], Asked]) -> None:
        self._statement, self._read = statement, read
        self._narrowed: dict[Form, S] = {}

    def __call__(self, where: Expression | Condition) -> tuple[S, dict[str, object]]:
        """The statement for the rows where a filter (or what it was compiled to) is true, and its parameters.

        The host may add parameters of its own; names that begin with `filter_` are taken.
        """
        asked = where.asked if isinstance(where, Condition) else self._read(where)
        if (narrowed := self._narrowed.get(asked.form)) is None:
            narrowed = self._narrowed[asked.form] = self._statement.where(Condition(asked, is_open=True))
            if len(self._narrowed) > _MOST_STATEMENTS:
                self._narrowed.pop(next(iter(self._narrowed)), None)
        return narrowed, dict.fromkeys(asked.form.names, asked.literals)
