"""What queries of one shape have in common: their parts, with places for the literals. Made once, filled each time."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING, ClassVar, Literal, NamedTuple, TypeAlias, assert_never
from typing import Any as Anything

from paramql.ast import And, Any, Compare, Exists, Expr, F, Not, Or, Value
from paramql.declare import Asked, Expression, Field
from paramql.simplify import all_of, any_of, simplify

if TYPE_CHECKING:
    from paramql.declarations import SortKey

# A literal's value. Raises ValueError, KeyError or ArithmeticError for what must be read the whole way.
Read: TypeAlias = Callable[[str], Value]
# What the literal is: an operand (of what the host computes, too), the size of a page, the host's own; or a part of the
# shape.
Role: TypeAlias = Literal["operand", "computed", "size", "ignored", "exists", "order", "filter"]
# What joins the parts of a group.
Kind: TypeAlias = "type[And[Field] | Or[Field]]"


SHORT = 512  # characters
UNBOUNDED = sys.maxsize  # characters: but for what a whole query may have
_IS_FLAT = attrgetter("is_flat")


class Part:
    """What a parameter asks: two trees of which each comparison takes a literal, the values in them being samples.

    expand: what a value means, where that is for the host's function to say; `where` then says nothing. leaves: how
    many literals it takes. kind: what node it means, if it is a group. is_flat: whether it opens no list.
    """

    __slots__ = ("_where", "asked", "expand", "is_flat", "kind", "leaves")

    def __init__(self, asked: Asked, where: Expression, expand: Callable[[Value], Expression] | None = None) -> None:
        self.asked, self._where, self.expand = asked, where, expand
        self.kind = _kind_of(where)
        self.leaves, self.is_flat = len(literals_of(asked)), is_flat(where)

    @property
    def where(self) -> Expression:
        """What it means."""
        return self._where

    def asking(self, asked: Asked) -> Part:
        """A part that means the same, asked in other words."""
        return Part(asked, self.where)


class Group(Part):
    """What an expression asks: parts joined by `kind`, of which none is a group of that kind itself."""

    __slots__ = ("parts",)

    def __init__(self, asked: Asked, kind: Kind, parts: Sequence[Part]) -> None:
        self.asked, self.kind, self.parts, self.expand = asked, kind, parts, None
        self.leaves, self.is_flat = sum([part.leaves for part in parts]), all(map(_IS_FLAT, parts))

    @property
    def where(self) -> Expression:
        """What it means."""
        assert self.kind
        return self.kind(tuple([part.where for part in self.parts]))

    def asking(self, asked: Asked) -> Part:
        """A part that means the same, asked in other words."""
        assert self.kind
        return Group(asked, self.kind, self.parts)


class Head(NamedTuple):
    """A name and an operator: what the literal after them is, how it is read, how long it may be.

    name: as declared; empty for controls and what is left to the host. part: what is asked; other: where the literal of
    `exists` is false. lead: what of the head belongs to the literal.
    """

    role: Role
    name: str = ""
    read: Read | None = None
    longest: int = UNBOUNDED
    part: Part | None = None
    other: Part | None = None
    lead: str = ""


class Plan:
    """The parts of all queries of a shape, and the heads of their literals.

    reads: how the literals are read that are not values as they are, each with its place. keys: what the query asks to
    be sorted by. is_computed: whether the host's functions say what some parts mean. kind: the node that the parts are
    joined to; None where they are none. is_met: whether it has been compiled before.
    """

    __slots__ = ("heads", "is_computed", "is_met", "keys", "kind", "parts", "reads")

    def __init__(self, parts: tuple[Part, ...], heads: tuple[Head, ...], keys: tuple[SortKey, ...]) -> None:
        roles = [head.role for head in heads]
        if roles.count("size") > 1:
            raise ValueError
        self.parts, self.heads, self.keys = parts, heads, keys
        self.reads = [(at, head.read) for at, head in enumerate(heads) if head.read]
        self.is_met, self.is_computed = False, "computed" in roles
        self.kind = None if self.is_computed else PlannedAnd if len(parts) > 1 else _kind(parts)

    @property
    def leaves(self) -> list[int]:
        """Which of the literals are operands, in the order of the parts."""
        return [at for at, head in enumerate(self.heads) if head.part]

    def values(self, texts: list[str]) -> Sequence[Value]:
        """What the literals say, in their list. Raises what their readers do, and ValueError for another number."""
        if len(texts) != len(self.heads):
            raise ValueError
        values: list[Anything] = texts
        for at, read in self.reads:
            values[at] = read(texts[at])
        return values

    def check_lengths(self, texts: Sequence[str]) -> None:
        """Raise ValueError for a literal that is too long."""
        if any(len(text) > head.longest for text, head in zip(texts, self.heads, strict=True)):
            raise ValueError

    def size(self, values: Sequence[Value]) -> Value | None:
        """How many records a page is to have, where the query says so."""
        sizes = (value for value, head in zip(values, self.heads, strict=True) if head.role == "size")
        return next(sizes, None)

    def where(self, values: Sequence[Value]) -> Expression:
        """What the query means, simplified; of a plan that has a kind, that node means the same."""
        return simplify(all_of(*self._meanings(values)))

    @property
    def sample(self) -> Expression:
        """What such a query means, with samples of literals."""
        return all_of(*(part.where for part in self.parts))

    def asked(self, values: Sequence[Value]) -> Asked:
        """What was asked, by public name."""
        operands = self.operands(values)
        return And(tuple([filled(part.asked, operands) for part in self.parts]))

    def operands(self, values: Sequence[Value]) -> Iterator[Value]:
        """The values of the clauses, in order."""
        return (value for value, head in zip(values, self.heads, strict=True) if head.part)

    def operands_of(self, kind: type, values: Sequence[Value]) -> tuple[Expression, ...]:
        """The operands of what it means, an And or an Or."""
        join = all_of if kind is And else any_of
        found = join(*self._meanings(values))
        assert isinstance(found, And | Or)
        return found.operands

    def _meanings(self, values: Sequence[Value]) -> Iterator[Expression]:
        operands = self.operands(values)
        for part in self.parts:
            yield part.expand(next(operands)) if part.expand else filled(part.where, operands)


class _Planned:
    """A node whose operands are made when they are first looked at: backends that know the plan need not look.

    is_tame: whether no text among the values has more than `SHORT` characters, or other than ASCII. made: what it was
    last compiled to, after the target that it was compiled for.
    """

    if not TYPE_CHECKING:
        __slots__ = ()
    kind: ClassVar[type[And[Anything] | Or[Anything]]]
    plan: Plan
    values: Sequence[Value]
    is_tame: bool
    made: tuple[object, Anything]
    _operands: tuple[Expression, ...] | None

    def __init__(self, plan: Plan, values: Sequence[Value], is_tame: bool) -> None:
        self.plan = plan
        self.values = values
        self.is_tame = is_tame
        self.made = _NOTHING
        self._operands = None

    @property
    def operands(self) -> tuple[Expression, ...]:
        if self._operands is None:
            self._operands = self.plan.operands_of(self.kind, self.values)
        return self._operands

    def __eq__(self, other: object) -> bool:
        return self.operands == other.operands if isinstance(other, self.kind) else NotImplemented

    def __hash__(self) -> int:
        return hash((self.operands,))

    def __repr__(self) -> str:
        return repr(self.kind(self.operands))

    def __reduce__(self) -> tuple[Anything, ...]:
        return self.kind, (self.operands,)


_NOTHING = (None, None)


class PlannedAnd(_Planned, And[Field]):  # pyright: ignore[reportIncompatibleVariableOverride]
    """True where all operands are."""

    __slots__ = ("_operands", "is_tame", "made", "plan", "values")
    __setattr__ = object.__setattr__
    kind = And


class PlannedOr(_Planned, Or[Field]):  # pyright: ignore[reportIncompatibleVariableOverride]
    """True where some operand is."""

    __slots__ = ("_operands", "is_tame", "made", "plan", "values")
    __setattr__ = object.__setattr__
    kind = Or


def _kind_of(where: Expression) -> Kind | None:
    if isinstance(where, And):
        return And
    return Or if isinstance(where, Or) else None


def _kind(parts: tuple[Part, ...]) -> type[PlannedAnd | PlannedOr] | None:
    """The node that one part or none is; None where that is no group."""
    kind = parts[0].kind if parts else None
    return PlannedOr if kind is Or else PlannedAnd if kind is And else None


def filled(where: Expr[F], values: Iterator[Value]) -> Expr[F]:
    """The tree with these values in its comparisons."""
    match where:
        case And(operands):
            return And(tuple([filled(operand, values) for operand in operands]))
        case Or(operands):
            return Or(tuple([filled(operand, values) for operand in operands]))
        case Not(operand):
            return Not(filled(operand, values))
        case Compare(field, op):
            return Compare(field, op, next(values))
        case Any(field, inner):
            return Any(field, filled(inner, values))
        case Exists():
            return where
        case _:
            assert_never(where)


def literals_of(where: Expr[F]) -> list[Value]:
    """The values in the comparisons of a tree, in order."""
    match where:
        case And(operands) | Or(operands):
            return [value for operand in operands for value in literals_of(operand)]
        case Not(inner) | Any(_, inner):
            return literals_of(inner)
        case Compare(_, _, value):
            return [value]
        case Exists():
            return []
        case _:
            assert_never(where)


def is_flat(where: Expr[F]) -> bool:
    """Whether a tree opens no list."""
    match where:
        case And(operands) | Or(operands):
            return all(map(is_flat, operands))
        case Not(inner):
            return is_flat(inner)
        case Compare() | Exists():
            return True
        case Any():
            return False
        case _:
            assert_never(where)
