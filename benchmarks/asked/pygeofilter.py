"""pygeofilter, asked in ECQL for the text of its SQL."""

from __future__ import annotations

from benchmarks.asked import BROKEN, TWO_MISTAKES, UNKNOWN_NAME, WRONG_VALUE, Answer, of_sizes

QUESTIONS = {
    UNKNOWN_NAME: "usernam = 'x'",
    WRONG_VALUE: "age > 'abc'",
    TWO_MISTAKES: "usernam = 'x' AND age > 'abc'",
    BROKEN: "age > 1 AND",
    **of_sizes("age > 1", " OR ", "username = '{}'"),
}
_NAMES = {"username": "username", "age": "age", "is_active": "is_active"}


def answering() -> Answer:
    """To SQL, by a map of names."""
    from pygeofilter.backends.sql import to_sql_where
    from pygeofilter.parsers.ecql import parse

    return lambda text: to_sql_where(parse(text), _NAMES)
