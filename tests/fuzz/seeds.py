"""What fuzzing begins with besides what is kept: generated inputs that go far, of the properties' own strategies."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import paramql as pq
from asked_instances import NOON, documents
from fuzz.targets import KEYS
from paramql.instances import load
from paramql.position import binding
from paramql.tokens import Opened
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
                yield from (_token(Random(number)).encode(), b"2019-05-01T12:00:00Z\n10.5\n2019-05-01\n%d" % number)
            case _:
                yield from (one.query.encode() for one in REQUESTS[number : number + 1])


def _expression(rng: Random) -> str:
    draft, _ = filters.draft(texts.SCHEMA, {}, rng.choice(schemas.everything()), rng)
    return spelling.expression(draft, rng, ignore_case=False)


def _token(rng: Random) -> str:
    asked = pq.Schema(*texts.FIELDS, tokens=KEYS).parse("")
    return KEYS.mint(Opened(NOON, NOON, binding(asked), (str(rng.randrange(9**9)),)))
