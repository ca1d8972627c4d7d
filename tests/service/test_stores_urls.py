"""URLs of databases: what is none is told by name, without a value."""

from __future__ import annotations

import pytest

from asked_instances import SCHEMA, missing, url
from paramql.instances.stores import opened


def test_parameters_of_a_mariadb_url() -> None:
    if reason := missing("mariadb"):
        pytest.skip(reason)
    at = url("mariadb", "paramql_stores")
    opened(f"{at}&charset=UTF8MB4&connect_timeout=5&ssl_disabled=true", SCHEMA).close()


@pytest.mark.parametrize("name", ["bogus=1", "charset=latin1", "connect_timeout=x", "ssl_disabled=maybe", "password=k"])
def test_a_parameter_that_a_mariadb_url_does_not_take_is_told_without_its_value(name: str) -> None:
    with pytest.raises(ValueError, match=f"'{name.partition('=')[0]}' is wrong in the URL") as raised:
        opened(f"mariadb://root@nowhere/x?{name}", SCHEMA)
    assert name not in str(raised.value)


def test_a_url_without_a_store_is_refused() -> None:
    with pytest.raises(ValueError, match=r"no store 'oracle'; URLs begin with sqlite, postgresql"):
        opened("oracle://x:y@host/z")


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("sqlite", "no store 'sqlite'"),
        ("sqlite:x.db", "what begins with 'sqlite:' is no URL of a database: sqlite://"),
        ("mariadb:", "'mariadb:' is no URL"),
        ("sqlite:///file:x?mode=ro&uri=true", "takes no parameters"),
    ],
)
def test_what_is_no_url_is_refused(address: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        opened(address)
