"""The agreement matrix: `python -m paramql.testing.agreement` asks every engine every conformance case, and writes it.

The page goes to standard output, what is missing here and what goes wrong to standard error. Status 1: an engine
disagrees with a case, and there is no page.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from paramql.backends import BACKENDS, CapabilityError
from paramql.testing.corpus import Case, cases
from paramql.testing.engine import Engine
from paramql.testing.known import KNOWN, started
from paramql.testing.refusals import REFUSALS
from paramql.testing.runner import run

GROUPS: Mapping[str, tuple[str, ...]] = {
    "operators": ("operators", "words", "prefixes", "empties"),
    "text": ("text", "ignore-case"),
    "numbers": ("numbers", "precision"),
    "time": ("dates", "datetimes", "relative", "zones"),
    "lists": ("lists", "lists-of-values", "lists-of-records"),
    "no value": ("missing",),
    "and, or, not": ("expressions", "pairs", "parameters", "hidden"),
    "requests": ("instances", "sorting", "controls", "limits", "errors", "canonical", "review"),
}


@dataclass
class Answers:
    """How an engine did in some cases: how many it passed, the refusals of others by what they say, what is wrong."""

    passed: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return f"{self.passed}, {self.refused.total()} refused" if self.refused else f"{self.passed}"

    def __add__(self, other: Answers) -> Answers:
        return Answers(self.passed + other.passed, self.refused + other.refused, self.wrong + other.wrong)


def selecting(group: str) -> list[Case]:
    """The cases of a group in which records are selected."""
    return [case for case in cases() if case.feature in GROUPS[group] and "ids" in case.expected]


def answers(engine: Engine, some: Iterable[Case]) -> Answers:
    """Put cases to an engine."""
    found = Answers()
    for case in some:
        try:
            run(case, engine)
            found.passed += 1
        except CapabilityError as error:
            found.refused[unnamed(str(error))] += 1
        except AssertionError as error:
            found.wrong.append(str(error))
    return found


def unnamed(message: str) -> str:
    """A refusal without the names of fields and of the operator, so that it is the same in every case.

    >>> unnamed("mariadb cannot answer gt of 'ticket': a uuid stored as native has no such comparison")
    "mariadb cannot answer … of '…': a uuid stored as native has no such comparison"
    """
    return re.sub(r"'[^']*'", "'…'", re.sub(r"answer \w+ of", "answer … of", message))


# --- the page

Rows = Mapping[str, Mapping[str, Answers]]

_HEAD = """\
---
hide: [toc]
---

# Agreement

<!-- Written by `make agreement`; the tests hold it to what they find. -->

{cases:,} conformance cases say what the language means. {selecting:,} of them select records; the others are about what
is refused, or how a query is written, before any record is looked at. Each of the {selecting:,} was put to every engine
below: the case's records were stored there, the engine asked, and the records that it selected had to be exactly those
that the case names. It was asked twice, in the words of the case and in the canonical form. A number says how many
cases passed so{refused}.
"""

_LEGEND = """\
## What was asked

{groups}

The cases are data, in `tests/conformance/`, a file for each of these names. They are shipped with the test kit, which
runs them: [write a backend](backends.md).

## How each engine was asked

- **columns**: every field in a column of its type; lists in the engine's own where it has such, in JSON elsewhere.
- **document**: every field but the key at its path in one JSON column, misfits included.
- **rows**: every list as the rows of a child table.
- **postgresql-icu**: a database whose text columns sort by the rules of a language, not by code point.
- **python**: a predicate asked record by record, and over all of them, before and after code is generated for it.
- **mongodb**: SecantusDB, which speaks MongoDB's wire protocol, or the server that `PARAMQL_MONGODB_URI` names.
- **polars**: a frame, asked at once and lazily.
- **sqlalchemy**: tables, mapped classes with relationships, and a JSON document, by conditions, prepared statements and
  complements; all must agree. The second version is the database's.
- **django**: fields, relations and a JSON document of models, by `filter` and `exclude`; all must agree. Likewise.
- **spark**: a session of one thread, asked by text with parameters and by columns, in turn; **structs**: every field in
  a column or in structs and arrays, **rows**: every list as the rows of a child table.
"""

_CANNOT = """\
## What an engine cannot do

A backend that cannot answer exactly refuses, with a `CapabilityError`, when a filter is compiled: it never answers
nearly. Here is all that is refused, and the number of conformance cases that meet it.
"""


def page(rows: Rows, versions: Mapping[str, str], left_out: Mapping[str, str]) -> Iterator[str]:
    """The page, in lines: of the answers by engine and group, the versions met, and why other engines were not."""
    refused = any(one.refused for row in rows.values() for one in row.values())
    selected = sum(len(selecting(group)) for group in GROUPS)
    counts = {"cases": len(list(cases())), "selecting": selected}
    yield _HEAD.format(**counts, refused=", and how many the engine refused" if refused else "; none was refused")
    yield from table(rows, versions)
    yield ""
    if left_out:
        yield from ("## Not asked", "", *(f"- {name}: {reason}" for name, reason in left_out.items()), "")
    yield _LEGEND.format(groups="\n".join(f"- **{name}**: {', '.join(files)}" for name, files in GROUPS.items()))
    yield _CANNOT
    yield from cannot(rows)


def table(rows: Rows, versions: Mapping[str, str]) -> Iterator[str]:
    """A row for each engine, a column for each group, the sums before them."""
    yield f"| engine | version | all | {' | '.join(GROUPS)} |"
    yield f"|---|---|{'--:|' * (len(GROUPS) + 1)}"
    for name, row in rows.items():
        total = sum(row.values(), Answers())
        yield f"| {name} | {versions[name]} | **{total}** | {' | '.join(map(str, row.values()))} |"


def cannot(rows: Rows) -> Iterator[str]:
    """What is refused, by backend; what a case met and nobody has explained comes last."""
    met = sum((one.refused for row in rows.values() for one in row.values()), Counter[str]())
    yield "| backend | what it refuses | because | cases |"
    yield "|---|---|---|--:|"
    for one in sorted(REFUSALS, key=lambda one: [*BACKENDS].index(one.backend)):
        if one.is_met_here:
            yield f"| {one.backend} | {one.what} | {one.why} | {met.pop(unnamed(str(one.met())), 0)} |"
    for message, count in met.items():
        yield f"| | {message} | | {count} |"


def main() -> int:
    """Ask all, write the page; 1 where an engine disagrees."""
    left_out = {name: reason for name, known in KNOWN.items() if (reason := known.missing())}
    rows, versions = dict[str, dict[str, Answers]](), dict[str, str]()
    for name, known in KNOWN.items():
        _tell(f"left out: {left_out[name]}" if name in left_out else name)
        if name not in left_out:
            rows[name] = {group: answers(started(name), selecting(group)) for group in GROUPS}
            versions[name] = known.version()
    wrong = [message for row in rows.values() for one in row.values() for message in one.wrong]
    if wrong:
        _tell("\n\n".join([*wrong, f"{len(wrong)} answers are wrong: no page"]))
        return 1
    sys.stdout.write("\n".join(page(rows, versions, left_out)) + "\n")
    return 0


def _tell(text: str) -> None:
    sys.stderr.write(f"{text}\n")


if __name__ == "__main__":  # pragma: no cover - `make agreement` does it
    sys.exit(main())
