"""An environment for each peer, under build/bench-envs: made once, and again when what it needs has changed.

Pins clash between peers, so each has its own. paramql is installed there from this checkout, as a link, so that what is
measured is always what stands here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "build" / "bench-envs"


class Unavailable(Exception):
    """A peer that cannot be installed or run here; the message says why."""


def exists(name: str, requirements: Sequence[str]) -> bool:
    """Whether the environment is there, with just these requirements."""
    made = FOLDER / name / "requirements.json"
    return made.exists() and json.loads(made.read_text(encoding="utf-8")) == list(requirements)


def prepare(name: str, requirements: Sequence[str]) -> None:
    """Make it unless it is there. Raises `Unavailable`."""
    if exists(name, requirements):
        return
    print(f"making an environment for {name}", file=sys.stderr, flush=True)
    folder = FOLDER / name
    _run([sys.executable, "-m", "venv", "--clear", str(folder)])
    quiet = ["-m", "pip", "install", "-qq", "--disable-pip-version-check"]
    _run([_python(name), *quiet, "--editable", str(ROOT), *requirements])
    (folder / "requirements.json").write_text(json.dumps(list(requirements)), encoding="utf-8")


def answer(name: str, *arguments: str) -> Any:
    """What a module of the benchmarks prints as JSON, run in the environment. Raises `Unavailable`."""
    return json.loads(_run([_python(name), "-m", *arguments]).splitlines()[-1])


def _python(name: str) -> str:
    return str(FOLDER / name / "bin" / "python")


def _run(command: list[str]) -> str:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.strip()] or ["nothing was said"]
        raise Unavailable(said[-1].strip()[:200])
    return done.stdout
