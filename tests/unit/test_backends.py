"""The registry: names of backends, and what plugs in through the entry-point group."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import EntryPoint, EntryPoints
from types import SimpleNamespace

import pytest

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
    with pytest.raises(ValueError, match="there is no backend 'oracle'; there are duckdb, mariadb, mongodb"):
        load("oracle")


def test_other_backends_plug_in_by_entry_points(monkeypatch: pytest.MonkeyPatch) -> None:
    plugged = SimpleNamespace(compile=lambda where, _: where)
    monkeypatch.setitem(sys.modules, "their_backend", plugged)
    found = EntryPoints([EntryPoint("theirs", "their_backend", GROUP)])
    monkeypatch.setattr(backends, "entry_points", found.select)
    assert compile(LONG, "theirs") is LONG
    with pytest.raises(ValueError, match="sqlite, theirs"):
        load("others")


def test_no_backend_is_imported_before_it_is_named() -> None:
    """Drivers never are: a backend makes text, and the host sends it."""
    script = (
        "import sys, paramql, paramql.backends as b; assert not any(n in sys.modules for n in b.BACKENDS.values());"
        "[b.load(name) for name in ('sqlite', 'postgresql', 'mariadb', 'duckdb')];"
        "assert not {'sqlite3', 'psycopg', 'pymysql', 'duckdb', 'lark'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", script], check=True)
