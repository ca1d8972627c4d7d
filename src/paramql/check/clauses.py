"""One clause: its name, operator and operand, to what was asked and what it means."""

from __future__ import annotations

from paramql.ast import Compare, Exists, Not, Op, Scalar, Value
from paramql.bind import bind, through
from paramql.check import wording
from paramql.check.operators import Asking, leaf_type, read_operator
from paramql.check.reading import Meant, Place, Reading
from paramql.declare import Expression, Field, ListOf, Name, Parameter
from paramql.simplify import any_of
from paramql.source import Span
from paramql.syntax import Clause, Item, Misspelt, parse_list
from paramql.types import FOLDED, Boolean, LiteralError, Text, Type


def check_clause(clause: Clause, place: Place, reading: Reading) -> Meant | None:
    """A clause by the schema; None after a problem, and for an option, whose value is kept aside."""
    name = reading.find(place, clause.name.text)
    if name is None:
        _unknown(clause, place, reading)
        return None
    reading.names.setdefault(place.prefix + name.text, clause.name.span)
    asking = read_operator(clause, name, place, reading)
    if asking is None:
        return None
    meant = _meaning(clause, name, asking, place, reading)
    return meant if meant is None or not asking.negated else Meant(Not(meant.asked), Not(meant.where))


def _meaning(clause: Clause, name: Name, asking: Asking, place: Place, reading: Reading) -> Meant | None:
    type_ = leaf_type(name)
    if asking.word == "exists":
        return _exists(name, asking, place, reading)
    assert type_ is not None  # a list of records has no other operator
    value = _value(clause, type_, asking, place, reading)
    if value is None:
        return None
    if isinstance(name.target, Parameter):
        return _parameter(clause, name, name.target, Op(asking.word), value, asking.operand, place, reading)
    leaf = name.target.element if isinstance(name.target.type, ListOf) else name.target
    op = Op(asking.word)
    return Meant(Compare(name, op, value), through(name, Compare(leaf, op, value)))


def _unknown(clause: Clause, place: Place, reading: Reading) -> None:
    span, text = clause.name.span, clause.name.text
    if reading.lenient and place.parameter == text:
        reading.notices.append(wording.ignored_parameter(text, span, text, reading.visible(place)))
    else:
        reading.report(wording.unknown_parameter(place.parameter, span, text, reading.visible(place)))


def _exists(name: Name, asking: Asking, place: Place, reading: Reading) -> Meant | None:
    assert isinstance(name.target, Field)
    wanted = _single(asking.operand, Boolean(), Op.EQ, False, place, reading)
    if wanted is None:
        return None
    asked, where = Exists(name), through(name, Exists(name.target), scalar=False)
    return Meant(asked, where) if wanted else Meant(Not(asked), Not(where))


def _value(clause: Clause, type_: Type, asking: Asking, place: Place, reading: Reading) -> Value | None:
    if asking.word == "in":
        return _list(clause, type_, asking.operand, place, reading)
    may_be_empty = isinstance(type_, Text) and asking.word == "eq" and (asking.explicit or asking.operand.quoted)
    return _single(asking.operand, type_, Op(asking.word), may_be_empty, place, reading)


def _single(item: Item, type_: Type, op: Op, may_be_empty: bool, place: Place, reading: Reading) -> Scalar | None:
    text, span = item.part.text, item.part.span
    limits = reading.schema.limits
    limit = limits.folded_operand if op in FOLDED else limits.operand
    if not text and not may_be_empty:
        reading.report(wording.empty_value(place.parameter, span, type_.accepts))
    elif len(text) > limit:
        reading.report(wording.too_long(place.parameter, span, limit, len(text)))
    else:
        return _literal(text, span, type_, place, reading)
    return None


def _literal(text: str, span: Span, type_: Type, place: Place, reading: Reading) -> Scalar | None:
    repaired = type_.repair(text)
    try:
        value = type_.parse(repaired, reading.clock)
    except LiteralError as error:
        reading.report(wording.literal(place.parameter, span, error))
        return None
    if repaired != text:
        reading.notices.append(wording.repaired_plus(place.parameter, span))
    return value


def _list(clause: Clause, type_: Type, operand: Item, place: Place, reading: Reading) -> Value | None:
    items = _items(clause, operand, place, reading)
    if items is None:
        return None
    limit = reading.schema.limits.items
    if len(items) > limit:
        span = operand.part.span
        reading.report(wording.too_many(place.parameter, span, "items in the list", limit, len(items)))
        return None
    values = [
        _single(item, type_, Op.IN, item.quoted and isinstance(type_, Text), place, reading) for item in items
    ]
    kept = tuple(dict.fromkeys(value for value in values if value is not None))
    return kept if len(values) == len([value for value in values if value is not None]) else None


def _items(clause: Clause, operand: Item, place: Place, reading: Reading) -> tuple[Item, ...] | None:
    if clause.items is not None:
        return clause.items
    try:
        return parse_list(operand.part)
    except Misspelt as error:
        span = operand.part.piece.span(error.start, error.end)
        reading.report(wording.syntax(place.parameter, span, error.message))
        return None


def _parameter(
    clause: Clause, name: Name, parameter: Parameter, op: Op, value: Value, operand: Item, place: Place, reading: Reading
) -> Meant | None:
    if parameter.notice:
        reading.notices.append(wording.noticed(place.parameter, clause.name.span, parameter.notice))
    if parameter.where is None:
        _option(clause, parameter, value, place, reading)
        return None
    try:
        where = _expanded(parameter, op, value, reading)
    except ValueError as error:
        reading.report(wording.invalid_value(place.parameter, operand.part.span, str(error), parameter.type.accepts))
        return None
    return Meant(Compare(name, op, value), where)


def _expanded(parameter: Parameter, op: Op, value: Value, reading: Reading) -> Expression:
    assert parameter.where is not None
    if isinstance(value, tuple):
        return any_of(*(_expanded(parameter, Op.EQ, item, reading) for item in value))
    draft = parameter.where(op, value) if parameter.is_widened else parameter.where(value)
    return bind(draft, reading.schema.scope)


def _option(clause: Clause, parameter: Parameter, value: Value, place: Place, reading: Reading) -> None:
    assert not isinstance(value, tuple)  # an option takes eq alone
    if parameter.name in reading.values:
        reading.report(wording.duplicate_parameter(place.parameter, clause.name.span, parameter.name))
    reading.values[parameter.name] = value
