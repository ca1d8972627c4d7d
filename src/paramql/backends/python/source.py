"""The text of a predicate, from a filter's shape: readable, and the same whatever the literals are.

`make(slow, v0, …)` gives `keep(r)` and `keep.filter(records)`. Keys are taken to be there until one is not, from then
on they may be missing; a record that is not as promised raises, and is handed to `slow`, the tree of closures, which
expects nothing. In between, types are looked at only where Python would find values of different types equal, so that
the answers are the same.
"""

from __future__ import annotations

from paramql.backends.python.conditions import Functions, Scope
from paramql.backends.python.layout import Text, statement
from paramql.backends.python.members import Access
from paramql.backends.python.numbered import numbered
from paramql.backends.python.shape import Shape


def source_of(shape: Shape, access: Access) -> str:
    """The text of a module that defines `make`."""
    names: list[str] = []
    where = numbered(shape, names)
    functions = Functions(access)
    sure = Scope("r", functions, is_open=False).condition(where)
    patient = Scope("r", functions, is_open=True).condition(where)
    both = [*_keep(patient), *_filter(patient)]
    if sure != patient:
        both = [*_keep_whole(sure, patient), *_filter_whole(sure, patient)]
    body = [*functions.lines, *both, "keep.filter = filter", "return keep"]
    lines = [f"def make({', '.join(['slow', *names])}):", *(f"    {line}" if line else "" for line in body)]
    return "\n".join(lines) + "\n"


def _keep(condition: Text) -> list[str]:
    return ["def keep(r):", *_answer(condition), ""]


def _keep_whole(sure: Text, patient: Text) -> list[str]:
    return [
        "whole = True  # no key has been missing so far",
        "",
        "def keep(r):",
        "    nonlocal whole",
        "    try:",
        "        if whole:",
        *statement("if", sure, 12),
        "                return True",
        "            return False",
        "    except Exception:",
        "        whole = False",
        *_answer(patient),
        "",
    ]


def _answer(condition: Text) -> list[str]:
    return [
        "    try:",
        *statement("if", condition, 8),
        "            return True",
        "        return False",
        "    except Exception:  # a record that is not what it promises to be",
        "        return slow(r)",
    ]


def _filter(condition: Text) -> list[str]:
    return ["def filter(records):", "    kept = []", *_loop(condition, "records", 4, _SLOW), "    return kept", ""]


def _filter_whole(sure: Text, patient: Text) -> list[str]:
    return [
        "def filter(records):",
        "    nonlocal whole",
        "    kept, rest = [], iter(records)",
        "    if whole:",
        *_loop(sure, "rest", 8, _NO_LONGER_WHOLE),
        "        else:",
        "            return kept",
        *_loop(patient, "rest", 4, _SLOW),
        "    return kept",
        "",
    ]


_SLOW = "if slow(r):", "    kept.append(r)"
_NO_LONGER_WHOLE = "whole = False", "if keep(r):", "    kept.append(r)", "break"


def _loop(condition: Text, records: str, indent: int, otherwise: tuple[str, ...]) -> list[str]:
    """A loop that keeps records; otherwise: what is done with one of which the condition raises."""
    space = " " * indent
    return [
        f"{space}for r in {records}:",
        f"{space}    try:",
        *statement("if", condition, indent + 8),
        f"{space}            kept.append(r)",
        f"{space}    except Exception:",
        *(f"{space}        {line}" for line in otherwise),
    ]
