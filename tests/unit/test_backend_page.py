"""The backend that the documentation writes, installed from the page and run as a host would run it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "backends.md").read_text(encoding="utf-8")
FILES = re.findall(r'^```\w+ title="([^"]+)"\n(.*?)^```$', PAGE, re.MULTILINE | re.DOTALL)
SAID = re.findall(r"^```console\n\$ pip install \.\n\$ python prove\.py\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
MODULE = "paramql_tinydb.py"

for needed in ("hatchling", "tinydb"):
    if not find_spec(needed):
        pytest.skip(f"{needed} is missing (pip install 'paramql[dev]')", allow_module_level=True)


class Package:
    """The files of the page in a folder, and another that they are installed in."""

    def __init__(self, folder: Path) -> None:
        self.written, self.installed = folder / "written", folder / "installed"
        self.written.mkdir()

    def install(self, files: dict[str, str]) -> None:
        """Install them, by what is here alone."""
        for name, text in files.items():
            (self.written / name).write_text(text, encoding="utf-8")
        alone = ["--no-index", "--no-deps", "--no-build-isolation", "--disable-pip-version-check", "--quiet"]
        self.run("-m", "pip", "install", *alone, "--upgrade", "--target", str(self.installed), ".")

    def run(self, *arguments: str) -> str:
        """What Python prints, with the package on its path. A failure is one of the test."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=self.written,
            env=os.environ | {"PYTHONPATH": str(self.installed), "PYTHONSAFEPATH": "1", "COVERAGE_PROCESS_START": ""},
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(name="package")
def _package(tmp_path: Path) -> Package:
    return Package(tmp_path)


def stages() -> Iterator[dict[str, str]]:
    """The files as they stand after each part of the module."""
    files = dict[str, str]()
    for name, text in FILES:
        files[name] = files.get(name, "") + ("\n\n" if name in files else "") + text
        if name == MODULE:
            yield files | {"prove.py": dict(FILES)["prove.py"]}


@pytest.mark.slow
def test_the_backend_of_the_page_answers_every_case_or_refuses(package: Package) -> None:
    """What it refuses is what the page says; in the end that is nothing."""
    found = []
    for files in stages():
        package.install(files)
        found.append(package.run("prove.py"))
    assert found == SAID
    assert found[-1] == "every case passed\n"


HOST = """
import paramql as pq
for name in ("tinydb", "tinydbb"):
    try:
        pq.compile(pq.Schema(pq.Field("a", pq.Text())).parse("a=b").where, name)
    except (ImportError, ValueError) as error:
        print(error)
"""


@pytest.mark.slow
def test_a_broken_package_is_named(package: Package) -> None:
    package.install(next(stages()) | {MODULE: "raise RuntimeError('not today')"})
    broken, unknown = package.run("-c", HOST).splitlines()
    assert broken == (
        "the backend 'tinydb', paramql_tinydb of paramql-tinydb, fails to import: RuntimeError('not today')"
    )
    assert unknown.startswith("there is no backend 'tinydbb' (did you mean 'tinydb'?); there are django, duckdb, ")
