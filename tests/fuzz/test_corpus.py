"""The inputs that fuzzing has found worth keeping are answered as promised."""

from __future__ import annotations

import pytest

from fuzz import corpus, dictionary
from fuzz.targets import TARGETS, leads_on


@pytest.mark.parametrize("target", TARGETS)
def test_what_is_kept_is_answered_as_promised(target: str) -> None:
    inputs = corpus.kept(target)
    assert len(inputs) > 50
    for data in inputs:
        TARGETS[target](data)


def test_some_signed_values_lead_on_and_some_do_not() -> None:
    assert {leads_on(data) for data in corpus.kept("token")} == {True, False}


FINE = b"2019-05-01T12:00:00.000000" + b"0" * 114 + b"1Z\n10.5\n\n7"


def test_what_was_found_is_kept_and_differs_from_what_leads_on_by_what_was_wrong() -> None:
    assert FINE in corpus.kept("token")
    assert len(FINE) % 2 == 0, "else it is no sort values"
    assert not leads_on(FINE)
    assert leads_on(FINE.replace(b"0" * 114 + b"1", b""))


def test_an_input_is_kept_as_it_was() -> None:
    every = bytes(range(256))
    assert corpus.read(corpus.written(every)) == every
    assert corpus.written(every).isascii()


def test_the_words_are_those_of_the_grammar() -> None:
    assert {"and(", "or(", "not(", "any(", "all(", ",", ":", "in:"} <= set(dictionary.words())
    assert '"and("\n' in dictionary.as_libfuzzer_has_it()
