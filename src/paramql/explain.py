"""What a query means and how it is answered: its tree, the predicate's source, the SQL, SQLite's plan for it."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import assert_never

from paramql.ast import And, Any, Compare, Exists, Not, Or, Scalar, Value
from paramql.backends import compile as compile_to
from paramql.backends.sql.target import SqlTarget
from paramql.backends.sql.text import Sql
from paramql.declare import Expression, Field
from paramql.source import shown
from paramql.types import canonical

_SHOWN_ITEMS = 8
_STEP = re.compile(r"(SEARCH|SCAN) (.+?)(?: USING (?:COVERING )?(?:INDEX )?(.+?))?(?: \(.*\))?")


@dataclass(frozen=True, slots=True)
class Branch:
    """A node of a tree that is to be drawn."""

    label: str
    children: tuple[Branch, ...] = ()

    def lines(self) -> Iterator[str]:
        r"""The tree, drawn.

        >>> print(*Branch("or", (Branch("a eq 1"), Branch("not", (Branch("b exists"),)))).lines(), sep="\n")
        or
        ├─ a eq 1
        └─ not
           └─ b exists
        """
        yield self.label
        for number, child in enumerate(self.children, 1):
            first, rest = ("├─ ", "│  ") if number < len(self.children) else ("└─ ", "   ")
            top, *below = child.lines()
            yield first + top
            yield from (rest + line for line in below)


@dataclass(frozen=True, slots=True)
class Plan:
    """How SQLite would find the records: its own words, and the indexes that it looks them up in.

    `is_served`: it looks the records up in an index, and does not read all of them. `inner`: the indexes in which it
    looks up, for one record after another, rows of other tables.
    """

    steps: tuple[Branch, ...]
    indexes: tuple[str, ...]
    is_served: bool
    inner: tuple[str, ...] = ()

    @property
    def verdict(self) -> str:
        """Whether an index serves, in a sentence."""
        if self.is_served:
            return f"an index serves it: {', '.join(self.indexes)}"
        if self.inner:
            return (
                f"no index finds the records: all are scanned, and for each of them {', '.join(self.inner)} is searched"
            )
        return "no index serves it"


@dataclass(frozen=True, slots=True)
class Explanation:
    """An expression as a tree, as the source of a Python predicate, and as SQL with SQLite's plan for it."""

    tree: Branch
    source: str
    sql: Sql
    plan: Plan


def explain(where: Expression, target: SqlTarget, connection: sqlite3.Connection) -> Explanation:
    """Whatever there is to say about an expression. The connection has the target's tables, with or without rows.

    Raises `CapabilityError` for what a backend cannot answer.
    """
    sql = compile_to(where, target)
    return Explanation(tree(where), compile_to(where, "python").source, sql, plan(sql, target, connection))


def tree(where: Expression) -> Branch:
    """An expression as a tree of words.

    >>> from paramql.types import Integer
    >>> tree(Not(Exists(Field("size", Integer())))).label
    'not size exists'
    """
    match where:
        case And(()):
            return Branch("every record")
        case Or(()):
            return Branch("no record")
        case And(operands) | Or(operands):
            return Branch("and" if isinstance(where, And) else "or", tuple(map(tree, operands)))
        case Not(operand):
            inner = tree(operand)
            return Branch(f"not {inner.label}", inner.children)
        case Compare(field, op, value):
            return Branch(f"{_name(field)} {op} {_literal(value)}")
        case Any(field, And(())):
            return Branch(f"{_name(field)} has an element")
        case Any(field, inner):
            return Branch(f"any {_name(field)}", (tree(inner),))
        case Exists(field):
            return Branch(f"{_name(field)} exists")
        case _:
            assert_never(where)


def _name(field: Field) -> str:
    return field.name or "element"


def _literal(value: Value) -> str:
    if not isinstance(value, tuple):
        return _scalar(value)
    more = f", … {len(value)} in all" if len(value) > _SHOWN_ITEMS else ""
    return f"({', '.join(map(_scalar, value[:_SHOWN_ITEMS]))}{more})"


def _scalar(value: Scalar) -> str:
    return json.dumps(shown(value), ensure_ascii=False) if isinstance(value, str) else canonical(value)


def statement(sql: Sql, target: SqlTarget) -> str:
    """The statement that selects the records."""
    return f"SELECT * FROM {_quoted(_table(target))} WHERE {sql.text}"  # noqa: S608 - names of the schema, quoted


def plan(sql: Sql, target: SqlTarget, connection: sqlite3.Connection) -> Plan:
    """SQLite's plan (https://sqlite.org/eqp.html) for the statement."""
    rows = connection.execute(f"EXPLAIN QUERY PLAN {statement(sql, target)}", sql.params).fetchall()
    steps = [match for *_, detail in rows if (match := _STEP.fullmatch(detail))]
    own = [match for match in steps if match[2] == _table(target)]
    is_served = bool(own) and all(match[1] == "SEARCH" for match in own)
    return Plan(_below(0, rows), _searched(own), is_served, _searched(match for match in steps if match not in own))


def _searched(steps: Iterable[re.Match[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(match[3] for match in steps if match[1] == "SEARCH"))


def _below(parent: int, rows: list[tuple[int, int, int, str]]) -> tuple[Branch, ...]:
    return tuple(Branch(detail, _below(number, rows)) for number, above, _, detail in rows if above == parent)


def _table(target: SqlTarget) -> str:
    return target.table or "records"


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"
