"""A server that is killed and started again between pages: 503 while it is away, and then the rest of the pages."""

from __future__ import annotations

import gc
from pathlib import Path

import pytest

from asked_instances import SCHEMA, USER, client, documents, filled, ids, missing
from faults import MINE, SERVERS, Walk
from owned import OWN, awaited
from paramql.instances.stores import opened

DOCUMENTS = documents(60)
# PyMySQL leaves the socket of a connection that was refused to the garbage collector.
pytestmark = pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")


@pytest.mark.parametrize("size", [8, pytest.param(3, marks=pytest.mark.soak)])
@pytest.mark.parametrize("kind", SERVERS)
def test_a_server_that_is_killed_and_started_again_between_pages(kind: str, size: int, tmp_path: Path) -> None:
    if reason := missing(kind):
        pytest.skip(reason)
    with OWN[kind](tmp_path) as server:
        awaited(server.url)
        filled(server.url, DOCUMENTS).close()
        with client(opened(server.url, SCHEMA, 1)) as asked:
            expected = ids(asked, MINE, USER)
            walk = Walk(asked, f"{MINE}&size={size}")
            while walk.step(100):
                server.kill()
                assert walk.ask().status_code == 503
                server.start()
            assert walk.found == expected
            assert walk.refused >= len(expected) // size - 1 > 0
    gc.collect()
