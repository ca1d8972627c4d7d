"""From the heads of a query to its plan; of some heads the literal is a part of the shape, too."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

from paramql.check.controls import Controls, check_control
from paramql.check.heads import NO_CLOCK
from paramql.check.joined import Clauses
from paramql.check.reading import Reading
from paramql.check.skeleton import bare, filter_of
from paramql.declarations import Declarations, SortKey
from paramql.plan import Head, Part, Plan
from paramql.source import plain

# What of a literal is of the shape: all of it, the skeleton of an expression, nothing.
Shaping: TypeAlias = str | tuple[str, ...] | None


class Slice(NamedTuple):
    """What a parameter adds to a plan: a part, the heads of its literals, sort keys."""

    part: Part | None
    heads: tuple[Head, ...]
    keys: Sequence[SortKey] = ()
    clauses: int = 1


def plain_plan(schema: Declarations, heads: tuple[Head, ...]) -> Plan:
    """The plan of parameters of which each has one literal, and no literal shapes it. Raises ValueError."""
    parts = tuple([head.part for head in heads if head.part])
    if len(parts) > schema.limits.clauses:
        raise ValueError
    return Plan(parts, heads, ())


def shaped_plan(
    schema: Declarations, clauses: Clauses, heads: tuple[Head, ...], literals: Sequence[str], shape: Sequence[Shaping]
) -> Plan:
    """The plan of parameters with these literals. Raises ValueError where each such query must be read by itself."""
    slices = [_slice(schema, clauses, *one) for one in zip(heads, literals, shape, strict=True)]
    if sum(one.clauses for one in slices) > schema.limits.clauses:
        raise ValueError
    parts = tuple(one.part for one in slices if one.part)
    keys = tuple(key for one in slices for key in one.keys)
    if len({key.field.name for key in keys}) < len(keys):
        raise ValueError
    return Plan(parts, tuple(head for one in slices for head in one.heads), keys)


def split(heads: tuple[Head, ...], literals: Sequence[str], most: int) -> tuple[list[Shaping], list[str]]:
    """What of each literal is of the shape, and those that are not. Raises ValueError for more in an expression."""
    shape: list[Shaping] = []
    kept: list[str] = []
    for head, literal in zip(heads, literals, strict=True):
        match head.role:
            case "filter":
                skeleton, inner = bare(head.lead + literal, most)
                shape.append(skeleton)
                kept += inner
            case "exists" | "order":
                shape.append(literal)
            case _:
                shape.append(None)
                kept.append(literal)
    return shape, kept


def _slice(schema: Declarations, clauses: Clauses, head: Head, literal: str, shaping: Shaping) -> Slice:
    match head.role:
        case "filter":
            assert isinstance(shaping, tuple)
            found = filter_of(head.lead + literal, schema, clauses, shaping)
            return Slice(found.part, found.heads, (), found.clauses)
        case "order":
            return Slice(None, (), _keys(schema, head.lead + literal), 0)
        case "exists":
            return Slice({"true": head.part, "false": head.other}[literal], ())
        case _:
            return Slice(head.part, (head,), (), int(head.part is not None))


def _keys(schema: Declarations, text: str) -> Sequence[SortKey]:
    reading, controls = Reading(schema, text, NO_CLOCK, None), Controls()
    check_control("order", plain(schema.controls["order"]), plain(text), controls, reading)
    return controls.order
