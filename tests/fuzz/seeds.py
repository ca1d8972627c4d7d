"""What fuzzing begins with besides what is kept: generated inputs that go far, of the properties' own strategies."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from asked_instances import documents
from fuzz.targets import GENUINE
from paramql.instances import load
from service_requests import requests
from strategies import filters, schemas, spelling, texts

_MANY = 300
REQUESTS = requests([load(document) for document in documents(140, seed=4)])


def seeds(target: str) -> Iterator[bytes]:
    """Inputs of a target, the same in every run."""
    for number in range(_MANY):
        match target:
            case "query":
                yield texts.accepted(number).encode()
            case "expression":
                yield _expression(Random(number)).encode()
            case "token":
                yield from (_token(number).encode(), b"2019-05-01T12:00:00Z\n10.5\n2019-05-01\n%d" % number)
            case _:
                yield from (one.query.encode() for one in REQUESTS[number : number + 1])


def _expression(rng: Random) -> str:
    draft, _ = filters.draft(texts.SCHEMA, {}, rng.choice(schemas.everything()), rng)
    return spelling.expression(draft, rng, ignore_case=False)


def _token(number: int) -> str:
    """One that leads on, or one with another character at a place."""
    genuine, at = GENUINE[number % len(GENUINE)], number * 7 % 200
    return genuine if number < len(GENUINE) else genuine[:at] + "A" + genuine[at + 1 :]
