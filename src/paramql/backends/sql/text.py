"""Pieces of SQL with their parameters, and the finished condition in a parameter style."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import count
from typing import Literal, NamedTuple, TypeAlias

Joint: TypeAlias = Literal["", "AND", "OR"]

# Where a parameter stands until the style is known. Identifiers never hold it, and nothing else comes from outside.
HOLE = "\0"

# The longest chain written flat. SQLite refuses expressions deeper than 1,000, and a chain is as deep as it is long.
FLAT = 32


class Sql(NamedTuple):
    """A condition for a WHERE clause and its parameters: a tuple, or a dict where the style names them.

    No value stands in the text, which depends on the filter's shape and the target. Of the values the shape has no more
    than this: whether a text is empty, longer than 512 characters, or of the few characters that some engine's ranges
    and patterns do not tell apart; and whether an instant has a fraction of a second.
    """

    text: str
    params: tuple[object, ...] | dict[str, object]


class Piece(NamedTuple):
    """Part of a condition: its text with a `HOLE` for each parameter, and what joins its outermost parts."""

    text: str
    params: tuple[object, ...] = ()
    joint: Joint = ""


TRUE = Piece("1=1")
FALSE = Piece("1=0")


def join(joint: Literal["AND", "OR"], pieces: Iterable[Piece]) -> Piece:
    """All pieces, or some, must hold. Constants vanish; long chains become balanced trees."""
    neutral, absorbing = (TRUE, FALSE) if joint == "AND" else (FALSE, TRUE)
    kept = [piece for piece in pieces if piece is not neutral]
    if absorbing in kept:
        return absorbing
    return _chain(joint, kept) if kept else neutral


def _chain(joint: Literal["AND", "OR"], pieces: Sequence[Piece]) -> Piece:
    if len(pieces) == 1:
        return pieces[0]
    if len(pieces) > FLAT:
        middle = len(pieces) // 2
        halves = (_chain(joint, pieces[:middle]), _chain(joint, pieces[middle:]))
        return _together(joint, [Piece(f"({half.text})", half.params) for half in halves])
    return _together(joint, [_bracketed(piece, joint) for piece in pieces])


def _bracketed(piece: Piece, joint: Joint) -> Piece:
    return piece if piece.joint in ("", joint) else Piece(f"({piece.text})", piece.params)


def _together(joint: Literal["AND", "OR"], pieces: Sequence[Piece]) -> Piece:
    text = f" {joint} ".join([piece.text for piece in pieces])
    return Piece(text, tuple([param for piece in pieces for param in piece.params]), joint)


def identifier(name: str, quote: str) -> str:
    """A name between quotes, those inside it doubled. Raises ValueError for an empty one or one with U+0000."""
    if not name or HOLE in name:
        raise ValueError(f"{name!r} cannot be the name of a table or column")
    return f"{quote}{name.replace(quote, quote * 2)}{quote}"


def literal(text: str) -> str:
    """Text from a schema (never a value from a request) as a string of standard SQL."""
    return "'" + text.replace("'", "''") + "'"


def finish(piece: Piece, style: str) -> Sql:
    """The condition in one of `STYLES`. It stands in brackets where it is an OR: hosts join it with AND."""
    return STYLES[style](*_bracketed(piece, "AND")[:2])


def _qmark(text: str, params: tuple[object, ...]) -> Sql:
    return Sql(text.replace(HOLE, "?"), params)


def _format(text: str, params: tuple[object, ...]) -> Sql:
    return Sql(text.replace("%", "%%").replace(HOLE, "%s"), params)


def _numeric_dollar(text: str, params: tuple[object, ...]) -> Sql:
    return Sql(_filled(text, (f"${number}" for number in count(1))), params)


def _named(text: str, params: tuple[object, ...]) -> Sql:
    names = _names(params)
    return Sql(_filled(text, (f":{name}" for name in names)), names)


def _named_bytes(text: str, params: tuple[object, ...]) -> Sql:
    """Named, text as its bytes: for an engine that makes literals of it by rules that a session may have changed."""
    return _named(text, tuple(map(_as_bytes, params)))


def _as_bytes(param: object) -> object:
    if isinstance(param, list):
        return list(map(_as_bytes, param))
    return param.encode() if isinstance(param, str) else param


def _pyformat(text: str, params: tuple[object, ...]) -> Sql:
    names = _names(params)
    return Sql(_filled(text.replace("%", "%%"), (f"%({name})s" for name in names)), names)


def _names(params: tuple[object, ...]) -> dict[str, object]:
    return {f"p{number}": param for number, param in enumerate(params, 1)}


def _filled(text: str, placeholders: Iterable[str]) -> str:
    first, *others = text.split(HOLE)
    return first + "".join(map("{}{}".format, placeholders, others))


# Those in which a parameter is written alike wherever it stands.
UNCOUNTED = frozenset({"qmark", "format"})
STYLES: Mapping[str, Callable[[str, tuple[object, ...]], Sql]] = {
    "qmark": _qmark,
    "format": _format,
    "pyformat": _pyformat,
    "named": _named,
    "named_bytes": _named_bytes,
    "numeric_dollar": _numeric_dollar,
}
