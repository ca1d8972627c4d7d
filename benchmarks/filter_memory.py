"""What `paramql filter` needs: peak memory as the input grows, and where the time of a line goes.

    python benchmarks/filter_memory.py [LINES]     # 1,000,000 by default; the other size is a tenth of it

It writes its part of `benchmarks/RESULTS.md`. Memory is the peak resident size of the command's own process, as the
kernel counts it.
"""

from __future__ import annotations

import datetime as dt
import io
import json
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
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
TITLE = "## Memory and time of `paramql filter`"


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


def memory(small: Path, large: Path, count: int) -> Iterator[str]:
    """The table of memory."""
    yield f"| input | schema | {count // 10:,} lines, MiB | {count:,} lines, MiB | ratio | µs a line |"
    yield "|---|---|---:|---:|---:|---:|"
    for stdin in (False, True):
        for is_inferred in (False, True):
            less, _ = run(small, stdin=stdin, is_inferred=is_inferred)
            more, seconds = run(large, stdin=stdin, is_inferred=is_inferred)
            where, how = "standard input" if stdin else "file", "inferred" if is_inferred else "named"
            took = seconds / count * 1e6
            yield f"| {where} | {how} | {less:.1f} | {more:.1f} | {more / less:.3f} | {took:.1f} |"


def share(path: Path) -> Iterator[str]:
    """The table of where the processor time of a line goes: each stage alone over the same lines, best of three."""
    with path.open("rb") as source:
        raw = [line for line, _ in zip(source, range(SAMPLE), strict=False)]
    documents = [json.loads(line) for line in raw]
    alone = best(lambda: [json.loads(line) for line in raw], len(raw))
    yield "| schema | `json.loads` alone | reading and decoding | loading | predicate | loading and predicate |"
    yield "|---|---:|---:|---:|---:|---:|"
    guessed = Source(infer(documents[:1000]).schema)
    for name, source, query in (("named", named(SCHEMA), QUERY), ("inferred", guessed, INFERRED)):
        where = source.schema.parse(query).where
        load, keep = source.loader(where), pq.compile(where, "python")
        records = [load(document) for document in documents]
        reading = best(lambda: [*read(io.BytesIO(b"".join(raw))).entries], len(raw))
        loading = best(lambda load=load: [load(document) for document in documents], len(raw))
        predicate = best(lambda keep=keep, records=records: [keep(record) for record in records], len(raw))
        library = (loading + predicate) / (reading + loading + predicate)
        yield f"| {name} | {alone:.1f} | {reading:.1f} | {loading:.1f} | {predicate:.1f} | {library:.0%} of a line |"


def best(run: Callable[[], object], count: int) -> float:
    """Microseconds a line of the sample."""
    found = []
    for _ in range(3):
        begin = time.process_time()
        run()
        found.append(time.process_time() - begin)
    return min(found) / count * 1e6


def report(folder: Path, count: int) -> Iterator[str]:
    """Make the inputs, measure, and say what was found."""
    small, large = folder / "small.ndjson", folder / "large.ndjson"
    write(small, count // 10)
    write(large, count)
    size, python = large.stat().st_size / 2**20, platform.python_version()
    yield TITLE
    yield ""
    yield f"`python benchmarks/filter_memory.py {count}`: Python {python}, {dt.datetime.now(dt.UTC).date()}."
    yield f"{count:,} invented instances ({size:,.0f} MiB), and a tenth of them; `{QUERY}`."
    yield ""
    yield "Peak memory of the command's process, and the processor time of the longer run:"
    yield ""
    yield from memory(small, large, count)
    yield ""
    yield f"Processor time of a line by stage, in µs, each stage alone over {SAMPLE:,} lines, the best of three:"
    yield ""
    yield from share(small)


def keep(lines: list[str]) -> None:
    """Put the part in the place of the one before, after what other benchmarks have put there."""
    path = Path(__file__).with_name("RESULTS.md")
    text = path.read_text(encoding="utf-8") if path.exists() else "# Results of the benchmarks\n\nWritten by runs.\n"
    others = [part for part in re.split(r"\n(?=## )", text) if not part.startswith(TITLE)]
    path.write_text("\n".join([*(part.rstrip() + "\n" for part in others), *lines]) + "\n", encoding="utf-8")


def main() -> None:
    """Measure, print, and write."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        for line in report(Path(folder), count):
            print(line, flush=True)
            lines.append(line)
    keep(lines)


if __name__ == "__main__":
    main()
