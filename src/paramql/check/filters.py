"""The `filter` parameter: branches of and, or, not, any, all, down to clauses."""

from __future__ import annotations

from collections.abc import Iterator

from paramql.ast import And, Any, Not, Or
from paramql.bind import through
from paramql.check import wording
from paramql.check.clauses import check_clause
from paramql.check.reading import Meant, Place, Reading
from paramql.declare import Field, ListOf, Name, Record
from paramql.simplify import all_of, any_of
from paramql.source import Piece
from paramql.syntax import Branch, Clause, Misspelt, Parsed, parse_filter


def read_filter(piece: Piece, parameter: str, reading: Reading) -> Parsed | None:
    """The tree of an expression; None after a problem."""
    limits = reading.schema.limits
    if not piece.text:
        reading.report(wording.empty_value(parameter, piece.whole))
        return None
    try:
        return parse_filter(piece, limits.depth, limits.quantifiers)
    except Misspelt as error:
        reading.report(wording.misspelt(parameter, piece.span(error.start, error.end), error))
        return None


def clauses_in(tree: Parsed) -> Iterator[Clause]:
    """The clauses of a tree, in order."""
    if isinstance(tree, Clause):
        yield tree
    else:
        for operand in tree.operands:
            yield from clauses_in(operand)


def check_tree(tree: Parsed, place: Place, reading: Reading) -> Meant | None:
    """A tree by the schema; None after a problem, all of them reported."""
    if isinstance(tree, Clause):
        return check_clause(tree, place, reading)
    if tree.path is not None:
        return _check_quantified(tree, place, reading)
    parts = [check_tree(operand, place, reading) for operand in tree.operands]
    meant = [part for part in parts if part is not None]
    return _joined(tree.word, meant) if len(meant) == len(parts) else None


def _joined(word: str, parts: list[Meant]) -> Meant:
    asked, where = tuple(part.asked for part in parts), tuple(part.where for part in parts)
    match word:
        case "and":
            return Meant(And(asked), all_of(*where))
        case "or":
            return Meant(Or(asked), any_of(*where))
        case _:
            return Meant(Not(asked[0]), Not(where[0]))


def _check_quantified(branch: Branch, place: Place, reading: Reading) -> Meant | None:
    assert branch.path is not None
    text, span = branch.path.text, branch.path.span
    name = reading.find(place, text, leading=True)
    if name is None:
        reading.report(wording.unknown_name(place, span, text, reading.visible(place)))
        return None
    reading.names.setdefault(place.prefix + name.text, span)
    if not _is_list_of_records(name):
        reading.report(wording.not_a_list(place.parameter, span, text, branch.word))
        return None
    inner = Place(place.parameter, place.scope.element(name), f"{place.prefix}{name.text}.", inside=True)
    meant = check_tree(branch.operands[0], inner, reading)
    return None if meant is None else _quantified(branch.word, name, meant)


def _is_list_of_records(name: Name) -> bool:
    return isinstance(name.target.type, ListOf) and isinstance(name.target.type.of, Record)


def _quantified(word: str, name: Name, inner: Meant) -> Meant:
    assert isinstance(name.target, Field) and isinstance(name.target.type, ListOf)
    if word == "any":
        return Meant(Any(name, inner.asked), through(name, Any(name.target, inner.where), scalar=False))
    none = _quantified("any", name, Meant(Not(inner.asked), Not(inner.where)))
    return Meant(Not(none.asked), Not(none.where))
