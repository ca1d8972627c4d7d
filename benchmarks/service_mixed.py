"""Good, bad and malicious clients together, for ten minutes: what each is answered, how long it takes, and memory.

`python benchmarks/service_mixed.py [--rows 5000] [--seconds 600] [--engines sqlite]` writes its part of
`benchmarks/STRANGERS.md`. Eight good clients are timed alone, beside twenty-four others that are good, beside twelve
that make mistakes and twelve that mean harm, and alone again; they are a process of their own, so what the others do to
the service is measured, and not what they do to its clients.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import hostile
import service_fill
from service_load import PARAMQL, Service, serving

from benchmarks import strangers

HERE = Path(__file__).parent
ALONE, AMONG, MIXED, AFTER = "nobody", "24 good clients", "12 bad and 12 malicious clients", "nobody, afterwards"
CROWDS: Mapping[str, Mapping[str, int]] = {
    ALONE: {},
    AMONG: {"others": 24},
    MIXED: {"bad": 12, "malicious": 12},
    AFTER: {},
}


def main() -> None:
    """Whatever is asked for on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=5000)
    parser.add_argument("--seconds", type=float, default=600, help="of the phase in which all are there")
    parser.add_argument("--engines", default="sqlite")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "paramql-strangers")
    options = parser.parse_args()
    options.cache.mkdir(exist_ok=True)
    for engine in options.engines.split(","):
        with serving(_filled(engine, options), "--timeout", "10") as service:
            told = measured(service, options.seconds)
        strangers.keep(engine, told | {"rows": options.rows, "seconds": options.seconds, "mixed": MIXED})


def _filled(engine: str, options: argparse.Namespace) -> str:
    """The URL of a database that holds so many instances."""
    file = options.cache / f"{options.rows}.ndjson"
    service_fill.generated(file, options.rows)
    if engine == "sqlite":
        made = f"sqlite:///{options.cache / f'{options.rows}.db'}"
    else:
        from asked_instances import url

        made = url(engine, "paramql_strangers")
    subprocess.run([PARAMQL, "instances", "load", str(file), "--database", made], check=True)
    return made


def measured(service: Service, seconds: float) -> dict[str, Any]:
    """Each phase, and the memory of the service in each minute of the mixed one."""
    kept = json.loads(strangers.KEPT.read_text()) if strangers.KEPT.exists() else {}
    worst = [row["text"] for row in kept.get("worst", {}).get("rows", ())]
    requests = {"good": hostile.good(), "others": hostile.good(), "bad": hostile.bad()}
    requests["malicious"] = hostile.malicious(worst)
    phases, memory = {}, []
    for name, crowd in CROWDS.items():
        long = seconds if name == MIXED else min(30.0, seconds)
        done, watched = threading.Event(), []
        watching = threading.Thread(target=_watch, args=(service, done, watched, long / 10))
        watching.start()
        phases[name] = _phase(service, crowd, requests, long)
        done.set()
        watching.join()
        memory = watched if name == MIXED else memory
        print(name, json.dumps(phases[name]), watched[0], watched[-1], flush=True)
    return {"phases": phases, "memory": memory}


def _watch(service: Service, done: threading.Event, memory: list[float], every: float) -> None:
    """Megabytes, at the start and after each tenth."""
    while True:
        memory.append(int(Path(f"/proc/{service.process}/statm").read_text().split()[1]) * 4096 / 1e6)
        if done.wait(every):
            return


def _phase(service: Service, crowd: Mapping[str, int], requests: Mapping[str, Any], seconds: float) -> dict[str, Any]:
    started = time.monotonic()
    running = [_started(service, clients, requests, seconds) for clients in ({"good": 8}, crowd) if clients]
    found: dict[str, Any] = {}
    for process in running:
        told, _ = process.communicate()
        assert process.returncode == 0
        found |= json.loads(told)
    return {"seconds": time.monotonic() - started, "kinds": {kind: summed(one) for kind, one in found.items()}}


def _started(service: Service, clients: Mapping[str, int], requests: Mapping[str, Any], seconds: float) -> Any:
    parts = urlsplit(service.address)
    plan = {"host": parts.hostname, "port": parts.port, "clients": clients, "seconds": seconds}
    plan["requests"] = {kind: requests[kind] for kind in clients}
    process = subprocess.Popen(
        [sys.executable, str(HERE / "service_crowd.py")], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert process.stdin
    process.stdin.write(json.dumps(plan).encode())
    process.stdin.close()
    process.stdin = None
    return process


def summed(one: Mapping[str, Any]) -> dict[str, Any]:
    """How many, milliseconds, statuses."""
    seconds = sorted(one["seconds"])
    return {
        "count": len(seconds),
        "p50": seconds[len(seconds) // 2] * 1000,
        "p99": seconds[len(seconds) * 99 // 100] * 1000,
        "longest": seconds[-1] * 1000,
        "statuses": one["statuses"],
    }


if __name__ == "__main__":
    main()
