"""README and documentation are run: what a page claims is so.

In each page, from top to bottom and in one namespace:
- a `python` block is executed;
- a `pycon` block is a session, whose answers must be the ones printed;
- a `query` block has one query a line, which the page's last-made schema must take; after two blanks and `#` a remark:
  `error: CODE` says that the query is refused so, `same as: QUERY` that both mean the same, order and page included.
- a `console` block has commands after `$`, and what each prints, standard error first; a folder of its own is theirs.
A block after `<!-- not run: REASON -->` is left alone.
"""

from __future__ import annotations

import doctest
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import paramql as pq

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"^(?P<skip><!-- not run: .+ -->\n)?```(?P<kind>\w+)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced block of a page, and the line where its body begins."""

    kind: str
    body: str
    line: int


def blocks(text: str) -> Iterator[Block]:
    for match in FENCE.finditer(text):
        if not match["skip"]:
            yield Block(match["kind"], match["body"], text.count("\n", 0, match.start("body")) + 1)


def execute(block: Block, path: Path, names: dict[str, Any]) -> None:
    code = "\n" * (block.line - 1) + block.body
    exec(compile(code, str(path), "exec", dont_inherit=True), names)


def hold_session(block: Block, path: Path, names: dict[str, Any]) -> None:
    session = doctest.DocTestParser().get_doctest(block.body, names, path.name, str(path), block.line - 1)
    complaints: list[str] = []
    result = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(session, out=complaints.append, clear_globs=False)
    names.update(session.globs)
    assert not result.failed, "".join(complaints)


def put_queries(block: Block, path: Path, names: dict[str, Any]) -> None:
    schema = [value for value in names.values() if isinstance(value, pq.Schema)][-1]
    for number, line in enumerate(block.body.splitlines(), block.line):
        if line:
            query, _, remark = (part.strip(" ") for part in line.partition("  #"))
            put_query(schema, query, remark, f"{path.name}:{number}")


def put_query(schema: pq.Schema, query: str, remark: str, place: str) -> None:
    kind, _, rest = remark.partition(": ")
    if kind == "error":
        with pytest.raises(pq.QueryError) as caught:
            schema.parse(query)
        assert [problem.code for problem in caught.value.problems] == rest.split(), place
        return
    try:
        asked = schema.parse(query)
    except pq.QueryError as error:
        pytest.fail(f"{place}: {error}")
    if kind == "same as":
        other = schema.parse(rest)
        assert (asked.where, asked.order, asked.page) == (other.where, other.order, other.page), place


def run_commands(block: Block, path: Path, names: dict[str, Any]) -> None:
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    for part in re.split(r"^\$ ", block.body, flags=re.MULTILINE)[1:]:
        command, _, expected = part.partition("\n")
        script = f"set -o pipefail; {command} 2>&1 >output; cat output"
        done = subprocess.run(
            ["bash", "-c", script if ">" not in command else command],
            cwd=names["folder"],
            env=os.environ | {"PATH": programs, "NO_COLOR": "1", "COLUMNS": "100", "COVERAGE_PROCESS_START": ""},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.stdout + done.stderr == expected, f"{path.name}: $ {command}"


RUN = {"python": execute, "pycon": hold_session, "query": put_queries, "console": run_commands}


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_what_a_page_shows_is_so(path: Path, tmp_path: Path) -> None:
    names: dict[str, Any] = {"__name__": "page", "folder": tmp_path}
    for block in blocks(path.read_text(encoding="utf-8")):
        if block.kind in RUN:
            RUN[block.kind](block, path, names)


def test_a_wrong_page_would_be_noticed(tmp_path: Path) -> None:
    """The checker is checked: each kind of block fails when what it says is not so."""
    names: dict[str, Any] = {"schema": pq.Schema(pq.Field("a", pq.Integer(), unique=True)), "folder": tmp_path}
    wrong = [
        Block("python", "assert 1 == 2\n", 1),
        Block("pycon", ">>> 1 + 1\n3\n", 1),
        Block("query", "b=1\n", 1),
        Block("query", "a=1  # error: syntax\n", 1),
        Block("query", "b=1  # error: syntax\n", 1),
        Block("query", "a=1  # same as: a=2\n", 1),
        Block("console", "$ printf a\nb\n", 1),
    ]
    for block in wrong:
        with pytest.raises((AssertionError, pytest.fail.Exception)):
            RUN[block.kind](block, Path("page.md"), names)
