"""What is promised of any text that is sent to the schema of `strategies.texts`: properties and fuzzing hold to it."""

from __future__ import annotations

import json

import paramql as pq
from paramql.problems import CODES, NOTICES, Problem
from strategies.texts import NAMES, SCHEMA


def hold_to_its_promises(text: str | bytes, error: pq.QueryError) -> None:
    """All that is promised of an error."""
    hold_to_its_places(text, error)
    hold_to_its_look(error)


def hold_to_its_places(text: str | bytes, error: pq.QueryError) -> None:
    """Places lie in the text, in order; codes are known; what is shown can be shown."""
    assert error.text == (text if isinstance(text, str) else text.decode(errors="replace"))
    assert 0 < len(error.problems) <= SCHEMA.limits.problems
    assert list(error.problems) == sorted(error.problems, key=lambda problem: problem.span)
    for problem in error.problems:
        assert problem.code in CODES
        hold_to_its_place(problem, error.text)


def hold_to_its_look(error: pq.QueryError) -> None:
    """It is text and JSON, and can be sent as either."""
    str(error).encode()
    json.dumps(error.to_problem(), ensure_ascii=False).encode()


def hold_to_its_text(text: str | bytes, query: pq.Query) -> None:
    """What is accepted can be asked of a record, and says what it doubted."""
    for notice in query.notices:
        assert notice.code in NOTICES
        hold_to_its_place(notice, query.text)
    for name, span in query.names.items():
        assert name in NAMES or SCHEMA.find(name)
        assert 0 <= span.start < span.end <= len(query.text)
    assert pq.compile(query.where, "python")({}) in (True, False)


def hold_to_its_sql(query: pq.Query) -> None:
    """What is accepted can be asked of a database."""
    assert "\0" not in pq.compile(query.where, "sqlite").text


def hold_to_its_place(problem: Problem, text: str) -> None:
    """The span lies in the text; no message carries a character that does something, or a long value."""
    assert 0 <= problem.span.start <= problem.span.end <= len(text)
    for said in (problem.message, problem.hint or ""):
        assert said.isprintable(), said
        assert len(said) < 1000
