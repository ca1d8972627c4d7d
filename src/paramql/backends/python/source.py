"""The text of a predicate, from a filter's shape: readable, and the same whatever the literals are.

`make(slow, v0, …)` gives `keep(r)` and `keep.filter(records)`. Both ask for the record as it was promised to be. Where
that raises they hand on to what is more patient: `keep` to `filter`, to which keys may be missing, and that to `slow`,
the tree of closures, which expects nothing. In between, types are looked at only where Python would find values of
different types equal, so that the answers are the same.
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
    keep = Scope("r", functions, is_open=False).condition(where)
    select = Scope("r", functions, is_open=True).condition(where)
    lines = [f"def make({', '.join(['slow', *names])}):"]
    for function in functions.texts:
        lines += _indented(function)
    lines += [*_indented(_keep(keep)), *_indented(_filter(select)), "    keep.filter = filter", "    return keep"]
    return "\n".join(lines) + "\n"


def _keep(condition: Text) -> list[str]:
    return [
        "def keep(r):",
        "    try:",
        *statement("if", condition, 8),
        "            return True",
        "        return False",
        "    except Exception:",
        "        return filter((r,)) != []",
        "",
    ]


def _filter(condition: Text) -> list[str]:
    return [
        "def filter(records):",
        "    kept = []",
        "    for r in records:",
        "        try:",
        *statement("if", condition, 12),
        "                kept.append(r)",
        "        except Exception:",
        "            if slow(r):",
        "                kept.append(r)",
        "    return kept",
        "",
    ]


def _indented(lines: list[str]) -> list[str]:
    return [f"    {line}" if line else "" for line in lines]
