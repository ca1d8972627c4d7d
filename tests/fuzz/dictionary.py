"""Words that a fuzzer puts in: those of the grammar, of the operators, and of the schemas' names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from asked_instances import SCHEMA as INSTANCES
from paramql.ast import Op
from strategies.texts import NAMES

GRAMMAR = Path(__file__).parents[2] / "grammar" / "filter.lark"
_TERMINAL = re.compile(r'^[A-Z_]+(?:\.\d+)?\s*:\s*(?:/(.*)/|"(.*)")$', re.MULTILINE)
# What means something in a pattern and is no literal.
_SIGNS = re.compile(r"\[(?:\\.|[^\]])*\]|\(\?:|(?<!\\)[()?*+|]|\{[\d,]+\}")
_MORE = ("%2B", "%00", "%C3%A9", "now-1d", "today", "2019-05-01T12:00:00.1234567Z", "1e9", "-0", "true", "é", "İ")


def words() -> list[str]:
    """Each once."""
    operators = [f"{one}:" for one in (*(op.value for op in Op), "ne", "nin", "not", "exists")]
    names = [*NAMES, *(field.name for field in INSTANCES.fields), *INSTANCES.controls.values()]
    return sorted({*of_the_grammar(), *operators, *names, *_MORE, "&", "=", '"'})


def of_the_grammar() -> Iterator[str]:
    """What stands literally in its terminals, such as `and(`."""
    for pattern, text in _TERMINAL.findall(GRAMMAR.read_text(encoding="utf-8")):
        runs = [text] if text else _SIGNS.split(pattern)
        yield from filter(None, (re.sub(r"\\(.)", r"\1", run) for run in runs))


def as_libfuzzer_has_it() -> str:
    """A dictionary file: strings in quotation marks, in which bytes that do not print are escaped."""
    quoted = (
        "".join(chr(b) if 32 <= b < 127 and b not in b'"\\' else f"\\x{b:02x}" for b in w.encode()) for w in words()
    )
    return "".join(f'"{word}"\n' for word in quoted)
