"""One clause: its name, operator and operand, to what was asked and what it means."""

from __future__ import annotations

from collections.abc import Iterable

from paramql.ast import Compare, Draft, Exists, FineDateTime, Not, Op, Scalar, Value
from paramql.bind import Unfit, bind, through
from paramql.check import wording
from paramql.check.operators import Asking, read_operator
from paramql.check.reading import Meant, Place, Question, Reading
from paramql.check.values import read_list, read_value
from paramql.declare import Expression, Field, ListOf, Name, Parameter
from paramql.simplify import any_of
from paramql.source import Span
from paramql.syntax import Clause
from paramql.types import Boolean, Type, canonical


def check_clause(clause: Clause, place: Place, reading: Reading) -> Meant | None:
    """A clause by the schema; None after a problem, and for an option, whose value is kept aside."""
    name = reading.find(place, clause.name.text)
    if name is None:
        _unknown(clause, place, reading)
        return None
    reading.names.setdefault(place.prefix + name.text, clause.name.span)
    question = Question(clause, name, place, reading)
    asking = read_operator(question)
    meant = _meaning(question, asking) if asking else None
    return Meant(Not(meant.asked), Not(meant.where)) if meant and asking and asking.negated else meant


def _unknown(clause: Clause, place: Place, reading: Reading) -> None:
    span, text = clause.name.span, clause.name.text
    if reading.lenient and not place.inside:
        reading.note(wording.ignored_parameter(place, span, text, reading.visible(place)))
    else:
        reading.report(wording.unknown_name(place, span, text, reading.visible(place)))


def _meaning(question: Question, asking: Asking) -> Meant | None:
    if asking.word == "exists":
        return _existence(question, asking)
    type_, target = question.type, question.name.target
    assert type_ is not None  # a list of records is asked for existence alone
    places = _places(question, asking, type_)
    if places is None:
        return None
    if isinstance(target, Parameter):
        return _parameter(question, target, Op(asking.word), places)
    return _comparison(question.name, target, Op(asking.word), _value(Op(asking.word), places))


def _places(question: Question, asking: Asking, type_: Type) -> dict[Scalar, Span] | None:
    """The values of the operand, and where each stands; None after a problem."""
    if asking.word == "in":
        return read_list(question, asking, type_)
    value = read_value(question, asking, type_)
    return None if value is None else {value: asking.operand.part.span}


def _value(op: Op, places: Iterable[Scalar]) -> Value:
    values = tuple(places)
    return values if op is Op.IN else values[0]


def _existence(question: Question, asking: Asking) -> Meant | None:
    assert isinstance(question.name.target, Field)
    wanted = read_value(question, asking, Boolean())
    if wanted is None:
        return None
    asked = Exists(question.name)
    where = through(question.name, Exists(question.name.target), scalar=False)
    return Meant(asked, where) if wanted else Meant(Not(asked), Not(where))


def _comparison(name: Name, field: Field, op: Op, value: Value) -> Meant:
    leaf = field.element if isinstance(field.type, ListOf) else field
    return Meant(Compare(name, op, value), through(name, Compare(leaf, op, value)))


def _parameter(question: Question, parameter: Parameter, op: Op, places: dict[Scalar, Span]) -> Meant | None:
    clause, reading, value = question.clause, question.reading, _value(op, places)
    if parameter.notice:
        reading.note(wording.noticed(question.parameter, clause.name.span, parameter.notice))
    if parameter.where is None:
        assert not isinstance(value, tuple)  # an option takes eq alone
        return _keep_option(question, parameter, value)
    if not _has_room(reading, question.parameter, list(places.values())):
        return None
    each = Op.EQ if op is Op.IN else op
    parts = [_expanded(question, parameter, each, item, span) for item, span in places.items()]
    kept = [part for part in parts if part is not None]
    return Meant(Compare(question.name, op, value), any_of(*kept)) if len(kept) == len(parts) else None


def _has_room(reading: Reading, parameter: str, items: list[Span]) -> bool:
    """Whether the query may hold a condition for each item of a list, which has been counted as one clause."""
    reading.clauses += len(items) - 1
    limit = reading.schema.limits.clauses
    if reading.clauses > limit:
        what = "clauses in the query, each item of this list one"
        whole = Span(items[0].start, items[-1].end)
        reading.report(wording.too_many(parameter, whole, what, limit, reading.clauses))
    return reading.clauses <= limit


def _expanded(question: Question, parameter: Parameter, op: Op, value: Scalar, span: Span) -> Expression | None:
    try:
        draft = parameter.meaning(op, value)
    except (ValueError, ArithmeticError, Unfit) as error:
        sentence = str(error) if isinstance(error, ValueError) else ""
        question.reading.report(wording.refused_value(question.parameter, span, sentence, canonical(value)))
    except (TypeError, AttributeError):
        if not isinstance(value, FineDateTime):
            raise
        question.reading.report(wording.too_fine(question.parameter, span))
    else:
        return _bound(question, draft, span)
    return None


def _bound(question: Question, draft: Draft | Expression, span: Span) -> Expression | None:
    """What the host's function gave, checked; a value in it that does not fit its field is the client's."""
    try:
        return bind(draft, question.reading.schema.scope)
    except Unfit:
        question.reading.report(wording.refused_value(question.parameter, span))
    return None


def _keep_option(question: Question, option: Parameter, value: Scalar) -> Meant | None:
    """The value is read from `Query.values`; it filters nothing."""
    values, reading, clause = question.reading.values, question.reading, question.clause
    if isinstance(value, FineDateTime):
        reading.report(wording.too_fine(question.parameter, clause.operand.part.span))
    if option.name in values:
        reading.report(wording.duplicate_parameter(question.parameter, clause.name.span, option.name))
    values[option.name] = value
    return None
