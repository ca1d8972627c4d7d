"""The instances service under load: a million instances, first and deep pages, 1, 8 and 32 clients, memory, a profile.

`python benchmarks/service_load.py [--rows N] [--engines sqlite,postgresql]` writes `benchmarks/SERVICE.md`. The service
is a process of its own, as `paramql instances serve` starts it, and so are its clients; they speak HTTP over loopback.
Instances are generated once and kept in `--cache`.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

import service_fill
from service_report import write, written_before

from paramql.instances import keys
from paramql.instances.service import PATH

HERE = Path(__file__).parent
PARAMQL = str(Path(sys.executable).parent / "paramql")
CLIENTS = (1, 8, 32)
KEY = b"a key of the benchmark, of its own"
OWNER, USER = keys.owner_token(KEY, "digdir", seconds=86_400), keys.user_token(KEY, 50_000_001, seconds=86_400)
# What is asked in turn; each page has 100 instances, or all that there are.
QUERIES = (
    ("org=digdir", OWNER),
    ("appId=digdir/kontaktskjema&process.currentTask=Task_1", OWNER),
    ("org=digdir&process.ended=gt:2020-03-10", OWNER),
    ("org=digdir&excludeConfirmedBy=digdir", OWNER),
    ("org=digdir&status.isArchived=true&lastChanged=gte:2019-05&lastChanged=lt:2020", OWNER),
    ("org=digdir&dueBefore=gt:2019-02&dueBefore=lt:2019-03-01", OWNER),
    ("org=digdir&filter=any(data,and(dataType:vedlegg,size:gt:1000000))", OWNER),
    ("instanceOwner.partyId=50000001", USER),
)
_DEEP = 20  # pages of 1,000 before a deep page


class Service(NamedTuple):
    """A service that runs: where, and its process."""

    address: str
    process: int


def main() -> None:
    """Whatever is asked for on the command line."""
    options = _options()
    options.cache.mkdir(parents=True, exist_ok=True)
    found = written_before(options.cache, options.rows)
    for engine in options.engines.split(","):
        url = _filled(engine, options)
        found[engine] = measured(url, options)
        (options.cache / f"service-{options.rows}.json").write_text(json.dumps(found))
    write(found, options.rows, options.times)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--times", type=int, default=1, help="how often each generated instance is there")
    parser.add_argument("--engines", default="sqlite,postgresql")
    parser.add_argument("--requests", type=int, default=400, help="for each kind of page and number of clients")
    parser.add_argument("--long", type=int, default=100_000, help="requests while memory is watched; 0: none")
    parser.add_argument("--cache", type=Path, default=Path(tempfile.gettempdir()) / "paramql-service")
    return parser.parse_args()


def _filled(engine: str, options: argparse.Namespace) -> str:
    """The URL of a database that holds so many instances."""
    file, base = (
        options.cache / f"{options.rows // options.times}.ndjson",
        options.cache / f"{options.rows // options.times}.db",
    )
    path = options.cache / f"{options.rows}.db"
    if not path.exists():
        service_fill.generated(file, options.rows // options.times)
        service_fill.sqlite(base, file)
        service_fill.multiplied(path, base, options.times)
    if engine == "sqlite":
        return f"sqlite:///{path}"
    from asked_instances import url

    made = os.environ.get("PARAMQL_SERVICE_POSTGRESQL") or url(engine, "paramql_load")
    service_fill.postgresql(made, path)
    return made


def measured(url: str, options: argparse.Namespace) -> dict[str, Any]:
    """First and deep pages by so many clients, where the time goes, and memory."""
    found: dict[str, Any] = {"date": time.strftime("%Y-%m-%d"), "pages": {}, "load": os.getloadavg()[0]}
    with serving(url) as service:
        for kind, addresses in {"first": _first(service), "deep": _deep(service)}.items():
            for clients in CLIENTS:
                one = found["pages"][f"{kind} {clients}"] = timed(service, addresses, clients, options.requests)
                print(url[:10], kind, clients, one, flush=True)
        health = [(f"{service.address}/health", "")]
        found["health"] = {str(clients): asked(health, clients, options.requests) for clients in CLIENTS}
        found["profile"] = profiled(service, options)
    with serving(url, "--count-to", "1000") as service:
        for clients in CLIENTS:
            found["pages"][f"capped {clients}"] = timed(service, _first(service), clients, options.requests)
    if options.long:
        with serving(url, "--count-to", "1000") as service:
            found["memory"] = remembered(service, options.long)
    return found


def timed(service: Service, addresses: list[tuple[str, str]], clients: int, requests: int) -> dict[str, Any]:
    """What `asked` says, and milliseconds of a processor that the service had for each request."""
    before = _busy(service)
    one = asked(addresses, clients, requests)
    return one | {"cpu": (_busy(service) - before) / requests * 1000}


@contextmanager
def serving(url: str, *more: str) -> Iterator[Service]:
    """The service, until it is stopped as one is."""
    command = [PARAMQL, "instances", "serve", "--database", url, "--port", "0", "--timeout", "120", *more]
    with tempfile.TemporaryFile() as log:
        environment = os.environ | {keys.VARIABLE: KEY.decode()}
        process = subprocess.Popen(command, stderr=log, env=environment)
        try:
            while not (told := re.search(rb"^serving (\S+)$", os.pread(log.fileno(), 2000, 0), re.MULTILINE)):
                time.sleep(0.1)
            yield Service(told[1].decode(), process.pid)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()


def _busy(service: Service) -> float:
    """Seconds of a processor that the service has had (proc(5): utime and stime)."""
    words = Path(f"/proc/{service.process}/stat").read_text().rpartition(")")[2].split()
    return (int(words[11]) + int(words[12])) / os.sysconf("SC_CLK_TCK")


def _first(service: Service) -> list[tuple[str, str]]:
    return [(f"{service.address}{PATH}?{query}", token) for query, token in QUERIES]


def _deep(service: Service) -> list[tuple[str, str]]:
    """The same, from where twenty thousand instances have been seen, or half of them."""
    return [(_far(f"{address}&size=1000", token), token) for address, token in _first(service)]


def _far(address: str, token: str) -> str:
    seen = [address]
    while len(seen) <= _DEEP and (following := _page(seen[-1], token)["next"]):
        seen.append(following)
    return (seen[-1] if len(seen) > _DEEP else seen[len(seen) // 2]).replace("&size=1000", "")


def _page(address: str, token: str) -> Any:
    request = urllib.request.Request(address, headers={"Authorization": f"Bearer {token}"})
    with urllib.request.urlopen(request, timeout=300) as answer:
        return json.load(answer)


def asked(addresses: list[tuple[str, str]], clients: int, requests: int, **more: Any) -> dict[str, Any]:
    """Milliseconds of half of the requests, and of all but a hundredth; what went wrong."""
    plan = {"addresses": addresses, "clients": clients, "requests": requests, **more}
    command = [sys.executable, str(HERE / "service_client.py")]
    found = json.loads(subprocess.run(command, input=json.dumps(plan).encode(), capture_output=True, check=True).stdout)
    seconds = sorted(found["seconds"])
    return {
        "p50": seconds[len(seconds) // 2] * 1000,
        "p99": seconds[len(seconds) * 99 // 100] * 1000,
        "rate": len(seconds) / found["elapsed"],
        "statuses": found["statuses"],
        "memory": found["memory"],
        "bytes": found["bytes"] // len(seconds),
    }


def remembered(service: Service, requests: int) -> dict[str, Any]:
    """Many requests, of pages of one: a thousand different values in each of four shapes."""
    shapes = ("lastChanged=gt:{day}", "id=in:{n},x", "created=lt:{day}", "searchString=a{n}&lastChanged=lt:{day}")
    words = [{"n": n, "day": f"20{19 + n % 3}-0{1 + n % 9}-1{n % 7}T0{n % 10}:{n % 60:02}:00Z"} for n in range(1000)]
    queries = [f"appId=digdir/kontaktskjema&size=1&{shape.format(**one)}" for one in words for shape in shapes[:3]]
    addresses = [(f"{service.address}{PATH}?{query}", OWNER) for query in queries]
    return asked(addresses, 8, requests, process=service.process, every=max(1, requests // 100))


def profiled(service: Service, options: argparse.Namespace) -> dict[str, float]:
    """The share of each part of the service's time, of samples that py-spy takes while first pages are asked for."""
    with tempfile.NamedTemporaryFile() as samples:
        command = [
            "py-spy",
            "record",
            "-p",
            str(service.process),
            "-f",
            "raw",
            "-o",
            samples.name,
            "-d",
            "600",
            "-r",
            "200",
        ]
        spy = subprocess.Popen([str(Path(sys.executable).parent / command[0]), *command[1:]], stdout=subprocess.DEVNULL)
        time.sleep(2)
        asked(_first(service), 1, options.requests)
        spy.send_signal(signal.SIGINT)
        spy.wait()
        return shares(Path(samples.name).read_text())


