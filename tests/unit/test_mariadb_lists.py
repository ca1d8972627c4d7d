"""The items of a list on MariaDB are read as short texts, which it looks up by hash, where all are short."""

from __future__ import annotations

import pytest

import paramql as pq

SCHEMA = pq.Schema(pq.Field("id", pq.Integer(), unique=True), pq.Field("name", pq.Text()))
SHORT, LONG = ("a", "é", "a" * 512, "é" * 512), ("a" * 513, "é" * 513)
LISTS = [*((one, False) for one in SHORT), *((one, True) for one in LONG)]


@pytest.mark.parametrize("storage", ["text", "nopad_bin"])
@pytest.mark.parametrize("lists", [LISTS, LISTS[::-1]], ids=["short first", "long first"])
def test_a_long_item_is_read_whole_whatever_was_asked_before(storage: str, lists: list[tuple[str, bool]]) -> None:
    target = pq.target("mariadb", SCHEMA, columns={"name": pq.Column("name", storage=storage)})
    for _ in range(3):
        for text, is_long in lists:
            sql = pq.compile(SCHEMA.bind(pq.in_("name", ["b", text])), target)
            assert ("LONGTEXT" in sql.text, "VARCHAR(512)" in sql.text) == (is_long, not is_long), text[:2]
