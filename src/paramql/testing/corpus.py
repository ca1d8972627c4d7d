"""The conformance cases: JSON files by feature, groups of cases in a file, one schema and its records for a group."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib.resources import files
from typing import Any as Anything

from paramql.schema import Schema
from paramql.testing.describe import schema_of

_NOT_CASES = "schema.json"


@dataclass(frozen=True, eq=False)
class Group:
    """Cases that share a schema and records: `description` is the schema as data, `rows` are JSON documents."""

    feature: str
    description: Mapping[str, Anything]
    rows: tuple[Mapping[str, Anything], ...]

    @cached_property
    def schema(self) -> Schema:
        """The schema, made once: an engine may keep what it holds when it is handed the same objects again."""
        return schema_of(self.description)


@dataclass(frozen=True, eq=False)
class Case:
    """A query and what must come of it.

    given: how it is asked (`now`, `zone`, `lenient`, `only`). expected: `ids` of the records selected, or `problems`;
    beside them what else is promised: `canonical`, `notices`, `order`, `size`, `values`.
    """

    group: Group
    name: str
    query: str
    given: Mapping[str, Anything] = field(default_factory=dict)
    expected: Mapping[str, Anything] = field(default_factory=dict)
    hides: tuple[str, ...] = ()

    @property
    def feature(self) -> str:
        """The file that the case stands in."""
        return self.group.feature

    def __str__(self) -> str:
        return f"{self.feature}: {self.name}"


def cases() -> Iterator[Case]:
    """All cases, file by file, in the order in which they are written."""
    folder = files("paramql.testing") / "cases"
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".json") and file.name != _NOT_CASES:
            yield from _cases(file.name.removesuffix(".json"), json.loads(file.read_text("utf-8")))


def _cases(feature: str, data: Mapping[str, Anything]) -> Iterator[Case]:
    for described in data["groups"]:
        group = Group(feature, described["schema"], tuple(described.get("rows", ())))
        for case in described["cases"]:
            yield _case(group, case)


def _case(group: Group, data: Mapping[str, Anything]) -> Case:
    given = {key: data[key] for key in ("now", "zone", "lenient", "only") if key in data}
    told = {"name", "query", "hides", *given}
    expected = {key: value for key, value in data.items() if key not in told}
    return Case(group, data["name"], _joined(data["query"]), given, expected, tuple(data.get("hides", ())))


def _joined(query: str | list[str | tuple[str, int]]) -> str:
    """The query; of a long one its parts, a part being a text or a text and how often it is repeated."""
    if isinstance(query, str):
        return query
    return "".join(part if isinstance(part, str) else part[0] * part[1] for part in query)
