"""Operands as literals in a text, for what takes no parameters: a `Column` of Spark's."""

from __future__ import annotations

from typing import cast

from paramql.backends.sql.text import HOLE, Piece


def inlined(piece: Piece) -> str:
    """The text of a piece with its operands in it."""
    first, *others = piece.text.split(HOLE)
    return first + "".join(map("{}{}".format, map(literal, piece.params), others))


def literal(value: object) -> str:
    """A literal. Text is told by its bytes: no quote or backslash stands in it, whatever the session makes of these.

    >>> literal("it's"), literal(["1"]), literal(True)
    ("X'69742773'", "ARRAY(X'31')", 'true')
    """
    match value:
        case str():
            return f"X'{value.encode().hex()}'"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case list():
            return f"ARRAY({', '.join(map(literal, value))})"
        case _:
            return f"CAST('{cast(float, value)!r}' AS DOUBLE)"
