"""The versions of all that is installed for the tests are written down, and they are those that are installed."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import distributions
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINES = [
    line
    for line in (ROOT / "requirements" / "lock.txt").read_text(encoding="utf-8").splitlines()
    if not line.startswith("#")
]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
_NAME = re.compile(r"[A-Za-z0-9._-]+")


def normal(requirement: str) -> str:
    """The name of a requirement as indexes spell it (PEP 503)."""
    found = _NAME.match(requirement)
    assert found
    return re.sub(r"[-_.]+", "-", found[0]).lower()


def wanted() -> Iterator[str]:
    """What the package and its extras name."""
    extras = PROJECT["optional-dependencies"].values()
    for requirement in [*PROJECT["dependencies"], *(one for extra in extras for one in extra)]:
        if normal(requirement) != "paramql":
            yield normal(requirement)
            yield from (normal(f"{normal(requirement)}-{extra}") for extra in _binaries(requirement))


def _binaries(requirement: str) -> list[str]:
    """Extras that are packages of their own: `psycopg[binary,pool]`."""
    within = re.search(r"psycopg\[([^]]*)\]", requirement)
    return within[1].split(",") if within else []


def test_each_line_is_a_name_an_exact_version_and_on_which_python() -> None:
    line = re.compile(r"[a-z0-9-]+==[0-9][0-9A-Za-z.+!]*( ; [a-zA-Z0-9_.'<>=!* ()-]+)?")
    assert [one for one in LINES if not line.fullmatch(one)] == []


def test_everything_that_an_extra_names_is_locked() -> None:
    locked = {normal(line) for line in LINES}
    assert {*wanted()} - locked == set()  # run `make lock`
    assert {"pip", "hatchling"} <= locked


def test_what_is_installed_is_what_is_written_down() -> None:
    """Of each that is locked and here; on another Python or system another version may stand beside it."""
    locked: dict[str, set[str]] = {}
    for line in LINES:
        name, _, version = line.partition(";")[0].strip().partition("==")
        locked.setdefault(normal(name), set()).add(version)
    installed = {normal(one.metadata["Name"]): one.version for one in distributions() if one.metadata["Name"]}
    assert {name: one for name, one in installed.items() if one not in locked.get(name, {one})} == {}
