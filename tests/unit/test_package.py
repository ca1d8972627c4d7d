"""What is built holds what is needed: by way of the source archive, as an index would get it."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

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
def test_the_source_archive_holds_the_grammar_and_the_tests(built: Path) -> None:
    (archive,) = built.glob("*.tar.gz")
    with tarfile.open(archive) as tar:
        names = {name.partition("/")[2] for name in tar.getnames()}
    assert {"LICENSE", "README.md", "pyproject.toml", "tests/unit/test_package.py"} <= names
    assert {f"grammar/{path.name}" for path in (ROOT / "grammar").glob("*.lark")} <= names
