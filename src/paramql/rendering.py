"""Queries and expressions to text, one way: the inverse of parsing, a cache key, and what a token is bound to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any as Anything
from typing import TypeAlias, assert_never

from paramql.ast import And, Any, Compare, Exists, Expr, FineDateTime, Not, Op, Or, Scalar
from paramql.declarations import SortKey
from paramql.declare import Field, Name
from paramql.query import Query
from paramql.types import canonical

Node: TypeAlias = Expr[Anything]

_UNESCAPED = "!$()*,:;=@/?"
_NEGATED = {Op.EQ: "ne", Op.IN: "nin"}
_NEEDS_QUOTES = frozenset(',()"')


@dataclass(frozen=True, slots=True)
class _Written:
    """A node as text. Operands sort by shape, then by literals; a clause could stand as a parameter of its own."""

    shape: str
    literals: tuple[str, ...]
    text: str
    parameter: tuple[str, str] | None = None

    @property
    def rank(self) -> tuple[str, tuple[str, ...]]:
        return self.shape, self.literals


def render(query: Query) -> str:
    """The canonical query string: what was asked, however it was written.

    Parsing it, where it is within the limits, renders the same text and has the same meaning, order and page.
    """
    schema = query.schema
    names = schema.controls
    pairs = [*_parameters(query.asked, names["filter"]), *_options(query)]
    if (order := _asked_order(query)) != schema.order:
        pairs.append((names["order"], ",".join(map(str, order))))
    if query.page.size != schema.size:
        pairs.append((names["size"], str(query.page.size)))
    return "&".join(f"{name}={_escaped(value)}" for name, value in sorted(pairs, key=lambda pair: pair[0]))


def encode(where: Expr[str] | Expr[Field], filter: str = "filter") -> str:  # noqa: A002 - the parameter's name
    """The query string that asks for an expression, for clients. Raises ValueError for a constant: it has no text.

    >>> from paramql.builders import all_of, eq, gt
    >>> encode(all_of(eq("org", "digdir"), gt("size", 3)))
    'org=eq:digdir&size=gt:3'
    """
    return "&".join(f"{name}={_escaped(value)}" for name, value in _parameters(where, filter))


def _parameters(where: Node, filter_name: str) -> Iterator[tuple[str, str]]:
    normal = _normal(where)
    parts = [_write(part) for part in (normal.operands if isinstance(normal, And) else (normal,))]
    pairs = [part.parameter or (filter_name, part.text) for part in parts]
    yield from sorted(pairs, key=lambda pair: pair[0])


def _options(query: Query) -> Iterator[tuple[str, str]]:
    return ((name, f"eq:{canonical(value)}") for name, value in query.values.items())


def _asked_order(query: Query) -> tuple[SortKey, ...]:
    """The order without the unique key where it would be added anyway."""
    if not query.order or query.order[-1].field != query.schema.key:
        return query.order
    before, last = query.order[:-1], query.order[-1]
    implied = before[-1].descending if before else False
    is_default = bool(before) or not query.schema.order
    return before if last.descending == implied and is_default else query.order


def _normal(where: Node) -> Node:
    """Flat, groups of one opened, double negation gone."""
    match where:
        case And(operands) | Or(operands):
            return _grouped(type(where), [_normal(operand) for operand in operands])
        case Not(operand):
            return _complement(_normal(operand))
        case Any(field, inner):
            return Any(field, _normal(inner))
        case Compare() | Exists():
            return where
        case _:
            assert_never(where)


def _grouped(kind: type[And[Anything] | Or[Anything]], operands: list[Node]) -> Node:
    flat = [deep for one in operands for deep in (one.operands if isinstance(one, kind) else (one,))]
    ordered = [operand for _, operand in sorted(_by_rank(flat).items())]
    return ordered[0] if len(ordered) == 1 else kind(tuple(ordered))


def _by_rank(operands: Iterable[Node]) -> dict[tuple[str, tuple[str, ...]], Node]:
    return {_write(operand).rank: operand for operand in operands}


def _complement(normal: Node) -> Node:
    return normal.operand if isinstance(normal, Not) else Not(normal)


def _write(normal: Node) -> _Written:
    match normal:
        case And(operands):
            return _group("and", operands)
        case Or(operands):
            return _group("or", operands)
        case Not(Any(field, inner)):
            return _within(f"all({_name(field)},", _write(_complement(inner)))
        case Not(Compare() | Exists() as leaf):
            return _clause(leaf, negated=True)
        case Not(operand):
            return _within("not(", _write(operand))
        case Any(field, inner):
            return _within(f"any({_name(field)},", _write(inner))
        case Compare() | Exists():
            return _clause(normal, negated=False)
        case _:
            assert_never(normal)


def _group(word: str, operands: Iterable[Node]) -> _Written:
    parts = [_write(operand) for operand in operands]
    if not parts:
        raise ValueError("a constant has no text: leave out what is always true, and ask nothing that never is")
    shape = f"{word}({','.join(part.shape for part in parts)})"
    literals = tuple(literal for part in parts for literal in part.literals)
    return _Written(shape, literals, f"{word}({','.join(part.text for part in parts)})")


def _within(head: str, inner: _Written) -> _Written:
    return _Written(f"{head}{inner.shape})", inner.literals, f"{head}{inner.text})")


def _clause(leaf: Compare[Anything] | Exists[Anything], negated: bool) -> _Written:
    name = _name(leaf.field)
    if isinstance(leaf, Exists):
        value = "false" if negated else "true"
        return _Written(f"{name}:exists:", (value,), f"{name}:exists:{value}", (name, f"exists:{value}"))
    word = leaf.op.value if not negated else _NEGATED.get(leaf.op, f"not:{leaf.op}")
    shape = f"{name}:{word}:"
    if isinstance(leaf.value, tuple):
        items = [canonical(item) for item in sorted(set(leaf.value), key=_rank)]
        text = f"({','.join(map(_quoted, items))})"
        return _Written(shape, tuple(items), shape + text, (name, f"{word}:{text}"))
    operand = canonical(leaf.value)
    return _Written(shape, (operand,), shape + _quoted(operand), (name, f"{word}:{operand}"))


def _rank(value: Scalar) -> tuple[Anything, str]:
    if isinstance(value, FineDateTime):
        return value.at, value.beyond
    return value, ""


def _quoted(operand: str) -> str:
    if operand and operand == operand.strip(" ") and _NEEDS_QUOTES.isdisjoint(operand):
        return operand
    escaped = operand.replace("\\", r"\\").replace('"', r"\"")
    return f'"{escaped}"'


def _name(field: str | Field | Name) -> str:
    match field:
        case str():
            return field
        case Field():
            return field.name
        case Name(text):
            return text


def _escaped(value: str) -> str:
    from urllib.parse import quote

    return quote(value, safe=_UNESCAPED)
