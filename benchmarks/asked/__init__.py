"""What other libraries make of the same questions: one module each, run in the environment of its peer.

Each has `QUESTIONS`, from what is asked to how the library would be asked it, and `answering()`, which gives a function
from such a text to what comes of it. A question that its language has no words for is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

Questions: TypeAlias = Mapping[str, str]
Answer: TypeAlias = Callable[[str], object]

# As the page has them, in this order; the modules here, likewise.
UNKNOWN_NAME = "a name that is not there"
SAME_NAME = "the same name again"
WRONG_VALUE = "a value of another type"
TWO_MISTAKES = "two mistakes"
BROKEN = "a text that breaks off"
MANY = "300 conditions"
DEEP = "40 brackets"
LONG = "a text of 1,000,000 characters"
ALL = (UNKNOWN_NAME, SAME_NAME, WRONG_VALUE, TWO_MISTAKES, BROKEN, MANY, DEEP, LONG)
NAMES = ("django_filter", "fastapi_filter", "fastapi_filters", "odata_query", "pygeofilter", "cql2")


def mistakes(found: Iterable[tuple[str, str]]) -> str:
    """All that a library says is wrong: where, and what."""
    told = [f"{where}: {what}" for where, what in found]
    return f"{len(told)} wrong: {'; '.join(told)}"


def of_sizes(condition: str, either: str, text: str) -> Questions:
    """Long, wide and deep. condition: one that is true of some; either: what joins two; text: one with a `{}` in it."""
    return {
        MANY: either.join([condition] * 300),
        DEEP: f"{'(' * 40}{condition}{')' * 40}",
        LONG: text.format("x" * 10**6),
    }
