"""The page for those who come from elsewhere: each spelling of ours is taken, and means what its row says."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

import paramql as pq

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "migration.md").read_text(encoding="utf-8")
ROWS = [line.split("|")[1:-1] for line in PAGE.splitlines() if line.startswith("| ")]
OURS = [(row[0].strip(), text) for row in ROWS[1:] for text in re.findall(r"`([^`]+)`", row[1]) if "=" in text]


def schema() -> pq.Schema:
    names: dict[str, pq.Schema] = {}
    exec(PAGE.partition("```python\n")[2].partition("```")[0], names)
    return names["orders"]


ORDERS = schema()
BY_MEANING = dict(OURS)


@pytest.mark.parametrize(("meaning", "text"), OURS, ids=[text for _, text in OURS])
def test_each_spelling_is_taken(meaning: str, text: str) -> None:
    query = ORDERS.parse(text)
    assert query.names or text.startswith(("order=", "size=")), meaning
    assert not query.notices


def test_rows_are_whole_and_mean_what_they_say() -> None:
    assert len(ROWS) > 20
    assert {len(row) for row in ROWS} == {6}
    complements = [("equal", "not equal"), ("one of", "none of"), ("no value", "some value"), ("either", "neither")]
    for one, other in complements:
        asked = ORDERS.parse(f"{BY_MEANING[one]}&{BY_MEANING[other]}").where
        assert pq.compile(asked, "python").filter(RECORDS) == []
        found = [pq.compile(ORDERS.parse(BY_MEANING[text]).where, "python").filter(RECORDS) for text in (one, other)]
        assert sorted(row["id"] for rows in found for row in rows) == [1, 2, 3]


def test_a_spelling_breaks_after_what_joins_its_parts_and_nowhere_else() -> None:
    broken = runpy.run_path(str(ROOT / "tools" / "spellings.py"))["on_page_content"]
    table = "<td>a, b <code>a&lt;1&amp;b=x,y;c-d</code> <code>a eq 1</code></td>"
    assert broken(table) == table
    assert broken(f'<div class="spellings">{table}</div>{table}') == (
        '<div class="spellings"><td>a, b <code>a&lt;1&amp;<wbr>b=x,<wbr>y;<wbr>c-d</code> '
        f"<code>a <wbr>eq <wbr>1</code></td></div>{table}"
    )
    assert '<div class="spellings" markdown>' in PAGE


DOCUMENTS: list[dict[str, object]] = [
    {"id": 1, "status": "new", "total": 3},
    {"id": 2, "paid": "2024-05-01T00:00:00Z", "total": 10},
    {"id": 3},
]
RECORDS = [ORDERS.load({"placed": "2024-05-01T00:00:00Z"} | document) for document in DOCUMENTS]
