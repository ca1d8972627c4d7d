"""What `paramql filter` needs: peak memory as the input grows, and where the time of a line goes.

    python benchmarks/filter_memory.py [LINES]     # 1,000,000 by default; the other size is a tenth of it

Memory is the peak resident size of the command's own process, as the kernel counts it.
"""

from __future__ import annotations

import io
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import paramql as pq
from paramql.cli.infer import infer
from paramql.cli.reading import read
from paramql.cli.schemas import Source, named
from paramql.instances import generate

QUERY = "org=digdir&process.ended=gt:2020-03-10&excludeConfirmedBy=digdir"
INFERRED = "org=digdir&process.ended=gt:2020-03-10&filter=not(any(completeConfirmations,stakeholderId:digdir))"
SCHEMA = "paramql.instances:SCHEMA"
COMMAND = [sys.executable, "-c", "from paramql.cli import main; main()"]
SAMPLE = 20_000


def write(path: Path, count: int) -> None:
    """Invented instances, one on each line."""
    with path.open("w", encoding="utf-8") as out:
        for document in generate(count, seed=1):
            out.write(json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n")


def run(path: Path, *, stdin: bool, is_inferred: bool) -> tuple[float, float]:
    """Peak MiB and processor seconds of one run."""
    arguments = ["filter", "-" if stdin else str(path), INFERRED if is_inferred else QUERY]
    arguments += [] if is_inferred else ["--schema", SCHEMA]
    with path.open("rb") as source:
        child = subprocess.Popen(
            [*COMMAND, *arguments], stdin=source, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    assert child.returncode == 0, child.returncode
    return usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime


def memory(small: Path, large: Path, count: int) -> None:
    """The table of memory."""
    print(f"{'input':<16} {'schema':<9} {count // 10:>12,} {count:>12,}  ratio   µs a line")
    for stdin in (False, True):
        for is_inferred in (False, True):
            less, _ = run(small, stdin=stdin, is_inferred=is_inferred)
            more, seconds = run(large, stdin=stdin, is_inferred=is_inferred)
            where, how = "standard input" if stdin else "file", "inferred" if is_inferred else "named"
            figures = f"{less:>8.1f} MiB {more:>8.1f} MiB {more / less:>6.3f} {seconds / count * 1e6:>11.1f}"
            print(f"{where:<16} {how:<9} {figures}")


def share(path: Path) -> None:
    """The table of where the processor time of a line goes: each stage alone over the same lines, best of three."""
    with path.open("rb") as source:
        raw = [line for line, _ in zip(source, range(SAMPLE), strict=False)]
    documents = [json.loads(line) for line in raw]
    alone = best(lambda: [json.loads(line) for line in raw], len(raw))
    print(f"µs a line: json.loads alone {alone:.1f}")
    guessed = Source(infer(documents[:1000]).schema)
    for name, source, query in (("named", named(SCHEMA), QUERY), ("inferred", guessed, INFERRED)):
        where = source.schema.parse(query).where
        load, keep = source.loader(where), pq.compile(where, "python")
        records = [load(document) for document in documents]
        stages = {
            "reading and decoding": best(lambda: [*read(io.BytesIO(b"".join(raw))).entries], len(raw)),
            "loading": best(lambda load=load: [load(document) for document in documents], len(raw)),
            "predicate": best(lambda keep=keep, records=records: [keep(record) for record in records], len(raw)),
        }
        library = (stages["loading"] + stages["predicate"]) / sum(stages.values())
        parts = ", ".join(f"{stage} {time:.1f}" for stage, time in stages.items())
        print(f"{name:<9} {parts}: loading and predicate take {library:.0%} of a line")


def best(run: Callable[[], object], count: int) -> float:
    """Microseconds a line of the sample."""
    found = []
    for _ in range(3):
        begin = time.process_time()
        run()
        found.append(time.process_time() - begin)
    return min(found) / count * 1e6


def main() -> None:
    """Make the inputs, measure, print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    with tempfile.TemporaryDirectory() as folder:
        small, large = Path(folder, "small.ndjson"), Path(folder, "large.ndjson")
        write(small, count // 10)
        write(large, count)
        print(f"{QUERY}\n{count:,} lines, {large.stat().st_size / 2**20:,.0f} MiB\n")
        memory(small, large, count)
        print()
        share(small)
    print(f"\nthis process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MiB")


if __name__ == "__main__":
    main()
