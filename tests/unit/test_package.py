"""What is built holds what is needed: by way of the source archive, as an index would get it."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path

import pytest

from bare import Bare
from paramql.testing import cases

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the source archive, and the wheel that was built from it."""
    folder = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.mark.slow
def test_the_wheel_holds_every_file_of_the_package(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    package = ROOT / "src"
    wanted = {
        str(path.relative_to(package)): path.read_bytes()
        for path in (package / "paramql").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    with zipfile.ZipFile(wheel) as archive:
        shipped = {name: archive.read(name) for name in archive.namelist() if ".dist-info/" not in name}
    assert shipped.keys() == wanted.keys()
    assert [name for name in wanted if shipped[name] != wanted[name]] == []
    assert {"paramql/py.typed"} < shipped.keys()
    assert any(name.endswith(".lark") for name in shipped)


@pytest.mark.slow
def test_the_source_archive_holds_all_that_is_kept(built: Path) -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("this is no checkout, which tells what is kept")
    (archive,) = built.glob("*.tar.gz")
    listed = subprocess.run(["git", "ls-files", "-z"], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    with tarfile.open(archive) as tar:
        names = {name.partition("/")[2] for name in tar.getnames()}
    assert {name for name in listed.split("\0") if name and name[0] != "."} - names == set()


@pytest.mark.slow
def test_the_source_archive_holds_the_grammar_and_the_tests(built: Path) -> None:
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as tar:
        names = {name.partition("/")[2] for name in tar.getnames()}
    assert {"LICENSE", "README.md", "pyproject.toml", "tests/unit/test_package.py"} <= names
    assert {f"grammar/{path.name}" for path in (ROOT / "grammar").glob("*.lark")} <= names


# --- in an environment that has nothing else

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
NEEDS, BUILDS = PROJECT["project"], PROJECT["build-system"]["requires"]
_CASES = """
import sys

import paramql
from paramql.testing import cases, engines, run

asked, there = 0, list(engines())[:2]  # Python, and SQLite in one of its ways
for case in cases():
    run(case)
    for engine in there if "ids" in case.expected else ():
        try:
            run(case, engine)
            asked += 1
        except paramql.CapabilityError:
            pass
print(len(there), asked, paramql.__file__)
used = {name.partition(".")[0] for name in sys.modules if not name.startswith("_")}
print(*used - {*sys.stdlib_module_names})
"""


def answered(environment: Bare) -> str:
    """Where the package lies that has answered every conformance case as it says, with what it may use alone."""
    done = environment.ask("-c", _CASES)
    assert done.returncode == 0, done.stderr
    told, used = done.stdout.splitlines()
    there, asked, file = told.split(" ", 2)
    assert int(there) == 2
    assert int(asked) > 0.9 * int(there) * sum("ids" in case.expected for case in cases())
    assert {"lark", "paramql"} <= {*used.split()} <= {"dateutil", "lark", "paramql", "six"}
    return file


@pytest.mark.slow
def test_the_source_archive_is_installed_and_answers_every_case(built: Path, tmp_path: Path) -> None:
    """Where there is nothing else but what builds it."""
    (archive,) = built.glob("*.tar.gz")
    environment = Bare(tmp_path, *NEEDS["dependencies"], *BUILDS)
    environment.install(archive)
    assert answered(environment) == str(environment.packages / "paramql" / "__init__.py")


@pytest.mark.slow
def test_the_wheel_answers_every_case_where_there_is_nothing_else(built: Path, tmp_path: Path) -> None:
    (wheel,) = built.glob("*.whl")
    core = Bare(tmp_path, *NEEDS["dependencies"])
    core.install(wheel)
    assert answered(core) == str(core.packages / "paramql" / "__init__.py")
    command = core.run(str(core.python), str(core.python.with_name("paramql")), "check", "n=1")
    assert (command.returncode, command.stderr.strip()) == (
        1,
        "paramql: the command line needs more: pip install 'paramql[cli]'",
    )


@pytest.mark.slow
def test_the_command_line_needs_its_extra_and_no_more(built: Path, tmp_path: Path) -> None:
    (wheel,) = built.glob("*.whl")
    environment = Bare(tmp_path, *NEEDS["dependencies"], *NEEDS["optional-dependencies"]["cli"])
    environment.install(wheel)
    paramql = [str(environment.python), str(environment.python.with_name("paramql"))]
    found = environment.run(*paramql, "filter", "-", "n=gt:1", text='{"n": 1}\n{"n": 2}\n')
    assert (found.returncode, found.stdout) == (0, '{"n": 2}\n'), found.stderr
    refused = environment.run(*paramql, "instances", "load", "-")
    assert (refused.returncode, refused.stderr) == (2, "Error: this needs more: pip install 'paramql[server]'\n")


_SERVICE = """
import json

from starlette.testclient import TestClient

from paramql.instances import keys
from paramql.instances.schema import declared
from paramql.instances.service import PATH, service
from paramql.instances.stores import opened
from paramql.server import Bearer, SharedKey

key = b"a key of thirty-two bytes or more"
schema = declared(keys.page_tokens(key))
app = service(opened("sqlite://", schema), schema, Bearer(SharedKey(key), keys.ISSUER, keys.AUDIENCE))
token = keys.owner_token(key, "digdir")
with TestClient(app) as client:
    print(client.get(f"{PATH}?org=digdir", headers={"Authorization": f"Bearer {token}"}).json()["totalHits"])
"""


@pytest.mark.slow
def test_the_service_needs_its_extras_and_a_client(built: Path, tmp_path: Path) -> None:
    (wheel,) = built.glob("*.whl")
    extras = NEEDS["optional-dependencies"]
    environment = Bare(tmp_path, *NEEDS["dependencies"], *extras["cli"], *extras["server"], "httpx")
    environment.install(wheel)
    done = environment.ask("-c", _SERVICE)
    assert (done.returncode, done.stdout) == (0, "0\n"), done.stderr
