"""A filter as an expression of Django's: its columns as Django writes them, its text as the database's backend does."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, assert_never, cast
from typing import Any as Anything

from django.db.models import BooleanField, Expression, F

from paramql.ast import And, Any, Compare, Exists, Not, Op, Or
from paramql.backends import CapabilityError
from paramql.backends.django.aiming import Aimed, Fields
from paramql.backends.sql.emit import Emitter
from paramql.backends.sql.scope import Scope, Term
from paramql.backends.sql.text import Piece, finish, join
from paramql.declare import Expression as Where
from paramql.declare import Field

if TYPE_CHECKING:
    from paramql.backends.django.target import DjangoTarget

_ALIAS = re.compile(r"\bt[0-9]+\b", re.IGNORECASE)


class Columned(Expression):
    """What is written of columns, by their paths from a model. Django resolves these, and knows of no others."""

    def __init__(self, paths: Iterable[str], output_field: Anything) -> None:
        super().__init__(output_field=output_field)
        self.paths = tuple(paths)
        self._columns: list[Anything] = [F(path) for path in self.paths]

    def get_source_expressions(self) -> list[Anything]:
        """The columns."""
        return self._columns

    def set_source_expressions(self, exprs: list[Anything]) -> None:
        """The columns, as a statement has them."""
        self._columns = exprs

    def texts(self, compiler: Anything) -> dict[str, str]:
        """The columns as Django writes them. Raises `CapabilityError` for what is no column."""
        texts = dict[str, str]()
        for path, column in zip(self.paths, self._columns, strict=True):
            texts[path], params = compiler.compile(column)
            if params:
                raise CapabilityError(f"django cannot filter by {path!r}: an annotation of that name hides the field")
        return texts


class Condition(Columned):
    """True where a filter is, false elsewhere. `~condition` is its exact complement."""

    def __init__(self, target: DjangoTarget, where: Where) -> None:
        fields = list(dict.fromkeys(fields_of(where)))
        super().__init__(target.paths(fields), BooleanField())
        self._target, self._where, self._fields = target, where, fields

    def __invert__(self) -> Condition:
        return self._target.condition(Not(self._where))

    def as_sql(self, compiler: Anything, connection: Anything) -> tuple[str, tuple[object, ...]]:
        """The text and its parameters, for a statement on a connection."""
        aimed, texts = self._target.aimed(connection), self.texts(compiler)
        scope = aimed.scope(self._fields, texts)
        piece = TwoValued(aimed.dialect, taken(texts)).condition(self._where, scope)
        return as_django_has_it(piece, aimed)


class ByNames(Expression):
    """A filter whose fields live in those of the same names, of whatever model the statement has."""

    def __init__(self, where: Where) -> None:
        super().__init__(output_field=BooleanField())
        self._where = where

    def __invert__(self) -> ByNames:
        return ByNames(Not(self._where))

    def resolve_expression(self, query: Anything = None, *args: Anything, **kw: Anything) -> Anything:
        """The condition on the model."""
        fields = tuple(dict.fromkeys(fields_of(self._where)))
        return _by_names(fields, query.model).condition(self._where).resolve_expression(query, *args, **kw)


@lru_cache(maxsize=100)
def _by_names(fields: tuple[Field, ...], model: Anything) -> DjangoTarget:
    from paramql.backends.django.target import make_target

    return make_target(Fields(fields), model=model)


class TwoValued(Emitter):
    """Writes a condition that is false where others are NULL, so that a NOT of Django's round it is its complement.

    The comparison stands bare before what makes it so: an index serves it.
    """

    def condition(self, where: Where, scope: Scope) -> Piece:
        """True exactly where the expression is; false elsewhere."""
        piece = super().condition(where, scope)
        return _valued(piece, scope.term(where.field)) if isinstance(where, Exists) else piece

    def _comparison(self, term: Term, op: Op, value: object) -> Piece:
        return _valued(super()._comparison(term, op, value), term)


def _valued(piece: Piece, term: Term) -> Piece:
    is_there = f"{term.value} IS NOT NULL"
    return piece if term.field.required or piece.text == is_there else join("AND", [piece, Piece(is_there)])


def as_django_has_it(piece: Piece, aimed: Aimed) -> tuple[str, tuple[object, ...]]:
    """A piece as `as_sql` gives it."""
    text, params = finish(Piece(f"({piece.text})", piece.params), "format")
    return aimed.written(text), cast("tuple[object, ...]", params)


def taken(texts: Mapping[str, str]) -> list[str]:
    """The names in texts that the elements of lists cannot be called."""
    return _ALIAS.findall(" ".join(texts.values()))


def fields_of(where: Where) -> Iterator[Field]:
    """The fields of the record itself that an expression asks about."""
    match where:
        case And(operands) | Or(operands):
            for operand in operands:
                yield from fields_of(operand)
        case Not(operand):
            yield from fields_of(operand)
        case Compare(field, _, _) | Any(field, _) | Exists(field):
            yield field
        case _:
            assert_never(where)
