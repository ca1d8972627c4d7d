"""What a caller may ask of a list, for a form: names with types, operators and examples; order, size and filter."""

from __future__ import annotations

from typing import Any

import paramql as pq
from paramql.declare import Field, ListOf, Name, Parameter, Record
from paramql.openapi.asking import askable, asked_of, examples_of, operators_of, visible
from paramql.server.listing import Access, Listing


def form(listing: Listing, access: Access) -> dict[str, Any]:
    """All of it."""
    names = askable(listing.schema, access.only)
    return {
        "parameters": [_described(name, listing) for name in names],
        "controls": _controls(listing.schema, access),
        "longest": listing.schema.limits.query,
    }


def _described(name: Name, listing: Listing) -> dict[str, Any]:
    of, target = asked_of(name), name.target
    return {
        "name": name.text,
        "type": "record" if isinstance(of, Record) else of.word,
        "accepts": None if isinstance(of, Record) else of.accepts,
        "choices": _choices(of),
        "operators": operators_of(name),
        "isOfList": bool(name.lists) or (isinstance(target, Field) and isinstance(target.type, ListOf)),
        "isOption": isinstance(target, Parameter) and target.where is None,
        "examples": list(listing.examples.get(name.text) or examples_of(name)),
        "notice": target.notice if isinstance(target, Parameter) else None,
    }


def _choices(of: Any) -> list[str] | None:
    if isinstance(of, pq.Boolean):
        return ["true", "false"]
    return list(of.words) if isinstance(of, pq.Choice) else None


def _controls(schema: pq.Schema, access: Access) -> dict[str, Any]:
    """By what they are, and how the schema spells them."""
    open_ = {name.text for name in visible(schema, access.only)}
    keys = [field.name for field in schema.fields if field.sortable and field.name in open_]
    order = [str(key) for key in schema.order if key.field.name in open_]
    return {
        "order": {"name": schema.controls["order"], "keys": keys, "default": order},
        "size": {"name": schema.controls["size"], "default": schema.size, "most": schema.max_size},
        "token": {"name": schema.controls["continuationToken"]},
        "filter": {"name": schema.controls["filter"]},
    }
