"""Queries and expressions to text, one way: the inverse of parsing, a cache key, and what a token is bound to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any as Anything
from typing import TypeAlias, assert_never

from paramql.ast import And, Any, Compare, Exists, Expr, FineDateTime, Not, Op, Or, Scalar
from paramql.declarations import SortKey
from paramql.declare import NAME, Field, Name
from paramql.query import Query
from paramql.source import is_supported
from paramql.types import canonical

Node: TypeAlias = Expr[Anything]
Rank: TypeAlias = tuple[str, tuple[tuple[str, ...], ...]]

_CONSTANT = "a constant has no text: leave out what is always true, and do not ask for what never is"
_ELEMENT = "an element of a list of values has no name: ask one thing of it, such as any_('tags', eq('', 'x'))"
_UNESCAPED = "!$()*,:;=@/?"
_NEGATED = {Op.EQ: "ne", Op.IN: "nin"}
_NEEDS_QUOTES = frozenset(',()"')


@dataclass(frozen=True, slots=True)
class _Written:
    """A node as text. Operands sort by shape, then by literals; a clause could stand as a parameter of its own."""

    shape: str
    literals: tuple[tuple[str, ...], ...]
    text: str
    parameter: tuple[str, str] | None = None

    @property
    def rank(self) -> Rank:
        return self.shape, self.literals


def render(query: Query) -> str:
    """The canonical query string: what was asked, however it was written.

    Parsing it for the same caller, where it is within the limits, renders the same text and has the same meaning,
    order and page.

    >>> import paramql as pq
    >>> schema = pq.Schema(pq.Field("org", pq.Text()), pq.Field("size.kb", pq.Integer()))
    >>> render(schema.parse("size.kb=in:3,1,3&filter=and(org:digdir)&&"))
    'org=eq:digdir&size.kb=in:(1,3)'
    """
    if not isinstance(query, Query):
        raise TypeError("render takes a query; pq.encode gives the text of an expression")
    schema = query.schema
    names = schema.controls
    pairs = [*_parameters(query.asked, names["filter"]), *_options(query)]
    if query.order != schema.with_key(query.default_order):
        pairs.append((names["order"], ",".join(map(str, _asked_order(query)))))
    if query.page.size != schema.size:
        pairs.append((names["size"], str(query.page.size)))
    return _query_string(pairs)


def encode(where: Expr[str | Field | Name], filter: str = "filter") -> str:  # noqa: A002 - the parameter's name
    """The query string that asks for an expression, for clients.

    Raises ValueError for what has no text: a constant, a name or a number that no filter can say.

    >>> from paramql.builders import all_of, eq, gt
    >>> encode(all_of(eq("org", "digdir"), gt("total", 3)))
    'org=eq:digdir&total=gt:3'
    """
    if not (pairs := list(_parameters(where, filter))):
        raise ValueError(_CONSTANT)
    return _query_string(pairs)


def _query_string(pairs: Iterable[tuple[str, str]]) -> str:
    ordered = sorted(pairs, key=lambda pair: pair[0])
    return "&".join(f"{escaped(name)}={escaped(value)}" for name, value in ordered)


def _parameters(where: Node, filter_name: str) -> Iterator[tuple[str, str]]:
    normal = _normal(where)
    parts = [_write(part) for part in (normal.operands if isinstance(normal, And) else (normal,))]
    return (part.parameter or (filter_name, part.text) for part in parts)


def _options(query: Query) -> Iterator[tuple[str, str]]:
    return ((name, f"eq:{canonical(value)}") for name, value in query.values.items())


def _asked_order(query: Query) -> tuple[SortKey, ...]:
    """The order without the unique key, where it would be added anyway."""
    before = query.order[:-1]
    return before if before and query.schema.with_key(before) == query.order else query.order


def _normal(where: Node) -> Node:
    """Flat, groups of one opened, double negation gone."""
    match where:
        case And(operands):
            return _grouped(And, map(_normal, operands))
        case Or(operands):
            return _grouped(Or, map(_normal, operands))
        case Not(operand):
            return _complement(_normal(operand))
        case Any(field, inner):
            return _some(field, _normal(inner))
        case Compare() | Exists():
            return where
        case _:
            assert_never(where)


def _grouped(kind: type[And[Anything] | Or[Anything]], operands: Iterable[Node]) -> Node:
    flat = [deep for one in operands for deep in (one.operands if isinstance(one, kind) else (one,))]
    ordered = [operand for _, operand in sorted(_by_rank(flat).items())]
    return ordered[0] if len(ordered) == 1 else kind(tuple(ordered))


def _some(field: Anything, inner: Node) -> Node:
    """Some element; what is asked of the elements of a list of values is asked of the list itself."""
    match inner:
        case Compare("" | Field(name=""), op, value):
            return Compare(field, op, value)
        case And(()) | Exists("" | Field(name="")):
            return Exists(field)
        case _:
            return Any(field, inner)


def _by_rank(operands: Iterable[Node]) -> dict[Rank, Node]:
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
        raise ValueError(_CONSTANT)
    shape = f"{word}({','.join(part.shape for part in parts)})"
    literals = tuple(literal for part in parts for literal in part.literals)
    return _Written(shape, literals, f"{word}({','.join(part.text for part in parts)})")


def _within(head: str, inner: _Written) -> _Written:
    return _Written(f"{head}{inner.shape})", inner.literals, f"{head}{inner.text})")


def _clause(leaf: Compare[Anything] | Exists[Anything], negated: bool) -> _Written:
    name = _name(leaf.field)
    if isinstance(leaf, Exists):
        value = "false" if negated else "true"
        return _Written(f"{name}:exists:", ((value,),), f"{name}:exists:{value}", (name, f"exists:{value}"))
    word = leaf.op.value if not negated else _NEGATED.get(leaf.op, f"not:{leaf.op}")
    shape = f"{name}:{word}:"
    if isinstance(leaf.value, tuple):
        if not leaf.value:
            raise ValueError(_CONSTANT)
        items = [_literal(item, may_be_empty=True) for item in _in_order(leaf.value)]
        text = f"({','.join(map(quoted, items))})"
        return _Written(shape, (tuple(items),), shape + text, (name, f"{word}:{text}"))
    operand = _literal(leaf.value, may_be_empty=leaf.op is Op.EQ)
    return _Written(shape, ((operand,),), shape + quoted(operand), (name, f"{word}:{operand}"))


def _literal(value: Scalar, *, may_be_empty: bool) -> str:
    text = canonical(value)
    if not (text or may_be_empty) or not is_supported(text):
        raise ValueError(f"{value!r} has no text: it is empty, or holds U+0000 or a lone surrogate")
    return text


def _in_order(values: tuple[Scalar, ...]) -> list[Scalar]:
    try:
        return sorted(set(values), key=_rank)
    except TypeError:
        raise ValueError(f"a list holds values of one type, not {values!r}") from None


def _rank(value: Scalar) -> tuple[Anything, str]:
    if isinstance(value, FineDateTime):
        return value.at, value.beyond
    return value, ""


def quoted(operand: str) -> str:
    """A literal as it stands among others: in double quotes where it could be taken for more than one.

    >>> quoted("a,b")
    '"a,b"'
    """
    if operand and operand == operand.strip(" ") and _NEEDS_QUOTES.isdisjoint(operand):
        return operand
    escaped = operand.replace("\\", r"\\").replace('"', r"\"")
    return f'"{escaped}"'


def _name(field: str | Field | Name) -> str:
    name = field if isinstance(field, str) else field.text if isinstance(field, Name) else field.name
    if not NAME.fullmatch(name):
        raise ValueError(f"{name!r} is not a name that a filter can say" if name else _ELEMENT)
    return name


def escaped(value: str) -> str:
    """A decoded name or value, as it stands in a query string: only what must be percent-encoded is.

    >>> escaped("gt:a&b c")
    'gt:a%26b%20c'
    """
    from urllib.parse import quote

    return quote(value, safe=_UNESCAPED)
