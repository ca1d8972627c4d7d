"""Text of ours in a statement of SQLAlchemy's: its columns as SQLAlchemy writes them, its operands as parameters."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any as Anything
from typing import NamedTuple, cast

from sqlalchemy import ColumnElement, FromClause, bindparam
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.elements import BinaryExpression, BindParameter, ClauseList, ColumnClause, Grouping
from sqlalchemy.sql.visitors import cloned_traverse

from paramql.backends.sql.text import HOLE, Piece
from paramql.backends.sqlalchemy.operands import Plain, Slot
from paramql.backends.sqlalchemy.places import MARK
from paramql.backends.sqlalchemy.relations import Source
from paramql.backends.sqlalchemy.storing import BARE

NAME = "filter"
_TOKEN = re.compile(rf"""(?P<quote>["`]){MARK}(?P<kind>[cs])(?P<number>\d+)(?P=quote)|{MARK}t""")


class Around(NamedTuple):
    """What the tokens of a text stand for in a statement, and the literals that its operands are made of."""

    columns: Mapping[int, ColumnElement[Anything]]
    reads: Mapping[int, str]
    sources: Sequence[Source]
    literals: BindParameter[Anything]


def written(piece: Piece, around: Around, compiler: SQLCompiler, **kw: Anything) -> str:
    """The text, for the statement that is being compiled."""
    columns = {number: _column(number, around, compiler, **kw) for number in around.columns}
    alias = _unlike(columns.values())

    def known(token: re.Match[str]) -> str:
        if token["kind"] is None:
            return alias
        number = int(token["number"])
        return columns[number] if token["kind"] == "c" else _source(around.sources[number], compiler)

    first, *others = _TOKEN.sub(known, _escaped(piece.text, compiler)).split(HOLE)
    slots = list(dict.fromkeys(param for param in piece.params if isinstance(param, Slot)))
    placed = {
        slot: compiler.process(_operand(number, slot, around.literals), **kw) for number, slot in enumerate(slots)
    }
    operands = [
        placed[param] if isinstance(param, Slot) else compiler.process(_constant(param), **kw) for param in piece.params
    ]
    return first + "".join(map("{}{}".format, operands, others))


def _escaped(text: str, compiler: SQLCompiler) -> str:
    """The text where a percent sign means something to the driver."""
    return text.replace("%", "%%") if compiler.dialect.paramstyle in ("format", "pyformat") else text


def _column(number: int, around: Around, compiler: SQLCompiler, **kw: Anything) -> str:
    column = around.columns[number]
    text = compiler.process(column, **kw)
    return around.reads.get(number, BARE).format(v=text if isinstance(column, ColumnClause) else f"({text})")


def _unlike(texts: Iterable[str]) -> str:
    """What the names of lists' elements begin with: nothing that a name in the texts could be."""
    alias, known = "t", " ".join(texts)
    while re.search(rf"\b{alias}\d", known):
        alias += "t"
    return alias


def _source(source: Source, compiler: SQLCompiler) -> str:
    text = compiler.process(source, asfrom=True)
    return text if isinstance(source, FromClause) else f"({text})"


def _operand(number: int, slot: Slot, literals: BindParameter[Anything]) -> ColumnElement[Anything]:
    """A parameter. SQLAlchemy knows whose clone it is, and gives it what a later statement has in that place."""
    if not literals.unique:
        return bindparam(f"{NAME}_{number}", literals.value, slot)

    def typed(clone: BindParameter[Anything]) -> None:
        clone.type = slot

    return cast("ColumnElement[Anything]", cloned_traverse(literals, {}, {"bindparam": typed}))


def _constant(value: object) -> ColumnElement[Anything]:
    return bindparam(None, value, Plain(), unique=True)


def row_of(columns: Iterable[ColumnElement[Anything]]) -> Grouping[Anything]:
    """Columns as one operand."""
    return Grouping(ClauseList(*columns))


def columns_of(element: BinaryExpression[Anything]) -> list[ColumnElement[Anything]]:
    """The columns of such an operand on the left, as a statement has them."""
    columns: list[ColumnElement[Anything]] = cast(Anything, element.left).element.clauses
    return columns
