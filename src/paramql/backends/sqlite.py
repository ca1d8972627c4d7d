"""SQLite 3.38 and later: text and numbers in columns, lists and documents as JSON text, or as rows of other tables.

Columns of text must have the collation BINARY, which is the default. A column that a `JsonPath` leads into holds JSON
or NULL.
"""

from __future__ import annotations

import json
import re
from typing import Any, cast

from paramql.ast import Op
from paramql.backends.places import SchemaLike, Target
from paramql.backends.sql.dialect import Dialect, Guard, Node, Source
from paramql.backends.sql.pattern import BLURRED, glob
from paramql.backends.sql.relation import EQUAL, Relations, both, ordered, ranged, relation
from paramql.backends.sql.storage import (
    Form,
    Storage,
    as_is,
    by_name,
    date_text,
    decimal_text,
    dumped,
    epoch_s,
    epoch_us,
    fixed_text,
    flag,
    scaled,
    whole_seconds,
)
from paramql.backends.sql.target import SqlTarget, compile_sql
from paramql.backends.sql.target import make_target as make_sql_target
from paramql.backends.sql.text import Piece, Sql, literal
from paramql.declare import Expression
from paramql.types import Choice, Decimal, Type

_WITHIN = relation("{v} IN (SELECT value FROM json_each({0}))", "{v} NOT IN (SELECT value FROM json_each({0}))")
_GLOB = relation("{v} GLOB {0}", "{v} NOT GLOB {0}")
# The value with {1} to {3} for the characters that GLOB takes for one, and {4} for what these were.
_APART = "{v}"
for _found, _put in [
    *((f"{{{number}}}", "{4}") for number in (1, 2, 3)),
    *((f"char({ord(char)})", f"{{{number}}}") for number, char in enumerate(BLURRED, 1)),
]:
    _APART = f"replace({_APART}, {_found}, {_put})"
_EQUALITY: Relations = {Op.EQ: EQUAL, Op.IN: _WITHIN}
_VALUES: Relations = {**_EQUALITY, **ordered()}
_TEXT: Relations = {
    **_VALUES,
    Op.CONTAINS: relation("instr({v}, {0}) > 0", "instr({v}, {0}) = 0"),
    Op.STARTSWITH: ranged(),
    Op.ENDSWITH: relation("substr({v}, -{1}) = {0}", "substr({v}, -{1}) <> {0}"),
    Op.IEQ: _GLOB,
    Op.ICONTAINS: _GLOB,
    Op.ISTARTSWITH: _GLOB,
    Op.IENDSWITH: _GLOB,
}

_COLUMNS = {
    "text": by_name(Storage("text", "TEXT COLLATE BINARY", as_is, _TEXT)),
    "choice": by_name(Storage("text", "TEXT COLLATE BINARY", as_is, _EQUALITY)),
    "uuid": by_name(Storage("text", "TEXT COLLATE BINARY", as_is, _VALUES)),
    "integer": by_name(Storage("integer", "INTEGER", as_is, _VALUES)),
    "decimal": by_name(Storage("integer", "INTEGER", scaled, _VALUES)),
    "float": by_name(Storage("real", "REAL", as_is, _VALUES)),
    "boolean": by_name(Storage("integer", "INTEGER", flag, _EQUALITY)),
    "datetime": by_name(
        Storage("text", "TEXT COLLATE BINARY", fixed_text, _VALUES),
        Storage("epoch_us", "INTEGER", epoch_us, _VALUES),
        Storage("epoch_s", "INTEGER", epoch_s, _VALUES, fold=whole_seconds),
    ),
    "date": by_name(Storage("text", "TEXT COLLATE BINARY", date_text, _VALUES)),
}


def _shaped(pattern: str) -> Form:
    """Text in which each 0 stands for a digit and each f for a hexadecimal one."""
    glob = pattern.replace("0", "[0-9]").replace("f", "[0-9a-f]")
    return Form(_GLOB, lambda _: (glob,))


def _words(type_: Type) -> tuple[object, ...]:
    return (dumped(cast(Choice, type_).words),)


def _lengths(type_: Type) -> tuple[object, ...]:
    """Where the point stands at most, how many digits follow it at most, and what begins a number."""
    decimal = cast(Decimal, type_)
    whole = decimal.digits - decimal.scale
    return (max(whole, 1) + 1, decimal.scale, "*" if whole else "0*")


_NUMERIC = Form(
    both(
        "json_valid({v}) AND {v} NOT GLOB '*[^-.0-9]*' AND {v} NOT GLOB '*.*0' AND {v} <> '-0'"
        " AND instr(ltrim({v}, '-') || '.', '.') <= {0} AND length({v}) - instr({v} || '.', '.') <= {1}"
        " AND ltrim({v}, '-') GLOB {2}",
        "NOT json_valid({v}) OR {v} GLOB '*[^-.0-9]*' OR {v} GLOB '*.*0' OR {v} = '-0'"
        " OR instr(ltrim({v}, '-') || '.', '.') > {0} OR length({v}) - instr({v} || '.', '.') > {1}"
        " OR ltrim({v}, '-') NOT GLOB {2}",
    ),
    _lengths,
)
# JSON numbers beyond 64 bits come out of json_extract as reals; they are no integers here.
_WHOLE = Form(relation("typeof({v}) = 'integer'", "typeof({v}) <> 'integer'"))
_WORD = Form(_WITHIN, _words)
_UUID = _shaped("-".join("f" * count for count in (8, 4, 4, 4, 12)))

