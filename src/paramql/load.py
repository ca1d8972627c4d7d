"""Documents to records: what JSON holds, as the schema types it. A value that is not of its type is no value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any as Anything
from typing import TypeAlias

from paramql.declare import Field, ListOf, Record
from paramql.types import Misfit, Type

Document: TypeAlias = Mapping[str, Anything]
Complaints: TypeAlias = list[str]
Reader: TypeAlias = Callable[[Anything, Complaints], Anything]  # None: there is no value


class Loader:
    """Reads documents by fields that do not change: what is to be done for each is settled once."""

    def __init__(self, fields: Iterable[Field]) -> None:
        self._required = frozenset(_required(fields, ""))
        self._read = _members(fields, "")

    def load(self, document: Document, strict: bool = False) -> dict[str, Anything]:
        """A typed, nested record with the declared fields that have a value.

        Raises ValueError for a required field without one, and for any misfit when `strict`; all in one sentence.
        """
        if not isinstance(document, Mapping):
            raise ValueError("a record is a JSON object")
        complaints: Complaints = []
        record: dict[str, Anything] = self._read(document, complaints)
        grave = [text for text in complaints if strict or text.partition(":")[0] in self._required]
        if grave:
            raise ValueError("; ".join(grave))
        return record


def _required(fields: Iterable[Field], prefix: str) -> Iterator[str]:
    """The names of fields that always have a value, those of elements too."""
    for field in fields:
        if field.required:
            yield prefix + field.name
        if isinstance(field.type, ListOf) and isinstance(field.type.of, Record):
            yield from _required(field.type.of.fields, f"{prefix}{field.name}.")


def _members(fields: Iterable[Field], prefix: str) -> Reader:
    """The reader of an object: a tree of the keys that the fields' paths share."""
    tree: dict[str, Anything] = {}
    for field in fields:
        node = tree
        for key in field.path[:-1]:
            node = node.setdefault(key, {})
        node[field.path[-1]] = _field(field, f"{prefix}{field.name}")
    return _object(tree, prefix)


def _object(tree: dict[str, Anything], prefix: str) -> Reader:
    readers = tuple(
        (key, _inner(node, f"{prefix}{key}.") if isinstance(node, dict) else node) for key, node in tree.items()
    )

    def read(found: Anything, complaints: Complaints) -> dict[str, Anything]:
        members = found
        if not isinstance(found, dict | Mapping):
            members = {}
            if found is not None:
                complaints.append(f"{prefix[:-1]}: is not an object")
        values = [(key, reader(members.get(key), complaints)) for key, reader in readers]
        return {key: value for key, value in values if value is not None}

    return read


def _inner(tree: dict[str, Anything], prefix: str) -> Reader:
    """An object on the way to values; without any it is left out."""
    read = _object(tree, prefix)
    return lambda found, complaints: read(found, complaints) or None


def _field(field: Field, name: str) -> Reader:
    read = _list(field.type, name) if isinstance(field.type, ListOf) else _scalar(field.type, name)
    return _demanded(read, name) if field.required else read


def _demanded(read: Reader, name: str) -> Reader:
    def demand(found: Anything, complaints: Complaints) -> Anything:
        before = len(complaints)
        value = read(found, complaints)
        if value is None and len(complaints) == before:
            complaints.append(f"{name}: must have a value")
        return value

    return demand


def _list(type_: ListOf, name: str) -> Reader:
    read_element = _element(type_.of, name)

    def read(found: Anything, complaints: Complaints) -> list[Anything] | None:
        if isinstance(found, list | tuple):
            elements = [read_element(item, complaints) for item in found]
            return [element for element in elements if element is not None]
        if found is not None:
            complaints.append(f"{name}: is not a list")
        return None

    return read


def _element(of: Type | Record, name: str) -> Reader:
    if isinstance(of, Type):
        return _scalar(of, name)
    read_members = _members(of.fields, f"{name}.")

    def read(found: Anything, complaints: Complaints) -> Anything:
        if isinstance(found, dict | Mapping):
            return read_members(found, complaints)
        if found is not None:
            complaints.append(f"{name}: an element is not an object")
        return None

    return read


def _scalar(type_: Type, name: str) -> Reader:
    read_value = type_.load

    def read(found: Anything, complaints: Complaints) -> Anything:
        if found is None:
            return None
        try:
            return read_value(found)
        except Misfit as error:
            complaints.append(f"{name}: is {error}")
            return None

    return read
