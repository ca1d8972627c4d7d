"""Wrong backends for MongoDB and Polars: a pytest plugin that makes one of the changes, named by a variable."""

from __future__ import annotations

import os
import sys

from sabotage.saboteurs import Sabotage
from sabotage.victim import Finder

VARIABLE = "PARAMQL_SABOTAGE"

_EMIT, _STORAGE, _ORDER = (f"backends.mongodb.{name}" for name in ("emit", "storage", "order"))
_FRAMES, _TYPES, _TARGET = (f"backends.polars.{name}" for name in ("emit", "storage", "target"))
_INTEGER = '"integer", _as_is, _as_is, _of_kind("int", "long"), is_loose='
_DECIMAL = '_of_kind("decimal", "int", "long"), is_loose='
MONGODB = [
    Sabotage("look into arrays", _EMIT, '{**operators, "$not": _ARRAY}', "operators"),
    Sabotage("look through arrays of objects", _EMIT, "for parent in parents}", "for parent in ()}"),
    Sabotage(
        "match regular expressions that are stored",
        _EMIT,
        "any(literal.holds and literal.op not in TEXTUAL for",
        "any(literal.holds for",
    ),
    Sabotage("two bounds, two elements", _EMIT, '{"$elemMatch": element}', "element"),
    Sabotage("an anchor before a line end", _EMIT, r'(r"\z" if', '("$" if'),
    Sabotage("no escape", _EMIT, "re.escape(equals)", "equals"),
    Sabotage("case-sensitive", _EMIT, "classes(text) if op in FOLDED else text", "text"),
    Sabotage("the complement of a bound is the other bound", _EMIT, 'Op.GT: "$lte"', 'Op.GT: "$lt"'),
    Sabotage("forget the second operator of a name", _EMIT, "spare.append((name, operand))", "pass"),
    Sabotage("merge conditions on one path", _EMIT, "is not operand for", "is None for"),
    Sabotage("integers match doubles", _STORAGE, f"{_INTEGER}True", f"{_INTEGER}False"),
    Sabotage("decimals match doubles", _STORAGE, f"{_DECIMAL}True", f"{_DECIMAL}False"),
    Sabotage("floats of integers are none", _STORAGE, '_of_kind("double", "int", "long")', '_of_kind("double")'),
    Sabotage("microseconds of dates", _STORAGE, "is_loose=False, fold=_in_milliseconds", "is_loose=False"),
    Sabotage("any text is a date", _STORAGE, "_shaped(_DATE)", '_of_kind("string")'),
    Sabotage("sort values of other types", _ORDER, '[is_there, f"$', '[True, f"$'),
    Sabotage("no value first", _ORDER, 'sort[f"{_WORK}.missing{number}"] = 1', "pass"),
]  # fmt: skip
POLARS = [
    Sabotage("null of no value", _FRAMES, "else holds & value.is_not_null()", "else holds"),
    Sabotage("null of no list", _FRAMES, ".list.any() & value.is_not_null()", ".list.any()"),
    Sabotage("a null element is an element", _FRAMES, "pl.element().is_not_null() & condition", "condition"),
    Sabotage("a part is a regular expression", _FRAMES, "contains(part, literal=True)", "contains(part)"),
    Sabotage("no escape in frames", _FRAMES, "char if char.isalnum()", "char if char"),
    Sabotage("operands finer than a column", _TYPES, "_to_milliseconds, fold=_in_milliseconds", "_to_milliseconds"),
    Sabotage("no value first in frames", _TARGET, '"nulls_last": True', '"nulls_last": False'),
]
BY_NAME = {sabotage.name: sabotage for sabotage in (*MONGODB, *POLARS)}

if VARIABLE in os.environ:
    sys.meta_path.insert(0, Finder(BY_NAME[os.environ[VARIABLE]]))
