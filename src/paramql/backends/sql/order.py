"""The order of rows, and the sort values of a row that a driver has returned."""

from __future__ import annotations

import datetime as dt
import decimal
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from paramql.ast import Op, Scalar
from paramql.backends import CapabilityError
from paramql.backends.grid import on_grid
from paramql.backends.places import Column, JsonPath
from paramql.backends.sql.dialect import Dialect
from paramql.backends.sql.scope import TableScope, Term
from paramql.backends.sql.storage import EPOCH, Storage
from paramql.backends.sql.text import Piece, Sql, finish
from paramql.declarations import SortKey
from paramql.declare import Field
from paramql.types import Decimal

if TYPE_CHECKING:
    from paramql.backends.sql.target import SqlTarget

_UNITS = {"epoch_us": dt.timedelta(microseconds=1), "epoch_s": dt.timedelta(seconds=1)}


def order_by(target: SqlTarget, order: Sequence[SortKey]) -> Sql:
    """What stands after ORDER BY; no value comes last in either direction."""
    return finish(ordering(target, order), target.paramstyle)


def ordering(target: SqlTarget, order: Sequence[SortKey]) -> Piece:
    """The same, before its parameters have a style."""
    scope = target.scope
    terms = [(key, scope.term(key.field)) for key in order]
    keys = [directed(scope.dialect, term.storage, sorted_by(scope.dialect, term), key) for key, term in terms]
    params = tuple(param for piece in keys for param in piece.params)
    return Piece(", ".join(piece.text for piece in keys), params)


def position(target: SqlTarget, row: Any, order: Sequence[SortKey]) -> tuple[Scalar | None, ...]:
    """The sort values of a row whose columns can be read by name: a mapping, a `sqlite3.Row`, a named tuple."""
    return tuple(_value(target, row, key) for key in order)


def sorted_by(dialect: Dialect, term: Term) -> Piece:
    """What a field is sorted by; NULL where there is no value of its type. Raises CapabilityError."""
    if Op.GT not in term.storage.relations:
        raise CapabilityError(
            f"{dialect.name} cannot sort by {term.field.name!r}: "
            f"a {term.type.word} stored as {term.storage.name} has no order there"
        )
    value = dialect.sorting.get(term.storage.name, "{v}").format(v=term.value)
    if not term.guards:
        return Piece(value)
    held = [guard.holds for guard in term.guards]
    params = tuple(param for piece in held for param in piece.params)
    return Piece(f"CASE WHEN {' AND '.join(piece.text for piece in held)} THEN {value} END", params)


def directed(dialect: Dialect, storage: Storage, value: Piece, key: SortKey) -> Piece:
    """A key with its direction; the rank of nulls is spelled out only where the engine would put them first."""
    word = "DESC" if key.descending else "ASC"
    plain = "{v} {direction}"
    ranked = plain if key.field.required or word not in dialect.nulls_first else dialect.nulls_last
    first, *others = storage.pieces  # those without a value tie in the others
    text = ", ".join([ranked.replace("{v}", first), *(plain.replace("{v}", piece) for piece in others)])
    return Piece(text.format(v=value.text, direction=word), value.params * text.count("{v}"))


def _value(target: SqlTarget, row: Any, key: SortKey) -> Scalar | None:
    place = target.places[key.field.name]
    assert isinstance(place, Column | JsonPath)  # lists are not sortable
    stored = _read(row, place.name if isinstance(place, Column) else place.column)
    if isinstance(place, JsonPath):
        stored = down(json.loads(stored) if isinstance(stored, str | bytes) else stored, place.keys)
    term = TableScope(target.dialect, None, target.places).term(key.field)
    return None if stored is None else decoded(key.field, term.storage.name, stored)


def _read(row: Any, column: str) -> Any:
    try:
        return row[column] if isinstance(row, Mapping) or hasattr(row, "keys") else getattr(row, column)
    except (AttributeError, IndexError, KeyError):
        raise TypeError(
            f"the page needs the column {column!r} of its rows by name: select it, and have rows that are mappings"
        ) from None


def down(document: Any, keys: Sequence[str]) -> Any:
    """What the keys lead to in a document; None where they do not."""
    for key in keys:
        document = document.get(key) if isinstance(document, Mapping) else None
    return document


def decoded(field: Field, storage: str, stored: Any) -> Scalar | None:
    """The inverse of the storage's encoder; a misfit is no value. Raises ValueError for what is off the type's grid."""
    if storage in _UNITS:
        stored = EPOCH + int(stored) * _UNITS[storage]
    if isinstance(field.type, Decimal) and storage == "integer":
        # Neither a bool nor what has more than 64 bits is a number to the engines.
        is_number = type(stored) is int and -(2**63) <= stored < 2**63
        stored = decimal.Decimal(stored).scaleb(-field.type.scale) if is_number else None
    return on_grid(field, stored)
