"""What Spark differs in from other engines, as data. Structs and maps stand for what others have in JSON."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from paramql.ast import Op, Scalar
from paramql.backends.sql.dialect import Dialect, Node, Source
from paramql.backends.sql.pattern import regex
from paramql.backends.sql.relation import Relations, ordered, ranged, relation
from paramql.backends.sql.storage import (
    Encode,
    Storage,
    as_is,
    by_name,
    date_text,
    decimal_text,
    fixed_text,
    naive,
)
from paramql.backends.sql.text import Piece, identifier
from paramql.types import Decimal, Type

_QUOTE = "`"
_PATTERN = relation("{v} RLIKE {0}", "NOT ({v} RLIKE {0})")

# What is cast is the operand, which Spark does once: a file's own statistics are read by the result.
_EQUALITY: Relations = {
    Op.EQ: relation("{v} = CAST({0} AS {t})", "{v} <> CAST({0} AS {t})"),
    Op.IN: relation("array_contains(CAST({0} AS ARRAY<{t}>), {v})", "NOT array_contains(CAST({0} AS ARRAY<{t}>), {v})"),
}
_VALUES: Relations = {**_EQUALITY, **ordered(operand="CAST({0} AS {t})")}
_TEXT: Relations = {
    **_VALUES,
    Op.CONTAINS: relation("contains({v}, {0})", "NOT contains({v}, {0})"),
    Op.STARTSWITH: ranged(),
    Op.ENDSWITH: relation("endswith({v}, {0})", "NOT endswith({v}, {0})"),
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
    return Storage(kind.lower(), kind, encode, relations, pack=list, write=as_is)


def _wall_text(type_: Type, value: Scalar) -> str:
    """An instant as the wall time of UTC."""
    return fixed_text(type_, value).removesuffix("Z")


_STORAGES = {
    "text": by_name(_column("STRING", _TEXT)),
    "choice": by_name(_column("STRING", _EQUALITY)),
    "uuid": by_name(_column("STRING", _VALUES)),
    "integer": by_name(_column("BIGINT", _VALUES)),
    "decimal": by_name(Storage("decimal", _decimal, decimal_text, _VALUES, cast=_widest, pack=list, write=as_is)),
    "float": by_name(_column("DOUBLE", _VALUES)),
    "boolean": by_name(_column("BOOLEAN", _EQUALITY)),
    # As text, since Python's dates reach Spark by a calendar that is another one before 1582.
    "datetime": by_name(
        _column("TIMESTAMP", _VALUES, fixed_text),
        replace(_column("TIMESTAMP_NTZ", _VALUES, _wall_text), write=naive),
    ),
    "date": by_name(_column("DATE", _VALUES, date_text)),
}


class _Structs:
    """Fields of structs, values of maps. An element is what the parameter of a lambda stands for."""

    def check(self, keys: tuple[str, ...]) -> None:
        for key in keys:
            identifier(key, _QUOTE)

    def value(self, node: Node, storage: Storage) -> str:
        return _at(node)

    def guard(self, node: Node, storage: Storage) -> None:
        """What stands there has its declared type."""

    def elements(self, node: Node, alias: str, *, of_records: bool) -> Source:
        conditions = (Piece(f"{alias} IS NOT NULL"),) if of_records else ()
        return Source(_at(node), conditions, Node(alias, is_element=True))


def _at(node: Node) -> str:
    return ".".join([node.root, *(identifier(key, _QUOTE) for key in node.keys)])


DIALECT = Dialect(
    name="spark",
    quote=_QUOTE,
    styles=("named",),
    columns=_STORAGES,
    documents=_STORAGES,
    lists=("array", "structs"),
    native="array",
    array_of="ARRAY<{}>".format,
    json=_Structs(),
    pattern=regex(r"\z"),
    json_column="",
    nulls_first=frozenset({"ASC"}),
    some="coalesce(exists({source}, {alias} -> {where}), false)",
)
