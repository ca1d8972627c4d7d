"""Stored values as the types of their fields have them, where a page ends: on the grid of the type, or not at all."""

from __future__ import annotations

import decimal
from typing import cast

from paramql.ast import Op, Scalar
from paramql.declare import Field
from paramql.types import Decimal, Type


def on_grid(field: Field, value: object) -> Scalar | None:
    """The value that a store has; a misfit is no value.

    Raises ValueError for one finer than its type: rounded, it would be another place in the order than the store has;
    and for a number with more digits than its type, which a store sorts among the values.

    >>> from paramql.types import Decimal
    >>> on_grid(Field("price", Decimal(2)), "1.50")
    Decimal('1.5')
    """
    type_ = cast(Type, field.type)
    try:
        admitted = type_.admit(value)
    except (OverflowError, ValueError):
        if isinstance(type_, Decimal) and isinstance(value, decimal.Decimal) and value.is_finite():
            raise ValueError(_told(field, "with more digits than", value)) from None
        return None
    is_whole = not isinstance(value, int) or admitted == value  # no float is 2**53 + 1
    if is_whole and (folded := type_.fold(Op.EQ, admitted)):
        return folded.value
    raise ValueError(_told(field, "finer than", value))


def _told(field: Field, how: str, value: object) -> str:
    return (
        f"{field.name!r} is stored {how} {field.type!r} has it, as {value!r}: no page can end there; store such values "
        "cut to the type, or declare another"
    )
