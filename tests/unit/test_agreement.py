"""The agreement matrix: the page is what a run writes, its list of refusals complete, and no fault is passed over."""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import Any as Anything

import pytest

import paramql
from agreement import PAGE, cells, rows
from paramql.ast import Op
from paramql.backends import CapabilityError, duckdb, mariadb, postgresql, sqlite
from paramql.declare import Expression
from paramql.schema import Schema
from paramql.testing import PythonEngine, agreement, cases
from paramql.testing.agreement import GROUPS, Answers, main, page, selecting
from paramql.testing.describe import _TYPES
from paramql.testing.known import KNOWN, Known
from paramql.testing.refusals import REFUSALS, Refusal
from paramql.types import Choice, Decimal, Type

BACKENDS = Path(paramql.__file__).parent / "backends"
NEED_MORE: dict[str, Callable[[], Type]] = {"choice": lambda: Choice("a"), "decimal": lambda: Decimal(2)}

# --- the page


def test_the_page_has_every_engine_and_every_file_of_cases() -> None:
    assert [name for name, *_ in rows()] == list(KNOWN), "an engine was missing: run `make agreement` where all are"
    assert sorted(chain(*GROUPS.values())) == sorted({case.feature for case in cases()})


def test_the_page_is_what_a_run_writes() -> None:
    """Of these counts and versions, which the conformance tests hold, to the last word."""
    if lacking := [one.needs for one in REFUSALS if not one.is_met_here]:
        pytest.skip(f"what is refused cannot be asked without {' and '.join(lacking)}")
    found = cells()
    answered = {name: {group: Answers(int(found[name, group])) for group in GROUPS} for name, *_ in rows()}
    written = page(answered, {name: version for name, version, *_ in rows()}, {})
    assert "\n".join(written) + "\n" == PAGE, "docs/agreement.md is out of date: run `make agreement`"


# --- the list of refusals


@pytest.mark.parametrize("one", REFUSALS, ids=lambda one: f"{one.backend}: {one.what}")
def test_what_is_said_to_be_refused_is(one: Refusal) -> None:
    if not one.is_met_here:
        pytest.skip(f"needs {one.needs}")
    assert isinstance(one.met(), CapabilityError)


def test_every_place_that_refuses_is_met() -> None:
    if lacking := [one.needs for one in REFUSALS if not one.is_met_here]:
        pytest.skip(f"cannot be asked without {' and '.join(lacking)}")
    met = [traceback.extract_tb(one.met().__traceback__)[-1] for one in REFUSALS]
    raising = re.compile(r"raise (CapabilityError|_refusal)\b")
    there = {
        (str(file), number)
        for file in BACKENDS.rglob("*.py")
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1)
        if raising.search(line)
    }
    assert {(frame.filename, frame.lineno) for frame in met} == there


def test_every_comparison_that_a_storage_lacks_is_listed() -> None:
    lacking = {
        (dialect.name, word, name)
        for dialect in (sqlite.DIALECT, postgresql.DIALECT, mariadb.DIALECT, duckdb.DIALECT)
        for storages in (dialect.columns, dialect.documents)
        for word, by_name in storages.items()
        for name, storage in by_name.items()
        if lacks(type_of(word), storage.relations.keys())
    }
    listed = [
        re.fullmatch(r"(\w+) cannot (?:answer|sort) .* a (\w+) stored as (\w+) has.*", str(one.met())) for one in SQL
    ]
    assert lacking == {match.groups() for match in listed if match}


SQL = [one for one in REFUSALS if one.backend in ("sqlite", "postgresql", "mariadb", "duckdb")]


def lacks(type_: Type, ops: Collection[Op]) -> bool:
    """Whether a comparison, or the one that sorting takes, is not there."""
    return not type_.ops <= set(ops) or (type_.sortable and Op.GT not in ops)


def type_of(word: str) -> Type:
    """A type by its word, as descriptions of schemas have it."""
    return NEED_MORE[word]() if word in NEED_MORE else _TYPES[word]()


