"""PostgreSQL: native types and arrays, jsonb, or rows of other tables.

Columns of text must have a deterministic collation, which all have unless told otherwise; an index serves order and
prefixes where its collation is "C". jsonb keeps 5.0 apart from 5, but not 1e1 from 10.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, cast

from paramql.ast import Op
from paramql.backends.places import SchemaLike, Target
from paramql.backends.sql.dialect import Dialect, Guard, Node, Source
from paramql.backends.sql.pattern import regex
from paramql.backends.sql.relation import EQUAL, Relations, both, ordered, ranged, relation
from paramql.backends.sql.storage import (
    Form,
    Storage,
    as_is,
    by_name,
    date_text,
    decimal_pattern,
    decimal_text,
    fixed_text,
    naive,
    scaled,
)
from paramql.backends.sql.target import SqlTarget, compile_sql
from paramql.backends.sql.target import make_target as make_sql_target
from paramql.backends.sql.text import Piece, Sql, literal
from paramql.declare import Expression
from paramql.types import Choice, Decimal, Type

_C = '{v} COLLATE "C"'
_WITHIN = relation("{v} = ANY(CAST({0} AS {t}[]))", "{v} <> ALL(CAST({0} AS {t}[]))")
_PATTERN = relation(_C + " ~ {0}", _C + " !~ {0}")

# Operands of every type but text are cast, so that no driver's guess at a type decides.
_EQUALITY: Relations = {Op.EQ: relation("{v} = CAST({0} AS {t})", "{v} <> CAST({0} AS {t})"), Op.IN: _WITHIN}
_VALUES: Relations = {**_EQUALITY, **ordered(operand="CAST({0} AS {t})")}
_WORDS: Relations = {Op.EQ: EQUAL, Op.IN: _WITHIN}
_TEXT: Relations = {
    **_WORDS,
    **ordered(_C),
    Op.CONTAINS: relation("strpos({v}, {0}) > 0", "strpos({v}, {0}) = 0"),
    Op.STARTSWITH: ranged(_C),
    Op.ENDSWITH: relation("right({v}, {1}) = {0}", "right({v}, {1}) <> {0}"),
    Op.IEQ: _PATTERN,
    Op.ICONTAINS: _PATTERN,
    Op.ISTARTSWITH: _PATTERN,
    Op.IENDSWITH: _PATTERN,
}


def _numeric(type_: Type) -> str:
    decimal = cast(Decimal, type_)
    return f"numeric({decimal.digits}, {decimal.scale})"


def _text(type_: str = "text", relations: Relations = _TEXT) -> Storage:
    return Storage("text", f'{type_} COLLATE "C"', as_is, relations, cast="text", pack=list)


_COLUMNS = {
    "text": by_name(_text()),
    "choice": by_name(_text(relations=_WORDS)),
    "uuid": by_name(Storage("uuid", "uuid", as_is, _VALUES, pack=list), _text(relations={**_WORDS, **ordered(_C)})),
    "integer": by_name(Storage("bigint", "bigint", as_is, _VALUES, pack=list)),
    "decimal": by_name(Storage("numeric", _numeric, as_is, _VALUES, cast="numeric", pack=list)),
    "float": by_name(Storage("double precision", "double precision", as_is, _VALUES, pack=list)),
    "boolean": by_name(Storage("boolean", "boolean", as_is, _EQUALITY, pack=list)),
    "datetime": by_name(
        Storage("timestamptz", "timestamptz", as_is, _VALUES, pack=list),
        Storage("timestamp", "timestamp", naive, _VALUES, pack=list),
    ),
    "date": by_name(Storage("date", "date", as_is, _VALUES, pack=list)),
}

# jsonb compares numbers with numbers exactly and without errors, whatever else may stand there; text as text.
_JSON = "to_jsonb(CAST({0} AS {t}))"
_JSON_ITEMS = "(ARRAY(SELECT jsonb_array_elements(CAST({0} AS jsonb))))"
_JSON_EQUALITY: Relations = {
    Op.EQ: relation("{v} = " + _JSON, "{v} <> " + _JSON),
    Op.IN: relation("{v} = ANY" + _JSON_ITEMS, "{v} <> ALL" + _JSON_ITEMS),
}
_JSON_VALUES: Relations = {**_JSON_EQUALITY, **ordered(operand=_JSON)}


def _shaped(pattern: str) -> Form:
    """Text in which each 0 stands for a digit and each f for a hexadecimal one."""
    shape = "^" + pattern.replace(".", "[.]").replace("0", "[0-9]").replace("f", "[0-9a-f]") + "$"
    return Form(_PATTERN, lambda _: (shape,))


_WHOLE = Form(
    both(
        "{v} >= '-9223372036854775808' AND {v} <= '9223372036854775807' AND CAST({v} AS text) NOT LIKE '%.%'",
        "{v} < '-9223372036854775808' OR {v} > '9223372036854775807' OR CAST({v} AS text) LIKE '%.%'",
    ),
    of_equality=True,
)
_WORD = Form(_WITHIN, lambda type_: (list(cast(Choice, type_).words),))
_UUID = _shaped("-".join("f" * count for count in (8, 4, 4, 4, 12)))


def _json_text(relations: Relations, encode: Any = as_is, form: Form | None = None) -> Storage:
    return Storage("text", "text", encode, relations, pack=list, kinds=("string",), form=form)


_ORDERED_WORDS: Relations = {**_WORDS, **ordered(_C)}
_DOCUMENTS = {
    "text": by_name(_json_text(_TEXT)),
    "choice": by_name(_json_text(_WORDS, form=_WORD)),
    "uuid": by_name(_json_text(_ORDERED_WORDS, form=_UUID)),
    "integer": by_name(Storage("integer", "bigint", as_is, _JSON_VALUES, kinds=("number",), form=_WHOLE)),
    "decimal": by_name(
        Storage("integer", "bigint", scaled, _JSON_VALUES, kinds=("number",), form=_WHOLE),
        _json_text(_WORDS, decimal_text, Form(_PATTERN, lambda type_: (f"^{decimal_pattern(type_)}$",))),
    ),
    "float": by_name(Storage("number", "double precision", as_is, _JSON_VALUES, kinds=("number",))),
    "boolean": by_name(Storage("boolean", "boolean", as_is, _JSON_EQUALITY, kinds=("boolean",))),
    "datetime": by_name(_json_text(_ORDERED_WORDS, fixed_text, _shaped("0000-00-00T00:00:00.000000Z"))),
    "date": by_name(_json_text(_ORDERED_WORDS, date_text, _shaped("0000-00-00"))),
}


class _Json:
    """The operators of jsonb. An element is a row of a function, whose column is `value`."""

    def check(self, keys: tuple[str, ...]) -> None:
        if any("\0" in key for key in keys):
            raise ValueError("PostgreSQL has no keys with U+0000")

    def value(self, node: Node, storage: Storage) -> str:
        if storage.kinds != ("string",):
            return _at(node)
        if not node.keys:
            return f"({_root(node)} #>> '{{}}')"
        return f"({_down(_root(node), node.keys[:-1])} ->> {literal(node.keys[-1])})"

    def guard(self, node: Node, storage: Storage) -> Guard:
        (kind,) = storage.kinds
        typed = f"jsonb_typeof({_at(node)})"
        return Guard(Piece(f"{typed} = {literal(kind)}"), Piece(f"{typed} <> {literal(kind)}"))

    def elements(self, node: Node, alias: str, *, of_records: bool) -> Source:
        document = _at(node)
        text = f"jsonb_array_elements(CASE jsonb_typeof({document}) WHEN 'array' THEN {document} END) AS {alias}(value)"
        conditions = (Piece(f"jsonb_typeof({alias}.value) = 'object'"),) if of_records else ()
        return Source(text, conditions, Node(alias, is_element=True))


def _root(node: Node) -> str:
    return f"{node.root}.value" if node.is_element else node.root


def _at(node: Node) -> str:
    return f"({_down(_root(node), node.keys)})" if node.keys else _root(node)


def _down(root: str, keys: Sequence[str]) -> str:
    return " -> ".join([root, *map(literal, keys)])


def _array_of(declared: str) -> str:
    kind, collate, collation = declared.partition(" COLLATE ")
    return f"{kind}[]{collate}{collation}"


DIALECT = Dialect(
    name="postgresql",
    quote='"',
    styles=("format", "pyformat", "numeric_dollar", "named", "qmark"),
    columns=_COLUMNS,
    documents=_DOCUMENTS,
    lists=("array", "jsonb"),
    native="array",
    array_of=_array_of,
    json=_Json(),
    pattern=regex(r"\Z"),
    json_column="jsonb",
    sorting={"text": _C},
    nulls_first=frozenset({"DESC"}),
    compares_rows=True,
)


def compile(where: Expression, target: Target | None) -> Sql:
    """The condition for a WHERE clause (without that word) and its parameters."""
    return compile_sql(DIALECT, where, target)


def make_target(schema: SchemaLike, **options: Any) -> SqlTarget:
    """A target. Options: `table`, `columns` (places by field name), `paramstyle`."""
    return make_sql_target(DIALECT, schema, **options)
