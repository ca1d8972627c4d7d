"""Mistakes as values, as text for people and as JSON for machines."""

from __future__ import annotations

import pickle

import pytest

import paramql as pq
from paramql.problems import CODES, NOTICES, Problem, QueryError
from paramql.source import Span


def test_every_code_of_the_language_is_known_and_notices_have_codes_of_their_own() -> None:
    assert len(CODES) == 16
    assert {"unknown-parameter", "invalid-token", "conflict"} < CODES
    assert not CODES & NOTICES


def test_a_problem_as_json_leaves_out_what_it_has_not() -> None:
    assert Problem("too-long", "too long", None, Span(0, 9)).to_dict() == {
        "code": "too-long",
        "message": "too long",
        "span": {"start": 0, "end": 9},
    }
    assert Problem("syntax", "no", "filter", Span(7, 8), "hint").to_dict() == {
        "code": "syntax",
        "message": "no",
        "parameter": "filter",
        "span": {"start": 7, "end": 8},
        "hint": "hint",
    }


def test_an_error_has_its_problems_in_order_of_position() -> None:
    error = QueryError("abcdef", [Problem("syntax", "late", None, Span(4, 5)), Problem("syntax", "early")])
    assert [problem.message for problem in error.problems] == ["early", "late"]


def test_an_error_is_a_problem_detail_of_rfc_9457() -> None:
    error = QueryError("n=x&m=1", [Problem("invalid-value", "bad n", "n", Span(2, 3)), Problem("syntax", "bad m")])
    assert error.to_problem() == {
        "type": "about:blank",
        "title": "Bad Request",
        "status": 400,
        "detail": "bad m; bad n",
        "problems": [problem.to_dict() for problem in error.problems],
    }


def test_an_error_as_text_has_carets_message_and_hint_for_each_problem() -> None:
    error = QueryError("n=x", [Problem("invalid-value", "bad", "n", Span(2, 3), "try 5"), Problem("syntax", "worse")])
    assert str(error) == "n=x\n^ worse\nn=x\n  ^ bad (try 5)"


def test_an_error_survives_pickling() -> None:
    error = QueryError("n=x", [Problem("invalid-value", "bad", "n", Span(2, 3))])
    again = pickle.loads(pickle.dumps(error))
    assert (again.text, again.problems, str(again)) == (error.text, error.problems, str(error))


def test_an_error_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="there is no parameter"):
        pq.Schema(pq.Field("n", pq.Integer())).parse("x=1")
