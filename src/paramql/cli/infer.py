"""A schema guessed from documents, for those who have none: the names of their members, and types that fit them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

import paramql as pq
from paramql.declarations import CONTROLS
from paramql.types import Type

_MOST_FIELDS = 500
_DEEPEST = 16
_NO_MEMBERS = ": its objects have no member that can be a field"

_TYPES: dict[str, Type] = {
    "boolean": pq.Boolean(),
    "integer": pq.Integer(),
    "number": pq.Float(),
    "date-time": pq.DateTime(),
    "date": pq.Date(),
    "text": pq.Text(ordered=True),
}

# Kinds that fit into one another: the widest of them fits all.
_WIDER = ((("integer", "number"), "number"), (("date-time", "date", "text"), "text"))


@dataclass(frozen=True)
class Inferred:
    """The schema, the Python text that makes it, and what could not be taken in."""

    schema: pq.Schema
    source: str
    notes: tuple[str, ...]


class NoFieldsError(ValueError):
    """No member of the documents can be a field; `notes` say why, and there are none where there is no member."""

    def __init__(self, notes: Iterable[str]) -> None:
        self.notes = tuple(notes)
        super().__init__(*self.notes)


def infer(documents: Iterable[Mapping[str, object]]) -> Inferred:
    """A schema that fits the documents; every field may lack a value. Raises `NoFieldsError` where none can be made.

    Text is a date-time or a date where all of it is. A value of a kind that is not the field's is no value.
    A control parameter that has the name of a field is renamed: `_size` for `size`.

    >>> print(infer([{"id": 1, "size": 2.5, "tags": ["a"]}]).source)
    pq.Schema(
        pq.Field('id', pq.Integer()),
        pq.Field('size', pq.Float()),
        pq.Field('tags', pq.ListOf(pq.Text(ordered=True))),
        controls={'size': '_size'},
    )
    """
    seen = _Seen()
    for document in documents:
        seen.add_members(document, 0)
    notes: list[str] = []
    fields = tuple(islice(_fields(seen.members, "", notes), _MOST_FIELDS))
    if not fields:
        raise NoFieldsError(notes)
    controls = _controls({field.name for field in fields})
    return Inferred(pq.Schema(*fields, controls=controls), _source(fields, controls), tuple(notes))


@dataclass
class _Seen:
    """What was seen of one member: how often each kind of value, and what is inside objects and lists."""

    kinds: Counter[str] = field(default_factory=Counter)
    members: dict[str, _Seen] = field(default_factory=dict)
    element: _Seen | None = None
    is_too_deep: bool = False

    def add(self, value: object, depth: int) -> None:
        self.is_too_deep = self.is_too_deep or depth > _DEEPEST
        if value is None or self.is_too_deep:
            return
        self.kinds[_kind(value)] += 1
        if isinstance(value, dict):
            self.add_members(value, depth)
        elif isinstance(value, list):
            self.element = self.element or _Seen()
            for item in value:
                self.element.add(item, depth + 1)

    def add_members(self, members: Mapping[str, object], depth: int) -> None:
        for name, inner in members.items():
            self.members.setdefault(name, _Seen()).add(inner, depth + 1)

    def kind(self) -> str | None:
        """The kind that fits all values, or else the most frequent one; None where there is no value."""
        for group, wider in _WIDER:
            if len(self.kinds) > 1 and set(group) >= set(self.kinds):
                return wider
        return self.kinds.most_common(1)[0][0] if self.kinds else None

    def note_others(self, name: str, notes: list[str]) -> None:
        """Say which values will count as none."""
        kind = self.kind()
        fitting = next((set(group) for group, wider in _WIDER if kind == wider), {kind})
        if others := sorted(set(self.kinds) - fitting):
            notes.append(f"{name!r} is mostly {kind}; where it is {' or '.join(others)}, it does not fit")


def _kind(value: object) -> str:
    match value:
        case bool():
            return "boolean"
        case int():
            return "integer" if _fits("integer", value) else "number"
        case float():
            return "number"
        case str():
            return next((kind for kind in ("date-time", "date") if _fits(kind, value)), "text")
        case _:
            return "object" if isinstance(value, dict) else "list"


def _fits(kind: str, value: object) -> bool:
    try:
        _TYPES[kind].load(value)
    except ValueError:
        return False
    return True


def _fields(members: Mapping[str, _Seen], prefix: str, notes: list[str]) -> Iterator[pq.Field]:
    for name, seen in members.items():
        if "." in name:
            notes.append(f"left out: {prefix + name!r}: a dot in a name is a step into an object")
        elif seen.kind() == "object":
            seen.note_others(prefix + name, notes)
            if not seen.members:
                notes.append(f"left out: {prefix + name!r}{_NO_MEMBERS}")
            yield from _fields(seen.members, f"{prefix}{name}.", notes)
        else:
            yield from _field(prefix + name, seen, notes)


def _field(name: str, seen: _Seen, notes: list[str]) -> Iterator[pq.Field]:
    try:
        yield pq.Field(name, _type(name, seen, notes))
    except ValueError as error:
        notes.append(f"left out: {error}")
    else:
        seen.note_others(name, notes)


def _type(name: str, seen: _Seen, notes: list[str]) -> Type | pq.ListOf:
    """Raises ValueError where the values do not tell it."""
    kind = seen.kind()
    if kind in _TYPES:
        return _TYPES[kind]
    inner = seen.element.kind() if seen.element else None
    if seen.is_too_deep or (seen.element and seen.element.is_too_deep):
        raise ValueError(f"{name!r}: what is inside {_DEEPEST} others is not looked at")
    if seen.element is None or inner is None or inner == "list":
        raise ValueError(f"{name!r}: no value tells its type")
    seen.element.note_others(f"an element of {name}", notes)
    if inner == "object":
        return pq.ListOf(_record(name, tuple(_fields(seen.element.members, "", notes))))
    return pq.ListOf(_TYPES[inner])


def _record(name: str, fields: tuple[pq.Field, ...]) -> pq.Record:
    if not fields:
        raise ValueError(f"{name!r}{_NO_MEMBERS}")
    return pq.Record(*fields)


def _controls(names: set[str]) -> dict[str, str]:
    return {word: _free(word, names) for word in CONTROLS if word in names}


def _free(word: str, names: set[str]) -> str:
    return word if word not in names else _free(f"_{word}", names)


def _source(fields: tuple[pq.Field, ...], controls: dict[str, str]) -> str:
    renamed = [f"controls={controls!r}"] if controls else []
    lines = [*map(_written, fields), *renamed]
    return "\n".join(["pq.Schema(", *(f"    {line}," for line in lines), ")"])


def _written(one: pq.Field) -> str:
    return f"pq.Field({one.name!r}, {_written_type(one.type)})"


def _written_type(type_: Type | pq.ListOf | pq.Record) -> str:
    match type_:
        case pq.ListOf(of):
            return f"pq.ListOf({_written_type(of)})"
        case pq.Record(fields):
            return f"pq.Record({', '.join(map(_written, fields))})"
        case _:
            return f"pq.{type_!r}".replace("precision='us'", "")
