"""What is written of filters, orders and mistakes is what it was when somebody last looked at it."""

from __future__ import annotations

import os
from importlib import import_module

import pytest

import paramql as pq
from paramql.declarations import SortKey
from written import FOLDER, PLACED, RECORD, SCALARS, SCHEMA, WRITTEN, at, queries, sql_target


@pytest.mark.parametrize("name", WRITTEN)
def test_it_is_written_as_before(name: str) -> None:
    file, found = FOLDER / f"{name}.txt", "".join(f"{line}\n" for line in WRITTEN[name]())
    if os.environ.get("PARAMQL_WRITE"):
        file.write_text(found, encoding="utf-8")
    assert file.read_text(encoding="utf-8").split("\n? ") == found.split("\n? ")


@pytest.mark.parametrize("dialect", PLACED)
def test_what_is_stored_is_read_back_where_a_page_ends(dialect: str) -> None:
    """In every storage of a column: the value that the token of the next page holds is the record's."""
    names = import_module(f"paramql.backends.{dialect}").DIALECT
    for field in [field for field in map(SCHEMA.field, SCALARS) if field.sortable]:
        name, expected = field.name, at(RECORD, field.path)
        for storage in names.columns[field.type.word]:
            target = sql_target(dialect, SCHEMA, columns={name: pq.Column(name, storage=storage)})
            (found,) = target.position(target.row(RECORD), [SortKey(field)])
            assert found == (expected.replace(microsecond=0) if storage == "epoch_s" else expected), (name, storage)


@pytest.mark.parametrize("name", ["queries", "orders", "sources", "mistakes"])
def test_nothing_is_asked_twice(name: str) -> None:
    asked = queries(name)
    assert len(asked) == len(set(asked)) > 10
