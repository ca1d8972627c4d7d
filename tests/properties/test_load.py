"""Documents are read as the typed records that they were written from, misfits and nulls left out."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import replace
from decimal import Decimal as Number
from random import Random
from typing import Any as Anything

import pytest
from hypothesis import given
from hypothesis import strategies as st

import paramql as pq
from differential import Data, drawn
from paramql.types import Type
from strategies.rows import Gap, Row

CLEAR = (bool, list, dict, type(None))


@given(st.integers(0, 2**64))
def test_a_document_is_read_as_the_record_it_was_written_from(seed: int) -> None:
    rng = Random(seed)
    data = drawn(rng)
    for row in map(_clear, data.rows):
        document = json.loads(json.dumps(_document(row, data, rng)))
        assert data.schema.load(document) == row.record(data.schema.fields)


@given(st.integers(0, 2**64))
def test_every_misfit_is_named_when_reading_is_strict(seed: int) -> None:
    rng = Random(seed)
    data = drawn(rng)
    for row in data.rows:
        misfits = [name for name, cell in row.cells.items() if isinstance(cell, Gap) and type(cell.misfit) in CLEAR[:3]]
        if not misfits:
            continue
        with pytest.raises(ValueError, match=re.escape(misfits[0])) as caught:
            data.schema.load(_document(row, data, rng), strict=True)
        assert all(name in str(caught.value) for name in misfits)


def _document(row: Row, data: Data, rng: Random) -> Anything:
    return row.document(data.schema.fields, lambda type_, value: _written(type_, value, rng))


def _written(type_: Type, value: Anything, rng: Random) -> Anything:
    """A value in one of the ways that JSON may have it."""
    match value:
        case dt.datetime():
            text = value.replace(tzinfo=None).isoformat()
            return rng.choice([text, text + "Z", text.lower() + "z", value.isoformat()])
        case dt.date():
            return value.isoformat()
        case Number() if value == int(value) and rng.random() < 0.3:
            return int(value)
        case Number():
            return f"{value:f}"
        case str() if isinstance(type_, pq.Uuid):
            return rng.choice([value, value.upper()])
        case _:
            return value


def _clear(row: Row) -> Row:
    """The row, its misfits such that no spelling of a value could be meant."""
    return Row({name: _cleared(cell) for name, cell in row.cells.items()})


def _cleared(cell: Anything) -> Anything:
    match cell:
        case Gap(kind="misfit", misfit=misfit) if type(misfit) not in CLEAR:
            return Gap("null")
        case Gap():
            return replace(cell)
        case list():
            return [_cleared(one) for one in cell]
        case dict():
            return {name: _cleared(one) for name, one in cell.items()}
        case _:
            return cell
