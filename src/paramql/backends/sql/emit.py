"""From a simplified expression to a condition: every comparison on the bare value, NULL counting as false."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count
from typing import assert_never, cast

from paramql.ast import And, Any, Compare, Exists, Not, Op, Or, Scalar
from paramql.backends import CapabilityError
from paramql.backends.sql.dialect import Dialect, Guard
from paramql.backends.sql.pattern import is_blurred, told_apart
from paramql.backends.sql.relation import Relation
from paramql.backends.sql.scope import Scope, Term
from paramql.backends.sql.storage import WIDE
from paramql.backends.sql.text import FALSE, TRUE, Piece, join
from paramql.declare import Expression, Field
from paramql.folding import classes
from paramql.types import FOLDED, Folded

LAST, SURROGATES = "\U0010ffff", range(0xD800, 0xE000)


class Emitter:
    """Writes one condition; numbers the elements of lists that it opens, past the names that are taken."""

    def __init__(self, dialect: Dialect, taken: Iterable[str] = ()) -> None:
        self.dialect = dialect
        self._taken = {name.lower() for name in taken}
        self._numbers = count(1)

    def condition(self, where: Expression, scope: Scope) -> Piece:
        """True exactly where the expression is; false or NULL elsewhere."""
        match where:
            case And(operands):
                return join("AND", [self.condition(operand, scope) for operand in operands])
            case Or(operands):
                return join("OR", [self.condition(operand, scope) for operand in operands])
            case Not(operand):
                return self._complement(operand, scope)
            case Compare(field, op, value):
                return self._comparison(scope.term(field), op, value)
            case Any(field, inner):
                return self._some(field, inner, scope)
            case Exists(field):
                return _present(scope.term(field))
            case _:
                assert_never(where)

    def _complement(self, where: Expression, scope: Scope) -> Piece:
        match where:
            case Compare(field, op, value):
                return self._opposite(scope.term(field), op, value)
            case Any(field, inner):
                return _negated(self._some(field, inner, scope, self.dialect.none_end))
            case Exists(field):
                return _absent(scope.term(field))
            case _:  # unreachable: simplify leaves Not before these three only
                raise AssertionError(where)

    def _comparison(self, term: Term, op: Op, value: object) -> Piece:
        if isinstance(stored := self._stored(term, op, value), Piece):
            return stored
        relation, operands = stored
        return join("AND", [relation.holds.fill(term.value, operands, term.cast), *_guards(term, op)])

    def _opposite(self, term: Term, op: Op, value: object) -> Piece:
        if isinstance(stored := self._stored(term, op, value), Piece):
            return TRUE if stored is FALSE else _absent(term)
        relation, operands = stored
        return join("OR", [relation.fails.fill(term.value, operands, term.cast), *_gaps(term, op)])

    def _stored(self, term: Term, op: Op, value: object) -> Piece | tuple[Relation, tuple[object, ...]]:
        """The relation and its operands on the grid of what is stored; a piece where every value fits, or none."""
        if op is not Op.IN and term.storage.fold:
            folded = term.storage.fold(op, cast(Scalar, value))
            if not isinstance(folded, Folded):
                return FALSE
            op, value = folded
        if value == "" and op in _TRUE_OF_EMPTY:
            return _present(term)
        if op is Op.STARTSWITH and successor(cast(str, value)) is None:
            op = Op.GTE
        operands = self._operands(term, op, value)
        return FALSE if operands is None else (self._relation(term, op, value), operands)

    def _relation(self, term: Term, op: Op, value: object) -> Relation:
        if op is Op.IN and term.storage.wide and any(len(item) > WIDE for item in cast("tuple[str, ...]", value)):
            return term.storage.wide
        if op in FOLDED and self.dialect.apart and is_blurred(cast(str, value)):
            return self.dialect.apart
        if relation := term.storage.relations.get(op):
            return relation
        raise CapabilityError(
            f"{self.dialect.name} cannot answer {op} of {term.field.name!r}: "
            f"a {term.type.word} stored as {term.storage.name} has no such comparison"
        )

    def _operands(self, term: Term, op: Op, value: object) -> tuple[object, ...] | None:
        if op is Op.IN:
            return _listed(term, cast("tuple[Scalar, ...]", value))
        if op in FOLDED:
            return self._pattern(op, cast(str, value))
        if op is Op.STARTSWITH:
            return (value, successor(cast(str, value)), len(cast(str, value)))
        if op is Op.ENDSWITH:
            return (value, len(cast(str, value)))
        return (term.storage.encode(term.type, cast(Scalar, value)),)

    def _pattern(self, op: Op, literal: str) -> tuple[str, ...]:
        """A pattern, and what stands for the characters that patterns would not tell apart."""
        told, standing = told_apart(literal) if self.dialect.apart and is_blurred(literal) else (literal, ())
        return self.dialect.pattern(
            classes(told), before=op in _ANYTHING_BEFORE, after=op in _ANYTHING_AFTER
        ), *standing

    def _some(self, field: Field, inner: Expression, scope: Scope, end: str = "") -> Piece:
        alias = self._alias()
        elements = scope.elements(field, alias)
        condition = self.condition(inner, elements.scope)
        if condition is FALSE:
            return FALSE
        where = join("AND", [*elements.conditions, condition])
        text = elements.some.format(source=elements.source, alias=alias, where=where.text, end=end)
        return Piece(text, where.params)

    def _alias(self) -> str:
        return next(alias for number in self._numbers if (alias := f"t{number}") not in self._taken)


_ANYTHING_BEFORE = frozenset({Op.ICONTAINS, Op.IENDSWITH})
_ANYTHING_AFTER = frozenset({Op.ICONTAINS, Op.ISTARTSWITH})
_TRUE_OF_EMPTY = frozenset({Op.CONTAINS, Op.STARTSWITH, Op.ENDSWITH}) | FOLDED - {Op.IEQ}


def successor(prefix: str) -> str | None:
    """The first text after all that begin with a prefix; None where there is none (it is U+10FFFF to its end).

    >>> successor("ab"), successor("a\ud7ff".replace("\ud7ff", chr(0xD7FF))) == "a\ue000"
    ('ac', True)
    """
    kept = prefix.rstrip(LAST)
    if not kept:
        return None
    following = ord(kept[-1]) + 1
    return kept[:-1] + chr(SURROGATES.stop if following in SURROGATES else following)


def _listed(term: Term, items: tuple[Scalar, ...]) -> tuple[object, ...] | None:
    """The operand of `in`, without what nothing stored can equal; None where nothing is left."""
    fold, encode = term.storage.fold, term.storage.encode
    kept = [item for item in items if fold is None or isinstance(fold(Op.EQ, item), Folded)]
    return (term.storage.pack([encode(term.type, item) for item in kept]),) if kept else None


def _present(term: Term) -> Piece:
    if term.field.required:
        return TRUE
    return join("AND", _guards(term)) if term.guards else Piece(f"{term.value} IS NOT NULL")


def _absent(term: Term) -> Piece:
    return join("OR", _gaps(term))


def _guards(term: Term, op: Op | None = None) -> list[Piece]:
    """Where there is a value of the type, as far as the comparison does not say so."""
    return [guard.holds for guard in _asked(term, op)]


def _gaps(term: Term, op: Op | None = None) -> list[Piece]:
    """Where there is no value of the type, as far as the opposite of the comparison does not say so."""
    if term.field.required:
        return []
    return [Piece(f"{term.value} IS NULL"), *(guard.fails for guard in _asked(term, op))]


def _asked(term: Term, op: Op | None) -> list[Guard]:
    if term.field.required:
        return []
    return [guard for guard in term.guards if guard.of_equality or op not in (Op.EQ, Op.IN)]


def _negated(piece: Piece) -> Piece:
    return TRUE if piece is FALSE else Piece(f"NOT {piece.text}", piece.params)
