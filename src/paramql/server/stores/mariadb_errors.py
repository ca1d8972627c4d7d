"""Errors of MariaDB, as a store tells of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from pymysql.err import InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as NoneFree

from paramql.server.stores import Full, TimedOut, Unavailable

# By number (https://mariadb.com/kb/en/mariadb-error-code-reference/). Files that cannot be written say why in words.
_TIMED_OUT = frozenset({1317, 1969})
_CONNECTING = frozenset({1040, 1041, 1129, 1135, 1158, 1159, 1160, 1161, 1203, 1226, 2002, 2003})
_ENDED = frozenset({1053, 1927, 2006, 2013})
_IN_THE_WAY = frozenset({1037, 1038, 1180, 1205, 1213, 1290, 1412, 1836})  # locks, memory, a server that only reads
_NOT_THERE = _CONNECTING | _ENDED | _IN_THE_WAY
_FULL = frozenset({1021, 1114})
_FILES = frozenset({3, 20, 1026, 1030, 1878})
_NO_SPACE = re.compile(r"\b28\b")  # ENOSPC


@contextmanager
def translated() -> Iterator[None]:
    """Raise `TimedOut`, `Full` or `Unavailable` for what is no fault of the statement."""
    try:
        yield
    except (NoneFree, InterfaceError) as error:  # the latter of a connection that has been closed
        raise Unavailable from error
    except (OperationalError, InternalError) as error:
        found = _named(*error.args)
        raise error if found is None else found from error


def _named(number: object, words: str = "") -> type[Exception] | None:
    """PyMySQL has no number for answers that are out of order, as they are of a connection that was cut."""
    if number in _TIMED_OUT:
        return TimedOut
    if number in _FULL or (number in _FILES and _NO_SPACE.search(words)):
        return Full
    return Unavailable if number in _NOT_THERE | _FILES or not isinstance(number, int) else None
