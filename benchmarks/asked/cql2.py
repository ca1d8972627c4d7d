"""cql2, asked for the text of its SQL."""

from __future__ import annotations

from benchmarks.asked import Answer
from benchmarks.asked.pygeofilter import QUESTIONS  # the same language

__all__ = ["QUESTIONS", "answering"]


def answering() -> Answer:
    """To SQL."""
    import cql2

    return lambda text: cql2.parse_text(text).to_sql()
