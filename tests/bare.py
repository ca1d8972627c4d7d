"""Environments that hold what is wanted and nothing else: of packages, what this one has, with what they need."""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement


class Bare:
    """An environment without pip, without the packages of any other, in which packages are put as they are."""

    def __init__(self, folder: Path, *requirements: str) -> None:
        venv.create(folder, symlinks=True)
        self.python = folder / "bin" / "python"
        [self.packages] = folder.glob("lib/python*/site-packages")
        for one in {one.name: one for requirement in requirements for one in _needed(requirement)}.values():
            self._copy(one)

    def _copy(self, one: Distribution) -> None:
        for file in one.files or ():
            if ".." not in file.parts and "__pycache__" not in file.parts:
                (self.packages / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(str(one.locate_file(file)), self.packages / file)

    def install(self, archive: Path) -> None:
        """A wheel, or a source archive if what builds one is there; nothing besides."""
        command = [
            sys.executable,
            "-m",
            "pip",
            "--python",
            str(self.python),
            "install",
            "-q",
            "--no-build-isolation",
            "--no-deps",
            "--no-index",
        ]
        subprocess.run([*command, str(archive)], check=True, stderr=subprocess.PIPE)

    def ask(self, *arguments: str, text: str = "") -> subprocess.CompletedProcess[str]:
        """Its Python, which sees neither this environment nor this folder."""
        return self.run(str(self.python), "-I", *arguments, text=text)

    def run(self, *command: str, text: str = "") -> subprocess.CompletedProcess[str]:
        """A program."""
        folder = self.packages.parents[2]
        return subprocess.run(
            command, input=text, capture_output=True, text=True, check=False, cwd=folder, env={"PATH": "/nowhere"}
        )


def _needed(requirement: str) -> Iterator[Distribution]:
    """A distribution that is here, and all that it needs on this Python."""
    wanted = Requirement(requirement)
    found = distribution(wanted.name)
    yield found
    for text in found.requires or ():
        inner = Requirement(text)
        if any(inner.marker is None or inner.marker.evaluate({"extra": extra}) for extra in (*wanted.extras, "")):
            yield from _needed(text)
