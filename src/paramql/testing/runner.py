"""One case, run: asked, rendered and asked again, and its records selected by an engine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any as Anything
from zoneinfo import ZoneInfo

from paramql.paging import paginate
from paramql.problems import Problem, QueryError
from paramql.query import Query
from paramql.rendering import render
from paramql.schema import Schema
from paramql.testing.corpus import Case
from paramql.testing.describe import schema_of
from paramql.testing.engine import Engine


def run(case: Case, engine: Engine | None = None) -> None:
    """Hold a case to what it says, its records selected by the engine if there is one.

    Raises AssertionError with the case, what was expected and what was found; a backend's `CapabilityError` as it is.
    """
    answer = _ask(case, case.group.schema, case.query)
    if engine is None:
        _same(case, "the answer to bytes", _told(answer), _told(_ask(case, case.group.schema, _bytes(case.query))))
        if case.hides:
            _hidden(case, answer)
    if isinstance(answer, QueryError):
        _refused(case, answer)
    else:
        _accepted(case, answer)
        _again(case, answer, engine)


def _hidden(case: Case, answer: Query | QueryError) -> None:
    """The answer is that of a schema without the names that are hidden."""
    other = _ask(case, schema_of(case.group.description, without=case.hides), case.query)
    _same(case, f"the answer without {', '.join(case.hides)}", _told(other), _told(answer))


def _bytes(text: str) -> str | bytes:
    """The query as bytes; what has lone surrogates cannot be."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        return text


def _told(answer: Query | QueryError) -> object:
    """An answer to the last byte."""
    if isinstance(answer, QueryError):
        return answer.to_problem()
    return render(answer), answer.order, answer.page, answer.values, answer.notices


def _ask(case: Case, schema: Schema, text: str | bytes) -> Query | QueryError:
    now, zone = case.given.get("now"), case.given.get("zone")
    try:
        return schema.parse(
            text,
            now=None if now is None else dt.datetime.fromisoformat(now),
            zone=None if zone is None else ZoneInfo(zone),
            lenient=case.given.get("lenient", False),
            only=case.given.get("only"),
        )
    except QueryError as error:
        return error


# --- refused


def _refused(case: Case, error: QueryError) -> None:
    problems = case.expected.get("problems", [])
    found = [_described(problem, wanted) for problem, wanted in _paired(error.problems, problems)]
    _same(case, "problems", problems, found)


def _paired(problems: Sequence[Problem], wanted: Sequence[Mapping[str, Anything]]) -> list[tuple[Problem, Anything]]:
    return [(problem, wanted[at] if at < len(wanted) else {}) for at, problem in enumerate(problems)]


def _described(problem: Problem, wanted: Mapping[str, Anything]) -> dict[str, Anything]:
    """A problem as a case says it: members that the case leaves out are left out."""
    found: dict[str, Anything] = {"code": problem.code, "span": list(problem.span)}
    if "parameter" in wanted:
        found["parameter"] = problem.parameter
    if "suggestion" in wanted:
        found["suggestion"] = wanted["suggestion"] if wanted["suggestion"] in (problem.hint or "") else problem.hint
    return found


# --- accepted


def _accepted(case: Case, query: Query) -> None:
    expected = case.expected
    _same(case, "problems", expected.get("problems", []), [])
    _same(case, "notices", expected.get("notices", []), [notice.code for notice in query.notices])
    found = {
        "canonical": render(query),
        "order": [str(key) for key in query.order],
        "size": query.page.size,
        "values": dict(query.values),
    }
    for key in found.keys() & expected.keys():
        _same(case, key, expected[key], found[key])
    if "order" in expected:
        _same(case, "ids, in order", expected["ids"], _listed(case, query))


def _listed(case: Case, query: Query) -> list[Anything]:
    """The keys of the records in order, by the reference: paging over records in memory."""
    schema = case.group.schema
    assert schema.key is not None
    records = [schema.load(row) for row in case.group.rows]
    return [record[schema.key.name] for record in paginate(records, query).items]


def _again(case: Case, query: Query, engine: Engine | None) -> None:
    """The canonical text, where it is within the limits, asks the same; and both select what they should."""
    canonical, schema = render(query), case.group.schema
    selected = [query]
    if len(canonical) <= schema.limits.query:
        again = _ask(case, schema, canonical)
        if isinstance(again, QueryError):
            raise AssertionError(f"{case}\n  its canonical form is refused: {again}")
        _same(case, "canonical form of the canonical form", canonical, render(again))
        _same(case, "order and page of the canonical form", (query.order, query.page), (again.order, again.page))
        selected.append(again)
    if engine is not None and "ids" in case.expected:
        _selected(case, selected, engine)


def _selected(case: Case, queries: Sequence[Query], engine: Engine) -> None:
    engine.load(case.group.schema, case.group.rows)
    for query in queries:
        expected, found = set(case.expected["ids"]), engine.select(query.where)
        if expected != found:
            raise AssertionError(
                f"{case}\n  query: {case.query!r}\n  engine: {engine.name}"
                f"\n  not selected: {sorted(expected - found)}\n  selected: {sorted(found - expected)}"
            )


def _same(case: Case, what: str, expected: object, found: object) -> None:
    if expected != found:
        raise AssertionError(f"{case}\n  query: {case.query!r}\n  {what}: {expected!r}\n  found: {found!r}")
