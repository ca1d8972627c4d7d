"""The test kit, for whoever writes a backend: the conformance cases, a runner, the engines that can be started here.

    for case in cases():
        run(case, MyEngine())      # raises AssertionError, saying what was expected and what was found

An engine has a `name`, `load(schema, documents)` and `select(where)`; `run(case)` without an engine checks what needs
no records: problems, notices, canonical form, order. A backend that refuses a filter (`CapabilityError`) lets the
refusal through, so the caller decides which refusals are known. The runner works under any test framework.

`python -m paramql.testing.agreement` puts every case to every engine, and writes how they agree.
"""

from __future__ import annotations

from paramql.testing.corpus import Case, Group, cases
from paramql.testing.describe import schema_of
from paramql.testing.engine import Engine, PythonEngine
from paramql.testing.known import engines
from paramql.testing.runner import run

__all__ = ["Case", "Engine", "Group", "PythonEngine", "cases", "engines", "run", "schema_of"]
