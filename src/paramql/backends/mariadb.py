"""MariaDB 10.6 and later: native types, lists and documents as JSON, or rows of other tables.

Text is compared as the collation `utf8mb4_nopad_bin` has it, whatever that of the column (it and the connection must
be of utf8mb4). It stands by the operand, so that an index on the column still serves equality, and order and prefixes
where the column has that collation. The storage `nopad_bin` says that it has; then an index serves `in` and pages too.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from paramql.ast import Op
from paramql.backends.places import SchemaLike, Target
from paramql.backends.sql.dialect import Dialect, Guard, Node, Source
from paramql.backends.sql.pattern import regex
from paramql.backends.sql.relation import EQUAL, Relation, Relations, both, ordered, ranged, relation
from paramql.backends.sql.storage import (
    WIDE,
    Encode,
    Form,
    Storage,
    as_is,
    by_name,
    date_text,
    decimal_pattern,
    decimal_text,
    dumped,
    fixed_text,
    flag,
    naive,
    scaled,
)
from paramql.backends.sql.target import SqlTarget, compile_sql
from paramql.backends.sql.target import make_target as make_sql_target
from paramql.backends.sql.text import Piece, Sql, literal
from paramql.declare import Expression
from paramql.types import Choice, Decimal, Type

_COLLATE = "COLLATE utf8mb4_nopad_bin"
_VARCHAR = f"VARCHAR({{}}) CHARACTER SET utf8mb4 {_COLLATE}"


def _within(kind: str, collate: str = "") -> Relation:
    """Membership in the items of a JSON list, read as values of an SQL type."""
    columns = f"COLUMNS (item {kind} PATH '$')"
    items = f"(SELECT item FROM JSON_TABLE({{0}}, '$[*]' {columns}) AS items)"  # noqa: S608 - ours alone
    return relation(f"{{v}}{collate} IN {items}", f"{{v}}{collate} NOT IN {items}")


# The server looks texts up by hash where they have at most 512 characters; longer ones it goes through.
_SHORT, _LONG = _VARCHAR.format(WIDE), f"LONGTEXT CHARACTER SET utf8mb4 {_COLLATE}"
_INDEXED = _VARCHAR.format(255)


def _values(kind: str) -> Relations:
    return {Op.EQ: EQUAL, Op.IN: _within(kind), **ordered()}


def _textual(collate: str) -> Relations:
    """All that can be asked of text; `collate` is needed where the value may have another collation."""
    text, second = "{0}" + collate, "{1}" + collate
    pattern = relation(f"{{v}} REGEXP {text}", f"{{v}} NOT REGEXP {text}")
    return {
        Op.EQ: relation(f"{{v}} = {text}", f"{{v}} <> {text}"),
        Op.IN: _within(_SHORT, collate),
        **ordered(operand=text),
        Op.CONTAINS: relation(f"INSTR({{v}}, {text}) > 0", f"INSTR({{v}}, {text}) = 0"),
        Op.STARTSWITH: ranged(low=text, high=second),
        Op.ENDSWITH: relation(f"RIGHT({{v}}, {{1}}) = {text}", f"RIGHT({{v}}, {{1}}) <> {text}"),
        Op.IEQ: pattern,
        Op.ICONTAINS: pattern,
        Op.ISTARTSWITH: pattern,
        Op.IENDSWITH: pattern,
    }


# The server sorts by 1,024 bytes of a text at most, of four to a character (max_sort_length): so by one piece after the
# other, further than any text is long that a continuation token holds.
_PIECE, _PIECES = 255, 12
_SORTED = tuple(f"SUBSTRING({{v}}, {1 + number * _PIECE}, {_PIECE})" for number in range(_PIECES))

_ANY_COLLATION, _SAME_COLLATION = _textual(" " + _COLLATE), _textual("")
_WIDE = _within(_LONG, " " + _COLLATE)
_EQUALITY = frozenset({Op.EQ, Op.IN})


def _only(relations: Relations, ops: frozenset[Op] = _EQUALITY) -> Relations:
    return {op: relation for op, relation in relations.items() if op in ops}


def _texts(ops: frozenset[Op] = frozenset(Op)) -> dict[str, Storage]:
    """Text in a column: of any collation, or of the one that compares by code point."""
    return dict(
        by_name(
            Storage("text", _LONG, as_is, _only(_ANY_COLLATION, ops), wide=_WIDE, pieces=_SORTED),
            Storage("nopad_bin", _INDEXED, as_is, _only(_SAME_COLLATION, ops), wide=_WIDE),
        )
    )


def _decimal(type_: Type) -> str:
    decimal = cast(Decimal, type_)
    return f"DECIMAL({decimal.digits}, {decimal.scale})"


def _as_text(items: Sequence[object]) -> str:
    """A list as JSON, its items as the text that SQL reads them from."""
    return dumped([str(item) for item in items])


_ASCII = "CHAR(36) CHARACTER SET ascii COLLATE ascii_bin"
_COLUMNS = {
    "text": _texts(),
    "choice": _texts(_EQUALITY),
    "uuid": by_name(
        Storage("char", _ASCII, as_is, _values(_ASCII)),
        # Ordered by its bytes in another order than that of its text.
        Storage("native", "UUID", as_is, _only(_values(_ASCII))),
    ),
    "integer": by_name(Storage("bigint", "BIGINT", as_is, _values("BIGINT"))),
    "decimal": by_name(Storage("decimal", _decimal, as_is, _values("DECIMAL(36, 18)"), pack=_as_text)),
    "float": by_name(Storage("double", "DOUBLE", as_is, _values("DOUBLE"))),
    "boolean": by_name(Storage("boolean", "BOOLEAN", flag, _only(_values("BOOLEAN")))),
    "datetime": by_name(Storage("datetime", "DATETIME(6)", naive, _values("DATETIME(6)"), pack=_as_text)),
    "date": by_name(Storage("date", "DATE", as_is, _values("DATE"), pack=_as_text)),
}


def _matching(pattern: str) -> Form:
    """Text in which each 0 stands for a digit and each f for a hexadecimal one."""
    shape = pattern.replace(".", "[.]").replace("0", "[0-9]").replace("f", "[0-9a-f]")
    return Form(_ANY_COLLATION[Op.IEQ], lambda _: (rf"\A{shape}\z",))


# JSON integers are read with two digits more than 64 bits have. JSON_TYPE calls 1e5 an integer too, which it is not.
_WHOLE = Form(
    both(
        "{v} BETWEEN -9223372036854775808 AND 9223372036854775807",
        "{v} NOT BETWEEN -9223372036854775808 AND 9223372036854775807",
    )
)
_NUMERIC = Form(_ANY_COLLATION[Op.IEQ], lambda type_: (rf"\A{decimal_pattern(type_)}\z",))
_WORD = Form(_WIDE, lambda type_: (dumped(cast(Choice, type_).words),))
_UUID = _matching("-".join("f" * count for count in (8, 4, 4, 4, 12)))
_INTEGER = "DECIMAL(21, 0)"


def _text(ops: frozenset[Op], encode: Encode = as_is, form: Form | None = None) -> Storage:
    wide = _WIDE if encode is as_is else None
    return Storage("text", "", encode, _only(_ANY_COLLATION, ops), wide=wide, kinds=("STRING",), form=form)


_ORDERED = _EQUALITY | {Op.GT, Op.GTE, Op.LT, Op.LTE}
_DOCUMENTS = {
    "text": by_name(replace(_text(frozenset(Op)), pieces=_SORTED)),
    "choice": by_name(_text(_EQUALITY, form=_WORD)),
    "uuid": by_name(_text(_ORDERED, form=_UUID)),
    "integer": by_name(Storage("integer", _INTEGER, as_is, _values("BIGINT"), kinds=("INTEGER",), form=_WHOLE)),
    "decimal": by_name(
        Storage("integer", _INTEGER, scaled, _values("BIGINT"), kinds=("INTEGER",), form=_WHOLE),
        _text(_EQUALITY, decimal_text, _NUMERIC),
    ),
    "float": by_name(Storage("number", "DOUBLE", as_is, _values("DOUBLE"), kinds=("INTEGER", "DOUBLE"))),
    "boolean": by_name(Storage("boolean", "SIGNED", flag, _only(_values("BOOLEAN")), write=as_is, kinds=("BOOLEAN",))),
    "datetime": by_name(_text(_ORDERED, fixed_text, _matching("0000-00-00T00:00:00.000000Z"))),
    "date": by_name(_text(_ORDERED, date_text, _matching("0000-00-00"))),
}


class _Json:
    """The JSON functions. An element is a row of JSON_TABLE, whose column `value` holds JSON."""

    def check(self, keys: tuple[str, ...]) -> None:
        if any(key.startswith("-") or "\0" in key for key in keys):
            raise ValueError("MariaDB has no paths to keys that begin with '-', nor to keys with U+0000")

    def value(self, node: Node, storage: Storage) -> str:
        text = f"JSON_VALUE({_root(node)}, {_path(node.keys)})"
        return f"CAST({text} AS {storage.column})" if storage.column else text

    def guard(self, node: Node, storage: Storage) -> Guard:
        kind = f"JSON_TYPE({_at(node)})"
        names = ", ".join(map(literal, storage.kinds))
        return Guard(Piece(f"{kind} IN ({names})"), Piece(f"{kind} NOT IN ({names})"))

    def elements(self, node: Node, alias: str, *, of_records: bool) -> Source:
        text = f"JSON_TABLE({_at(node)}, '$[*]' COLUMNS (value JSON PATH '$')) AS {alias}"
        conditions = (Piece(f"JSON_TYPE({alias}.value) = 'OBJECT'"),) if of_records else ()
        return Source(text, conditions, Node(alias, is_element=True))


def _root(node: Node) -> str:
    return f"{node.root}.value" if node.is_element else node.root


def _at(node: Node) -> str:
    return f"JSON_EXTRACT({_root(node)}, {_path(node.keys)})" if node.keys else _root(node)


def _path(keys: tuple[str, ...]) -> str:
    """A path; in hexadecimal where it holds a backslash, which may or may not mean something in a string."""
    path = "$" + "".join(f".{json.dumps(key, ensure_ascii=False)}" for key in keys)
    return f"_utf8mb4 X'{path.encode().hex().upper()}'" if "\\" in path else literal(path)


DIALECT = Dialect(
    name="mariadb",
    quote="`",
    styles=("format", "pyformat", "qmark"),
    columns=_COLUMNS,
    documents=_DOCUMENTS,
    lists=("json",),
    json=_Json(),
    pattern=regex(r"\z"),
    json_column="JSON",
    key_column=lambda declared: _INDEXED if declared == _LONG else declared,
    sorting={"text": f"{{v}} {_COLLATE}"},
    nulls_first=frozenset({"ASC"}),
    nulls_last="{v} IS NULL, {v} {direction}",
    # Else the server makes it NOT IN, and may read a whole child table for the hundred rows of a page.
    none_end=" LIMIT 1 OFFSET 0",
)


def compile(where: Expression, target: Target | None) -> Sql:
    """The condition for a WHERE clause (without that word) and its parameters."""
    return compile_sql(DIALECT, where, target)


def make_target(schema: SchemaLike, **options: Any) -> SqlTarget:
    """A target. Options: `table`, `columns` (places by field name), `paramstyle`."""
    return make_sql_target(DIALECT, schema, **options)
