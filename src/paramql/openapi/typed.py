"""The classes of names that type checkers of clients read (`paramql.client`), written from a schema."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from keyword import iskeyword
from typing import TypeAlias, cast

from paramql.declare import Record
from paramql.openapi.asking import askable, asked_of, names
from paramql.schema import Schema
from paramql.types import Boolean, Choice, Date, DateTime, Decimal, Float, Integer, Text, Type, Uuid

# Of what stands below a name: the same again, or the type of its values.
Tree: TypeAlias = "dict[str, Tree | Type]"

_HEAD = '"""Names that may be asked about, for type checkers; written from the schema."""'
_KNOWN = (Boolean, Choice, Date, DateTime, Decimal, Float, Integer, Text, Uuid)
_IMPORTED = {"Records", "OrderedText", *(known.__name__ for known in _KNOWN)}


def typed_names(schema: Schema, name: str = "Record", only: Iterable[str] | None = None) -> str:
    """The source of a module with a class of the names that clients may use: `paramql.client.fields(None, Record)`.

    A name that is no word of Python is left out; it is asked for as an item. So is one of a type of the host's own.
    only: the names that these clients may use (None: all). Raises ValueError for what is no name of a class.

    >>> import paramql as pq
    >>> source = typed_names(pq.Schema(pq.Field("id", pq.Integer()), pq.Field("placed.on", pq.Date())), "Order")
    >>> [line for line in source.splitlines() if ":" in line]
    ['class OrderPlaced(Fields):', '    on: Date', 'class Order(Fields):', '    id: Integer', '    placed: OrderPlaced']
    """
    if not _is_word(name):
        raise ValueError(f"{name!r} is no name of a class: give one such as 'Order'")
    classes = list(_classes(name, _tree(schema, names(only)), {name}))
    used = {word for _, members in classes for line in members for word in _imported(line)}
    bodies = [f"class {title}(Fields):\n" + "\n".join(f"    {line}" for line in members) for title, members in classes]
    head = f"{_HEAD}\n\nfrom paramql.client import {', '.join(sorted({'Fields', *used}))}"
    return "\n\n\n".join([head, *bodies]) + "\n"


def _tree(schema: Schema, only: Iterable[str] | None) -> Tree:
    """The names by what they stand below; those of a list are of its elements."""
    tree: Tree = {}
    for name in askable(schema, only):
        *above, last = name.text.split(".")
        of = asked_of(name)
        if not all(map(_is_word, (*above, last))) or not isinstance(of, (*_KNOWN, Record)):
            continue
        node = tree
        for key in above:
            node = cast(Tree, node.setdefault(key, {}))
        node[last] = {_LIST: Text()} if isinstance(of, Record) else of
    return tree


_LIST = "[]"  # a mark of what is a list of records; no name


def _is_word(name: str) -> bool:
    return name.isidentifier() and not iskeyword(name) and not name.startswith("__")


def _classes(title: str, tree: Tree, taken: set[str]) -> Iterator[tuple[str, list[str]]]:
    """Titles and members, the inner ones first."""
    members: list[str] = []
    for key, below in tree.items():
        if isinstance(below, dict):
            inner = _free(f"{title}{key[0].upper()}{key[1:]}", taken)
            yield from _classes(inner, {name: one for name, one in below.items() if name != _LIST}, taken)
            members.append(f"{key}: Records[{inner}]" if _LIST in below else f"{key}: {inner}")
        else:
            members.append(f"{key}: {_word(below)}")
    yield title, members or ["pass"]


def _word(of: Type) -> str:
    return "OrderedText" if isinstance(of, Text) and of.ordered else type(of).__name__


def _free(title: str, taken: set[str]) -> str:
    """The title, marked where another class has it: `dataValues` and `data.values` would share one."""
    while title in taken:
        title += "_"
    taken.add(title)
    return title


def _imported(line: str) -> Iterator[str]:
    word = line.partition(": ")[2].partition("[")[0]
    if word in _IMPORTED:
        yield word
