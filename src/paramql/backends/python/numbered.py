"""A shape with a name for each literal, two bounds on one value merged into a range."""

from __future__ import annotations

from dataclasses import dataclass, replace

from paramql.ast import Op
from paramql.backends.python.members import Path
from paramql.backends.python.shape import Shape
from paramql.backends.python.values import BY_WORD, Kind

_FORMS = {
    Op.EQ: "{{x}} == {v}",
    Op.GT: "{{x}} > {v}",
    Op.GTE: "{{x}} >= {v}",
    Op.LT: "{{x}} < {v}",
    Op.LTE: "{{x}} <= {v}",
    Op.IN: "{{x}} in {v}",
    Op.CONTAINS: "{v} in {{x}}",
    Op.STARTSWITH: "{{x}}.startswith({v})",
    Op.ENDSWITH: "{{x}}.endswith({v})",
    Op.IEQ: "{v}({{x}}) is not None",
    Op.ICONTAINS: "{v}({{x}}) is not None",
    Op.ISTARTSWITH: "{v}({{x}}) is not None",
    Op.IENDSWITH: "{v}({{x}}) is not None",
}
_LOWER = {Op.GT: "<", Op.GTE: "<="}
_UPPER = {Op.LT: "<", Op.LTE: "<="}


@dataclass(frozen=True, slots=True)
class Node:
    """A node to be written out. `form` is a comparison's text, `{x}` standing for the value. `kind` None: records."""

    word: str
    parts: tuple[Node, ...]
    path: Path
    kind: Kind | None
    is_required: bool
    form: str = ""
    literal: str = ""


def numbered(shape: Shape, names: list[str]) -> Node:
    """The node of a shape. Literals are named in the order of the leaves; the names are appended."""
    word, inner, path, kind, is_required = shape
    literal = f"v{len(names)}" if word in _FORMS else ""
    if literal:
        names.append(literal)
    parts = tuple(numbered(part, names) for part in inner)
    parts = _with_ranges(parts) if word == "and" else parts
    return Node(word, parts, path, BY_WORD.get(kind), is_required, _form(word, kind, literal), literal)


def _form(word: str, kind: str, literal: str) -> str:
    if not literal:
        return ""
    return f"{{x}} is {literal}" if kind == "boolean" else _FORMS[Op(word)].format(v=literal)


def _with_ranges(parts: tuple[Node, ...]) -> tuple[Node, ...]:
    """`x > v0` and a later `x < v1` as `v0 < x < v1`; either may come first."""
    kept: list[Node] = []
    for part in parts:
        place = next((place for place, other in enumerate(kept) if _is_range(other, part)), None)
        if place is None:
            kept.append(part)
        else:
            kept[place] = _range(kept[place], part)
    return tuple(kept)


def _is_range(one: Node, other: Node) -> bool:
    return one.path == other.path and (
        (one.word in _LOWER and other.word in _UPPER) or (one.word in _UPPER and other.word in _LOWER)
    )


def _range(one: Node, other: Node) -> Node:
    lower, upper = (one, other) if one.word in _LOWER else (other, one)
    form = f"{lower.literal} {_LOWER[Op(lower.word)]} {{x}} {_UPPER[Op(upper.word)]} {upper.literal}"
    return replace(one, word="range", form=form)