# Functions by which a stack tells what is done, the innermost first.
_PARTS = (
    ("render (", "page: links, tokens, canonical text"),
    ("token_after", "page: links, tokens, canonical text"),
    ("_address (", "page: links, tokens, canonical text"),
    ("shown (", "JSON of instances"),
    ("select (paramql/instances", "compile"),
    ("count (paramql/paging", "compile"),
    ("page (paramql/paging", "compile"),
    ("restrict (", "authorisation"),
    ("find (", "store"),
    ("_query (", "parse and check"),
    ("access (", "authorisation"),
    ("_sent (", "page: links, tokens, canonical text"),
    ("answer (", "page: links, tokens, canonical text"),
)


def shares(samples: str) -> dict[str, float]:
    """Of stacks with how often each was seen: those that answer, and the loop; what waits is left out."""
    found: dict[str, int] = {}
    for line in samples.splitlines():
        stack, _, count = line.rpartition(" ")
        if "answer (paramql" in stack:
            part = next(name for word, name in _PARTS if word in stack)
        elif "(uvicorn" in stack:
            part = "HTTP"
        else:
            continue
        found[part] = found.get(part, 0) + int(count)
    whole = sum(found.values())
    return {part: count / whole for part, count in sorted(found.items(), key=lambda one: -one[1])}


if __name__ == "__main__":
    main()
