"""Schemathesis asks what `/openapi.json` says may be asked, and anything else: what is answered is what it says.

`PARAMQL_REQUESTS=20000` asks so many times; `make soak` does.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from asked_instances import DIGDIR, PARTY, USER, client, documents, filled
from paramql.instances.service import PATH
from served import Client

# Most requests are refused, and that is what is asked about.
SLOW_IS_FINE = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
REQUESTS = int(os.environ.get("PARAMQL_REQUESTS", "300"))
_PATIENCE = 600  # seconds: what is slow here is the machine
CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
# What is sent besides, by whom; nobody at all, too.
CALLERS: tuple[tuple[str | None, dict[str, list[str]]], ...] = (
    (DIGDIR, {"org": ["digdir"]}),
    (USER, {"instanceOwner.partyId": [str(PARTY)]}),
    (None, {}),
)
WHOSE = st.sampled_from([CALLERS[0], CALLERS[1], CALLERS[0], CALLERS[1], CALLERS[2]])
ACCEPTED = st.sampled_from(["application/json", "*/*", "text/html"])


@pytest.fixture(name="service", scope="module")
def _service() -> Iterator[Client]:
    with client(filled("sqlite://", documents(30))) as service:
        yield service


def test_what_is_answered_is_what_the_document_says(
    service: Client, record_property: Callable[[str, object], None]
) -> None:
    operation = schemathesis.openapi.from_asgi("/openapi.json", service.app)[PATH]["GET"]
    examples, statuses = examples_of(operation.definition.raw), Counter[int]()

    @settings(max_examples=REQUESTS, suppress_health_check=SLOW_IS_FINE)
    @given(
        operation.as_strategy(),
        st.dictionaries(st.sampled_from(sorted(examples)), st.integers(0), max_size=3),
        WHOSE,
        ACCEPTED,
    )
    def asked(case: Any, chosen: dict[str, int], whose: Any, accept: str) -> None:
        token, sent = whose
        right = {name: examples[name][number % len(examples[name])] for name, number in chosen.items()}
        made = case.query if not right or len(chosen) % 2 else {}
        case.query = {**(made or {}), **right, **sent}
        bearer = {"Authorization": f"Bearer {token}"} if token else {}
        answer = case.call(headers={"Accept": accept} | bearer, timeout=_PATIENCE)
        case.validate_response(answer, checks=CHECKS)
        statuses[answer.status_code] += 1

    asked()
    record_property("statuses", dict(statuses))
    assert statuses.keys() <= {200, 400, 401, 403, 406, 414, 431}
    assert min(statuses[200], statuses[400]) > REQUESTS // 30


def examples_of(operation: dict[str, Any]) -> dict[str, list[str]]:
    """Values that the document shows, by parameter."""
    schemas = {one["name"]: one["schema"] for one in operation["parameters"] if one["in"] == "query"}
    found = {name: schema.get("items", schema).get("examples", []) for name, schema in schemas.items()}
    return {name: [*values] for name, values in found.items() if values}
