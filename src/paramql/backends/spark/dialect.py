"""What Spark differs in from other engines, as data. Structs and maps stand for what others have in JSON."""

from __future__ import annotations

from collections.abc import Sequence
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

# What is cast is the operand, which Spark does once: a file's own statistics are read by the result. Text comes as its
# bytes: parameters become literals, whose backslashes a session may be told to read otherwise.
_STRING, _NATIVE = "CAST({0} AS STRING)", "CAST({0} AS {t})"
_FROM_TEXT = "CAST(CAST({0} AS STRING) AS {t})"
_ITEMS = "CAST(CAST({0} AS ARRAY<STRING>) AS ARRAY<{t}>)"
_PATTERN = relation(f"{{v}} RLIKE {_STRING}", f"NOT ({{v}} RLIKE {_STRING})")


def _equality(operand: str) -> Relations:
    return {
        Op.EQ: relation(f"{{v}} = {operand}", f"{{v}} <> {operand}"),
        Op.IN: relation(f"array_contains({_ITEMS}, {{v}})", f"NOT array_contains({_ITEMS}, {{v}})"),
    }


def _values(operand: str) -> Relations:
    return {**_equality(operand), **ordered(operand=operand)}


_TEXT: Relations = {
    **_values(_STRING),
    Op.CONTAINS: relation(f"contains({{v}}, {_STRING})", f"NOT contains({{v}}, {_STRING})"),
    Op.STARTSWITH: ranged(low=_STRING, high=_STRING.replace("0", "1")),
    Op.ENDSWITH: relation(f"endswith({{v}}, {_STRING})", f"NOT endswith({{v}}, {_STRING})"),
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
    return Storage(kind.lower(), kind, encode, relations, pack=_texts, write=as_is)


def _texts(items: Sequence[object]) -> list[str]:
    """Items as text, which is cast: Spark takes no arrays of numbers that have different widths."""
    return [str(item) for item in items]


def _wall_text(type_: Type, value: Scalar) -> str:
    """An instant as the wall time of UTC."""
    return fixed_text(type_, value).removesuffix("Z")


_STORAGES = {
    "text": by_name(_column("STRING", _TEXT)),
    "choice": by_name(_column("STRING", _equality(_STRING))),
    "uuid": by_name(_column("STRING", _values(_STRING))),
    "integer": by_name(_column("BIGINT", _values(_NATIVE))),
    "decimal": by_name(
        Storage("decimal", _decimal, decimal_text, _values(_FROM_TEXT), cast=_widest, pack=_texts, write=as_is)
    ),
    "float": by_name(_column("DOUBLE", _values(_NATIVE))),
    "boolean": by_name(_column("BOOLEAN", _equality(_NATIVE))),
    # As text, since Python's dates reach Spark by a calendar that is another one before 1582.
    "datetime": by_name(
        _column("TIMESTAMP", _values(_FROM_TEXT), fixed_text),
        replace(_column("TIMESTAMP_NTZ", _values(_FROM_TEXT), _wall_text), write=naive),
    ),
    "date": by_name(_column("DATE", _values(_FROM_TEXT), date_text)),
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
    styles=("named_bytes",),
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
