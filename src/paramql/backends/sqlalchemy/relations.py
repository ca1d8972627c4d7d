"""From a relationship to what an EXISTS is made of: a child table, and which of its columns equal the parent's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any as Anything
from typing import NamedTuple, TypeAlias, cast

from sqlalchemy import ColumnElement, FromClause, Select, Table, select
from sqlalchemy.orm import RelationshipProperty
from sqlalchemy.sql import operators
from sqlalchemy.sql.elements import BinaryExpression, BooleanClauseList

Source: TypeAlias = "FromClause | Select[Anything]"
Pair: TypeAlias = "tuple[ColumnElement[Anything], ColumnElement[Anything]]"

_LINK = "paramql_link_{}"


class Relation(NamedTuple):
    """The child table, what its rows are read from, and the parent's column that each linking column equals."""

    table: Table
    source: Source
    link: Mapping[str, ColumnElement[Anything]]


def relation(property_: RelationshipProperty[Anything]) -> Relation:
    """What a relationship leads to. Raises ValueError where it is more than equal columns."""
    table = property_.mapper.persist_selectable
    is_one_of_several = property_.mapper.single and property_.mapper.inherits is not None
    if not isinstance(table, Table) or is_one_of_several or not property_.uselist:
        raise ValueError(f"{property_} must lead to all rows of one table, and to many of them: use Rows, or a view")
    pairs = equal_pairs(property_)
    if property_.secondary is None:
        return Relation(table, table, {child.name: parent for parent, child in pairs})
    return _through(property_, table)


def equal_pairs(property_: RelationshipProperty[Anything]) -> list[Pair]:
    """The columns, here and there, that are equal. Raises ValueError where a relationship is more than that."""
    pairs = list(property_.local_remote_pairs or ())
    for criterion in (property_.primaryjoin, property_.secondaryjoin):
        _refuse_more_than(pairs, criterion, property_)
    return pairs


def _through(property_: RelationshipProperty[Anything], table: Table) -> Relation:
    """Child rows beside the columns of the table between that lead to the parent."""
    links = {_LINK.format(number): pair for number, pair in enumerate(property_.synchronize_pairs)}
    columns = [between.label(name) for name, (_, between) in links.items()]
    joined = table.join(cast(FromClause, property_.secondary), property_.secondaryjoin)
    source = select(*table.c, *columns).select_from(joined).correlate(None)
    return Relation(table, source, {name: parent for name, (parent, _) in links.items()})


def _refuse_more_than(pairs: list[Pair], criterion: ColumnElement[bool] | None, property_: object) -> None:
    for one in _conjuncts(criterion):
        if not (isinstance(one, BinaryExpression) and one.operator is operators.eq and _is_one_of(pairs, one)):
            raise ValueError(f"{property_} is joined by more than equal columns ({one}): use Rows, or a view")


def _conjuncts(criterion: ColumnElement[bool] | None) -> Iterator[ColumnElement[Anything]]:
    if isinstance(criterion, BooleanClauseList) and criterion.operator is operators.and_:
        yield from criterion.clauses
    elif criterion is not None:
        yield criterion


def _is_one_of(pairs: list[Pair], equality: BinaryExpression[Anything]) -> bool:
    left, right = equality.left, equality.right
    sides = [(left, right), (right, left)]
    return any(one.compare(a) and other.compare(b) for a, b in pairs for one, other in sides)
