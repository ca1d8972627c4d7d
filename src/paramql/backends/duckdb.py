"""DuckDB: native types and lists, JSON, or rows of other tables. Lists of records are JSON or rows."""

from __future__ import annotations

from typing import Any, cast

from paramql.ast import Op
from paramql.backends.places import SchemaLike, Target
from paramql.backends.sql.dialect import Dialect, Guard, Node, Source
from paramql.backends.sql.pattern import regex
from paramql.backends.sql.relation import Relations, ordered, ranged, relation
from paramql.backends.sql.storage import (
    Encode,
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

_PATTERN = relation("regexp_matches({v}, {0})", "NOT regexp_matches({v}, {0})")

# DuckDB turns the column, not the operand, into the other's type where they differ: so operands are cast.
_EQUALITY: Relations = {
    Op.EQ: relation("{v} = CAST({0} AS {t})", "{v} <> CAST({0} AS {t})"),
    Op.IN: relation("list_contains(CAST({0} AS {t}[]), {v})", "NOT list_contains(CAST({0} AS {t}[]), {v})"),
}
_VALUES: Relations = {**_EQUALITY, **ordered(operand="CAST({0} AS {t})")}
_TEXT: Relations = {
    **_VALUES,
    Op.CONTAINS: relation("instr({v}, {0}) > 0", "instr({v}, {0}) = 0"),
    Op.STARTSWITH: ranged(low="CAST({0} AS {t})", high="CAST({1} AS {t})"),
    Op.ENDSWITH: relation("right({v}, {1}) = {0}", "right({v}, {1}) <> {0}"),
    Op.IEQ: _PATTERN,
    Op.ICONTAINS: _PATTERN,
    Op.ISTARTSWITH: _PATTERN,
    Op.IENDSWITH: _PATTERN,
}


def _decimal(type_: Type) -> str:
    decimal = cast(Decimal, type_)
    return f"DECIMAL({decimal.digits}, {decimal.scale})"


def _widest(type_: Type) -> str:
    """For operands: what lies just beyond the column's digits must not be an error."""
    return f"DECIMAL(38, {cast(Decimal, type_).scale})"


def _column(kind: str, relations: Relations, encode: Encode = as_is) -> Storage:
    return Storage(kind.lower(), kind, encode, relations, pack=list)


_COLUMNS = {
    "text": by_name(Storage("text", "VARCHAR", as_is, _TEXT, pack=list)),
    "choice": by_name(Storage("text", "VARCHAR", as_is, _EQUALITY, pack=list)),
    "uuid": by_name(_column("UUID", _VALUES), Storage("text", "VARCHAR", as_is, _VALUES, pack=list)),
    "integer": by_name(_column("BIGINT", _VALUES)),
    "decimal": by_name(Storage("decimal", _decimal, as_is, _VALUES, cast=_widest, pack=list)),
    "float": by_name(_column("DOUBLE", _VALUES)),
    "boolean": by_name(_column("BOOLEAN", _EQUALITY)),
    "datetime": by_name(_column("TIMESTAMPTZ", _VALUES), _column("TIMESTAMP", _VALUES, naive)),
    "date": by_name(_column("DATE", _VALUES)),
}


def _shaped(pattern: str) -> Form:
    """Text in which each 0 stands for a digit and each f for a hexadecimal one."""
    shape = pattern.replace(".", "[.]").replace("0", "[0-9]").replace("f", "[0-9a-f]")
    return Form(_PATTERN, lambda _: (rf"\A{shape}\z",))


# A number beyond 64 bits has no value of the column's type.
_FITTING = Form(relation("{v} IS NOT NULL", "{v} IS NULL"))
_WORD = Form(_EQUALITY[Op.IN], lambda type_: (list(cast(Choice, type_).words),))
_UUID = _shaped("-".join("f" * count for count in (8, 4, 4, 4, 12)))
_WHOLE = ("BIGINT", "UBIGINT")


def _text(relations: Relations, encode: Encode = as_is, form: Form | None = None) -> Storage:
    return Storage("text", "VARCHAR", encode, relations, pack=list, kinds=("VARCHAR",), form=form)


_DOCUMENTS = {
    "text": by_name(_text(_TEXT)),
    "choice": by_name(_text(_EQUALITY, form=_WORD)),
    "uuid": by_name(_text(_VALUES, form=_UUID)),
    "integer": by_name(Storage("integer", "BIGINT", as_is, _VALUES, pack=list, kinds=_WHOLE, form=_FITTING)),
    "decimal": by_name(
        Storage("integer", "BIGINT", scaled, _VALUES, pack=list, kinds=_WHOLE, form=_FITTING),
        _text(_EQUALITY, decimal_text, Form(_PATTERN, lambda type_: (rf"\A{decimal_pattern(type_)}\z",))),
    ),
    "float": by_name(Storage("number", "DOUBLE", as_is, _VALUES, pack=list, kinds=("DOUBLE", *_WHOLE))),
    "boolean": by_name(Storage("boolean", "BOOLEAN", as_is, _EQUALITY, pack=list, kinds=("BOOLEAN",))),
    "datetime": by_name(_text(_VALUES, fixed_text, _shaped("0000-00-00T00:00:00.000000Z"))),
    "date": by_name(_text(_VALUES, date_text, _shaped("0000-00-00"))),
}


class _Json:
    """The JSON functions. An element is what the parameter of a lambda stands for."""

    def check(self, keys: tuple[str, ...]) -> None:
        if any(key in ("", "*") or "\0" in key for key in keys):
            raise ValueError("DuckDB has no paths to the keys '' and '*', nor to keys with U+0000")

    def value(self, node: Node, storage: Storage) -> str:
        text = f"json_extract_string({node.root}, {_path(node.keys)})"
        return text if storage.column == "VARCHAR" else f"TRY_CAST({text} AS {storage.column})"

    def guard(self, node: Node, storage: Storage) -> Guard:
        kind = f"json_type({node.root}, {_path(node.keys)})"
        names = ", ".join(map(literal, storage.kinds))
        return Guard(Piece(f"{kind} IN ({names})"), Piece(f"{kind} NOT IN ({names})"))

    def elements(self, node: Node, alias: str, *, of_records: bool) -> Source:
        text = f"json_extract({node.root}, {_path(node.keys, '[*]')})"
        conditions = (Piece(f"json_type({alias}) = 'OBJECT'"),) if of_records else ()
        return Source(text, conditions, Node(alias))


def _path(keys: tuple[str, ...], end: str = "") -> str:
    return literal("$" + "".join(f".{_quoted(key)}" for key in keys) + end)


def _quoted(key: str) -> str:
    escaped = key.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


DIALECT = Dialect(
    name="duckdb",
    quote='"',
    styles=("qmark", "numeric_dollar"),
    columns=_COLUMNS,
    documents=_DOCUMENTS,
    lists=("list", "json"),
    native="list",
    array_of="{}[]".format,
    json=_Json(),
    pattern=regex(r"\z"),
    json_column="JSON",
    nulls_first=frozenset({"ASC", "DESC"}),
    # Many EXISTS over unnest in one statement take DuckDB minutes to plan: 16 a quarter of a second, 32 ten times that.
    some="coalesce(len(list_filter({source}, lambda {alias}: {where})), 0) > 0",
)


def compile(where: Expression, target: Target | None) -> Sql:
    """The condition for a WHERE clause (without that word) and its parameters."""
    return compile_sql(DIALECT, where, target)


def make_target(schema: SchemaLike, **options: Any) -> SqlTarget:
    """A target. Options: `table`, `columns` (places by field name), `paramstyle`."""
    return make_sql_target(DIALECT, schema, **options)
