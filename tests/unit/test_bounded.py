"""What is kept has a bound, whatever is put in."""

from __future__ import annotations

from random import Random

from paramql.bounded import Bounded


def test_a_store_never_holds_more_than_it_may() -> None:
    rng, store, weights = Random(1), Bounded[int, int](most=20, heaviest=800), dict[int, int]()
    fullest, heaviest = 0, 0
    for number in range(5000):
        weights[number] = rng.choice([1, 10, rng.randrange(100), rng.randrange(1000)])
        store.keep(number, number, weights[number])
        assert (number in store) == (weights[number] <= 100)
        fullest, heaviest = max(fullest, len(store)), max(heaviest, sum(map(weights.__getitem__, store)))
    assert fullest == 20
    assert 700 < heaviest <= 800
