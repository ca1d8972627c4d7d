"""Documents as a JSON column holds them: values as they are stored, and misfits as they came, in their place."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any as Anything
from typing import cast

from paramql.backends.sql.rows import at
from paramql.backends.sql.scope import chosen
from paramql.backends.sqlite import DIALECT
from paramql.declare import Field, ListOf, Record
from paramql.schema import Schema
from paramql.types import Misfit, Type


def as_stored(schema: Schema, document: Mapping[str, Anything]) -> str:
    """The JSON text that SQLite keeps of a document."""
    return json.dumps(_members(schema.fields, document), ensure_ascii=False)


def _members(fields: Iterable[Field], document: Mapping[str, Anything]) -> dict[str, Anything]:
    grown = deepcopy(dict(document))
    for field in fields:
        if (found := at(field, document)) is not None:
            inner = grown
            for key in field.path[:-1]:
                inner = inner[key]
            inner[field.path[-1]] = _value(field, found)
    return grown


def _value(field: Field, found: Anything) -> Anything:
    if not isinstance(field.type, ListOf):
        return _scalar(field, found)
    if not isinstance(found, list):
        return found
    return [_element(field, item) for item in found]


def _element(field: Field, item: Anything) -> Anything:
    of = cast(ListOf, field.type).of
    if not isinstance(of, Record):
        return _scalar(field.element, item)
    return _members(of.fields, item) if isinstance(item, Mapping) else item


def _scalar(field: Field, found: Anything) -> Anything:
    type_ = cast(Type, field.type)
    try:
        return chosen(DIALECT.documents, field, None).document(type_, type_.load(found))
    except Misfit:
        return found
