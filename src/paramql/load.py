"""Documents to records: what JSON holds, as the schema types it. A value that is not of its type is no value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any as Anything

from paramql.declare import Field, ListOf, Record
from paramql.types import Misfit

Document = Mapping[str, Anything]


def load(document: Document, fields: Iterable[Field], strict: bool = False) -> dict[str, Anything]:
    """A typed, nested record with the declared fields that have a value.

    Raises ValueError for a required field without one, and for any misfit when `strict`; all of them in one sentence.
    """
    if not isinstance(document, Mapping):
        raise ValueError("a record is a JSON object")
    complaints: list[str] = []
    record = _record(document, fields, "", complaints)
    required = {field.name for field in fields if field.required}
    grave = [text for text in complaints if strict or text.partition(":")[0] in required]
    if grave:
        raise ValueError("; ".join(grave))
    return record


def _record(document: Document, fields: Iterable[Field], prefix: str, complaints: list[str]) -> dict[str, Anything]:
    record: dict[str, Anything] = {}
    for field in fields:
        value = _value(field, _at(document, field.path), prefix + field.name, complaints)
        if value is not None:
            _put(record, field.path, value)
        elif field.required:
            complaints.append(f"{prefix}{field.name}: must have a value")
    return record


def _value(field: Field, found: Anything, name: str, complaints: list[str]) -> Anything:
    if found is None:
        return None
    if not isinstance(field.type, ListOf):
        return _scalar(field.type, found, name, complaints)
    if not isinstance(found, list | tuple):
        complaints.append(f"{name}: is not a list")
        return None
    return [element for item in found if (element := _element(field.type, item, name, complaints)) is not None]


def _element(type_: ListOf, item: Anything, name: str, complaints: list[str]) -> Anything:
    if item is None:
        return None
    if not isinstance(type_.of, Record):
        return _scalar(type_.of, item, name, complaints)
    if isinstance(item, Mapping):
        return _record(item, type_.of.fields, f"{name}.", complaints)
    complaints.append(f"{name}: an element is not an object")
    return None


def _scalar(type_: Anything, found: Anything, name: str, complaints: list[str]) -> Anything:
    try:
        return type_.load(found)
    except Misfit as error:
        complaints.append(f"{name}: is {error}")
        return None


def _at(document: Document, path: tuple[str, ...]) -> Anything:
    found: Anything = document
    for key in path:
        if not isinstance(found, Mapping):
            return None
        found = found.get(key)
    return found


def _put(record: dict[str, Anything], path: tuple[str, ...], value: Anything) -> None:
    for key in path[:-1]:
        record = record.setdefault(key, {})
    record[path[-1]] = value