_DOCUMENTS = {
    "text": by_name(Storage("text", "", as_is, _TEXT, kinds=("text",))),
    "choice": by_name(Storage("text", "", as_is, _EQUALITY, kinds=("text",), form=_WORD)),
    "uuid": by_name(Storage("text", "", as_is, _VALUES, kinds=("text",), form=_UUID)),
    "integer": by_name(Storage("integer", "", as_is, _VALUES, kinds=("integer",), form=_WHOLE)),
    "decimal": by_name(
        Storage("integer", "", scaled, _VALUES, kinds=("integer",), form=_WHOLE),
        Storage("text", "", decimal_text, _EQUALITY, kinds=("text",), form=_NUMERIC),
    ),
    "float": by_name(Storage("real", "", as_is, _VALUES, kinds=("integer", "real"))),
    "boolean": by_name(Storage("boolean", "", flag, _EQUALITY, write=as_is, kinds=("true", "false"))),
    "datetime": by_name(
        Storage("text", "", fixed_text, _VALUES, kinds=("text",), form=_shaped("0000-00-00T00:00:00.000000Z"))
    ),
    "date": by_name(Storage("text", "", date_text, _VALUES, kinds=("text",), form=_shaped("0000-00-00"))),
}


class _Json:
    """The JSON functions. An element is a row of json_each, whose `type` and `value` are columns."""

    def check(self, keys: tuple[str, ...]) -> None:
        _path(keys)

    def value(self, node: Node, storage: Storage) -> str:
        if node.is_element and not node.keys:
            return f"{node.root}.value"
        return f"json_extract({_document(node)}, {_path(node.keys)})"

    def guard(self, node: Node, storage: Storage) -> Guard:
        kind = f"{node.root}.type" if node.is_element and not node.keys else _kind(node)
        names = ", ".join(map(literal, storage.kinds))
        if len(storage.kinds) == 1:
            return Guard(Piece(f"{kind} = {names}"), Piece(f"{kind} <> {names}"))
        return Guard(Piece(f"{kind} IN ({names})"), Piece(f"{kind} NOT IN ({names})"))

    def elements(self, node: Node, alias: str, *, of_records: bool) -> Source:
        path = f", {_path(node.keys)}" if node.keys else ""
        is_column = not (node.is_element or node.keys)
        document = f"CASE WHEN json_valid({node.root}) THEN {node.root} END" if is_column else _document(node)
        conditions = [Piece(f"typeof({alias}.key) = 'integer'")]
        if of_records:
            conditions.append(Piece(f"{alias}.type = 'object'"))
        return Source(f"json_each({document}{path}) AS {alias}", tuple(conditions), Node(alias, is_element=True))


def _document(node: Node) -> str:
    return f"{node.root}.value" if node.is_element else node.root


def _kind(node: Node) -> str:
    return f"json_type({_document(node)}, {_path(node.keys)})"


def _path(keys: tuple[str, ...]) -> str:
    return literal("$" + "".join(f".{_segment(key)}" for key in keys))


def _segment(key: str) -> str:
    """A key between quotes. SQLite ends a quoted key at any quote, so one with quotes stands bare, as JSON has it."""
    escaped = json.dumps(key, ensure_ascii=False)[1:-1]
    if escaped == key:
        return f'"{key}"'
    if re.search(r"[.\[]", key) or "\0" in key:
        raise ValueError(f"SQLite has no path to the key {key!r}: it holds quotes or escapes, and a dot or a bracket")
    return escaped


DIALECT = Dialect(
    name="sqlite",
    quote="`",
    styles=("qmark", "named", "numeric_dollar"),
    columns=_COLUMNS,
    documents=_DOCUMENTS,
    lists=("json",),
    json=_Json(),
    pattern=glob,
    json_column="TEXT",
    json_check="{0} IS NULL OR json_valid({0})",
    # json_each has columns of these names, which hide those of the table where none is named.
    reserved=frozenset(
        {"key", "value", "type", "atom", "id", "parent", "fullkey", "path", "json", "root", "rowid", "oid", "_rowid_"}
    ),
    nulls_first=frozenset({"ASC"}),
    apart=relation(f"{_APART} GLOB {{0}}", f"{_APART} NOT GLOB {{0}}"),
    compares_rows=True,
    orders_parts=False,
)


def compile(where: Expression, target: Target | None) -> Sql:
    """The condition for a WHERE clause (without that word) and its parameters."""
    return compile_sql(DIALECT, where, target)


def make_target(schema: SchemaLike, **options: Any) -> SqlTarget:
    """A target. Options: `table`, `columns` (places by field name), `paramstyle`."""
    return make_sql_target(DIALECT, schema, **options)