def test_what_cannot_be_asked_here_is_not_said_to_be_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agreement, "REFUSALS", (replace(REFUSALS[0], needs="no_such_package"),))
    assert len(list(agreement.cannot({}))) == len(["| backend |", "|---|"])


def test_what_is_not_refused_is_not_listed() -> None:
    with pytest.raises(AssertionError, match="sqlite does not refuse to add: 2"):
        Refusal("sqlite", "to add", "", lambda: 1 + 1).met()


# --- the run


class Refusing(PythonEngine):
    """Python that answers nothing."""

    def select(self, where: Expression) -> set[Anything]:
        """Refuse."""
        raise CapabilityError("python cannot answer 'this'")


class Wrong(PythonEngine):
    """Python that forgets the records."""

    def load(self, schema: Schema, documents: Iterable[Mapping[str, Anything]]) -> None:
        """Hold nothing."""
        super().load(schema, [])


@pytest.fixture(name="asked")
def _asked(monkeypatch: pytest.MonkeyPatch) -> Callable[..., int]:
    """A run of a few cases and these engines, one of which is missing."""

    def run(**engines: Callable[[], PythonEngine]) -> int:
        known = {name: Known(lambda: None, engine, lambda: "1.0") for name, engine in engines.items()}
        absent = Known(lambda: "absent: install it", PythonEngine, lambda: "")
        monkeypatch.setattr(agreement, "KNOWN", known | {"absent": absent})
        monkeypatch.setattr(agreement, "started", lambda name: known[name].start())
        return main()

    monkeypatch.setattr(agreement, "GROUPS", {"no value": ("missing",), "dates": ("dates",)})
    return run


def test_a_run_counts_what_was_passed_and_says_what_was_left_out(
    asked: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert asked(right=PythonEngine) == 0
    written, told = capsys.readouterr()
    first, second = len(selecting("no value")), len(selecting("dates"))
    assert f"\n| right | 1.0 | **{first + second}** | {first} | {second} |\n" in written
    assert "none was refused" in written
    assert "\n## Not asked\n\n- absent: absent: install it\n" in written
    assert told == "right\nleft out: absent: install it\n"


def test_a_run_counts_refusals_and_lists_those_that_nobody_has_explained(
    asked: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert asked(refusing=Refusing) == 0
    written = capsys.readouterr().out
    count = len(selecting("dates"))
    assert f"| 0, {count} refused |\n" in written
    assert "how many the engine refused" in written
    assert f"\n| | python cannot answer '…' | | {count + len(selecting('no value'))} |\n" in written


def test_a_run_that_finds_a_wrong_answer_writes_no_page(
    asked: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert asked(right=PythonEngine, wrong=Wrong) == 1
    written, told = capsys.readouterr()
    assert written == ""
    assert "not selected: " in told
    assert re.search(r"\d+ answers are wrong: no page\n$", told)


def test_what_is_not_installed_is_left_out_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("paramql.testing.known.find_spec", lambda name: find_spec(name) if name == "re" else None)
    assert KNOWN["python"].missing() is None
    told = "sqlalchemy on duckdb: install SQLAlchemy and duckdb-engine (pip install 'paramql[test]')"
    assert KNOWN["sqlalchemy on duckdb"].missing() == told
    assert KNOWN["django on sqlite"].missing() == "django on sqlite: install Django (pip install 'paramql[test]')"


def test_a_mongodb_that_is_named_says_its_own_version(monkeypatch: pytest.MonkeyPatch) -> None:
    assert KNOWN["mongodb"].version().startswith("SecantusDB ")
    monkeypatch.setenv("PARAMQL_MONGODB_URI", "mongodb://somewhere")
    monkeypatch.setattr("paramql.testing.engines_mongodb.client", Server)
    assert KNOWN["mongodb"].version() == "8.0.4"


class Server:
    """A server that knows its version."""

    def server_info(self) -> dict[str, str]:
        """As PyMongo has it."""
        return {"version": "8.0.4"}
