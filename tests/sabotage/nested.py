"""Wrong backends for MongoDB and Polars, and which of the tests of those fails of each.

`first` is the test that is asked first; where it passes, all others are.
"""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from sabotage.saboteurs import Sabotage
from sabotage.victim import Finder

ENGINES = Path(__file__).parents[1] / "engines"
EXAMPLES = "not reads_as_one_writes and not binary and not guarded"

_EMIT, _STORAGE, _ORDER = (f"backends.mongodb.{name}" for name in ("emit", "storage", "order"))
_FRAMES, _TYPES, _TARGET = (f"backends.polars.{name}" for name in ("emit", "storage", "target"))
_INTEGER = '"integer", _as_is, _as_is, _of_kind("int", "long"), is_loose='
_DECIMAL = '_of_kind("decimal", "int", "long"), is_loose='
MONGODB = [
    Sabotage("look into arrays", _EMIT, '{**operators, "$not": _ARRAY}', "operators", "what_is_not_of_the_type"),
    Sabotage(
        "look through arrays of objects",
        _EMIT,
        "for parent in parents}",
        "for parent in ()}",
        "what_is_not_of_the_type",
    ),
    Sabotage(
        "match regular expressions that are stored",
        _EMIT,
        "any(literal.holds and literal.op not in TEXTUAL for",
        "any(literal.holds for",
        "what_is_not_of_the_type",
    ),
    Sabotage("two bounds, two elements", _EMIT, '{"$elemMatch": element}', "element", "what_is_not_of_the_type"),
    Sabotage("an anchor before a line end", _EMIT, r'(r"\z" if', '("$" if', "a_text_ends_where_it_ends"),
    Sabotage("no escape", _EMIT, "re.escape(equals)", "equals", "a_text_is_taken_literally"),
    Sabotage("case-sensitive", _EMIT, "classes(text) if op in FOLDED else text", "text", "any_condition_on_an_element"),
    Sabotage(
        "the complement of a bound is the other bound",
        _EMIT,
        'Op.GT: "$lte"',
        'Op.GT: "$lt"',
        "any_condition_on_an_element",
    ),
    Sabotage(
        "forget the second operator of a name",
        _EMIT,
        "spare.append((name, operand))",
        "pass",
        "any_condition_on_an_element",
    ),
    Sabotage("merge conditions on one path", _EMIT, "is not operand for", "is None for", "conditions_on_one_field"),
    Sabotage(
        "integers match doubles", _STORAGE, f"{_INTEGER}True", f"{_INTEGER}False", "what_is_not_of_the_type and integer"
    ),
    Sabotage(
        "decimals match doubles", _STORAGE, f"{_DECIMAL}True", f"{_DECIMAL}False", "what_is_not_of_the_type and decimal"
    ),
    Sabotage(
        "floats of integers are none",
        _STORAGE,
        '_of_kind("double", "int", "long")',
        '_of_kind("double")',
        "a_whole_number_is_a_float",
    ),
    Sabotage(
        "microseconds of dates",
        _STORAGE,
        "is_loose=False, fold=_in_milliseconds",
        "is_loose=False",
        "an_instant_finer_than_a_date",
    ),
    Sabotage(
        "any text is a date", _STORAGE, "_shaped(_DATE)", '_of_kind("string")', "what_is_not_of_the_type and date-text"
    ),
    Sabotage("sort values of other types", _ORDER, '[is_there, f"$', '[True, f"$', "pages_give_each and customer"),
    Sabotage("no value first", _ORDER, 'sort[f"{_WORK}.missing{number}"] = 1', "pass", "pages_give_each and customer"),
]
POLARS = [
    Sabotage("null of no value", _FRAMES, "else holds & value.is_not_null()", "else holds", "a_null_among_records"),
    Sabotage(
        "null of no list", _FRAMES, ".list.any() & value.is_not_null()", ".list.any()", "one_element_meets_both_bounds"
    ),
    Sabotage("a null element is an element", _FRAMES, "pl.element().is_not_null() & condition", "condition"),
    Sabotage("a part is a regular expression", _FRAMES, "contains(part, literal=True)", "contains(part)"),
    Sabotage("no escape in frames", _FRAMES, "char if char.isalnum()", "char if char", "a_text_is_taken_literally"),
    Sabotage(
        "operands finer than a column",
        _TYPES,
        "_to_milliseconds, fold=_in_milliseconds",
        "_to_milliseconds",
        "an_operand_finer",
    ),
    Sabotage("no value first in frames", _TARGET, '"nulls_last": True', '"nulls_last": False', "pages_give_each"),
]
BY_NAME = {sabotage.name: sabotage for sabotage in (*MONGODB, *POLARS)}


class Failing:
    """A plugin of pytest that keeps which tests fail."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep it."""
        if report.failed:
            self.found.append(report.nodeid.rpartition("/")[2])


def failing(name: str) -> str | None:
    """Make the change, and say which test fails first; None: none does."""
    sabotage = BY_NAME[name]
    assert "paramql" not in sys.modules, "too late to change it"
    sys.meta_path.insert(0, Finder(sabotage))
    tests = ENGINES / ("test_mongodb.py" if sabotage in MONGODB else "test_polars.py")
    return (_asked(tests, sabotage.first) if sabotage.first else None) or _asked(tests, EXAMPLES)


def _asked(tests: Path, expression: str) -> str | None:
    """The first of the tests that fails. They must have run."""
    failing = Failing()
    left_out = [word for plugin in ("terminal", "cacheprovider", "xdist", "cov") for word in ("-p", f"no:{plugin}")]
    settings = ["-o", "addopts=--import-mode=importlib", "-W", "ignore::pytest.PytestAssertRewriteWarning"]
    options = ["-x", *left_out, *settings, "-k", expression]
    status = pytest.main([*options, str(tests)], plugins=[failing])
    assert status in (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED), f"{expression}: {status!r}"
    return failing.found[0] if failing.found else None
