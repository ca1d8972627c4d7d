"""What is wrong with a query, as values, and the one exception that carries them.

ValueError
└── QueryError          any input can cause it, and nothing else
    (CapabilityError, a backend's refusal, is in `paramql.backends`)
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from paramql.source import Span, underline

CODES = frozenset(
    """unknown-parameter unknown-operator operator-not-allowed invalid-value empty-value out-of-range invalid-encoding
    unsupported-character syntax duplicate-parameter too-long too-many too-deep not-sortable invalid-token
    conflict""".split()
)
NOTICES = frozenset({"repaired-plus", "looks-like-operator", "parameter", "ignored-parameter"})


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake: a stable `code`, a sentence, the parameter, the span in the raw text, what would help.

    Notices are problems too, with codes of their own: they say what was repaired, doubted or left out. Values in a
    message are at most 64 characters long, and what does not print is escaped.

    >>> Problem("invalid-value", "'x' is not an integer", "size", Span(5, 6)).to_dict()["span"]
    {'start': 5, 'end': 6}
    """

    code: str
    message: str
    parameter: str | None = None
    span: Span = Span(0, 0)
    hint: str | None = None

    def to_dict(self) -> dict[str, object]:
        """The members of a problem as JSON shows them; `start` and `end` count characters of the raw query string."""
        members: dict[str, object] = {"code": self.code, "message": self.message}
        if self.parameter is not None:
            members["parameter"] = self.parameter
        members["span"] = {"start": self.span.start, "end": self.span.end}
        if self.hint is not None:
            members["hint"] = self.hint
        return members


class QueryError(ValueError):
    """A query that may not be answered; `problems` are all its mistakes, in order of position, `text` the query.

    As text it shows the query with carets under each mistake, for people.

    >>> print(QueryError("a=x", [Problem("invalid-value", "a takes an integer", "a", Span(2, 3), "such as 12")]))
    a=x
      ^ a takes an integer (such as 12)
    """

    def __init__(self, text: str, problems: Iterable[Problem]) -> None:
        self.text = text
        self.problems = tuple(sorted(problems, key=lambda problem: problem.span))
        super().__init__(text, self.problems)

    def __str__(self) -> str:
        return "\n".join(_drawn(self.text, problem) for problem in self.problems)

    def to_problem(self) -> dict[str, object]:
        """An RFC 9457 problem detail (`application/problem+json`), every problem in it."""
        return {
            "type": "about:blank",
            "title": "Bad Request",
            "status": 400,
            "detail": "; ".join(problem.message for problem in self.problems),
            "problems": [problem.to_dict() for problem in self.problems],
        }


def _drawn(text: str, problem: Problem) -> str:
    hint = f" ({problem.hint})" if problem.hint else ""
    return f"{underline(text, problem.span)} {problem.message}{hint}"
