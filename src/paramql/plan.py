"""What queries of one shape have in common: their parts, with places for the literals. Made once, filled each time."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, ClassVar, TypeAlias, assert_never
from typing import Any as Anything

from paramql.ast import And, Any, Compare, Exists, Expr, F, Not, Or, Value
from paramql.declare import Asked, Expression, Field
from paramql.simplify import all_of, any_of, simplify

if TYPE_CHECKING:
    from paramql.declarations import SortKey

# A literal's value. Raises ValueError, KeyError or ArithmeticError for what must be read the whole way.
Read: TypeAlias = Callable[[str], Value]


SHORT = 512  # characters


class Part:
    """What a parameter asks: two trees of which each comparison takes a literal, the values in them being samples.

    expand: what a value means, where that is for the host's function to say; `where` then says nothing. leaves: how
    many literals it takes. is_flat: whether it opens no list.
    """

    __slots__ = ("asked", "expand", "is_flat", "leaves", "where")

    def __init__(self, asked: Asked, where: Expression, expand: Callable[[Value], Expression] | None = None) -> None:
        self.asked, self.where, self.expand = asked, where, expand
        self.leaves, self.is_flat = len(literals_of(asked)), is_flat(where)


class Plan:
    """The parts of all queries of a shape.

    reads: how each literal is read (None: as it is). longest: how long each may be; shortest: the least of these.
    leaves: which of them are operands, in the order of the parts; the others are of control parameters, such as the
    one at `size_at`. order: what the query sorts by. kind: the node that the parts are joined to; None where they are
    none. is_computed: whether the host's functions say what some of them mean.
    """

    __slots__ = ("is_computed", "kind", "leaves", "longest", "order", "parts", "reads", "shortest", "size_at")

    def __init__(
        self,
        parts: tuple[Part, ...],
        reads: tuple[Read | None, ...],
        longest: tuple[int, ...],
        leaves: Sequence[int],
        order: tuple[SortKey, ...],
        size_at: int | None,
    ) -> None:
        self.parts, self.reads, self.leaves = parts, reads, leaves
        self.longest, self.shortest = longest, min(longest, default=0)
        self.order, self.size_at = order, size_at
        self.is_computed = any(part.expand for part in parts)
        self.kind = None if self.is_computed else _kind(parts)

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
        return (values[leaf] for leaf in self.leaves)

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


def _kind(parts: tuple[Part, ...]) -> type[PlannedAnd | PlannedOr] | None:
    """The node that parts without computed meanings are joined to; None where they are no group."""
    if len(parts) == 1:
        return PlannedOr if isinstance(parts[0].where, Or) else PlannedAnd if isinstance(parts[0].where, And) else None
    return PlannedAnd if parts else None


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
