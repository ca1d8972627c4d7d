"""The inputs that are kept: a line each, the bytes that do not print escaped as in a literal of Python."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

FOLDER = Path(__file__).parent / "corpus"


def names() -> list[str]:
    """The targets."""
    return sorted(file.stem for file in FOLDER.glob("*.txt"))


def kept(target: str) -> list[bytes]:
    """The inputs of a target, in the order of the file."""
    return [read(line) for line in (FOLDER / f"{target}.txt").read_text(encoding="ascii").splitlines()]


def add(target: str, inputs: Iterable[bytes]) -> None:
    """Keep more inputs of a target; the shortest stand first."""
    lines = sorted({*map(written, inputs), *map(written, kept(target))}, key=lambda line: (len(line), line))
    (FOLDER / f"{target}.txt").write_text("".join(f"{line}\n" for line in lines), encoding="ascii")


def written(data: bytes) -> str:
    """An input as a line of ASCII."""
    return data.decode("latin-1").encode("unicode_escape").decode("ascii")


def read(line: str) -> bytes:
    """What `written` wrote."""
    return line.encode("ascii").decode("unicode_escape").encode("latin-1")
