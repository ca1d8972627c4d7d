"""The registry: names of backends, and what plugs in through the entry-point group."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import EntryPoint, EntryPoints
from types import SimpleNamespace
from typing import Any, TypeAlias

import pytest

import paramql as pq
from paramql import backends
from paramql.ast import Compare, Op
from paramql.backends import GROUP, compile, load, target
from paramql.backends.sql.text import Sql
from paramql.declare import Expression, Field
from paramql.schema import Schema
from paramql.types import Integer

SIZE = Field("length", Integer(), unique=True)
LONG: Expression = Compare(SIZE, Op.GT, 5)


def test_a_name_or_a_target_says_what_to_compile_for() -> None:
    assert compile(LONG, "sqlite") == Sql("`length` > ?", (5,))
    assert compile(LONG, target("sqlite", Schema(SIZE), table="t")) == Sql("`t`.`length` > ?", (5,))


def test_a_name_that_nobody_has_is_an_error_that_lists_the_others() -> None:
    with pytest.raises(ValueError, match="there is no backend 'oracle'; there are django, duckdb, mariadb, mongodb"):
        load("oracle")


def test_a_name_that_is_nearly_one_is_answered_with_that_one() -> None:
    with pytest.raises(
        ValueError, match=r"there is no backend 'sqllite' \(did you mean 'sqlite'\?\); there are django, duckdb"
    ):
        load("sqllite")


Plug: TypeAlias = Callable[..., None]


@pytest.fixture(name="plug")
def _plug(monkeypatch: pytest.MonkeyPatch) -> Iterator[Plug]:
    """Installs plug-ins: names, and the modules that they name."""

    def plug(*entries: tuple[str, str], **modules: object) -> None:
        for module, content in modules.items():
            monkeypatch.setitem(sys.modules, module, content)
        found = EntryPoints([EntryPoint(name, module, GROUP) for name, module in entries])
        monkeypatch.setattr(backends, "entry_points", found.select)

    backends._plugged.cache_clear()
    yield plug
    backends._plugged.cache_clear()


def backend(**functions: object) -> SimpleNamespace:
    return SimpleNamespace(**{"compile": lambda where, _: where, "make_target": print, **functions})


def test_other_backends_plug_in_by_entry_points(plug: Plug) -> None:
    plug(("theirs", "their_backend"), their_backend=backend())
    assert compile(LONG, "theirs") is LONG
    with pytest.raises(ValueError, match="sqlite, theirs"):
        load("others")
    with pytest.raises(ValueError, match="did you mean 'theirs'"):
        load("their")


def test_a_plug_in_never_takes_the_place_of_a_backend_of_the_library(plug: Plug) -> None:
    plug(("sqlite", "their_backend"), their_backend=backend())
    assert compile(LONG, "sqlite") == Sql("`length` > ?", (5,))


def test_of_two_plug_ins_of_one_name_neither_is_taken(plug: Plug) -> None:
    plug(("theirs", "one_backend"), ("theirs", "other_backend"), one_backend=backend(), other_backend=backend())
    with pytest.raises(ValueError, match="2 backends 'theirs': one_backend, other_backend; uninstall all but one"):
        load("theirs")


def test_a_plug_in_that_cannot_be_imported_says_why(plug: Plug) -> None:
    plug(("theirs", "no_such_module"), ("lost", "their_backend:lost"), their_backend=backend())
    with pytest.raises(ImportError, match="backend 'theirs', no_such_module, fails to import: ModuleNotFoundError"):
        compile(LONG, "theirs")
    with pytest.raises(ImportError, match="backend 'lost', their_backend:lost, fails to import: AttributeError"):
        compile(LONG, "lost")


def test_a_plug_in_that_is_no_backend_says_what_it_lacks(plug: Plug) -> None:
    plug(("empty", "empty"), ("half", "half"), empty=SimpleNamespace(), half=backend(make_target=None))
    with pytest.raises(ImportError, match="backend 'empty', empty, has no function compile and no make_target"):
        load("empty")
    with pytest.raises(ImportError, match="has no function make_target"):
        load("half")


def test_no_backend_is_imported_before_it_is_named() -> None:
    """Drivers never are: a backend makes text, and the host sends it."""
    script = (
        "import sys, paramql, paramql.backends as b; assert not any(n in sys.modules for n in b.BACKENDS.values());"
        "[b.load(name) for name in ('sqlite', 'postgresql', 'mariadb', 'duckdb')];"
        "assert not {'sqlite3', 'psycopg', 'pymysql', 'duckdb', 'lark'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


@pytest.mark.parametrize("place", ["python", "sqlite", target("sqlite", Schema(SIZE), table="t")])
@pytest.mark.parametrize(
    ("given", "told"),
    [
        (Schema(SIZE).parse("length=1"), "compile takes an expression, such as query.where, not Query"),
        (pq.eq("length", 1), "'length' is only a name: schema.bind"),
        (pq.all_of(pq.not_(pq.exists("length")), pq.eq("length", 1)), "'length' is only a name: schema.bind"),
    ],
)
def test_what_is_no_checked_expression_is_told_so(given: Any, told: str, place: Any) -> None:
    with pytest.raises(TypeError, match=re.escape(told)):
        compile(given, place)


def test_a_fault_of_a_backend_stays_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    def compile_nothing(where: object, target: object) -> None:
        raise AttributeError("the backend's own")

    monkeypatch.setitem(backends._COMPILERS, "sqlite", compile_nothing)
    where = Schema(SIZE).bind(pq.any_of(pq.not_(pq.eq("length", 1)), pq.exists("length")))
    with pytest.raises(AttributeError, match="the backend's own"):
        compile(where, "sqlite")
