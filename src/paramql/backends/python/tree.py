"""A filter as a tree of closures: cheap to build, right about every record, and never raising.

It answers until a filter's shape has earned generated source, and after that wherever the source meets a record that
is not what it was promised.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any as Anything
from typing import TypeAlias, assert_never, cast

from paramql.ast import And, Any, Compare, Exists, Not, Or
from paramql.backends.python.members import Member, Path, is_list, is_record
from paramql.backends.python.values import PREPARE, RELATIONS, kind_of
from paramql.declare import Expression, Field, ListOf, Record
from paramql.types import Type

Test: TypeAlias = Callable[[Anything], bool]


def build(where: Expression, member: Member) -> Test:
    """The test that a simplified expression makes of a record (or of an element of a list)."""
    match where:
        case And(operands):
            return _every([build(inner, member) for inner in operands])
        case Or(operands):
            return _some([build(inner, member) for inner in operands])
        case Not(inner):
            return _not(build(inner, member))
        case Compare():
            return _compare(where, member)
        case Any(field, inner):
            return _any(field, build(inner, member), member)
        case Exists(field):
            return _fits(field, member)
        case _:
            assert_never(where)


def _every(tests: list[Test]) -> Test:
    def every(record: object) -> bool:
        for test in tests:  # noqa: SIM110 - a generator costs more than the tests
            if not test(record):
                return False
        return True

    return every


def _some(tests: list[Test]) -> Test:
    def some(record: object) -> bool:
        for test in tests:  # noqa: SIM110 - as above
            if test(record):
                return True
        return False

    return some


def _not(test: Test) -> Test:
    return lambda record: not test(record)


def _compare(where: Compare[Field], member: Member) -> Test:
    assert isinstance(where.field.type, Type)
    path, kind, relation = where.field.path, kind_of(where.field.type), RELATIONS[where.op]
    exact, fits = kind.exact, kind.fits
    prepare = PREPARE.get(where.op)
    right = where.value if prepare is None else prepare(where.value)

    def holds(record: object) -> bool:
        try:
            value: Anything = record
            for key in path:
                value = value.get(key) if type(value) is dict else member(value, key)
            return bool((type(value) is exact or fits(value)) and relation(value, right))
        except Exception:  # noqa: BLE001 - what cannot be compared is no value
            return False

    return holds


def _fits(field: Field, member: Member) -> Test:
    path, fits = field.path, _fit(field)

    def has(record: object) -> bool:
        try:
            return fits(_follow(record, path, member))
        except Exception:  # noqa: BLE001 - what cannot be reached is no value
            return False

    return has


def _any(field: Field, test: Test, member: Member) -> Test:
    path, fits = field.path, _fit(field)

    def some(record: object) -> bool:
        try:
            elements = _follow(record, path, member)
            return is_list(elements) and any(fits(e) and test(e) for e in cast("Iterable[object]", elements))
        except Exception:  # noqa: BLE001 - what cannot be walked through is no list
            return False

    return some


def _fit(field: Field) -> Test:
    """Whether a value is of the field's type; of a list's, whether an element is."""
    of = field.type.of if isinstance(field.type, ListOf) else field.type
    return is_record if isinstance(of, Record) else kind_of(of).fits


def _follow(node: object, path: Path, member: Member) -> object:
    for key in path:
        node = member(node, key)
    return node
