"""Drafts to checked expressions: names looked up, paths through lists opened, values made canonical."""

from __future__ import annotations

from typing import assert_never

from paramql.ast import And, Any, Compare, Exists, Expr, Not, Op, Or, Scalar, Value
from paramql.declarations import Scope
from paramql.declare import Expression, Field, ListOf, Name, Record
from paramql.types import Type


class Unfit(TypeError):
    """A value that is not of the field's type."""


def bind(where: Expr[str | Field], scope: Scope) -> Expression:
    """The checked form of an expression made by builders; fields that are fields already stay.

    Raises KeyError for a name that the schema lacks, TypeError for an operator or a value that does not fit (`Unfit`):
    such an expression comes from the host, so these are mistakes in its program. Only the value may be a client's.
    """
    match where:
        case And(operands):
            return And(tuple(bind(operand, scope) for operand in operands))
        case Or(operands):
            return Or(tuple(bind(operand, scope) for operand in operands))
        case Not(operand):
            return Not(bind(operand, scope))
        case Compare(field, op, value):
            return _comparison(_named(field, scope), op, value)
        case Any(field, inner):
            return _quantified(field, inner, scope)
        case Exists(field):
            name = _named(field, scope)
            return through(name, Exists(_target(name)), scalar=False)
        case _:
            assert_never(where)


def through(name: Name, leaf: Expression, scalar: bool = True) -> Expression:
    """`leaf` asked of some element of every list on the name's path, and of a list of scalars at its end."""
    target = _target(name)
    if scalar and isinstance(target.type, ListOf):
        leaf = Any(target, leaf)
    for outer in reversed(name.lists):
        leaf = Any(outer, leaf)
    return leaf


def _comparison(name: Name, op: Op, value: Value) -> Expression:
    leaf = _leaf(name)
    if not isinstance(leaf.type, Type) or op not in leaf.type.ops:
        raise TypeError(f"{name.text!r} does not take {op}")
    if isinstance(value, tuple) != (op is Op.IN):
        raise TypeError(f"{name.text!r}: {op} takes {'a tuple of values' if op is Op.IN else 'one value'}")
    return through(name, Compare(leaf, op, _fit(leaf.type, value)))


def _quantified(field: str | Field, inner: Expr[str | Field], scope: Scope) -> Expression:
    name = _named(field, scope)
    target = _target(name)
    if not isinstance(target.type, ListOf):
        raise TypeError(f"{name.text!r} is not a list")
    if isinstance(target.type.of, Record):
        within = scope.element(name) if isinstance(field, str) else Scope(target.type.of.fields, (), str)
    else:
        within = Scope((target.element,), (), str)
    return through(name, Any(target, bind(inner, within)), scalar=False)


def _named(field: str | Field, scope: Scope) -> Name:
    if isinstance(field, Field):
        return Name(field.name, (), field)
    name = scope.find(field)
    if name is None or not isinstance(name.target, Field):
        raise KeyError(f"the schema has no field {field!r}")
    return name


def _target(name: Name) -> Field:
    assert isinstance(name.target, Field)
    return name.target


def _leaf(name: Name) -> Field:
    target = _target(name)
    return target.element if isinstance(target.type, ListOf) and isinstance(target.type.of, Type) else target


def _fit(type_: Type, value: Value) -> Value:
    return tuple(_one(type_, item) for item in value) if isinstance(value, tuple) else _one(type_, value)


def _one(type_: Type, value: Scalar) -> Scalar:
    try:
        return type_.admit(value)
    except ValueError as error:
        raise Unfit(f"{_quoted(value)} is {error}") from None


def _quoted(value: Scalar) -> str:
    """The value as Python writes it, but for an int of more digits than Python writes."""
    try:
        return repr(value)
    except ValueError:
        return "this number"
